"""What an import says of itself."""

import json
from datetime import UTC, datetime

import pytest
from sources import lines, load

from discourse import api
from discourse.readers import Intake, Reject
from discourse.readers.items import excerpt_of
from discourse.schema import UnreadableSource


def test_the_summary_says_everything_once():
    rows = lines({"id": 1, "text": "a", "parent_id": None}, {"id": 2, "text": "b", "parent_id": 1}, {"id": 3, "text": "c", "parent_id": 9}, {"id": 4, "text": ""}, {"id": 5, "text": "[deleted]", "parent_id": 1}, {"id": 5, "text": "other"})  # fmt: skip
    _, intake = load(rows)
    assert intake.summary() == (
        "read 6 comments; kept 5 under 1 article; 1 of them deleted or removed; rejected 1 (no text: 1); links: 2 given, "
        "0 inferred, 1 orphan; repaired: comment ids made unique: 1; articles whose comments were put in reply order: 1; encoding: utf-8"
    )
    assert intake.read == intake.kept + intake.n_rejected


def test_rejects_go_where_they_are_sent_and_are_bounded():
    sent = []
    intake = Intake(on_reject=sent.append)
    intake.reject(Reject("s", 1, "no text", ""))
    assert len(sent) == 1 and not intake.rejects and intake.n_rejected == 1
    intake = Intake(keep=2)
    for n in range(5):
        intake.reject(Reject("s", n, "no text", ""))
        intake.note(f"note {n}")
        intake.note("note 0")
    assert len(intake.rejects) == 2 and intake.n_rejected == 5 and intake.notes == ["note 0", "note 1"]


def test_files_that_are_not_read_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("text\nhello\n")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04junk")
    intake = Intake(on_reject=lambda reject: None)
    api.read(tmp_path, intake=intake)
    assert intake.n_rejected == 2
    assert [note.removeprefix(str(tmp_path)) for note in intake.notes] == [
        "/b.zip: could not be read: damaged archive: File is not a zip file",
        "/empty.txt: could not be read: empty: nothing to read",
    ]
    (tmp_path / "a.csv").unlink()
    with pytest.raises(UnreadableSource, match=r"such as .*b\.zip: could not be read"):
        api.read(tmp_path)


def test_excerpts_are_json():
    when = datetime(2020, 1, 2, tzinfo=UTC)
    row = {"No.": "6", "b": None, "c": [True, 1.5], "d": when, "e": "é"}
    assert json.loads(excerpt_of(row)) == row | {"d": str(when)}
    assert excerpt_of("as it 'is'") == "as it 'is'"
    assert excerpt_of({(1, 2): 3}) == excerpt_of(10**5000) == "(cannot be shown)"
    assert len(excerpt_of({"a": "x" * 900})) == 200


def test_links_that_a_page_tells_are_counted_apart_from_inferred_ones():
    intake = Intake()
    intake.links.update({"given": 1, "name": 2, "mention": 1, "indentation": 1, "content": 3, "orphan": 1})
    assert "links: 1 given, 4 told by the page, 3 inferred, 1 orphan" in intake.summary()
    intake.links.clear()
    assert "links: 0 given, 0 inferred, 0 orphan" in intake.summary()
