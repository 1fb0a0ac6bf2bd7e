"""The way back: Label Studio's exports and suggested scores become human tags beside the run."""

import json

import pandas as pd
import pytest
from review_samples import annotated, write
from typer.testing import CliRunner

from discourse.cli import app
from discourse.readers import Intake
from discourse.review import import_file
from discourse.schema import UnreadableSource, UsageError


def test_a_round_trip_brings_back_every_tag(run, tasks, comments, tmp_path):
    file = write(tmp_path / "project.json", [annotated(t, i) for i, t in enumerate(tasks)])
    done = import_file(file, run)
    assert (done.stored.total, done.stored.added, done.stored.updated) == (240, 240, 0)
    human = pd.read_parquet(run / "human" / "tags.parquet").set_index("comment_id")
    spans = pd.read_parquet(run / "human" / "spans.parquet")
    ours = comments.set_index("comment_id")
    for name in ("stance_article", "stance_parent", "toxic", "article_id", "target"):
        a, b = human[name].astype(object), ours[name].astype(object)
        assert a.where(a.notna(), None).to_dict() == b.where(b.notna(), None).to_dict(), name
    wanted = pd.read_parquet(run / "spans")
    names = ["comment_id", "start", "end", "surface", "kind", "canonical"]
    assert sorted(map(repr, spans[names].values.tolist())) == sorted(map(repr, wanted[names].values.tolist()))
    assert human.n_spans.sum() == len(wanted)
    again = import_file(file, run)
    assert (again.stored.total, again.stored.added, again.stored.updated) == (240, 0, 0)


def test_json_min_says_the_same_as_json(run, tasks, tmp_path):
    full = [annotated(t, i) for i, t in enumerate(tasks)]
    import_file(write(tmp_path / "a.json", full), run)
    tags = pd.read_parquet(run / "human" / "tags.parquet")
    flat = []
    for task in full:
        (annotation,) = task["annotations"]
        row = task["data"] | {"id": task["id"], "annotator": 1, "annotation_id": task["id"]}
        row |= {name: annotation[name] for name in ("created_at", "updated_at")}
        for result in annotation["result"]:
            if result["type"] == "choices":
                row[result["from_name"]] = result["value"]["choices"][0]
            else:
                row.setdefault("profanity", []).append(result["value"])
        flat.append(row)
    done = import_file(write(tmp_path / "b.json", flat), run)
    assert done.stored.added == 0
    names = ["article_id", "comment_id", "stance_article", "stance_parent", "toxic", "n_spans"]
    stored = pd.read_parquet(run / "human" / "tags.parquet")
    pd.testing.assert_frame_equal(stored[names], tags[names])


def test_a_later_judgement_replaces_and_another_reviewer_adds(run, tasks, tmp_path):
    first = annotated(tasks[0], 1, stance_article="favor")
    import_file(write(tmp_path / "a.json", [first]), run)
    later = annotated(tasks[0], 1, stance_article="against")
    later["annotations"][0]["updated_at"] = "2026-04-02T10:00:00Z"
    done = import_file(write(tmp_path / "b.json", [later]), run)
    assert (done.stored.total, done.stored.added, done.stored.updated) == (1, 0, 1)
    done = import_file(tmp_path / "a.json", run)  # the older export again: the later judgement stays
    assert done.stored.updated == 0
    done = import_file(write(tmp_path / "c.json", [annotated(tasks[0], 2, by={"email": "a@b.org"})]), run)
    assert (done.stored.total, done.stored.added) == (2, 1)
    tags = pd.read_parquet(run / "human" / "tags.parquet").set_index("reviewer")
    assert tags.stance_article["1"] == "against" and "a@b.org" in tags.index


def test_what_cannot_be_used_is_rejected_with_its_reason(run, tasks, tmp_path):
    good = annotated(tasks[0], 0)
    emoji = next(t for t in tasks if t["data"]["text"].startswith("\U0001f4a9"))
    utf16 = annotated(emoji, 9, spans=[])
    at = emoji["data"]["text"].index("damn")
    utf16["annotations"][0]["result"].append(
        {
            "from_name": "profanity",
            "type": "labels",
            "value": {"start": at + 2, "end": at + 6, "text": "damn", "labels": ["plain"]},
        }
    )
    lost = annotated(tasks[1], 1)
    lost["data"] = lost["data"] | {"comment_id": "nobody"}
    edited = annotated(tasks[2], 2)
    edited["data"] = edited["data"] | {"text": edited["data"]["text"] + " and more"}
    for result in edited["annotations"][0]["result"]:
        assert result["type"] != "labels" or result["value"]["end"] <= len(edited["data"]["text"])
    skipped = annotated(tasks[3], 3)
    skipped["annotations"][0]["was_cancelled"] = True
    odd = annotated(tasks[4], 4, stance_article="maybe")
    outside = annotated(tasks[5], 5, spans=[(0, 10**6, "plain")])
    outside["annotations"][0]["result"][-1]["value"].pop("text")
    bare = {"id": 6, "data": tasks[6]["data"], "annotations": []}
    intake = Intake()
    content = [good, utf16, lost, edited, skipped, odd, outside, bare, 7, {"what": 1}]
    done = import_file(write(tmp_path / "a.json", content), run, intake)
    assert done.stored.total == 2 and done.read == 10
    assert dict(intake.rejected) == {
        "an answer to stance_article that is not one of favor, against, none": 1,
        "a mark outside of the text": 1,
        "is no JSON object": 1,
        "is no row of a sheet, no task of Label Studio and no line of suggested scores": 1,
        "the run has no such comment": 1,
        "the comment has another text in the run": 1,
    }
    assert sorted(done.skipped) == [
        "annotations that were skipped in Label Studio",
        "tasks without an annotation",
    ]
    spans = pd.read_parquet(run / "human" / "spans.parquet")
    assert (at, at + 4) in set(zip(spans.start, spans.end, strict=True))


