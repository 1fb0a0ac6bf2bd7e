"""Two camps in the signed reply graph: a side, for or against, with a probability for every comment.

A comment's own words say something of its side, and so do those it answers and those that answer it:
who agrees stands on the same side more often than not, who disagrees on the other. Nodes are comments,
or authors where they are known, since an author keeps a side; each link weighs with the probability that
it is the right one. Sum-product belief propagation (Pearl 1988) is exact where the graph is a forest, as
replies without authors are; with authors it may have circles, and is then run until it settles, which
is an approximation (Murphy, Weiss and Jordan 1999). Compare the signed graphs of Pick et al. 2022 (STEM).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.nn.store import resolve
from discourse.schema import Discussion, ModelError

FILE = "camps.json"
SIDES = ("favor", "against")
ROUNDS = 60  # of belief propagation on a graph with circles
SETTLED = 1e-5
DAMPING = 0.3


@dataclass(frozen=True, slots=True)
class Ties:
    """How sides go together, from labelled threads.

    `same` holds the probabilities that two comments that both take a side take the same one when the
    reply agrees, disagrees, or is neutral. `own` and `tie` weigh a comment's words and a link, on the
    log scale. `graph` is False where the graph did not beat the words alone when it was measured: sides
    are then read from the words alone. `sure` is the least probability of a side that is given.
    """

    same: tuple[float, float, float] = (0.9, 0.25, 0.5)
    own: float = 1.0
    tie: float = 1.0
    graph: bool = True
    sure: float = 0.6

    @classmethod
    def of(cls, raw: object, where: str) -> Ties:
        """From a checkpoint's `camps.json`.

        Raises:
            ModelError: it is not as expected.
        """
        try:
            same = tuple(float(raw["same"][name]) for name in ("agree", "disagree", "neutral"))
            found = cls(same, float(raw["own"]), float(raw["tie"]), bool(raw["graph"]), float(raw["sure"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"{where}: not as expected ({error!r}); run `discourse models verify`"
            ) from error
        if not all(0 < s < 1 for s in same) or not 0 <= found.own < 10 or not 0 <= found.tie < 10:
            raise ModelError(f"{where}: not as expected; run `discourse models verify`")
        return found

    @classmethod
    def load(cls, spec: str | None = None) -> Ties | None:
        """Those of a stance checkpoint; None where it has none.

        Raises:
            ModelError: they are not as expected.
        """
        source = resolve(spec, "stance")
        raw = source.side_file(FILE)
        return None if raw is None else cls.of(raw, f"{source.location}/{FILE}")

    def lean(self, relation: np.ndarray, confidence: float) -> float:
        """The log odds that parent and reply take the same side, given agree, disagree, neutral (3,).

        A doubtful link says less: where it is wrong, nothing.
        """
        same = float(np.dot(relation, self.same))
        same = confidence * same + (1 - confidence) * 0.5
        return self.tie * float(np.log(same / (1 - same)))


def sides_from_words(own: np.ndarray) -> np.ndarray:
    """Probability of for against against by a comment's own words; own (n, 3) favor, against, none -> (n,).

    Words that take no side leave it open: half to either.
    """
    return own[:, 0] + own[:, 2] / 2


def sides(
    parents: Sequence[int | None],
    own: np.ndarray,
    relations: np.ndarray,
    ties: Ties,
    confidence: Sequence[float] | None = None,
    authors: Sequence[str | None] | None = None,
) -> np.ndarray:
    """Probability that each comment is on the side of the target, shape (n,).

    Args:
        parents: the place of each comment's parent, None or -1 at top level.
        own: stance probabilities (favor, against, none) by a comment's own words, shape (n, 3).
        relations: agree, disagree, neutral toward the parent, shape (n, 3).
        ties: how sides go together.
        confidence: probability that each parent is the right one; 1 by default.
        authors: who wrote it, None where unknown; comments of one author are on one side.
    """
    n = len(parents)
    own = np.nan_to_num(np.asarray(own, float).reshape(n, 3), nan=1 / 3)
    words = np.clip(sides_from_words(own), 1e-4, 1 - 1e-4)
    node, nodes = _nodes(n, authors)
    field = np.zeros(nodes)
    np.add.at(field, node, ties.own * np.log(words / (1 - words)))
    coupling: dict[tuple[int, int], float] = {}
    if ties.tie:
        for i, parent in enumerate(parents):
            if parent is None or parent < 0 or not np.isfinite(relations[i]).all():
                continue
            a, b = sorted((node[i], node[parent]))
            if a != b:
                sure = 1.0 if confidence is None else confidence[i]
                coupling[a, b] = coupling.get((a, b), 0.0) + ties.lean(relations[i], sure)
    return 1 / (1 + np.exp(-_marginals(field, coupling)))[node]


def _nodes(n: int, authors: Sequence[str | None] | None) -> tuple[np.ndarray, int]:
    """Each comment's node: its author's where known, else its own."""
    if authors is None:
        return np.arange(n), n
    places: dict[object, int] = {}
    node = [places.setdefault((i,) if a is None else a, len(places)) for i, a in enumerate(authors)]
    return np.array(node, int), len(places)


def _marginals(field: np.ndarray, coupling: dict[tuple[int, int], float]) -> np.ndarray:
    """Log odds of every node of a binary graph; `field` are unary log odds, `coupling` those of being equal."""
    edges = list(coupling)
    around: list[list[tuple[int, int]]] = [[] for _ in field]
    for e, (a, b) in enumerate(edges):
        around[a].append((b, e))
        around[b].append((a, e))
    strength = np.tanh(np.array([coupling[e] for e in edges]) / 2)
    order, above = _forest(around)
    if sum(a is not None for a in above) == len(edges):
        return _exact(field, strength, order, above)
    return _settled(field, strength, edges)


def _forest(around: list[list[tuple[int, int]]]) -> tuple[list[int], list[tuple[int, int] | None]]:
    """The nodes with each after the one above it in a spanning forest, and that node and edge (None: a root)."""
    order: list[int] = []
    above: list[tuple[int, int] | None] = [None] * len(around)
    seen = [False] * len(around)
    for root in range(len(around)):
        if seen[root]:
            continue
        seen[root], stack = True, [root]
        while stack:
            node = stack.pop()
            order.append(node)
            for other, edge in around[node]:
                if not seen[other]:
                    seen[other], above[other] = True, (node, edge)
                    stack.append(other)
    return order, above


def _message(log_odds: np.ndarray | float, strength: np.ndarray | float) -> np.ndarray | float:
    """What a neighbour's log odds say over a link of this strength (tanh of half its log odds)."""
    return 2 * np.arctanh(np.clip(strength * np.tanh(log_odds / 2), -1 + 1e-12, 1 - 1e-12))


