"""Nested replies without recursion: trees of any depth, in display order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Node = TypeVar("Node")


def walk(
    roots: Iterable[Node], children: Callable[[Node], Iterable[Node]]
) -> Iterator[tuple[Node, Node | None]]:
    """Every node with its parent, a parent before its children, siblings in order."""
    stack: list[tuple[Node, Node | None]] = [(root, None) for root in reversed(list(roots))]
    while stack:
        node, parent = stack.pop()
        yield node, parent
        stack.extend((child, node) for child in reversed(list(children(node))))
