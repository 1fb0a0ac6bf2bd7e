"""YouTube: yt-dlp's `info.json` with `--write-comments`, and answers of the Data API.

https://github.com/yt-dlp/yt-dlp (`comments` in yt_dlp/extractor/common.py) ·
https://developers.google.com/youtube/v3/docs/commentThreads · .../docs/comments
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.clean import clean_text
from discourse.readers.fields import (
    author_or_none,
    dig,
    id_of,
    is_true,
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
from discourse.schema import Article


def is_info(value: Mapping) -> bool:
    """True for an `info.json`."""
    return "id" in value and "comments" in value and ("webpage_url" in value or "extractor" in value)


def is_answer(value: Mapping) -> bool:
    """True for what the Data API answers: threads, comments, or lists of them."""
    return string(value.get("kind")).startswith("youtube#comment")


def read_info(value: Mapping, place: Place) -> Iterator[Item]:
    """The video as article, then its comments; `parent` is "root" at top level."""
    video = id_of(value.get("id")) or place.page_id
    yield Article(
        article_id=video,
        title=text_or_none(value.get("title")),
        text=clean_text(string(value.get("description"))),
        url=text_or_none(value.get("webpage_url")),
        published_at=to_utc(value.get("timestamp")) or to_utc(value.get("upload_date")),
        source=place.source,
    )
    for comment in place.objects(value.get("comments")):
        parent = id_of(comment.get("parent"))
        text = string(comment.get("text"))
        yield SourceComment(
            text=clean_text(text) if text else html_to_text(string(comment.get("html"))),
            comment_id=id_of(comment.get("id")),
            article_id=video,
            parent_id=None if parent == "root" else parent,
            author=author_or_none(comment.get("author")),
            posted_at=to_utc(comment.get("timestamp")),
            extra=present(
                likes=comment.get("like_count"),
                dislikes=comment.get("dislike_count"),
                favorited=comment.get("is_favorited"),
                pinned=comment.get("is_pinned"),
                by_uploader=comment.get("author_is_uploader"),
                edited=is_true(comment.get("is_edited")),
                author_id=comment.get("author_id"),
            ),
            where=place.where,
        )


def read_answer(value: Mapping, place: Place) -> Iterator[Item]:
    """Comments of the Data API; a thread's `replies` hold up to five, `totalReplyCount` tells how many there are."""
    for entry in place.objects(value["items"]) if "items" in value else [value]:
        kind = string(entry.get("kind"))
        if kind == "youtube#commentThread":
            video = id_of(dig(entry, "snippet", "videoId"))
            top = mapping(dig(entry, "snippet", "topLevelComment"))
            replies = place.objects(dig(entry, "replies", "comments"))
            yield _comment(top, video, None, place)
            for reply in replies:
                yield _comment(reply, video, id_of(top.get("id")), place)
            total = dig(entry, "snippet", "totalReplyCount")
            place.intake.missing += max(0, total - len(replies)) if isinstance(total, int) else 0
        elif kind == "youtube#comment":
            yield _comment(entry, None, None, place)
        else:
            yield place.reject("not a comment", entry)


def _comment(entry: Mapping, video: str | None, parent: str | None, place: Place) -> SourceComment:
    said = mapping(entry.get("snippet"))
    original, shown = string(said.get("textOriginal")), string(said.get("textDisplay"))
    posted, updated = to_utc(said.get("publishedAt")), to_utc(said.get("updatedAt"))
    return SourceComment(
        text=clean_text(original) if original else html_to_text(shown, keep_newlines=True),
        comment_id=id_of(entry.get("id")),
        article_id=id_of(said.get("videoId")) or video,
        parent_id=id_of(said.get("parentId")) or parent,
        author=author_or_none(said.get("authorDisplayName")),
        posted_at=posted,
        extra=present(
            likes=said.get("likeCount"),
            edited_at=iso(updated) if updated != posted else None,
            removed=said.get("moderationStatus") == "rejected",
            author_id=dig(said, "authorChannelId", "value"),
        ),
        where=place.where,
    )
