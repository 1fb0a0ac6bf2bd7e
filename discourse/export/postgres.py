"""A run in a PostgreSQL database: the same tables and views as in SQLite, rows added and updated, never doubled.

The tables stand in the schema that the connection's search path names first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from discourse.batch.names import TABLES
from discourse.export.columns import KEYS, Column, columns_of, listed, quoted
from discourse.export.descriptions import VIEWS, comment_on
from discourse.export.formats import SCHEMA_VERSION, Changes, Outcome
from discourse.export.source import RunTables
from discourse.export.tables import add_missing, less, prune, replaced, upsert_sql, waiting
from discourse.export.views import view_sql
from discourse.schema import UsageError

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

_TYPES = {
    "text": "text",
    "int": "bigint",
    "float": "double precision",
    "bool": "boolean",
    "time": "timestamp with time zone",
}
_DAY = "CAST(c.posted_at AT TIME ZONE 'UTC' AS DATE)"
_META = "discourse_schema"  # a table of one row: the version
_NAMES = (_META, "runs", *TABLES)
_LONGEST = 63  # bytes of a name; PostgreSQL cuts what is longer
_SYSTEM = frozenset(("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"))
_LOCK = 0x64736372  # "dscr": one export at a time
_RUN = "discourse.run_id"  # a setting of the transaction
_LATER = "DEFERRABLE INITIALLY DEFERRED"
_KEYS = {
    "articles": "PRIMARY KEY (article_id)",
    "comments": "PRIMARY KEY (article_id, comment_id), "
    f"FOREIGN KEY (article_id) REFERENCES articles (article_id) {_LATER}, "
    f"FOREIGN KEY (article_id, parent_id) REFERENCES comments (article_id, comment_id) {_LATER}, "
    f"FOREIGN KEY (run_id) REFERENCES runs (run_id) {_LATER}",
    "spans": 'PRIMARY KEY (article_id, comment_id, "start", "end", kind), '
    "FOREIGN KEY (article_id, comment_id) REFERENCES comments (article_id, comment_id) "
    f"ON DELETE CASCADE {_LATER}",
}
_INDEXES = (
    "CREATE INDEX comments_parent ON comments (article_id, parent_id)",
    "CREATE INDEX comments_root ON comments (article_id, root_id)",
    "CREATE INDEX comments_posted ON comments (posted_at)",
    "CREATE INDEX comments_run ON comments (run_id)",
    # a text search vector holds a megabyte at most, so long texts are found by their beginning
    "CREATE INDEX comments_search ON comments USING gin (to_tsvector('english', left(text, 100000)))",
    "CREATE INDEX spans_canonical ON spans (canonical)",
)
_REPLACED = (
    "SELECT COUNT(*) FROM part_articles p JOIN articles a USING (article_id) "
    "WHERE p.source IS DISTINCT FROM a.source AND p.text IS DISTINCT FROM a.text"
)
_LOST_SPANS = "DELETE FROM spans s USING part_comments p WHERE s.article_id = p.article_id AND s.comment_id = p.comment_id"


def export(source: RunTables, destination: str) -> Outcome:
    """Adds a run to a database; all of it or, where that fails, nothing.

    Args:
        source: the run.
        destination: the address of the database: `postgresql://user@host/name` or `host=… dbname=…`.

    Raises:
        UsageError: psycopg is not installed; the database cannot be reached or written to; its tables are not
            of an export, or have another schema.
        UnreadableSource: a part of the run is missing or damaged.
    """
    columns = {table: _fitting(columns_of(table, source.schema(table))) for table in TABLES}
    with _opened(destination) as (db, shown):
        _make_tables(db, shown, columns)
        record = source.record
        sql = upsert_sql("runs", list(record), ("run_id",), f"VALUES ({_marks(record)})", "IS DISTINCT FROM")
        db.execute(sql, [_whole(v) for v in record.values()])
        changes, n_replaced = _fill(db, source, columns)
        left_out = 0 if source.complete else prune(lambda sql: db.execute(sql).rowcount)
        changes["comments"] = less(changes["comments"], left_out)
        _make_views(db, shown)
    return Outcome((), changes, (*replaced(n_replaced), *waiting(left_out)), shown)


@contextmanager
def _opened(address: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A connection inside one transaction, and its address without a password."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise UsageError(
            "export to postgres needs the package psycopg: pip install 'discourse-analyzer[postgres]'"
        ) from error
    try:
        known = conninfo_to_dict(address)
    except psycopg.Error as error:
        raise UsageError(
            "postgres: not the address of a database; say postgresql://user@host/name or dbname=name"
        ) from error
    shown = f"database {known.get('dbname') or 'of the user'}"
    shown += f" on {known['host']}" if known.get("host") else ""
    try:
        with psycopg.connect(address, application_name="discourse export") as db:
            if db.execute("SHOW server_encoding").fetchone()[0] != "UTF8":
                raise UsageError(f"{shown}: its encoding is not UTF8; make one with ENCODING 'UTF8'")
            db.execute("SET client_encoding TO 'UTF8'")
            db.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            yield db, shown
    except psycopg.OperationalError as error:
        raise UsageError(
            f"{shown}: cannot be reached or written to: {_first_line(error)}; see that it is running and may be "
            "connected to"
        ) from error
    except psycopg.Error as error:
        raise UsageError(f"{shown}: cannot be written: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _fitting(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns under names that PostgreSQL takes as they are."""
    taken, made = {c.name.casefold() for c in columns if len(c.name.encode()) <= _LONGEST}, []
    for column in columns:
        name, number = column.name, 1
        if name.casefold() in _SYSTEM or len(name.encode()) > _LONGEST:
            base = f"source_{name}" if name.casefold() in _SYSTEM else name
            name = base.encode()[:_LONGEST].decode(errors="ignore")
            while name.casefold() in taken:
                number += 1
                name = base.encode()[: _LONGEST - 4].decode(errors="ignore") + f"_{number}"
            taken.add(name.casefold())
        made.append(replace(column, name=name))
    return tuple(made)


