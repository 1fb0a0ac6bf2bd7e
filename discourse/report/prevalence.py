"""Shares of classes corrected for what the classifier mixes up, with all that is unsure about them.

A classifier that takes many "against" for "none" shifts every count of its labels. The confusion
measured on validation threads says by how much. It is measured on few comments and differs from thread
to thread, and a weak classifier's confusion has no inverse to speak of: shares that undo it exactly are
noise. So shares are given by their posterior: some mixture of the true classes, as threads have them,
sent through some confusion, as threads have it, gave the labels counted. Where labels say little, the
posterior stays near the mixture of validation threads, and its interval is wide.

Where people have read some of the comments, what they say counts as it stands, beside our labels of the same
comments; the others are drawn from the posterior, each given its label. What was read must have been picked
at random, or by our label alone: then the others of that label are as those read.

K. Keith and B. O'Connor (2018), Uncertainty-aware generative models for inferring document class
prevalence, EMNLP; A. Ziegler and P. Czyz (2024), Bayesian quantification with black-box estimators, TMLR.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from discourse.report.intervals import percentile_interval

METHOD = "the confusion on validation threads (Bayesian quantification, Keith & O'Connor 2018)"
REVIEWED = (
    "what people say of comments drawn at random, the others given our labels (Bayesian quantification)"
)
FEWEST_JUDGED = 5  # comments; fewer say less than our labels
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
        posterior = self._posterior(np.zeros_like(self.confusion), worth, rng)
        chosen, _ = posterior.resample(rng)
        size = max(1, round(float(worth.sum())))
        return Prevalence(METHOD, posterior.mean, rng.multinomial(size, chosen) / size)

    def tells(self, n: int) -> bool:
        """Whether `n` comments can tell a thread from others: labelled alike, they would move the share of their side, whichever
        it is, by no less than shares differ between threads (a standard deviation of the prior).
        """
        prior = tuple(self.prior.tolist())
        return _swayed(tuple(map(tuple, self.confusion.tolist())), prior, self.weight, n) >= 1

    def reviewed(self, read: np.ndarray, rest: Sequence[int], *, seed: int = 0) -> Prevalence:
        """The shares of comments of which people have read some: those counted, the rest drawn given its labels.

        `read` counts the comments read, rows = what people say, columns = our label; `rest` counts our labels of the
        others. Replicates are shares of these very comments, so that the interval closes as they are read.
        """
        read, rest = np.asarray(read, float), np.asarray(rest, int)
        rng = np.random.default_rng(seed)
        worth = rest * min(1.0, _MOST_EFFECTIVE / max(1, rest.sum()))
        mixtures, confusions = self._posterior(read, worth, rng).resample(rng)
        true = np.broadcast_to(read.sum(axis=1), mixtures.shape).copy()
        for label, n in enumerate(rest):
            likely = mixtures * confusions[:, :, label]
            true += rng.multinomial(n, likely / likely.sum(axis=1, keepdims=True))
        replicates = true / max(1, read.sum() + rest.sum())
        return Prevalence(REVIEWED, replicates.mean(axis=0), replicates)

    def _posterior(self, read: np.ndarray, worth: np.ndarray, rng: np.random.Generator) -> _Posterior:
        """Mixtures and confusions, drawn given the comments read and weighted by the likelihood of the other labels."""
        mixtures = rng.dirichlet(self.prior + read.sum(axis=1), size=DRAWS)
        rows = [
            rng.dirichlet(self.weight * row + 0.5 + own, size=DRAWS)
            for row, own in zip(self.confusion, read, strict=True)
        ]
        confusions = np.stack(rows, axis=1)
        expected = np.einsum("dk,dkj->dj", mixtures, confusions)
        log_weight = (worth * np.log(np.maximum(expected, 1e-12))).sum(axis=1)
        weight = np.exp(log_weight - log_weight.max())
        return _Posterior(mixtures, confusions, weight / weight.sum())


@lru_cache(maxsize=256)
def _swayed(confusion: tuple, prior: tuple, weight: float, n: int) -> float:
    """By how many standard deviations of the prior `n` labels of one class move its share; of the class that moves least."""
    quantifier = Quantifier(np.array(confusion), np.array(prior), weight)
    mean = quantifier.prior / quantifier.prior.sum()
    deviation = np.sqrt(mean * (1 - mean) / (quantifier.prior.sum() + 1))
    moved = []
    for k, alike in enumerate(n * np.eye(len(mean))):
        posterior = quantifier._posterior(
            np.zeros_like(quantifier.confusion), alike, np.random.default_rng(0)
        )
        moved.append((posterior.mean[k] - mean[k]) / deviation[k])
    return float(min(moved))


@dataclass(frozen=True, slots=True)
class _Posterior:
    """Draws with their weights: mixtures (draws, classes), confusions (draws, true, label)."""

    mixtures: np.ndarray
    confusions: np.ndarray
    weight: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        return self.weight @ self.mixtures

    def resample(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Replicates of equal weight."""
        chosen = rng.choice(DRAWS, size=REPLICATES, p=self.weight)
        return self.mixtures[chosen], self.confusions[chosen]


def unknown(classes: int) -> Quantifier:
    """A classifier of which nothing is known: any shares and any confusion are as likely."""
    return Quantifier(np.zeros((classes, classes)), np.ones(classes))


def with_review(
    labels: np.ndarray, said: np.ndarray, where: np.ndarray, quantifier: Quantifier, seed: int
) -> Prevalence | None:
    """The shares among the comments meant by `where`, of which people have judged some; None if they judged too few.

    `labels` are ours, as places of classes; `said`, shape (comments, classes), holds theirs as shares that sum to 1, zeros where
    nobody judged. Of fewer judged than FEWEST_JUDGED, unless they are all, nothing is made either.
    """
    read = where & said.any(axis=1)
    if not read.any() or (read.sum() < FEWEST_JUDGED and (where & ~read).any()):
        return None
    classes = len(quantifier.prior)
    joint = np.zeros((classes, classes))
    np.add.at(joint.T, labels[read], said[read])
    rest = np.bincount(labels[where & ~read], minlength=classes)
    return quantifier.reviewed(joint, rest, seed=seed)


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
