"""Full-text search in SQLite: what it finds is what stands in the tables, whatever happened to them."""

import sqlite3
from contextlib import closing

import pyarrow as pa
import pytest

from discourse.export import export
from discourse.export.columns import columns_of
from discourse.export.files import whole_file


def check(db):
    """Raises where an index and its table differ."""
    for name in ("comments_fts", "articles_fts"):
        db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


def test_comments_that_wait_for_their_parents_are_not_found(cut, tmp_path):
    path = tmp_path / "x.db"
    assert "left out" in export(cut, "sqlite", path, partial=True).notes[0]
    with closing(sqlite3.connect(path)) as db:
        check(db)


def test_words_are_found_without_their_accents(run, tmp_path):
    path = tmp_path / "x.db"
    export(run, "sqlite", path)
    count = "SELECT COUNT(*) FROM comments_fts WHERE comments_fts MATCH ?"
    with closing(sqlite3.connect(path)) as db:
        plain, accented = (db.execute(count, (word,)).fetchone() for word in ("cafe", "caf\u00e9"))
    assert plain == accented and plain[0]


def test_columns_that_differ_in_case_alone_have_names_of_their_own():
    schema = pa.schema([(name, pa.string()) for name in ("SOURCE_A", "a", "A", "source_a_2", "\0", "column")])
    names = [column.name for column in columns_of("comments", schema)]
    assert len({name.casefold() for name in names}) == 6


def test_a_file_that_cannot_be_finished_leaves_the_former_one(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("before")
    with pytest.raises(ValueError, match="cut"), whole_file(path) as file:
        file.write(b"half")
        raise ValueError("cut")
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]
