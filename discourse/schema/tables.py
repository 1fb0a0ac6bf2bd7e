"""The Arrow schema of the contract's columns, and the way from records to tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import pandas as pd
import pyarrow as pa

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
    """One row per article."""
    return pa.Table.from_pylist([asdict(d.article) for d in discussions], schema=ARTICLE_SCHEMA)


def comment_table(discussions: Iterable[Discussion]) -> pa.Table:
    """One row per comment in display order, with the tag columns once the discussions are tagged."""
    discussions = list(discussions)
    if not all(d.tagged for d in discussions):
        rows = [asdict(c) for d in discussions for c in d.comments]
        return pa.Table.from_pylist(rows, schema=COMMENT_SCHEMA)
    rows = [asdict(c) | asdict(t) for d in discussions for c, t in zip(d.comments, d.tags, strict=True)]
    return pa.Table.from_pylist(rows, schema=TAGGED_COMMENT_SCHEMA)


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
