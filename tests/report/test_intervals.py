"""Intervals hold what they measure, shrink with evidence, and widen where threads or labels are unsure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.report.intervals import Estimate, ThreadBootstrap, wilson


def everyone(n: int) -> np.ndarray:
    return np.ones(n, dtype=bool)


def width(estimate: Estimate) -> float:
    return estimate.high - estimate.low


def test_wilson_gives_the_published_limits():
    # R. G. Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    for count, n, low, high in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)]:
        assert wilson(count, n) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_holds_the_share_and_shrinks_with_n(n, share):
    low, high = wilson(share * n, n)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1
    wider_low, wider_high = wilson(share * n, n), wilson(share * 4 * n, 4 * n)
    assert wider_high[1] - wider_high[0] < wider_low[1] - wider_low[0]


@pytest.mark.parametrize(("count", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_share(count, n):
    with pytest.raises(ValueError, match="no interval"):
        wilson(count, n)


def test_independent_comments_count_fully():
    flags = [i % 3 == 0 for i in range(90)]
    estimate = ThreadBootstrap([str(i) for i in range(90)]).share(flags, everyone(90))
    assert (estimate.count, estimate.value) == (30, pytest.approx(1 / 3))
    assert (estimate.low, estimate.high) == pytest.approx(wilson(30, 90), abs=0.01)


def test_replies_that_echo_their_thread_count_for_less():
    threads = [str(i // 9) for i in range(90)]
    echoing = [i // 9 < 4 for i in range(90)]
    mixed = [i % 9 < 4 for i in range(90)]
    bootstrap = ThreadBootstrap(threads)
    clustered, spread = bootstrap.share(echoing, everyone(90)), bootstrap.share(mixed, everyone(90))
    assert clustered.n_effective < 15
    assert spread.n_effective == pytest.approx(90)
    assert width(clustered) > 2 * width(spread)


def test_one_thread_is_one_observation_not_forty():
    estimate = ThreadBootstrap(["t"] * 40).share([i < 20 for i in range(40)], everyone(40))
    assert estimate.n_effective == 1
    assert width(estimate) > 0.8


def test_unsure_labels_are_part_of_the_variance():
    """Ten threads of nine lean a little: 0.01 / 10 between threads, 0.24 / 90 from drawing the labels."""
    leaning = [0.6 if i // 9 % 2 else 0.4 for i in range(90)]
    estimate = ThreadBootstrap([str(i // 9) for i in range(90)]).share(leaning, everyone(90))
    assert estimate.count == pytest.approx(45)
    assert estimate.n_effective == pytest.approx(0.25 / (0.01 / 9 + 0.24 / 90), rel=0.05)
    assert (estimate.low, estimate.high) == pytest.approx(wilson(33, 66), abs=0.01)


def test_no_comments_give_no_share_and_no_nan():
    bootstrap = ThreadBootstrap([])
    for estimate in (bootstrap.share([], []), bootstrap.mean([], []), bootstrap.difference([], [], [])):
        figures = estimate.as_dict()
        assert figures["n"] == 0
        assert figures["low"] is None and figures["high"] is None and figures[estimate.name] is None


def test_small_samples_are_flagged_below_thirty():
    for n, small in [(29, True), (30, False)]:
        figures = ThreadBootstrap([str(i) for i in range(n)]).share([True] * n, everyone(n)).as_dict()
        assert figures["small_sample"] is small


def test_mean_interval_holds_the_mean_and_is_the_same_again():
    values = [(7 * i % 11) / 11 for i in range(55)]
    threads = [str(i // 5) for i in range(55)]
    first, second = (ThreadBootstrap(threads, seed=3).mean(values, everyone(55)) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high
    assert ThreadBootstrap(["t"] * 55).mean(values, everyone(55)).low is None


def test_only_comments_in_the_mask_count():
    where = np.arange(40) < 10
    estimate = ThreadBootstrap([str(i) for i in range(40)]).share(np.arange(40) < 10, where)
    assert (estimate.n, estimate.value) == (10, 1.0)


def test_difference_tells_a_clear_lead_from_a_tie():
    bootstrap = ThreadBootstrap([str(i) for i in range(80)])
    ahead = np.arange(80) < 60
    clear = bootstrap.difference(ahead, ~ahead, everyone(80))
    tie = bootstrap.difference(np.arange(80) % 2 == 0, np.arange(80) % 2 == 1, everyone(80))
    assert clear.value == pytest.approx(0.5) and clear.low > 0.25
    assert tie.low < 0 < tie.high


def test_unsure_labels_widen_a_difference():
    """Forty comments, each as likely for as against: nothing between threads, 40 / 40² from drawing the labels."""
    halves = np.full(40, 0.5)
    lead = ThreadBootstrap([str(i) for i in range(40)]).difference(halves, halves, everyone(40))
    assert (lead.low, lead.value, lead.high) == pytest.approx((-0.31, 0, 0.31), abs=0.001)


def test_intervals_hold_the_truth_on_simulated_threads():
    """Threads lean, labels are drawn: about 95 in 100 intervals hold the share they came from."""
    rng = np.random.default_rng(0)
    held = naive = 0
    for trial in range(150):
        threads = np.repeat(np.arange(20), 5)
        leaning = rng.beta(1.2, 1.8, size=20)
        flags = rng.random(100) < leaning[threads]
        estimate = ThreadBootstrap([str(t) for t in threads], seed=trial, resamples=300).share(
            flags, everyone(100)
        )
        held += estimate.low <= 0.4 <= estimate.high
        low, high = wilson(flags.sum(), 100)
        naive += low <= 0.4 <= high
    assert held >= 0.88 * 150
    assert held > naive


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), min_size=1, max_size=30))
def test_any_share_lies_in_its_interval(rows):
    estimate = ThreadBootstrap([str(t) for t, _ in rows]).share([v for _, v in rows], everyone(len(rows)))
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
