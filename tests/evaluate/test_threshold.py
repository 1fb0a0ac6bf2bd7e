"""Thresholds fitted to labelled rows, and their figures on rows left out."""

import math

import numpy as np
import pytest

from discourse.evaluate.threshold import FEWEST, best_threshold, fit_threshold, parse_aim
from discourse.schema import UsageError


def brute(probability, truth, aim):
    """The best value over all thresholds, by trying each score."""
    best = 0.0
    for threshold in np.unique(probability):
        found = probability >= threshold
        right = (found & (truth == 1)).sum()
        precision, recall = right / found.sum(), right / truth.sum()
        if aim is None:
            best = max(best, 2 * right / (found.sum() + truth.sum()))
        elif precision >= aim:
            best = max(best, recall)
    return best


@pytest.mark.parametrize("aim", [None, 0.6, 0.9])
@pytest.mark.parametrize("seed", range(20))
def test_no_threshold_is_better(seed, aim):
    rng = np.random.default_rng(seed)
    truth = (rng.random(60) < 0.3).astype(int)
    truth[0] = 1
    probability = np.round(np.clip(truth * 0.3 + rng.random(60) * 0.7, 0, 1), 1 if seed % 2 else 6)
    threshold = best_threshold(probability, truth, aim)
    best = brute(probability, truth, aim)
    if math.isnan(threshold):
        assert best == 0
        return
    found = probability >= threshold
    right = (found & (truth == 1)).sum()
    value = 2 * right / (found.sum() + truth.sum()) if aim is None else right / truth.sum()
    assert value == pytest.approx(best)
    assert aim is None or right / found.sum() >= aim


def test_scores_without_information_are_not_flattered():
    rng = np.random.default_rng(1)
    truth, probability = (rng.random(400) < 0.2).astype(int), rng.random(400)
    fitted = fit_threshold(probability, truth, range(400), 0.5)
    assert fitted["precision"]["value"] is None or fitted["precision"]["value"] < 0.45


def test_good_scores_give_their_threshold_back():
    truth = np.array([0, 1] * 100)
    probability = np.where(truth == 1, 0.7, 0.2) + np.linspace(0, 0.1, 200)
    fitted = fit_threshold(probability, truth, range(200))
    assert 0.3 < fitted["threshold"]["value"] < 0.7
    assert fitted["f1"]["value"] == 1.0
    assert fitted["folds"] == 10


def test_one_unit_has_a_threshold_and_no_figures():
    fitted = fit_threshold(np.array([0.1, 0.9]), np.array([0, 1]), ["a", "a"])
    assert fitted["threshold"] == {"value": 0.5, "low": None, "high": None}
    assert "precision" not in fitted


@pytest.mark.parametrize(
    ("toxic", "not_toxic", "enough"),
    [(FEWEST, FEWEST, True), (FEWEST - 1, 500, False), (500, FEWEST - 1, False)],
)
def test_a_threshold_of_few_rows_of_either_label_is_no_recommendation(toxic, not_toxic, enough):
    truth = np.array([1] * toxic + [0] * not_toxic)
    fitted = fit_threshold(truth * 0.8 + 0.1, truth, range(len(truth)))
    assert (fitted["toxic"], fitted["not_toxic"], fitted["enough"]) == (toxic, not_toxic, enough)


def test_what_no_threshold_reaches_is_none():
    fitted = fit_threshold(np.array([0.9, 0.8, 0.1]), np.array([0, 1, 0]), [1, 2, 3], 0.9)
    assert fitted["threshold"]["value"] is None


@pytest.mark.parametrize("text", ["", "best", "0", "1", "-3", "nan", "inf"])
def test_an_aim_is_f1_or_a_precision(text):
    with pytest.raises(UsageError, match="say f1, or the precision wanted"):
        parse_aim(text)
    assert parse_aim("F1") is None
    assert parse_aim("0.9") == 0.9