def test_suggested_scores_are_found_by_their_text(run, comments, tmp_path):
    row = comments[comments.text.str.len().between(10, 200)].iloc[20]
    lines = [
        {
            "text": f"  {row.text}\n",
            "attributeScores": {
                "TOXICITY": {"summaryScore": {"value": 0.75, "type": "PROBABILITY"}},
                "INSULT": {"value": 0.5},
                "THREAT": {"summaryScore": {"type": "PROBABILITY"}},  # zero, as protocol buffers write it
                "IDENTITY_ATTACK": {"spanScores": [{"begin": 0, "end": 3, "score": {"value": 0.9}}]},
                "FLIRTATION": {"summaryScore": {"value": 0.1}},
            },
            "time": "2026-04-01T10:00:00Z",
            "communityId": "paper/news",
            "languages": ["en"],
        },
        {"comment": {"text": row.text}, "attributeScores": {"TOXICITY": 0.25}},
        {"text": "never said here", "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.1}}}},
        {"text": row.text, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 7}}}},
        {"text": "", "attributeScores": {}},
    ]
    file = tmp_path / "suggested.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n{broken\n", encoding="utf-8")
    intake = Intake()
    done = import_file(file, run, intake)
    assert intake.n_rejected == 4 and done.skipped == {
        "scores of attributes that no tag stands for": 1,
        "scores of spans alone": 1,
    }
    tags = pd.read_parquet(run / "human" / "tags.parquet").set_index("reviewer")
    mine = tags.loc["paper/news"]
    assert mine.comment_id == comments[comments.text == row.text].comment_id.iloc[0]
    assert (mine.toxicity, mine.insult, mine.threat, bool(mine.toxic)) == (0.75, 0.5, 0, True)
    assert pd.isna(mine.identity_attack)
    assert pd.isna(mine.n_spans) and pd.isna(mine.stance_article)
    assert not tags.loc["suggested"].toxic
    assert import_file(file, run).stored.added == 0


def suggest(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_suggested_scores_of_one_comment_are_put_together(run, comments, tmp_path):
    text = comments[comments.text.str.len().between(10, 200)].iloc[20].text
    said = [
        {"text": text, "attributeScores": {"TOXICITY": 0.9}, "time": "2026-04-01T10:00:00Z"},
        {"text": text, "attributeScores": {"INSULT": 0.8}, "time": "2026-04-02T10:00:00Z"},
    ]
    first = import_file(suggest(tmp_path / "a.jsonl", *said), run)
    assert (first.stored.total, first.stored.added, first.stored.updated) == (1, 1, 0)
    (row,) = pd.read_parquet(run / "human" / "tags.parquet").itertuples()
    assert (row.toxicity, row.insult, bool(row.toxic)) == (pytest.approx(0.9), pytest.approx(0.8), True)
    late = {"text": text, "attributeScores": {"TOXICITY": 0.2}, "time": "2026-04-03T10:00:00Z"}
    early = {"text": text, "attributeScores": {"INSULT": 0.1, "THREAT": 0.3}, "time": "2026-03-01T10:00:00Z"}
    import_file(suggest(tmp_path / "b.jsonl", late, early), run)
    (row,) = pd.read_parquet(run / "human" / "tags.parquet").itertuples()
    assert [row.toxicity, row.insult, row.threat] == pytest.approx([0.2, 0.8, 0.3]) and not row.toxic
    assert import_file(tmp_path / "a.jsonl", run).stored.updated == 0


def test_a_text_that_several_comments_have_is_the_first_ones(run, comments, tmp_path):
    text = comments.text.value_counts().index[0]
    same = comments[comments.text == text].comment_id.tolist()
    assert len(same) > 1
    import_file(suggest(tmp_path / "a.jsonl", {"text": text, "attributeScores": {"TOXICITY": 0.9}}), run)
    assert pd.read_parquet(run / "human" / "tags.parquet").comment_id.tolist() == same[:1]


def test_a_suggestion_without_a_community_is_its_sessions_or_its_tokens(run, comments, tmp_path):
    text = comments[comments.text.str.len().between(10, 200)].iloc[20].text
    line = {"text": text, "attributeScores": {"TOXICITY": 0.9}}
    token, session = {"clientToken": "t"}, {"sessionId": "s", "clientToken": "u"}
    import_file(suggest(tmp_path / "a.jsonl", line | token, line | session, line), run)
    tags = pd.read_parquet(run / "human" / "tags.parquet")
    assert sorted(tags.reviewer) == ["s", "suggested", "t"]


def test_imports_at_the_same_time_lose_nothing(run, comments, tmp_path, monkeypatch):
    import time
    from concurrent.futures import ThreadPoolExecutor

    from discourse.review import store

    read = store.read
    monkeypatch.setattr(store, "read", lambda folder: (read(folder), time.sleep(0.2))[0])
    text = comments[comments.text.str.len().between(10, 200)].iloc[20].text
    files = [
        suggest(
            tmp_path / f"{i}.jsonl",
            {"text": text, "attributeScores": {"TOXICITY": 0.9}, "communityId": f"c{i}"},
        )
        for i in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda file: import_file(file, run), files))
    assert sorted(pd.read_parquet(run / "human" / "tags.parquet").reviewer) == ["c0", "c1", "c2", "c3"]


