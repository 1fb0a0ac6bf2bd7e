"""Any JSON object that holds a list of comments, with replies nested or named: the shape most scrapers write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from discourse.readers.fields import id_of, items_of, mapping, string, text_or_none
from discourse.readers.items import Item
from discourse.readers.markup import any_text
from discourse.readers.place import Place
from discourse.readers.rows import NAMES, RowReader
from discourse.readers.times import to_utc
from discourse.readers.walk import walk
from discourse.schema import Article

_LISTS = ("comments", "replies", "children", "items", "data")
_TEXTS = (*NAMES["text"], "message", "comment")
_PARENTS = ("parent_id", "parent", "in_reply_to", "reply_to")
_IDS = ("comment_id", "id")
_BELOW = ("replies", "children")
_ARTICLES = ("title", "headline", "url", "link", "article", "article_title", "article_text", "comments")
_SHORT = 2000  # characters; the bodies of a list of comments are no longer, most of them


def is_nested(value: Mapping) -> bool:
    """True where a list under a usual name holds objects with a text."""
    return bool(_listed(value))


def read_nested(value: Mapping, place: Place) -> Iterator[Item]:
    """The object as article, and the comments below it in reading order."""
    about = mapping(value.get("article")) or value
    text = string(
        about.get("text") or about.get("body") or (value.get("article") if about is value else None)
    )
    article = next(
        (found for k in ("article_id", "id", "thread", "url") if (found := id_of(about.get(k)))),
        place.page_id,
    )
    yield Article(
        article_id=article,
        title=text_or_none(about.get("title")),
        text=any_text(text),
        url=text_or_none(about.get("url")),
        published_at=to_utc(about.get("published_at") or about.get("created_at") or about.get("date")),
        source=place.source,
    )
    yield from _comments(place.objects(_listed(value)), article, article, place)


def are_comments(values: Sequence[Mapping]) -> bool:
    """True for the first objects of a list that are comments with their replies below them, none an article."""
    lengths = [len(text) for value in values if (text := _text_of(value)) is not None]
    return (
        bool(lengths)
        and all(map(is_comment, values))
        and any(map(_answered_alike, values))
        and median(lengths) <= _SHORT
    )


def is_comment(value: Mapping) -> bool:
    """True for an object with an id and a text that says nothing of an article, and whose replies are such objects too."""
    named = any(id_of(value.get(key)) for key in _IDS)
    if not named or _text_of(value) is None or any(value.get(key) for key in _ARTICLES):
        return False
    return not _listed(value) or _answered_alike(value)


def read_comment(value: Mapping, place: Place) -> Iterator[Item]:
    """A comment at top level and those below it, of an article that is known by its id at most."""
    article = next((found for key in NAMES["article_id"] if (found := id_of(value.get(key)))), place.page_id)
    yield Article(article, None, "", source=place.source)
    yield from _comments([value], article, f"{article}:{place.where}", place)


def _text_of(value: Mapping) -> str | None:
    return next((value[key] for key in _TEXTS if isinstance(value.get(key), str)), None)


def _answered_alike(value: Mapping) -> bool:
    """True where a list of replies holds objects with an id and a text under the same names as the object's own."""
    same = [key for key in (*_TEXTS, *_IDS) if value.get(key) is not None]
    replies = (node for key in _BELOW for node in items_of(value.get(key)) if isinstance(node, Mapping))
    first = next(replies, None)
    return first is not None and all(first.get(key) is not None for key in same)


def _comments(roots: Iterable[Mapping], article: str, prefix: str, place: Place) -> Iterator[Item]:
    """Comments in reading order; those without an id are called by `prefix` and their number."""
    made: dict[int, str] = {}
    below = lambda node: place.objects(_listed(node))  # noqa: E731
    for number, (node, above) in enumerate(walk(roots, below), start=1):
        own = id_of(node.get("comment_id", node.get("id"))) or f"{prefix}:{number}"
        made[id(node)] = own
        parent = next((found for k in _PARENTS if (found := id_of(node.get(k)))), None)
        row = {k: v for k, v in node.items() if k not in _LISTS and k not in _PARENTS}
        row |= {"comment_id": own, "article_id": article, "text": _text_of(node) or ""}
        row["parent_id"] = parent or (made[id(above)] if above is not None else None)
        yield from RowReader(row, place).items(row, place)


def _listed(value: Mapping) -> list:
    for name in _LISTS:
        nodes = items_of(value.get(name))
        first = next((node for node in nodes if isinstance(node, Mapping)), {})
        if any(isinstance(first.get(key), str) for key in _TEXTS):
            return nodes
    return []
