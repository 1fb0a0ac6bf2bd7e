"""4CAT: CSV and NDJSON of its data sources, and NDJSON collected with Zeeschuimer.

datasources/*/search_*.py and common/lib/item_mapping.py of
https://github.com/digitalmethodsinitiative/4cat · https://github.com/digitalmethodsinitiative/zeeschuimer
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from discourse.readers.clean import clean_text
from discourse.readers.fields import (
    author_or_none,
    given_id,
    gone_marks,
    is_true,
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

_QUOTED_POST = re.compile(r"^\s*>>(\d+)", re.MULTILINE)
_USED = frozenset(
    ("thread_id", "id", "timestamp", "unix_timestamp", "body", "author", "subject", "parent", "deleted")
)


def is_row(value: Mapping) -> bool:
    """True for a row of 4CAT's: thread, id, time and body, and no name of ours for the parent."""
    return (
        {"thread_id", "id", "timestamp", "body"} <= value.keys()
        and "parent_id" not in value
        and "text" not in value
    )


def is_collected(value: Mapping) -> bool:
    """True for an item collected with Zeeschuimer."""
    return "source_platform" in value and "item_id" in value and isinstance(value.get("data"), Mapping)


def is_tiktok(value: Mapping) -> bool:
    """True for a comment as TikTok's site gives it."""
    return "cid" in value and "aweme_id" in value and "text" in value


def read_row(value: Mapping, place: Place) -> Iterator[Item]:
    """A row: an opening post (its id is its thread's) as article, any other as comment.

    Parents stand in `parent`, and on imageboards in the body: a line that begins with >>NUMBER.
    """
    raw = string(value.get("body"))
    text = any_text(raw)
    own, thread = given_id(value.get("id")), given_id(value.get("thread_id"))
    posted = to_utc(value.get("unix_timestamp")) or to_utc(value.get("timestamp"))
    if own is not None and own == thread:
        yield Article(
            own,
            text_or_none(value.get("subject")),
            text,
            text_or_none(value.get("url")),
            posted,
            place.source,
        )
        return
    parent = given_id(value.get("parent"))
    if parent is None and "parent" not in value and (quoted := _QUOTED_POST.search(text)):
        parent = quoted[1]
    if parent is not None and parent[:3] in ("t1_", "t3_"):
        parent = parent[3:]
    yield SourceComment(
        text=text,
        comment_id=own,
        article_id=thread,
        parent_id=None if parent == thread else parent,
        author=author_or_none(value.get("author")),
        posted_at=posted,
        extra={str(k): v for k, v in value.items() if k not in _USED and v not in (None, "")}
        | present(deleted=is_true(value.get("deleted")), subject=value.get("subject"))
        | gone_marks(text),
        where=place.where,
    )


def read_tiktok(value: Mapping, place: Place) -> Iterator[Item]:
    """A comment under a video; `reply_id` is "0" at top level."""
    parent = given_id(value.get("reply_id"))
    user = mapping(value.get("user"))
    yield SourceComment(
        text=clean_text(string(value.get("text"))),
        comment_id=given_id(value.get("cid")),
        article_id=given_id(value.get("aweme_id")),
        parent_id=None if parent == "0" else parent,
        author=author_or_none(user.get("unique_id") or user.get("nickname")),
        posted_at=to_utc(value.get("create_time")),
        extra=present(likes=value.get("digg_count")),
        where=place.where,
    )
