"""The heads of `heads.py` as plain numpy, for the parser's many small calls."""

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
