"""Runs from end to end with stub taggers: what is written, and that nothing changes it."""

import json
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest
from batch_stubs import load, write_dump
from conftest import same, tables

from discourse.batch import Run, Settings, Silent, score, status
from discourse.batch.run import NOT_THERE
from discourse.cli.progress import counted
from discourse.cli.status import lines
from discourse.schema import TAG_COLUMNS, ModelError, UnreadableSource, UsageError
from discourse.schema.tables import TAGGED_COMMENT_SCHEMA
from discourse.taggers.pipeline import Taggers


def test_a_run_holds_every_comment_once_with_its_tags(dump, undisturbed):
    rows = [json.loads(line) for line in dump.read_text().splitlines()]
    found = tables(undisturbed)
    comments = found["comments"].set_index("comment_id")
    assert len(found["comments"]) == len(comments) == len(rows)
    assert comments.loc[[r["id"] for r in rows], "text"].tolist() == [r["text"] for r in rows]
    assert comments["toxicity"].notna().all() and comments["stance_article"].notna().all()
    assert comments["stance_parent"].notna().sum() == sum("parent_id" in r for r in rows)
    assert list(comments.reset_index().columns[: len(TAGGED_COMMENT_SCHEMA)]) == TAGGED_COMMENT_SCHEMA.names
    assert comments.loc["c7", "votes"] == rows[7]["votes"]
    assert json.loads(comments.loc["c7", "tags"]) == ["a", 7]
    assert len(found["articles"]) == found["articles"].article_id.nunique() == 25
    for span in found["spans"].itertuples():
        assert comments.loc[span.comment_id, "text"][span.start : span.end] == span.surface


def test_the_tags_are_those_of_tagging_without_a_run(dump, undisturbed):
    from discourse.api import read

    taggers = Taggers(load(None))
    for direct, stored in zip(read(str(dump)), Run.open(undisturbed).discussions(), strict=True):
        tagged = taggers.tag(direct)
        assert stored.article == tagged.article
        assert stored.comments == tagged.comments
        assert [c.extra for c in stored.comments] == [c.extra for c in tagged.comments]
        for one, other in zip(stored.tags, tagged.tags, strict=True):
            for name in TAG_COLUMNS:
                assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-6)
        assert sorted((s.comment_id, s.start) for s in stored.spans) == sorted(
            (s.comment_id, s.start) for s in tagged.spans
        )


def test_the_manifest_says_what_was_done(dump, undisturbed):
    manifest = json.loads((undisturbed / "manifest.json").read_text())
    comments = tables(undisturbed)["comments"]
    assert manifest["complete"] is True
    assert manifest["counts"]["comments"] == 1000 and manifest["counts"]["rejects"] == 0
    assert manifest["counts"]["labels"]["toxic"]["toxic"] == comments.toxic.sum()
    assert manifest["counts"]["labels"]["stance_article"] == comments.stance_article.value_counts().to_dict()
    assert manifest["sources"][0]["path"] == str(dump) and len(manifest["sources"][0]["sha256"]) == 64
    assert all(len(manifest["models"][name]["sha256"]) == 64 for name in ("stance", "toxicity", "profanity"))
    assert 0 < manifest["thresholds"]["toxicity"]["threshold"] < 1
    assert manifest["parameters"]["target"] is None and manifest["tool"]["version"]
    assert not (undisturbed / ".work").exists()
    assert (undisturbed / "rejects.jsonl").read_text() == ""


def test_one_and_two_workers_give_identical_tables(dump, settings, undisturbed, tmp_path):
    assert score([str(dump)], tmp_path / "run", replace(settings, workers=2)).complete
    assert same(tmp_path / "run", undisturbed)


def test_the_shard_size_changes_no_row(dump, settings, undisturbed, tmp_path):
    assert score([str(dump)], tmp_path / "run", replace(settings, shard_comments=37)).complete
    assert len(list((tmp_path / "run/comments").glob("*.parquet"))) > 15
    assert same(tmp_path / "run", undisturbed)


