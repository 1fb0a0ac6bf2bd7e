"""Times as comment systems show them, to aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from discourse.readers.dates import parse_date
from discourse.readers.times import to_utc

_EPOCH = re.compile(r"-?\d{9,16}")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.I
)
_MAIL = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d")
_SCRIPT = re.compile(r"(\w{3}) (\d\d?) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)([+-]\d{4})")


def read_time(value: str, day_first: bool = False) -> datetime | None:
    """The time that `value` states, in UTC; None for relative ones ("2 days ago") and what is no time.

    Read are ISO 8601, seconds, milliseconds or microseconds since 1970, what JavaScript and mail
    headers print, and the dates of news pages, which may stand among other words. A time without a
    zone is taken as UTC.
    """
    value = " ".join(value.split())[:200]
    if _EPOCH.fullmatch(value) or _ISO.fullmatch(value) or _MAIL.match(value):
        return to_utc(value)
    if match := _SCRIPT.search(value):
        try:
            return datetime.strptime(" ".join(match.groups()), "%b %d %Y %H:%M:%S %z").astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return parse_date(value, day_first)
