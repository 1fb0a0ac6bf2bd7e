"""The right frontier: the comments that the next line may still answer.

In display order the next line can only go on with the comment just read, answer it or one of its
ancestors, or open a new top-level comment (right-frontier constraint, Polanyi 1988).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

REACH = 12  # frontier comments looked at, nearest first; older ones only where they are quoted


class Kind(IntEnum):
    """What a line does."""

    GO_ON = 0
    OPEN = 1
    ANSWER_LAST = 2
    ANSWER_UP = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A comment on the frontier: lines [start, end) of the page, numbered in display order."""

    number: int
    start: int
    end: int
    depth: int
    replies: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """What the next line does; `target` indexes the frontier (from the top level down) for answers."""

    kind: Kind
    target: int = -1


Frontier = tuple[Node, ...]


def actions(frontier: Frontier, quoted: frozenset[int] = frozenset()) -> list[Action]:
    """The moves open to the next line: with an empty frontier only OPEN.

    Of a frontier deeper than REACH, the comments nearest to the last one stay in reach, and
    those whose number is in `quoted`.
    """
    if not frontier:
        return [Action(Kind.OPEN)]
    last = len(frontier) - 1
    out = [Action(Kind.GO_ON), Action(Kind.OPEN), Action(Kind.ANSWER_LAST, last)]
    for target in range(last - 1, -1, -1):
        if last - target < REACH or frontier[target].number in quoted:
            out.append(Action(Kind.ANSWER_UP, target))
    return out


def advance(frontier: Frontier, action: Action, line: int, number: int) -> Frontier:
    """The frontier after `action` at `line`; `number` is the next comment's number if one starts."""
    if action.kind is Kind.GO_ON:
        return (*frontier[:-1], replace(frontier[-1], end=line + 1))
    if action.kind is Kind.OPEN:
        return (Node(number, line, line + 1, 1),)
    parent = frontier[action.target]
    answered = replace(parent, replies=parent.replies + 1)
    return (*frontier[: action.target], answered, Node(number, line, line + 1, parent.depth + 1))
