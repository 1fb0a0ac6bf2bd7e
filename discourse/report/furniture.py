"""What was set aside of a page: lines that were read for who and when, and furniture that was left out."""

from __future__ import annotations

from discourse.readers.headings import HEADING
from discourse.readers.phrases import COMMENTS_HEADING
from discourse.schema import Discussion
from discourse.schema.counts import plural

_READ = frozenset((HEADING, COMMENTS_HEADING))


def set_aside(discussion: Discussion, examples: str = "") -> str:
    """How many lines over comments were read, and how many of furniture left out; "" where there were none.

    `examples` follows the word furniture.
    """
    furniture = discussion.furniture or ()
    read = sum(piece.reason in _READ for piece in furniture) if discussion.comments else 0
    left_out = len(furniture) - read
    parts = [f"{plural(read, 'line')} with names, times or the heading of comments read"] if read else []
    if left_out:
        parts.append(f"{plural(left_out, 'line')} of page furniture{examples} left out")
    return ", ".join(parts)
