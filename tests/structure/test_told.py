"""What a page says of who answers whom decides, and its source is named."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_parser import ARTICLE, KnownScores, PageEvidence

from discourse.structure.features import column_names
from discourse.structure.parser import parse_comments
from discourse.structure.told import BY_INDENTATION, BY_MENTION, BY_NAME, told_parents
from discourse.structure.weights import Weights


def parents(told):
    return [None if t is None else (sorted(t.parents), t.source) for t in told]


def test_who_is_named_can_be_the_only_parent():
    told = told_parents(["a", "b", "c"], ["Jane Doe", "Bob", "Jane Doe"], [None, "jane doe", "Nobody"])
    assert parents(told) == [None, ([0], BY_NAME), None]


def test_where_replies_are_marked_the_others_answer_the_article():
    told = told_parents(["a"] * 5, list("ABCDE"), [None, "A", "B", None, "D"])
    assert parents(told) == [([-1], BY_NAME), ([0], BY_NAME), ([1], BY_NAME), ([-1], BY_NAME), ([3], BY_NAME)]
    assert parents(told_parents(["a"] * 4, list("ABCD"), [None, "A", "B", None]))[3] is None


def test_whoever_a_comment_begins_by_addressing():
    told = told_parents(["x", "y", "@Jane Doe, no.", "so says @Jane"], ["Jane Doe", "Bob", "C", "D"])
    assert parents(told) == [None, None, ([0], BY_MENTION), None]


def test_of_names_that_begin_alike_the_longest_is_meant():
    told = told_parents(["x", "y", "@Jane Doe no."], ["Jane Doe", "Jane", "C"])
    assert parents(told)[2] == ([0], BY_MENTION)


def test_all_comments_of_the_one_named_stay_open():
    told = told_parents(["x", "y", "z", "@jane ok"], ["jane", "Bob", "jane", "D"])
    assert parents(told)[3] == ([0, 2], BY_MENTION)


def test_of_one_who_writes_much_the_last_comments_are_meant():
    count = 3000
    told = told_parents(["x"] * count, ["Guest"] * count, [None] + ["guest"] * (count - 1))
    assert max(len(t.parents) for t in told if t) < 100 and max(told[-1].parents) == count - 2


def test_names_without_a_letter_name_nobody():
    assert told_parents(["x", "@🔥 hi"], ["🔥", "B"]) == [None, None]


@given(st.integers(0, 10**6), st.integers(1, 8))
def test_indentation_gives_the_tree_it_was_made_from(seed, step):
    rng = random.Random(seed)
    true, depths = [], []
    for i in range(rng.randint(5, 30)):
        parent = rng.choice([-1, i - 1, i - 1]) if i else -1
        true.append(parent)
        depths.append(depths[parent] + 1 if parent >= 0 else 0)
    told = told_parents([""] * len(true), [None] * len(true), (), [3 + step * d for d in depths])
    if sum(d > 0 for d in depths) < 3:
        assert told == [None] * len(true)
    else:
        assert [(sorted(t.parents), t.source) for t in told] == [([p], BY_INDENTATION) for p in true]


@pytest.mark.parametrize("margins", [[0, 8, 0, 4, 8, 12], [0, 3, 5, 0, 4, 4], [0, 0, 0, 4, 4]])
def test_margins_without_steps_tell_nothing(margins):
    assert told_parents([""] * len(margins), [None] * len(margins), (), margins) == [None] * len(margins)


def test_links_that_cross_are_kept_as_told():
    lines = [*ARTICLE, "jane>top", "bob>top", "carl>bob", "ann>carl"]
    spans = [(i, i + 1) for i in range(len(ARTICLE), len(lines))]
    page = PageEvidence(lines, [False] * len(lines), KnownScores(4.0))
    told = told_parents(["", "", "", ""], ["Jane", "Bob", "Carl", "Ann"], [None, None, "Jane", "Bob"])
    weights = Weights(np.zeros(len(column_names()), np.float32))
    parse = parse_comments(page, weights, len(ARTICLE), starts=[s for s, _ in spans], tell=lambda _: told)
    assert [(link.parent, link.source) for link in parse.links][2:] == [(0, BY_NAME), (1, BY_NAME)]
