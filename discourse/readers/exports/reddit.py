"""Reddit: API listings with nested replies and `more` stubs; rows of the Pushshift and Arctic Shift dumps.

Things, listings, `more`: https://github.com/reddit-archive/reddit/wiki/JSON. Rows of the dumps are the
`data` of those things: Baumgartner et al. 2020, https://doi.org/10.1609/icwsm.v14i1.7347,
https://github.com/ArthurHeitmann/arctic_shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from discourse.readers.fields import (
    author_or_none,
    dig,
    gone_marks,
    id_of,
    items_of,
    mapping,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import unescaped
from discourse.readers.place import Place
from discourse.readers.records import iso
from discourse.readers.times import to_utc
from discourse.readers.walk import walk
from discourse.schema import Article

_KINDS = ("Listing", "t1", "t3", "more")
_KEPT = (
    "score",
    "ups",
    "downs",
    "controversiality",
    "gilded",
    "distinguished",
    "stickied",
    "subreddit",
    "permalink",
)


def is_listing(value: Mapping) -> bool:
    """True for a thing of the API, and for an answer of `morechildren`."""
    return (value.get("kind") in _KINDS and isinstance(value.get("data"), Mapping)) or isinstance(
        dig(value, "json", "data", "things"), list
    )


def is_row(value: Mapping) -> bool:
    """True for a comment or submission of the dumps."""
    comment = "body" in value and "link_id" in value
    submission = "title" in value and "subreddit" in value and ("selftext" in value or "is_self" in value)
    return "id" in value and (comment or submission)


def read_listing(value: Mapping, place: Place) -> Iterator[Item]:
    """Every comment and submission below a thing, parents first."""
    roots = [value, *place.objects(dig(value, "json", "data", "things"))]
    for thing, _ in walk(roots, lambda thing: _children(thing, place)):
        kind, data = thing.get("kind"), mapping(thing.get("data"))
        if kind in ("t1", "t3"):
            yield from read_row(data, place)
        elif kind == "more":
            hidden = [found for child in items_of(data.get("children")) if (found := id_of(child))]
            place.intake.named.update(hidden)
            if not hidden:
                place.intake.note(
                    f"{place.source}: threads that go on deeper than Reddit lists are cut there"
                )
        elif kind is not None and kind != "Listing":
            yield place.reject("neither a comment nor a submission", thing)


def read_row(data: Mapping, place: Place) -> Iterator[Item]:
    """The comment or submission that a row is."""
    if "body" in data or "link_id" in data:
        yield _comment(data, place)
        return
    article_id = _bare(data.get("id"))
    if article_id is None:
        yield place.reject("no id", data)
        return
    yield Article(
        article_id=article_id,
        title=text_or_none(unescaped(string(data.get("title")))),
        text=unescaped(string(data.get("selftext"))),
        url=text_or_none(data.get("url")) or _link(data.get("permalink")),
        published_at=to_utc(data.get("created_utc", data.get("created"))),
        source=place.source,
    )


def _comment(data: Mapping, place: Place) -> SourceComment:
    text = unescaped(string(data.get("body")))
    author = author_or_none(data.get("author"))
    edited = data.get("edited")
    edited_at = to_utc(edited) if not isinstance(edited, bool) else None
    article_id, parent = _bare(data.get("link_id")), string(data.get("parent_id"))
    extra = present(
        **{"deleted": True} if not text and gone_marks(string(data.get("author"))) else gone_marks(text),
        edited_at=iso(edited_at),
        edited=edited is True,
        **{name: data.get(name) for name in _KEPT},
    )
    return SourceComment(
        text=text,
        comment_id=_bare(data.get("id") or data.get("name")),
        article_id=article_id,
        parent_id=None if parent.startswith("t3_") or _bare(parent) == article_id else _bare(parent),
        author=author,
        posted_at=to_utc(data.get("created_utc", data.get("created"))),
        extra=extra,
        where=place.where,
    )


def _children(thing: Mapping, place: Place) -> Iterable[Mapping]:
    data = mapping(thing.get("data"))
    if thing.get("kind") == "Listing":
        return place.objects(data.get("children"))
    return [replies] if isinstance(replies := data.get("replies"), Mapping) else []  # "" where there are none


def _bare(name: object) -> str | None:
    """An id without the prefix of its kind."""
    found = id_of(name)
    return found[3:] if found is not None and found[:3] in ("t1_", "t3_") else found


def _link(permalink: object) -> str | None:
    return f"https://www.reddit.com{permalink}" if isinstance(permalink, str) and permalink else None