def test_malformed_answers_are_counted_rejects(run, tasks, tmp_path):
    data = tasks[1]["data"]
    flat = data | {"annotation_id": 1, "annotator": 1}

    def task(number, **changes):
        made = annotated(tasks[1], number)
        made["annotations"][0]["result"][0] |= changes
        return made

    content = [
        annotated(tasks[0], 0, by=[[1]]),
        task(1, from_name=["toxic"]),
        task(2, type={"a": 1}),
        task(3, from_name="toxic", type="choices", value={"choices": [{"a": 1}]}),
        flat | {"profanity": 5},
        flat | {"profanity": "damn"},
        flat | {"toxic": ["toxic"]},
        "DEEP",
    ]
    file = write(tmp_path / "a.json", content)
    depth = 3000  # json.dumps cannot write this itself
    file.write_text(file.read_text().replace('"DEEP"', '{"a": ' * depth + "1" + "}" * depth))
    intake = Intake()
    done = import_file(file, run, intake)
    assert (done.stored.total, done.read, intake.n_rejected) == (1, 8, 7)
    assert dict(intake.rejected) == {
        "a result whose from_name or type is no text": 2,
        "an answer to toxic that is not one of toxic, not toxic": 2,
        "profanity that is no list of marks": 2,
        "is no row of a sheet, no task of Label Studio and no line of suggested scores": 1,
    }
    assert pd.read_parquet(run / "human" / "tags.parquet").reviewer[0] == "annotator"


def test_scoring_again_keeps_what_people_said(run, tasks, tmp_path):
    from export_stubs import load, rows

    from discourse.batch import Settings, score

    import_file(write(tmp_path / "a.json", [annotated(tasks[0], 0)]), run)
    dump = tmp_path / "run.jsonl"
    dump.write_text("\n".join(map(json.dumps, rows())) + "\n", encoding="utf-8")
    assert score([str(dump)], run, Settings(load=load, shard_comments=70), fresh=True).complete
    assert len(pd.read_parquet(run / "human" / "tags.parquet")) == 1


def test_one_clear_line_whatever_goes_wrong(run, tmp_path, command):
    (tmp_path / "empty.json").write_text(" \n")
    (tmp_path / "page.txt").write_text("hello\nthere\n")
    (tmp_path / "cut.json").write_text('[{"data": {"te')
    (tmp_path / "other.json").write_text('[{"a": 1}]')
    for name, words in (
        ("no.json", "cannot be read: No such file"),
        ("empty.json", "is empty"),
        ("page.txt", "is neither JSON nor a sheet"),
        ("cut.json", "cut off or damaged"),
        ("other.json", "nothing in it can be used: is no row of a sheet, no task of Label Studio"),
    ):
        done = command("review", "import", tmp_path / name, run)
        assert done.returncode == 2 and words in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1 and done.stdout == ""
    (run / "human").mkdir()
    for name in ("tags", "spans"):
        (run / "human" / f"{name}.parquet").write_bytes(b"PAR1")
    from discourse.review import agreement

    with pytest.raises(UsageError, match="is damaged"):
        agreement(run)
    with pytest.raises(UnreadableSource, match="no run folder"):
        import_file(tmp_path / "other.json", tmp_path)


def test_the_command_says_where_its_rejects_are(run, tasks, tmp_path):
    file = write(tmp_path / "a.json", [annotated(tasks[0], 0), {"Comment No.": "6"}])
    rejects = tmp_path / "rejects.jsonl"
    found = CliRunner().invoke(app, ["review", "import", str(file), str(run), "--rejects", str(rejects)])
    assert found.exit_code == 1
    assert f"what was rejected is in {rejects}" in found.stderr
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert json.loads(row["excerpt"]) == {"Comment No.": "6"}
