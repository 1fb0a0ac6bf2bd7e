"""Lemmy: lists of comments, and posts.

https://join-lemmy.org/docs/contributors/04-api.html · CommentView and PostView in
https://github.com/LemmyNet/lemmy-js-client
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
from discourse.readers.place import Place
from discourse.readers.records import iso
from discourse.readers.times import to_utc
from discourse.schema import Article


def is_views(value: Mapping) -> bool:
    """True for a list of comments, one comment, or a post, as the API gives them."""
    return any(isinstance(dig(view, "comment", "path"), str) for view in _views(value)) or isinstance(
        dig(value, "post_view", "post"), Mapping
    )


def read_views(value: Mapping, place: Place) -> Iterator[Item]:
    """Posts as articles, comments by their `path`: the ids from the top ("0") down to the comment."""
    posts: set[str | None] = set()
    if isinstance(dig(value, "post_view", "post"), Mapping):
        yield _post(mapping(dig(value, "post_view", "post")), place)
    for view in _views(value):
        comment, post = mapping(dig(view, "comment")), mapping(dig(view, "post"))
        if not isinstance(comment.get("path"), str):
            yield place.reject("a comment without its path", view)
            continue
        if post and (post_id := id_of(post.get("id"))) not in posts:
            posts.add(post_id)
            yield _post(post, place)
        path = string(comment.get("path")).split(".")
        above = path[-2] if len(path) > 2 else None
        counts = mapping(view.get("counts")) or comment
        yield SourceComment(
            text=clean_text(string(comment.get("content"))),
            comment_id=id_of(comment.get("id")),
            article_id=id_of(comment.get("post_id")),
            parent_id=above,
            author=author_or_none(dig(view, "creator", "name")),
            posted_at=to_utc(comment.get("published") or comment.get("published_at")),
            extra=present(
                deleted=is_true(comment.get("deleted")),
                removed=is_true(comment.get("removed")),
                edited_at=iso(to_utc(comment.get("updated") or comment.get("updated_at"))),
                score=counts.get("score"),
                upvotes=counts.get("upvotes"),
                downvotes=counts.get("downvotes"),
            ),
            where=place.where,
        )


def _views(value: Mapping) -> list:
    listed = value.get("comments")
    if isinstance(listed, list):
        return listed
    view = value.get("comment_view", value)
    return [view] if isinstance(dig(view, "comment"), Mapping) else []


def _post(post: Mapping, place: Place) -> Article:
    return Article(
        article_id=id_of(post.get("id")) or place.page_id,
        title=text_or_none(post.get("name")),
        text=clean_text(string(post.get("body"))),
        url=text_or_none(post.get("url")) or text_or_none(post.get("ap_id")),
        published_at=to_utc(post.get("published") or post.get("published_at")),
        source=place.source,
    )
