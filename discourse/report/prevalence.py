"""Shares of classes corrected for what the classifier mixes up, with all that is unsure about them.

A classifier that takes many "against" for "none" shifts every count of its labels. The confusion
measured on validation threads says by how much. It is measured on few comments and differs from thread
to thread, and a weak classifier's confusion has no inverse to speak of: shares that undo it exactly are
noise. So shares are given by their posterior: some mixture of the true classes, as threads have them,
sent through some confusion, as threads have it, gave the labels counted. Where labels say little, the
posterior stays near the mixture of validation threads, and its interval is wide.

K. Keith and B. O'Connor (2018), Uncertainty-aware generative models for inferring document class
prevalence, EMNLP; A. Ziegler and P. Czyz (2024), Bayesian quantification with black-box estimators, TMLR.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.report.intervals import percentile_interval

METHOD = "the confusion on validation threads (Bayesian quantification, Keith & O'Connor 2018)"
DRAWS = 20_000
REPLICATES = 2000
# Beyond this many independent comments the confusion's own uncertainty is all there is.
_MOST_EFFECTIVE = 300.0


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Corrected shares (they sum to 1) with replicates (rows) for intervals."""

    method: str
    shares: np.ndarray
    replicates: np.ndarray

    def interval(self, k: int) -> tuple[float, float]:
        """The 95 % limits of class `k`."""
        return percentile_interval(self.replicates[:, k], float(self.shares[k]))

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """How far class `a` is above class `b`, with its 95 % limits."""
        gap = float(self.shares[a] - self.shares[b])
        return gap, *percentile_interval(self.replicates[:, a] - self.replicates[:, b], gap)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """What is known of a classifier from validation threads.

    `confusion` counts rows = true class, columns = label. `prior` are the parameters of the Dirichlet
    distribution of true shares over threads. `weight` is how many of the confusion's counts a thread's
    own confusion is worth: below 1 where threads differ. `coverage` says how often the intervals held
    the true shares on held-out threads, None where that was not measured.
    """

    confusion: np.ndarray
    prior: np.ndarray
    weight: float = 1.0
    coverage: Mapping | None = None

    @classmethod
    def of(cls, raw: Mapping | Sequence[Sequence[float]]) -> Quantifier:
        """From a stance checkpoint's `prevalence.json`, or from a confusion alone (every mixture as likely).

        Raises:
            ValueError: the confusion is not 3 x 3 counts with no empty row, or the rest is not positive.
        """
        if not isinstance(raw, Mapping):
            return cls(check_confusion(raw), np.ones(3))
        confusion, prior = check_confusion(raw["confusion"]), np.asarray(raw["prior"], float)
        weight = float(raw["weight"])
        if prior.shape != (3,) or not (prior > 0).all() or not weight > 0:
            raise ValueError("prevalence needs three positive numbers of the prior, and a weight above 0")
        return cls(confusion, prior, weight, raw.get("coverage"))

    def shares(self, counts: Sequence[float], n_effective: float, *, seed: int = 0) -> Prevalence:
        """The posterior of the true shares, given counts of labels worth `n_effective` independent comments.

        By importance sampling: mixtures and confusions are drawn, and weighted by the likelihood of
        the counts. The shares given are the posterior's mean; replicates are the shares in a sample of
        as many comments from a mixture drawn, so that they carry the sample's chance too, and may be 0.
        """
        counts = np.asarray(counts, float)
        total = max(1e-12, float(counts.sum()))
        worth = counts * min(n_effective, _MOST_EFFECTIVE, total) / total
        rng = np.random.default_rng(seed)
        mixtures = rng.dirichlet(self.prior, size=DRAWS)
        rows = [rng.dirichlet(self.weight * row + 0.5, size=DRAWS) for row in self.confusion]
        expected = sum(mixtures[:, k, None] * rows[k] for k in range(3))
        log_weight = (worth * np.log(np.maximum(expected, 1e-12))).sum(axis=1)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        chosen = mixtures[rng.choice(DRAWS, size=REPLICATES, p=weight)]
        size = max(1, round(float(worth.sum())))
        return Prevalence(METHOD, weight @ mixtures, rng.multinomial(size, chosen) / size)


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
