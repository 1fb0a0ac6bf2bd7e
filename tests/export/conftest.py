"""What tests of exports share."""

import shutil

import pandas as pd
import postgres_server
import pytest
from export_stubs import make_run, rows


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A complete run of 240 comments under 4 articles, in several parts."""
    folder = make_run(tmp_path_factory.mktemp("export"), rows())
    assert len(list((folder / "comments").glob("*.parquet"))) >= 4
    return folder


@pytest.fixture(scope="session")
def tables(run):
    """The three tables of the run as pandas."""
    return {name: pd.read_parquet(run / name) for name in ("articles", "comments", "spans")}


@pytest.fixture
def cut(run, tmp_path):
    """The run as if it had been stopped with its second part still to come."""
    folder = tmp_path / "cut"
    shutil.copytree(run, folder)
    for name in ("articles", "comments", "spans"):
        (folder / name / "part-000001.parquet").unlink()
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    return folder


@pytest.fixture(scope="session")
def postgres():
    """Makes a fresh PostgreSQL database and gives its address."""
    where = postgres_server.programs()
    if where is None:
        pytest.skip(f"needs {postgres_server.MISSING}")
    pytest.importorskip("psycopg", reason="needs the package psycopg")
    with postgres_server.running(where) as make:
        yield make


@pytest.fixture
def place(request, tmp_path):
    """Gives a new destination for a kind of database."""
    numbers = iter(range(1000))

    def new(kind):
        if kind == "postgres":
            return request.getfixturevalue("postgres")()
        return tmp_path / f"new{next(numbers)}" / f"x.{kind}"

    return new
