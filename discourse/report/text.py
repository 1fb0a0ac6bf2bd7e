"""Comment text made safe for one line of a terminal.

What readers wrote is hostile until proven otherwise: escape sequences, control and format
characters, stacks of combining marks and lines of a megabyte come through here before printing.
"""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len, set_cell_size

from discourse.schema import Comment, Tags

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED_MARKS = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_REPLACEMENT = 0xFFFD


class _Printable(dict):
    """A table for str.translate: spaces become a space, what cannot be seen goes, the rest stays."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        category = unicodedata.category(char)
        if char.isspace() or category in ("Zs", "Zl", "Zp"):
            result: int | None = 32
        elif category in ("Cc", "Cf") or 0xFE00 <= code <= 0xFE0F:
            result = None
        elif category in ("Cs", "Co", "Cn"):
            result = _REPLACEMENT
        else:
            result = code
        self[code] = result
        return result


_PRINTABLE = _Printable()


def clean(text: str) -> str:
    """The text on one line, without control, format, surrogate or private-use characters."""
    line = " ".join(text.translate(_PRINTABLE).split())
    return _STACKED_MARKS.sub(r"\1", line)


def clip(text: str, cells: int, *, more: bool = False) -> str:
    """The text in at most `cells` terminal cells, ending in "…" if cut here or (`more`) before."""
    if cells <= 0:
        return ""
    head = text[: 2 * cells + 8]
    if not more and len(head) == len(text) and cell_len(text) <= cells:
        return text
    return set_cell_size(head, min(cells - 1, cell_len(head))).rstrip() + "…"


def excerpt(text: str, cells: int) -> str:
    """The beginning of the text, cleaned, in at most `cells` terminal cells."""
    head = text[: 4 * cells + 64]
    line = clean(head)
    if len(head) < len(text) and cell_len(line) < cells:
        line, head = clean(text), text
    return clip(line, cells, more=len(head) < len(text))


def heading(text: str, cells: int) -> str:
    """The beginning of the text as by `excerpt`, but cut between words where that leaves half of it or more."""
    line = excerpt(text, cells)
    whole = clean(text[: 4 * cells + 64])
    if not line.endswith("…") or whole == line or whole[len(line) - 1 :][:1] == " ":
        return line
    cut, _, _ = line.rpartition(" ")
    return cut.rstrip(" ,;:–—-") + "…" if 2 * len(cut) >= len(line) else line


def covered_word(word: str) -> str:
    """A profanity for display, as `text_masked` covers it: its first letter, the rest asterisks."""
    word = clean(word)
    return " ".join(part[:1] + "*" * (len(part) - 1) for part in word.split())


def shown_text(comment: Comment, tags: Tags | None, *, show_profanity: bool) -> str:
    """The comment's text with profanity covered, or as written if asked for or never looked for."""
    if show_profanity or tags is None or tags.text_masked is None:
        return comment.text
    return tags.text_masked
