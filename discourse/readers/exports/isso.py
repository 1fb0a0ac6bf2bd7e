"""isso: threads for its generic importer. https://isso-comments.de/docs/reference/import/ and `Generic`
in isso/migrate.py of https://github.com/isso-comments/isso. Times have no zone: they are taken as UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.fields import (
    author_or_none,
    id_of,
    items_of,
    mapping,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import any_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.schema import Article


def is_thread(value: Mapping) -> bool:
    """True for a thread with its comments."""
    comments = items_of(value.get("comments"))
    first = mapping(comments[0]) if comments else {}
    return (
        "title" in value
        and "text" in first
        and "created" in first
        and ("remote_addr" in first or "website" in first)
    )


def read_thread(value: Mapping, place: Place) -> Iterator[Item]:
    """The thread as article, and its comments."""
    article = id_of(value.get("id")) or place.page_id
    yield Article(
        article,
        text_or_none(value.get("title")),
        "",
        article if "/" in article else None,
        source=place.source,
    )
    for comment in place.objects(value.get("comments")):
        yield SourceComment(
            text=any_text(string(comment.get("text"))),
            comment_id=id_of(comment.get("id")),
            article_id=article,
            parent_id=id_of(comment.get("parent")),
            author=author_or_none(comment.get("author")),
            posted_at=to_utc(comment.get("created")),
            extra=present(
                likes=comment.get("likes"), dislikes=comment.get("dislikes"), deleted=comment.get("mode") == 4
            ),
            where=place.where,
        )
