"""What format readers yield, before comments are put under their articles and trees are checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discourse.readers.clean import clean_start
from discourse.readers.page import FlatPage
from discourse.schema import Article


@dataclass(frozen=True, slots=True)
class SourceComment:
    """A comment as its source gives it: nothing checked, nothing inferred.

    `comment_id` and `article_id` are None where the source has none; `parent_id` None is top level.
    `posted_at` is aware UTC. `extra` holds what else the source says (votes, `deleted`, `edited_at`,
    unknown columns), by name. `where` is the row or line of the source, counted from 1. `waits`: without an
    article, it answers the only one of its file, if there is just one.
    """

    text: str
    comment_id: str | None = None
    article_id: str | None = None
    parent_id: str | None = None
    author: str | None = None
    posted_at: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    where: int | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be kept: `reason` is one of a small set of sentences, `excerpt` at most 200 characters."""

    source: str
    line: int | None
    reason: str
    excerpt: str


Item = Article | SourceComment | Reject | FlatPage
"""A format reader yields articles before their comments where the source allows it."""


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def excerpt_of(value: object) -> str:
    """At most 200 printable characters of a value, as JSON where it is no text."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    except RecursionError:
        text = "(nested too deeply to show)"
    except (TypeError, ValueError):  # keys that JSON has none of, numbers of more digits than Python writes
        text = "(cannot be shown)"
    return clean_start(text, 200)
