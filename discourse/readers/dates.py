"""Dates as news pages print them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_CLOCK = (
    r"(?:[\s,·|/–—@-]{1,3}(?:at\s|@\s?)?\s?(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?"
    r"\s?(?P<half>[ap]\.?m\b\.?)?\s?(?P<zone>\(?(?:UTC|GMT|Z|EST|EDT|ET|CST|CDT|CT|MST|MDT|PST|PDT|PT|BST|CET|CEST|IST"
    r"|AEST|AEDT)\b\)?|[+-]\d\d:?\d\d)?)?"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_MONTH}\s{_DAY},?\s{_YEAR}\b{_CLOCK}",
        rf"\b{_DAY}\s{_MONTH},?\s{_YEAR}\b{_CLOCK}",
        rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?"
        r"(?P<zone>Z|[+-]\d\d:?\d\d)?(?P<half>)",
        rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d){_CLOCK}",
    )
)
_NUMERIC = re.compile(rf"\b(?P<first>\d{{1,2}})[/.](?P<second>\d{{1,2}})[/.]{_YEAR}\b{_CLOCK}", re.IGNORECASE)
_BARE_CLOCK = re.compile(
    rf"\b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)\s?(?P<half>[ap]\.?m\.?)?\s[·|,–-]\s?{_MONTH}\s{_DAY},?\s{_YEAR}\b(?P<zone>)",
    re.IGNORECASE,
)
_OFFSETS = {  # hours east of Greenwich
    "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "ist": 5.5, "aest": 10, "aedt": 11,
}  # fmt: skip
_US_SUMMER = {"et": (-5, -4), "ct": (-6, -5), "pt": (-8, -7)}  # winter, summer (March to October)


def find_dates(text: str) -> list[str]:
    """Every date in a text, as written, with the time of day where one follows."""
    spans = {m.span() for form in (_BARE_CLOCK, *_FORMS, _NUMERIC) for m in form.finditer(text)}
    found: list[str] = []
    end = -1
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            found.append(text[start:stop].strip())
            end = stop
    return found


def parse_date(text: str, day_first: bool = False) -> datetime | None:
    """The first date in a text, in UTC; a time without a zone is taken as UTC, a date as its midnight.

    `day_first` reads 02/12/2025 as 2 December; a number above 12 settles it whatever is asked.
    """
    for form in (_BARE_CLOCK, *_FORMS):
        if match := form.search(text):
            return _build(match, _month_number(match["month"]), int(match["day"]))
    if match := _NUMERIC.search(text):
        first, second = int(match["first"]), int(match["second"])
        if first > 12 or (day_first and second <= 12):
            first, second = second, first
        return _build(match, first, second)
    return None


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether a page writes 31/12/2025 (True) or 12/31/2025 (False); None where no date tells."""
    for text in texts:
        for match in _NUMERIC.finditer(text):
            first, second = int(match["first"]), int(match["second"])
            if first > 12 >= second:
                return True
            if second > 12 >= first:
                return False
    return None


def is_ambiguous(text: str) -> bool:
    """True for 02/12/2025, which two countries read as two days."""
    if any(form.search(text) for form in (_BARE_CLOCK, *_FORMS)):
        return False
    match = _NUMERIC.search(text)
    return (
        bool(match)
        and max(int(match["first"]), int(match["second"])) <= 12
        and match["first"] != match["second"]
    )


def _month_number(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS[text[:3].lower()]


def _build(match: re.Match[str], month: int, day: int) -> datetime | None:
    hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        local = datetime(int(match["year"]), month, day, hour, minute, tzinfo=UTC)
    except ValueError:  # 31 February, 25 o'clock
        return None
    return local - timedelta(hours=_offset(match["zone"], month))


def _offset(zone: str | None, month: int) -> float:
    zone = (zone or "").strip("()").lower()
    if zone in _US_SUMMER:
        return _US_SUMMER[zone][4 <= month <= 10]
    if zone[:1] in ("+", "-"):
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        return (hours + minutes / 60) * (1 if zone[0] == "+" else -1)
    return _OFFSETS.get(zone, 0)
