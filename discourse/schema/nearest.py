"""What somebody may have meant by a word that is none of those there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest of the known words; None where none is near.

    Upper and lower case and spaces around the word do not count.
    """
    by_plain: dict[str, str] = {}
    for name in known:
        by_plain.setdefault(_plain(name), name)
    close = difflib.get_close_matches(_plain(word), by_plain, 1)
    return by_plain[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question whether the nearest of the known words was meant; empty where none is near."""
    meant = nearest(word, known)
    return f"did you mean {str(meant)!r}?" if meant is not None else ""


def _plain(word: str) -> str:
    return word.strip().lower()
