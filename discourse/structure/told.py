"""What a page itself says of who answers whom: indentation, "in reply to Jane", "@Jane".

Nothing here is weighed: where a page says it, the other parents are out of the question; of several
comments by whoever is named the evidence of the texts picks one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from discourse.schema import LINKS_TOLD

BY_INDENTATION, BY_NAME, BY_MENTION = LINKS_TOLD

_MENTION = re.compile(r"@\s?([^\s@,:;!?][^@,:;!?\n]{0,60})")
_WIDE = 4  # words of a name that a mention may have
_MARKED = 3  # comments marked as replies that make those without a mark no replies
_RECENT = 60  # comments by whoever is named that can be meant, the last ones
_LEVELS = 3  # comments that must be indented before indentation tells levels


@dataclass(frozen=True, slots=True)
class Told:
    """The comments (by number; -1 is the article) that a comment can answer, and how that is known."""

    parents: frozenset[int]
    source: str


def told_parents(
    texts: Sequence[str],
    authors: Sequence[str | None],
    answers: Sequence[str | None] = (),
    indents: Sequence[int] = (),
) -> list[Told | None]:
    """What is said of each comment's parent; None where nothing is said.

    `answers` are names of those answered, `indents` the comments' left margins in columns; either may
    be empty. A page that names who is answered does so for every reply: its other comments answer the
    article.
    """
    levels = _by_indentation(indents)
    if levels is not None:
        return levels
    told: list[Told | None] = []
    by: dict[str, list[int]] = {}
    unmarked = Told(frozenset([-1]), BY_NAME) if sum(map(bool, answers)) >= _MARKED else None
    for number, (text, author) in enumerate(zip(texts, authors, strict=True)):
        named = by.get(_key(answers[number]), [])[-_RECENT:] if answers and answers[number] else None
        mentioned = None if named else _mentioned(text, by)
        if named:
            told.append(Told(frozenset(named), BY_NAME))
        elif mentioned:
            told.append(Told(frozenset(mentioned), BY_MENTION))
        else:
            told.append(None if answers and answers[number] else unmarked)
        if author and (key := _key(author)):
            by.setdefault(key, []).append(number)
    return told


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _mentioned(text: str, by: dict[str, list[int]]) -> list[int] | None:
    """Comments by the person that a text begins by addressing; names may have several words."""
    found = _MENTION.match(text)
    if not found:
        return None
    words = found[1].split()[:_WIDE]
    for count in range(len(words), 0, -1):
        if numbers := by.get(_key("".join(words[:count]))):
            return numbers[-_RECENT:]
    return None


def _by_indentation(indents: Sequence[int]) -> list[Told | None] | None:
    """Parents by left margin: the nearest comment before with a smaller one; None where margins tell no levels.

    They do where they grow step by step: no comment stands deeper by more than one step than the one
    before it.
    """
    if not indents or sum(indent > min(indents) for indent in indents) < _LEVELS:
        return None
    step = min(abs(a - b) for a in set(indents) for b in set(indents) if a != b)
    told: list[Told | None] = []
    open_ones: list[int] = []
    before = min(indents)
    for number, indent in enumerate(indents):
        if indent - before > step * 1.5 or (indent - min(indents)) % step:
            return None
        before = indent
        while open_ones and indents[open_ones[-1]] >= indent:
            open_ones.pop()
        told.append(Told(frozenset([open_ones[-1] if open_ones else -1]), BY_INDENTATION))
        open_ones.append(number)
    return told
