"""Sums and best trees over all trees in display order, against enumeration."""

import itertools

import numpy as np
import pytest

from discourse.structure.trees import best_tree, inside, marginals


def trees(n):
    """All parents tuples of n nodes, node 0 the root, in which every subtree is contiguous in display order."""
    for parents in itertools.product(*(range(i) for i in range(1, n))):
        whole = (-1, *parents)
        if all(in_frontier(whole, i) for i in range(1, n)):
            yield whole


def in_frontier(parents, i):
    """True if the parent of i is i - 1 or one of its ancestors."""
    node = i - 1
    while node >= 0:
        if parents[i] == node:
            return True
        node = parents[node]
    return False


def weight(parents, scores):
    return sum(scores[p, i] for i, p in enumerate(parents) if p >= 0)


@pytest.mark.parametrize("seed", range(4))
def test_sums_and_marginals_equal_enumeration(seed):
    n = 6
    scores = np.random.default_rng(seed).normal(0, 2, (n, n))
    every = list(trees(n))
    assert len(every) == 42, "Catalan number: the trees in display order"
    weights = np.exp([weight(t, scores) for t in every])
    expected = np.zeros((n, n))
    for tree, w in zip(every, weights, strict=True):
        for i, p in enumerate(tree[1:], 1):
            expected[p, i] += w / weights.sum()
    links, total = marginals(scores)
    assert total == pytest.approx(np.log(weights.sum()))
    assert inside(scores)[0, n] == pytest.approx(total)
    np.testing.assert_allclose(links, expected, atol=1e-9)
    np.testing.assert_allclose(links[:, 1:].sum(0), 1.0)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_tree_is_the_best_of_all(seed):
    n = 7
    gains = np.random.default_rng(seed).uniform(0, 1, (n, n))
    found = tuple(best_tree(gains))
    best = max(trees(n), key=lambda t: weight(t, gains))
    assert found == best


def test_small_and_long_pages():
    assert best_tree(np.zeros((1, 1))) == [-1]
    links, _ = marginals(np.zeros((2, 2)))
    assert links[0, 1] == pytest.approx(1.0)
    n = 200
    chain = np.full((n, n), -30.0)
    chain[np.arange(n - 1), np.arange(1, n)] = 30.0
    links, total = marginals(chain)
    assert np.isfinite(total)
    assert best_tree(links) == list(range(-1, n - 1))
