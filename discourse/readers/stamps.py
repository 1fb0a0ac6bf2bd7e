"""What one line says over a comment: who wrote it, when, in answer to whom; nothing of its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discourse.readers.dates import find_dates
from discourse.readers.phrases import READER_BAR
from discourse.readers.shape import ends_sentence, speaks, words_of

_LONG = 140  # characters; no line over a comment is longer
_BAR = 12  # words of a reader's bar
_NAME_LENGTH, _NAME_WORDS, _NAME_WORDS_TIMED = 40, 5, 7

_AGO = (
    r"(?:about |over |almost |nearly )?(?:\d+|an?|one) ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?"
    r"|w|wks?|weeks?|mos?|months?|y|yrs?|years?)(?:,? \d+ ?(?:minutes?|hours?|days?|months?))? ago"
)
_TIME = re.compile(
    rf"\b(?:{_AGO}|just now|yesterday(?: at \d{{1,2}}:\d\d(?: ?[ap]m)?)?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,?(?: at)? \d{1,2}:\d\d(?: ?[ap]\.?m\.?)?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_BARE_TIME = re.compile(r"\d{1,3} ?(?:s|m|min|h|hr|d|w|mo|y|yr)\.?(?: ago)?", re.IGNORECASE)
_SAYS = re.compile(r"(.{1,60}?) (?:says|commented|replied|responds)\s?:", re.IGNORECASE)
_REPLY = re.compile(
    r"(?:↪|↳|→|▸|⤷)?\s?(?:in (?:reply|response|answer) to|replying to|replied to|reply to|responding to|@)\s?:?\s?@?(.{1,60})",
    re.IGNORECASE,
)
_TOWARD = re.compile(
    r"^(.{1,40}?)\s*(?:\b(?:in (?:reply|response) to|replied to|replies to|replying to|responded to)\b|→|▸|➤|►|»|›|>)\s*@?(.{1,40})$",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"^(?:# ?\d+|\[[-–+−]\]|\W+|(?:re)?posted by\b:?|submitted by\b:?|written by\b:?|comment(?:ed)? by\b:?|by\b:?|from\b:?|author:|user:|name:)+",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(  # one piece of what may stand between a name and a time; taken off piece by piece
    r"(?:\W|\bon|\bat|\bsays|\bsaid|\bwrote|\bcommented|\breplied|\bposted|\bedited|\b\d+ points?|\bscore hidden|\[[SM]\]|#\d+"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)$",
    re.IGNORECASE,
)
_DOT_OF_NAME = re.compile(r"\b(?:[A-Z]|[JSDM]rs?|Esq|Ph\.?D|II+)\.$")
# Words beside a time or a name over a comment: those of a reader's bar, counts, places in a thread, zones.
_NOISE = READER_BAR.union(
    [
        "am",
        "at",
        "bookmark",
        "by",
        "cdt",
        "cest",
        "cet",
        "children",
        "comment",
        "commented",
        "comments",
        "context",
        "edt",
        "embed",
        "est",
        "favorite",
        "gmt",
        "level",
        "mdt",
        "mst",
        "new",
        "next",
        "offline",
        "on",
        "online",
        "op",
        "parent",
        "pdt",
        "pinned",
        "pm",
        "prev",
        "pst",
        "rating",
        "remove",
        "replied",
        "root",
        "s",
        "said",
        "says",
        "score",
        "source",
        "story",
        "thread",
        "unvote",
        "up",
        "utc",
        "wrote",
    ]
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A line that could stand over a comment.

    `when` is the time as written, `name` who speaks, `answers` the name of whoever is answered; each
    None where the line does not say.
    """

    when: str | None = None
    name: str | None = None
    answers: str | None = None


def could_be_name(text: str) -> bool:
    """True for a short line that could be a person's name."""
    if not text or len(text) > _NAME_LENGTH or not any(c.isalnum() for c in text):
        return False
    if ends_sentence(text) and not _DOT_OF_NAME.search(text):
        return False
    return len(text.split()) <= _NAME_WORDS and not text.endswith((",", ";", ":")) and not speaks(text)


def read_stamp(text: str) -> Stamp | None:
    """What a line says over a comment; None for a line of another kind."""
    if len(text) > _LONG:
        return None
    if found := _SAYS.fullmatch(text):
        return _named(found[1], None)
    if span := _find_time(text):
        return _with_time(text, *span)
    if (found := _REPLY.fullmatch(text)) and could_be_name(found[1].strip(" :,.")):
        return Stamp(answers=found[1].strip(" :,."))
    return None


def is_bar(text: str) -> bool:
    """True for a line of nothing but what readers can press or what is counted: "12 Reply Share"."""
    words = words_of(text.lower()) if len(text) <= _LONG else []
    return bool(words) and len(words) <= _BAR and all(w in _NOISE or w[0].isdigit() for w in words)


def name_line(text: str) -> Stamp | None:
    """A line read as a name, perhaps with that of whoever is answered: "Jane", "Jane → Joe"."""
    return _named(text, None)


def _find_time(text: str) -> tuple[int, int] | None:
    if _BARE_TIME.fullmatch(text):
        return 0, len(text)
    if found := _TIME.search(text):
        return found.span()
    dates = find_dates(text) if _YEAR.search(text) else []  # every date names its year; most lines name none
    if len(dates) != 1:
        return None
    start = text.find(dates[0])
    return start, start + len(dates[0])


def _with_time(text: str, start: int, end: int) -> Stamp | None:
    after = [word for word in words_of(text[end:].lower()) if not word[0].isdigit()]
    if len(after) > 8 or any(word not in _NOISE for word in after):
        return None
    before = text[:start]
    bare = _BEFORE_NAME.sub("", before)
    while tail := _AFTER_NAME.search(bare):
        bare = bare[: tail.start()]
    if all(word in _NOISE or word[0].isdigit() for word in words_of(bare.lower())):
        return Stamp(when=text[start:end])
    if text[end:] == ".":
        return None
    stop = before.find(bare) + len(bare)
    if before[stop : stop + 1] in (".", "!", "?", "…"):
        bare += before[stop]
    return _named(bare, text[start:end])


def _named(text: str, when: str | None) -> Stamp | None:
    text = _BEFORE_NAME.sub("", text).strip()
    if (found := _TOWARD.match(text)) and could_be_name(found[1]) and could_be_name(found[2]):
        return Stamp(when, found[1].strip(), found[2].strip())
    name = text if text.endswith(".") and _DOT_OF_NAME.search(text) else text.rstrip(" :,.")
    if when:  # the time beside it makes more of a line a name
        fits = 0 < len(name) <= _NAME_LENGTH and len(name.split()) <= _NAME_WORDS_TIMED
        return Stamp(when, name) if fits and not speaks(name) else None
    return Stamp(when, name) if could_be_name(name) and not name.isdigit() else None
