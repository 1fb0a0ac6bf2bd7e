"""Parents to a reply tree: display order, depths and threads; cycles are broken. Pure and linear."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

TOP = -1


@dataclass(frozen=True, slots=True)
class Tree:
    """Comments are numbers in source order.

    `order` lists them in display order: a parent before its replies, a thread in one piece, siblings as
    in the source. `parent`, `root` and `depth` (1 = top level) are by comment. `cut` holds the comments
    whose parent was one of their own descendants: they are top level now.
    """

    order: Sequence[int]
    parent: Sequence[int]
    root: Sequence[int]
    depth: Sequence[int]
    cut: frozenset[int]


def grow(parents: Sequence[int]) -> Tree:
    """The tree of comments whose parents are `parents` (a comment's number, or `TOP`).

    A circle of replies is cut at its first comment in source order.
    """
    count = len(parents)
    parent = array("q", parents)
    cut = _cut_circles(parent)
    first, following = array("q", [TOP]) * (count + 1), array("q", [TOP]) * (count + 1)
    for i in range(count - 1, -1, -1):  # backwards, so that each list of replies is in source order
        following[i], first[parent[i]] = first[parent[i]], i  # TOP, -1, is the last place: the article's
    order, root, depth = array("q"), array("q", bytes(8 * count)), array("q", bytes(8 * count))
    stack = array("q")
    i = first[TOP]
    while i != TOP or stack:
        if i == TOP:
            i = following[stack.pop()]
            continue
        above = parent[i]
        root[i], depth[i] = (i, 1) if above == TOP else (root[above], depth[above] + 1)
        order.append(i)
        stack.append(i)
        i = first[i]
    return Tree(order, parent, root, depth, frozenset(cut))


def _cut_circles(parent: array) -> list[int]:
    """Makes one comment of every circle top level, in place; gives those comments."""
    cut = []
    seen = array("q", bytes(8 * len(parent)))  # the walk that met a comment, from 1
    for start in range(len(parent)):
        i = start
        while i != TOP and not seen[i]:
            seen[i] = start + 1
            i = parent[i]
        if i != TOP and seen[i] == start + 1:  # met again in the same walk: `i` is on a circle
            circle, j = [i], parent[i]
            while j != i:
                circle.append(j)
                j = parent[j]
            at = min(circle)
            parent[at] = TOP
            cut.append(at)
    return cut
