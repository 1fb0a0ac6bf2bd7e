"""The head of a page: everything above the first paragraph of the article."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.readers.blocks import Marks
from discourse.readers.marks import Mark, mark_notice
from discourse.readers.page import Line
from discourse.readers.phrases import BYLINE, NAVIGATION
from discourse.readers.shape import LONG, is_bullet, is_prose, is_sentence, words_of
from discourse.readers.title import choose_title, repeats_title, title_text

_SEARCHED = 600  # lines within which the first paragraph must come
_BANNER = 4  # of the six lines below a paragraph: so many marks make it a banner above a menu
_DECK = 6  # words that a line without a full stop needs to be a standfirst
_DRESSED = 3  # weight of the marks in the head from which unmarked short lines there are furniture too

Reasons = list[str | None]


def find_body(lines: Sequence[Line], marks: Marks) -> int | None:
    """The index of the first paragraph of the article, None on a page without a paragraph."""
    for least in (14, 8):
        for i in range(min(len(lines), _SEARCHED)):
            if marks[i] is None and is_prose(lines[i].text, least) and mark_notice(lines[i].text) is None:
                menu = [mark for mark in marks[i + 1 : i + 7] if mark and mark.role == NAVIGATION]
                if len(menu) < _BANNER:
                    return _below_byline(lines, marks, i)
    return None


def _below_byline(lines: Sequence[Line], marks: Marks, i: int) -> int:
    """`i`, or the paragraph below the byline where `i` is a standfirst with the byline under it."""
    signed = [j for j in range(i + 1, min(i + 3, len(lines))) if marks[j] and marks[j].role == BYLINE]
    if signed:
        for j in range(signed[-1] + 1, min(signed[-1] + 5, len(lines))):
            if marks[j] is None and is_prose(lines[j].text):
                return j
    return i


def sort_head(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int | None) -> int | None:
    """Gives the lines above `body` their reasons; returns the index of the headline, None if there is none."""
    if not body:
        return None
    for i in range(body):
        if marks[i] is None and len(lines[i].text) <= LONG:
            marks[i] = mark_notice(lines[i].text)
    dress = sum(_weight(mark) for mark in marks[:body])
    title = choose_title(lines, marks, body, dress > 0)
    headline = title_text(lines[title].text) if title is not None else None
    last_mark = max((i for i in range(body) if marks[i] is not None), default=-1)
    for i in range(body):
        if i == title:
            continue
        text = lines[i].text
        if headline and len(text) <= LONG and repeats_title(text, headline):
            reasons[i] = marks[i].reason if marks[i] and marks[i].reason == "breadcrumb" else "headline again"
        elif marks[i] is not None:
            reasons[i] = _reason_of_mark(marks, i, dress)
        elif dress >= _DRESSED:
            reasons[i] = _reason_of_position(text, i, title, last_mark)
    return title


def _weight(mark: Mark | None) -> int:
    """How much a mark says for a head of furniture: readers, too, begin with a link or a date."""
    if mark is None or mark.reason == "bare link":
        return 0
    return 2 if mark.sure else 1


def _reason_of_mark(marks: Marks, i: int, dress: int) -> str | None:
    """A mark's reason; a lone doubtful one on a page without other furniture proves nothing."""
    mark = marks[i]
    if mark.sure or mark.role == BYLINE or dress >= _DRESSED:
        return mark.reason
    return None


def _reason_of_position(text: str, i: int, title: int | None, last_mark: int) -> str | None:
    above = title is not None and i < title
    if above:
        return "above the headline"
    if is_bullet(text) and not is_sentence(text):
        return "menu"
    if is_sentence(text) or i > last_mark or (title is not None and len(words_of(text)) >= _DECK):
        return None
    return "beside the byline" if title is not None else "above the article"
