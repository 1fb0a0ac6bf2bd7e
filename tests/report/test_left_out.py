"""What has no part in the figures, or is too little for them: removed comments, small pages, words over and over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from report_samples import comment, discussion, flat, tags
from test_camps_and_drift import reading_of
from test_terminal import printed

import discourse
from discourse.claims import Claim, ClaimRead, TakenUp
from discourse.report import summarize
from discourse.report.html.article import article_page
from discourse.report.html.overview import Entry, overview_page
from discourse.report.index import Index, is_removed
from discourse.report.output import to_json
from discourse.report.prevalence import Quantifier
from discourse.report.wording import mostly_prior
from discourse.schema import Judged, Span
from discourse.taggers.camps import Ties

BUNDLED = json.loads(
    (Path(discourse.__file__).parents[1] / "models/stance/prevalence.json").read_text("utf-8")
)
GONE = ("[deleted]", "[removed]", " [Removed by moderator] ")


def with_removed(mark: dict | None = None, text: str = "[removed]"):
    """c0 for, c1 removed below it, c2 against below that, c3 against; c1 is tagged like any other."""
    rows = [
        (comment(0, author="ann"), tags("f")),
        (comment(1, 0, 2, 0, author="bob", text=text, extra=mark or {}), tags("n", "-", 0.9, n_masked=1)),
        (comment(2, 1, 3, 0, author="cat"), tags("a", "-", 0.2)),
        (comment(3, author="dan"), tags("a")),
    ]
    return discussion(rows, (Span("c1", 1, 4, "r*m", None, "masked", 0.9),))


@pytest.mark.parametrize("text", GONE)
def test_what_stands_in_place_of_a_comment_says_that_it_was_removed(text):
    assert is_removed(comment(0, text=text))
    assert not is_removed(comment(0, text="He was [removed] from office"))


@pytest.mark.parametrize("mark", [{"deleted": True}, {"removed": True}])
def test_a_mark_of_the_source_says_it_whatever_the_text(mark):
    assert is_removed(comment(0, extra=mark))
    assert not is_removed(comment(0, extra=dict.fromkeys(mark, False)))
    page = with_removed(mark, "a text of more than eight words that the source still holds")
    assert summarize(page)["split"]["all"]["n"] == 3


def test_removed_comments_have_no_part_in_the_figures():
    figures = summarize(with_removed(), reading=reading_of(with_removed()), ties=Ties(graph=False))
    counts = figures["comments"]
    assert (counts["n"], counts["n_removed"], counts["n_answers_to_removed"], counts["n_authors"]) == (
        4,
        1,
        1,
        3,
    )
    split = figures["split"]
    assert [split[key]["n"] for key in ("all", "top_level", "authors")] == [3, 2, 3]
    assert split["all"]["counted"]["none"]["count"] == 0 and split["all"]["n_not_tagged"] == 0
    toxicity = figures["toxicity"]
    assert (toxicity["toxic"]["n"], toxicity["toxic"]["count"], toxicity["toxicity"]["n"]) == (3, 0, 3)
    assert toxicity["by_depth"]["2"]["toxic"]["n"] == 0 and toxicity["labels"]["threat"]["n"] == 0
    agreement = figures["agreement"]
    assert (agreement["n"], agreement["n_not_tagged"], agreement["crossing"]["of_replies"]["n"]) == (0, 0, 0)
    assert figures["camps"]["n"] == 3 and figures["camps"]["counts"]["none"] == 0
    assert figures["camps"]["comments"][1]["side"] is None and figures["camps"]["conflict"]["n"] == 0
    assert figures["profanity"]["masked"]["comments"]["n"] == 3
    assert figures["profanity"]["masked"]["n_spans"] == 0 and figures["profanity"]["masked"]["spans"] == []
    assert figures["drift"]["on_topic"]["n"] == 3
    assert figures["sharpest"]["n_disagreeing"] == 0
    assert not any("have no stance" in warning for warning in figures["warnings"])
    quoted = [q["comment_id"] for key in ("speakers", "central", "typical") for q in figures[key]["against"]]
    assert "c1" not in quoted


def test_masked_words_of_removed_comments_are_not_counted_without_spans_either():
    page = with_removed()
    masked = summarize(discussion(list(zip(page.comments, page.tags, strict=True))))["profanity"]["masked"]
    assert (masked["n_spans"], masked["comments"]["count"]) == (0, 0)


def test_a_removed_comment_is_about_no_claim():
    claim = ClaimRead(Claim("Ann Lee", "It is unsafe", True, 0), 1, (TakenUp(1, True, "support", 0.7),))
    page = with_removed()
    claims = summarize(page, reading=reading_of(page, claims=[claim]))["claims"]
    assert claims["n_taken_up"] == 0 and claims["items"][0]["draws"] == "nothing"


def test_what_people_say_of_removed_comments_is_left_out():
    judged = {f"c{i}": Judged(("none",), ("agree",), (True,)) for i in range(4)}
    figures = summarize(with_removed(), judged=judged)
    assert figures["split"]["all"]["review"]["n"] == figures["toxicity"]["review"]["n"] == 3


def test_removed_comments_stay_in_the_tree_without_side_or_toxicity():
    page = with_removed()
    tree = printed(page).split("Reply tree")[1]
    assert " 4      └╴bob  [removed]" in tree and " 5  −     └╴cat" in tree
    assert Index(page).tags[1].text_masked is not None  # what covers profanity is kept
    columns = article_page(page, summarize(page))
    assert '"stance":[0,null,1,1]' in columns and '"toxic":[0,null,0,0]' in columns


def test_the_report_says_how_many_were_left_out_and_why():
    page = with_removed()
    figures = summarize(page)
    said = (
        "1 comment was deleted or removed: it stands in the tree, but has no part in the figures, as nobody can read "
        "what was said; nor in agreement has the comment that answers it"
    )
    assert said in figures["warnings"]
    assert any(w.startswith("only 3 comments, under 30") for w in figures["warnings"])
    text = " ".join(printed(page).split())
    assert said in text and "3 authors; 1 deleted or removed" in text
    assert said in article_page(page, figures) and "by 3 authors; 1 deleted or removed" in article_page(
        page, figures
    )
    two = [(comment(i, text="[deleted]"), tags("n")) for i in range(2)] + [(comment(2), tags("a"))]
    assert any(
        w.startswith("2 comments were deleted or removed: they stand")
        for w in summarize(discussion(two))["warnings"]
    )
    assert not any("removed" in w for w in summarize(flat("fa"))["warnings"])


@pytest.mark.parametrize(
    ("n", "start"), [(1, "The one comment was"), (2, "Both comments were"), (3, "All 3 comments were")]
)
def test_where_all_are_removed_nothing_is_told(n, start):
    page = discussion([(comment(i, text="[deleted]"), tags("n")) for i in range(n)])
    figures = summarize(page, confusion=BUNDLED)
    assert figures["headline"] == f"{start} deleted or removed: there is nothing to tell of readers."
    assert "Stance was not tagged" in printed(page)
    to_json(figures)
    assert article_page(page, figures)


# Small pages


@pytest.mark.parametrize("sides", ["aaaa", "aafn", "n" * 29, "fa" * 10])
def test_few_comments_give_no_shares_in_the_headline_and_say_so_over_the_table(sides):
    page = flat(sides)
    figures = summarize(page, confusion=BUNDLED)
    split = figures["split"]["all"]
    assert (
        split["mostly_prior"] is True and split["corrected"]["against"]["share"] > 0
    )  # JSON keeps its figures
    assert figures["headline"].startswith("Too few comments on the article to tell how readers split: of ")
    assert "%" not in figures["headline"] and "single labels are often wrong" in figures["headline"]
    said = "Too few comments to tell: the shares below are mostly what pages in general are like"
    text = printed(page, figures=figures)
    assert said in " ".join(text.split())
    assert text.index("! Too few") < text.index("All comments (")
    assert said in article_page(page, figures)


def test_the_headline_of_few_comments_counts_their_labels():
    headlines = [summarize(flat(sides), confusion=BUNDLED)["headline"] for sides in ("aaaa", "nffff")]
    assert "of 4, 4 are labelled against; single" in headlines[0]
    assert "of 5, 4 are labelled for, 1 neither; single" in headlines[1]


def test_many_comments_have_their_shares():
    page = flat("n" * 30 + "fa" * 10)
    figures = summarize(page, confusion=BUNDLED)
    assert figures["split"]["all"]["mostly_prior"] is False and "an estimated" in figures["headline"]
    assert "Too few" not in printed(page, figures=figures) and "Too few" not in article_page(page, figures)


def test_a_classifier_that_errs_little_tells_by_few_comments():
    sharp = Quantifier.of([[99, 1, 1], [1, 99, 1], [1, 1, 99]])
    assert sharp.tells(6) and not sharp.tells(1)
    assert not Quantifier.of([[9, 9, 9]] * 3).tells(29)  # labels that say nothing, however many
    figures = summarize(flat("aaaaaa"), confusion=[[99, 1, 1], [1, 99, 1], [1, 1, 99]])
    assert figures["split"]["all"]["mostly_prior"] is False and "an estimated" in figures["headline"]


def test_uncorrected_shares_and_those_by_people_are_of_these_comments():
    assert summarize(flat("aaaa"))["split"]["all"]["mostly_prior"] is False
    judged = {f"c{i}": Judged(("against",)) for i in range(4)}
    assert summarize(flat("aaaa"), confusion=BUNDLED, judged=judged)["split"]["all"]["mostly_prior"] is False


def test_only_the_parts_of_few_comments_are_named():
    rows = [(comment(0), tags("f")), (comment(1), tags("a"))]
    rows += [(comment(i, 0, 2, 0), tags("n", "=")) for i in range(2, 40)]
    split = summarize(discussion(rows), confusion=BUNDLED)["split"]
    assert mostly_prior(split, ("all", "top_level", "authors")).startswith(
        "Too few top-level comments to tell"
    )
    assert mostly_prior(split, ("all",)) == ""


def test_one_comment_has_no_table_of_shares():
    page = flat("a")
    figures = summarize(page, confusion=BUNDLED)
    text, html = printed(page, figures=figures), article_page(page, figures)
    assert "One comment shows no split." in text and "All comments (1)" not in text
    assert "One comment shows no split." in html and 'data-chart="split-all"' not in html
    assert "Authors (1)" not in text and "Shares corrected" not in text
    assert figures["split"]["all"]["corrected"] is not None
    rows = [(comment(0), tags("f")), (comment(1, 0, 2, 0), tags("a", "-"))]
    pair = printed(discussion(rows), figures=summarize(discussion(rows), confusion=BUNDLED))
    assert "All comments (2)" in pair and "Top-level comments (1)" not in pair


def test_the_overview_shows_no_shares_of_few_comments():
    pages = [flat("aaaa"), flat("n" * 40), flat("f")]
    entries = [Entry.of(p, summarize(p, confusion=BUNDLED), "x.html") for p in pages]
    assert [e.few for e in entries] == [True, False, True]
    assert overview_page(entries).count(">too few<") == 6
    assert "Too few:" in overview_page(entries) and "Too few:" not in overview_page(entries[1:2])


# Typical comments


def test_a_comment_of_one_word_over_and_over_is_not_typical():
    texts = (
        "Whatever. " + "very " * 800,
        "This is a plan of which I do not think much.",
        "No, no, no way is this any good at all.",
    )
    page = discussion([(comment(i, text=text), tags("a")) for i, text in enumerate(texts)])
    reading = reading_of(page)
    reading.vectors[:] = np.array([1, 0, 0], np.float32)
    typical = summarize(page, reading=reading)["typical"]
    assert [q["comment_id"] for q in typical["against"]] == ["c1", "c2"]
    assert "not one word over and over" in typical["criterion"]


def test_short_comments_are_typical_only_where_there_are_no_longer_ones_as_is_said():
    page = discussion([(comment(0, text="Agreed."), tags("a")), (comment(1, text="so so so"), tags("a"))])
    typical = summarize(page, reading=reading_of(page))["typical"]
    assert [q["comment_id"] for q in typical["against"]] == ["c0"]
    assert "8 words or more where there are such" in typical["criterion"]
