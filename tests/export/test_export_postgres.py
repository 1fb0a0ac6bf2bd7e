"""What a real PostgreSQL server does beyond what all databases do: keys, comments, grants, odd texts and names."""

import pandas as pd
import psycopg
import pytest
from export_stubs import make_run, rows

from discourse.export import export
from discourse.schema import UsageError


def ask(address, sql, values=None):
    with psycopg.connect(address) as db:
        return db.execute(sql, values).fetchall()


def test_keys_hold_and_search_finds(run, tables, postgres):
    address = postgres()
    export(run, "postgres", address)
    refer = ask(
        address,
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'",
    )
    assert sorted(refer) == [
        ("comments", "articles"),
        ("comments", "comments"),
        ("comments", "runs"),
        ("spans", "comments"),
    ]
    with psycopg.connect(address) as db, pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute("UPDATE comments SET parent_id = 'nobody' WHERE comment_id = 'c5'")
        db.commit()
    find = "SELECT comment_id FROM comments WHERE to_tsvector('english', left(text, 100000)) @@ plainto_tsquery('english', %s)"
    hits = {r[0] for r in ask(address, find, ["nobody"])}
    texts = tables["comments"].set_index("comment_id").text
    assert hits == set(texts[texts.str.contains(r"\bnobody\b")].index) and hits
    said = dict(
        ask(
            address,
            "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind IN ('r', 'v') "
            "AND relnamespace = current_schema()::regnamespace AND relname <> 'discourse_schema'",
        )
    )
    assert len(said) == 8 and all(said.values())
    about = "SELECT col_description('comments'::regclass, attnum) FROM pg_attribute WHERE attname = 'target' "
    assert ask(address, about + "AND attrelid = 'comments'::regclass") == [
        ("what the stance is measured toward",)
    ]


def test_odd_texts_and_names_survive(postgres, tmp_path):
    made = rows(30)
    long = "a long name " * 8
    made[0] |= {"text": "first\n\\.\nthird \\N \\t \\\\ d*mn", "xmin": 3, long: "x", long + "too": "y"}
    made[1] |= {"author": "nul\0here", "note": "a\0b", "%s": "100 %"}
    address = postgres()
    folder = make_run(tmp_path, made)
    export(folder, "postgres", address)
    export(folder, "postgres", address)
    stored = dict(ask(address, "SELECT comment_id, text FROM comments"))
    wanted = pd.read_parquet(folder / "comments").set_index("comment_id").text
    assert stored == wanted.to_dict() and "\\." in stored["c0"].split("\n")
    names = [
        r[0] for r in ask(address, "SELECT attname FROM pg_attribute WHERE attrelid = 'comments'::regclass")
    ]
    cut = sorted(n for n in names if n.startswith("a long name"))
    assert len(cut) == 2 and all(len(n) <= 63 for n in cut) and "source_xmin" in names
    assert ask(address, "SELECT note, \"%%s\" FROM comments WHERE comment_id = 'c1'", []) == [
        ("a\ufffdb", "100 %")
    ]


def test_grants_and_views_of_others_are_respected(run, postgres, tmp_path):
    address = postgres()
    export(run, "postgres", address)
    with psycopg.connect(address) as db:
        db.execute("CREATE ROLE watcher")
        db.execute("GRANT SELECT ON comment_wide, article_summary TO watcher")
        db.execute("CREATE VIEW mine AS SELECT comment_id FROM comment_wide")
    export(run, "postgres", address)
    granted = "SELECT COUNT(*) FROM information_schema.role_table_grants WHERE grantee = 'watcher'"
    assert ask(address, granted) == [(2,)]
    made = rows()
    for row in made:
        row["newcomer"] = 1
    with pytest.raises(UsageError, match="view comment_wide has to change, and a view of yours"):
        export(make_run(tmp_path, made), "postgres", address)
    assert ask(address, "SELECT COUNT(*) FROM runs") == [(1,)]
    with psycopg.connect(address) as db:
        db.execute("DROP VIEW mine")
    export(tmp_path / "run", "postgres", address)
    assert ask(address, "SELECT COUNT(newcomer) FROM comment_wide") == [(240,)]


def test_a_schema_of_its_own(run, postgres):
    address = postgres()
    with psycopg.connect(address) as db:
        db.execute("CREATE TABLE comments (mine text)")
        db.execute("CREATE SCHEMA apart")
    with pytest.raises(UsageError, match=r"has tables that no export made \(comments\)"):
        export(run, "postgres", address)
    export(run, "postgres", address + "&options=-csearch_path%3Dapart")
    assert ask(address, "SELECT COUNT(*) FROM apart.comment_wide") == [(240,)]
    assert ask(address, "SELECT COUNT(*) FROM comments") == [(0,)]


def test_one_clear_line_and_no_password(run, postgres, command):
    address = postgres()

    def discourse(destination):
        return command("export", run, "--to", "postgres", destination)

    done = discourse(address)
    assert done.returncode == 0 and "240 comments (240 added, 0 updated)" in done.stderr
    name = address.split("/")[3].split("?")[0]
    for destination, words in (
        (address.replace(name, "nowhere"), "cannot be reached or written to"),
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be reached or written to"),
        ("x.db", "not the address of a database"),
        (postgres("SQL_ASCII"), "its encoding is not UTF8"),
    ):
        done = discourse(destination)
        assert done.returncode == 2 and words in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1 and "secret" not in done.stderr
