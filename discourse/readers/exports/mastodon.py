"""Mastodon: a status's context, and statuses by themselves.

https://docs.joinmastodon.org/entities/Context/ · https://docs.joinmastodon.org/entities/Status/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.fields import (
    author_or_none,
    dig,
    id_of,
    is_true,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.records import iso
from discourse.readers.times import to_utc
from discourse.schema import Article


def is_context(value: Mapping) -> bool:
    """True for a context, alone or beside its status."""
    inner = value.get("context", value)
    return isinstance(dig(inner, "ancestors"), list) and isinstance(dig(inner, "descendants"), list)


def is_status(value: Mapping) -> bool:
    """True for a status."""
    return "content" in value and "in_reply_to_id" in value and isinstance(value.get("account"), Mapping)


def read_context(value: Mapping, place: Place) -> Iterator[Item]:
    """The thread around a status.

    A context leaves out the status that it is asked for: the article is the first ancestor, or a status
    beside the context, or known by its id alone.
    """
    inner = value.get("context", value)
    above, below = (place.objects(inner.get(name)) for name in ("ancestors", "descendants"))
    own = value.get("status")
    statuses = [*above, *([own] if isinstance(own, Mapping) else []), *below]
    ids = {id_of(status.get("id")) for status in statuses}
    outside = (id_of(s.get("in_reply_to_id")) for s in statuses if id_of(s.get("in_reply_to_id")) not in ids)
    opening = next((id_of(s.get("id")) for s in statuses if not s.get("in_reply_to_id")), None)
    root = opening or next((found for found in outside if found), None)
    for status in statuses:
        yield from _status(status, root, place)


def read_status(value: Mapping, place: Place) -> Iterator[Item]:
    """A status by itself: an article, or a comment whose parents tell the article."""
    yield from _status(value, id_of(value.get("id")) if not value.get("in_reply_to_id") else None, place)


def _status(status: Mapping, root: str | None, place: Place) -> Iterator[Item]:
    status_id, parent = id_of(status.get("id")), id_of(status.get("in_reply_to_id"))
    text = html_to_text(string(status.get("content")))
    if warning := text_or_none(status.get("spoiler_text")):
        text = f"{warning}\n{text}" if text else warning
    if status_id == root and root is not None:
        yield Article(
            root, None, text, text_or_none(status.get("url")), to_utc(status.get("created_at")), place.source
        )
        return
    yield SourceComment(
        text=text,
        comment_id=status_id,
        article_id=root,
        parent_id=None if parent == root else parent,
        author=author_or_none(dig(status, "account", "acct")),
        posted_at=to_utc(status.get("created_at")),
        extra=present(
            likes=status.get("favourites_count"),
            reblogs=status.get("reblogs_count"),
            edited_at=iso(to_utc(status.get("edited_at"))),
            deleted=is_true(status.get("deleted")),
            url=status.get("url"),
        ),
        where=place.where,
    )
