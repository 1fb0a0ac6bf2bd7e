"""Bluesky: threads as `app.bsky.feed.getPostThread` and `app.bsky.unspecced.getPostThreadV2` give them.

https://docs.bsky.app/docs/api/app-bsky-feed-get-post-thread · lexicons/app/bsky/feed/defs.json of
https://github.com/bluesky-social/atproto
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.clean import clean_text
from discourse.readers.fields import author_or_none, dig, mapping, present, string, text_or_none
from discourse.readers.items import Item, SourceComment
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.readers.walk import walk
from discourse.schema import Article


def is_thread(value: Mapping) -> bool:
    """True for a thread, nested or as a list."""
    thread = value.get("thread", value)
    if isinstance(thread, list):
        return bool(thread) and "uri" in mapping(thread[0]) and "value" in mapping(thread[0])
    return string(mapping(thread).get("$type")).startswith("app.bsky.feed.defs#")


def read_thread(value: Mapping, place: Place) -> Iterator[Item]:
    """The topmost post as article; posts that are gone or blocked stay as comments without text."""
    thread = value.get("thread", value)
    nodes = _from_list(thread, place) if isinstance(thread, list) else _from_tree(mapping(thread), place)
    root: str | None = None
    for post, state, above in nodes:
        uri = text_or_none(post.get("uri"))
        reply = mapping(dig(post, "record", "reply"))
        parent = text_or_none(dig(reply, "parent", "uri")) or above
        root = root or text_or_none(dig(reply, "root", "uri")) or uri
        text = clean_text(string(dig(post, "record", "text")))
        posted = to_utc(dig(post, "record", "createdAt")) or to_utc(post.get("indexedAt"))
        if uri == root and uri is not None:
            yield Article(uri, None, text, _address(post), posted, place.source)
            continue
        yield SourceComment(
            text=text,
            comment_id=uri,
            article_id=root,
            parent_id=None if parent == root else parent,
            author=author_or_none(dig(post, "author", "handle"))
            or author_or_none(dig(post, "author", "did")),
            posted_at=posted,
            extra=present(
                deleted=state == "notFound",
                removed=state == "blocked",
                likes=post.get("likeCount"),
                reposts=post.get("repostCount"),
                url=_address(post),
            ),
            where=place.where,
        )


def _from_tree(thread: Mapping, place: Place) -> Iterator[tuple[Mapping, str, str | None]]:
    """(post, state, uri of the post above) from the topmost post down."""
    top, line = thread, [thread]
    while isinstance(top.get("parent"), Mapping):
        top = top["parent"]
        line.append(top)
    for node in reversed(line[1:]):
        yield *_opened(node), _uri(mapping(node.get("parent")))
    for node, above in walk([thread], lambda n: place.objects(n.get("replies"))):
        yield *_opened(node), _uri(above if above is not None else mapping(thread.get("parent")))


def _from_list(thread: list, place: Place) -> Iterator[tuple[Mapping, str, str | None]]:
    for entry in place.objects(thread):
        value = mapping(entry.get("value"))
        kind = string(value.get("$type"))
        state = "notFound" if kind.endswith("NotFound") else "blocked" if kind.endswith("Blocked") else ""
        yield mapping(value.get("post")) or {"uri": entry.get("uri")}, state, None


def _opened(node: Mapping) -> tuple[Mapping, str]:
    if node.get("notFound"):
        return node, "notFound"
    if node.get("blocked"):
        return node, "blocked"
    return mapping(node.get("post")), ""


def _uri(node: Mapping) -> str | None:
    return text_or_none(dig(node, "post", "uri") or node.get("uri"))


def _address(post: Mapping) -> str | None:
    """The web address of a post."""
    uri, handle = string(post.get("uri")), text_or_none(dig(post, "author", "handle"))
    return f"https://bsky.app/profile/{handle}/post/{uri.rpartition('/')[2]}" if uri and handle else None
