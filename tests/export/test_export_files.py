"""Files: Parquet, CSV for spreadsheets, Label Studio tasks, a ConvoKit corpus."""

import csv
import json
from xml.etree import ElementTree

import pandas as pd
import pytest
from export_stubs import make_run, rows

from discourse.export import export
from discourse.export.csvfiles import cell, line
from discourse.schema import UsageError

FOLDERS = ("parquet", "csv", "label-studio", "convokit")


def test_parquet_is_a_plain_copy(run, tables, tmp_path):
    for _ in range(2):
        export(run, "parquet", tmp_path / "out")
    for name, table in tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out" / f"{name}.parquet"), table)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_cells_that_would_be_run_are_covered(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"a{start}") == f"a{start}"


def test_numbers_and_times_are_no_formulas():
    assert (cell(-1.5), cell(None), cell(True), cell("")) == (-1.5, None, "true", "")


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_no_spreadsheet_finds_a_formula_within_a_text(mark):
    """Whatever it splits lines at: the rest of a text is never the start of a cell."""
    shown = line([f"no{mark}=1+1", 'say "so"', None, 0.5, 7])
    assert shown == f'"no{mark}=1+1","say ""so""",,0.5,7\r\n'
    (cells,) = csv.reader([shown], delimiter=mark)
    assert not any(c.startswith("=") for c in cells)


