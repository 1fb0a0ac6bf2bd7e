import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.structure.frontier import REACH, Action, Kind, actions, advance


def walk(choices: list[int]):
    """The comments that a sequence of choices makes: (start, end, parent)."""
    frontier = advance((), actions(())[0], 0, 0)
    comments = {0: [0, 1, -1]}
    for line, choice in enumerate(choices, start=1):
        moves = actions(frontier)
        action = moves[choice % len(moves)]
        parent = frontier[action.target].number if action.target >= 0 else -1
        frontier = advance(frontier, action, line, len(comments))
        if action.kind is Kind.GO_ON:
            comments[frontier[-1].number][1] = line + 1
        else:
            comments[len(comments)] = [line, line + 1, parent]
        yield frontier, comments


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_every_walk_is_a_forest_in_display_order(choices):
    for frontier, comments in walk(choices):
        spans = list(comments.values())
        assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False)), "lines lost or doubled"
        assert all(parent < number for number, (_, _, parent) in comments.items())
        path, node = [], len(comments) - 1
        while node >= 0:
            path.append(node)
            node = comments[node][2]
        assert [n.number for n in frontier] == path[::-1], "the frontier is the last comment's branch"
        assert [n.depth for n in frontier] == list(range(1, len(path) + 1))


def test_an_empty_frontier_can_only_open():
    assert actions(()) == [Action(Kind.OPEN)]


def test_deep_frontiers_are_bounded_but_for_quoted_comments():
    frontier = advance((), Action(Kind.OPEN), 0, 0)
    for line in range(1, 60):
        frontier = advance(frontier, Action(Kind.ANSWER_LAST, len(frontier) - 1), line, line)
    assert len(actions(frontier)) == REACH + 2
    reached = {frontier[a.target].number for a in actions(frontier, frozenset({3})) if a.target >= 0}
    assert 3 in reached


def test_answering_an_ancestor_closes_what_lies_below_it():
    frontier = advance((), Action(Kind.OPEN), 0, 0)
    frontier = advance(frontier, Action(Kind.ANSWER_LAST, 0), 1, 1)
    frontier = advance(frontier, Action(Kind.ANSWER_LAST, 1), 2, 2)
    frontier = advance(frontier, Action(Kind.ANSWER_UP, 0), 3, 3)
    assert [n.number for n in frontier] == [0, 3]
    assert frontier[0].replies == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_kinds_are_stable(kind):
    assert kind == ["GO_ON", "OPEN", "ANSWER_LAST", "ANSWER_UP"].index(kind.name)