def test_a_complete_run_is_not_scored_again(dump, settings, undisturbed):
    def never(job):
        raise AssertionError("scored again")

    before = {p: p.stat().st_mtime_ns for p in undisturbed.rglob("*.parquet")}
    outcome = score([str(dump)], undisturbed, replace(settings, load=never))
    assert outcome.complete and outcome.scored_now == 0
    assert {p: p.stat().st_mtime_ns for p in undisturbed.rglob("*.parquet")} == before


def test_threads_are_never_cut(tmp_path, settings):
    rows = [
        {"id": f"{i}", "parent_id": f"{i - 1}" if i % 90 else None, "text": f"text {i}"} for i in range(450)
    ]
    source = tmp_path / "deep.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)))
    score([str(source)], tmp_path / "run", settings)
    parts = [
        pq.read_table(p).column("root_id").to_pylist() for p in sorted((tmp_path / "run/comments").iterdir())
    ]
    assert len(parts) == 5
    assert sum(len(set(part)) for part in parts) == 5


def test_equal_ids_in_two_sources_are_kept_apart(tmp_path, settings):
    for name in ("one", "two"):
        rows = [
            {"id": "1", "text": f"first of {name}"},
            {"id": "2", "parent_id": "1", "text": f"damn {name}"},
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    sources = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]
    score(sources, tmp_path / "run", settings)
    both = list(Run.open(tmp_path / "run").discussions())
    assert [d.comments[1].text for d in both] == ["damn one", "damn two"]
    assert [len(d.spans) for d in both] == [1, 1]
    alone = []
    for source, name in zip(sources, "ab", strict=True):
        score([source], tmp_path / name, settings)
        alone += Run.open(tmp_path / name).discussions()
    assert [d.tags for d in alone] == [d.tags for d in both]


def test_a_target_per_row_and_for_all(tmp_path, settings):
    rows = [{"id": "1", "text": "a", "target": "own"}, {"id": "2", "text": "b"}]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    score([str(tmp_path / "d.jsonl")], tmp_path / "run", replace(settings, target="for all"))
    assert tables(tmp_path / "run")["comments"].target.tolist() == ["own", "for all"]
    assert Run.open(tmp_path / "run").target == "for all"


def test_extra_columns_of_mixed_kinds_have_one_type(tmp_path, settings):
    rows = [
        {"id": "1", "text": "a", "n": 1, "mixed": 1, "toxicity": "old", "big": 2**70},
        {"id": "2", "text": "b", "n": 1.5, "mixed": "x", "list": [1]},
        {"id": "3", "text": "c", "mixed": True, "list": {"a": None}},
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    score([str(tmp_path / "d.jsonl")], tmp_path / "run", replace(settings, shard_comments=1))
    comments = tables(tmp_path / "run")["comments"]
    assert comments.n.tolist()[:2] == [1.0, 1.5]
    assert comments.mixed.tolist() == ["1", "x", "true"]
    assert comments.source_toxicity.tolist()[0] == "old" and comments.toxicity.notna().all()
    assert comments.big.tolist()[0] == str(2**70)
    extras = [d.comments[0].extra for d in Run.open(tmp_path / "run").discussions()]
    assert extras[0]["toxicity"] == "old"


def test_very_many_extra_columns_lose_nothing(tmp_path, settings):
    rows = [{"id": str(i), "text": "a", f"column {i}": i} for i in range(300)]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    score([str(tmp_path / "d.jsonl")], tmp_path / "run", settings)
    discussion = next(Run.open(tmp_path / "run").discussions())
    assert [dict(c.extra) for c in discussion.comments] == [{f"column {i}": i} for i in range(300)]


def test_broken_unicode_is_repaired_not_lost(tmp_path, settings):
    (tmp_path / "d.jsonl").write_text('{"id": "1", "text": "half \\ud83d of a sign", "note": "\\udc00"}\n')
    score([str(tmp_path / "d.jsonl")], tmp_path / "run", settings)
    assert tables(tmp_path / "run")["comments"].text.tolist()[0].startswith("half ")


def test_a_source_without_comments_gives_tables_without_rows(tmp_path, settings):
    seed = "A page of text.\n\nIt has two paragraphs, and nobody wrote anything below it.\n"
    (tmp_path / "page.html").write_text(
        f"<html><title>T</title><body><article><p>{seed * 9}</article></body></html>"
    )
    score([str(tmp_path / "page.html")], tmp_path / "run", settings)
    found = tables(tmp_path / "run")
    assert len(found["comments"]) == 0 and len(found["articles"]) == 1
    assert len(list(Run.open(tmp_path / "run").discussions())) == 1


def test_standard_input_goes_on_too(dump, settings, undisturbed, tmp_path, monkeypatch):
    import io
    import sys

    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(dump.read_bytes())))
        outcome = score(["-"], tmp_path / "run", settings)
    assert outcome.complete and outcome.scored_now == 0
    ours, theirs = tables(tmp_path / "run")["comments"], tables(undisturbed)["comments"]
    pd.testing.assert_frame_equal(ours, theirs)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "another"}\n')))
    with pytest.raises(UsageError, match="source - has changed"):
        score(["-"], tmp_path / "run", settings)