@pytest.mark.parametrize("bom", [False, True])
def test_csv_is_safe_and_whole(run, tables, tmp_path, bom):
    for _ in range(2):
        export(run, "csv", tmp_path / "out", bom=bom)
    for name, table in tables.items():
        raw = (tmp_path / "out" / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") == bom
        lines = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
        assert len(lines) == len(table)
        assert list(lines[0]) == [n.replace("=1+1", "'=1+1") for n in table.columns]
        text = [c for c in table.columns if isinstance(table[c].dtype, pd.StringDtype)]
        for read, row in zip(lines, table.to_dict("records"), strict=True):
            for column in text:
                wanted = "" if pd.isna(row[column]) else row[column]
                shown = read["'=1+1" if column == "=1+1" else column]
                assert shown.removeprefix("'") == wanted.removeprefix("'")
                assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    comments = pd.read_csv(tmp_path / "out" / "comments.csv")
    assert comments.text.str.startswith("'=HYPERLINK").any()
    assert comments.text.str.contains('one, "two"\nthree\nfour', regex=False).any()
    assert (comments.votes == tables["comments"].votes).all() and (comments.votes < 0).any()
    posted = pd.to_datetime(comments.posted_at, format="ISO8601").astype("datetime64[us, UTC]")
    assert posted.equals(tables["comments"].posted_at)


def test_label_studio_tasks_carry_our_tags(run, tables, tmp_path):
    export(run, "label-studio", tmp_path / "out")
    tasks = json.loads((tmp_path / "out" / "tasks.json").read_text(encoding="utf-8"))
    view = ElementTree.parse(tmp_path / "out" / "labeling_config.xml").getroot()
    controls = {e.get("name"): e for e in view.iter() if e.get("toName")}
    assert {e.get("toName") for e in controls.values()} == {"text"}
    asked = {e.get("value").removeprefix("$") for e in view.iter("Text")}
    comments = tables["comments"].set_index(["article_id", "comment_id"])
    spans = tables["spans"].groupby(["article_id", "comment_id"]).size()
    assert len(tasks) == len(comments)
    emoji = 0
    for task in tasks:
        data, (prediction,) = task["data"], task["predictions"]
        assert asked <= set(data)
        row = comments.loc[(data["article_id"], data["comment_id"])]
        assert data["text"] == row.text
        if not pd.isna(row.parent_id):
            assert data["parent_text"] == comments.loc[(data["article_id"], row.parent_id)].text
        said = {}
        for result in prediction["result"]:
            control = controls[result["from_name"]]
            (label,) = result["value"][result["type"]]
            assert control.tag.casefold() == result["type"]
            assert label in {e.get("value") for e in control}
            if result["type"] == "labels":
                start, end = result["value"]["start"], result["value"]["end"]
                assert data["text"][start:end] == result["value"]["text"]
                emoji += "\U0001f4a9" in data["text"][:start]
            else:
                said[result["from_name"]] = label
        assert said["stance_article"] == row.stance_article
        assert said["toxic"] == ("toxic" if row.toxic else "not toxic")
        assert said.get("stance_parent") == (None if pd.isna(row.stance_parent) else row.stance_parent)
        n_spans = sum(r["type"] == "labels" for r in prediction["result"])
        assert n_spans == spans.get((data["article_id"], data["comment_id"]), 0)
        assert 0 <= prediction["score"] <= 1 and len({r["id"] for r in prediction["result"]}) == len(
            prediction["result"]
        )
    assert emoji


def test_convokit_corpus_hangs_together(run, tables, tmp_path):
    export(run, "convokit", tmp_path / "out")
    read = {
        name: json.loads((tmp_path / "out" / f"{name}.json").read_text())
        for name in ("speakers", "conversations", "corpus", "index")
    }
    utterances = [
        json.loads(line) for line in (tmp_path / "out" / "utterances.jsonl").read_text().splitlines()
    ]
    by_id = {u["id"]: u for u in utterances}
    comments = tables["comments"]
    assert len(by_id) == len(utterances) == len(comments)
    assert set(read["conversations"]) == {u["conversation_id"] for u in utterances}
    assert set(read["speakers"]) == {u["speaker"] for u in utterances}
    assert len(read["conversations"]) == comments.groupby("article_id").root_id.nunique().sum()
    assert set(utterances[0]["meta"]) == set(read["index"]["utterances-index"])
    assert set(read["corpus"]) == set(read["index"]["overall-index"])
    for row in comments.itertuples():
        u = by_id[f"{row.article_id}/{row.comment_id}"]
        assert u["text"] == row.text and u["meta"]["stance_article"] == row.stance_article
        if pd.isna(row.parent_id):
            assert u["reply-to"] is None and u["conversation_id"] == u["id"]
        else:
            assert by_id[u["reply-to"]]["conversation_id"] == u["conversation_id"]
        if pd.isna(row.posted_at):
            assert u["timestamp"] is None
        else:
            assert u["timestamp"] == int(row.posted_at.timestamp())
    assert sum(len(u["meta"]["spans"]) for u in utterances) == len(tables["spans"])


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_folder_is_written_anew_and_others_stay(kind, run, tmp_path):
    out = tmp_path / "out"
    export(run, kind, out)
    first = {p.name: p.read_bytes() for p in out.iterdir()}
    (out / "mine.txt").write_text("kept")
    export(make_run(tmp_path / "two", rows(24)), kind, out)
    assert (out / "mine.txt").read_text() == "kept"
    assert {p.name for p in out.iterdir()} == {*first, "mine.txt"}
    export(run, kind, out)
    assert {name: (out / name).read_bytes() for name in first} == first
    other = next(k for k in FOLDERS if k != kind)
    with pytest.raises(UsageError, match=f"holds an export to {kind}"):
        export(run, other, out)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "comments.csv").write_text("mine")
    with pytest.raises(UsageError, match="no export wrote"):
        export(run, kind, foreign)
    assert [p.read_text() for p in foreign.iterdir()] == ["mine"]
    marker = json.loads((out / "export.json").read_text()) | {"schema_version": 9}
    (out / "export.json").write_text(json.dumps(marker))
    with pytest.raises(UsageError, match="another schema"):
        export(run, kind, out)


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_part_of_a_run(kind, cut, tmp_path):
    outcome = export(cut, kind, tmp_path / "out", partial=True)
    assert outcome.tables["comments"].rows == len(pd.read_parquet(cut / "comments"))


def test_the_run_folder_is_no_destination(run, tmp_path):
    for kind in ("csv", "sqlite"):
        for place in (run, run / "out"):
            with pytest.raises(UsageError, match="in the run folder"):
                export(run, kind, place)
    with pytest.raises(UsageError, match="for csv, not for sqlite"):
        export(run, "sqlite", tmp_path / "x", bom=True)
