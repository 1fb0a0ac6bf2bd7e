"""What the right answers of labelled data may look like, and which column holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from discourse.readers.items import excerpt_of
from discourse.readers.rows import column_map, no_column
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, UsageError

TASKS = ("structure", "stance_article", "stance_parent", "toxicity", "profanity")
LABEL = "label"
COLUMNS: dict[str, tuple[str, ...]] = {
    "stance_article": ("stance_article", LABEL),
    "stance_parent": ("stance_parent", LABEL),
    "toxicity": ("toxic", "toxicity", LABEL),
    "profanity": ("spans", LABEL),
}
"""The columns that gold is read from, the first that is there."""

LABELS: dict[str, tuple[str, ...]] = {
    "stance_article": STANCES_ARTICLE,
    "stance_parent": STANCES_PARENT,
    "toxicity": ("not toxic", "toxic"),
}
UNITS = ("group", "thread")
BESIDE = ("parent_text", *UNITS)
NAMES = frozenset((*BESIDE, *(name for names in COLUMNS.values() for name in names)))
_OURS = frozenset(("n_masked", "text_masked"))  # only tables that were tagged here have these

NO_GOLD = "no gold"
_EMPTY = frozenset(("", "nan", "null", "na", "n/a", "<na>"))
_YES = ("1", "true", "yes", "y", "t", "toxic")
_NO = ("0", "false", "no", "n", "f", "not toxic", "non-toxic", "nontoxic", "not_toxic")


class Unusable(Exception):
    """A row's gold cannot be used; its text is the reason."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A labelled profanity: a half-open range of code points of the text as the row gives it."""

    start: int
    end: int
    canonical: str | None


def split_map(pairs: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """`--map column=name` arguments as (names that tables are read by, names of gold), name -> column.

    Raises:
        UsageError: a pair has no "=", or neither side is a name of ours.
    """
    gold: dict[str, str] = {}
    rest: list[str] = []
    for pair in pairs:
        column, equals, name = (part.strip() for part in pair.partition("="))
        if equals and name and column in NAMES and name not in NAMES:
            column, name = name, column
        if not (equals and column and name in NAMES):
            rest.append(pair)
            continue
        if gold.get(name, column) != column:
            raise UsageError(f"--map: {name} is given two columns, {gold[name]} and {column}: name one")
        gold[name] = column
    return column_map(rest, NAMES), gold


def gold_column(task: str, columns: Sequence[str], mapped: Mapping[str, str], source: str) -> str:
    """The column that holds the task's gold.

    Raises:
        UsageError: there is none, or the only one holds a model's answers.
    """
    known = {column.strip().lower(): column for column in reversed(columns)}
    names = COLUMNS[task]
    for name in names:
        if name in mapped:
            return present(mapped[name], columns, source)
    if known.keys() >= _OURS and task != "profanity":
        if LABEL in known:
            return known[LABEL]
        raise UsageError(
            f"{source}: this table was tagged by a model, so its columns are no gold: "
            f"name the column that is with --map COLUMN={LABEL}"
        )
    found = next((known[name] for name in names if name in known), None)
    if found is None:
        raise UsageError(
            f"{source}: no gold for {task}: none of the columns {', '.join(names)}; there are "
            f"{', '.join(excerpt_of(c)[:40] for c in columns[:40])}; name it with --map COLUMN={names[0]}"
        )
    return found


def present(column: str, columns: Sequence[str], source: str) -> str:
    """The column under its name in the table.

    Raises:
        UsageError: there is no such column.
    """
    known = {c.strip().lower(): c for c in reversed(columns)}
    if column in columns:
        return column
    if column.strip().lower() in known:
        return known[column.strip().lower()]
    raise UsageError(f"{source}: {no_column(column, columns)}")


def is_empty(value: object) -> bool:
    """True for what stands where nothing was labelled; an empty list is something."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and value.strip().lower() in _EMPTY)


def stance(value: object, labels: Sequence[str]) -> int:
    """The index of a label.

    Raises:
        Unusable: it is empty or unknown.
    """
    if is_empty(value):
        raise Unusable(NO_GOLD)
    name = str(value).strip().lower().replace("favour", "favor")
    if name not in labels:
        raise Unusable(f"the label {excerpt_of(value)[:40]!r} is none of {', '.join(labels)}")
    return labels.index(name)


def toxic(value: object) -> int:
    """1 for toxic, 0 for not: yes or no in the usual words, or a share of 0 to 1, toxic from one half.

    Raises:
        Unusable: it is empty or neither.
    """
    if is_empty(value):
        raise Unusable(NO_GOLD)
    word = str(value).strip().lower()
    if word in _YES or word in _NO:
        return int(word in _YES)
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise Unusable(
            f"the label {excerpt_of(value)[:40]!r} is none of {', '.join((*_YES, *_NO))}, nor a share between 0 and 1"
        )
    return int(number >= 0.5)


def spans(value: object, text: str) -> list[GoldSpan]:
    """The labelled spans of a text: a list of {start, end, canonical}, or such a list as JSON.

    Raises:
        Unusable: it is empty, no such list, or a span lies outside the text.
    """
    if is_empty(value):
        raise Unusable(f"{NO_GOLD} (a comment without profanity has the empty list [])")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise Unusable("spans that are no list of {start, end, canonical}")
    found = []
    for item in value:
        start, end, word = item.get("start"), item.get("end"), item.get("canonical")
        if not all(isinstance(n, int) and not isinstance(n, bool) for n in (start, end)):
            raise Unusable("a span whose start or end is no whole number")
        if not 0 <= start < end <= len(text):
            raise Unusable("a span that lies outside the text or is empty")
        found.append(GoldSpan(start, end, None if is_empty(word) else str(word).strip().lower()))
    return list({(s.start, s.end): s for s in found}.values())
