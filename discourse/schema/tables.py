"""The Arrow schema of the contract's columns, and the way from records to tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import pandas as pd
import pyarrow as pa

from discourse.schema.plain import article_row, comment_row
from discourse.schema.records import TOXICITY_LABELS, Discussion, Tags

_TIME = pa.timestamp("us", tz="UTC")

ARTICLE_SCHEMA = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("published_at", _TIME),
        pa.field("source", pa.string()),
        pa.field("line_start", pa.int32()),
        pa.field("line_end", pa.int32()),
    ]
)

COMMENT_SCHEMA = pa.schema(
    [
        pa.field("comment_id", pa.string(), nullable=False),
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("parent_id", pa.string()),
        pa.field("root_id", pa.string(), nullable=False),
        pa.field("depth", pa.int32(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
        pa.field("author", pa.string()),
        pa.field("posted_at", _TIME),
        pa.field("text", pa.string(), nullable=False),
        pa.field("line_start", pa.int32()),
        pa.field("line_end", pa.int32()),
        pa.field("parent_source", pa.string(), nullable=False),
        pa.field("parent_confidence", pa.float32(), nullable=False),
    ]
)

TAG_SCHEMA = pa.schema(
    [
        pa.field("target", pa.string()),
        pa.field("stance_article", pa.string()),
        *(pa.field(f"stance_article_{s}", pa.float32()) for s in ("favor", "against", "none")),
        pa.field("stance_parent", pa.string()),
        *(pa.field(f"stance_parent_{s}", pa.float32()) for s in ("agree", "disagree", "neutral")),
        *(pa.field(label, pa.float32()) for label in TOXICITY_LABELS),
        pa.field("toxic", pa.bool_()),
        pa.field("n_masked", pa.int32()),
        pa.field("text_masked", pa.string()),
    ]
)

SPAN_SCHEMA = pa.schema(
    [
        pa.field("comment_id", pa.string(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("surface", pa.string(), nullable=False),
        pa.field("canonical", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("probability", pa.float32(), nullable=False),
    ]
)

TAGGED_COMMENT_SCHEMA = pa.schema([*COMMENT_SCHEMA, *TAG_SCHEMA])


def article_table(discussions: Iterable[Discussion]) -> pa.Table:
    """One row per article; one for all parts of a long discussion."""
    rows = {id_of_part(d): article_row(d.article) for d in discussions}
    return pa.Table.from_pylist(list(rows.values()), schema=ARTICLE_SCHEMA)


def id_of_part(discussion: Discussion) -> tuple[str | None, str]:
    """The same for all parts of one article."""
    return discussion.article.source, discussion.article.article_id


def comment_table(discussions: Iterable[Discussion]) -> pa.Table:
    """One row per comment in display order, with the tag columns once the discussions are tagged.

    What else the sources say follows as further columns, named as there (`source_NAME` where the name
    is a column of ours): booleans, integers and floats where all values are such, else text, lists and
    objects as JSON.
    """
    discussions = list(discussions)
    tagged = all(d.tagged for d in discussions)
    rows = [
        comment_row(c, t)
        for d in discussions
        for c, t in zip(d.comments, d.tags if tagged else (None,) * len(d.comments), strict=True)
    ]
    schema = TAGGED_COMMENT_SCHEMA if tagged else COMMENT_SCHEMA
    return _with_extra(rows, schema)


def _with_extra(rows: list[dict[str, object]], schema: pa.Schema) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema=schema)
    known = set(schema.names)
    names = dict.fromkeys(name for row in rows for name in row if name not in known)
    for name in names:
        values, kind = _column([row.get(name) for row in rows])
        if kind is not None:
            table = table.append_column(name, pa.array(values, kind))
    return table


def _column(values: list) -> tuple[list, pa.DataType | None]:
    """The values as one Arrow type can hold them; no type where there is none."""
    found = [value for value in values if value is not None]
    if not found:
        return values, None
    if all(isinstance(value, bool) for value in found):
        return values, pa.bool_()
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in found)
    if numbers and all(isinstance(value, int) and -(2**63) <= value < 2**63 for value in found):
        return values, pa.int64()
    if numbers and not any(isinstance(value, int) and abs(value) > 2**53 for value in found):
        return [None if value is None else float(value) for value in values], pa.float64()
    return [None if value is None else _as_text(value) for value in values], pa.string()


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple | bool):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def span_table(discussions: Iterable[Discussion]) -> pa.Table:
    """One row per profanity found."""
    return pa.Table.from_pylist([asdict(s) for d in discussions for s in d.spans], schema=SPAN_SCHEMA)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """The table as pandas, with nullable integers and strings kept as such."""
    return table.to_pandas(types_mapper={pa.int32(): pd.Int32Dtype()}.get)


def tags_from_columns(columns: dict[str, list], count: int) -> tuple[Tags, ...]:
    """Turns tagger columns (name -> one value per comment) into records.

    Raises:
        ValueError: a column's length is not `count`, or its name is not a tag column.
    """
    for name, values in columns.items():
        if name not in TAG_SCHEMA.names:
            raise ValueError(f"unknown tag column {name!r}")
        if len(values) != count:
            raise ValueError(f"tag column {name!r} has {len(values)} values for {count} comments")
    return tuple(Tags(**{name: values[i] for name, values in columns.items()}) for i in range(count))
