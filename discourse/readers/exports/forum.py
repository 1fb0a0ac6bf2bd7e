"""Topics of Discourse forums, as `/t/ID.json` gives them.

https://docs.discourse.org/#tag/Topics/operation/getTopic · post types: app/models/post.rb of
https://github.com/discourse/discourse
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
from discourse.schema import Article

_NOTICE = 3  # "closed this topic", "pinned": done by the forum, not said by anybody


def is_topic(value: Mapping) -> bool:
    """True for a topic, or a further page of one."""
    return isinstance(dig(value, "post_stream", "posts"), list)


def read_topic(value: Mapping, place: Place) -> Iterator[Item]:
    """The first post as article, the others as comments.

    Posts are called TOPIC/NUMBER, as in their addresses: replies name the number of the post answered.
    """
    posts = place.objects(dig(value, "post_stream", "posts"))
    topic = (
        id_of(value.get("id")) or next((id_of(post.get("topic_id")) for post in posts), None) or place.page_id
    )
    first = next((post for post in posts if post.get("post_number") == 1), {})
    if value.get("title") or first:
        yield Article(
            article_id=topic,
            title=text_or_none(value.get("title")),
            text=_text(first),
            url=text_or_none(value.get("url")),
            published_at=to_utc(value.get("created_at")) or to_utc(first.get("created_at")),
            source=place.source,
        )
    ids = {post.get("id") for post in posts}
    place.intake.missing += sum(
        i not in ids for i in items_of(dig(value, "post_stream", "stream")) if isinstance(i, int)
    )
    for post in posts:
        if post.get("post_number") == 1:
            continue
        if post.get("post_type") == _NOTICE:
            place.intake.note(f"{place.source}: notices of the forum (closed, pinned, moved) are left out")
            continue
        yield _comment(post, topic, place)


def _comment(post: Mapping, topic: str, place: Place) -> SourceComment:
    number, parent = id_of(post.get("post_number")), id_of(post.get("reply_to_post_number"))
    posted, updated = to_utc(post.get("created_at")), to_utc(post.get("updated_at"))
    likes = [a for a in items_of(post.get("actions_summary")) if mapping(a).get("id") == 2]
    version = post.get("version")
    return SourceComment(
        text=_text(post),
        comment_id=f"{topic}/{number}" if number else id_of(post.get("id")),
        article_id=topic,
        parent_id=None if parent in (None, "1") else f"{topic}/{parent}",
        author=author_or_none(post.get("username")),
        posted_at=posted,
        extra=present(
            post_id=post.get("id"),
            likes=mapping(likes[0]).get("count") if likes else None,
            deleted=is_true(post.get("user_deleted")),
            removed=bool(post.get("deleted_at")) or is_true(post.get("hidden")),
            edited_at=iso(updated)
            if isinstance(version, int) and version > 1 and updated != posted
            else None,
            solution=is_true(post.get("accepted_answer")),
        ),
        where=place.where,
    )


def _text(post: Mapping) -> str:
    return html_to_text(string(post.get("cooked")) or string(post.get("raw")))
