"""From the article down: inline furniture, and the foot of the page behind a form or a list of stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from discourse.readers.blocks import Marks
from discourse.readers.head import Reasons
from discourse.readers.headings import BAR, HEADING
from discourse.readers.marks import Mark, mark_notice
from discourse.readers.page import Line
from discourse.readers.phrases import COMMENTS, END, FORM, LISTING, NAVIGATION, STAMP
from discourse.readers.shape import (
    LONG,
    ends_sentence,
    fold,
    has_reader_voice,
    is_bullet,
    is_headline,
    is_sentence,
    title_case_share,
    words_of,
)

_STORY_CASE = 0.6  # share of capitalised words that makes a headline on a page without other furniture
_LONG_REMARK = 45  # words from which a line in the foot is taken for writing, not for a teaser
_FOOT_GAP = 2  # unmarked short lines that may stand between two lines of the foot
_BAR_REASONS = frozenset(("share bar", "comment form"))
_IN_FORM = "below the comment form"
BETWEEN_COMMENTS = frozenset({BAR, HEADING})
"""Reasons of the lines that stand between one comment and the next."""
_FOOT_LEAST = 2  # lines that make a foot
_FOOT_REASONS = frozenset(
    (
        "foot of the page",
        "menu",
        "page control",
        "share bar",
        "cookie notice",
        "newsletter",
        "app banner",
        "counter",
    )
)
_CLOSED = 3  # readers' bars, and names or times, that show how this site closes a comment
_BAR = 3  # doubtful lines of one kind in a row that are furniture without further company
_NOTICE = 250  # characters up to which a sentence amid the article or the comments may be the site's
_DRESSED = 3  # furniture lines that make a page one that kept its furniture


def sort_foot(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int) -> None:
    """Gives the lines from `body` on their reasons, in place."""
    _Walk(lines, marks, reasons, body).run()
    _take_bars(lines, marks, reasons, body)
    _close_comments(marks, reasons, body)
    _keep_company(marks, reasons, body)
    _sweep_foot(lines, marks, reasons, body)


class _Walk:
    """Goes down the page; `zone` is None in the article and the comments, else why all goes there."""

    def __init__(self, lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int) -> None:
        self.lines, self.marks, self.reasons, self.body = lines, marks, reasons, body
        self.zone: str | None = None
        self.final = False
        self.dressed = self._count_dress() >= _DRESSED
        self.headings = sum(1 for mark in marks[body:] if mark and mark.role == COMMENTS and mark.sure)

    def _count_dress(self) -> int:
        above = sum(reason is not None for reason in self.reasons[: self.body])
        return above + sum(1 for mark in self.marks[self.body :] if mark and mark.sure)

    def run(self) -> None:
        for i in range(self.body, len(self.lines)):
            if self.dressed and self.marks[i] is None and len(self.lines[i].text) <= _NOTICE:
                self.marks[i] = mark_notice(self.lines[i].text, inline=True)
            if not self._opens(i):
                self.reasons[i] = self._reason(i)

    def _opens(self, i: int) -> bool:
        """Handles a line that begins another part of the page; False for other lines."""
        mark = self.marks[i]
        if mark is None or is_bullet(self.lines[i].text):
            return False
        if (
            mark.role == COMMENTS
            and (mark.sure or self.dressed)
            and (self.zone is None or self.headings <= 2)
        ):
            self.zone, self.final = None, False
        elif mark.role == LISTING and (mark.sure or self.dressed) and (self.zone or self._lists_stories(i)):
            self.zone = self.zone if self.final else "below a list of other stories"
        elif mark.role == FORM and mark.sure:
            self.zone = self.zone if self.final else _IN_FORM
        elif mark.role == END:
            self.zone, self.final = "foot of the page", True
        else:
            return False
        self.reasons[i] = mark.reason
        return True

    def _reason(self, i: int) -> str | None:
        mark = self.marks[i]
        if self.zone is None:
            tab = self.dressed and is_bullet(self.lines[i].text)
            return mark.reason if mark and mark.sure and (mark.role != LISTING or tab) else None
        if mark is not None:
            return mark.reason
        notice = mark_notice(self.lines[i].text)
        if notice is not None:
            return notice.reason
        if not self.final and (self._resumes(i) or not (self.dressed or self._is_entry(i))):
            self.zone = None
            return None
        return self.zone

    def _lists_stories(self, i: int) -> bool:
        """True where the lines below are headlines, dates, teasers rather than paragraphs or remarks."""
        below = range(i + 1, min(i + 4, len(self.lines)))
        entries = [self._is_entry(j) for j in below]
        if not self.dressed and any(has_reader_voice(self.lines[j].text) for j in below):
            return False
        return sum(entries) >= min(2, len(entries))

    def _is_entry(self, j: int) -> bool:
        text = self.lines[j].text
        if self.marks[j] is not None or is_bullet(text):
            return True
        if self._is_writing(j) or len(text) > LONG:
            return False
        if (
            self.dressed
            and len(words_of(text)) <= 3
            and not ends_sentence(text)
            and title_case_share(text) == 1
        ):
            return True  # a topic
        return is_headline(text) and (self.dressed or title_case_share(text) >= _STORY_CASE)

    def _resumes(self, i: int) -> bool:
        """True where article or comments go on: readers' stamps, one long paragraph, two lines of writing."""
        if self._stamped(i):
            return True
        if not self._is_writing(i):
            return False
        return len(words_of(self.lines[i].text)) >= _LONG_REMARK or self._is_writing(i + 1)

    def _stamped(self, i: int) -> bool:
        """True for a line with the stamps of a comment just below it; dates alone stand in lists, too."""
        below = [(j - i, mark.reason) for j in range(i + 1, i + 5) if (mark := self._sure_stamp(j))]
        in_form = self.zone == _IN_FORM
        return any(reason == BAR or (reason == HEADING and near <= 2 and in_form) for near, reason in below)

    def _sure_stamp(self, j: int) -> Mark | None:
        mark = self.marks[j] if j < len(self.marks) else None
        return mark if mark and mark.sure and mark.role == STAMP else None

    def _is_writing(self, i: int) -> bool:
        if i >= len(self.lines) or self.marks[i] is not None:
            return False
        text = self.lines[i].text
        return is_sentence(text) and title_case_share(text) < 0.7 and mark_notice(text) is None


