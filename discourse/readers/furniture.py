"""Sorts the lines of a page: headline, content (article and comments), furniture with its reason.

Position decides as much as words. Above the first paragraph of the article stand menus, breadcrumbs,
bylines; there a short line that is no sentence goes. From the article on only what is surely furniture
goes, and what keeps it company, until a form or a list of other stories opens the foot of the page,
where all goes unless readers turn out to be writing there. A short remark among comments stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from discourse.readers.announce import take_controls, take_heading
from discourse.readers.blocks import Marks, mark_blocks
from discourse.readers.dates import day_comes_first, find_dates, is_ambiguous, parse_date
from discourse.readers.evidence import judge_comments
from discourse.readers.foot import sort_foot
from discourse.readers.head import find_body, sort_head
from discourse.readers.headings import BAR, HEADING, Found, find_headings, place_headings
from discourse.readers.marks import Mark, mark_line
from discourse.readers.page import Heading, Line
from discourse.readers.phrases import COMMENTS, STAMP
from discourse.readers.title import title_text
from discourse.schema import Furniture

_DATED = ("date line", "byline", HEADING)  # reasons of lines that may hold the date


@dataclass(frozen=True, slots=True)
class Sorting:
    """Where every line of a page belongs; see `FlatPage`."""

    title: str | None
    title_line: int | None
    content: tuple[Line, ...]
    furniture: tuple[Furniture, ...]
    published_at: datetime | None
    comments_possible: bool
    comments_from: int | None
    notes: tuple[str, ...]
    headings: tuple[Heading, ...] = ()


def sort_lines(lines: Sequence[Line]) -> Sorting:
    """Sorts the non-blank, cleaned lines of a page; each ends up in one place."""
    marks: Marks = [mark_line(line.text) for line in lines]
    mark_blocks(lines, marks)
    reasons: list[str | None] = [None] * len(lines)
    body = take_heading(lines, marks, find_body(lines, marks))
    take_controls(lines, marks)
    found = find_headings(lines, marks, body)
    for i in found.taken:
        if not _heads_all(marks, i, found):
            marks[i] = Mark(BAR if i in found.bars else HEADING, STAMP, True)
    title = sort_head(lines, marks, reasons, body)
    sort_foot(lines, marks, reasons, body or 0)
    verdict = judge_comments(lines, marks, reasons, body or 0)
    published, notes = _published(lines, marks, reasons, title, body or 0)
    headings = place_headings(found, lines, reasons)
    return Sorting(
        title=None if title is None else title_text(lines[title].text),
        title_line=None if title is None else lines[title].number,
        content=tuple(line for i, line in enumerate(lines) if reasons[i] is None and i != title),
        furniture=tuple(
            Furniture(line.number, line.text, reason)
            for line, reason in zip(lines, reasons, strict=True)
            if reason is not None
        ),
        published_at=published,
        comments_possible=verdict.possible,
        comments_from=verdict.heading_line,
        notes=(*notes, *verdict.notes),
        headings=headings,
    )


def _heads_all(marks: Marks, i: int, found: Found) -> bool:
    """True for a heading such as "Comments (5)" over the first comment; over later ones it counts replies."""
    mark = marks[i]
    return mark is not None and mark.sure and mark.role == COMMENTS and i < found.runs[0].first


def _published(
    lines: Sequence[Line], marks: Marks, reasons: list[str | None], title: int | None, body: int
) -> tuple[datetime | None, tuple[str, ...]]:
    """When the article was published, as the lines of the head say; those below the headline first."""
    dated = [i for i in range(body) if reasons[i] and marks[i] and marks[i].reason in _DATED]
    dated.sort(key=lambda i: (title is not None and i < title, _date_rank(lines[i].text)))
    for text in (lines[i].text for i in dated):
        day_first = day_comes_first(line.text[:400] for line in lines)
        if published := parse_date(text, bool(day_first)):
            unsure = is_ambiguous(text) and day_first is None
            note = (f"date {find_dates(text)[0]} read as month/day/year",) if unsure else ()
            return published, note
    return None, ()


def _date_rank(text: str) -> int:
    """0 for a date that says it is of publication, 2 for one of an update, 1 for others."""
    lowered = text.lower()
    if "publish" in lowered or "posted" in lowered:
        return 0
    return 2 if "update" in lowered or "modified" in lowered else 1
