"""Records as plain rows: the contract's columns, then what else the source says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from discourse.schema.records import TAG_COLUMNS, Article, Comment, Tags

ARTICLE_COLUMNS = tuple(f.name for f in fields(Article))
COMMENT_COLUMNS = tuple(f.name for f in fields(Comment) if f.name != "extra")
_RESERVED = frozenset((*COMMENT_COLUMNS, "kind"))
_TAGS = frozenset(TAG_COLUMNS)


def article_row(article: Article) -> dict[str, object]:
    """An article's columns."""
    return {name: getattr(article, name) for name in ARTICLE_COLUMNS}


def comment_row(comment: Comment, tags: Tags | None = None) -> dict[str, object]:
    """A comment's columns, its tags if given, and its `extra` under its own names.

    An extra whose name is a column of ours is called `source_NAME`.
    """
    row = {name: getattr(comment, name) for name in COMMENT_COLUMNS}
    if tags is not None:
        row |= {name: getattr(tags, name) for name in TAG_COLUMNS}
    for name, value in comment.extra.items():
        taken = name in _RESERVED or (tags is not None and name in _TAGS)
        if taken and name in row and row[name] == value:
            continue  # the row's own target, once the tags have taken it over
        row[f"source_{name}" if taken else name] = value
    return row


def json_line(kind: str, row: Mapping[str, object]) -> str:
    """A row as a line of JSON: `kind` first, times as ISO 8601 in UTC, probabilities to six digits."""
    record = {"kind": kind} | {name: _plain(value) for name, value in row.items()}
    return json.dumps(record, ensure_ascii=False, default=str) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
