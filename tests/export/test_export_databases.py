"""SQLite and DuckDB: the run's rows to the last value, figures as pandas has them, nothing doubled."""

import sqlite3
from contextlib import closing

import duckdb
import numpy as np
import pandas as pd
import pytest
from export_stubs import make_run, rows

from discourse.export import export
from discourse.export.tables import prune
from discourse.schema import UnreadableSource, UsageError

KINDS = ("sqlite", "duckdb", "postgres")
FILES = KINDS[:2]


def connect(kind, path):
    if kind == "postgres":
        import psycopg

        return psycopg.connect(path)
    return sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))


def ask(kind, path, sql, *values):
    """The answer as pandas."""
    with closing(connect(kind, path)) as db:
        cursor = db.execute(sql, values or None) if kind == "postgres" else db.execute(sql, values)
        return pd.DataFrame(cursor.fetchall(), columns=[d[0] for d in cursor.description])


def put(kind, run, path, **options):
    return export(run, kind, path, **options)


@pytest.fixture(scope="module", params=KINDS)
def database(request, run, tmp_path_factory):
    if request.param == "postgres":
        path = request.getfixturevalue("postgres")()
    else:
        path = tmp_path_factory.mktemp(request.param) / f"x.{request.param}"
    return request.param, path, put(request.param, run, path)


RENAMED = {"Votes": "source_Votes", "run_id": "source_run_id"}


def test_every_value_is_there(database, tables):
    kind, path, outcome = database
    assert {t: (c.rows, c.added, c.updated) for t, c in outcome.tables.items()} == {
        "articles": (4, 4, 0),
        "comments": (240, 240, 0),
        "spans": (len(tables["spans"]), None, None),
    }
    for table, key in (
        ("articles", ["article_id"]),
        ("comments", ["article_id", "comment_id"]),
        ("spans", ["article_id", "comment_id", "start", "end"]),
    ):
        order = ", ".join(f'"{name}"' for name in key)
        stored = ask(kind, path, f"SELECT * FROM {table} ORDER BY {order}")
        wanted = tables[table].sort_values(key, ignore_index=True)
        assert len(stored) == len(wanted)
        for name in wanted.columns:
            _same(stored[RENAMED.get(name, name)], wanted[name], f"{table}.{name}")


def _same(stored, wanted, name):
    if isinstance(wanted.dtype, pd.DatetimeTZDtype):
        stored = pd.to_datetime(stored, utc=True, format="ISO8601").astype("datetime64[us, UTC]")
        assert stored.isna().tolist() == wanted.isna().tolist(), name
        assert (stored.dropna() == wanted.dropna()).all() and wanted.notna().any() or wanted.isna().all(), (
            name
        )
        return
    a = [None if pd.isna(v) else v for v in stored.tolist()]
    b = [None if pd.isna(v) else v for v in wanted.tolist()]
    assert a == b, name


def test_columns_of_the_contract_come_first(database):
    from discourse.schema.tables import ARTICLE_SCHEMA, SPAN_SCHEMA, TAGGED_COMMENT_SCHEMA

    kind, path, _ = database
    for table, schema in (
        ("articles", ARTICLE_SCHEMA),
        ("comments", TAGGED_COMMENT_SCHEMA),
        ("spans", SPAN_SCHEMA),
    ):
        names = [n for n in ask(kind, path, f"SELECT * FROM {table} LIMIT 0").columns if n != "comment_key"]
        assert names[: len(schema.names)] == schema.names


def _figures(group):
    side, toxic = group.stance_article.dropna(), group.toxic.dropna()
    return {
        "n_comments": len(group),
        "n_threads": group.root_id.nunique(),
        "n_replies": group.parent_id.notna().sum(),
        "max_depth": group.depth.max(),
        "n_authors": group.author.nunique(),
        "n_stance": len(side),
        **{f"n_{s}": (side == s).sum() for s in ("favor", "against", "none")},
        **{f"share_{s}": (side == s).mean() for s in ("favor", "against", "none")},
        "mean_favor": group.stance_article_favor.astype(float).mean(),
        "mean_against": group.stance_article_against.astype(float).mean(),
        **{f"n_{s}": (group.stance_parent == s).sum() for s in ("agree", "disagree", "neutral")},
        "n_toxic": toxic.astype(bool).sum(),
        "share_toxic": toxic.astype(float).mean(),
        "mean_toxicity": group.toxicity.astype(float).mean(),
        "n_masked": group.n_masked.sum(),
    }


