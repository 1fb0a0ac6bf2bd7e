"""Camps, drift, central and typical comments on the page, where the figures have them."""

from __future__ import annotations

import json
import re

import pytest
from report_samples import harbour

from discourse.report import summarize
from discourse.report.html.article import article_page
from discourse.report.wording import camps_note

KEYS = ("camps", "drift", "central", "typical")


def estimate(share, n=40):
    known = share is not None
    return {
        "share": share,
        "low": max(0, share - 0.1) if known else None,
        "high": min(1, share + 0.1) if known else None,
        "count": round(n * (share or 0)),
        "n": n if known else 0,
        "small_sample": n < 30,
    }


def turned(discussion):
    """The figures with made-up camps and drift, in the shape that they have."""
    ids = [c.comment_id for c in discussion.comments]
    quoted = [
        {
            "comment_id": i,
            "line_start": 1,
            "line_end": 1,
            "text": "…",
            "probability": 0.7,
            "label_unsure": False,
        }
        for i in ids
    ]
    figures = summarize(discussion)
    figures["camps"] = {
        "method": "own words and the reply graph",
        "graph": True,
        "sure": 0.6,
        "n": 40,
        "counts": {"favor": 22, "against": 8, "none": 10},
        "conflict": estimate(0.4),
        "expected_conflict": estimate(0.45),
        "toxicity": {
            "favor": estimate(0.1),
            "against": estimate(0.2, 8),
            "none": estimate(None),
            "crossing": estimate(0.3, 12),
            "not_crossing": estimate(0.05),
        },
        "comments": [{"comment_id": i, "side": "favor", "favor": 0.7} for i in ids],
    }
    figures["drift"] = {
        "criterion": "near the article",
        "on_topic": estimate(0.6),
        "by_depth": {"1": estimate(0.8, 10), "2": estimate(0.6), "3": estimate(None), "4+": estimate(0.2)},
        "by_position": [estimate(0.9), estimate(0.6), estimate(0.5), estimate(None)],
        "furthest": quoted[5:8],
    }
    figures["central"] = {
        "criterion": "what they set going",
        "warnings": {"favor": None, "against": None},
        "favor": [quoted[0] | {"n_replies": 3}],
        "against": [],
    }
    figures["typical"] = {
        "criterion": "nearest in sense",
        "warnings": {"favor": None, "against": "only 1 comment is labelled against"},
        "favor": quoted[1:3],
        "against": [quoted[4] | {"probability": 0.2, "label_unsure": True}],
    }
    return figures


def sections(page):
    return re.findall(r'<section id="(\w+)"', page)


def test_camps_and_drift_stand_on_the_page():
    page = article_page(harbour(), turned(harbour()))
    assert {"camps", "drift"} <= set(sections(page)) and '<a href="#drift">Drift</a>' in page
    for title in (
        "Comments (40)",
        "Replies that cross to the other camp",
        "Toxic comments by camp",
        "By place on the page",
    ):
        assert title in page
    assert (
        "22 of 40" in page
        and "Sides are told by own words and the reply graph. Neither: under 60% for either side" in page
    )
    assert "Most central comments of each camp" in page and "Chosen: nearest in sense." in page
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    assert data["turning"]["central-favor"] == [{"at": 0, "note": "for 70%, 3 direct replies"}]
    assert data["turning"]["typical-against"][0]["note"] == "against 20%, label unsure"
    assert "Only 1 comment is labelled against." in page and page.count("“label unsure”: ") == 1
    assert [row["label"] for row in data["charts"]["drift-depth"]["rows"]] == [
        "all",
        "top level",
        "depth 2",
        "depth 4+",
    ]
    assert data["comments"]["camp"] == [7000] * 40


def test_camps_that_are_the_labels_say_so_and_repeat_no_figure_of_theirs():
    figures = turned(harbour())
    figures["camps"] |= {"graph": False, "method": "the label of each comment's own words"}
    page = article_page(harbour(), figures)
    assert "no better on validation threads" in page and "22 of 40" in page
    assert "These are labels counted, not corrected for" in page and "add up the labels" in page
    figures["split"]["all"]["shown"] = "corrected"
    assert camps_note(figures).endswith(
        "are corrected: the two differ where it mistakes one side for another."
    )
    assert "Replies that cross to the other camp" not in page and "Neither: under" not in page


def test_figures_without_them_make_the_page_without_them():
    figures = summarize(harbour())
    for value in ({}, dict.fromkeys(KEYS)):
        bare = {k: v for k, v in figures.items() if k not in KEYS} | value
        page = article_page(harbour(), bare)
        assert not {"camps", "drift"} & set(sections(page)) and "of each camp" not in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_in_a_browser(browser, tmp_path, scheme):
    file = tmp_path / "page.html"
    file.write_text(article_page(harbour(), turned(harbour())), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, bypass_csp=True, color_scheme=scheme
    )
    page, errors = context.new_page(), []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(file.as_uri())
    for name in ("camps", "camps-conflict", "camps-toxic", "drift-depth", "drift-place"):
        assert page.locator(f"[data-chart={name}] svg[role=img]").count() == 1
    page.click("text=Furthest from the article")
    assert page.locator("#furthest > li").count() == 3
    page.locator("#central-favor .last").first.click()
    assert "for 70%" in page.locator("#central-favor .figures").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe left out: not installed")
    assert [v["id"] for v in axe.Axe().run(page).response["violations"]] == []
    assert errors == []
    context.close()
