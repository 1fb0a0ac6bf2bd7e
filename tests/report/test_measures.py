"""Which comments each figure is a share of: places in the tree, ties of an author, what was looked for at all."""

from __future__ import annotations

from dataclasses import replace

from report_samples import comment, discussion, flat, tags

from discourse.report import summarize
from discourse.schema import Judged


def test_an_orphan_is_no_top_level_comment_inferred_to_be_one():
    orphan = comment(1, parent_source="orphan", parent_confidence=0.0)
    doubtful = comment(2, parent_source="content", parent_confidence=0.4)
    page = discussion([(c, tags("n")) for c in (comment(0), orphan, doubtful)])
    assert summarize(page)["structure"]["top_level"] == {
        "n": 3,
        "n_inferred": 1,
        "n_unsure": 1,
        "n_orphan": 1,
    }


def test_the_last_depth_holds_the_fourth_and_all_below():
    rows = [(comment(i, i - 1 if i else None, i + 1, 0), tags("n", toxicity=0.9)) for i in range(6)]
    depths = summarize(discussion(rows))["toxicity"]["by_depth"]
    assert {name: part["toxic"]["n"] for name, part in depths.items()} == {"1": 1, "2": 1, "3": 1, "4+": 3}


def test_an_author_as_often_for_as_against_goes_by_the_likelier_side():
    weak = {"stance_article_favor": 0.5, "stance_article_against": 0.4}
    rows = [(comment(0, author="ann"), tags("f", **weak)), (comment(1, author="ann"), tags("a"))]
    counted = summarize(discussion(rows))["split"]["authors"]["counted"]
    assert {side: part["count"] for side, part in counted.items()} == {"favor": 0, "against": 1, "none": 0}


def test_profanity_is_a_share_of_the_comments_in_which_it_was_looked_for():
    page = discussion([(comment(0), tags("n", n_masked=1)), (comment(1), tags("n"))])
    page = replace(page, tags=(page.tags[0], replace(page.tags[1], n_masked=None, text_masked=None)))
    masked = summarize(page)["profanity"]["masked"]["comments"]
    assert (masked["count"], masked["n"]) == (1, 1)


def test_of_two_as_sure_of_their_side_the_civil_one_speaks_first():
    rows = [(comment(0), tags("f", toxicity=0.4)), (comment(1), tags("f", toxicity=0.1))]
    speakers = summarize(discussion(rows))["speakers"]["favor"]
    assert [s["comment_id"] for s in speakers] == ["c1", "c0"]


def test_a_comment_on_which_people_are_evenly_split_counts_half_to_either():
    judged = {f"c{i}": Judged(stance_article=("favor", "against")) for i in range(6)}
    split = summarize(flat("ffffff"), judged=judged)["split"]["all"]
    assert split["review"]["counts"] == {"favor": 3, "against": 3, "none": 0}
    assert split["review"]["n_split"] == 6
    assert split["reviewed"]["favor"]["share"] == split["reviewed"]["against"]["share"] == 0.5


def test_a_majority_is_said_only_where_its_interval_bears_it_out():
    figures = summarize(flat("a" * 62 + "f" * 20 + "n" * 18))
    against = figures["split"]["all"]["expected"]["against"]
    assert against["low"] < 0.5 < against["share"]
    assert figures["headline"].startswith("More comments are against the article than for it")
