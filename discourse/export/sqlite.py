"""A run in a SQLite database: keys, full-text search, views; rows added and updated, never doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from discourse.batch.names import TABLES
from discourse.export.columns import KEYS, Column, columns_of, listed, quoted
from discourse.export.datasette import write_metadata
from discourse.export.files import explained
from discourse.export.formats import SCHEMA_VERSION, Changes, Outcome
from discourse.export.source import RunTables
from discourse.export.tables import add_missing, less, prune, replaced, upsert_sql, waiting
from discourse.export.views import view_sql
from discourse.schema import UsageError

APPLICATION_ID = 0x64736372  # "dscr", in the header of the file
_TYPES = {"text": "TEXT", "int": "INTEGER", "float": "REAL", "bool": "INTEGER", "time": "TEXT"}
_DAY = "date(c.posted_at)"
_RUN = ("run_id", "written", "tool_version", "complete", "target", "manifest")
_KEYS = {
    "articles": "PRIMARY KEY (article_id)",
    "comments": "UNIQUE (article_id, comment_id), "
    "FOREIGN KEY (article_id) REFERENCES articles (article_id) DEFERRABLE INITIALLY DEFERRED, "
    "FOREIGN KEY (article_id, parent_id) REFERENCES comments (article_id, comment_id) "
    "DEFERRABLE INITIALLY DEFERRED, "
    "FOREIGN KEY (run_id) REFERENCES runs (run_id) DEFERRABLE INITIALLY DEFERRED",
    "spans": 'PRIMARY KEY (article_id, comment_id, "start", "end", kind), '
    "FOREIGN KEY (article_id, comment_id) REFERENCES comments (article_id, comment_id) "
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
}
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS comments_parent ON comments (article_id, parent_id)",
    "CREATE INDEX IF NOT EXISTS comments_root ON comments (article_id, root_id)",
    "CREATE INDEX IF NOT EXISTS comments_posted ON comments (posted_at)",
    "CREATE INDEX IF NOT EXISTS comments_run ON comments (run_id)",
    "CREATE INDEX IF NOT EXISTS spans_canonical ON spans (canonical)",
)


def export(source: RunTables, destination: Path) -> Outcome:
    """Adds a run to a database, new or of an export before; all of it or, where that fails, nothing.

    Beside a new database stands a `metadata.yaml` for `datasette serve`.

    Raises:
        UsageError: the destination is no database of ours, has another schema, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    columns = {table: columns_of(table, source.schema(table)) for table in TABLES}
    with _opened(destination) as db:
        _make_tables(db, destination, columns)
        record = source.record
        db.execute(
            f"INSERT OR REPLACE INTO runs ({listed(_RUN)}) VALUES ({', '.join('?' * len(_RUN))})",
            [record[name] for name in _RUN],
        )
        changes, n_replaced = _fill(db, source, columns)
        left_out = 0 if source.complete else prune(lambda sql: db.execute(sql).rowcount)
        changes["comments"] = less(changes["comments"], left_out)
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")  # VACUUM moves their rows
        _make_views(db)
        names = [row[1] for row in db.execute("PRAGMA table_info(comments)")]
    metadata, said = write_metadata(destination, names)
    return Outcome((destination, metadata), changes, (*replaced(n_replaced), *waiting(left_out), *said))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside one transaction, which is committed at the end and undone by an error."""
    with explained(path):
        if path.is_dir():
            raise UsageError(f"{path}: is a folder; sqlite is written into a file, choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
            try:
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
    except BaseException as error:
        if new:
            path.unlink(missing_ok=True)
        if not isinstance(error, sqlite3.Error):
            raise
        advice = {
            sqlite3.SQLITE_NOTADB: "it is no SQLite database; choose another name",
            sqlite3.SQLITE_BUSY: "another program writes to it; close that and start the same line again",
            sqlite3.SQLITE_FULL: "free some space and start the same line again",
        }.get(error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else -1)
        raise UsageError(f"{path}: cannot be written: {error}{'; ' + advice if advice else ''}") from error


def _make_tables(db: sqlite3.Connection, path: Path, columns: Mapping[str, tuple[Column, ...]]) -> None:
    if db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.execute(
            "CREATE TABLE runs (run_id TEXT PRIMARY KEY, written TEXT, tool_version TEXT, "
            "complete INTEGER NOT NULL, target TEXT, manifest TEXT NOT NULL)"
        )
        for table in TABLES:
            db.execute(f"CREATE TABLE {table} ({_definition(table, columns[table])})")
        _make_search(db, "articles", "rowid", ("title", "text"))
        _make_search(db, "comments", "comment_key", ("text", "author"))
        for index in _INDEXES:
            db.execute(index)
        return
    known = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if known != APPLICATION_ID:
        raise UsageError(f"{path}: is a database that no export made; choose another name")
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{path}: has another schema (version {version}, this is {SCHEMA_VERSION}); "
            "export to a new file, from the run folders"
        )
    for table in TABLES:
        add_missing(db.execute, path, table, columns[table], _TYPES, _existing(db, table))


def _existing(db: sqlite3.Connection, table: str) -> dict[str, str]:
    return {row[1].casefold(): row[2] for row in db.execute(f"PRAGMA table_info({table})")}


def _definition(table: str, columns: tuple[Column, ...]) -> str:
    parts = [
        f"{quoted(c.name)} {_TYPES[c.kind]}{' NOT NULL' if c.required or c.name in KEYS[table] else ''}"
        for c in columns
    ]
    if table == "comments":
        parts = ["comment_key INTEGER PRIMARY KEY", *parts, "run_id TEXT"]
    return ", ".join([*parts, _KEYS[table]])


def _make_search(db: sqlite3.Connection, table: str, key: str, names: tuple[str, ...]) -> None:
    """Full-text search over a table's columns, kept in step by triggers."""
    search = f"{table}_fts"
    db.execute(
        f'CREATE VIRTUAL TABLE {search} USING fts5({listed(names)}, content="{table}", content_rowid="{key}", '
        "tokenize='unicode61 remove_diacritics 2')"
    )
    new, old = (", ".join(f"{row}.{quoted(n)}" for n in names) for row in ("new", "old"))
    add = f"INSERT INTO {search} (rowid, {listed(names)}) VALUES (new.{key}, {new});"
    take = f"INSERT INTO {search} ({search}, rowid, {listed(names)}) VALUES ('delete', old.{key}, {old});"
    differs = " OR ".join(f"old.{quoted(n)} IS NOT new.{quoted(n)}" for n in names)
    db.execute(f"CREATE TRIGGER {search}_insert AFTER INSERT ON {table} BEGIN {add} END")
    db.execute(f"CREATE TRIGGER {search}_delete AFTER DELETE ON {table} BEGIN {take} END")
    db.execute(
        f"CREATE TRIGGER {search}_update AFTER UPDATE OF {listed(names)} ON {table} WHEN {differs} "
        f"BEGIN {take} {add} END"
    )


