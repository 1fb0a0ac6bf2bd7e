"""The lines that a page puts over (or under) each comment: who, when, in answer to whom.

One such line proves nothing: articles have bylines, readers paste posts of other sites. Where lines
of one kind come again and again with text between them, they divide the comments, and what they say
is known of each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from discourse.readers.dates import day_comes_first, parse_date
from discourse.readers.marks import Mark
from discourse.readers.page import Heading, Line
from discourse.readers.phrases import COMMENTS, FORM, STAMP
from discourse.readers.shape import is_bullet
from discourse.readers.stamps import Stamp, could_be_name, is_bar, name_line, read_stamp

BAR = "reader's bar"
HEADING = "name or time of a comment"
_LEAST = 3  # headings of one kind that prove themselves
_LEAST_BELOW = 2  # so many where a heading says that comments follow
_WITH_TEXT = 0.75  # share of headings with text below (above) them
_NAMED = 0.75  # share of times with a name above that make the line above a name
_LINES = 30  # lines from one heading to the next, on average, up to which they are of comments
_TAIL = 6  # lines above a heading among which the buttons of the comment before stand
_USUAL = 0.6  # share of headings above which a line stands that makes it a button
_LAST = 60  # lines below the last heading where such lines are looked for
_TIME_OF_DAY = re.compile(r"\d[:.h]\d\d|\d ?[ap]m\b|ago$|^\d+ ?[a-z]{1,3}$|now|yesterday", re.IGNORECASE)
_WEB = 1994  # the year since which readers comment on pages
_DIGITS = re.compile(r"\d[\d,.]*")
_ABOVE = 2  # name lines above a time: the writer, and whoever is answered


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines [first, stop) of the page that say something of one comment; `kind` as in `_kind`."""

    first: int
    stop: int
    kind: str
    stamp: Stamp
    time_line: int


@dataclass(frozen=True, slots=True)
class Found:
    """The headings of a page in order; `under` tells that each stands under its comment.

    `bars` are the lines beside them that belong to them: buttons, counts.
    """

    runs: tuple[_Run, ...] = ()
    bars: frozenset[int] = frozenset()
    under: bool = False

    @property
    def taken(self) -> frozenset[int]:
        """Indices of the lines that are headings, and of those beside them that are no text."""
        return self.bars.union(*(range(run.first, run.stop) for run in self.runs))


def find_headings(lines: Sequence[Line], marks: Sequence[Mark | None], body: int | None) -> Found:
    """The headings of the comments on a page, whose article begins with line `body` (None: unknown)."""
    stamps = [_stamp(line, mark) for line, mark in zip(lines, marks, strict=True)]
    below = next((i for i, m in enumerate(marks) if m and m.role == COMMENTS and m.sure), None)
    runs = list(_runs(lines, stamps))
    if not runs:
        return Found()
    named = [_with_names(lines, marks, stamps, run) for run in runs]
    timed = [new for old, new in zip(runs, named, strict=True) if old.kind == "time"]
    if sum(new.kind != "time" for new in timed) < _NAMED * len(timed):
        # Most times have no name above them: only what surely begins something is one.
        sure = [
            new.first < old.first and _closed_before(lines, marks, stamps, new.first)
            for old, new in zip(runs, named, strict=True)
        ]
        named = [new if is_sure else old for old, new, is_sure in zip(runs, named, sure, strict=True)]
    kept = _kept(lines, named, body, below)
    if len(kept) < (_LEAST if below is None else _LEAST_BELOW):
        return Found()
    bars = frozenset(_bars(lines, kept))
    furniture = [i in bars or (mark is not None and mark.sure) for i, mark in enumerate(marks)]
    found = _arranged(furniture, kept, bars)
    return _with_others(lines, found, furniture) if _of_readers(lines, found, below is not None) else Found()


def _stamp(line: Line, mark: Mark | None) -> Stamp | None:
    """What a line says over a comment; one that is known for a heading, but whose name is not read, tells a time."""
    if is_bullet(line.text) and mark is not None and mark.role != STAMP:
        return None
    known = mark is not None and mark.sure and mark.reason == HEADING
    return read_stamp(line.text) or (Stamp(line.text) if known else None)


