"""Shares of classes corrected for what the classifier mixes up.

A classifier that takes many "against" for "none" shifts every count of its labels. The confusion
measured on validation data says by how much, provided that it errs here as it did there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.report.intervals import ThreadBootstrap, percentile_interval

ADJUSTED_COUNT = "adjusted count (Forman 2008)"
EXPECTATION_MAXIMISATION = "expectation maximisation (Saerens et al. 2002)"
# Beyond this condition number the inverse of the confusion multiplies noise more than tenfold.
_MAX_CONDITION = 10.0
# A corrected share this far below zero cannot be put down to the sample of a page.
OUTSIDE = 0.1
_EM_REPLICATES = 200


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Corrected shares (they sum to 1) with replicates (rows) for intervals; no replicates: no interval."""

    method: str
    shares: np.ndarray
    replicates: np.ndarray | None

    def interval(self, k: int) -> tuple[float | None, float | None]:
        """The 95 % limits of class `k`."""
        if self.replicates is None:
            return None, None
        return percentile_interval(self.replicates[:, k], float(self.shares[k]))

    def difference(self, a: int, b: int) -> tuple[float, float | None, float | None]:
        """How far class `a` is above class `b`, with its 95 % limits."""
        gap = float(self.shares[a] - self.shares[b])
        if self.replicates is None:
            return gap, None, None
        return gap, *percentile_interval(self.replicates[:, a] - self.replicates[:, b], gap)


def check_confusion(confusion: Sequence[Sequence[float]], classes: int = 3) -> np.ndarray:
    """The confusion as an array, rows = true class, columns = predicted, counts on validation data.

    Raises:
        ValueError: wrong shape, negative or missing counts, or a class that validation never saw.
    """
    matrix = np.asarray(confusion, dtype=float)
    if matrix.shape != (classes, classes) or not np.isfinite(matrix).all() or (matrix < 0).any():
        raise ValueError(f"the confusion must be {classes} x {classes} counts, rows = true class")
    if (matrix.sum(axis=1) <= 0).any():
        raise ValueError("the confusion has an empty row: a class was never seen on validation data")
    return matrix


def onto_simplex(points: np.ndarray) -> np.ndarray:
    """The nearest shares (not negative, summing to 1) to each row.

    J. Duchi et al. (2008), Efficient projections onto the l1-ball for learning in high dimensions,
    ICML, fig. 1.
    """
    points = np.atleast_2d(points)
    ordered = -np.sort(-points, axis=1)
    excess = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
    last = np.count_nonzero(ordered > excess, axis=1) - 1
    return np.clip(points - excess[np.arange(len(points)), last][:, None], 0, None)


def adjusted_count(
    counts: Sequence[float],
    confusion: np.ndarray,
    n_effective: float,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> Prevalence:
    """Shares that, sent through the confusion, give the shares of labels counted.

    G. Forman (2008), Quantifying counts and costs via classification, Data Mining and Knowledge
    Discovery 17, 164-206. The solution is moved to the nearest shares possible. Replicates draw
    both the shares counted (with `n_effective` independent comments) and the confusion's rows.
    """
    counted = np.asarray(counts, dtype=float) / max(1e-12, float(np.sum(counts)))
    rates = confusion / confusion.sum(axis=1, keepdims=True)
    shares = onto_simplex(np.linalg.solve(rates.T, counted))[0]
    rng = np.random.default_rng(seed)
    drawn = rng.dirichlet(n_effective * counted + 0.5, size=resamples)
    rows = np.stack([rng.dirichlet(row + 0.5, size=resamples) for row in confusion], axis=1)
    solved = np.linalg.pinv(rows.transpose(0, 2, 1)) @ drawn[:, :, None]
    return Prevalence(ADJUSTED_COUNT, shares, onto_simplex(solved[:, :, 0]))


def _em(posteriors: np.ndarray, prior: np.ndarray, weights: np.ndarray, rounds: int = 200) -> np.ndarray:
    shares = prior
    weights = weights / weights.sum()
    for _ in range(rounds):
        scaled = posteriors * (shares / prior)
        scaled /= scaled.sum(axis=1, keepdims=True)
        after = weights @ scaled
        if np.abs(after - shares).max() < 1e-6:
            return after
        shares = after
    return shares


def expectation_maximisation(
    posteriors: np.ndarray, prior: np.ndarray, bootstrap: ThreadBootstrap, where: np.ndarray
) -> Prevalence:
    """Shares under which the classifier's probabilities, re-weighted from `prior`, are most likely.

    M. Saerens, P. Latinne, C. Decaestecker (2002), Adjusting the outputs of a classifier to new a
    priori probabilities, Neural Computation 14, 21-41. `posteriors` are those of the comments in
    `where`; replicates resample threads.
    """
    posteriors = np.clip(posteriors, 1e-6, 1)
    codes = bootstrap.codes[where]
    shares = _em(posteriors, prior, np.ones(len(posteriors)))
    if len(np.unique(codes)) < 2:
        return Prevalence(EXPECTATION_MAXIMISATION, shares, None)
    replicates: list[np.ndarray] = []
    for block in bootstrap.weights():
        for row in block[: _EM_REPLICATES - len(replicates)]:
            if row[codes].sum() > 0:
                replicates.append(_em(posteriors, prior, row[codes]))
        if len(replicates) >= _EM_REPLICATES:
            break
    return Prevalence(EXPECTATION_MAXIMISATION, shares, np.stack(replicates))


def explains(confusion: np.ndarray, counts: Sequence[float]) -> bool:
    """True when some mixture of the true classes, sent through the confusion, gives about these counts.

    Where none does, the page is unlike the validation data and a correction would be false precision:
    the unconstrained solution then has a share further below zero than OUTSIDE.
    """
    rates = confusion / confusion.sum(axis=1, keepdims=True)
    counted = np.asarray(counts, dtype=float) / max(1e-12, float(np.sum(counts)))
    return float((np.linalg.pinv(rates.T) @ counted).min()) >= -OUTSIDE


def correct(
    counts: Sequence[float],
    confusion: np.ndarray,
    n_effective: float,
    bootstrap: ThreadBootstrap,
    where: np.ndarray,
    posteriors: np.ndarray | None,
) -> Prevalence | None:
    """The corrected shares: adjusted count, or expectation maximisation where the confusion is too flat.

    None when neither can be done (a flat confusion and no probabilities).
    """
    rates = confusion / confusion.sum(axis=1, keepdims=True)
    if np.linalg.cond(rates) <= _MAX_CONDITION:
        return adjusted_count(counts, confusion, n_effective, seed=bootstrap.seed)
    if posteriors is None:
        return None
    return expectation_maximisation(posteriors, confusion.sum(axis=1) / confusion.sum(), bootstrap, where)