def _make_tables(db: psycopg.Connection, shown: str, columns: Mapping[str, tuple[Column, ...]]) -> None:
    sql = (
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND relname = ANY(%s)"
    )
    there = {row[0] for row in db.execute(sql, [[*_NAMES, *VIEWS]])}
    if not there:
        db.execute(f"CREATE TABLE {_META} (version integer NOT NULL)")
        db.execute(f"INSERT INTO {_META} VALUES (%s)", [SCHEMA_VERSION])
        db.execute(
            "CREATE TABLE runs (run_id text PRIMARY KEY, written text, tool_version text, "
            "complete boolean NOT NULL, target text, manifest text NOT NULL)"
        )
        for table in TABLES:
            db.execute(f"CREATE TABLE {table} ({_definition(table, columns[table])})")
        for index in _INDEXES:
            db.execute(index)
        return
    if _META not in there:
        raise UsageError(
            f"{shown}: has tables that no export made ({', '.join(sorted(there))}); choose another database, "
            "or a schema of its own with ?options=-csearch_path%3DNAME"
        )
    version = db.execute(f"SELECT version FROM {_META}").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{shown}: has another schema (version {version}, this is {SCHEMA_VERSION}); "
            "export to a new database, from the run folders"
        )
    for table in TABLES:
        known = {name.casefold(): kind for name, kind in _existing(db, table)}
        add_missing(db.execute, shown, table, columns[table], _TYPES, known)


def _existing(db: psycopg.Connection, relation: str) -> list[tuple[str, str]]:
    """The columns of a table or view in order, with their types; none where it is not there."""
    return db.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND relname = %s AND attnum > 0 AND NOT attisdropped "
        "ORDER BY attnum",
        [relation],
    ).fetchall()


