"""Looks up what a table asks for, once for the whole page, and gives each comment its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector

from discourse.readers.html.system import SELF, Get
from discourse.readers.html.text import inline_text

Element = etree._Element


@lru_cache(maxsize=1024)
def select(css: str) -> CSSSelector:
    """The compiled form of a CSS selector."""
    return CSSSelector(css, translator="html")


class Page:
    """The comments of a page under one table, and whose each element is.

    Every selector runs once over the page; what it selects belongs to the comment that most closely
    encloses it, so that threads nested a thousand deep cost what flat ones do.
    """

    def __init__(self, root: Element, comments: Sequence[Element]) -> None:
        self.root = root
        self.comments = list(comments)
        self._index = {comment: i for i, comment in enumerate(self.comments)}
        self._owners: dict[Element, int | None] = {}
        self._hits: dict[str, list[Element]] = {}

    def owner(self, element: Element) -> int | None:
        """The comment that holds `element` or is it, by number; None outside all comments."""
        path: list[Element] = []
        node: Element | None = element
        found: int | None = None
        while node is not None:
            if node in self._index:
                found = self._index[node]
                break
            if node in self._owners:
                found = self._owners[node]
                break
            path.append(node)
            node = node.getparent()
        for passed in path:
            self._owners[passed] = found
        return found

    def enclosing(self, number: int) -> int | None:
        """The comment in whose element that of comment `number` stands."""
        above = self.comments[number].getparent()
        return None if above is None else self.owner(above)

    def elements(self, css: str) -> list[Element]:
        """What `css` selects, in document order."""
        if css not in self._hits:
            self._hits[css] = select(css)(self.root) if css else []
        return self._hits[css]

    def own(self, css: str) -> dict[int, list[Element]]:
        """What `css` selects, by the comment whose it is."""
        grouped: dict[int, list[Element]] = {}
        for element in self.elements(css):
            if (number := self.owner(element)) is not None:
                grouped.setdefault(number, []).append(element)
        return grouped

    def around(self, css: str) -> dict[int, Element]:
        """The nearest element that `css` selects around each comment and inside no other."""
        wanted = set(self.elements(css))
        nearest: dict[int, Element] = {}
        for number, comment in enumerate(self.comments):
            node = comment
            while node is not None and node not in wanted:
                node = node.getparent()
                if node in self._index:
                    node = None
            if node is not None:
                nearest[number] = node
        return nearest

    def values(self, places: Iterable[Get], skip: frozenset[Element] = frozenset()) -> dict[int, str]:
        """The first value found for each comment; an attribute that is there but empty counts as "" """
        values: dict[int, str] = {}
        for get in places:
            for number, elements in self._candidates(get).items():
                if number in values:
                    continue
                for element in elements:
                    if (value := value_of(element, get, skip)) is not None:
                        values[number] = value
                        break
        return values

    def _candidates(self, get: Get) -> dict[int, list[Element]]:
        if get.css == SELF:
            return {i: [comment] for i, comment in enumerate(self.comments)}
        if get.around:
            return {i: [element] for i, element in self.around(get.css).items()}
        return self.own(get.css)


def value_of(element: Element, get: Get, skip: frozenset[Element] = frozenset()) -> str | None:
    """What `get` reads off an element; None where it has no such attribute or the pattern fails."""
    value = element.get(get.attribute) if get.attribute else inline_text(element, skip)
    if value is None:
        return None
    value = " ".join(value[:10_000].split())
    if get.pattern is None:
        return value
    match = re.search(get.pattern, value)
    return None if match is None else (match.group(1) if match.groups() else match.group())


def first_value(root: Element, places: Iterable[Get]) -> str | None:
    """The first value that any place has anywhere in the page; empty ones do not count."""
    for get in places:
        for element in select(get.css)(root):
            if value := value_of(element, get):
                return value
    return None
