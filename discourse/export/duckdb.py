"""A run in a DuckDB database: the same tables and views as in SQLite, rows added and updated, never doubled.

There are no foreign keys: DuckDB turns an update of a row that others refer to into a delete and an insert,
and refuses that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.batch.names import TABLES
from discourse.export.columns import KEYS, Column, columns_of, listed, quoted
from discourse.export.descriptions import comment_on
from discourse.export.files import explained
from discourse.export.formats import SCHEMA_VERSION, Changes, Outcome
from discourse.export.source import RunTables
from discourse.export.tables import add_missing, less, prune, replaced, upsert_sql, waiting
from discourse.export.views import view_sql
from discourse.schema import UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "time": "TIMESTAMP WITH TIME ZONE",
}
_DAY = "CAST(c.posted_at AT TIME ZONE 'UTC' AS DATE)"
_REPLACED = (
    "SELECT COUNT(*) FROM part JOIN articles a USING (article_id) "
    "WHERE part.source IS DISTINCT FROM a.source AND part.text IS DISTINCT FROM a.text"
)
_META = "discourse_schema"  # a table of one row: the version


def export(source: RunTables, destination: Path) -> Outcome:
    """Adds a run to a database, new or of an export before; all of it or, where that fails, nothing.

    Raises:
        UsageError: DuckDB is not installed; the destination is no database of ours, has another schema,
            or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    columns = {table: columns_of(table, source.schema(table)) for table in TABLES}
    with _opened(destination) as db:
        _make_tables(db, destination, columns)
        record = source.record
        _run(
            db,
            f"INSERT OR REPLACE INTO runs ({listed(record)}) VALUES ({', '.join('?' * len(record))})",
            list(record.values()),
        )
        changes, n_replaced = _fill(db, source, columns)
        left_out = 0 if source.complete else prune(lambda sql: _run(db, sql)[0][0])
        changes["comments"] = less(changes["comments"], left_out)
        names = [name for name, _ in _existing(db, "comments")]
        for name, sql in view_sql(names, _DAY).items():
            _run(db, f"CREATE OR REPLACE VIEW {name} AS {sql}")
        comment_on(partial(_run, db), {name.casefold(): name for name in names})
    return Outcome((destination,), changes, (*replaced(n_replaced), *waiting(left_out)))


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection inside one transaction, which is committed at the end and undone by an error."""
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(
            "export to duckdb needs the package duckdb: pip install 'discourse-analyzer[duckdb]'"
        ) from error
    with explained(path):
        if path.is_dir():
            raise UsageError(f"{path}: is a folder; duckdb is written into a file, choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    done = False
    try:
        db = duckdb.connect(str(path))
        try:
            db.execute("BEGIN TRANSACTION")
            yield db
            db.execute("COMMIT")
            done = True
        finally:
            db.close()
    except duckdb.Error as error:
        raise UsageError(f"{path}: cannot be written: {str(error).splitlines()[0]}") from error
    finally:
        if new and not done:
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _make_tables(
    db: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, tuple[Column, ...]]
) -> None:
    there = {row[0] for row in _run(db, "SELECT table_name FROM duckdb_tables()")}
    if not there:
        _run(db, f"CREATE TABLE {_META} (version INTEGER NOT NULL)")
        _run(db, f"INSERT INTO {_META} VALUES ({SCHEMA_VERSION})")
        _run(
            db,
            "CREATE TABLE runs (run_id VARCHAR PRIMARY KEY, written VARCHAR, tool_version VARCHAR, "
            "complete BOOLEAN NOT NULL, target VARCHAR, manifest VARCHAR NOT NULL)",
        )
        for table in TABLES:
            _run(db, f"CREATE TABLE {table} ({_definition(table, columns[table])})")
        return
    if _META not in there:
        raise UsageError(f"{path}: is a database that no export made; choose another name")
    ((version,),) = _run(db, f"SELECT version FROM {_META}")
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{path}: has another schema (version {version}, this is {SCHEMA_VERSION}); "
            "export to a new file, from the run folders"
        )
    for table in TABLES:
        known = {name.casefold(): kind for name, kind in _existing(db, table)}
        add_missing(partial(_run, db), path, table, columns[table], _TYPES, known)


def _existing(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return _run(
        db,
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
        [table],
    )


def _definition(table: str, columns: tuple[Column, ...]) -> str:
    parts = [f"{quoted(c.name)} {_TYPES[c.kind]}{' NOT NULL' if c.required else ''}" for c in columns]
    if table == "comments":
        parts.append("run_id VARCHAR")
    if table == "spans":  # rows are replaced within a transaction, which a key would refuse
        return ", ".join(parts)
    return ", ".join([*parts, f"PRIMARY KEY ({listed(KEYS[table])})"])


def _fill(db: duckdb.DuckDBPyConnection, source: RunTables, columns) -> tuple[dict[str, Changes], int]:
    before = {table: _count(db, table) for table in TABLES}
    rows, touched = dict.fromkeys(TABLES, 0), dict.fromkeys(TABLES, 0)
    n_replaced = 0
    for number in source.numbers:
        for table in TABLES:
            part = _renamed(source.part(table, number), columns[table])
            db.register("part", part)
            if table == "spans":
                _run(
                    db,
                    "DELETE FROM spans WHERE (article_id, comment_id) IN "
                    "(SELECT (article_id, comment_id) FROM scored)",
                )
                _run(db, f"INSERT INTO spans ({listed(part.column_names)}) SELECT * FROM part")
            else:
                if table == "articles":
                    n_replaced += _run(db, _REPLACED)[0][0]
                touched[table] += _upsert(db, table, part.column_names, source.run_id)
            if table == "comments":
                db.register("scored", part.select(list(KEYS["comments"])))
            db.unregister("part")
            rows[table] += part.num_rows
        db.unregister("scored")
    changes = {}
    for table in ("articles", "comments"):
        added = _count(db, table) - before[table]
        changes[table] = Changes(rows[table], added, touched[table] - added)
    return changes | {"spans": Changes(rows["spans"])}, n_replaced


def _upsert(db: duckdb.DuckDBPyConnection, table: str, names: list[str], run_id: str) -> int:
    """Adds and updates the rows of `part`; gives how many rows that were."""
    run = ", ? AS run_id" if table == "comments" else ""
    key = listed(KEYS[table])
    # of rows with the same key the last one counts, as in SQLite
    rows = (
        f"SELECT {listed(names)}{run} FROM (SELECT *, row_number() OVER () AS _nth FROM part) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _nth DESC) = 1"
    )
    columns = [*names, *(["run_id"] if run else [])]
    sql = upsert_sql(table, columns, KEYS[table], rows, "IS DISTINCT FROM")
    return _run(db, sql, [run_id] if run else None)[0][0]


def _renamed(part: pa.Table, columns: tuple[Column, ...]) -> pa.Table:
    return part.select([c.origin for c in columns]).rename_columns([c.name for c in columns])


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return _run(db, f"SELECT COUNT(*) FROM {table}")[0][0]


def _run(db: duckdb.DuckDBPyConnection, sql: str, values: list | None = None) -> list[tuple]:
    """Runs a statement to its end and gives its rows; of INSERT and DELETE the number of theirs."""
    return db.execute(sql, values).fetchall()
