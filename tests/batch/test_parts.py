"""The parts a run is made of, one by one."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from batch_stubs import Toxicity

from discourse.batch.branches import CLIP, DEPTH, Branches, clip
from discourse.batch.extras import Extras
from discourse.batch.files import Journal, write_atomic
from discourse.batch.fingerprint import changed_since, hash_sources, model_entry, parameters
from discourse.batch.memo import LONGEST, Memo, with_memory
from discourse.batch.plan import make_plan, pack_intake, unpack_intake
from discourse.batch.records import pack, unpack
from discourse.batch.tagging import tag_readings
from discourse.readers import FlatPage, Intake, Line, ReadOptions
from discourse.readers.page import Heading
from discourse.schema import Article, Comment, Discussion, Furniture
from discourse.taggers.base import Reading, TagBatch


def comment(number, parent=None, text="text", **extra):
    posted = datetime(2020, 1, 1, tzinfo=UTC)
    return Comment(
        str(number), "a", parent, "0", 1, number, None, posted, text, None, None, "given", 1.0, extra
    )


def test_records_come_back_as_they_were():
    article = Article("a", "T", "x\ny", published_at=datetime(2021, 2, 3, tzinfo=UTC))
    line = Line(3, "words", True, 4)
    page = FlatPage(
        "p", "s.txt", None, None, (line,), (Furniture(1, "menu", "why"),), None, True, 3, ("note",)
    )
    page = replace(page, headings=(Heading("Ann", datetime(2021, 2, 3, tzinfo=UTC), None, 3),))
    for kind, value in (
        ("article", article),
        ("comment", comment(1, "0", votes=3)),
        ("page", page),
        ("unlinked", Discussion(article, (comment(0), comment(1)))),
    ):
        assert unpack(pack(kind, value, ("above",) if kind == "comment" else ()))[0] == value
    assert unpack(pack("comment", comment(1), ("top", "parent")))[1] == ("top", "parent")
    assert unpack(pack("comment", comment(1, text="\ud83d\ude00 \ud800")))[0].text == "\U0001f600 \ufffd"


def test_branches_reach_back_beyond_what_is_held_in_memory(tmp_path):
    branches = Branches(tmp_path / "spill", held=10)
    for i in range(200):
        branch = branches.add(str(i), str(i - 1) if i else None, f"text {i}")
    assert branch == tuple(f"text {i}" for i in range(199 - DEPTH, 199))
    assert branches.add("late", "3", "x") == ("text 0", "text 1", "text 2", "text 3")
    assert (tmp_path / "spill").exists()
    branches.clear()
    assert not (tmp_path / "spill").exists()
    assert branches.add("other", "3", "x") == ()


def test_small_runs_are_cut_for_several_workers(tmp_path):
    (tmp_path / ".work").mkdir()
    article = Article("a", "T", "x")
    comments = tuple(replace(comment(i), root_id=str(i)) for i in range(20_000))
    plan = make_plan(tmp_path, [Discussion(article, comments)], Intake(), {})
    assert plan.costs[:13] == (250,) * 4 + (500,) * 4 + (1000,) * 4 + (2000,)
    assert max(plan.costs) == 2000 and plan.total == 20_000


def test_a_circle_of_parents_ends(tmp_path):
    branches = Branches(tmp_path / "spill")
    branches.add("a", "b", "A")
    branches.add("b", "a", "B")
    assert len(branches.add("c", "b", "C")) == DEPTH


def test_clipping_keeps_what_a_tagger_reads():
    from discourse.taggers.stance import parent_input

    long = " ".join(f"word{i}" for i in range(5000))
    assert len(clip(long)) <= CLIP + 3
    assert parent_input(clip(long), "no") == parent_input(long, "no")
    assert clip("a  b\n") == "a  b\n"


@pytest.mark.parametrize(
    "values, kind",
    [
        ([1, 2], "int"),
        ([1, 2.5], "float"),
        ([True, None], "bool"),
        ([True, 1], "text"),
        ([2**64], "text"),
        ([[1], "x"], "json"),
        ([datetime(2020, 1, 1, tzinfo=UTC)], "time"),
    ],
)
def test_the_kind_of_an_extra_column_holds_all_its_values(values, kind):
    extras = Extras()
    for value in values:
        extras.learn({"x": value})
    assert extras.kinds == {"x": kind}


class Counting(Toxicity):
    def __init__(self):
        self.asked = []

    def predict(self, readings):
        self.asked += [r.text for r in readings]
        return super().predict(readings)


def test_equal_texts_are_asked_about_once_within_and_across_batches():
    inner = Counting()
    memo = Memo(inner, held=2)
    texts = ["a", "b", "a", "c", "a"]
    first = memo.predict([Reading(str(i), text) for i, text in enumerate(texts)])
    assert sorted(inner.asked) == ["a", "b", "c"]
    assert first.columns["toxicity"][0] == first.columns["toxicity"][2] == first.columns["toxicity"][4]
    again = memo.predict([Reading("x", "a")])
    assert again.columns["toxicity"] == first.columns["toxicity"][:1]
    assert len(inner.asked) == 3
    memo.predict([Reading("y", "L" * (LONGEST + 1))] * 2)
    memo.predict([Reading("y", "L" * (LONGEST + 1))])
    assert inner.asked.count("L" * (LONGEST + 1)) == 2
    assert with_memory(Together(())).__class__ is Together  # one that reads threads is left alone


def test_long_texts_that_begin_alike_have_answers_of_their_own():
    readings = [Reading(end, "L" * 5000 + end) for end in "ab"]
    assert Memo(Toxicity()).predict(readings).columns == Toxicity().predict(readings).columns


class Together:
    """Gives each reading the size of its batch; some texts it cannot read."""

    name = "together"

    def __init__(self, bad):
        self.bad = bad

    def predict(self, readings):
        if any(r.text in self.bad for r in readings):
            raise ValueError("bad")
        return TagBatch({"n_masked": [len(readings)] * len(readings)})


@pytest.mark.parametrize("bad", [(), (0,), (7,), (3, 4, 19), tuple(range(12))])
def test_those_that_can_be_read_are_read_together(bad):
    readings = [Reading(str(i), str(i)) for i in range(20)]
    tags, _, failures = tag_readings([Together({str(i) for i in bad})], readings)
    assert [f.place for f in failures] == list(bad)
    assert [t.n_masked for t in tags] == [None if i in bad else 20 - len(bad) for i in range(20)]


def test_a_column_of_the_wrong_length_is_no_answer():
    class Short:
        name = "short"

        def predict(self, readings):
            return TagBatch({"n_masked": [1] * (len(readings) - (len(readings) > 1))})

    tags, _, failures = tag_readings([Short()], [Reading("a", "a"), Reading("b", "b")])
    assert [t.n_masked for t in tags] == [1, 1] and not failures


def test_a_model_is_known_by_what_its_files_hold(tmp_path):
    for place in (tmp_path / "model", tmp_path / "model.ckpt"):
        file = place if place.suffix else place / "model.safetensors"
        file.parent.mkdir(exist_ok=True)
        if not place.suffix:
            (place / "config.json").write_text("{}")
        found = []
        for weights in (b"one", b"two", b"one"):
            file.write_bytes(weights)
            found.append(model_entry("toxicity", str(place))["sha256"])
        assert found[0] == found[2] != found[1] and len(found[0]) == 64


def test_a_source_of_the_same_size_that_was_written_again_has_changed(tmp_path):
    source = tmp_path / "x.jsonl"
    source.write_bytes(b"one")
    entries = hash_sources([str(source)], tmp_path / "run")
    assert changed_since(entries) is None
    source.write_bytes(b"two")
    os.utime(source, ns=(1, 1))
    assert changed_since(entries) == str(source)


def test_a_run_tells_keys_apart_and_holds_none():
    ann, bob = (
        parameters(ReadOptions(pseudonym_key=key), target=None, run_by={}) for key in (b"ANNSKEY", b"BOBSKEY")
    )
    assert ann != bob and "KEY" not in str(ann) and b"ANNSKEY".hex()[:8] not in str(ann)


def test_what_was_noted_of_the_sources_outlives_an_interruption():
    intake = Intake()
    intake.note("x.xml: cut off")
    intake.rejected["no text"] += 2
    assert unpack_intake(pack_intake(intake)) == intake


def test_a_file_that_cannot_be_finished_leaves_the_former_one(tmp_path):
    def fill(file):
        file.write(b"half")
        raise ValueError("cut")

    path = tmp_path / "manifest.json"
    path.write_text("before")
    with pytest.raises(ValueError, match="cut"):
        write_atomic(path, fill)
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_a_record_whose_line_has_no_end_counts_as_never_written(tmp_path):
    journal = Journal(tmp_path / "shards.jsonl")
    journal.append({"shard": 0})
    with journal.path.open("ab") as file:
        file.write(b'{"shard": 1}')
    assert list(journal) == [{"shard": 0}]
    journal.mend()
    journal.append({"shard": 2})
    assert list(journal) == [{"shard": 0}, {"shard": 2}]
