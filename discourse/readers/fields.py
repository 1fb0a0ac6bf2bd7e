"""Taking values out of what sources give: ids as text, numbers exact, nothing raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite

from discourse.readers.clean import clean_line

_WHOLE_FLOAT = re.compile(r"-?\d+\.0+")
_NOTHING = frozenset(("", "nan", "none", "null", "na", "n/a", "<na>", "undefined", "\\n"))
_YES = frozenset(("1", "true", "yes", "y", "t"))
_DELETED = ("[deleted]", "[deleted by user]", "[delayed]")
_REMOVED = re.compile(r"\[ ?removed\b[^\[\]]{0,40}\]")


def mapping(value: object) -> Mapping:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items_of(value: object) -> list:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def dig(value: object, *path: str) -> object:
    """What stands at the end of a path of keys; None where it breaks off."""
    for key in path:
        value = mapping(value).get(key)
    return value


def id_of(value: object) -> str | None:
    """An id as text; None where there is none.

    Whole numbers have no decimal part; MongoDB's `$oid` is opened.
    """
    if value is None or isinstance(value, bool | list):
        return None
    if isinstance(value, Mapping):
        return id_of(value.get("$oid", value.get("$numberLong")))
    if isinstance(value, float | Decimal):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        value = int(value) if value == int(value) else value
    return clean_line(value if isinstance(value, str) else str(value)) or None


def given_id(value: object) -> str | None:
    """Like `id_of` for cells of a table, where a column with gaps turns 17 into 17.0."""
    found = id_of(value)
    if found is None or not isinstance(value, str):
        return found
    if _WHOLE_FLOAT.fullmatch(found):
        return found.partition(".")[0]
    return None if found.lower() in _NOTHING else found


def text_or_none(value: object) -> str | None:
    """A name or title on one line; None where there is nothing."""
    if value is None or isinstance(value, Mapping | list | bool) or value != value:  # NaN: a gap in a column
        return None
    return clean_line(str(value)) or None


def author_or_none(value: object) -> str | None:
    """Who wrote a comment; None where nobody is named, as by "[deleted]": that is no one person."""
    name = text_or_none(value)
    return None if name is None or gone_marks(name) else name


def string(value: object) -> str:
    """A value as a string; empty for nothing and for what is no single value."""
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def is_true(value: object) -> bool:
    """True for true, 1, "yes" and the like."""
    return value is True or (value is not None and str(value).strip().lower() in _YES)


def gone_marks(text: str) -> dict[str, object]:
    """`deleted` or `removed` where a text is what sites put in a comment's place; else nothing."""
    mark = text.strip().lower()
    if mark[:1] != "[":
        return {}
    return present(deleted=mark in _DELETED, removed=_REMOVED.fullmatch(mark) is not None)


def line_number(value: object) -> int | None:
    """A line of a source, also where a table holds it as text or as 12.0; None for what is none."""
    number = as_float(value)
    return int(number) if number is not None and 1 <= number < 2**31 else None


def probability(value: object) -> float | None:
    """A number from 0 to 1, also as text; None for anything else."""
    number = as_float(value)
    return number if number is not None and 0 <= number <= 1 else None


def as_float(value: object) -> float | None:
    """A finite number; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def present(**values: object) -> dict[str, object]:
    """The values that say something: not None, not empty, not False."""
    return {name: value for name, value in values.items() if value not in (None, "", False, [], {})}
