"""Discussions whose links are inferred, or that come in parts: telling, counting and joining them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from discourse.readers.intake import Intake
from discourse.readers.rows import ASSUMED
from discourse.schema import Comment, Discussion


def count_page(discussion: Discussion, intake: Intake) -> None:
    """Counts a rebuilt page: its article, comments, and how each reply's parent was inferred."""
    intake.articles += 1
    intake.read += len(discussion.comments)
    intake.kept += len(discussion.comments)
    count_links(discussion, intake)


def count_links(discussion: Discussion, intake: Intake) -> None:
    """Counts the replies of a discussion by how their parent was inferred."""
    intake.links.update(c.parent_source for c in discussion.comments if c.parent_id is not None)


def lacks_links(discussion: Discussion) -> bool:
    """True where the source says nothing of who answers whom."""
    return bool(discussion.comments) and all(c.parent_source == ASSUMED for c in discussion.comments)


def join_parts(discussions: Iterable[Discussion]) -> Iterator[Discussion]:
    """Discussions, with the consecutive parts of one article made one again."""
    held: Discussion | None = None
    comments: list[Comment] = []
    for discussion in discussions:
        if held is not None and is_part(discussion, held, len(comments)):
            comments += discussion.comments
            continue
        if held is not None:
            yield replace(held, comments=tuple(comments))
        held, comments = discussion, list(discussion.comments)
    if held is not None:
        yield replace(held, comments=tuple(comments))


def is_part(discussion: Discussion, first: Discussion, position: int) -> bool:
    """True where a discussion goes on with the comments of `first`, of which `position` have come."""
    same = discussion.article == first.article and bool(discussion.comments)
    return same and position > 0 and discussion.comments[0].position == position
