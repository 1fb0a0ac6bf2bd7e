"""Disqus exports. https://help.disqus.com/en/articles/1717164-comments-export · schema
http://disqus.com/api/schemas/1.0/disqus.xsd and http://disqus.com/api/schemas/1.0/internals.xsd
"""

from __future__ import annotations

from collections.abc import Iterator

from discourse.readers.exports.xmlsource import child_text, elements, local
from discourse.readers.fields import author_or_none, is_true, present, text_or_none
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.readers.unpack import Peekable
from discourse.schema import Article

_INTERNAL_ID = "{http://disqus.com/disqus-internals}id"


def read_disqus(stream: Peekable, place: Place) -> Iterator[Item]:
    """Threads as articles, posts as comments; emails and addresses of readers are left behind."""
    place.intake.forms["Disqus"] += 1
    for number, element in enumerate(elements(stream, frozenset(("thread", "post")), place), start=1):
        own = element.get(_INTERNAL_ID)
        if own is None:
            yield place.at(number).reject("no id", child_text(element, "message") or local(element))
        elif local(element) == "thread":
            yield _thread(element, own, place)
        else:
            yield _post(element, own, place.at(number))


def _thread(element, own: str, place: Place) -> Article:
    return Article(
        article_id=own,
        title=text_or_none(html_to_text(child_text(element, "title") or "")),
        text=html_to_text(child_text(element, "message") or ""),
        url=text_or_none(child_text(element, "link")),
        published_at=to_utc(child_text(element, "createdAt")),
        source=place.source,
    )


def _post(element, own: str, place: Place) -> SourceComment:
    author = _child(element, "author")
    name = None if author is None else child_text(author, "name") or child_text(author, "username")
    return SourceComment(
        text=html_to_text(child_text(element, "message") or ""),
        comment_id=own,
        article_id=_reference(element, "thread"),
        parent_id=_reference(element, "parent"),
        author=author_or_none(name),
        posted_at=to_utc(child_text(element, "createdAt")),
        extra=present(
            deleted=is_true(child_text(element, "isDeleted")),
            removed=is_true(child_text(element, "isSpam")),
            spam=is_true(child_text(element, "isSpam")),
            likes=child_text(element, "likes"),
            dislikes=child_text(element, "dislikes"),
        ),
        where=place.where,
    )


def _child(element, name: str):
    return next((c for c in element if isinstance(c.tag, str) and local(c) == name), None)


def _reference(element, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else child.get(_INTERNAL_ID)
