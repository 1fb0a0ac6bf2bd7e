"""Columns of database tables: names that are safe and unlike each other, and the kind of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from discourse.batch.scoring import ARTICLE_PART, SPAN_PART
from discourse.schema.tables import TAGGED_COMMENT_SCHEMA

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "int", "float", "bool", "time"]
KEYS = {
    "articles": ("article_id",),
    "comments": ("article_id", "comment_id"),
    "spans": ("article_id", "comment_id", "start", "end", "kind"),
}
_OWN = {
    "articles": ARTICLE_PART.names,
    "comments": TAGGED_COMMENT_SCHEMA.names,
    "spans": SPAN_PART.names,
}
# Columns that the databases add to the comments, or their views show beside them.
ADDED = (
    "comment_key",
    "run_id",
    "day",
    "article_title",
    "article_url",
    "article_published_at",
    "article_source",
    "parent_author",
    "parent_text_masked",
    "parent_stance_article",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a database table: its name there, its name in the run, its kind."""

    name: str
    origin: str
    kind: Kind
    required: bool = False


def columns_of(table: str, schema: pa.Schema) -> tuple[Column, ...]:
    """The columns of a table of a run as a database can hold them.

    Databases do not tell `Votes` from `votes`: what would be one name twice gets a number, and a column
    of the source that has a name of ours is called `source_NAME`.
    """
    own = _OWN[table]
    taken = {name.casefold() for name in (*own, *(ADDED if table == "comments" else ()))}
    made = []
    for field in schema:
        name = field.name
        if name not in own:
            name = _free(name.replace("\0", "").strip() or "column", taken)
            taken.add(name.casefold())
        made.append(Column(name, field.name, _kind(field.type), name in own and not field.nullable))
    return tuple(made)


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Names as SQL takes them, with commas."""
    return ", ".join(map(quoted, names))


def _free(name: str, taken: set[str]) -> str:
    if name.casefold() in taken:
        name = f"source_{name}"
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _kind(type_: pa.DataType) -> Kind:
    import pyarrow.types as types

    if types.is_boolean(type_):
        return "bool"
    if types.is_integer(type_):
        return "int"
    if types.is_floating(type_):
        return "float"
    return "time" if types.is_timestamp(type_) else "text"
