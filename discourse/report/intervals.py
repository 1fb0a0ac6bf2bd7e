"""Shares and means with 95 % intervals that know that replies come in threads.

Comments of one thread answer each other, so they are not independent: a page of 60 comments in
five threads says less than 60 lone comments. Threads are resampled (a thread is a top-level
comment with all below it); what this does to the variance of a share gives the effective number
of comments, and Wilson's interval is computed with that number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import NormalDist

import numpy as np

SMALL_SAMPLE = 30
CONFIDENCE = 0.95
_MOST_DRAWN = 4_000_000
_FEWEST_RESAMPLES = 200
_CACHED_WEIGHTS = 40_000_000


def wilson(count: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The limits of Wilson's score interval for `count` of `n` (both may be fractions).

    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212.

    Raises:
        ValueError: `n` is not positive, or `count` is outside 0..n.
    """
    if n <= 0 or not 0 <= count <= n:
        raise ValueError(f"no interval for {count} of {n}")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = count / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def rounded(value: float | None) -> float | None:
    """The value to six digits after the point; None for None, NaN and infinities (JSON has none)."""
    if value is None or not isfinite(value):
        return None
    return round(float(value), 6)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a mean (`name`) over `n` comments with its 95 % interval, in 0..1; None if unknown.

    `n_effective` is the number of independent comments that would give the same variance.
    """

    n: int
    count: float | None
    value: float | None
    low: float | None
    high: float | None
    n_effective: float | None = None
    name: str = "share"

    def as_dict(self) -> dict:
        """Plain figures: n, count (shares only), share or mean, low, high, n_effective, small_sample."""
        figures: dict = {"n": self.n}
        if self.count is not None:
            figures["count"] = int(self.count) if float(self.count).is_integer() else rounded(self.count)
        figures |= {self.name: rounded(self.value), "low": rounded(self.low), "high": rounded(self.high)}
        if self.n_effective is not None:
            figures["n_effective"] = round(self.n_effective, 1)
        return figures | {"small_sample": self.n < SMALL_SAMPLE}


class ThreadBootstrap:
    """Intervals for the comments of one discussion, by resampling its threads.

    Every method takes one value per comment and a mask of the comments meant. Values in 0..1
    may be probabilities: the variance of the labels they stand for is then part of the interval.
    """

    def __init__(self, threads: Sequence[str], *, seed: int = 0, resamples: int = 1000) -> None:
        """`threads` names each comment's thread; fewer resamples are drawn for many threads."""
        codes: dict[str, int] = {}
        self.codes = np.array([codes.setdefault(t, len(codes)) for t in threads], dtype=np.int64)
        self.n_threads = len(codes)
        self.seed = seed
        self.resamples = max(_FEWEST_RESAMPLES, min(resamples, _MOST_DRAWN // max(1, self.n_threads)))
        self._cache: list[np.ndarray] | None = None

    def weights(self) -> Iterator[np.ndarray]:
        """How often each thread was drawn: blocks of rows (resamples) by threads, always the same ones."""
        if self._cache is not None:
            yield from (block.astype(np.float64) for block in self._cache)
            return
        rng = np.random.default_rng(self.seed)
        step = max(1, 1_000_000 // max(1, self.n_threads))
        keep = [] if self.resamples * self.n_threads <= _CACHED_WEIGHTS else None
        for start in range(0, self.resamples, step):
            rows = min(step, self.resamples - start)
            drawn = rng.integers(0, self.n_threads, (rows, self.n_threads))
            drawn += np.arange(rows)[:, None] * self.n_threads
            flat = np.bincount(drawn.ravel(), minlength=rows * self.n_threads)
            block = flat.reshape(rows, self.n_threads)
            if keep is not None:
                keep.append(block.astype(np.uint8))
            yield block.astype(np.float64)
        self._cache = keep

    def thread_sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of the values of each thread's comments."""
        return np.bincount(self.codes, weights=values, minlength=self.n_threads)

    def replicates(self, values: np.ndarray, where: np.ndarray) -> np.ndarray:
        """The mean of the values in each resample that holds at least one of the comments meant."""
        totals = np.stack([self.thread_sums(np.where(where, values, 0.0)), self.thread_sums(where)], axis=1)
        sums = np.concatenate([block @ totals for block in self.weights()])
        sums = sums[sums[:, 1] > 0]
        return sums[:, 0] / sums[:, 1]

    def _sizes(self, where: np.ndarray) -> np.ndarray:
        sizes = self.thread_sums(where)
        return sizes[sizes > 0]

    def variance(self, values: np.ndarray, where: np.ndarray) -> float | None:
        """The variance of the mean between resamples of threads; None with fewer than two threads."""
        threads = len(self._sizes(where))
        if threads < 2:
            return None
        return float(np.var(self.replicates(values, where))) * threads / (threads - 1)

    def share(self, values: Sequence[float], where: Sequence[bool]) -> Estimate:
        """The mean of values in 0..1 (labels or probabilities) with Wilson's interval.

        The number of comments is replaced by the effective one, share x (1 - share) / variance
        (L. Kish 1965, Survey Sampling, ch. 5), never above the comments there are and never below
        what remains if all comments of a thread said the same.
        """
        values, where = np.clip(np.nan_to_num(np.asarray(values, float)), 0, 1), np.asarray(where, bool)
        n = int(where.sum())
        if n == 0:
            return Estimate(0, 0, None, None, None)
        chosen = values[where]
        total = float(chosen.sum())
        p = min(1.0, total / n)
        effective = self._effective(values, where, p)
        low, high = wilson(min(p * effective, effective), effective)
        return Estimate(n, total, p, min(low, p), max(high, p), effective)

    def _effective(self, values: np.ndarray, where: np.ndarray, p: float) -> float:
        sizes, chosen = self._sizes(where), values[where]
        n = float(sizes.sum())
        floor = n * n / float((sizes**2).sum())
        between = self.variance(values, where)
        if between is None:
            return floor
        variance = between + float((chosen * (1 - chosen)).sum()) / (n * n)
        if p * (1 - p) < 1e-12 or variance <= 0:
            return n
        return min(n, max(floor, p * (1 - p) / variance))

    def mean(self, values: Sequence[float], where: Sequence[bool]) -> Estimate:
        """The mean of the values with the bootstrap's percentile interval (none for a single thread)."""
        values, where = np.nan_to_num(np.asarray(values, float)), np.asarray(where, bool)
        n = int(where.sum())
        if n == 0:
            return Estimate(0, None, None, None, None, name="mean")
        mean = float(values[where].mean())
        if len(self._sizes(where)) < 2:
            return Estimate(n, None, mean, None, None, name="mean")
        low, high = percentile_interval(self.replicates(values, where), mean)
        return Estimate(n, None, mean, low, high, name="mean")

    def difference(self, first: Sequence[float], second: Sequence[float], where: Sequence[bool]) -> Estimate:
        """How far the share of `first` is above that of `second` among the same comments (-1..1)."""
        first, second = np.asarray(first, float), np.asarray(second, float)
        where = np.asarray(where, bool)
        gap = np.where(where, first - second, 0.0)
        n = int(where.sum())
        if n == 0:
            return Estimate(0, None, None, None, None, name="difference")
        mean = float(gap[where].mean())
        between = self.variance(gap, where)
        if between is None:
            return Estimate(n, None, mean, None, None, name="difference")
        labels = float((first + second - gap**2)[where].clip(0).sum()) / (n * n)
        half = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * sqrt(between + labels)
        return Estimate(n, None, mean, max(-1.0, mean - half), min(1.0, mean + half), name="difference")


def percentile_interval(replicates: np.ndarray, value: float) -> tuple[float, float]:
    """The middle 95 % of the replicates, widened to hold the value itself."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return min(float(low), value), max(float(high), value)
