"""The figures say what stands in the tags, for any page: none, one, few, many, tagged or not."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from report_samples import ARTICLE, TARGET, comment, discussion, flat, harbour, tags
from rich.console import Console

from discourse.report import render, summarize, write_json
from discourse.report.html.article import article_page
from discourse.report.html.turning import camp_odds
from discourse.report.output import to_json
from discourse.report.wording import interval, links_told, no_exchange, percent
from discourse.schema import Article, Discussion, Span, Tags, UsageError
from discourse.taggers.camps import Ties

CONFUSION = [[60, 15, 25], [15, 65, 20], [20, 25, 55]]


def shares_in(figures: object):
    """Every dictionary with a share, at any depth."""
    if isinstance(figures, dict):
        if "share" in figures:
            yield figures
        for value in figures.values():
            yield from shares_in(value)
    elif isinstance(figures, list):
        for value in figures:
            yield from shares_in(value)


def test_every_share_has_n_low_high_and_lies_between():
    found = list(shares_in(summarize(harbour(), confusion=CONFUSION)))
    assert len(found) > 25
    for figures in found:
        assert {"n", "share", "low", "high", "small_sample"} <= figures.keys()
        if figures["n"]:
            assert 0 <= figures["low"] <= figures["share"] <= figures["high"] <= 1


def test_counts_and_depths():
    figures = summarize(harbour())
    counts = figures["comments"]
    assert (counts["n"], counts["n_top_level"], counts["n_replies"], counts["n_threads"]) == (40, 10, 30, 10)
    assert (counts["max_depth"], counts["n_authors"]) == (3, None)
    structure = figures["structure"]
    assert structure["by_parent_source"] == {"given": 10, "inferred": 30}
    assert [structure[k] for k in ("n", "n_given", "n_inferred", "n_unsure")] == [30, 0, 30, 3]
    assert structure["mean_parent_confidence"] == pytest.approx((27 * 0.9 + 3 * 0.4) / 30)
    assert structure["top_level"] == {"n": 10, "n_inferred": 0, "n_unsure": 0, "n_orphan": 0}


def test_split_counts_labels_and_expects_from_probabilities():
    split = summarize(harbour())["split"]
    assert [split["all"]["counted"][s]["count"] for s in ("favor", "against", "none")] == [13, 17, 10]
    assert [split["top_level"]["counted"][s]["count"] for s in ("favor", "against", "none")] == [3, 7, 0]
    assert split["all"]["expected"]["favor"]["count"] == pytest.approx(13 * 0.8 + 27 * 0.1)
    assert split["all"]["shown"] == "expected"
    assert split["all"]["corrected"] is None


def test_a_confusion_corrects_the_split_and_is_named():
    split = summarize(harbour(), confusion=CONFUSION)["split"]["all"]
    assert split["shown"] == "corrected"
    assert "Keith" in split["correction"]["method"]
    assert split["correction"]["n_validation"] == 300
    assert split["corrected"]["against"]["share"] > split["counted"]["against"]["share"]
    assert sum(split["corrected"][s]["share"] for s in ("favor", "against", "none")) == pytest.approx(
        1, abs=1e-5
    )


def test_a_wrong_confusion_is_refused():
    with pytest.raises(ValueError, match="3 x 3"):
        summarize(harbour(), confusion=[[1, 2], [3, 4]])


def test_agreement_and_crossing_replies():
    figures = summarize(harbour())["agreement"]
    assert figures["n"] == 30
    assert {k: v["count"] for k, v in figures["counted"].items()} == {
        "agree": 10,
        "disagree": 20,
        "neutral": 0,
    }
    crossing = figures["crossing"]
    assert (crossing["of_replies"]["count"], crossing["of_replies"]["n"]) == (20, 30)
    assert (crossing["of_replies_between_sided"]["count"], crossing["of_replies_between_sided"]["n"]) == (
        20,
        20,
    )
    assert crossing["pairs"]["favor answers against"] == 10


def test_a_side_agreeing_with_itself_does_not_cross():
    rows = [
        (comment(0), tags("a")),
        (comment(1, 0, 2, 0), tags("a", "+")),
        (comment(2, 0, 2, 0), tags("n", "=")),
    ]
    crossing = summarize(discussion(rows))["agreement"]["crossing"]
    assert (crossing["of_replies"]["count"], crossing["of_replies"]["n"]) == (0, 2)
    assert crossing["of_replies_between_sided"]["n"] == 1


def test_a_toxic_side_shows_up():
    rows = [(comment(i), tags("a" if i % 2 else "f", toxicity=0.9 if i % 2 else 0.1)) for i in range(60)]
    by_side = summarize(discussion(rows))["toxicity"]["by_side"]
    assert by_side["against"]["toxic"]["low"] > by_side["favor"]["toxic"]["high"]
    assert by_side["against"]["toxicity"]["mean"] == pytest.approx(0.9)
    assert by_side["none"]["toxic"]["n"] == 0


def test_toxicity_by_depth_and_crossing():
    toxicity = summarize(harbour())["toxicity"]
    assert (toxicity["toxic"]["count"], toxicity["toxic"]["n"]) == (10, 40)
    depths = {d: (v["toxic"]["count"], v["toxic"]["n"]) for d, v in toxicity["by_depth"].items()}
    assert depths == {"1": (0, 10), "2": (10, 20), "3": (0, 10), "4+": (0, 0)}
    replies = toxicity["replies"]
    assert (replies["crossing"]["toxic"]["count"], replies["crossing"]["toxic"]["n"]) == (10, 20)
    assert (replies["not_crossing"]["toxic"]["count"], replies["not_crossing"]["toxic"]["n"]) == (0, 10)


def test_masked_profanity_is_listed_with_its_words():
    page = harbour()
    unknown = Span("c0", 0, 4, "****", None, "masked", 0.6)
    plain = Span("c0", 5, 9, "hell", "hell", "plain", 0.9)
    profanity = summarize(replace(page, spans=(*page.spans, unknown, plain)))["profanity"]
    masked = profanity["masked"]
    assert (masked["comments"]["count"], masked["n_spans"]) == (11, 11)
    assert masked["by_word"] == [{"word": "damn", "n": 10}]
    assert masked["n_word_unknown"] == 1
    first = masked["spans"][0]
    assert (first["comment_id"], first["line_start"], first["surface"], first["canonical"]) == (
        "c1",
        4,
        "d**n",
        "damn",
    )
    assert (profanity["plain"]["comments"]["count"], profanity["plain"]["n_spans"]) == (1, 1)


def test_sharpest_exchanges_come_first_and_name_both():
    mild, sharp = tags("a", "-", 0.2), tags("a", "-", 0.95)
    civil = tags("a", "+", 0.99)
    rows = [(comment(0), tags("f"))]
    rows += [(comment(i, 0, 2, 0), t) for i, t in enumerate((mild, sharp, civil), start=1)]
    exchanges = summarize(discussion(rows))["sharpest"]["exchanges"]
    assert [e["reply"]["comment_id"] for e in exchanges] == ["c2", "c1"]
    assert exchanges[0]["parent"]["comment_id"] == "c0"
    assert exchanges[0]["score"] == pytest.approx(0.8 * 0.95)
    assert exchanges[0]["reply"]["excerpt"].startswith("Remark number 2")


def test_a_civil_disagreement_is_no_sharp_exchange():
    rows = [(comment(0), tags("f")), (comment(1, 0, 2, 0), tags("a", "-", 0.01))]
    part = summarize(discussion(rows))["sharpest"]
    assert part["exchanges"] == [] and part["n_disagreeing"] == 1
    assert no_exchange(part) == "None: 1 reply disagrees, none is likely enough to be toxic too."
    agreeing = summarize(discussion(rows[:1] + [(comment(1, 0, 2, 0), tags("f", "+", 0.9))]))["sharpest"]
    assert no_exchange(agreeing) == "None: no reply is labelled as disagreeing."
    rows.append((comment(2, 0, 2, 0), tags("a", "-", 0.2)))
    assert [e["reply"]["comment_id"] for e in summarize(discussion(rows))["sharpest"]["exchanges"]] == ["c2"]


def test_speakers_are_civil_sure_and_readable():
    rows = [
        (comment(0, text="No."), tags("f")),
        (comment(1), tags("f", toxicity=0.9)),
        (comment(2), tags("f", stance_article_favor=0.6)),
        (comment(3), tags("f", stance_article_favor=0.9)),
        (comment(4), tags("a")),
    ]
    speakers = summarize(discussion(rows))["speakers"]
    assert [s["comment_id"] for s in speakers["favor"]] == ["c3", "c2"]
    assert [s["comment_id"] for s in speakers["against"]] == ["c4"]
    assert "not toxic" in speakers["criterion"]


def test_comments_quoted_for_a_side_warn_of_labels_that_may_be_wrong():
    rows = [(comment(i), tags("f")) for i in range(5)]
    rows += [(comment(5), tags("a", stance_article_against=0.4)), (comment(6, 5, 2, 5), tags("a"))]
    figures = summarize(discussion(rows))
    for part in (figures["speakers"], figures["central"]):
        assert part["warnings"]["favor"] is None  # five are enough
        assert part["warnings"]["against"].startswith("only 2 comments are labelled against")
    unsure = {q["comment_id"]: q["label_unsure"] for q in figures["speakers"]["against"]}
    assert unsure == {"c6": False, "c5": True}
    assert figures["central"]["against"][0]["label_unsure"] is True
    assert summarize(flat("nnn"))["speakers"]["warnings"] == {"favor": None, "against": None}


@pytest.mark.parametrize("ties", [Ties(graph=False), Ties(same=(0.9, 0.1, 0.5))])
def test_a_quotation_has_one_probability_and_is_unsure_by_that(ties):
    rows = [
        (comment(0), tags("f", stance_article_favor=0.2, stance_article_none=0.7)),
        (comment(1, 0, 2, 0), tags("f", "+", stance_article_favor=0.496)),  # shown as 50%
        (comment(2, 1, 3, 0), tags("f", "+")),
    ]
    page = discussion(rows)
    figures = summarize(page, ties=ties)
    quoted = [q for part in ("speakers", "central") for q in figures[part]["favor"]]
    assert {q["comment_id"]: q["probability"] for q in quoted} == {"c0": 0.2, "c1": 0.496, "c2": 0.8}
    assert all(q["label_unsure"] == (q["comment_id"] == "c0") for q in quoted)
    camps = {c["comment_id"]: c["favor"] for c in figures["camps"]["comments"]}
    assert all(q["camp_favor"] == camps[q["comment_id"]] for q in figures["central"]["favor"])
    console = Console(file=io.StringIO(), width=100)
    render(page, figures, console, tree=False)
    text = console.file.getvalue()
    assert text.count("line 3  for 20%") == 2 and text.count("line 4  for 50%") == 2
    assert camp_odds(figures, ["c0"], 100) == ([round(100 * camps["c0"])] if ties.graph else None)


def test_given_links_orphans_and_doubtful_top_level_comments_are_told_apart():
    def told(*rows):
        page = discussion([(c, tags("n")) for c in rows])
        figures = summarize(page)
        console = Console(file=io.StringIO(), width=200)
        render(page, figures, console)
        return figures, console.file.getvalue(), article_page(page, figures)

    orphan = comment(2, parent_source="orphan", parent_confidence=0.0)
    doubtful = comment(3, parent_source="content", parent_confidence=0.4)
    figures, text, page = told(comment(0), comment(1, 0, 2, 0), orphan)
    for shown in (" ".join(text.split()), page):
        assert "The one link from reply to parent is given by the source." in shown
        assert "1 comment answers one that the source does not hold, and stands as top level" in shown
        assert "inferred from the text" not in shown
    assert "of links given" in page and "unsure link (0)" in page
    assert '"weak":[0,0,1]' in page and re.search(r"^ +5  · \? ", text, re.M)

    linked = comment(4, 0, 2, 0, parent_source="content", parent_confidence=0.3)
    figures, text, page = told(comment(0), comment(1, 0, 2, 0), linked, doubtful)
    assert figures["structure"]["n_unsure"] == figures["structure"]["n_inferred"] == 1
    for shown in (" ".join(text.split()), page):
        assert "Of 2 links from reply to parent, 1 is given by the source, 1 inferred" in shown
        assert "mean confidence 30%, 1 of 1 unsure (under 50%)" in shown
        assert "1 of 1 inferred link is unsure (under 50%)" in shown
        assert "1 of 2 top-level comments may be a reply" in shown
    assert "1 of 1 unsure; 1 given" in page and "unsure link (1)" in page
    assert links_told(told(comment(0))[0]["structure"]) == []


def test_without_article_and_target_the_headline_says_what_to_do():
    bare = replace(discussion([(comment(0), Tags()), (comment(1), Tags())]), article=Article("a1", None, ""))
    told = summarize(bare)["headline"]
    assert "stance was not tagged" in told and "--target" in told and "--map article_title=" in told
    assert "--target" not in summarize(replace(bare, article=ARTICLE))["headline"]


def test_per_cent_is_rounded_half_up():
    assert [percent(k / 80) for k in (2, 10, 22)] == ["3%", "13%", "28%"]
    assert [percent(p) for p in (0.005, 0.015, 0.285, 0.995, 0.9999, 1.0, 0.0049)] == [
        *("1%", "2%", "29%", ">99%", ">99%", "100%", "<1%")
    ]
    assert interval(10 / 80, 0.825) == "13–83%"


def test_excerpts_are_covered_and_free_of_control_characters():
    rows = [
        (
            comment(0, text="a \x1b[31md**n\x07 bridge for all of us here"),
            tags("f", text_masked="a \x1b[31md●●● bridge"),
        )
    ]
    (speaker,) = summarize(discussion(rows))["speakers"]["favor"]
    assert speaker["excerpt"] == "a [31md●●● bridge"


def test_headline_follows_the_evidence():
    assert summarize(flat("a" * 70 + "f" * 10))["headline"].startswith(
        "Most comments are against the article"
    )
    assert summarize(flat("f" * 70 + "a" * 10))["headline"].startswith("Most comments are for the article")
    assert summarize(flat("fa" * 40))["headline"].startswith("Comments on the article do not lean clearly")
    assert summarize(flat("n" * 70 + "fa" * 5))["headline"].startswith("Most comments take no side")
    leading = summarize(flat("a" * 45 + "f" * 20 + "n" * 35))["headline"]
    assert leading.startswith("More comments are against the article than for it: of 100, an estimated")
    assert leading.count("%") >= 7


def test_small_samples_say_so():
    figures = summarize(flat("aaaffn"))
    assert figures["small_sample"] is True
    assert figures["headline"].startswith(
        "Too few comments on the article for a firm finding: of 6, an estimated"
    )
    assert any("under 30" in w for w in figures["warnings"])
    assert not any("under 30" in w for w in summarize(flat("a" * 40))["warnings"])


@pytest.mark.parametrize("sides", ["aaaffn", "f" * 12 + "a", "a" * 45 + "f" * 20 + "n" * 35])
@pytest.mark.parametrize("confusion", [None, CONFUSION])
def test_the_headline_has_the_figures_of_the_table(sides, confusion):
    figures = summarize(flat(sides), confusion=confusion)
    split = figures["split"]["all"]
    assert split["shown"] == ("corrected" if confusion else "expected")
    for side, word in (("favor", "for"), ("against", "against"), ("none", "neither")):
        share = split[split["shown"]][side]
        said = (
            rf"{percent(share['share'])} \((95% interval )?{interval(share['low'], share['high'])}\) {word}\b"
        )
        assert re.search(said, figures["headline"]), figures["headline"]


def test_one_comment():
    figures = summarize(flat("a"))
    assert figures["headline"] == (
        "There is one comment, labelled against the article; one comment shows no split."
    )
    assert figures["split"]["all"]["counted"]["against"]["share"] == 1
    assert figures["split"]["all"]["counted"]["against"]["low"] < 0.5
    to_json(figures)


def test_no_comments():
    figures = summarize(Discussion(ARTICLE))
    assert figures["headline"] == "An article was found, and no comments."
    assert figures["comments"]["n"] == 0
    assert figures["split"]["all"]["counted"]["favor"] == {
        "n": 0, "count": 0, "share": None, "low": None, "high": None, "small_sample": True,
    }  # fmt: skip
    assert figures["warnings"] == []
    nothing = summarize(Discussion(replace(ARTICLE, title=None, text=" ")))
    assert nothing["headline"] == "Neither an article nor comments were found."


@pytest.mark.parametrize("given", [(), None, "empty"])
def test_untagged_comments_still_have_counts(given):
    page = harbour()
    given = tuple(Tags() for _ in page.comments) if given == "empty" else given
    figures = summarize(replace(page, tags=given, spans=()), confusion=CONFUSION)
    assert figures["comments"]["n"] == 40
    assert "stance was not tagged" in figures["headline"]
    assert figures["toxicity"]["toxic"]["share"] is None
    assert figures["sharpest"]["exchanges"] == []
    to_json(figures)


def test_labels_without_probabilities_are_counted():
    bare = [Tags(stance_article=s, target=TARGET) for s in ("favor", "against", "against")]
    figures = summarize(Discussion(ARTICLE, tuple(comment(i) for i in range(3)), tuple(bare)))
    assert figures["split"]["all"]["shown"] == "counted"
    assert figures["split"]["all"]["counted"]["against"]["count"] == 2


def test_unusable_numbers_become_null_not_nan():
    odd = tags("f", toxicity=float("nan"), toxic=None)
    rows = [
        (comment(0, parent_confidence=float("nan")), odd),
        (comment(1), tags("f", toxicity=np.float32(0.25))),
    ]
    figures = summarize(discussion(rows))
    assert figures["toxicity"]["toxicity"]["n"] == 1
    assert figures["structure"]["mean_parent_confidence"] is None
    assert "NaN" not in to_json(figures)


def test_missing_parents_and_circles_do_not_stop_the_figures():
    rows = [
        (comment(0, 1, 2, 0), tags("f", "-")),
        (comment(1, 0, 2, 0), tags("a", "-")),
        (comment(2, 99, 2, 99), tags("a", "-")),
        (comment(3, 3, 2, 3), tags("n", "=")),
    ]
    figures = summarize(discussion(rows))
    assert figures["comments"]["n"] == 4
    assert figures["agreement"]["n"] == 4


def test_target_from_tags_or_from_the_caller():
    assert summarize(harbour(), target="other")["article"]["target"] == TARGET
    assert summarize(Discussion(ARTICLE), target="other")["article"]["target"] == "other"
    mixed = summarize(discussion([(comment(0), tags()), (comment(1), tags(target="another"))]))
    assert any("2 targets" in w for w in mixed["warnings"])


def test_the_same_input_gives_the_same_figures():
    first, second = summarize(harbour(), confusion=CONFUSION), summarize(harbour(), confusion=CONFUSION)
    assert first == second
    other = summarize(harbour(), confusion=CONFUSION, seed=1)["split"]["all"]
    assert other["counted"]["favor"]["share"] == first["split"]["all"]["counted"]["favor"]["share"]
    assert other["corrected"]["favor"]["share"] != first["split"]["all"]["corrected"]["favor"]["share"]


def test_json_goes_to_a_file_a_stream_and_standard_output(tmp_path, capsys):
    figures = summarize(harbour())
    path = tmp_path / "figures.json"
    write_json(figures, path)
    write_json(figures, "-")
    assert json.loads(path.read_text(encoding="utf-8")) == figures
    assert json.loads(capsys.readouterr().out) == figures
    with pytest.raises(UsageError, match="cannot write"):
        write_json(figures, tmp_path / "no" / "folder.json")


def test_json_of_hostile_ids_is_valid_and_inert(tmp_path):
    spans = (Span("c0", 0, 1, "\ud800\x9b31m\u202e\u2067o\u2069", None, "masked", 0.9),)
    figures = summarize(discussion([(comment(0, comment_id="c0", author="\ud800"), tags())], spans))
    path = tmp_path / "figures.json"
    write_json(figures, path)
    raw = path.read_bytes()
    assert set("\x9b\u202e\u2067\u2069").isdisjoint(raw.decode("utf-8"))
    assert json.loads(raw)["profanity"]["masked"]["spans"][0]["surface"] == "\ud800\x9b31m\u202e\u2067o\u2069"
