r"""Text that is safe to print: no terminal commands, no control characters, all visible characters.

What is taken out acts on a terminal or on the reader's eye without being seen: escape sequences
(whole, with their parameters: colours, cursor moves, window titles, hyperlinks' addresses), C0 and C1
controls, bidirectional overrides and isolates, byte order marks, invisible tag characters. What
stands for a gap (tab, form feed, no-break space, U+2028) becomes a space. Lone halves of a surrogate
pair become U+FFFD. Zero-width characters inside the text stay, since they make emoji (ZWJ), letters
(ZWNJ) and masks ("f[ZWSP]ool"); at the ends of a line they go.

Everything here is linear in the length of the text.
"""

from __future__ import annotations

import re

_C1_INTRODUCERS = "\x90\x98\x9b\x9d\x9e\x9f"
# One alternative per kind of sequence (ECMA-48). No class holds an introducer, so that sequences
# which never end cost one scan each, up to the next introducer.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # CSI: colours, cursor, screen
    rf"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c{_C1_INTRODUCERS}]*+(?:\x07|\x1b\\|\x9c)"  # strings
    r"|\x1b[#%()*+./-][0-~]"  # character sets
    r"|\x1b[78=>DEHMNOZ\\c]"  # single-letter commands
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")

_SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_DROPPED = (
    [*range(0x00, 0x09), *range(0x0E, 0x1C), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0)]
    + [0xFEFF, 0x180E, *range(0x202A, 0x202F), *range(0x2061, 0x2065), *range(0x2066, 0x206A)]
    + [*range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF]
)
_TABLE = str.maketrans(dict.fromkeys(_DROPPED) | dict.fromkeys(map(ord, _SPACES), " "))

ZERO_WIDTH = "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060"
_EDGES = " \n" + ZERO_WIDTH


def clean_line(text: str) -> str:
    """The text of one line, safe to print and stripped; empty where nothing visible is left.

    A line feed inside `text` becomes a space.
    """
    if text.isprintable():
        return text.strip(_EDGES)
    return _scrub(text).replace("\n", " ").strip(_EDGES)


def clean_start(text: str, size: int) -> str:
    """The beginning of a text as `clean_line` gives it, at most `size` characters; clean where it is cut, too."""
    return clean_line(clean_line(text[: 2 * size])[:size])


def clean_text(text: str) -> str:
    """Like `clean_line`, but keeps line feeds (CR LF and CR become LF); for texts of several lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(map(clean_line, text.split("\n"))).strip("\n")


def indent_of(text: str) -> int:
    """The width of the white space that `text` begins with, in columns (tab stops every four)."""
    width = 0
    for character in text:
        if character == "\t":
            width += 4 - width % 4
        elif character.isspace():
            width += 1
        elif character not in ZERO_WIDTH and character != "\ufeff":
            break
    return width


def count_escapes(text: str) -> int:
    """The number of terminal escape sequences, finished or not, in a text."""
    if "\x1b" not in text and not any(c in text for c in _C1_INTRODUCERS):
        return 0
    rest, finished = _ESCAPES.subn("", text)
    return finished + rest.count("\x1b") + sum(rest.count(c) for c in _C1_INTRODUCERS)


def drop_escapes(text: str) -> str:
    """The text less its finished terminal escape sequences."""
    return _ESCAPES.sub("", text)


def _scrub(text: str) -> str:
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = drop_escapes(text).translate(_TABLE)
    return _drop_tags(text) if _TAGS.search(text) else text


def _drop_tags(text: str) -> str:
    """Drops invisible tag characters, except those which make the flag of a region."""
    kept, at = [], 0
    for flag in _FLAG.finditer(text):
        kept += [_TAGS.sub("", text[at : flag.start()]), flag.group()]
        at = flag.end()
    return "".join([*kept, _TAGS.sub("", text[at:])])
