"""Columns that a source brings along: one name and one type each in every part of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa

from discourse.schema.tables import TAGGED_COMMENT_SCHEMA

MOST = 200  # columns; what further ones hold is kept as JSON in one more
OVERFLOW = "extra"
_TAKEN = frozenset((*TAGGED_COMMENT_SCHEMA.names, "kind"))
_KIND = b"discourse.kind"
_TYPES = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "time": pa.timestamp("us", tz="UTC"),
    "text": pa.string(),
    "json": pa.string(),
}


def kind_of(value: object) -> str | None:
    """The kind of a value as a column sees it; None for nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -(2**63) <= value < 2**63 else "text"
    if isinstance(value, float):
        return "float"
    if isinstance(value, datetime):
        return "time"
    return "json" if isinstance(value, Mapping | list | tuple | set) else "text"


class Extras:
    """The extra columns of a run by name, in order of appearance, each with the kind that holds all its values."""

    def __init__(self, kinds: Mapping[str, str] | None = None):
        self.kinds: dict[str, str] = dict(kinds or {})

    def learn(self, values: Mapping[str, object]) -> None:
        """Takes note of the extra values of one comment."""
        for name, value in values.items():
            kind = kind_of(value)
            known = self.kinds.get(name)
            if kind is None or kind == known:
                continue
            if known is None:
                if len(self.kinds) < MOST:
                    self.kinds[name] = kind
                else:
                    self.kinds.setdefault(OVERFLOW, "json")
            else:
                self.kinds[name] = _widest(known, kind)

    def fields(self) -> list[pa.Field]:
        """The Arrow fields of the extra columns."""
        return [
            pa.field(_column(name), _TYPES[kind], metadata={_KIND: kind.encode(), b"name": name.encode()})
            for name, kind in self.kinds.items()
        ]

    def row(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of one comment under their columns' names, as their columns hold them."""
        row, rest = {}, {}
        for name, value in values.items():
            kind = self.kinds.get(name)
            if value is None:
                continue
            if kind is None or name == OVERFLOW:
                rest[name] = value
            else:
                row[_column(name)] = _cast(value, kind)
        if rest:
            row[_column(OVERFLOW)] = json.dumps(rest, ensure_ascii=False)
        return row


def read_back(schema: pa.Schema, row: Mapping[str, object]) -> dict[str, object]:
    """The extra values of a row of a comments table; columns without a value are left out."""
    values: dict[str, object] = {}
    for field in schema:
        if field.name in TAGGED_COMMENT_SCHEMA.names or row.get(field.name) is None:
            continue
        metadata = field.metadata or {}
        value = row[field.name]
        if metadata.get(_KIND) == b"json":
            value = json.loads(value)
        name = metadata.get(b"name", field.name.encode()).decode()
        if name == OVERFLOW and isinstance(value, dict):
            values |= value
        else:
            values[name] = value
    return values


def _column(name: str) -> str:
    """The column of an extra value: its own name, or one beside it where the contract uses that name."""
    bare = name
    while bare.startswith("source_"):
        bare = bare.removeprefix("source_")
    return f"source_{name}" if bare in _TAKEN else name


def _widest(a: str, b: str) -> str:
    if {a, b} == {"int", "float"}:
        return "float"
    return "json" if "json" in (a, b) else "text"


def _cast(value: object, kind: str) -> object:
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if kind == "time":
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind == "float":
        return float(value)
    return value if kind != "text" or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