def _fill(db: sqlite3.Connection, source: RunTables, columns) -> tuple[dict[str, Changes], int]:
    before = {table: _count(db, table) for table in TABLES}
    rows, touched = dict.fromkeys(TABLES, 0), dict.fromkeys(TABLES, 0)
    upserts = {}
    for table in ("articles", "comments"):
        names = [c.name for c in columns[table]] + (["run_id"] if table == "comments" else [])
        values = f"VALUES ({', '.join('?' * len(names))})"
        upserts[table] = upsert_sql(table, names, KEYS[table], values, "IS NOT")
    spans = [c.name for c in columns["spans"]]
    insert_span = f"INSERT OR REPLACE INTO spans ({listed(spans)}) VALUES ({', '.join('?' * len(spans))})"
    n_replaced = 0
    for number in source.numbers:
        parts = {table: source.part(table, number) for table in TABLES}
        n_replaced += _replaced(db, parts["articles"])
        for table, sql in upserts.items():
            tail = (source.run_id,) if table == "comments" else ()
            touched[table] += db.executemany(sql, _values(parts[table], columns[table], tail)).rowcount
        ids = zip(*(parts["comments"].column(name).to_pylist() for name in KEYS["comments"]), strict=True)
        db.executemany("DELETE FROM spans WHERE article_id = ? AND comment_id = ?", ids)
        db.executemany(insert_span, _values(parts["spans"], columns["spans"], ()))
        for table, part in parts.items():
            rows[table] += part.num_rows
    changes = {}
    for table in ("articles", "comments"):
        added = _count(db, table) - before[table]
        changes[table] = Changes(rows[table], added, max(0, touched[table]) - added)
    return changes | {"spans": Changes(rows["spans"])}, n_replaced


def _replaced(db: sqlite3.Connection, articles) -> int:
    """How many articles stand there with another text from another source."""
    rows = zip(*(articles.column(n).to_pylist() for n in ("article_id", "source", "text")), strict=True)
    find = "SELECT 1 FROM articles WHERE article_id = ? AND source IS NOT ? AND text IS NOT ?"
    return sum(db.execute(find, row).fetchone() is not None for row in rows)


def _values(part, columns: tuple[Column, ...], tail: tuple) -> Iterator[tuple]:
    """The rows of a part as SQLite holds them: times as ISO 8601 text of fixed width in UTC."""
    taken = []
    for column in columns:
        values = part.column(column.origin).to_pylist()
        taken.append([_time(v) for v in values] if column.kind == "time" else values)
    return (row + tail for row in zip(*taken, strict=True))


def _time(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _count(db: sqlite3.Connection, table: str) -> int:
    return db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def _make_views(db: sqlite3.Connection) -> None:
    names = [row[1] for row in db.execute("PRAGMA table_info(comments)")]
    for name, sql in view_sql(names, _DAY).items():
        db.execute(f"DROP VIEW IF EXISTS {name}")
        db.execute(f"CREATE VIEW {name} AS {sql}")
