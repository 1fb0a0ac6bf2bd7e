"""Records to the text that waits in the spool, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from discourse.readers.items import SourceComment
from discourse.schema import Article

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MAX_DEPTH = 50  # of lists and objects in a further column


def pack_article(article: Article) -> str:
    """An article's data but its id."""
    return json.dumps(
        [
            whole(article.title),
            whole(article.text),
            whole(article.url),
            _micros(article.published_at),
            whole(article.source),
            article.line_start,
            article.line_end,
        ]
    )


def unpack_article(article_id: str, data: str | None) -> Article:
    """The article; an empty one where only its id is known."""
    if data is None:
        return Article(article_id, None, "")
    title, text, url, published, source, start, end = json.loads(data)
    return Article(article_id, title, text, url, _time(published), source, start, end)


def merge_articles(known: Article, more: Article) -> Article:
    """What two readings of one article say together; the first wins where they differ."""
    return Article(
        known.article_id,
        known.title or more.title,
        known.text or more.text,
        known.url or more.url,
        known.published_at or more.published_at,
        known.source or more.source,
        known.line_start if known.line_start is not None else more.line_start,
        known.line_end if known.line_end is not None else more.line_end,
    )


def pack_comment(comment: SourceComment) -> tuple[str, int]:
    """A comment's data but its ids, and how many further columns could not be kept."""
    head = [whole(comment.author), _micros(comment.posted_at), whole(comment.text), comment.where]
    extra = comment.extra
    deep = [name for name, value in extra.items() if isinstance(value, Mapping | list) and _is_deep(value)]
    if deep:
        extra = {name: value for name, value in extra.items() if name not in deep}
    return json.dumps([*head, extra], default=_other), len(deep)


def _is_deep(value: object) -> bool:
    """True for a value nested deeper than any column of use."""
    stack = [(value, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            return True
        inner = node.values() if isinstance(node, Mapping) else node
        stack.extend((child, depth + 1) for child in inner if isinstance(child, Mapping | list))
    return False


def unpack_comment(data: str) -> tuple[str | None, datetime | None, str, int | None, dict]:
    """(author, posted_at, text, where, extra)."""
    author, posted, text, where, extra = json.loads(data)
    return author, _time(posted), text, where, extra


def tidy(value: object) -> object:
    """A value of `extra` that every output can write: no halves of surrogate pairs, keys as strings."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, Mapping):
        return {whole(str(name)): tidy(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    return value


def iso(time: datetime | None) -> str | None:
    """A UTC time as ISO 8601 with Z."""
    return None if time is None else time.isoformat().replace("+00:00", "Z")


def _other(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def whole(text: str | None) -> str | None:
    """The text without halves of surrogate pairs."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _micros(time: datetime | None) -> int | None:
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)