@pytest.mark.parametrize(
    ("view", "keys"),
    [
        ("article_summary", ["article_id"]),
        ("article_day", ["article_id", "day"]),
        ("thread_summary", ["article_id", "root_id"]),
    ],
)
def test_views_say_what_pandas_says(database, tables, view, keys):
    kind, path, _ = database
    comments = tables["comments"].assign(day=tables["comments"].posted_at.dt.strftime("%Y-%m-%d"))
    wanted = {
        tuple(None if pd.isna(k) else k for k in key): _figures(group)
        for key, group in comments.groupby(keys, dropna=False)
    }
    shown = ask(kind, path, f"SELECT * FROM {view}")
    assert len(shown) == len(wanted) > 3
    for row in shown.to_dict("records"):
        key = tuple(None if pd.isna(row[k]) else str(row[k])[:10] if k == "day" else row[k] for k in keys)
        figures = wanted.pop(key)
        for name, value in figures.items():
            if view == "thread_summary" and name == "n_threads":
                continue
            a, b = (np.nan if pd.isna(v) else float(v) for v in (row[name], value))
            assert a == pytest.approx(b, abs=1e-9, nan_ok=True), (key, name)
    assert not wanted


def test_comment_wide_brings_article_and_parent(database, tables):
    kind, path, _ = database
    wide = ask(kind, path, "SELECT * FROM comment_wide ORDER BY article_id, comment_id")
    comments = tables["comments"].sort_values(["article_id", "comment_id"], ignore_index=True)
    parents = comments.set_index("comment_id")
    assert len(wide) == len(comments)
    assert wide.article_title.str.startswith("=Should the council ban cars").all()
    for row, comment in zip(wide.itertuples(), comments.itertuples(), strict=True):
        if pd.isna(comment.parent_id):
            assert pd.isna(row.parent_text_masked)
        else:
            assert row.parent_text_masked == parents.loc[comment.parent_id, "text_masked"]
        assert pd.isna(row.day) == pd.isna(comment.posted_at)


@pytest.mark.parametrize("kind", KINDS)
def test_twice_doubles_nothing_and_a_second_dump_adds_and_updates(kind, run, tmp_path, place):
    path = place(kind)
    put(kind, run, path)
    again = put(kind, run, path)
    assert [(c.added, c.updated) for c in again.tables.values()] == [(0, 0), (0, 0), (None, None)]
    made = rows(300)
    made[7]["text"] = "an edited damn d*mn comment"
    made[8]["votes"] = 999
    del made[9]["posted_at"]
    for row in made[:50]:
        row["extra_of_the_second"] = 1.5
    second = put(kind, make_run(tmp_path / "two", made), path)
    changes = second.tables["comments"]
    assert (changes.rows, changes.added, changes.updated) == (300, 60, 50)
    assert second.tables["articles"].added == 1
    count = ask(kind, path, "SELECT COUNT(*) n, COUNT(DISTINCT comment_id) d FROM comments").iloc[0]
    assert count.n == count.d == 300
    edited = ask(kind, path, "SELECT * FROM comments WHERE comment_id = 'c7'").iloc[0]
    assert edited.text == "an edited damn d*mn comment" and edited.extra_of_the_second == 1.5
    spans = ask(kind, path, "SELECT surface FROM spans WHERE comment_id = 'c7' ORDER BY start")
    assert spans.surface.tolist() == ["damn", "d*mn"]
    runs = ask(kind, path, "SELECT run_id FROM runs")
    assert len(runs) == 2
    by_run = ask(kind, path, "SELECT run_id, COUNT(*) n FROM comments GROUP BY run_id").n
    assert sorted(by_run) == [110, 190]
    summary = ask(kind, path, "SELECT SUM(n_comments) n FROM article_summary").n[0]
    assert summary == 300


