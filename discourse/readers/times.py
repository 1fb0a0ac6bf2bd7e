"""Times in every dialect, to UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNITS = ((10**11, 10**6), (10**14, 10**3), (10**17, 1))  # below the first: that many microseconds each
_DAY_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2,4}\b")
_ZONES = {  # hours east of Greenwich
    "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "IST": 5.5, "JST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip


def to_utc(value: object, day_first: bool = False) -> datetime | None:
    """A time as an aware UTC datetime; None where `value` tells no point in time.

    Reads epoch seconds, milliseconds, microseconds and nanoseconds (numbers and digits), ISO 8601, RFC
    2822, the forms of the exports we know, MongoDB's `$date`, and free forms that name a year. A time
    without a zone is taken as UTC, a date as its midnight. `day_first` reads 02/12/2025 as 2 December.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, Mapping):
        inner = value.get("$date", value.get("$numberLong"))
        return to_utc(inner) if not isinstance(inner, Mapping) else to_utc(inner.get("$numberLong"))
    if isinstance(value, int | float | Decimal):
        return _from_number(Decimal(str(value)))
    if hasattr(value, "year") and not isinstance(value, str):  # datetime.date
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return _from_text(str(value).strip(), day_first)


def _from_text(text: str, day_first: bool) -> datetime | None:
    if not text or len(text) > 80:
        return None
    if _NUMBER.fullmatch(text):
        if len(text) == 8 and _YEAR.match(text):  # 20120131
            text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        elif len(text) == 4:
            return None  # a bare year is no point in time
        else:
            return _from_number(Decimal(text))
    try:
        return _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    if not _YEAR.search(text) and not _DAY_FIRST.search(text):
        return None
    return _from_mail(text) or _from_free_form(text, day_first)


def _from_mail(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text)) if "," in text[:5] else None
    except (ValueError, TypeError, OverflowError):
        return None


def _from_free_form(text: str, day_first: bool) -> datetime | None:
    from dateutil import parser  # comes with pandas

    if ":" not in text and text.split()[-1] in _ZONES:
        text = text.rpartition(" ")[0] + " 00:00 " + text.split()[-1]  # "2015-10-16 EDT"
    zones = {name: int(hours * 3600) for name, hours in _ZONES.items()}
    try:
        found = parser.parse(text, dayfirst=day_first, tzinfos=zones, default=datetime(1, 1, 1))
        return _aware(found)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None


def _from_number(number: Decimal) -> datetime | None:
    if not number.is_finite():
        return None
    factor = next((micros for limit, micros in _UNITS if abs(number) < limit), None)
    if factor is None:
        number, factor = number / 1000, 1  # nanoseconds
    try:
        return _EPOCH + timedelta(microseconds=int(number * factor))
    except (OverflowError, ValueError):
        return None


def _aware(value: datetime) -> datetime | None:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
