"""Corrected shares move toward the truth, stay shares, and carry the confusion's own uncertainty."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.report.intervals import ThreadBootstrap, wilson
from discourse.report.prevalence import (
    ADJUSTED_COUNT,
    EXPECTATION_MAXIMISATION,
    adjusted_count,
    check_confusion,
    correct,
    expectation_maximisation,
    explains,
    onto_simplex,
)

CONFUSION = np.array([[60.0, 15.0, 25.0], [15.0, 65.0, 20.0], [20.0, 25.0, 55.0]])


def lone(n: int) -> ThreadBootstrap:
    return ThreadBootstrap([str(i) for i in range(n)])


def test_correction_undoes_the_confusion():
    truth = np.array([0.2, 0.7, 0.1])
    counts = 100 * truth @ (CONFUSION / 100)
    corrected = adjusted_count(counts, CONFUSION, 100)
    assert corrected.shares == pytest.approx(truth)
    assert corrected.shares[1] > counts[1] / 100


def test_a_perfect_classifier_needs_no_correction():
    corrected = adjusted_count([10, 30, 60], 100 * np.eye(3), 100)
    assert corrected.shares == pytest.approx([0.1, 0.3, 0.6])


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_the_simplex_takes_anything_in(point):
    shares = onto_simplex(np.array(point))[0]
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert onto_simplex(shares)[0] == pytest.approx(shares)


def test_impossible_counts_become_possible_shares():
    corrected = adjusted_count([50, 0, 0], CONFUSION, 50)
    assert corrected.shares.sum() == pytest.approx(1)
    assert (corrected.shares >= 0).all()
    low, high = corrected.interval(0)
    assert low <= corrected.shares[0] <= high


def test_less_validation_data_means_wider_intervals():
    widths = [
        np.diff(adjusted_count([20, 50, 30], scale * CONFUSION, 100).interval(1))[0]
        for scale in (0.1, 1, 100)
    ]
    assert widths[0] > widths[1] > widths[2]


def test_corrected_intervals_hold_the_truth_where_counted_ones_do_not():
    rng = np.random.default_rng(4)
    held = counted = 0
    rates = CONFUSION / 100
    for trial in range(100):
        truth = rng.dirichlet([2, 2, 2])
        labels = [rng.choice(3, p=rates[k]) for k in rng.choice(3, 80, p=truth)]
        counts = np.bincount(labels, minlength=3)
        measured = np.stack([rng.multinomial(120, row) for row in rates]).astype(float)
        low, high = adjusted_count(counts, measured, 80, seed=trial, resamples=400).interval(1)
        held += low <= truth[1] <= high
        low, high = wilson(counts[1], 80)
        counted += low <= truth[1] <= high
    assert held >= 90
    assert held > counted + 20


def test_expectation_maximisation_finds_another_prior():
    """Posteriors of a calibrated model at prior (1/3, 1/3, 1/3), on comments mostly of the second class."""
    rng = np.random.default_rng(2)
    rates = CONFUSION / 100
    seen = [rng.choice(3, p=rates[k]) for k in rng.choice(3, 600, p=[0.15, 0.7, 0.15])]
    posteriors = (rates / rates.sum(axis=0)).T[seen]
    bootstrap = lone(600)
    found = expectation_maximisation(posteriors, np.full(3, 1 / 3), bootstrap, np.ones(600, dtype=bool))
    assert posteriors[:, 1].mean() < 0.6
    assert found.shares[1] == pytest.approx(0.7, abs=0.12)
    low, high = found.interval(1)
    assert low < found.shares[1] < high


def test_a_flat_confusion_falls_back_on_probabilities_or_says_no():
    flat = np.array([[36.0, 33.0, 31.0], [33.0, 34.0, 33.0], [31.0, 33.0, 36.0]])
    where = np.ones(40, dtype=bool)
    posteriors = np.tile([0.5, 0.3, 0.2], (40, 1))
    assert correct([20, 10, 10], flat, 40, lone(40), where, posteriors).method == EXPECTATION_MAXIMISATION
    assert correct([20, 10, 10], flat, 40, lone(40), where, None) is None
    assert correct([20, 10, 10], CONFUSION, 40, lone(40), where, posteriors).method == ADJUSTED_COUNT


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


def test_a_page_unlike_the_validation_data_is_not_corrected():
    confusion = np.array([[60, 20, 20], [20, 60, 20], [25, 10, 65]], float)
    assert explains(confusion, [30, 30, 40])
    assert not explains(confusion, [0, 0, 74])
