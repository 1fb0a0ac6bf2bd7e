"""Every format exported twice, and after a second dump: the rows there are right, and nothing is doubled."""

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing

import duckdb
import pandas as pd
import pytest
from export_stubs import make_run, rows

from discourse.export import Format, export


def ids(kind, place):
    """How often each comment is in an export, by its id; charts by their name."""
    query = "SELECT comment_id FROM comments"
    if kind == "sqlite":
        with closing(sqlite3.connect(place)) as db:
            return Counter(r[0] for r in db.execute(query))
    if kind == "duckdb":
        with closing(duckdb.connect(str(place))) as db:
            return Counter(r[0] for r in db.execute(query).fetchall())
    if kind == "postgres":
        import psycopg

        with psycopg.connect(place) as db:
            return Counter(r[0] for r in db.execute(query))
    if kind == "parquet":
        return Counter(pd.read_parquet(place / "comments.parquet").comment_id)
    if kind == "csv":
        with (place / "comments.csv").open(newline="", encoding="utf-8") as file:
            return Counter(row["comment_id"] for row in csv.DictReader(file))
    if kind == "label-studio":
        return Counter(t["data"]["comment_id"] for t in json.loads((place / "tasks.json").read_text()))
    if kind == "convokit":
        lines = (place / "utterances.jsonl").read_text().splitlines()
        return Counter(json.loads(line)["id"].split("/")[1] for line in lines)
    board = json.loads((place / "dashboards" / "discourse.json").read_text())
    return Counter(panel["title"] for panel in board["panels"])


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """A run of a dump with 40 of the comments of the first, some of them edited, and 60 new ones."""
    made = rows(300)[200:]
    for row in made[:40:4]:
        row["text"] = f"edited {row['text']}"
    for row in made[:40]:
        row.pop("parent_id", None)  # what it answers may be in the first dump alone
    return make_run(tmp_path_factory.mktemp("second"), made)


@pytest.mark.parametrize("kind", Format)
def test_twice_and_after_a_second_dump(kind, run, second, place):
    where = place(kind)
    if kind == "grafana":
        export(run, kind, where)
        first = ids(kind, where)
        export(second, kind, where)
        assert ids(kind, where) == first and set(first.values()) == {1}
        return
    whole = {f"c{i}" for i in range(240)}
    for _ in range(2):
        export(run, kind, where)
        found = ids(kind, where)
        assert set(found) == whole and set(found.values()) == {1}
    for _ in range(2):
        outcome = export(second, kind, where)
        found = ids(kind, where)
        new = {f"c{i}" for i in range(200, 300)}
        grows = kind in ("sqlite", "duckdb", "postgres")
        assert set(found) == (whole | new if grows else new) and set(found.values()) == {1}
    assert outcome.tables["comments"].rows == 100
