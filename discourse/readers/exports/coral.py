"""Coral (Talk): exported collections of comments and stories, answers of its GraphQL API, and the CSV
of "Download my comment history".

src/core/server/models/comment/comment.ts and .../models/story of https://github.com/coralproject/talk ·
the CSV: src/core/server/services/users/download/download.ts there · https://docs.coralproject.net/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.fields import (
    author_or_none,
    dig,
    id_of,
    is_true,
    items_of,
    mapping,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.records import iso
from discourse.readers.times import to_utc
from discourse.readers.walk import walk
from discourse.schema import Article

_REMOVED = frozenset(("REJECTED", "SYSTEM_WITHHELD"))


def is_comment(value: Mapping) -> bool:
    """True for a comment of the collection (`asset_id` in Talk before version 5)."""
    return ("storyID" in value and "revisions" in value) or ("asset_id" in value and "body" in value)


def is_story(value: Mapping) -> bool:
    """True for a story of the collection."""
    return "commentCounts" in value and "url" in value and "id" in value


def is_answer(value: Mapping) -> bool:
    """True for a story with its comments, as GraphQL answers."""
    story = mapping(value.get("data", value)).get("story")
    return isinstance(dig(story, "comments", "edges"), list)


def is_history(value: Mapping) -> bool:
    """True for a row of a comment history."""
    return "Comment ID" in value and "Comment Text" in value and "Article URL" in value


def read_comment(value: Mapping, place: Place) -> Iterator[Item]:
    """A comment of the collection; its text is that of the last revision."""
    revisions = [mapping(r) for r in items_of(value.get("revisions") or value.get("body_history"))]
    last = revisions[-1] if revisions else {}
    status = string(value.get("status")).upper()
    actions = mapping(value.get("actionCounts") or value.get("action_counts"))
    yield SourceComment(
        text=_text(last.get("body") or value.get("body")),
        comment_id=id_of(value.get("id")),
        article_id=id_of(value.get("storyID") or value.get("asset_id")),
        parent_id=id_of(value.get("parentID") or value.get("parent_id")),
        author=author_or_none(
            dig(value, "author", "username") or value.get("authorID") or value.get("author_id")
        ),
        posted_at=to_utc(value.get("createdAt") or value.get("created_at")),
        extra=present(
            deleted=bool(value.get("deletedAt") or value.get("deleted_at")),
            removed=status in _REMOVED,
            status=status,
            edited_at=iso(to_utc(last.get("createdAt") or last.get("created_at")))
            if len(revisions) > 1
            else None,
            reactions=actions.get("REACTION") or actions.get("respect"),
            flags=actions.get("FLAG") if not isinstance(actions.get("FLAG"), Mapping) else None,
        ),
        where=place.where,
    )


def read_story(value: Mapping, place: Place) -> Iterator[Item]:
    """A story as article."""
    about = mapping(value.get("metadata"))
    yield Article(
        article_id=id_of(value.get("id")) or place.page_id,
        title=text_or_none(about.get("title") or value.get("title")),
        text=_text(about.get("description")),
        url=text_or_none(value.get("url")),
        published_at=to_utc(about.get("publishedAt") or value.get("createdAt")),
        source=place.source,
    )


def read_answer(value: Mapping, place: Place) -> Iterator[Item]:
    """A story and its comments, replies nested as far as the query asked."""
    story = mapping(mapping(value.get("data", value)).get("story"))
    yield from read_story(story, place)
    article = id_of(story.get("id")) or place.page_id
    for node, above in walk(_nodes(story.get("comments"), place), lambda n: _nodes(n.get("replies"), place)):
        status = string(node.get("status")).upper()
        yield SourceComment(
            text=_text(node.get("body")),
            comment_id=id_of(node.get("id")),
            article_id=article,
            parent_id=id_of(dig(node, "parent", "id")) or (id_of(above.get("id")) if above else None),
            author=author_or_none(dig(node, "author", "username")),
            posted_at=to_utc(node.get("createdAt")),
            extra=present(
                deleted=is_true(node.get("deleted")),
                removed=status in _REMOVED,
                status=status,
                edited_at=iso(to_utc(dig(node, "editing", "editedAt")))
                if dig(node, "editing", "edited")
                else None,
                reactions=dig(node, "actionCounts", "reaction", "total"),
            ),
            where=place.where,
        )


def read_history(value: Mapping, place: Place) -> Iterator[Item]:
    """A row of a comment history: one author's comments, without their parents."""
    url = text_or_none(value.get("Article URL"))
    if url is not None:
        yield Article(url, None, "", url, source=place.source)
    yield SourceComment(
        text=_text(value.get("Comment Text")),
        comment_id=id_of(value.get("Comment ID")),
        article_id=url,
        posted_at=to_utc(value.get("Published Timestamp")),
        extra=present(url=value.get("Comment URL"), media=value.get("Media"), parent_source="assumed")
        | {"parent_confidence": 0.0},
        where=place.where,
    )


def _nodes(connection: object, place: Place) -> list[Mapping]:
    return place.objects([mapping(edge).get("node") for edge in items_of(mapping(connection).get("edges"))])


def _text(body: object) -> str:
    return html_to_text(string(body))
