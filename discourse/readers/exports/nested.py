"""Any JSON object that holds a list of comments, with replies nested or named: the shape most scrapers write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    made: dict[int, str] = {}
    below = lambda node: place.objects(_listed(node))  # noqa: E731
    for number, (node, above) in enumerate(walk(below(value), below), start=1):
        own = id_of(node.get("comment_id", node.get("id"))) or f"{article}:{number}"
        made[id(node)] = own
        parent = next((found for k in _PARENTS if (found := id_of(node.get(k)))), None)
        row = {k: v for k, v in node.items() if k not in _LISTS and k not in _PARENTS}
        body = next((node[k] for k in _TEXTS if isinstance(node.get(k), str)), "")
        row |= {"comment_id": own, "article_id": article, "text": body}
        row["parent_id"] = parent or (made[id(above)] if above is not None else None)
        yield from RowReader(row, place).items(row, place)


def _listed(value: Mapping) -> list:
    for name in _LISTS:
        nodes = items_of(value.get(name))
        first = next((node for node in nodes if isinstance(node, Mapping)), {})
        if any(isinstance(first.get(key), str) for key in _TEXTS):
            return nodes
    return []
