"""The sentences of a comment, and offsets as Perspective counts them."""

from __future__ import annotations

import re
from itertools import accumulate

MOST = 100  # sentences scored of one comment; neighbours of a longer one are taken together

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’')\]]*+(?=\s)|\n++")  # linear: a run is looked at once
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|Jr|Sr|vs|No|Inc|Corp|etc|e\.g|i\.e|U\.S|a\.m|p\.m)\.)$"
)


def sentences(text: str, most: int = MOST) -> list[tuple[int, int]]:
    """The sentences as (begin, end) in code points, without the space around them.

    A full stop ends none after an abbreviation, nor before a small letter in a text that has capitals; a
    line break always does.
    """
    has_capitals = not text.islower()
    found: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        stop = end.group()[0]
        if stop in ".…":
            rest = text[end.end() : end.end() + 40].lstrip()
            before = text[max(start, end.start() - 12) : end.start() + 1]
            if (has_capitals and rest[:1].islower()) or (
                len(end.group()) == 1 and _ABBREVIATION.search(before)
            ):
                continue
        _add(text, start, end.end(), found)
        start = end.end()
    _add(text, start, len(text), found)
    if len(found) <= most:
        return found
    cuts = [round(i * len(found) / most) for i in range(most + 1)]
    return [(found[a][0], found[b - 1][1]) for a, b in zip(cuts, cuts[1:], strict=False)]


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    if piece.strip():
        found.append((begin, start + len(piece.rstrip())))


def in_utf16(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of code points as spans of UTF-16 code units, in which JavaScript and Java count."""
    if text.isascii() or max(text) < "\U00010000":
        return spans
    at = [0, *accumulate(2 if c > "\uffff" else 1 for c in text)]
    return [(at[begin], at[end]) for begin, end in spans]
