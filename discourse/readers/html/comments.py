"""All comments of a page: by every table that fits it, each comment once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from discourse.readers.html.engine import Found, find_comments
from discourse.readers.html.fields import select
from discourse.readers.html.jsonld import ld_comments
from discourse.readers.html.system import System
from discourse.readers.html.tables import SYSTEMS

_CUT = re.compile(r"\s*(?:…|\.\.\.)(?:\s*(?:read|see) more)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a page's comments are: each once, those shown again apart, and the tables that gave them."""

    comments: tuple[Found, ...]
    repeated: tuple[Found, ...]
    systems: tuple[System, ...]


def harvest(root: etree._Element, nodes: list[object]) -> Harvest:
    """The comments of a page; `nodes` is its JSON-LD, used where nothing is rendered.

    Where several tables fit, a later one adds only comments that stand wholly apart from those that
    the earlier ones gave.
    """
    found: list[Found] = []
    systems: list[System] = []
    inside: set[etree._Element] = set()
    around: set[etree._Element] = set()
    for system in SYSTEMS:
        if not system.sure and found:
            continue
        comments = find_comments(root, system)
        elements = [c.element for c in comments if c.element is not None]
        if not comments or any(
            e in around or any(a in inside for a in (e, *e.iterancestors())) for e in elements
        ):
            continue
        found += comments
        systems.append(system)
        inside.update(elements)
        for element in elements:
            node = element
            while node is not None and node not in around:
                around.add(node)
                node = node.getparent()
    if not found:
        found = ld_comments(nodes)
    comments, repeated = _once(found)
    return Harvest(tuple(comments), tuple(repeated), tuple(systems))


def shows_a_system(root: etree._Element) -> bool:
    """True for a page with the frame of a comment system that a table knows, be it empty."""
    return any(system.container and select(system.container)(root) for system in SYSTEMS)


def _once(found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Takes out what the page shows again, such as a featured comment that also stands in the list."""
    by_id: dict[str | None, list[Found]] = {}
    by_words: dict[tuple[str | None, str], Found] = {}
    for comment in found:
        by_id.setdefault(comment.id, []).append(comment)
        if not comment.featured:
            by_words.setdefault((comment.author, comment.text), comment)
    drop: dict[int, Found] = {}
    for group in by_id.values():
        best = max(group, key=lambda c: (not c.featured, c.parent_id is not None, len(c.text)))
        drop.update({id(c): best for c in group if c is not best and _same(c, best)})
    for comment in found:
        if comment.featured and id(comment) not in drop:
            other = by_words.get((comment.author, comment.text))
            if other is not None and other is not comment:
                drop[id(comment)] = other
    moved = {c.id: drop[id(c)].id for c in found if id(c) in drop}
    for comment in found:
        comment.parent_id = moved.get(comment.parent_id, comment.parent_id)
        if comment.parent_id == comment.id:
            comment.parent_id = None
    return [c for c in found if id(c) not in drop], [c for c in found if id(c) in drop]


def _same(one: Found, other: Found) -> bool:
    if one.author and other.author and one.author != other.author:
        return False
    short, long = sorted((" ".join(_CUT.sub("", c.text).split()) for c in (one, other)), key=len)
    return long.startswith(short)
