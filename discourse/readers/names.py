"""Article ids that stand for one article only, also where pages of several files or sources share a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from discourse.readers.intake import Intake
from discourse.readers.page import FlatPage
from discourse.schema import Article, Discussion

UNIQUE = "article ids made unique"


class ArticleIds:
    """The ids given so far, as 64-bit hashes: an article takes about 100 bytes."""

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._last: dict[int, int] = {}  # of an id that came again: all numbers below were taken

    def free(self, article_id: str) -> str:
        """The id, or where it is taken, the id with the first of ~2, ~3, … that is free."""
        asked = _hash(article_id)
        if asked not in self._taken:
            return article_id
        number = self._last.get(asked, 2)
        while _hash(f"{article_id}~{number}") in self._taken:
            number += 1
        self._last[asked] = number
        return f"{article_id}~{number}"

    def take(self, article_id: str) -> str:
        """A free id (see `free`), taken from now on."""
        found = self.free(article_id)
        self._taken.add(_hash(found))
        return found


def _hash(article_id: str) -> int:
    data = article_id.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def kept_apart(
    items: Iterable[Discussion | FlatPage], ids: ArticleIds, intake: Intake
) -> Iterator[Discussion | FlatPage]:
    """The items of one source under ids that no item had before; parts of one article share theirs."""
    article: Article | None = None  # as it came
    name, position = "", 0  # what it is called, and how many of its comments have come
    for item in items:
        if isinstance(item, FlatPage):
            article, given, name = None, item.page_id, ids.take(item.page_id)
            repaired = name != given
            item = replace(item, page_id=name) if repaired else item
        else:
            first = item.comments[0].position if item.comments else 0
            given, goes_on = item.article.article_id, item.article == article and 0 < first == position
            if not goes_on:
                article, name = item.article, ids.take(given)
            position = first + len(item.comments)
            repaired = name != given and not goes_on
            item = item if name == given else renamed(item, name)
        if repaired:
            intake.repairs[UNIQUE] += 1
        yield item


def renamed(discussion: Discussion, article_id: str) -> Discussion:
    """The discussion with another id for its article."""
    return replace(
        discussion,
        article=replace(discussion.article, article_id=article_id),
        comments=tuple(replace(c, article_id=article_id) for c in discussion.comments),
    )
