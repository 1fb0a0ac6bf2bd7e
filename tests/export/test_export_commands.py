"""`discourse export` as a user runs it, and what Datasette makes of its database."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest


def discourse(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "discourse", *map(str, arguments)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        timeout=120,
        encoding="utf-8",
    )


def test_one_clear_line_whatever_goes_wrong(run, cut, tmp_path):
    (tmp_path / "file.txt").write_text("mine")
    planned = tmp_path / "planned"
    shutil.copytree(cut, planned)
    for part in planned.glob("*/part-*.parquet"):
        part.unlink()
    for arguments, words in (
        ([tmp_path, "--to", "sqlite", tmp_path / "x.db"], "no run folder"),
        (
            [tmp_path / "no", "--to", "csv", tmp_path / "x"],
            "there is no such folder; `discourse score SOURCE",
        ),
        (
            [cut, "--to", "sqlite", tmp_path / "x.db"],
            "the run is not complete; start its `discourse score` line",
        ),
        ([cut, "--to", "csv", tmp_path / "x"], "take it as far as it goes with --partial"),
        ([planned, "--to", "sqlite", tmp_path / "x.db", "--partial"], "nothing of the run is scored yet"),
        ([run, "--to", "csv", tmp_path / "file.txt"], "is a file; csv is written into a folder"),
        ([run, "--to", "csv", tmp_path / "file.txt" / "x"], "cannot be written"),
        ([run, "--to", "sqlite", tmp_path / "file.txt"], "no SQLite database"),
        ([run, "--to", "sqlite", run / "x.db"], "in the run folder"),
        ([run, "--to", "sqlite", "--bom", tmp_path / "x.db"], "for csv"),
    ):
        done = discourse("export", *arguments)
        assert done.returncode == 2, done.stderr
        assert words in done.stderr and "Traceback" not in done.stderr
        assert done.stderr.strip().count("\n") == 0 and done.stdout == ""
    assert not (tmp_path / "x.db").exists() and not (tmp_path / "x").exists()
    assert discourse("export", run, "--to", "excel", tmp_path / "x").returncode == 2


def test_what_it_says(run, cut, tmp_path):
    first = discourse("export", run, "--to", "sqlite", tmp_path / "x.db")
    assert first.returncode == 0 and first.stdout == ""
    assert "4 articles (4 added, 0 updated), 240 comments (240 added, 0 updated)" in first.stderr
    again = discourse("export", run, "--to", "sqlite", tmp_path / "x.db")
    assert "240 comments (0 added, 0 updated)" in again.stderr
    assert "made this folder" not in first.stderr
    assert discourse("export", run, "--to", "csv", tmp_path / "c", "--bom", "--quiet").stderr == ""
    away = tmp_path / "not" / "there"
    made = discourse("export", run, "--to", "sqlite", away / "x.db")
    assert made.returncode == 0 and f"{away}: made this folder, which was not there" in made.stderr
    more = discourse("export", run, "--to", "csv", away / "c")
    assert more.returncode == 0 and "made this folder" not in more.stderr
    assert discourse("export", cut, "--to", "csv", tmp_path / "p", "--partial").returncode == 0


def test_help_ends_with_an_example_and_offers_what_there_is():
    from discourse.export import Format
    from discourse.export.exporting import _WRITERS

    text = discourse("export", "--help").stdout
    assert text.strip().splitlines()[-1].strip().startswith("Example: discourse export")
    assert all(kind in text for kind in Format) and set(_WRITERS) == set(Format)


def datasette(folder, address, *options):
    """What the page or the JSON at an address says; exit code and body."""
    pytest.importorskip("datasette")
    done = subprocess.run(
        [sys.executable, "-m", "datasette", "x.db", "-m", "metadata.yaml", *options, "--get", address],
        cwd=folder,
        capture_output=True,
        timeout=120,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr + done.stdout[-500:]
    return done.stdout


@pytest.fixture(scope="module")
def served(run, tmp_path_factory):
    from discourse.export import export

    folder = tmp_path_factory.mktemp("served")
    export(run, "sqlite", folder / "x.db")
    return folder


def test_datasette_searches_and_answers_as_the_parquet_does(served, tables):
    comments = tables["comments"]
    split = json.loads(datasette(served, "/x/split.json?_shape=array"))
    assert {r["stance_article"]: r["n_comments"] for r in split} == dict(
        comments.stance_article.value_counts()
    )
    found = json.loads(datasette(served, "/x/comments.json?_search=nobody&_shape=array&_size=max"))
    wanted = comments[comments.text.str.contains(r"\bnobody\b")]
    assert {r["comment_id"] for r in found} == set(wanted.comment_id) and found
    wide = json.loads(datasette(served, "/x/comment_wide.json?_search=nobody&_shape=array&_size=max"))
    assert {r["comment_id"] for r in wide} == set(wanted.comment_id)
    words = json.loads(datasette(served, "/x/search.json?words=nobody&_shape=array"))
    assert len(words) == min(200, len(wanted))


def test_datasette_answers_every_canned_query(served, tables):
    import yaml

    queries = yaml.safe_load((served / "metadata.yaml").read_text())["databases"]["x"]["queries"]
    assert len(queries) >= 5
    with closing(sqlite3.connect(served / "x.db")) as db:
        for name, query in queries.items():
            rows = db.execute(query["sql"], {"words": "damn"} if ":words" in query["sql"] else {}).fetchall()
            assert rows, name
        masked = db.execute(queries["masked_words"]["sql"]).fetchall()
    assert sum(r[1] for r in masked) == (tables["spans"].kind == "masked").sum()
    page = datasette(served, "/x")
    assert all(query["title"] in page for query in queries.values())


def test_datasette_shows_hostile_comments_as_text(served):
    page = datasette(served, "/x/comments?_size=max")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    assert "<img src=x" not in page and 'href="javascript:' not in page
    assert "<b>Yes</b>" not in datasette(served, "/x/articles")


def test_a_metadata_file_of_somebody_else_stays(run, tmp_path):
    from discourse.export import export

    (tmp_path / "metadata.yaml").write_text("title: mine\n")
    outcome = export(run, "sqlite", tmp_path / "x.db")
    assert (tmp_path / "metadata.yaml").read_text() == "title: mine\n"
    assert outcome.files[1].name == "x-metadata.yaml" and outcome.files[1].is_file()
    assert "x-metadata.yaml" in outcome.notes[0]
