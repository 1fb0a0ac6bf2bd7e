"""docs/dashboards.md, from comments to a chart: every command and every query in it, run in its order."""

import contextlib
import json
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from export_stubs import WORDS
from typer.testing import CliRunner

from discourse.cli import app

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
HERE = "postgresql://localhost/comments"


def blocks(language):
    """The fenced blocks that name a language, or none."""
    found, block = [], None
    for line in GUIDE.splitlines():
        if block is None and line.startswith("```"):
            block = (line[3:], [])
        elif line == "```":
            found.append(block)
            block = None
        elif block is not None:
            block[1].append(line)
    assert block is None
    return ["\n".join(inside) for named, inside in found if named == language]


def discourse(folder, rest):
    """Runs a command in a folder; what it said."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, rest)
    assert done.exit_code == 0, (rest, done.output, done.exception)
    return done.output


def lines(path, first):
    """A dump of a few comments."""
    made = [
        {
            "comment_id": f"c{i}",
            "article_id": "a",
            "article_title": "The council should ban cars",
            "text": f"The council is {'right' if i % 2 else 'wrong'}: {' '.join(WORDS)} {i}",
            "posted_at": f"2026-03-0{1 + i % 5}T10:00:00Z",
        }
        | ({"parent_id": f"c{i - 1}"} if i % 3 else {})
        for i in range(first, first + 6)
    ]
    path.write_text("\n".join(map(json.dumps, made)) + "\n")


def serving(process, find):
    """Waits for the address of a server, fetches it, stops it; the page it gave."""
    try:
        said, end = "", time.monotonic() + 60
        while not (found := re.search(r"http://\S+", said)) and time.monotonic() < end:
            said += process.stdout.readline()
        with urllib.request.urlopen(found.group(), timeout=60) as answer:
            page = answer.read().decode()
        assert find in page
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    finally:
        process.kill()
        process.communicate()


def start(command, folder, **options):
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which every command of the guide ran, but for those that speak to PostgreSQL."""
    folder = tmp_path_factory.mktemp("guide")
    lines(folder / "dump.jsonl", 0)
    lines(folder / "newer.jsonl", 3)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    commands = [line for block in blocks("") for line in block.splitlines()]
    assert len(commands) >= 12
    for line in commands:
        program, *rest = shlex.split(line)
        if program == "pip":
            assert re.search(r"\[(\w+)\]", line).group(1) in extras
        elif program == "datasette":
            pytest.importorskip("datasette", reason="needs the package datasette")
            serving(start([program, *rest, "--port", "0"], folder), "comments")
        elif rest[0] == "dashboard":
            pytest.importorskip("datasette_dashboards", reason="needs the package datasette-dashboards")
            serving(start([program, *rest, "--port", "0"], folder), "How the readers split")
        elif HERE not in line:
            assert program == "discourse", line
            said = discourse(folder, rest)
            if line.startswith("discourse export newer --to sqlite"):
                assert "6 comments (3 added, " in said
    return folder


def test_every_command_runs(walked):
    with closing(sqlite3.connect(walked / "comments.db")) as db:
        assert db.execute("SELECT COUNT(*), COUNT(DISTINCT comment_id) FROM comments").fetchone() == (9, 9)
        queries = blocks("sql")
        assert len(queries) >= 2
        for query in queries:
            assert db.execute(query).fetchall()


def test_every_command_for_postgres_runs(walked, postgres):
    import psycopg

    address = postgres()
    commands = [line for block in blocks("") for line in block.splitlines() if HERE in line]
    assert commands
    for line in commands:
        _, *rest = shlex.split(line.replace(HERE, address))
        discourse(walked, rest)
    with psycopg.connect(address) as db:
        for block in blocks("postgresql"):
            for query in filter(str.strip, block.split(";")):
                cursor = db.execute(query)
                assert cursor.description is None or cursor.fetchall()
        assert db.execute("SELECT has_table_privilege('looker', 'article_day', 'SELECT')").fetchone() == (
            True,
        )


def test_every_format_is_in_the_guide():
    from discourse.export import Format

    assert set(re.findall(r"^\| `([a-z-]+)` \| ", GUIDE, re.M)) >= set(Format)
