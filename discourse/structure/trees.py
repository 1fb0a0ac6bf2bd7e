"""Reply trees in display order as one probability model: exact marginals, and the tree of most expected right links.

In display order every comment stands after its parent, and what stands between belongs to the same
parent: the trees are projective, with all arcs to the right. For scores of single links the sum over
all trees is therefore a dynamic programme over spans (inside-outside; Eisner 1996, here with arcs to
one side only), and so is the tree with the largest sum of link probabilities (minimum Bayes risk
decoding, Goodman 1996). Both take time cubic in the number of comments; pages are read in sections.
"""

from __future__ import annotations

import numpy as np

_NONE = -1e9


def _spans(n: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Row and split indices of all spans of a size: root i covers [i, i + size), its last child starts at k."""
    start = np.arange(n - size + 1)[:, None]
    return start, start + np.arange(1, size)[None]


def inside(scores: np.ndarray) -> np.ndarray:
    """Log-sums over the trees of every span, shape (n, n + 1), for link scores (n, n): scores[parent, child].

    Node 0 is the article; out[i, j] sums over trees rooted at i that cover i..j-1.
    """
    n = len(scores)
    out = np.full((n, n + 1), _NONE)
    out[np.arange(n), np.arange(1, n + 1)] = 0.0
    for size in range(2, n + 1):
        i, k = _spans(n, size)
        terms = out[i, k] + scores[i, k] + out[k, i + size]
        top = terms.max(1, keepdims=True)
        out[i[:, 0], i[:, 0] + size] = (top + np.log(np.exp(terms - top).sum(1, keepdims=True)))[:, 0]
    return out


def marginals(scores: np.ndarray) -> tuple[np.ndarray, float]:
    """The probability of every link, shape (n, n), and the log-sum over all trees."""
    n = len(scores)
    sums = inside(scores)
    links = np.zeros((n, n))
    used = np.zeros((n, n + 1))
    used[0, n] = 1.0
    for size in range(n, 1, -1):
        i, k = _spans(n, size)
        j = i + size
        flow = used[i, j] * np.exp(sums[i, k] + scores[i, k] + sums[k, j] - sums[i, j])
        links[i, k] += flow
        used[i, k] += flow
        used[k, j] += flow
    return links, float(sums[0, n])


def best_tree(gains: np.ndarray) -> list[int]:
    """Parents (parents[0] is -1) of the tree with the largest sum of gains[parent, child]."""
    n = len(gains)
    best = np.full((n, n + 1), _NONE)
    best[np.arange(n), np.arange(1, n + 1)] = 0.0
    split = np.zeros((n, n + 1), np.int64)
    for size in range(2, n + 1):
        i, k = _spans(n, size)
        terms = best[i, k] + gains[i, k] + best[k, i + size]
        chosen = terms.argmax(1)
        rows = i[:, 0]
        best[rows, rows + size] = terms[rows, chosen]
        split[rows, rows + size] = rows + 1 + chosen
    parents = [-1] * n
    stack = [(0, n)]
    while stack:
        i, j = stack.pop()
        if j - i < 2:
            continue
        k = int(split[i, j])
        parents[k] = i
        stack += [(i, k), (k, j)]
    return parents
