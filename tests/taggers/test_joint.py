"""Belief propagation over a thread: exact, and a side follows from whom one agrees with."""

import itertools

import numpy as np
import pytest

from discourse.schema import ModelError
from discourse.taggers.base import Reading
from discourse.taggers.joint import Ties, joint_stances, parents_first
from discourse.taggers.stance import LABELS, StanceTagger

AGREE, DISAGREE, NEUTRAL = np.eye(3)
SAME = np.array([[4.0, 0.5, 0.8], [0.5, 4.0, 0.8], [0.8, 0.8, 2.0]])
CROSS = np.array([[0.4, 3.0, 0.8], [3.0, 0.4, 0.8], [1.2, 1.2, 0.7]])
TIES = Ties(np.stack([SAME, CROSS, np.ones((3, 3))]))


def by_enumeration(parents, own, relations, ties, confidence):
    """Marginals by summing over every labelling."""
    n = len(parents)
    total = np.zeros((n, 3))
    for labels in itertools.product(range(3), repeat=n):
        p = 1.0
        for i, s in enumerate(labels):
            p *= own[i, s] ** ties.own
            if parents[i] >= 0:
                p *= ties.between(relations[i], confidence[i])[labels[parents[i]], s]
        for i, s in enumerate(labels):
            total[i, s] += p
    return total / total.sum(1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_exact_on_trees(seed):
    rng = np.random.default_rng(seed)
    n = 6
    parents = [-1] + [int(rng.integers(-1, i)) for i in range(1, n)]
    own = rng.dirichlet(np.ones(3), n)
    relations = rng.dirichlet(np.ones(3), n)
    confidence = rng.uniform(0.3, 1.0, n)
    ties = Ties(rng.uniform(0.2, 3.0, (3, 3, 3)), own=0.8, tie=0.7)
    np.testing.assert_allclose(
        joint_stances(parents, own, relations, ties, confidence),
        by_enumeration(parents, own, relations, ties, confidence),
        atol=1e-9,
    )


def test_this_a_thousand_times_takes_the_parents_side():
    own = np.array([[0.05, 0.9, 0.05], [0.3, 0.3, 0.4]])
    agreeing = joint_stances([-1, 0], own, np.array([NEUTRAL, AGREE]), TIES)
    quarrelling = joint_stances([-1, 0], own, np.array([NEUTRAL, DISAGREE]), TIES)
    assert agreeing[1].argmax() == 1
    assert quarrelling[1].argmax() == 0


def test_a_reply_tells_of_its_parent_too():
    own = np.array([[0.34, 0.33, 0.33], [0.02, 0.96, 0.02]])
    assert joint_stances([-1, 0], own, np.array([NEUTRAL, AGREE]), TIES)[0].argmax() == 1


def test_a_doubtful_link_ties_less():
    own = np.array([[0.05, 0.9, 0.05], [0.3, 0.3, 0.4]])
    relations = np.array([NEUTRAL, AGREE])
    sure, doubtful, no = (joint_stances([-1, 0], own, relations, TIES, [1, c])[1, 1] for c in (1.0, 0.4, 0.0))
    assert sure > doubtful > no == pytest.approx(0.3)


def test_long_chains_do_not_underflow():
    n = 3000
    own = np.tile([0.2, 0.5, 0.3], (n, 1))
    joint = joint_stances([i - 1 for i in range(n)], own, np.tile(AGREE, (n, 1)), TIES)
    assert np.isfinite(joint).all()
    np.testing.assert_allclose(joint.sum(1), 1)


def test_a_reply_before_its_parent_is_refused():
    with pytest.raises(ValueError, match="before"):
        joint_stances([1, -1], np.full((2, 3), 1 / 3), np.full((2, 3), 1 / 3), TIES)


@pytest.mark.parametrize("raw", [{}, {"table": [[1]], "own": 1, "tie": 1}, {"table": np.zeros((3, 3, 3)).tolist(), "own": 1, "tie": 1}, None])  # fmt: skip
def test_a_damaged_table_is_one_clear_error(raw):
    with pytest.raises(ModelError, match="joint"):
        Ties.of(raw, "calibration.json")


def test_parents_are_put_before_their_replies():
    above = {0: 3, 3: 2, 1: 2}
    order = parents_first(above, [0, 1, 2, 3, 4])
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert all(order.index(parent) < order.index(child) for child, parent in above.items())
    assert parents_first({}, [5, 2]) == [5, 2]
    assert sorted(parents_first({0: 1, 1: 0}, [0, 1])) == [0, 1], "even a cycle loses nothing"


class Says:
    """A model to which "Yes." is for the target and "Hm." agrees with what it answers."""

    labels, quantized = list(LABELS), False

    def logits(self, texts, pairs, *, window, exact=False):
        said = {"Yes.": [4, 0, 0, 0, 0, 0], "Hm.": [0, 0, 0, 6, 0, 0]}
        return np.array([said[text] for text in pairs], np.float32), np.arange(len(pairs))


def test_a_batch_is_tied_by_how_sure_its_links_are_and_by_its_targets():
    tagger = StanceTagger(Says(), {"joint": {"table": TIES.table.tolist(), "own": 1, "tie": 1}})

    def favor(target, confidence):
        readings = [
            Reading("a", "Yes.", (), "Cats"),
            Reading("b", "Hm.", ("Yes.",), target, "a", confidence),
        ]
        return tagger.predict(readings).columns["stance_article_favor"][1]

    assert favor("Cats", 1.0) > favor("Cats", 0.5) + 0.05
    assert favor("Cats", 0.0) == pytest.approx(1 / 3)
    assert favor("Dogs", 1.0) == pytest.approx(1 / 3), "a comment on another target is not tied"
