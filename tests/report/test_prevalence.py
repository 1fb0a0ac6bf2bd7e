"""Corrected shares move toward the truth, stay shares, and carry the confusion's own uncertainty."""

from __future__ import annotations

import numpy as np
import pytest

from discourse.report.intervals import wilson
from discourse.report.prevalence import Quantifier, check_confusion, unknown, with_review

CONFUSION = np.array([[60.0, 15.0, 25.0], [15.0, 65.0, 20.0], [20.0, 25.0, 55.0]])


def width(quantifier: Quantifier, counts=(20, 50, 30), n: float = 100) -> float:
    return float(np.diff(quantifier.shares(counts, n).interval(1))[0])


def test_correction_undoes_the_confusion():
    truth = np.array([0.2, 0.7, 0.1])
    sharp = Quantifier.of((100 * CONFUSION).tolist())
    counts = 300 * truth @ (CONFUSION / 100)
    found = sharp.shares(counts, 300)
    assert found.shares == pytest.approx(truth, abs=0.06)
    assert found.shares[1] > counts[1] / 300


def test_a_perfect_classifier_needs_no_correction():
    found = Quantifier.of((1000 * np.eye(3)).tolist()).shares([30, 90, 180], 300)
    assert found.shares == pytest.approx([0.1, 0.3, 0.6], abs=0.03)


def test_labels_that_say_nothing_leave_what_threads_are_like():
    blind = Quantifier.of({"confusion": [[30, 30, 30]] * 3, "prior": [4, 2, 2], "weight": 1.0})
    found = blind.shares([20, 20, 20], 60)
    assert found.shares == pytest.approx([0.5, 0.25, 0.25], abs=0.05)
    low, high = found.interval(0)
    assert low < 0.2 and high > 0.75


def test_counts_that_no_mixture_explains_still_give_shares():
    found = Quantifier.of(CONFUSION.tolist()).shares([50, 0, 0], 50)
    assert found.shares.sum() == pytest.approx(1)
    assert (found.shares >= 0).all()
    low, high = found.interval(0)
    assert low <= found.shares[0] <= high


def test_less_validation_data_unlike_threads_or_fewer_comments_mean_wider_intervals():
    assert width(Quantifier(0.1 * CONFUSION, np.ones(3))) > width(Quantifier(CONFUSION, np.ones(3)))
    assert width(Quantifier(CONFUSION, np.ones(3), 0.1)) > width(Quantifier(CONFUSION, np.ones(3)))
    assert width(Quantifier(CONFUSION, np.ones(3)), n=20) > width(Quantifier(CONFUSION, np.ones(3)))


def test_corrected_intervals_hold_the_truth_where_counted_ones_do_not():
    rng = np.random.default_rng(4)
    held = counted = 0
    rates = CONFUSION / 100
    for trial in range(60):
        truth = rng.dirichlet([2, 2, 2])
        labels = [rng.choice(3, p=rates[k]) for k in rng.choice(3, 80, p=truth)]
        counts = np.bincount(labels, minlength=3)
        measured = np.stack([rng.multinomial(120, row) for row in rates]).astype(float)
        low, high = Quantifier(measured + 1, np.full(3, 2.0)).shares(counts, 80, seed=trial).interval(1)
        held += low <= truth[1] <= high
        low, high = wilson(counts[1], 80)
        counted += low <= truth[1] <= high
    assert held >= 54
    assert held > counted + 10


def test_ten_thousand_comments_are_no_surer_than_the_confusion():
    quantifier = Quantifier.of(CONFUSION.tolist())
    assert width(quantifier, (2000, 5000, 3000), 10_000) > 0.1


@pytest.mark.parametrize(
    "confusion",
    [
        [[1, 2], [3, 4]],
        [[1, 0, 0], [0, -1, 0], [0, 0, 1]],
        [[1, 0, 0], [0, 0, 0], [0, 0, 1]],
        [[float("nan")] * 3] * 3,
    ],
)
def test_a_confusion_that_is_none_is_refused(confusion):
    with pytest.raises(ValueError, match="confusion"):
        check_confusion(confusion)