def _runs(lines: Sequence[Line], stamps: Sequence[Stamp | None]) -> Iterator[_Run]:
    """Neighbouring lines that speak of one comment."""
    i = 0
    while i < len(lines):
        first, said = i, []
        while i < len(lines) and (stamp := stamps[i]) and not _repeats(said, stamp):
            said.append(stamp)
            i += 1
        if any(s.when or s.name for s in said):
            name = next((s.name for s in said if s.name), None)
            answers = next((s.answers for s in said if s.answers), None)
            when = next((s.when for s in said if s.when), None)
            lone = name is None
            timed = next((j for j in range(first, i) if stamps[j].when), first)
            if (
                lone
                and said[0].when is None
                and could_be_name(said[0].answers or "")
                and lines[first].text.startswith("@")
            ):
                name, answers, lone = said[0].answers, None, False  # "@jane" over a time is who writes
            yield _Run(first, i, "time" if lone else _kind(name, when), Stamp(when, name, answers), timed)
        i = max(i, first + 1)


def _repeats(said: Sequence[Stamp], new: Stamp) -> bool:
    return any((new.when and s.when) or (new.name and s.name) for s in said)


def _kind(name: str | None, when: str | None) -> str:
    return "named time" if name and when else "name" if name else "time"


def _with_names(
    lines: Sequence[Line], marks: Sequence[Mark | None], stamps: Sequence[Stamp | None], run: _Run
) -> _Run:
    """A run with the name that stands above it, where it lacks one."""
    if run.kind != "time":
        return run
    above = []
    for i in range(run.first - 1, max(-1, run.first - 1 - _ABOVE), -1):
        taken = stamps[i] or is_bar(lines[i].text) or (marks[i] and (marks[i].sure or marks[i].role == STAMP))
        if taken or not could_be_name(lines[i].text):
            break
        above.append(i)
    if not above:
        return run
    first, stamp = above[0], name_line(lines[above[0]].text)
    name, answers = (stamp.name, stamp.answers) if stamp else (None, None)
    if len(above) == 2 and answers is None and _closed_before(lines, marks, stamps, above[1]):
        first, name, answers = above[1], lines[above[1]].text, name
    if name is None:
        return run
    return _Run(
        first,
        run.stop,
        "name over time",
        Stamp(run.stamp.when, name, answers or run.stamp.answers),
        run.time_line,
    )


def _closed_before(
    lines: Sequence[Line], marks: Sequence[Mark | None], stamps: Sequence[Stamp | None], i: int
) -> bool:
    """True where line `i` surely begins something: below a bar or a blank line, with no blank below it."""
    if i == 0 or lines[i].after_blank:
        return not lines[i + 1].after_blank
    mark = None if stamps[i - 1] else marks[i - 1]
    return is_bar(lines[i - 1].text) or (mark is not None and mark.role in (STAMP, COMMENTS, FORM))


def _kept(lines: Sequence[Line], found: Sequence[_Run], body: int | None, below: int | None) -> list[_Run]:
    """The headings of the commonest kind, without a byline over the article."""
    found = [f for f in found if below is None or f.first > below]
    if below is None and body is not None:
        found = [f for f in found if f.first > body or (f.first == 0 and not f.stamp.answers)]
    if not found:
        return []
    kind = Counter(f.kind for f in found).most_common(1)[0][0]
    like = (kind,) if kind == "name" else ("time", "named time", "name over time")
    return [f for f in found if f.kind in like]


def _bars(lines: Sequence[Line], kept: Sequence[_Run]) -> Iterator[int]:
    """Lines beside headings that hold nothing but buttons and counts, and those that stand there again and again."""
    befores = [0, *(run.stop + 1 for run in kept)]  # below the first line of text
    tails = Counter(
        _shape(lines[i].text)
        for run, before in zip(kept, befores, strict=False)
        for i in range(max(before, run.first - _TAIL), run.first)
    )
    usual = {shape for shape, count in tails.items() if count >= max(_LEAST, _USUAL * len(kept))}

    def is_one(i: int) -> bool:
        return is_bar(lines[i].text) or _shape(lines[i].text) in usual

    for run in kept:
        above, below = run.first - 1, run.stop
        while above >= 0 and is_one(above):
            yield above
            above -= 1
        while below < len(lines) and is_bar(lines[below].text):
            yield below
            below += 1
    yield from (i for i in range(kept[-1].stop + 1, min(kept[-1].stop + _LAST, len(lines))) if is_one(i))