def test_status_of_a_run_that_is_under_way(dump, settings, tmp_path):
    class Peek(Silent):
        seen = []

        def scoring(self, done, total, rejected):
            self.seen.append(status(tmp_path / "run"))

    score([str(dump)], tmp_path / "run", settings, watcher=Peek())
    states = {s.state for s in Peek.seen}
    assert states == {"running"}
    assert [s.done for s in Peek.seen] == sorted(s.done for s in Peek.seen)
    assert Peek.seen[0].done == 0 and Peek.seen[-1].done == Peek.seen[-1].total == 1000
    assert any(s.seconds_left is not None for s in Peek.seen)
    assert status(tmp_path / "run").state == "complete"


def test_no_run_folder_is_said_to_be_none(tmp_path):
    with pytest.raises(UnreadableSource, match="no run folder"):
        status(tmp_path)
    with pytest.raises(UnreadableSource, match="no run folder"):
        Run.open(tmp_path)


def test_a_run_folder_that_is_not_there_is_told_from_one_without_a_run(tmp_path):
    (tmp_path / "file").write_text("x")
    for opened in (status, Run.open):
        with pytest.raises(
            UnreadableSource, match=r"there is no such folder; `discourse score SOURCE --out \S+/nix`"
        ):
            opened(tmp_path / "nix")
        with pytest.raises(UnreadableSource, match="no manifest.json in it; name the folder"):
            opened(tmp_path)
        with pytest.raises(UnreadableSource, match="no run folder but a file"):
            opened(tmp_path / "file")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_pages_and_pieces_come_back_whole(tmp_path, count):
    source = write_dump(tmp_path / "d.jsonl", 120, article=60)
    score([str(source)], tmp_path / "run", Settings(load=load, shard_comments=count))
    whole = list(Run.open(tmp_path / "run").discussions())
    assert [len(d.comments) for d in whole] == [60, 60]
    assert all([c.position for c in d.comments] == list(range(60)) and d.tagged for d in whole)


