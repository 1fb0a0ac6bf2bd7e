"""Stance toward the article read jointly over a thread: what a comment says, and whom it sides with.

A comment whose own words say little often shows its side by whom it agrees or quarrels with. Each
thread is a tree of comments whose stance (favor, against, none) is unknown; a comment's own words
give its node's evidence, and its answer to the parent (agree, disagree, neutral) ties it to the
parent's stance. Sum-product belief propagation is exact on trees (Pearl 1988); compare the
signed reply graphs of Pick et al. 2022 (STEM).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.schema import ModelError

NO_RELATION = np.array([0.0, 0.0, 1.0])  # of a comment that answers none: neutral


@dataclass(frozen=True, slots=True)
class Ties:
    """How the stances of parent and child go together.

    `table[r, p, c]` is how much likelier child stance c is under parent stance p and relation r than
    by itself, from labelled threads. `own` and `tie` are the weights of a comment's own words and of
    the tie, on the log scale: the two overlap, since the words are read with the parent in view.
    """

    table: np.ndarray
    own: float = 1.0
    tie: float = 1.0

    @classmethod
    def of(cls, raw: dict, where: str) -> Ties:
        """From a checkpoint's calibration.

        Raises:
            ModelError: it is not as expected.
        """
        try:
            table = np.array(raw["table"], np.float64)
            own, tie = float(raw["own"]), float(raw["tie"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{where}: 'joint' is not as expected ({error!r})") from error
        if table.shape != (3, 3, 3) or not np.isfinite(table).all() or (table <= 0).any():
            raise ModelError(f"{where}: 'joint' needs a table of 3 x 3 x 3 positive numbers")
        return cls(table, own, tie)

    def between(self, relation: np.ndarray, confidence: float = 1.0) -> np.ndarray:
        """The factor between parent and child, shape (3, 3), for relation probabilities (3,).

        `confidence` is the probability that the parent is the right one; a doubtful link ties less.
        """
        factor = np.einsum("r,rpc->pc", relation, self.table)
        return (confidence * factor + (1 - confidence)) ** self.tie


def parents_first(above: dict[int, int], rows: Sequence[int]) -> list[int]:
    """The rows in an order in which each stands after the one `above` names for it; else as given."""
    out: list[int] = []
    placed: set[int] = set()
    for row in rows:
        chain = []
        while row not in placed:
            placed.add(row)
            chain.append(row)
            if row not in above:
                break
            row = above[row]
        out += reversed(chain)
    return out


def joint_stances(
    parents: Sequence[int],
    own: np.ndarray,
    relations: np.ndarray,
    ties: Ties,
    confidence: Sequence[float] | None = None,
) -> np.ndarray:
    """Stance probabilities of every comment given the whole thread, shape (n, 3).

    Args:
        parents: index of each comment's parent, -1 at top level; a parent stands before its replies.
        own: stance probabilities from a comment's own words, shape (n, 3).
        relations: agree, disagree, neutral probabilities toward the parent, shape (n, 3).
        ties: how stances go together.
        confidence: probability that each parent is the right one.

    Raises:
        ValueError: a parent does not stand before its reply.
    """
    n = len(parents)
    if any(p >= i for i, p in enumerate(parents)):
        raise ValueError("a parent must stand before its replies")
    evidence = np.maximum(own, 1e-6) ** ties.own
    sure = [1.0] * n if confidence is None else confidence
    factors = [ties.between(relations[i], sure[i]) if parents[i] >= 0 else None for i in range(n)]
    upward = evidence.copy()  # evidence below and at each comment
    messages = np.ones((n, 3))  # from a comment to its parent
    for i in range(n - 1, -1, -1):
        upward[i] /= upward[i].sum()
        if parents[i] >= 0:
            messages[i] = factors[i] @ upward[i]
            messages[i] /= messages[i].sum()
            upward[parents[i]] *= messages[i]
    belief = upward.copy()
    for i in range(n):
        if parents[i] >= 0:
            rest = belief[parents[i]] / messages[i]
            belief[i] = upward[i] * ((rest / rest.sum()) @ factors[i])
        belief[i] /= belief[i].sum()
    return belief
