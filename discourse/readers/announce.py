"""Bare words that head the comments of a page ("Comments"), and the buttons below that put them in order.

Such a word alone proves nothing: menus hold it, articles have a section "Discussion". It heads comments
where it stands apart, below an article, with lines under it that readers could have written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from discourse.readers.blocks import Marks
from discourse.readers.head import find_body
from discourse.readers.marks import Mark, mark_notice
from discourse.readers.page import Line
from discourse.readers.phrases import BYLINE, COMMENTS, END, LISTING, LOOSE_ORDERS, NAVIGATION, ORDERS, STAMP
from discourse.readers.shape import (
    could_be_reader,
    fold,
    has_reader_voice,
    is_bullet,
    is_prose,
    is_sentence,
    words_of,
)

CONTROL = "comments control"
_PLAIN_WORD = "comments"  # the word that hardly ever heads part of an article
_WORDS = frozenset((_PLAIN_WORD, "conversation", "discussion", "responses"))
_ORDERS = frozenset(order.strip() for order in ORDERS.split("|"))
_ANY_ORDER = _ORDERS.union(order.strip() for order in LOOSE_ORDERS.split("|"))
_LOOKED_AT = 40  # lines above and below the word that are compared
_ARTICLE = 8  # words of a sentence that make it one of an article
_PARAGRAPH = 14  # the same where no blank line sets the word apart
_VOICES = 0.2  # share of lines below that talk like readers: enough for "Comments"
_MANY_VOICES = 1 / 3  # the same for words that could head part of an article
_SHORTER = 0.75  # how long the lines below are at most, by those above, where no reader is heard
_ORDER = 30  # characters of a button for an order
_BYLINE = 3  # lines near a byline in which a word is one of the buttons beside it


def says_comments(line: Line) -> bool:
    """True for a line that says "Comments" and nothing else, and stands apart."""
    return line.after_blank and fold(line.text) == _PLAIN_WORD


def take_heading(lines: Sequence[Line], marks: Marks, body: int | None) -> int | None:
    """Makes sure, in `marks`, of the bare word that heads the comments; returns where the article begins.

    That is `body`, the first long paragraph, but for pages whose only long paragraphs are comments. Below a
    heading such as "6 comments" the word heads nothing.
    """
    counted = (i for i in range(body or 0, len(lines)) if _is_heading(marks[i]))
    for i in reversed(range(1, next(counted, len(lines)))):
        if _is_word(lines, marks, i) and _heads_comments(lines, marks, i, body):
            marks[i] = replace(marks[i], sure=True)
            return body if body is not None and body < i else find_body(lines[:i], marks[:i])
    return body


def take_controls(lines: Sequence[Line], marks: Marks) -> None:
    """Makes sure, in `marks`, of words such as "Newest": below a heading of comments, or beside their like."""
    headed = next((i for i, mark in enumerate(marks) if _is_heading(mark)), len(lines))
    for run in _order_runs(lines, marks):
        beside = any(_is_control(marks, i) for i in (run[0] - 1, run[-1] + 1)) or run[0] - 1 == headed
        known = any(fold(lines[i].text) in _ORDERS for i in run) and (len(run) > 1 or run[0] > headed)
        if beside or known:
            for i in run:
                marks[i] = Mark(CONTROL, STAMP, True)


def _order_runs(lines: Sequence[Line], marks: Marks) -> Iterator[list[int]]:
    """Neighbouring lines that name orders, each order once."""
    run: list[int] = []
    said: set[str] = set()
    for i, line in enumerate(lines):
        text = fold(line.text) if len(line.text) <= _ORDER and not _is_control(marks, i) else ""
        if run and (text in said or text not in _ANY_ORDER):
            yield run
            run, said = [], set()
        if text in _ANY_ORDER:
            run.append(i)
            said.add(text)
    if run:
        yield run


def _is_control(marks: Marks, i: int) -> bool:
    mark = marks[i] if 0 <= i < len(marks) else None
    return mark is not None and mark.sure and mark.reason == CONTROL


def _is_heading(mark: Mark | None) -> bool:
    return mark is not None and mark.sure and mark.role == COMMENTS


def _is_word(lines: Sequence[Line], marks: Marks, i: int) -> bool:
    """True for a word that could head comments, with nothing beside it that makes it a button or a menu entry."""
    mark, text = marks[i], lines[i].text
    if mark is None or mark.role != COMMENTS or mark.sure or is_bullet(text) or fold(text) not in _WORDS:
        return False
    if any(other and other.role == BYLINE for other in marks[max(0, i - _BYLINE) : i + _BYLINE]):
        return False
    below = marks[i + 1] if i + 1 < len(marks) else None
    return below is None or (below.role != NAVIGATION and below.reason != "share bar")


def _heads_comments(lines: Sequence[Line], marks: Marks, i: int, body: int | None) -> bool:
    start = body if body is not None and body < i else 0
    above = [line.text for line in _unmarked(lines, marks, max(start, i - _LOOKED_AT), i)]
    below = [line.text for line in _unmarked(lines, marks, i + 1, _stop(lines, marks, i))]
    if not any(is_prose(text, _ARTICLE) for text in above):
        return False
    if not any(could_be_reader(text) or is_sentence(text) for text in below):
        return False
    if not lines[i].after_blank and (fold(lines[i].text) != _PLAIN_WORD or not _below_article(above)):
        return False
    return _by_readers(above, below, fold(lines[i].text))


def _stop(lines: Sequence[Line], marks: Marks, i: int) -> int:
    """Where the lines below heading `i` end that could be comments."""
    start, last = i + 1, min(len(lines), i + 1 + _LOOKED_AT)
    while start < last and fold(lines[start].text) in _ANY_ORDER:
        start += 1
    return next((j for j in range(start, last) if _ends(marks[j])), last)


def _ends(mark: Mark | None) -> bool:
    return mark is not None and mark.sure and mark.role in (END, LISTING)


def _unmarked(lines: Sequence[Line], marks: Marks, start: int, stop: int) -> Iterator[Line]:
    return (lines[j] for j in range(start, stop) if marks[j] is None and mark_notice(lines[j].text) is None)


def _below_article(above: Sequence[str]) -> bool:
    """True where no reader is heard in the lines above, and a paragraph is the last of them."""
    return is_prose(above[-1], _PARAGRAPH) and not any(map(has_reader_voice, above))


def _by_readers(above: Sequence[str], below: Sequence[str], word: str) -> bool:
    """True where the lines below could be those of readers rather than more of the article above."""
    voices = _share_of_voices(below)
    if word != _PLAIN_WORD:
        return voices >= _MANY_VOICES and voices > _share_of_voices(above)
    shorter = _usual_length(below) <= _SHORTER * _usual_length(above)
    return voices >= _VOICES or (len(below) > 1 and shorter)


def _share_of_voices(texts: Sequence[str]) -> float:
    return sum(map(could_be_reader, texts)) / len(texts)


def _usual_length(texts: Sequence[str]) -> float:
    return median(len(words_of(text)) for text in texts)
