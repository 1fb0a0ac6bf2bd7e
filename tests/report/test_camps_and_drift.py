"""Camps, drift, and the comments a discussion turns on, as figures and on a terminal."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from report_samples import comment, discussion, harbour, tags
from rich.console import Console

from discourse.claims import ArticleReading, Claim, ClaimRead, TakenUp
from discourse.report import render, render_shared, summarize
from discourse.taggers.camps import Ties

GRAPH = Ties(same=(0.9, 0.1, 0.5))


def quarrel():
    """Two sides: c0 for; c1 disagrees in words that say nothing; c2 agrees with c1."""
    rows = [
        (comment(0), tags("f")),
        (comment(1, 0, 2, 0), tags("n", "-", toxicity=0.9)),
        (comment(2, 1, 3, 0), tags("n", "+")),
        (comment(3), tags("a")),
    ]
    return discussion(rows)


def reading_of(page, near=None, claims=()):
    n = len(page.comments)
    vectors = np.eye(max(n, 2))[:n].astype(np.float32)
    vectors[1:3] = vectors[1]
    near = np.linspace(1, 0, n) if near is None else np.array(near, float)
    return ArticleReading(list(claims), vectors, near, 0.5)


def test_a_silent_reply_gets_the_side_of_the_graph_and_replies_cross():
    camps = summarize(quarrel(), ties=GRAPH)["camps"]
    assert camps["graph"] and "graph" in camps["method"]
    assert [c["side"] for c in camps["comments"]] == ["favor", "against", "against", "against"]
    assert camps["counts"] == {"favor": 1, "against": 3, "none": 0}
    assert (camps["conflict"]["count"], camps["conflict"]["n"]) == (1, 2)
    assert camps["toxicity"]["crossing"]["count"] == 1
    assert camps["toxicity"]["favor"]["count"] == 0


def test_where_the_graph_did_not_win_words_alone_decide():
    camps = summarize(quarrel(), ties=Ties(graph=False))["camps"]
    assert [c["side"] for c in camps["comments"]] == ["favor", None, None, "against"]
    assert camps["counts"]["none"] == 2
    assert camps["comments"][1]["favor"] == pytest.approx(0.5)


def test_a_reply_crosses_as_likely_from_against_to_for_as_the_other_way():
    for above, below in ("fa", "af"):
        page = discussion([(comment(0), tags(above)), (comment(1, 0, 2, 0), tags(below, "-"))])
        camps = summarize(page, ties=Ties(graph=False))["camps"]
        assert camps["expected_conflict"]["share"] == pytest.approx(0.85 * 0.85 + 0.15 * 0.15)


def test_untagged_comments_have_no_side():
    page = discussion([(comment(0), tags("f"))])
    bare = summarize(page.__class__(page.article, page.comments))["camps"]
    assert bare["n"] == 0 and bare["counts"] == {"favor": 0, "against": 0, "none": 0}
    assert bare["comments"][0]["side"] is None and bare["comments"][0]["favor"] is None


def test_drift_counts_comments_on_topic_by_depth_and_place():
    page = quarrel()
    drift = summarize(page, reading=reading_of(page, [0.9, 0.8, 0.2, 0.1]))["drift"]
    assert drift["on_topic"]["count"] == 2
    assert drift["by_depth"]["1"]["count"] == 1 and drift["by_depth"]["3"]["count"] == 0
    assert [part["count"] for part in drift["by_position"]] == [1, 1, 0, 0]
    assert drift["with_position"] == pytest.approx(-1)
    assert drift["furthest"][0]["comment_id"] == "c3"


def test_central_is_what_others_hang_on_and_typical_what_others_are_like():
    page = quarrel()
    figures = summarize(page, reading=reading_of(page), ties=GRAPH)
    assert [c["comment_id"] for c in figures["central"]["favor"]] == ["c0"]
    assert figures["central"]["favor"][0]["disagreement"] == pytest.approx(0.8)
    assert [c["comment_id"] for c in figures["central"]["against"]] == ["c1"]
    assert {c["comment_id"] for c in figures["typical"]["against"][:2]} == {"c1", "c2"}


def test_comments_too_short_to_tell_are_not_off_topic():
    page = quarrel()
    drift = summarize(page, reading=reading_of(page, [0.9, np.nan, 0.2, 0.1]))["drift"]
    assert (drift["on_topic"]["count"], drift["on_topic"]["n"]) == (1, 3)


def test_a_doubtful_reply_makes_a_comment_less_central():
    unsure = {"parent_source": "content", "parent_confidence": 0.5}
    rows = [
        (comment(0), tags("f")),
        (comment(1, 0, 2, 0, **unsure), tags("n", "+")),
        (comment(2, 1, 3, 0), tags("n", "+")),
    ]
    (first,) = summarize(discussion(rows))["central"]["favor"]
    assert first["score"] == pytest.approx(0.5 * (1 + 0.5 * 1))


def test_without_a_reading_there_is_neither_drift_nor_claims():
    figures = summarize(quarrel())
    assert figures["drift"] is None and figures["typical"] is None and figures["claims"] is None


def test_claims_say_what_they_draw():
    page = quarrel()
    claims = [
        ClaimRead(
            Claim("Ann Lee", "The bridge is unsafe", True, 0), 2, (TakenUp(1, True, "contradict", 0.7),)
        ),
        ClaimRead(Claim("Ann Lee", "Rejected the second plan", False, 1, "reject"), 1),
    ]
    found = summarize(page, reading=reading_of(page, claims=claims))["claims"]
    assert (found["n"], found["n_taken_up"]) == (2, 1)
    assert found["items"][0]["draws"] == "contradiction"
    assert found["items"][0]["comments"] == {"n": 1, "support": 0, "contradict": 1, "neither": 0}
    assert found["items"][0]["examples"][0]["comment_id"] == "c1"
    assert found["items"][1]["draws"] == "nothing"


def test_all_of_it_is_printed_within_the_width_and_is_json():
    page = harbour()
    claims = [
        ClaimRead(Claim("\x1b[31mAnn", "Said \u202ethis " + "x" * 500, True, 0), 1, (TakenUp(0, True),))
    ]
    shared = {
        "n_articles": 2,
        "n_claims": 3,
        "articles": [{"article_id": "1", "title": None, "source": "a.txt"}] * 2,
        "claims": [
            {
                "claim": "x",
                "speaker": "Ann",
                "act": None,
                "quoted": False,
                "n_articles": 2,
                "articles": [0, 1],
            }
        ],
    }
    figures = summarize(page, reading=reading_of(page, claims=claims), shared_claims=shared, ties=GRAPH)
    json.dumps(figures, allow_nan=False)
    console = Console(file=io.StringIO(), width=70)
    render(page, figures, console)
    render_shared(figures["shared_claims"], console)
    output = console.file.getvalue()
    for title in (
        "Camps",
        "What the article claims",
        "Drift",
        "Most central",
        "Most typical",
        "Claims shared",
    ):
        assert title in output
    assert "\x1b" not in output and "\u202e" not in output
    assert max(map(len, output.splitlines())) <= 70


def test_authors_count_once():
    rows = [(comment(i, author="ann"), tags("f")) for i in range(9)]
    rows += [(comment(10 + i, author=name), tags("a")) for i, name in enumerate(("bob", "cat"))]
    split = summarize(discussion(rows))["split"]
    assert split["all"]["counted"]["favor"]["count"] == 9
    assert split["authors"]["counted"]["favor"]["count"] == 1
    assert split["authors"]["counted"]["against"]["count"] == 2
    assert summarize(harbour())["split"]["authors"] is None
