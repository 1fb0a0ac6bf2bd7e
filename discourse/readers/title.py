"""Finds the headline among the lines above an article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discourse.readers.blocks import Marks
from discourse.readers.page import Line
from discourse.readers.phrases import BYLINE
from discourse.readers.shape import (
    fold,
    has_reader_voice,
    is_bullet,
    is_headline,
    key_words,
    title_case_share,
    words_of,
)

_BODY_LINES = 6  # lines of the article whose words a headline is compared with
_TITLE_CASE = 0.7  # share of capitalised words that makes Title Case
_SUFFIX = re.compile(r"\s[-–—|:·]\s.{2,60}$")
_COUNT = re.compile(r"\s+\d[\d,]*\s+comments?$", re.IGNORECASE)
_LEAST = 1.2  # score that a headline needs


def choose_title(lines: Sequence[Line], marks: Marks, body: int, dressed: bool) -> int | None:
    """The index of the headline above `body`, None where the page has none.

    `dressed` says that the head of the page holds furniture. On a page without any, a headline must
    stand directly above the article and share words with it.
    """
    about = _words_of_body(lines, marks, body)
    folded = [fold(line.text) if len(line.text) <= 300 else "" for line in lines[:body]]
    best, best_score = None, _LEAST
    for i in range(body):
        if marks[i] is not None or is_bullet(lines[i].text) or not is_headline(lines[i].text):
            continue
        if dressed or _stands_alone(lines, body, i):
            score = _score(lines, marks, folded, i, about)
            if score > best_score:
                best, best_score = i, score
    return best


def title_text(line: str) -> str:
    """The headline as a line gives it, without heading marks and a trailing comment count."""
    return _COUNT.sub("", line.lstrip("# ").strip()) or line


def repeats_title(text: str, title: str) -> bool:
    """True for a line that says the headline again, alone, in a breadcrumb or with the site's name."""
    line, wanted = fold(text), fold(title)
    if line == wanted:
        return True
    return fold(_SUFFIX.sub("", text)) == wanted or (len(wanted) >= 20 and line.endswith(wanted))


def _stands_alone(lines: Sequence[Line], body: int, i: int) -> bool:
    """True where a line of a bare page can only be its headline: first, above the article, no remark."""
    if i > 0 or body > 2 or has_reader_voice(lines[0].text):
        return False
    return title_case_share(lines[0].text) >= _TITLE_CASE or not has_reader_voice(lines[body].text)


def _words_of_body(lines: Sequence[Line], marks: Marks, body: int) -> set[str]:
    found: set[str] = set()
    for i in [j for j in range(body, min(len(lines), body + 30)) if marks[j] is None][:_BODY_LINES]:
        found |= key_words(lines[i].text)
    return found


def _score(lines: Sequence[Line], marks: Marks, folded: list[str], i: int, about: set[str]) -> float:
    """How much speaks for a headline; what it shares with the article weighs most."""
    text, own = lines[i].text, key_words(lines[i].text)
    shared = len(own & about)
    again = sum(other == folded[i] for other in folded) > 1
    crumb = len(folded[i]) >= 15 and any(
        other != folded[i] and (other.endswith(folded[i]) or other.startswith(folded[i])) for other in folded
    )
    below = marks[i + 1]
    signed = below is not None and below.role == BYLINE
    if shared < 2 and not (again or crumb or signed):
        return 0.0
    score = (
        3 * shared / max(1, len(own)) + (1.5 if len(words_of(text)) >= 5 else 0.5) * again + crumb + signed
    )
    score += 0.5 * (title_case_share(text) >= _TITLE_CASE) + 0.5 * (len(words_of(text)) >= 5)
    byline_above = any(mark is not None and mark.role == BYLINE for mark in marks[max(0, i - 4) : i])
    return score + 2 * text.startswith("# ") - 2 * byline_above