def _definition(table: str, columns: tuple[Column, ...]) -> str:
    parts = [f"{quoted(c.name)} {_TYPES[c.kind]}{' NOT NULL' if c.required else ''}" for c in columns]
    return ", ".join([*parts, *(["run_id text"] if table == "comments" else []), _KEYS[table]])


def _fill(db: psycopg.Connection, source: RunTables, columns) -> tuple[dict[str, Changes], int]:
    for table in TABLES:
        defined = ", ".join(f"{quoted(c.name)} {_TYPES[c.kind]}" for c in columns[table])
        db.execute(
            f"CREATE TEMPORARY TABLE part_{table} ({defined}, _nth bigint GENERATED ALWAYS AS IDENTITY) "
            "ON COMMIT DROP"
        )
    db.execute("SELECT set_config(%s, %s, true)", [_RUN, source.run_id])
    before = {table: _count(db, table) for table in TABLES}
    rows, touched = dict.fromkeys(TABLES, 0), dict.fromkeys(TABLES, 0)
    n_replaced = 0
    for number in source.numbers:
        for table in TABLES:
            part = source.part(table, number)
            db.execute(f"TRUNCATE part_{table}")
            _copy(db, table, part, columns[table])
            rows[table] += part.num_rows
        n_replaced += db.execute(_REPLACED).fetchone()[0]
        for table in ("articles", "comments"):
            touched[table] += _upsert(db, table, columns[table])
        db.execute(_LOST_SPANS)
        _upsert(db, "spans", columns["spans"])
    changes = {}
    for table in ("articles", "comments"):
        added = _count(db, table) - before[table]
        changes[table] = Changes(rows[table], added, touched[table] - added)
    return changes | {"spans": Changes(rows["spans"])}, n_replaced


def _copy(db: psycopg.Connection, table: str, part: pa.Table, columns: Sequence[Column]) -> None:
    """Sends a part into its temporary table."""
    values = [part.column(c.origin).to_pylist() for c in columns]
    for i, column in enumerate(columns):
        if column.kind == "text":
            values[i] = [_whole(v) for v in values[i]]
    sql = f"COPY part_{table} ({listed(c.name for c in columns)}) FROM STDIN"
    with db.cursor() as cursor, cursor.copy(sql) as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _whole(value: object) -> object:
    """A value that PostgreSQL takes: its texts hold no NUL."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _upsert(db: psycopg.Connection, table: str, columns: Sequence[Column]) -> int:
    """Adds and updates the rows of the part; gives how many rows that were."""
    names, key = [c.name for c in columns], listed(KEYS[table])
    run = f", current_setting('{_RUN}')" if table == "comments" else ""
    # of rows with the same key the last one counts, as in SQLite
    rows = (
        f"SELECT {listed(names)}{run} FROM (SELECT DISTINCT ON ({key}) * FROM part_{table} "
        f"ORDER BY {key}, _nth DESC) AS p"
    )
    target = [*names, *(["run_id"] if run else [])]
    return db.execute(upsert_sql(table, target, KEYS[table], rows, "IS DISTINCT FROM")).rowcount


def _count(db: psycopg.Connection, table: str) -> int:
    return db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def _marks(values: Mapping) -> str:
    return ", ".join(["%s"] * len(values))


def _make_views(db: psycopg.Connection, shown: str) -> None:
    """Views as they should be; one that has the right columns keeps its grants."""
    import psycopg

    names = [name for name, _ in _existing(db, "comments")]
    for name, sql in view_sql(names, _DAY).items():
        try:
            with db.transaction():
                db.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        except psycopg.errors.InvalidTableDefinition:  # other columns than before
            try:
                db.execute(f"DROP VIEW {name}")
            except psycopg.errors.DependentObjectsStillExist as error:
                raise UsageError(
                    f"{shown}: view {name} has to change, and a view of yours is built on it "
                    f"({_first_line(error)}); drop that, export, and make it again"
                ) from error
            db.execute(f"CREATE VIEW {name} AS {sql}")
    comment_on(partial(db.execute), {name.casefold(): name for name in names})