def test_numbers_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="prior"):
        Quantifier.of({"confusion": CONFUSION.tolist(), "prior": [1, 0, 1], "weight": 1})


def test_with_nothing_judged_the_shares_are_those_of_the_labels():
    quantifier = Quantifier(CONFUSION, np.array([2.0, 1.7, 2.2]), 0.05)
    counts = [20, 15, 25]
    alone, beside = quantifier.shares(counts, 60), quantifier.reviewed(np.zeros((3, 3)), counts)
    assert beside.shares == pytest.approx(alone.shares, abs=0.02)


def test_judged_comments_narrow_the_interval_until_it_closes():
    quantifier, rng = Quantifier(CONFUSION, np.array([2.0, 1.7, 2.2]), 0.02), np.random.default_rng(1)
    true = rng.choice(3, 120, p=[0.5, 0.2, 0.3])
    labels = np.array([rng.choice(3, p=CONFUSION[k] / 100) for k in true])
    order, widths = rng.permutation(120), []
    for n in (5, 20, 60, 120):
        said = np.zeros((120, 3))
        said[order[:n], true[order[:n]]] = 1
        found = with_review(labels, said, np.ones(120, bool), quantifier, seed=n)
        limits = [found.interval(k) for k in range(3)]
        assert all(low <= share <= high for (low, high), share in zip(limits, found.shares, strict=True))
        widths.append(max(high - low for low, high in limits))
    assert (
        widths == sorted(widths, reverse=True) and widths[0] > 0.3 and widths[2] < 0.25 and widths[3] < 1e-9
    )
    assert found.shares == pytest.approx(np.bincount(true) / 120)


def test_intervals_with_judged_comments_hold_the_truth_whatever_we_confuse():
    rng, held = np.random.default_rng(7), []
    for trial in range(120):
        quantifier = unknown(3) if trial % 2 else Quantifier(CONFUSION, np.array([2.0, 2.0, 2.0]), 0.02)
        rates = rng.dirichlet(np.ones(3), 3)  # another classifier than the one that was measured
        true = rng.choice(3, 50, p=rng.dirichlet([2, 2, 2]))
        labels = np.array([rng.choice(3, p=rates[k]) for k in true])
        said = np.eye(3)[true] * (rng.permutation(50) < 15)[:, None]
        found = with_review(labels, said, np.ones(50, bool), quantifier, seed=trial)
        limits = [found.interval(k) for k in range(3)]
        held += [
            low - 1e-9 <= s <= high + 1e-9
            for (low, high), s in zip(limits, np.bincount(true, minlength=3) / 50, strict=True)
        ]
    assert np.mean(held) > 0.92


def test_only_the_comments_meant_count_and_few_judged_are_none():
    labels = np.array([0, 1, 2, -1, 0, 1, 1, 1])
    said = np.zeros((8, 3))
    said[0, 1] = said[3, 1] = said[4, 2] = 1
    two = np.array([True, False, False, False, True, False, False, False])
    assert with_review(labels, said, ~two & (labels >= 0), unknown(3), seed=0) is None
    assert with_review(labels, said, two, unknown(3), seed=0).shares == pytest.approx([0, 0.5, 0.5]), (
        "all judged"
    )
    assert with_review(labels, said, labels >= 0, unknown(3), seed=0) is None, "two of seven are too few"
    said[[1, 2, 5], 0] = 1
    assert with_review(labels, said, labels >= 0, unknown(3), seed=0) is not None


def test_a_comment_that_splits_people_counts_in_parts():
    labels, said = np.zeros(6, int), np.tile([0.5, 0.0, 0.5], (6, 1))
    assert with_review(labels, said, labels >= 0, unknown(3), seed=0).shares == pytest.approx([0.5, 0, 0.5])
