"""POST /v1/tag: whole threads in, the rows of a run out."""

import pandas as pd
import pytest
from serve_stubs import load, number

from discourse.batch import Settings, score
from discourse.schema.tables import ARTICLE_SCHEMA, SPAN_SCHEMA, TAGGED_COMMENT_SCHEMA
from discourse.serve.scorer import TURN, TURN_CHARACTERS, turns
from discourse.taggers.base import Reading

ARTICLE = {"article_id": "a1", "title": "The council should ban cars", "text": "It met on Monday."}
COMMENTS = [
    {"comment_id": "2", "parent_id": "1", "text": "no, damn it", "votes": 4, "author": "x"},
    {"comment_id": "1", "text": "<p>yes &amp; now</p>", "posted_at": "2026-03-04T05:06:07Z"},
    {"comment_id": "3", "parent_id": "gone", "text": "who knows", "deep": {"a": [1, None]}},
    {"comment_id": "4", "text": ""},
]


def test_rows_are_those_of_a_run(served, tmp_path):
    status, _, answer = served.ask("POST", "/v1/tag", {"articles": [ARTICLE], "comments": COMMENTS})
    assert status == 200
    lines = [
        {"kind": "article", "url": None, "published_at": None} | ARTICLE,
        *({"article_id": "a1"} | comment for comment in COMMENTS),
    ]
    pd.DataFrame(lines).to_json(tmp_path / "d.jsonl", orient="records", lines=True)
    score([str(tmp_path / "d.jsonl")], tmp_path / "run", Settings(load=lambda job: load()))
    run = pd.read_parquet(tmp_path / "run" / "comments").set_index("comment_id")
    assert [row["comment_id"] for row in answer["comments"]] == ["1", "2", "3"]
    for row in answer["comments"]:
        assert set(TAGGED_COMMENT_SCHEMA.names) <= set(row)
        expected = run.loc[row["comment_id"]]
        for name in set(TAGGED_COMMENT_SCHEMA.names) - {"comment_id", "posted_at"}:
            if pd.isna(expected[name]):
                assert row[name] is None, name
            elif isinstance(row[name], float):
                assert row[name] == pytest.approx(expected[name], abs=1e-6), name
            else:
                assert row[name] == expected[name], name
    assert answer["comments"][0]["posted_at"] == "2026-03-04T05:06:07Z"
    assert answer["comments"][0]["text"] == "yes & now"
    assert answer["comments"][1]["votes"] == 4
    assert answer["comments"][2]["parent_source"] == "orphan"
    assert set(ARTICLE_SCHEMA.names) <= set(answer["articles"][0])
    assert set(SPAN_SCHEMA.names) <= set(answer["spans"][0])
    assert (answer["spans"][0]["comment_id"], answer["spans"][0]["start"]) == ("2", 4)
    assert answer["rejects"] == [{"row": 3, "comment_id": None, "reason": "no text"}]


def test_stance_is_toward_the_target_given(served):
    comments = [{"comment_id": "1", "article_id": "b", "text": "yes"}, {"comment_id": "2", "text": "yes"}]
    articles = [ARTICLE, {"article_id": "b", "target": "Dogs should be banned"}]
    body = {"articles": articles, "comments": comments, "target": "Cars should be banned"}
    _, _, answer = served.ask("POST", "/v1/tag", body)
    found = {row["article_id"]: (row["target"], row["stance_article_favor"]) for row in answer["comments"]}
    for article, target in (("b", "Dogs should be banned"), ("a1", "Cars should be banned")):
        assert found[article] == (target, pytest.approx(number("yes", target, 0), abs=1e-6))


def test_targets_and_comments_find_their_article_however_its_id_is_written(served):
    articles = [
        {"article_id": " 7.0 ", "target": "Cars should be banned"},
        {"article_id": "b\u200b", "target": "Dogs should be banned"},
    ]
    comments = [
        {"comment_id": str(i), "article_id": article, "text": "yes"}
        for i, article in enumerate(["7", 7.0, "null", "  ", None, "b"])
    ]
    _, _, answer = served.ask("POST", "/v1/tag", {"articles": articles, "comments": comments})
    found = {row["comment_id"]: (row["article_id"], row["target"]) for row in answer["comments"]}
    first, second = ("7", "Cars should be banned"), ("b", "Dogs should be banned")
    assert found == {**dict.fromkeys("01234", first), "5": second}
    assert [row["article_id"] for row in answer["articles"]] == ["7", "b"]


def test_comments_alone_are_enough(served):
    status, _, answer = served.ask("POST", "/v1/tag", {"comments": [{"text": "hello"}, {"text": "POISON"}]})
    assert status == 200
    assert [row["toxicity"] is None for row in answer["comments"]] == [False, True]
    assert answer["rejects"][0]["reason"].startswith("not tagged: tagger toxicity raised RuntimeError")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"comments": "x"},
        {"comments": [1]},
        {"comments": [{"text": "a"}], "articles": [{"article_id": 7}]},
        {"comments": [{"text": "a"}], "target": 1},
    ],
)
def test_wrong_shapes_are_refused(served, body):
    status, _, answer = served.ask("POST", "/v1/tag", body)
    assert status == 400
    assert answer["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "comments",
    [
        [],
        [{}],
        [{"": ""}],
        [{"text": None}],
        [{"text": {"a": 1}, "comment_id": ["x"], "parent_id": {"$oid": "y"}, "posted_at": 1e300}],
        [{"text": "a", "comment_id": "1", "parent_id": "1"}, {"text": "b", "comment_id": "1"}],
        [{"text": "\x00\x1b[31m", "article_id": ""}, {"text": "a", "kind": "article", "article_id": 3}],
        [
            {
                "text": "a",
                "parent_source": "given",
                "parent_confidence": "much",
                "line_start": "x",
                "depth": [],
            }
        ],
        [{"text": "a", "extra": [[[[[[[[[1]]]]]]]]], "toxicity": 3, "target": {"a": 1}}],
    ],
)
def test_odd_rows_do_no_harm(served, comments):
    status, _, answer = served.ask("POST", "/v1/tag", {"comments": comments})
    assert status in (200, 400), answer


def test_too_many_comments_are_refused(served):
    status, _, answer = served.ask("POST", "/v1/tag", {"comments": [{"text": "a"}] * 2001})
    assert status == 413
    assert answer["error"]["message"].startswith("2,001 comments; at most 2,000 a request.")
    status, _, answer = served.ask("POST", "/v1/tag", {"comments": [{"text": "a" * 1000}] * 1001})
    assert status == 413
    assert answer["error"]["message"].startswith("1,001,000 characters; at most 1,000,000 a request.")


@pytest.mark.parametrize("lengths", [[], [5], [1] * 200, [20_000] * 3, [9000, 9000, 1, 20_000, 1], [1] * 64])
def test_turns_hold_everything_in_order_and_little_at_a_time(lengths):
    readings = [Reading(str(i), "x" * n) for i, n in enumerate(lengths)]
    parts = list(turns(readings))
    assert [r for part in parts for r in part] == readings
    assert parts
    for part in parts:
        assert len(part) <= TURN
        assert len(part) <= 1 or sum(len(r.text) for r in part) <= TURN_CHARACTERS
