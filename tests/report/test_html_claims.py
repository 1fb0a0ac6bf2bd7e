"""The article's claims on the page: those that readers take up, with the comments, and those they do not."""

from __future__ import annotations

import json
import re

import pytest
from report_page_samples import HOSTILE, hostile
from report_samples import harbour

from discourse.report import summarize
from discourse.report.html.article import article_page


def claim(text, speaker, counts, examples=(), **more):
    n = sum(counts)
    return {
        "claim": text,
        "speaker": speaker,
        "act": None,
        "quoted": True,
        "comments": {"n": n, **dict(zip(("support", "contradict", "neither"), counts, strict=True))},
        "examples": [
            {
                "comment_id": i,
                "quotes": q,
                "answer": a,
                "probability": p,
                "line_start": None,
                "line_end": None,
            }
            for i, q, a, p in examples
        ],
    } | more


def page_of(discussion, *items):
    figures = summarize(discussion)
    figures["claims"] = {"n": len(items), "criterion": "how they were found", "items": list(items)}
    return article_page(discussion, figures)


def section(page):
    found = re.search(r'<section id="claims".*?</section>', page, re.S)
    return found and re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def test_claims_stand_on_the_page():
    page = page_of(
        harbour(),
        claim("The bridge is too dear", "The mayor", (2, 1, 0), [("c3", True, "support", 0.71)]),
        claim("Rejected the plan", "The council", (0, 0, 0), act="reject", quoted=False),
    )
    text = section(page)
    assert "The mayor The bridge is too dear" in text
    assert "3 comments: + 2 support; − 1 contradict" in text
    assert "1 claim drawing no comment" in text and "The council rejected the plan" in text
    assert "How they were found." in text
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    (one,) = data["claims"]
    assert one["parts"] == [{"tone": "favor", "n": 2}, {"tone": "against", "n": 1}]
    assert data["comments"]["id"][one["examples"][0]["at"]] == "c3"
    assert one["examples"][0]["note"] == "quotes it, supports it 71%"


def test_no_claims_no_section():
    figures = summarize(harbour())
    for claims in (None, {"n": 0, "criterion": "x", "items": []}):
        assert section(article_page(harbour(), figures | {"claims": claims})) is None
    figures.pop("claims", None)
    assert section(article_page(harbour(), figures)) is None
    assert "none of the article’s 1 claim" in section(page_of(harbour(), claim("Well", "She", (0, 0, 0))))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_claim_is_text_whatever_it_says(text):
    page = page_of(hostile(), claim(text, text, (1, 0, 0), [("c0", False, "support", 0.5)]))
    found = re.search(r'<section id="claims".*?</section>', page, re.S)[0]
    tags = set(re.findall(r"<(\w+)", found))
    assert tags <= {"section", "div", "h2", "p", "ol", "li", "span", "q", "details", "summary"}
    assert not re.search(r"<[^>]* on\w+=", found)


def test_claims_in_a_browser(browser, tmp_path):
    file = tmp_path / "page.html"
    examples = [("c3", True, "support", 0.71), ("c5", False, "contradict", 0.6)]
    made = page_of(harbour(), claim("The bridge is too dear", "The mayor", (2, 1, 0), examples))
    file.write_text(made, encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 800}, bypass_csp=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(file.as_uri())
    bar = page.locator("#claim-bar-0 > svg[role=img]")
    assert "2 support" in bar.get_attribute("aria-label")
    widths = [
        b["width"] for b in (r.bounding_box() for r in bar.locator("rect, path").all()) if b["width"] > 9
    ]
    assert widths[0] / widths[1] == pytest.approx(2, abs=0.1)
    page.click("text=Comments about it")
    cards = page.locator("#claim-comments-0 > li")
    assert cards.count() == 2 and "contradicts it 60%" in cards.nth(1).inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe left out: not installed")
    assert [v["id"] for v in axe.Axe().run(page).response["violations"]] == []
    assert errors == []
    context.close()


def test_claims_of_several_articles_stand_on_the_overview(browser, tmp_path):
    from dataclasses import replace

    from discourse.report.html import write_html

    pages = []
    for number in range(2):
        discussion = harbour()
        article = replace(discussion.article, article_id=f"a{number}", title=f"Paper {number}")
        pages.append((replace(discussion, article=article), summarize(discussion)))
    known = [d.article for d, _ in pages]
    wordings = [
        {"article": i, "speaker": "The mayor", "text": text, "quoted": True}
        for i, text in ((0, "<b>It is too dear</b>"), (1, "The bridge costs too much"), (2, "Far too dear"))
    ]
    one = {"claim": wordings[0]["text"], "speaker": "The mayor", "act": None, "quoted": True}
    pages[0][1]["shared_claims"] = {
        "n_articles": 3,
        "n_claims": 9,
        "articles": [{"article_id": a.article_id, "title": a.title, "source": a.source} for a in known]
        + [{"article_id": "b", "title": None, "source": "without comments.txt"}],
        "claims": [one | {"n_articles": 3, "articles": [0, 1, 2], "wordings": wordings}],
    }
    main, *rest = write_html(pages, tmp_path / "report.html")
    context = browser.new_context(viewport={"width": 390, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(main.as_uri())
    page.click("text=In 3 articles")
    shown = page.locator("#claims").inner_text()
    assert "<b>It is too dear</b>" in shown and "without comments.txt" in shown
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe left out: not installed")
    assert [v["id"] for v in axe.Axe().run(page).response["violations"]] == []
    page.click("#claims a:has-text('Paper 1')")
    assert page.url == rest[1].as_uri()
    context.close()
