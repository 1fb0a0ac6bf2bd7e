"""What a page itself says about its comments: how many, where they begin, or that there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discourse.readers.blocks import Marks
from discourse.readers.head import Reasons
from discourse.readers.page import Line
from discourse.readers.phrases import CLOSES, COMMENTS, FORM, NONE, STAMP
from discourse.readers.shape import could_be_reader

_VOICES = 3  # content lines that talk like readers: so many, and the page is not trusted to have none
_LAST = 12  # content lines, the last ones of the page, that are listened to: comments come last
_STAMPS = 2  # readers' bars and stamps that prove comments
_DRESSED = 4  # furniture lines that make a page one that kept its furniture


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a page can hold comments, the line of their heading, and how that is known."""

    possible: bool
    heading_line: int | None = None
    notes: tuple[str, ...] = ()


def judge_comments(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int) -> Verdict:
    """The verdict over a sorted page; in doubt comments are possible."""
    content = [i for i in range(len(lines)) if reasons[i] is None]
    last = content[-1] if content else -1
    heading = _heading(lines, marks, reasons, body, last)
    if heading is not None:
        return Verdict(True, lines[heading].number)
    stamps = sum(
        1 for i in range(body, len(lines)) if _is(marks, reasons, i, STAMP) and _beside_content(reasons, i)
    )
    voices = sum(1 for i in content[-_LAST:] if could_be_reader(lines[i].text))
    if stamps >= _STAMPS or voices >= _VOICES:
        return Verdict(True)
    if why := _why_none(lines, marks, reasons, body, last):
        return Verdict(False, None, (why,))
    return Verdict(True)


def _is(marks: Marks, reasons: Reasons, i: int, role: str) -> bool:
    return (
        reasons[i] is not None
        and marks[i] is not None
        and marks[i].role == role
        and reasons[i] == marks[i].reason
    )


def _beside_content(reasons: Reasons, i: int) -> bool:
    """True where content stands within two lines; stamps in a list of other stories prove nothing."""
    return any(reasons[j] is None for j in range(max(0, i - 2), min(len(reasons), i + 3)))


def _heading(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int, last: int) -> int | None:
    """The heading below which readers write: the first with their stamps below it, else the last one.

    "2 replies" is none where another heading speaks of comments.
    """
    found = [i for i in range(body, last) if _is(marks, reasons, i, COMMENTS)]
    found = [i for i in found if "comment" in lines[i].text.lower()] or found
    for at, i in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else len(lines)
        if any(_is(marks, reasons, j, STAMP) for j in range(i + 1, following)):
            return i
    return found[-1] if found else None


def _why_none(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int, last: int) -> str | None:
    for i, line in enumerate(lines):
        if _is(marks, reasons, i, NONE) and (i < body or i > last or marks[i].sure):
            return f"line {line.number} says that there are no comments: {line.text[:60]}"
    below = range(max(last + 1, body), len(lines))
    for role, why in (
        (COMMENTS, "is a heading for comments with none below it"),
        (FORM, "is an empty comment form, and no reader's line stands above or below it"),
    ):
        for i in below:
            if _is(marks, reasons, i, role):
                return f"no comments on the page: line {lines[i].number} {why}"
    if sum(reason is not None for reason in reasons) >= _DRESSED:
        for i in below:
            if _is(marks, reasons, i, CLOSES):
                return f"no comments on the page: line {lines[i].number} closes the article, and only furniture follows"
    return None
