"""What the databases share: how rows are added and updated, and how tables grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from discourse.export.columns import Column, listed, quoted
from discourse.export.formats import Changes
from discourse.schema import UsageError
from discourse.schema.counts import plural

_ORPHANS = (
    "DELETE FROM comments WHERE NOT EXISTS "
    "(SELECT 1 FROM articles a WHERE a.article_id = comments.article_id)",
    "DELETE FROM comments WHERE parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comments p "
    "WHERE p.article_id = comments.article_id AND p.comment_id = comments.parent_id)",
)
_LOST_SPANS = (
    "DELETE FROM spans WHERE NOT EXISTS (SELECT 1 FROM comments c "
    "WHERE c.article_id = spans.article_id AND c.comment_id = spans.comment_id)"
)


def upsert_sql(table: str, columns: Sequence[str], key: Sequence[str], values: str, differs: str) -> str:
    """INSERT that updates the row of the same key where it differs; `run_id` alone is no difference.

    Args:
        table: the table.
        columns: the columns that `values` gives.
        key: those that tell rows apart.
        values: the rest of the statement: VALUES or SELECT.
        differs: the operator that compares values, nulls too.
    """
    rest = [name for name in columns if name not in key]
    changed = " OR ".join(
        f"{quoted(table)}.{quoted(name)} {differs} excluded.{quoted(name)}"
        for name in rest
        if name != "run_id"
    )
    assign = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in rest)
    return (
        f"INSERT INTO {quoted(table)} ({listed(columns)}) {values} "
        f"ON CONFLICT ({listed(key)}) DO UPDATE SET {assign} WHERE {changed}"
    )


def add_missing(
    execute: Callable[[str], object],
    path: Path | str,
    table: str,
    columns: Iterable[Column],
    types: Mapping[str, str],
    known: Mapping[str, str],
) -> None:
    """Adds to a table the columns that this run has and the runs before had not.

    Args:
        execute: runs a statement.
        path: of the database, for the message.
        table: the table.
        columns: those of the run.
        types: of each kind of column.
        known: the types of the table's columns, by name in lower case.

    Raises:
        UsageError: a column is there and holds something else.
    """
    for column in columns:
        wanted, there = types[column.kind], known.get(column.name.casefold())
        if there is None:
            execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column.name)} {wanted}")
        elif there != wanted:
            raise UsageError(
                f"{path}: has another schema: column {column.name} of {table} is {there} there and {wanted} "
                "in this run; export to a new file"
            )


def prune(execute: Callable[[str], int]) -> int:
    """Takes out comments whose article or parent is in a part still to come; gives how many.

    `execute` runs a statement and gives the number of its rows.
    """
    out = 0
    while gone := sum(execute(sql) for sql in _ORPHANS):
        out += gone
    execute(_LOST_SPANS)
    return out


def waiting(count: int) -> tuple[str, ...]:
    """The note on comments that `prune` took out, if any."""
    if not count:
        return ()
    return (
        f"{plural(count, 'comment')} left out: their article or parent is in a part that is not scored yet",
    )


def replaced(count: int) -> tuple[str, ...]:
    """The note on articles whose text came from one source and is now that of another, if any."""
    if not count:
        return ()
    return (
        f"{plural(count, 'article')} replaced one of the same id that had another text and another source; "
        "if those are different articles, export to a file of their own",
    )


def less(changes: Changes, left_out: int) -> Changes:
    """The changes without rows that were taken out again."""
    return Changes(changes.rows - left_out, (changes.added or 0) - left_out, changes.updated)
