"""Which earlier line a line quotes: exact, trimmed, elided or slightly re-typed copies.

Words are indexed by their four-word runs, so that a page costs time linear in its length. A line
matches an earlier one by the share of its words that lie in runs the two have in common, which
survives an ellipsis in the middle, a changed word, or a quotation cut short.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

RUN = 4
MAX_POSTINGS = 24
MAX_WORDS = 400
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MARKED = re.compile(r"[\"“”«»]([^\"“”«»]{8,})[\"“”«»]|^\s*>+\s*(\S.{6,})$")
_WHOLE = re.compile(r"^\s*(?:>+\s*\S.*|[\"“«‘'].{6,}[\"”»’']\s*(?:\([^()]{1,80}\))?[.…-]*)\s*$", re.S)


@dataclass(frozen=True, slots=True)
class Match:
    """Line `line` holds `words` of the quoting line's words, `share` of them; `content` counts long ones."""

    line: int
    words: int
    share: float
    content: int


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation, at most MAX_WORDS of them."""
    return [w.lower().replace("’", "'") for w in _WORD.findall(text[: 12 * MAX_WORDS])[:MAX_WORDS]]


def marked_spans(text: str) -> list[str]:
    """The stretches that the writer put in quotation marks or after '>'."""
    return [a or b for a, b in _MARKED.findall(text)]


def is_wholly_marked(text: str) -> bool:
    """True for a line that is one quotation from its first character to its last."""
    if not _WHOLE.match(text):
        return False
    inner = text.strip().strip("\"“”«»‘’'>.…- ")
    return not re.search(r"[\"”»]\s+\S.*[“\"«]", inner)


def find_quotations(lines: Sequence[str]) -> list[list[Match]]:
    """For every line its matches among the earlier lines, the best first.

    A run counts when it is four words long, or when it makes up a whole marked quotation of three.
    """
    postings: dict[tuple[str, ...], list[int]] = defaultdict(list)
    result: list[list[Match]] = []
    for number, text in enumerate(lines):
        words = words_of(text)
        covered: dict[int, set[int]] = defaultdict(set)
        for start in range(len(words) - RUN + 1):
            for line in postings.get(tuple(words[start : start + RUN]), ()):
                covered[line].update(range(start, start + RUN))
        for span in marked_spans(text):
            short = words_of(span)
            if len(short) == RUN - 1:
                for line in postings.get(tuple(short), ()):
                    covered[line].update(range(len(short)))
        matches = [
            Match(line, len(at), len(at) / len(words), sum(len(words[i]) > 3 for i in at))
            for line, at in covered.items()
        ]
        matches = [m for m in matches if m.content >= 2 or m.share > 0.8]
        result.append(sorted(matches, key=lambda m: (-m.words, -m.line)))
        for size in (RUN, RUN - 1):
            for start in range(len(words) - size + 1):
                posting = postings[tuple(words[start : start + size])]
                if len(posting) < MAX_POSTINGS and (not posting or posting[-1] != number):
                    posting.append(number)
    return result
