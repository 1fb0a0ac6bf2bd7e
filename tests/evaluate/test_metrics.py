"""Figures against values worked out by hand, and their intervals."""

import math

import numpy as np
import pytest

from discourse.evaluate import metrics

GOLD = np.array([0, 0, 0, 1, 1, 2])
FOUND = np.array([0, 0, 1, 1, 2, 2])
# rows gold, columns found
COUNTS = [[2, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_confusion_counts_gold_by_row():
    assert metrics.confusion(GOLD, FOUND, 3).tolist() == COUNTS


def test_confusion_counts_a_row_as_often_as_its_weight():
    counts = metrics.confusion(GOLD, FOUND, 3, np.array([0, 0, 0, 0, 3, 2]))
    assert counts.tolist() == [[0, 0, 0], [0, 0, 3], [0, 0, 2]]


def test_shares_of_a_confusion_matrix():
    counts = np.array(COUNTS)
    assert metrics.accuracy(counts) == pytest.approx(4 / 6)
    assert metrics.precisions(counts) == pytest.approx([1, 1 / 2, 1 / 2])
    assert metrics.recalls(counts) == pytest.approx([2 / 3, 1 / 2, 1])
    assert metrics.f1_scores(counts) == pytest.approx([4 / 5, 1 / 2, 2 / 3])
    assert metrics.macro_f1(counts) == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)


def test_a_label_on_neither_side_is_left_out_of_macro_f1_and_one_missed_altogether_is_not():
    assert metrics.macro_f1(np.array([[3, 0, 0], [0, 1, 0], [0, 0, 0]])) == 1
    # F1 of always saying the first of two labels, three rows of four: 6/7 and 0
    assert metrics.macro_f1(np.array([[3, 0, 0], [1, 0, 0], [0, 0, 0]])) == pytest.approx(3 / 7)


def test_figures_of_nothing_are_not_defined():
    nothing = np.zeros((2, 2))
    assert math.isnan(metrics.accuracy(nothing)) and math.isnan(metrics.macro_f1(nothing))
    assert math.isnan(metrics.auc(metrics.ranks_of(np.array([0.1, 0.9])), np.array([1, 1])))
    assert math.isnan(metrics.calibration_error(np.array([]), np.array([])))


def test_auc_is_the_share_of_pairs_in_order_with_ties_at_half():
    gold = np.array([1, 1, 0, 0])
    # pairs (positive, negative): 0.9>0.5, 0.9>0.1, 0.5=0.5, 0.5>0.1: 3.5 of 4
    ranks = metrics.ranks_of(np.array([0.9, 0.5, 0.5, 0.1]))
    assert metrics.auc(ranks, gold) == pytest.approx(3.5 / 4)
    # the first positive twice, the last negative not at all: pairs 1, 1, 0.5 of 3
    assert metrics.auc(ranks, gold, np.array([2, 1, 1, 0])) == pytest.approx(2.5 / 3)


def test_weights_are_the_same_as_rows_written_out():
    rng = np.random.default_rng(3)
    scores, gold = rng.integers(0, 9, 60) / 9, rng.integers(0, 2, 60)
    weights = rng.integers(0, 4, 60)
    again = np.repeat(np.arange(60), weights)
    assert metrics.auc(metrics.ranks_of(scores), gold, weights) == pytest.approx(
        metrics.auc(metrics.ranks_of(scores[again]), gold[again])
    )
    assert metrics.calibration_error(scores, gold, weights) == pytest.approx(
        metrics.calibration_error(scores[again], gold[again])
    )


def test_calibration_error_is_the_gap_in_each_bin():
    # with two bins: (0.2 + 0.4) against 0 right, (0.8 + 1.0) against 1 right: (0.6 + 0.8) / 4
    p, right = np.array([0.2, 0.4, 0.8, 1.0]), np.array([0, 0, 1, 0])
    assert metrics.calibration_error(p, right, bins=2) == pytest.approx(0.35)
    # within a bin, gaps of both signs cancel
    assert metrics.calibration_error(np.array([0.5, 0.5]), np.array([0, 1]), bins=2) == 0


def test_intervals_hold_the_value_and_come_out_the_same_each_time():
    right = np.array([1.0] * 30 + [0.0] * 10)

    def share(w):
        return {"share": metrics.ratio(w @ right, w.sum())}

    found = metrics.bootstrap(share, range(40))["share"]
    assert found == metrics.bootstrap(share, range(40))["share"]
    assert found["value"] == 0.75
    # the standard error is sqrt(.75 * .25 / 40) = .0685: about .134 on either side
    assert found["low"] == pytest.approx(0.616, abs=0.03) and found["high"] == pytest.approx(0.884, abs=0.03)


def test_rows_of_one_unit_are_drawn_together():
    right = np.array([1.0] * 30 + [0.0] * 10)

    def share(w):
        return {"share": metrics.ratio(w @ right, w.sum())}

    found = metrics.bootstrap(share, ["a"] * 30 + ["b"] * 10)["share"]
    assert (found["low"], found["high"]) == (0, 1)


def test_one_unit_has_no_interval_and_nan_is_none():
    found = metrics.bootstrap(lambda w: {"x": 0.5, "y": math.nan}, ["a", "a"])
    assert found == {
        "x": {"value": 0.5, "low": None, "high": None},
        "y": {"value": None, "low": None, "high": None},
    }


def test_none_of_three_is_not_none_of_all():
    """Resampling three zeros gives zeros only; the interval says how little three rows tell."""
    never = metrics.bootstrap(lambda w: {"share": 0.0, "f1": 0.0}, range(3), of={"share": 3})
    assert never["share"] == {"value": 0.0, "low": 0.0, "high": 0.7076}
    assert never["f1"] == {"value": 0.0, "low": None, "high": None}
    always = metrics.bootstrap(lambda w: {"share": 1.0}, range(100), of={"share": 3})["share"]
    assert always == {
        "value": 1.0,
        "low": 0.2924,
        "high": 1.0,
    }  # of three rows, however many there are beside


def test_shares_within_two_units_are_of_two_at_most():
    found = metrics.bootstrap(lambda w: {"share": 1.0}, ["a"] * 50 + ["b"] * 50, of={"share": 100})["share"]
    assert found["low"] == 0.1581
    alone = metrics.bootstrap(lambda w: {"share": 1.0}, ["a"] * 50, of={"share": 50})["share"]
    assert alone == {"value": 1.0, "low": None, "high": None}
