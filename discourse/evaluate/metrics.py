"""Figures as pure functions of arrays, and their bootstrap intervals.

Every figure takes `weights`, how often each row counts: resampling then draws weights, not rows. A
figure that is not defined (no positive, nothing found) is nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

REPEATS = 1000
LEVEL = 0.95
BINS = 15


def confusion(
    gold: np.ndarray, found: np.ndarray, size: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """Counts of shape (size, size), rows gold, columns found, from label indices of shape (n,)."""
    return np.bincount(gold * size + found, weights, minlength=size * size).reshape(size, size)


def ratio(top: float, bottom: float) -> float:
    """`top / bottom`; nan where there is nothing to divide by."""
    return float(top / bottom) if bottom else math.nan


def accuracy(counts: np.ndarray) -> float:
    """The share on the diagonal of a confusion matrix."""
    return ratio(np.trace(counts), counts.sum())


def precisions(counts: np.ndarray) -> np.ndarray:
    """Of what was found as each label, the share that is it; nan for a label never found."""
    return _shares(np.diag(counts), counts.sum(0))


def recalls(counts: np.ndarray) -> np.ndarray:
    """Of what is each label, the share found; nan for a label that gold has not."""
    return _shares(np.diag(counts), counts.sum(1))


def f1_scores(counts: np.ndarray) -> np.ndarray:
    """The F1 of each label; nan for a label that neither gold nor the answers have."""
    return _shares(2.0 * np.diag(counts), counts.sum(0) + counts.sum(1))


def macro_f1(counts: np.ndarray) -> float:
    """The plain mean of the labels' F1, over the labels that gold or the answers have."""
    scores = f1_scores(counts)
    scores = scores[~np.isnan(scores)]
    return float(scores.mean()) if len(scores) else math.nan


def kappa(counts: np.ndarray) -> float:
    """Agreement beyond chance of a confusion matrix (Cohen 1960); nan where all is of one label."""
    total = counts.sum()
    chance = ratio((counts.sum(0) * counts.sum(1)).sum(), total * total)
    return ratio(ratio(np.trace(counts), total) - chance, 1 - chance) if chance < 1 else math.nan


def alpha(counts: np.ndarray) -> float:
    """Krippendorff's alpha for nominal labels (Krippendorff 2011); nan where nothing can be compared.

    Args:
        counts: of shape (units, labels): how many raters gave each unit each label. Units with fewer than
            two ratings do not count.
    """
    counts = counts[counts.sum(1) >= 2]
    each = counts.sum(1)
    total, by_label = each.sum(), counts.sum(0)
    disagreeing = ((each**2 - (counts**2).sum(1)) / np.maximum(each - 1, 1)).sum()
    expected = ratio(total**2 - (by_label**2).sum(), total - 1)
    return 1 - ratio(disagreeing, expected) if expected else math.nan


def _shares(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    out = np.full(len(top), math.nan)
    return np.divide(top, bottom, out=out, where=bottom > 0)


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """The place of each score among the distinct ones, from 0; all that the ROC curve asks of scores."""
    return np.unique(scores, return_inverse=True)[1]


def auc(ranks: np.ndarray, gold: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The area under the ROC curve (Mann-Whitney, ties at half) of scores given by `ranks_of`.

    nan where gold is all of one kind.
    """
    weights = np.ones(len(ranks)) if weights is None else weights
    positive = np.bincount(ranks, weights * gold)
    negative = np.bincount(ranks, weights * (1 - gold))
    below = np.cumsum(negative) - negative
    return ratio((positive * (below + negative / 2)).sum(), positive.sum() * negative.sum())


def calibration_error(
    probabilities: np.ndarray, right: np.ndarray, weights: np.ndarray | None = None, bins: int = BINS
) -> float:
    """The mean gap between stated probability and observed rate, over equal bins (Naeini et al. 2015)."""
    weights = np.ones(len(probabilities)) if weights is None else weights
    which = np.clip((probabilities * bins).astype(int), 0, bins - 1)
    return ratio(np.abs(np.bincount(which, weights * (probabilities - right))).sum(), weights.sum())


def bootstrap(
    figures: Callable[[np.ndarray], Mapping[str, float]],
    units: Sequence[Hashable],
    repeats: int = REPEATS,
    seed: int = 0,
    of: Mapping[str, float] | None = None,
) -> dict[str, dict[str, float | None]]:
    """Each figure as `value`, `low` and `high`: its 95 % percentile interval over resampled units.

    Args:
        figures: figures by name, for weights of shape (n,).
        units: what each row belongs to, n values; rows of one unit are drawn together.
        repeats: how many samples are drawn.
        seed: of the drawing; the same rows give the same interval.
        of: for figures that are shares, by name, how many rows they are shares of.

    Where every sample gives the same value, as of none in three, resampling says nothing of what was not seen. The interval of
    a share of 0 or 1 is then the exact one (Clopper & Pearson 1934) of as many rows, at most as many as there are
    units. Of other figures the bounds are then None, as all are where there are fewer than two units; figures that are not
    defined are None.
    """
    numbers = {unit: i for i, unit in enumerate(dict.fromkeys(units))}
    members = np.array([numbers[unit] for unit in units], np.int64)
    whole = figures(np.ones(len(members)))
    drawn: dict[str, list[float]] = {name: [] for name in whole}
    rng = np.random.default_rng(seed)
    for _ in range(repeats if len(numbers) > 1 else 0):
        counts = np.bincount(rng.integers(0, len(numbers), len(numbers)), minlength=len(numbers))
        for name, value in figures(counts[members].astype(float)).items():
            drawn[name].append(value)
    sizes = {name: min(n, len(numbers)) for name, n in (of or {}).items() if len(numbers) > 1}
    return {name: _interval(value, drawn[name], sizes.get(name, 0)) for name, value in whole.items()}


def _interval(value: float, drawn: list[float], n: float) -> dict[str, float | None]:
    known = np.array([d for d in drawn if not math.isnan(d)])
    tail = (1 - LEVEL) / 2
    low, high = np.percentile(known, [100 * tail, 100 - 100 * tail]) if len(known) else (math.nan, math.nan)
    if len(known) and known.min() == known.max():
        low = high = math.nan
        if n >= 1 and value in (0.0, 1.0):
            far = tail ** (1 / n)
            low, high = (far, 1.0) if value else (0.0, 1 - far)
    return {"value": rounded(value), "low": rounded(low), "high": rounded(high)}


def rounded(value: float) -> float | None:
    """Four decimals; None for nan."""
    return None if math.isnan(value) else round(float(value), 4)
