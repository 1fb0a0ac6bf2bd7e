"""The heads of `heads.py` as plain numpy, for the parser's many small calls.

The parser asks about the same lines again and again, always with the mean of some neighbouring
lines. All that is linear in one line is therefore worked out once for a page (`RangePairs`); what is
left for a pair is one product and one narrow layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Dense:
    """A linear layer: (n, inputs) -> (n, outputs)."""

    weight: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, heads: dict[str, np.ndarray], name: str) -> Dense:
        """The layer stored under `name`."""
        return cls(np.ascontiguousarray(heads[f"{name}.weight"].T), heads[f"{name}.bias"])

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x @ self.weight + self.bias


@dataclass(frozen=True, slots=True)
class PairScorer:
    """A `PairHead`: context and line, each (n, width) -> (n,)."""

    query: Dense
    key: Dense
    hidden: Dense
    out: Dense

    @classmethod
    def of(cls, heads: dict[str, np.ndarray], name: str) -> PairScorer:
        """The head stored under `name`."""
        return cls(*(Dense.of(heads, f"{name}.{part}") for part in ("query", "key", "hidden", "out")))

    def __call__(self, context: np.ndarray, line: np.ndarray) -> np.ndarray:
        query = self.query(line)
        dot = (query * self.key(context)).sum(-1) * query.shape[-1] ** -0.5
        mixed = np.concatenate([context, line, context * line], -1)
        return dot + self.out(np.maximum(self.hidden(mixed), 0))[:, 0]


def running_sums(rows: np.ndarray) -> np.ndarray:
    """Sums of the first 0..n rows, shape (n + 1, width), in double precision: pages may be long."""
    return np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(0, dtype=np.float64)])


class RangePairs:
    """A `PairScorer` over one page, where every text is a range of lines and its vector their mean.

    Scores equal the scorer's on the means, at a fraction of the cost.
    """

    def __init__(self, scorer: PairScorer, vectors: np.ndarray, sums: np.ndarray):
        width = vectors.shape[1]
        of_context, of_line, of_product = np.split(scorer.hidden.weight, [width, 2 * width])
        self._sums = sums
        self._product = np.ascontiguousarray(of_product)
        self._out = scorer.out
        size = scorer.query.weight.shape[1]
        self._as_context = running_sums(
            np.concatenate([vectors @ scorer.key.weight, vectors @ of_context], 1)
        )
        self._as_line = running_sums(
            np.concatenate([scorer.query(vectors) * size**-0.5, vectors @ of_line], 1)
        )
        self._size = size
        self._key_bias, self._hidden_bias = scorer.key.bias, scorer.hidden.bias

    def __call__(self, starts: np.ndarray, ends: np.ndarray, start: int, end: int) -> np.ndarray:
        """Scores of lines [start, end) against each context [starts, ends), shape (contexts,)."""
        lengths = (ends - starts)[:, None]
        context = ((self._as_context[ends] - self._as_context[starts]) / lengths).astype(np.float32)
        line = ((self._as_line[end] - self._as_line[start]) / (end - start)).astype(np.float32)
        means = ((self._sums[ends] - self._sums[starts]) / lengths).astype(np.float32)
        own = ((self._sums[end] - self._sums[start]) / (end - start)).astype(np.float32)
        dot = (context[:, : self._size] + self._key_bias) @ line[: self._size]
        hidden = (
            context[:, self._size :] + line[self._size :] + self._hidden_bias + (means * own) @ self._product
        )
        return dot + self._out(np.maximum(hidden, 0))[:, 0]


class PageScores:
    """What the heads say of a page's texts: does this answer that, does this line go on from that."""

    def __init__(self, answer: RangePairs, go_on_comment: RangePairs, alone: np.ndarray):
        self._answer = answer
        self._go_on_comment = go_on_comment
        self._alone = alone

    def answers(self, starts: np.ndarray, ends: np.ndarray, start: int, end: int) -> np.ndarray:
        """Logits that lines [start, end) answer each of the comments [starts, ends) -> (n,)."""
        return self._answer(starts, ends, start, end)

    def goes_on(self, starts: np.ndarray, ends: np.ndarray, line: int) -> np.ndarray:
        """Logits that a line goes on from each of the comments [starts, ends) -> (n,)."""
        return self._alone[line] + self._go_on_comment(starts, ends, line, line + 1)
