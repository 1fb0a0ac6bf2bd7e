"""Paragraphs as sentences that know which of their words stand in quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discourse.taggers.stance import clean

MAX_PARAGRAPH = 20_000  # characters read of one paragraph
_OPEN = re.compile(r"[“\"]|(?<![^\W_])['‘](?=[^\W\d])")
_CLOSE = {"“": re.compile(r"[”“\"]"), '"': re.compile(r"[\"”]"), "'": re.compile(r"['’](?!\w)")}
_BREAK = re.compile(r"[.!?…][\"”’')\]]*,?[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|Jr|Sr|vs|No|Inc|Corp|etc|e\.g|i\.e|a\.m|p\.m"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)\s*$"
)
_CLUTTER = re.compile(r"!\[[^\]]*\]\([^)]*\)|https?://\S+|(?:^|\s)#\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the half-open ranges of its characters that are quoted, without the marks."""

    text: str
    quoted: tuple[tuple[int, int], ...] = ()

    def is_quoted(self, place: int) -> bool:
        """True where the character stands in quotation marks."""
        return any(start <= place < end for start, end in self.quoted)

    @property
    def frame(self) -> str:
        """The text with everything quoted blanked out, place for place."""
        out = list(self.text)
        for start, end in self.quoted:
            out[start:end] = "\0" * (end - start)
        return "".join(out)

    @property
    def wholly_quoted(self) -> bool:
        """True where nothing but marks stands outside the quotation."""
        return bool(self.quoted) and not re.search(r"\w", self.frame)


def paragraphs(text: str) -> list[str]:
    """The lines of an article, one line each, without pictures, addresses and tags; empty where nothing is left."""
    return [clean(_CLUTTER.sub(" ", line[:MAX_PARAGRAPH])) for line in text.splitlines()]


def _quotations(text: str) -> list[tuple[int, int]]:
    """Where quotations stand; one that is never closed ends with its sentence."""
    spans, place = [], 0
    unclosed: set[str] = set()  # marks that nothing further on closes
    while (opening := _OPEN.search(text, place)) is not None:
        mark = "'" if opening.group() in "'‘" else opening.group()
        start = opening.end()
        closing = None if mark in unclosed else _CLOSE[mark].search(text, start)
        if closing is None:
            unclosed.add(mark)
        if closing is None and mark == "'":
            place = start
            continue
        end = closing.start() if closing else len(text)
        if closing is None or closing.group() == "“":
            stop = _BREAK.search(text, start, end)
            end = stop.start() + 1 if stop else end
        if mark == "'" and _BREAK.search(text, start, end):
            place = start  # an apostrophe at the start of a word, most likely
            continue
        if end > start:
            spans.append((start, end))
        place = max(end, start) + (closing is not None and closing.start() == end and closing.group() != "“")
    return spans


def split(paragraph: str) -> list[Sentence]:
    """The sentences of a paragraph, in order."""
    spans = _quotations(paragraph)
    starts, start = [0], 0
    for gap in _BREAK.finditer(paragraph):
        if not _ABBREVIATION.search(paragraph[start : gap.start() + 1]):
            start = gap.end()
            starts.append(start)
    found = []
    for begin, end in zip(starts, [*starts[1:], len(paragraph)], strict=True):
        end -= len(paragraph[begin:end]) - len(paragraph[begin:end].rstrip())
        inside = tuple(
            (max(a, begin) - begin, min(b, end) - begin) for a, b in spans if a < end and b > begin
        )
        if end > begin:
            found.append(Sentence(paragraph[begin:end], tuple((a, b) for a, b in inside if b > a)))
    return found