def test_sources_that_share_a_name_stay_apart(tmp_path):
    for folder, word in (("x", "one"), ("y", "two")):
        (tmp_path / folder).mkdir()
        rows = [{"id": n, "parent_id": n - 1 or None, "text": f"{word} {n}"} for n in (1, 2)]
        (tmp_path / folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    sources = [str(tmp_path / folder / "a.jsonl") for folder in ("x", "y")]
    outcome = score(sources, tmp_path / "run", Settings(load=load))
    found = list(Run.open(tmp_path / "run").discussions())
    assert [d.article.article_id for d in found] == ["a", "a~2"]
    assert [[(c.article_id, c.text) for c in d.comments] for d in found] == [
        [("a", "one 1"), ("a", "one 2")],
        [("a~2", "two 1"), ("a~2", "two 2")],
    ]
    assert outcome.intake.repairs == {"article ids made unique": 1}


@pytest.mark.parametrize("lost", range(6))
def test_a_run_with_a_part_missing_puts_no_comment_under_another_article(lost, tmp_path):
    source = write_dump(tmp_path / "d.jsonl", 60, article=20)
    score([str(source)], tmp_path / "run", Settings(load=load, shard_comments=8))
    whole = {d.article.article_id: d for d in Run.open(tmp_path / "run").discussions()}
    for table in ("articles", "comments", "spans"):
        parts = sorted((tmp_path / "run" / table).glob("part-*"))
        parts[lost].unlink()
    comments, bare, noted = 0, lost == 0, False
    for piece in Run.open(tmp_path / "run", partial=True).pieces():
        article = whole[piece.article.article_id]
        if piece.article != article.article:
            assert (piece.article.title, piece.article.text) == (None, "")
            bare = True
            noted |= piece.notes == (NOT_THERE,)
        assert set(piece.comments) <= set(article.comments)
        comments += len(piece.comments)
    assert comments == len(tables(tmp_path / "run")["comments"]) < 60
    assert noted == bare


def test_a_run_is_no_source(undisturbed, settings, tmp_path):
    from discourse import api

    for read in (
        lambda: score([str(undisturbed)], tmp_path / "again", settings),
        lambda: api.read(str(undisturbed)),
        lambda: list(api.stream(undisturbed)),
    ):
        with pytest.raises(UsageError, match="is a run folder.*discourse report.*discourse export"):
            read()
    assert not (tmp_path / "again").exists()


def test_a_start_that_failed_binds_its_folder_to_nothing(dump, settings, undisturbed, tmp_path):
    def missing(job):
        raise ModelError("not there")

    with pytest.raises(ModelError):
        score([str(dump)], tmp_path / "run", replace(settings, load=missing, target="Trams are noisy"))
    assert score([str(dump)], tmp_path / "run", settings).complete
    assert same(undisturbed, tmp_path / "run")
    with pytest.raises(
        UsageError, match="holds another run: parameter target was not set, is 'Trams are noisy'"
    ):
        score([str(dump)], tmp_path / "run", replace(settings, target="Trams are noisy"))


def test_a_checkpoint_is_the_same_however_it_is_named():
    from discourse.batch.fingerprint import differences

    def run(model, digest):
        return {
            "tool_version": "1",
            "models": {"toxicity": {"model": model, "sha256": digest}},
            "parameters": {},
            "sources": [],
        }

    assert differences(run("copy", "a" * 64), run("./copy", "a" * 64)) == []
    assert differences(run("copy", "a" * 64), run("copy", "b" * 64)) == [
        "model toxicity was copy (aaaaaaaaaaaa), is copy (bbbbbbbbbbbb)"
    ]
    assert differences(run("original", None), run("unbiased", None))


def test_a_threshold_of_toxicity_is_part_of_the_run(dump, settings, undisturbed, tmp_path):
    assert score([str(dump)], tmp_path / "run", replace(settings, toxicity_threshold=0.9)).complete
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert (
        manifest["thresholds"]["toxicity"]["threshold"] == manifest["parameters"]["toxicity_threshold"] == 0.9
    )
    assert "toxicity_threshold" not in json.loads((undisturbed / "manifest.json").read_text())["parameters"]
    with pytest.raises(UsageError, match=r"parameter toxicity_threshold was 0.9, is not set"):
        score([str(dump)], tmp_path / "run", settings)


class Counts(Silent):
    """Notes what is counted, and stops before anything is scored."""

    def counting(self, unit):
        self.unit = unit

    def scoring(self, done, total, rejected):
        self.total = total
        raise RuntimeError("stop")


@pytest.mark.parametrize(
    ("pages", "comments", "unit", "said"),
    [
        (1, 0, "line", "4 lines"),
        (0, 1, "comment", "1 comment"),
        (1, 1, "comment or line", "5 comments and lines"),
    ],
)
def test_what_is_not_known_to_be_comments_is_counted_as_lines(
    tmp_path, settings, pages, comments, unit, said
):
    (tmp_path / "page.txt").write_text("A headline\n\nOne remark here.\n\nAnother one.\n\nA third.\n")
    write_dump(tmp_path / "d.jsonl", 1)
    sources = [str(tmp_path / "page.txt")] * pages + [str(tmp_path / "d.jsonl")] * comments
    counts = Counts()
    with pytest.raises(RuntimeError, match="stop"):
        score(sources, tmp_path / "run", settings, watcher=counts)
    assert (counts.unit, counted(counts.total, counts.unit)) == (unit, said)
    found = status(tmp_path / "run")
    assert (found.unit, found.total) == (unit, counts.total)
    assert f"0 of {said} (0%)" in lines("run", found)[1] and lines("run", found)[2].endswith(f" {said}")
