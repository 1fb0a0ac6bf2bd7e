"""Hacker News: items of the Firebase API, item trees and search hits of Algolia's.

https://github.com/HackerNews/API · https://hn.algolia.com/api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.fields import (
    author_or_none,
    id_of,
    is_true,
    items_of,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.readers.walk import walk
from discourse.schema import Article

_TYPES = ("story", "comment", "job", "poll", "pollopt")


def is_item(value: Mapping) -> bool:
    """True for an item of the Firebase API."""
    return (
        value.get("type") in _TYPES
        and "id" in value
        and ("time" in value or "deleted" in value or "kids" in value)
    )


def is_tree(value: Mapping) -> bool:
    """True for an item of Algolia's API, with its children."""
    return "created_at_i" in value and isinstance(value.get("children"), list)


def is_hits(value: Mapping) -> bool:
    """True for an answer of Algolia's search."""
    hits = items_of(value.get("hits"))
    return bool(hits) and isinstance(hits[0], Mapping) and "objectID" in hits[0]


def read_item(value: Mapping, place: Place) -> Iterator[Item]:
    """A Firebase item; its story is found through its parents."""
    place.intake.named.update(found for kid in items_of(value.get("kids")) if (found := id_of(kid)))
    if value.get("type") == "pollopt":
        place.intake.note(f"{place.source}: options of polls are no comments and left out")
        return
    item_id = id_of(value.get("id"))
    if value.get("type") != "comment":
        yield _article(item_id, value, to_utc(value.get("time")), place)
        return
    yield SourceComment(
        text=html_to_text(string(value.get("text"))),
        comment_id=item_id,
        parent_id=id_of(value.get("parent")),
        author=author_or_none(value.get("by")),
        posted_at=to_utc(value.get("time")),
        extra=present(deleted=is_true(value.get("deleted")), removed=is_true(value.get("dead"))),
        where=place.where,
    )


def read_tree(value: Mapping, place: Place) -> Iterator[Item]:
    """An item of Algolia's with all below it. Deleted ones have neither text nor author."""
    story = id_of(value.get("story_id")) if value.get("parent_id") else id_of(value.get("id"))
    for node, above in walk([value], lambda n: place.objects(n.get("children"))):
        posted = to_utc(node.get("created_at_i")) or to_utc(node.get("created_at"))
        if above is None and not node.get("parent_id"):
            yield _article(story, node, posted, place)
            continue
        text = html_to_text(string(node.get("text")))
        parent = id_of(node.get("parent_id")) or (id_of(above.get("id")) if above else None)
        yield SourceComment(
            text=text,
            comment_id=id_of(node.get("id")),
            article_id=story,
            parent_id=None if parent == story else parent,
            author=author_or_none(node.get("author")),
            posted_at=posted,
            extra=present(deleted=not text and not node.get("author"), score=node.get("points")),
            where=place.where,
        )


def read_hits(value: Mapping, place: Place) -> Iterator[Item]:
    """The hits of a search: stories and comments."""
    for hit in place.objects(value.get("hits")):
        posted = to_utc(hit.get("created_at_i")) or to_utc(hit.get("created_at"))
        if hit.get("comment_text") is None:
            yield _article(id_of(hit.get("objectID")), hit, posted, place)
            continue
        story, parent = id_of(hit.get("story_id")), id_of(hit.get("parent_id"))
        if story is not None:
            yield Article(story, text_or_none(hit.get("story_title")), "", text_or_none(hit.get("story_url")))
        yield SourceComment(
            text=html_to_text(string(hit.get("comment_text"))),
            comment_id=id_of(hit.get("objectID")),
            article_id=story,
            parent_id=None if parent == story else parent,
            author=author_or_none(hit.get("author")),
            posted_at=posted,
            extra=present(score=hit.get("points")),
            where=place.where,
        )


def _article(item_id: str | None, value: Mapping, published, place: Place) -> Article:
    return Article(
        article_id=item_id or place.page_id,
        title=text_or_none(value.get("title")),
        text=html_to_text(string(value.get("text") or value.get("story_text"))),
        url=text_or_none(value.get("url"))
        or (f"https://news.ycombinator.com/item?id={item_id}" if item_id else None),
        published_at=published,
        source=place.source,
    )