def _with_others(lines: Sequence[Line], found: Found, furniture: Sequence[bool]) -> Found:
    """The headings, and where a comment begins between two of them under a heading of another kind.

    That is known where comments end in the same buttons: below those and before the next heading stands text.
    What such a heading says is not, but for a name alone on its line.
    """
    ends = _ends(lines, found)
    if not ends:
        return found
    runs, bars = list(found.runs), set(found.bars)
    for before, after in pairwise(found.runs):
        start, said = before.stop, False
        for i in range(before.stop, after.first):
            if i < start:
                continue
            if not said or _shape(lines[i].text) not in ends:
                said = said or not furniture[i]
                continue
            above = takewhile(lambda j: is_bar(lines[j].text), range(i - 1, start, -1))
            below = next((j for j in range(i + 1, after.first) if not is_bar(lines[j].text)), after.first)
            if all(furniture[j] for j in range(below, after.first)):
                break
            bars.update(above, range(i, below))
            runs.append(_other(lines, below, after.first))
            start, said = below, False
    return Found(tuple(sorted(runs, key=lambda run: run.first)), frozenset(bars), found.under)


def _ends(lines: Sequence[Line], found: Found) -> frozenset[str]:
    """The shapes of the buttons that stand directly above headings, where they do above most of them."""
    above = [run.first - 1 for run in found.runs[1:]]
    shapes = Counter(_shape(lines[i].text) for i in above if i in found.bars)
    if found.under or shapes.total() < max(_LEAST - 1, _WITH_TEXT * len(above)):
        return frozenset()
    return frozenset(s for s, n in shapes.items() if n >= _LEAST - 1 and any(c.isalpha() for c in s))


def _other(lines: Sequence[Line], first: int, stop: int) -> _Run:
    """The heading of a comment on lines [first, stop) that is of no known kind."""
    text = lines[first].text
    named = first + 1 < stop and not is_bar(lines[first + 1].text) and could_be_name(text)
    said = (name_line(text) if named else None) or Stamp()
    return _Run(first, first + bool(said.name), "other", said, first)


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text[:60].casefold())


def _arranged(furniture: Sequence[bool], kept: Sequence[_Run], bars: frozenset[int]) -> Found:
    """The headings, if text stands with them: over it, or where the page ends in one under it.

    Three headings on a page of hundreds of lines are not those of its comments but something pasted.
    """
    edges = [*(run.first for run in kept), len(furniture)]
    with_text = [not all(furniture[run.stop : edge]) for run, edge in zip(kept, edges[1:], strict=True)]
    gaps = [edge - run.stop for run, edge in zip(kept, edges[1:-1], strict=False)]
    if sum(with_text) < _WITH_TEXT * len(kept) or (gaps and sum(gaps) > _LINES * len(gaps)):
        return Found()
    return Found(tuple(kept), bars, under=not with_text[-1])


def _of_readers(lines: Sequence[Line], found: Found, announced: bool) -> bool:
    """False where the headings could as well be those of a live ticker, a timeline, an interview or a list of stories.

    What tells comments is a heading such as "12 comments", "Reply" beside them, or names, at most of them, with a time of day.
    """
    replies = sum("reply" in lines[i].text.lower() for i in found.bars)
    if announced or replies >= len(found.runs) / 2:
        return True
    if 2 * sum(run.stamp.name is None for run in found.runs) >= len(found.runs):
        return False
    whens = [run.stamp.when for run in found.runs if run.stamp.when]
    of_web = not any(date.year < _WEB for when in whens if (date := parse_date(when)))
    return of_web and sum(bool(_TIME_OF_DAY.search(when)) for when in whens) > len(found.runs) / 2


def place_headings(found: Found, lines: Sequence[Line], reasons: Sequence[str | None]) -> tuple[Heading, ...]:
    """What each heading says, with the first line of its comment among the lines without a reason.

    Headings of comments without text are left out.
    """
    day_first = bool(day_comes_first(lines[run.time_line].text for run in found.runs))
    edges = [*(run.first for run in found.runs), len(lines)]
    headings = []
    for at, run in enumerate(found.runs):
        start, stop = (edges[at - 1], run.first) if found.under else (run.stop, edges[at + 1])
        first = None
        if at or not found.under:
            first = next((lines[i].number for i in range(start, stop) if reasons[i] is None), None)
            if first is None:
                continue
        said = run.stamp
        written = parse_date(said.when, day_first) if said.when else None
        headings.append(Heading(said.name, written, said.answers, first, lines[run.first].indent))
    return tuple(headings)