def _exact(
    field: np.ndarray, strength: np.ndarray, order: list[int], above: list[tuple[int, int] | None]
) -> np.ndarray:
    """Both passes of belief propagation over a forest."""
    up = field.astype(float).copy()
    sent = np.zeros(len(field))
    for node in reversed(order):
        if above[node] is not None:
            parent, edge = above[node]
            sent[node] = _message(up[node], strength[edge])
            up[parent] += sent[node]
    full = up.copy()
    for node in order:
        if above[node] is not None:
            parent, edge = above[node]
            full[node] = up[node] + _message(full[parent] - sent[node], strength[edge])
    return full


def _settled(field: np.ndarray, strength: np.ndarray, edges: list[tuple[int, int]]) -> np.ndarray:
    """Belief propagation with circles, damped, until messages hardly change."""
    a, b = np.array(edges).T
    source, target, tie = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([strength, strength])
    back = np.concatenate([np.arange(len(a)) + len(a), np.arange(len(a))])
    messages = np.zeros(len(source))
    for _ in range(ROUNDS):
        total = field + np.bincount(target, messages, len(field))
        new = _message(total[source] - messages[back], tie)
        change = float(np.abs(new - messages).max())
        messages = DAMPING * messages + (1 - DAMPING) * new
        if change < SETTLED:
            break
    return field + np.bincount(target, messages, len(field))


@dataclass(frozen=True, slots=True)
class Camps:
    """Each comment's probability of being for (NaN where stance was not tagged), and how it was made.

    `labels` are the stances given to the comments' own words.
    """

    favor: np.ndarray
    graph: bool
    sure: float
    labels: tuple[str | None, ...]

    def side(self, i: int) -> str | None:
        """The side of a comment, None where it takes none or is too unsure to give one.

        Without the graph it is the comment's label, so that camps and split count the same.
        """
        if not self.graph:
            return self.labels[i] if self.labels[i] in SIDES else None
        p = float(self.favor[i])
        if p >= self.sure:
            return SIDES[0]
        return SIDES[1] if 1 - p >= self.sure else None


def camps_of(
    discussion: Discussion, parents: Sequence[int | None], own: np.ndarray, relations: np.ndarray, ties: Ties
) -> Camps:
    """The camps of a tagged discussion; `own` and `relations` are its probabilities, (n, 3) each, NaN if none."""
    comments = discussion.comments
    known = np.isfinite(own).all(axis=1) if len(comments) else np.zeros(0, bool)
    favor = sides(
        parents,
        own,
        relations,
        ties if ties.graph else Ties(ties.same, 1.0, 0.0, False, ties.sure),
        [c.parent_confidence for c in comments],
        [c.author for c in comments] if ties.graph else None,
    )
    tags = discussion.tags or (None,) * len(comments)
    labels = tuple(t.stance_article if t else None for t in tags)
    return Camps(np.where(known, favor, np.nan), ties.graph, ties.sure, labels)