def test_sqlite_keys_search_and_integrity(run, tables, tmp_path):
    path = tmp_path / "x.db"
    put("sqlite", run, path)
    made = rows()
    made[0]["text"] = "zebra crossing"
    put("sqlite", make_run(tmp_path / "two", made), path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        referred = {
            row[2] for t in ("comments", "spans") for row in db.execute(f"PRAGMA foreign_key_list({t})")
        }
        assert referred == {"articles", "comments", "runs"}
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE comments SET parent_id = 'nobody' WHERE comment_id = 'c5'")
            db.commit()
        db.rollback()
        find = "SELECT c.comment_id FROM comments_fts JOIN comments c ON c.comment_key = comments_fts.rowid "
        hits = {r[0] for r in db.execute(find + "WHERE comments_fts MATCH 'nobody'")}
        texts = tables["comments"].set_index("comment_id").text
        assert hits == set(texts[texts.str.contains(r"\bnobody\b")].index) and hits
        assert [r[0] for r in db.execute(find + "WHERE comments_fts MATCH 'zebra'")] == ["c0"]
        assert "c0" not in {r[0] for r in db.execute(find + "WHERE comments_fts MATCH 'hyperlink'")}
        assert (
            db.execute("SELECT COUNT(*) FROM articles_fts WHERE articles_fts MATCH 'council'").fetchone()[0]
            == 4
        )
        for name in ("comments_fts", "articles_fts"):
            db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize("kind", FILES)
def test_destinations_that_are_not_ours_stay_as_they_are(kind, run, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("my notes, " * 500)
    with pytest.raises(UsageError, match="notes.txt: cannot be written"):
        put(kind, run, text)
    assert text.read_text() == "my notes, " * 500
    with pytest.raises(UsageError, match="is a folder"):
        put(kind, run, tmp_path)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other) if kind == "sqlite" else duckdb.connect(str(other))) as db:
        db.execute("CREATE TABLE comments (mine TEXT)")
        db.execute("INSERT INTO comments VALUES ('kept')")
        db.commit()
    with pytest.raises(UsageError, match="no export made"):
        put(kind, run, other)
    assert ask(kind, other, "SELECT * FROM comments").mine.tolist() == ["kept"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_schema_is_refused_and_nothing_changes(kind, run, tmp_path, place):
    path = place(kind)
    put(kind, run, path)
    made = rows(300)
    for row in made:
        row["votes"] = "many"
    with pytest.raises(
        UsageError, match="another schema: column votes of comments is (?i:integer|bigint) there"
    ):
        put(kind, make_run(tmp_path / "two", made), path)
    assert ask(kind, path, "SELECT COUNT(*) n FROM comments").n[0] == 240
    assert ask(kind, path, "SELECT COUNT(*) n FROM runs").n[0] == 1
    with closing(connect(kind, path)) as db:
        db.execute(
            "PRAGMA user_version = 9" if kind == "sqlite" else "UPDATE discourse_schema SET version = 9"
        )
        db.commit()
    with pytest.raises(UsageError, match=r"another schema \(version 9, this is 1\)"):
        put(kind, run, path)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_that_fails_leaves_nothing_behind(kind, run, place, cut):
    damaged = sorted((cut / "comments").glob("*"))[-1]
    damaged.write_bytes(b"PAR1 not really")
    path = place(kind)
    with pytest.raises(UnreadableSource, match="damaged"):
        put(kind, cut, path, partial=True)
    if kind == "postgres":
        assert ask(kind, path, "SELECT * FROM pg_tables WHERE schemaname = current_schema()").empty
    else:
        assert list(path.parent.iterdir()) == []
    put(kind, run, path)
    before = ask(kind, path, "SELECT * FROM comments ORDER BY comment_id")
    with pytest.raises(UnreadableSource, match="damaged"):
        put(kind, cut, path, partial=True)
    pd.testing.assert_frame_equal(ask(kind, path, "SELECT * FROM comments ORDER BY comment_id"), before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_is_not_complete(kind, run, cut, tables, place):
    path = place(kind)
    with pytest.raises(UnreadableSource, match="not complete"):
        put(kind, cut, path)
    assert kind == "postgres" or not path.exists()
    outcome = put(kind, cut, path, partial=True)
    stored = ask(kind, path, "SELECT * FROM comments")
    scored = pd.read_parquet(cut / "comments")
    articles = set(pd.read_parquet(cut / "articles").article_id)
    assert set(stored.comment_id) == set(scored[scored.article_id.isin(articles)].comment_id)
    assert outcome.tables["comments"].rows == len(stored) < len(tables["comments"])
    left_out = len(scored) - len(stored)
    assert bool(outcome.notes) == bool(left_out)
    put(kind, run, path)
    assert ask(kind, path, "SELECT COUNT(*) n FROM comments").n[0] == 240
    assert ask(kind, path, "SELECT COUNT(*) n FROM spans").n[0] == len(tables["spans"])
    assert ask(kind, path, "SELECT SUM(CASE WHEN complete THEN 1 ELSE 0 END) n FROM runs").n[0] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_comments_wait_for_their_article(kind, run, tmp_path, place):
    import shutil

    folder = tmp_path / "cut"
    shutil.copytree(run, folder)
    # the article's row stands in the first part alone, some of its comments in the second
    for name in ("articles", "comments", "spans"):
        (folder / name / "part-000000.parquet").unlink()
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    scored = pd.read_parquet(folder / "comments")
    known = scored[scored.article_id.isin(pd.read_parquet(folder / "articles").article_id)]
    assert 0 < len(known) < len(scored)
    path = place(kind)
    outcome = put(kind, folder, path, partial=True)
    assert outcome.notes[0].startswith(f"{len(scored) - len(known)} comments left out")
    assert ask(kind, path, "SELECT COUNT(*) n FROM comments").n[0] == len(known)
    assert (
        ask(kind, path, "SELECT COUNT(*) n FROM spans s JOIN comments USING (article_id, comment_id)").n[0]
        == ask(kind, path, "SELECT COUNT(*) n FROM spans").n[0]
    )


def test_a_chain_of_replies_waits_for_its_first_comment():
    with closing(sqlite3.connect(":memory:")) as db:
        for table, names in (("articles", "article_id"), ("spans", "article_id, comment_id")):
            db.execute(f"CREATE TABLE {table} ({names})")
        db.execute("CREATE TABLE comments (article_id, comment_id, parent_id)")
        db.execute("INSERT INTO articles VALUES ('a')")
        chain = [("a", "5", "4"), ("a", "4", "3"), ("a", "3", "missing"), ("a", "1", None)]
        db.executemany("INSERT INTO comments VALUES (?, ?, ?)", chain)
        db.executemany("INSERT INTO spans VALUES ('a', ?)", [("1",), ("5",)])
        assert prune(lambda sql: db.execute(sql).rowcount) == 3
        for table in ("comments", "spans"):
            assert db.execute(f"SELECT comment_id FROM {table}").fetchall() == [("1",)]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_databases_agree(kind, run, place):
    paths = {name: place(name) for name in ("sqlite", kind)}
    for name, path in paths.items():
        put(name, run, path)
    for view in ("article_summary", "thread_summary"):
        a, b = (
            ask(k, path, f"SELECT * FROM {view} ORDER BY 1, 2").drop(
                columns=["published_at", "first_posted_at", "last_posted_at"], errors="ignore"
            )
            for k, path in paths.items()
        )
        pd.testing.assert_frame_equal(
            a.sort_values(list(a.columns[:2]), ignore_index=True),
            b.sort_values(list(b.columns[:2]), ignore_index=True),
            check_dtype=False,
            atol=1e-9,
        )


@pytest.mark.parametrize("kind", KINDS)
def test_articles_of_one_id_are_told(kind, run, tmp_path, place):
    import shutil

    import pyarrow.parquet as pq

    folder = tmp_path / "twice"
    shutil.copytree(run, folder)
    for name in ("articles", "comments", "spans"):  # the first part again, under another source
        table = pq.read_table(folder / name / "part-000000.parquet")
        for column, value in (("source", "elsewhere"), ("text", "another text")):
            if column in table.column_names and name != "spans":
                at = table.column_names.index(column)
                table = table.set_column(at, table.schema.field(column), [[value] * len(table)])
        pq.write_table(_twice(table) if name == "comments" else table, folder / name / "part-000099.parquet")
    path = place(kind)
    outcome = put(kind, folder, path)
    assert any(note.endswith("under other file names") for note in outcome.notes)
    assert any("had another text and another source" in note for note in outcome.notes)
    assert ask(kind, path, "SELECT COUNT(*) n FROM comments").n[0] == 240
    last = ask(kind, path, "SELECT text FROM comments WHERE text LIKE 'another text%'").text
    assert len(last) and set(last) == {"another text, last"}
    assert [note for note in put(kind, run, place(kind)).notes if "made this folder" not in note] == []


def _twice(table):
    """The rows of a table, and after them the same with another text."""
    import pyarrow as pa

    at = table.column_names.index("text")
    again = table.set_column(at, table.schema.field("text"), [["another text, last"] * len(table)])
    return pa.concat_tables([table, again])
