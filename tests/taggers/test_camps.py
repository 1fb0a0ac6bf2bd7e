"""The signed reply graph: exact against brute force, ties of authors, doubtful links."""

from itertools import product

import numpy as np
import pytest

from discourse.schema import Article, Comment, Discussion, ModelError, Tags
from discourse.taggers.camps import Camps, Ties, camps_of, sides, sides_from_words

AGREE, DISAGREE, NEUTRAL = np.eye(3)
SILENT = (0.0, 0.0, 1.0)
TIES = Ties(same=(0.9, 0.2, 0.5))


def brute_force(parents, own, relations, ties, confidence):
    """Marginals by summing over every assignment."""
    n = len(parents)
    words = np.clip(sides_from_words(np.array(own)), 1e-4, 1 - 1e-4)
    total, favor = 0.0, np.zeros(n)
    for state in product((0, 1), repeat=n):
        weight = 1.0
        for i, s in enumerate(state):
            weight *= words[i] if s == 0 else 1 - words[i]
            if parents[i] >= 0:
                same = confidence[i] * float(np.dot(relations[i], ties.same)) + (1 - confidence[i]) * 0.5
                weight *= same if s == state[parents[i]] else 1 - same
        total += weight
        favor += weight * (np.array(state) == 0)
    return favor / total


def test_exact_on_trees():
    rng = np.random.default_rng(0)
    for _ in range(20):
        n = 7
        parents = [-1] + [int(rng.integers(-1, i)) for i in range(1, n)]
        own, relations = rng.dirichlet(np.ones(3), n), rng.dirichlet(np.ones(3), n)
        confidence = rng.uniform(size=n)
        found = sides(parents, own, relations, TIES, confidence)
        assert np.allclose(found, brute_force(parents, own, relations, TIES, confidence), atol=1e-9)


def test_a_silent_reply_inherits_the_side_it_agrees_or_quarrels_with():
    own = np.array([(0.9, 0.05, 0.05), SILENT, SILENT, SILENT])
    found = sides([-1, 0, 0, 0], own, np.array([NEUTRAL, AGREE, DISAGREE, NEUTRAL]), TIES)
    assert found[1] > 0.7
    assert found[2] < 0.35
    assert found[3] == pytest.approx(0.5)


def test_a_doubtful_link_says_less_and_a_wrong_one_nothing():
    own = np.array([(0.9, 0.05, 0.05), SILENT])
    relations = np.array([NEUTRAL, AGREE])
    by_confidence = [sides([-1, 0], own, relations, TIES, [1.0, c])[1] for c in (1.0, 0.5, 0.0)]
    assert by_confidence[0] > by_confidence[1] > by_confidence[2] == pytest.approx(0.5)


def test_an_author_keeps_a_side():
    own = np.array([(0.95, 0.02, 0.03), SILENT, SILENT])
    relations = np.array([NEUTRAL, DISAGREE, NEUTRAL])
    found = sides([-1, 0, -1], own, relations, TIES, authors=["ann", "bob", "ann"])
    assert found[0] == found[2] > 0.9
    assert found[1] < 0.35


def test_circles_of_authors_settle_near_the_truth():
    own = np.array([(0.8, 0.1, 0.1), (0.1, 0.7, 0.2), (0.4, 0.2, 0.4), SILENT])
    relations = np.array([NEUTRAL, DISAGREE, AGREE, DISAGREE])
    # ann answers nobody, bob answers ann, cat answers ann, cat again answers bob: a circle of three
    found = sides([-1, 0, 0, 1], own, relations, TIES, authors=["ann", "bob", "cat", "cat"])
    words = sides_from_words(own)
    total, favor = 0.0, np.zeros(3)
    for a, b, c in product((0, 1), repeat=3):
        weight = np.prod([words[i] if s == 0 else 1 - words[i] for i, s in enumerate((a, b, c, c))])
        for s, t, same in ((b, a, 0.2), (c, a, 0.9), (c, b, 0.2)):
            weight *= same if s == t else 1 - same
        total += weight
        favor += weight * (np.array((a, b, c)) == 0)
    assert np.allclose(found[:3], favor / total, atol=0.05)
    assert found[2] == found[3]


def test_a_long_thread_is_no_trouble():
    n = 20_000
    own = np.tile([(0.4, 0.3, 0.3)], (n, 1))
    found = sides([-1, *range(n - 1)], own, np.tile(AGREE, (n, 1)), TIES)
    assert np.isfinite(found).all()


def test_damaged_numbers_are_named():
    with pytest.raises(ModelError, match=r"camps\.json"):
        Ties.of({"same": {"agree": 2}}, "x/camps.json")


def test_without_the_graph_sides_are_the_words():
    comments = tuple(
        Comment(f"c{i}", "a", None, "c0", 1, i, "ann", None, "x", None, None, "given", 1.0) for i in range(2)
    )
    own, relations = np.array([(0.9, 0.05, 0.05), SILENT]), np.array([NEUTRAL, AGREE])
    tags = (Tags(stance_article="favor"), Tags(stance_article="none"))
    page = Discussion(Article("a", None, ""), comments, tags=tags)
    camps = camps_of(page, [None, 0], own, relations, Ties(graph=False))
    assert np.allclose(camps.favor, sides_from_words(own))
    assert camps.side(0) == "favor"
    assert camps.side(1) is None


def test_a_side_is_given_only_where_it_is_sure_enough():
    camps = Camps(np.array([0.61, 0.55, 0.45, 0.39]), True, 0.6, (None,) * 4)
    assert [camps.side(i) for i in range(4)] == ["favor", None, None, "against"]
