"""Which comment a comment answers: the rules of a table, tried in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from discourse.readers.html.fields import Page, value_of
from discourse.readers.html.system import Addressed, Deep, Get, Listed, Nested, Pointed, Rule


@dataclass(frozen=True, slots=True)
class Top:
    """Decided: the comment is top level."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Decided: the parent has this id and is not on the page."""

    id: str


Parent = int | Top | Missing
"""What is known of a parent: the number of its comment, that there is none, or that it is elsewhere."""


def find_parents(
    page: Page, rules: Sequence[Rule], ids: Sequence[str | None], authors: Sequence[str | None]
) -> list[Parent]:
    """The parent of each comment; `ids` and `authors` are those of the comments, in order."""
    decided: dict[int, Parent] = {}
    for rule in rules:
        if len(decided) == len(page.comments):
            break
        for number, parent in _apply(rule, page, ids, authors).items():
            if parent != number:
                decided.setdefault(number, parent)
    return _without_cycles([decided.get(number, Top()) for number in range(len(page.comments))])


def _apply(
    rule: Rule, page: Page, ids: Sequence[str | None], authors: Sequence[str | None]
) -> dict[int, Parent]:
    match rule:
        case Nested():
            inside = {i: page.enclosing(i) for i in range(len(page.comments))}
            return {i: parent for i, parent in inside.items() if parent is not None}
        case Listed():
            return _listed(rule, page, ids)
        case Pointed():
            return _pointed(rule, page, ids)
        case Deep():
            return _deep(rule, page)
        case Addressed():
            return _addressed(rule, page, authors)


def _listed(rule: Listed, page: Page, ids: Sequence[str | None]) -> dict[int, Parent]:
    lists = page.around(rule.css)
    known = {id: i for i, id in reversed(list(enumerate(ids))) if id is not None}
    found: dict[int, Parent] = {}
    before: dict[object, int] = {}  # the last comment so far that stands directly in each list, or in none
    follows: dict[object, int | None] = {}  # the comment that each list follows
    holders = set(page.elements(rule.css))
    for number in range(len(page.comments)):
        here = lists.get(number)
        if here is not None:
            if here not in follows:
                around = here.getparent()
                while around is not None and around not in holders:
                    around = around.getparent()
                follows[here] = before.get(around)
            named = value_of(here, Get("", rule.attribute, rule.pattern)) if rule.attribute else None
            if named in known:
                found[number] = known[named]
            elif follows[here] is not None:
                found[number] = follows[here]
        before[here] = number
    return found


def _pointed(rule: Pointed, page: Page, ids: Sequence[str | None]) -> dict[int, Parent]:
    known = {id: i for i, id in reversed(list(enumerate(ids))) if id is not None}
    found: dict[int, Parent] = {}
    for number, value in page.values(rule.where).items():
        if not value or value == ids[number]:
            continue
        if rule.top and re.search(rule.top, value):
            found[number] = Top()
        elif value in known:
            found[number] = known[value]
        elif not rule.on_page:
            found[number] = Missing(value)
    return found


def _deep(rule: Deep, page: Page) -> dict[int, Parent]:
    found: dict[int, Parent] = {}
    open_: list[tuple[int, int]] = []
    for number, value in sorted(page.values(rule.where).items()):
        digits = re.search(r"\d{1,6}", value)
        if digits is None:
            continue
        depth = int(digits.group())
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        if open_:
            found[number] = open_[-1][1]
        elif depth <= rule.base:
            found[number] = Top()
        open_.append((depth, number))
    return found


def _addressed(rule: Addressed, page: Page, authors: Sequence[str | None]) -> dict[int, Parent]:
    found: dict[int, Parent] = {}
    named = page.values(rule.where)
    last: dict[str, int] = {}
    for number, author in enumerate(authors):
        if (name := named.get(number, "").lstrip("@").strip().casefold()) in last:
            found[number] = last[name]
        if author:
            last[author.lstrip("@").casefold()] = number
    return found


def _without_cycles(parents: list[Parent]) -> list[Parent]:
    """Hostile pages can name parents in a circle: its first comment becomes top level."""
    state = [0] * len(parents)  # 0 unseen, 1 on the way up, 2 done
    for start in range(len(parents)):
        path: list[int] = []
        at: Parent = start
        while isinstance(at, int) and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = parents[at]
        if isinstance(at, int) and state[at] == 1:
            parents[at] = Top()
        for number in path:
            state[number] = 2
    return parents
