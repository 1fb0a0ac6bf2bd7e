"""What a flat reader hands on: the lines of a page, and what was set aside as furniture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from discourse.schema import Furniture


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line of the source, cleaned.

    `number` counts from 1 as `sed -n` does; `after_blank` tells that at least one blank line stands
    directly before it; `indent` is the width of its leading white space in columns (a tab goes on to
    the next multiple of four).
    """

    number: int
    text: str
    after_blank: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """What a page says of one comment over it or under it.

    `author` wrote it, `answers` is the name of whoever is answered; each None where the page does not
    say. `line` is the number of the comment's first line; None for the first comment of a page that
    says all this under its comments. `indent` is that of the heading's first line.
    """

    author: str | None
    posted_at: datetime | None
    answers: str | None
    line: int | None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class FlatPage:
    """A page of flat text, before anything is decided about comments.

    Every non-blank line of the source is in exactly one place: it is the title (`title_line`), or one
    of `lines` (article paragraphs and comments, in order), or in `furniture` with the reason.

    `comments_possible` is False only where the page itself shows that it holds no comment, and a note
    says how. `comments_from` is the line of a heading such as "24 Comments": what stands before it is
    article, what stands after it comments; None where the page has no such heading. `headings`
    are what the page says of each comment (name, time), in order; empty where it does not say. `n_lines`
    is the number of lines of the source, blank ones too.
    """

    page_id: str
    source: str
    title: str | None
    title_line: int | None
    lines: tuple[Line, ...]
    furniture: tuple[Furniture, ...]
    published_at: datetime | None
    comments_possible: bool
    n_lines: int
    notes: tuple[str, ...] = ()
    comments_from: int | None = None
    headings: tuple[Heading, ...] = ()
