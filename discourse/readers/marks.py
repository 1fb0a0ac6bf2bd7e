"""Tells for a single line what furniture it could be; says nothing of its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discourse.readers import forms, phrases
from discourse.readers.dates import find_dates
from discourse.readers.shape import LONG, ends_sentence, fold, is_bullet, is_sentence, speaks, words_of


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line could be: why, what it means for the lines around it, and whether that is sure."""

    reason: str
    role: str
    sure: bool


def _table() -> dict[str, Mark]:
    table = {word: Mark("menu", phrases.NAVIGATION, False) for word in phrases.NAVIGATION_WORDS}
    for entries, sure in ((phrases.DOUBTFUL, False), (phrases.SURE, True)):
        for reason, role, lines in entries:
            table.update((fold(line), Mark(reason, role, sure)) for line in lines.split("|"))
    return table


_PHRASES = _table()
_FORMS = tuple(
    (re.compile(form, re.IGNORECASE), Mark(reason, role, sure)) for reason, role, sure, form in forms.FORMS
)
# All forms at once: most lines match none, and one pattern costs a tenth of fifty.
_ANY_FORM = re.compile("|".join(f"(?:{form})" for *_, form in forms.FORMS), re.IGNORECASE)
_CREDITS = tuple(
    (re.compile(form, re.IGNORECASE), Mark("photo credit", phrases.PLAIN, sure))
    for sure, form in forms.CREDITS
)
_NOTICES = tuple((re.compile(form, re.IGNORECASE), reason, inline) for reason, inline, form in forms.NOTICES)
_BREADCRUMB = re.compile(r"^(?:home|front page|homepage|start)\s?[/>»›|→]{1,2}\s?\S", re.IGNORECASE)
_BARS = re.compile(r"\s*[|·•¦]\s*")
_CRUMBS = re.compile(r"\s[/>»›→]{1,2}\s")
_DATED = re.compile(r"\d|\bago\b|\bjust now\b", re.IGNORECASE)
_STAMP_WORDS = 14  # words that a line with name and time of a comment may have
_BESIDE_DATE = 5  # words that may stand beside the date in a date line
_YEAR = re.compile(r"(?:19|20)\d\d")
_PHRASE = max(map(len, _PHRASES)) + 12  # characters: the longest phrase, with bullet and colon
_MENU = 400  # characters of a menu in one line
_SHORT = 180  # characters from which a line that closes like a sentence is no furniture but a notice
_TICKER_DATES = 3
_NOTICE = 1500  # characters; longer texts are no notices
_STAMP = re.compile(
    r"^(?:\S.{0,60}\s)?(?:(?:about |over )?(?:\d+|an?|one) ?(?:sec(?:ond)?s?|min(?:ute)?s?|h|hrs?|hours?|d|days?|w|weeks?|mos?|months?"
    r"|y|yrs?|years?) ago|just now)(?:\s?[·|•(].{0,30})?$",
    re.IGNORECASE,
)
_SHORT_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,?(?: at)? \d{1,2}:\d\d",
    re.IGNORECASE,
)
_DATE_LABELS = re.compile(
    r"\b(?:first|last|originally|published|posted|updated|modified|on|at|by|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|am|pm|a\.m|p\.m|e[sd]?t|gmt|utc|ist)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"^\S.{0,60}\bsays:$|^\S.{0,60}\b(?:wrote|commented):$")


def mark_line(text: str) -> Mark | None:
    """What a line could be, None where nothing speaks for furniture."""
    if len(text) > LONG:
        return _mark_long(text)
    if len(text) <= _PHRASE and (found := _PHRASES.get(fold(text) or text)):
        return found
    if len(text) > _SHORT and ends_sentence(text):
        return None
    if mark := _mark_form(text):
        return mark
    if _BREADCRUMB.match(text):
        return Mark("breadcrumb", phrases.BYLINE, True)
    if mark := _mark_menu(text) or _mark_words(text) or _mark_dated(text):
        return mark
    if len(_CRUMBS.findall(text)) >= 2 and not is_sentence(text):
        return Mark("breadcrumb", phrases.NAVIGATION, False)
    return None


def mark_notice(text: str, inline: bool = False) -> Mark | None:
    """What a sentence written by a site rather than by a person is about, None for other sentences.

    `inline` asks for what no reader would write, amid the comments.
    """
    if len(text) > _NOTICE:
        return None
    lowered = text.lower()
    if not any(word in lowered for word in forms.NOTICE_WORDS):
        return None
    for form, reason, told_inline in _NOTICES:
        if (told_inline or not inline) and form.search(text):
            return Mark(reason, phrases.FORM if reason == "comment form" else phrases.PLAIN, True)
    return None


def _mark_form(text: str) -> Mark | None:
    lowered = text.lower()
    if any(word in lowered for word in forms.CREDIT_WORDS):
        for form, mark in _CREDITS:
            if form.match(text):
                return mark
    if _ANY_FORM.match(text):
        return next(mark for form, mark in _FORMS if form.match(text))
    return None


def _mark_long(text: str) -> Mark | None:
    if text.startswith(("![", "[![")) and _FORMS[0][0].match(text):
        return _FORMS[0][1]
    dates = len(find_dates(text[:4000])) if _YEAR.search(text[:4000]) else 0
    if dates >= _TICKER_DATES and len(words_of(text)) <= 25 * dates:
        return Mark("news ticker", phrases.NAVIGATION, False)
    return None


def _mark_words(text: str) -> Mark | None:
    """Lines made of nothing but the words of a share bar, a reader's bar or a menu."""
    if len(text) > _SHORT:
        return None
    words = [word.casefold() for word in words_of(text)]
    if not 2 <= len(words) <= 14:
        return None
    plain = [word for word in words if not word[0].isdigit()]
    if plain and all(word in phrases.READER_BAR for word in plain) and not is_sentence(text, 1):
        return Mark("reader's bar", phrases.STAMP, len(set(plain)) >= 2 and "reply" in plain)
    if len(words) >= 3 and all(word in phrases.NAVIGATION_WORDS for word in words):
        return Mark("menu", phrases.NAVIGATION, False)
    return None


def _mark_menu(text: str) -> Mark | None:
    """Phrases of furniture side by side in one line, such as "Terms of use | Privacy | Contact"."""
    parts = [fold(part) for part in _BARS.split(text)] if len(text) <= _MENU else []
    marks = [_PHRASES.get(part) for part in parts if part]
    if len(marks) < 2 or None in marks:
        return None
    mark = next((mark for mark in marks if mark.sure), marks[0])
    return Mark(mark.reason, mark.role, mark.sure or len(marks) > 2)


def _mark_dated(text: str) -> Mark | None:
    """Lines that are hardly more than a date or a reader's name."""
    if text.endswith(":") and _SAYS.match(text):
        return Mark("comment heading", phrases.STAMP, False)
    if not _DATED.search(text) or is_sentence(text.removesuffix("m."), 1):
        return None
    if speaks(text):
        return None
    if _STAMP.match(text):
        return Mark("date line", phrases.STAMP, False)
    count = len(words_of(text))
    if is_bullet(text) and count > _STAMP_WORDS:
        return None
    if count <= _STAMP_WORDS and _SHORT_DATE.search(text):
        return Mark("date line", phrases.STAMP, False)
    dates = find_dates(text) if _YEAR.search(text) else []
    if len(dates) >= _TICKER_DATES:
        return Mark("news ticker", phrases.NAVIGATION, False)
    rest = text
    for date in dates:
        rest = rest.replace(date, " ")
    if dates and len(words_of(_DATE_LABELS.sub(" ", rest))) <= _BESIDE_DATE:
        return Mark("date line", phrases.BYLINE, False)
    return None