def _take_bars(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int) -> None:
    """Doubtful lines that stand beside readers' bars time and again: "Share" under each "Reply"."""
    beside = [
        i
        for i in range(body + 1, len(lines))
        if reasons[i] is None
        and _is_doubtful(marks, i)
        and (_is_stamp(marks, reasons, i - 1) or (i + 1 < len(lines) and _is_stamp(marks, reasons, i + 1)))
    ]
    counts = Counter(fold(lines[i].text) for i in beside)
    for i in beside:
        if counts[fold(lines[i].text)] >= _CLOSED:
            reasons[i] = marks[i].reason


def _is_stamp(marks: Marks, reasons: Reasons, i: int) -> bool:
    return reasons[i] is not None and marks[i] is not None and marks[i].role == STAMP


def _close_comments(marks: Marks, reasons: Reasons, body: int) -> None:
    """Where every comment ends in a "Reply" bar, what follows the last bar is the foot of the page."""
    stamps = [i for i in range(body, len(marks)) if _is_stamp(marks, reasons, i)]
    bars = [i for i in stamps if marks[i].reason == BAR]
    heads = [i for i in stamps if marks[i].reason == HEADING]
    if len(bars) < _CLOSED or len(heads) < _CLOSED or heads[-1] > bars[-1]:
        return
    closing = sum(1 for i in bars if i - 1 >= body and reasons[i - 1] is None)
    if closing >= 0.8 * len(bars):
        for i in range(bars[-1] + 1, len(marks)):
            reasons[i] = reasons[i] or (marks[i].reason if marks[i] else "below the last comment")


def _keep_company(marks: Marks, reasons: Reasons, body: int) -> None:
    """Doubtful lines beside furniture, and runs of one kind of them, are furniture."""
    start = body
    while start < len(marks):
        stop = start
        while stop < len(marks) and (reasons[stop] is not None or _is_doubtful(marks, stop)):
            stop += 1
        open_ones = [i for i in range(start, stop) if reasons[i] is None]
        if open_ones:
            _settle(marks, reasons, range(start, stop), open_ones)
        start = stop + 1


def _is_doubtful(marks: Marks, i: int) -> bool:
    mark = marks[i]
    return mark is not None and not mark.sure and mark.role != NAVIGATION


def _settle(marks: Marks, reasons: Reasons, run: range, open_ones: list[int]) -> None:
    """Settles a run of doubtful and sure lines. Beside a reader's "Reply" only its like is furniture."""
    counts = Counter(marks[i].reason for i in open_ones)
    for i in open_ones:
        if counts[marks[i].reason] >= _BAR and marks[i].reason in _BAR_REASONS:
            reasons[i] = marks[i].reason
    settled = [i for i in run if reasons[i] is not None]
    by_site = any(marks[i] is None or marks[i].role != STAMP for i in settled)
    for i in open_ones:
        if settled and (by_site or marks[i].role == STAMP):
            reasons[i] = reasons[i] or marks[i].reason


def _sweep_foot(lines: Sequence[Line], marks: Marks, reasons: Reasons, body: int) -> None:
    """Menus and legal lines that end a page without a form or a list above them."""
    found: list[int] = []
    sure = gap = 0
    for i in range(len(lines) - 1, body, -1):
        text = lines[i].text
        mark = marks[i] or mark_notice(text)
        if mark is not None and mark.reason in _FOOT_REASONS:
            found.append(i)
            marks[i] = mark
            sure += mark.sure and mark.reason == "foot of the page"
            gap = 0
        elif mark is not None or is_sentence(text, 1) or len(words_of(text)) > 6 or gap >= _FOOT_GAP:
            break
        else:
            gap += not is_bullet(text)
    if sure and len(found) >= _FOOT_LEAST:
        for i in range(min(found), len(lines)):
            mark = marks[i]
            reasons[i] = reasons[i] or (mark.reason if mark else "foot of the page")
