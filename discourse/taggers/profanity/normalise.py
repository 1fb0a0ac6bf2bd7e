"""Text as the mask search reads it, with the way back to the raw offsets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters of other scripts, and signs, that look like Latin letters (lower case).
LOOKALIKES = dict(
    zip(
        "абвсԁеэғгһнікӏмпорԛгѕтцуүѵхўԝзαβγδεζηικνορτυχωϲϳɑɡıʟѕɩⅼⅰᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢøðłħŧđŋß",
        "abbcdeeffhhiklmnopqrstuyyvxywzabydeznikvoptuxwcjagilsiliabcdefghijkmnoprstuvwyzodlhtdns",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` in lower case, plain letters, without invisible characters; `starts[i]` and `ends[i]` bound
    the raw code points that became its i-th character."""

    text: str
    starts: list[int]
    ends: list[int]


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """What a character is read as: nothing, or exactly one character."""
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Zs":
        return " "
    lowered = character.lower()
    if lowered[0] in LOOKALIKES:
        return LOOKALIKES[lowered[0]]
    if lowered.isascii():
        return lowered[0]
    for form in unicodedata.normalize("NFKD", lowered):
        if not unicodedata.combining(form):
            form = form.lower()[:1]
            return LOOKALIKES.get(form, form)
    return ""


def normalise(text: str) -> Normal:
    """The reading of `text`; combining marks and zero-width characters belong to the character before."""
    if text.isascii():
        return Normal(text.lower(), list(range(len(text))), list(range(1, len(text) + 1)))
    characters, starts, ends = [], [], []
    for index, character in enumerate(text):
        plain = _plain(character)
        if plain:
            characters.append(plain)
            starts.append(index)
            ends.append(index + 1)
        elif ends and unicodedata.category(character) in ("Mn", "Me"):
            ends[-1] = index + 1
    return Normal("".join(characters), starts, ends)
