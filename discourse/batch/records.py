"""What a shard holds, as rows of a kind and a JSON record, and back again.

A shard is complete in itself: a comment's row brings the texts of the comments above it, and a
shard that starts in the middle of an article repeats the article as a row of kind "continued". Pages
and discussions whose links are still to be found ("page", "unlinked") are each one row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Literal

from discourse.batch.files import write_atomic
from discourse.readers import FlatPage, Line
from discourse.readers.page import Heading
from discourse.schema import Article, Comment, Discussion, Furniture

Kind = Literal["article", "continued", "comment", "page", "unlinked"]
_TIMES = ("published_at", "posted_at")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a shard: a kind, and its record as JSON."""

    kind: Kind
    record: str


Value = Article | Comment | FlatPage | Discussion


def pack(kind: Kind, value: Value, branch: Sequence[str] = ()) -> Row:
    """The row of an article, a page, a discussion, or a comment with the texts above it.

    Broken surrogates become U+FFFD.
    """
    if isinstance(value, Discussion):
        plain = {"article": _shallow(value.article), "comments": [_shallow(c) for c in value.comments]}
    else:
        plain = asdict(value) if isinstance(value, FlatPage) else _shallow(value)
    text = json.dumps({"value": plain, "branch": list(branch)}, ensure_ascii=False, default=_plain)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Row(kind, text)


def unpack(row: Row) -> tuple[Value, tuple[str, ...]]:
    """What `pack` was given."""
    record = json.loads(row.record)
    value = record["value"]
    if row.kind == "comment":
        return Comment(**_timed(value)), tuple(record["branch"])
    if row.kind == "page":
        value["lines"] = tuple(Line(**line) for line in value["lines"])
        value["furniture"] = tuple(Furniture(**piece) for piece in value["furniture"])
        value["notes"] = tuple(value["notes"])
        value["headings"] = tuple(Heading(**_timed(heading)) for heading in value.get("headings", ()))
        return FlatPage(**_timed(value)), ()
    if row.kind == "unlinked":
        comments = tuple(Comment(**_timed(comment)) for comment in value["comments"])
        return Discussion(Article(**_timed(value["article"])), comments), ()
    return Article(**_timed(value)), ()


def _timed(value: dict) -> dict:
    for name in _TIMES:
        if value.get(name) is not None:
            value[name] = datetime.fromisoformat(value[name])
    return value


def write_shard(path: Path, rows: Sequence[Row]) -> None:
    """Writes a shard atomically.

    Raises:
        UsageError: it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "kind": pa.array([row.kind for row in rows], pa.string()),
            "record": pa.array([row.record for row in rows], pa.large_string()),
        }
    )
    write_atomic(path, lambda file: pq.write_table(table, file, compression="zstd", use_dictionary=False))


def read_shard(path: Path) -> list[Row]:
    """The rows of a shard."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return [
        Row(kind, record)
        for kind, record in zip(
            table.column("kind").to_pylist(), table.column("record").to_pylist(), strict=True
        )
    ]


def _shallow(value: Article | Comment) -> dict:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def _plain(value: object) -> object:
    """What JSON does not know: times as ISO text, scalars of numpy as Python's, mappings, the rest as text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    if hasattr(value, "items"):
        return dict(value.items())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return list(value) if isinstance(value, set | frozenset | tuple) else str(value)
