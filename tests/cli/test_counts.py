"""One is said as one."""

from dataclasses import MISSING, fields

from discourse.batch import Status
from discourse.cli import export, score, status
from discourse.export.formats import Changes, Outcome
from discourse.schema.counts import plural


def test_one_and_many():
    assert [plural(n, "reply", "replies") for n in (0, 1, 1200)] == ["0 replies", "1 reply", "1,200 replies"]
    assert plural(1, "article") == "1 article"


def test_what_score_and_export_say_of_one():
    counts = {"comments": 1, "articles": 1, "labels": {}}
    assert (
        score.summary({"counts": counts, "complete": True}, "run")
        == "run: complete, 1 comment under 1 article"
    )
    outcome = Outcome((), {"articles": Changes(1), "comments": Changes(2), "spans": Changes(1, 1, 0)})
    assert export.summary(outcome, "x") == "x: 1 article, 2 comments, 1 span (1 added, 0 updated)"


def test_what_parse_says_of_one(command, tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("comment_id,parent_id,text\n1,,hello there\n")
    done = command("parse", source, "-o", tmp_path / "o.jsonl")
    assert done.returncode == 0
    assert f"wrote 1 article and 1 comment to {tmp_path / 'o.jsonl'}" in done.stderr


def test_what_status_says_of_one():
    given = {
        "state": "running",
        "done": 0,
        "total": 1,
        "shards": 1,
        "shards_done": 0,
        "counts": {},
        "rejected": {},
    }
    missing = [f.name for f in fields(Status) if f.default is MISSING and f.default_factory is MISSING]
    found = Status(**dict.fromkeys(missing) | given)
    assert status.lines("run", found)[1].endswith("0 of 1 comment (0%), 0 of 1 shard")
