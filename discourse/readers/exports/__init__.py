"""JSON values and table rows by their shape: one entry for each kind of export.

To add one, write a module with a test of shape and a reader of items, and name both here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from discourse.readers.exports import (
    bluesky,
    convokit,
    coral,
    forum,
    fourcat,
    hackernews,
    isso,
    lemmy,
    mastodon,
    nested,
    reddit,
    socc,
    youtube,
)
from discourse.readers.items import Item
from discourse.readers.place import Place


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of JSON object or row: how it is told, how it is read."""

    name: str
    matches: Callable[[Mapping], bool]
    read: Callable[[Mapping, Place], Iterator[Item]]


SHAPES: list[Shape] = [
    Shape("Reddit listing", reddit.is_listing, reddit.read_listing),
    Shape("Reddit dump", reddit.is_row, reddit.read_row),
    Shape("Hacker News item", hackernews.is_item, hackernews.read_item),
    Shape("Hacker News tree", hackernews.is_tree, hackernews.read_tree),
    Shape("Hacker News search", hackernews.is_hits, hackernews.read_hits),
    Shape("YouTube info", youtube.is_info, youtube.read_info),
    Shape("YouTube API", youtube.is_answer, youtube.read_answer),
    Shape("Discourse topic", forum.is_topic, forum.read_topic),
    Shape("Mastodon context", mastodon.is_context, mastodon.read_context),
    Shape("Mastodon status", mastodon.is_status, mastodon.read_status),
    Shape("Lemmy", lemmy.is_views, lemmy.read_views),
    Shape("Bluesky thread", bluesky.is_thread, bluesky.read_thread),
    Shape("Coral comment", coral.is_comment, coral.read_comment),
    Shape("Coral story", coral.is_story, coral.read_story),
    Shape("Coral API", coral.is_answer, coral.read_answer),
    Shape("Coral history", coral.is_history, coral.read_history),
    Shape("isso", isso.is_thread, isso.read_thread),
    Shape("ConvoKit", convokit.is_utterance, convokit.read_utterance),
    Shape("SOCC comment", socc.is_comment, socc.read_comment),
    Shape("SOCC article", socc.is_article, socc.read_article),
    Shape("4CAT", fourcat.is_row, fourcat.read_row),
    Shape("TikTok comment", fourcat.is_tiktok, fourcat.read_tiktok),
]
"""Tried in order on each object; what none knows is a row of a table, or an object with nested comments."""

NESTED = Shape("nested comments", nested.is_nested, nested.read_nested)
COMMENT = Shape("nested comments", nested.is_comment, nested.read_comment)
"""What the objects of a list are of which `nested.are_comments` says that they are comments."""


def shape_of(value: Mapping, likely: Shape | None = None) -> Shape | None:
    """The shape of an object, `likely` tried first; None for a row of a table.

    A row that we wrote ourselves is never anything else.
    """
    if is_ours(value):
        return None
    if likely is not None and likely.matches(value):
        return likely
    return next((shape for shape in SHAPES if shape.matches(value)), None)


def is_ours(value: Mapping) -> bool:
    """True for an article or a comment as `parse -o` writes it."""
    return value.get("kind") in ("article", "comment")
