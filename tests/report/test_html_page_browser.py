"""The page in a real browser: folding, filters, search, covering, hostile comments, accessibility, paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from report_page_samples import HOSTILE, hostile, threads
from report_samples import ARTICLE, flat, harbour

from discourse.report import summarize
from discourse.report.html import write_html


class Visit:
    """A page opened from disk, with every request, console message and script error it made."""

    def __init__(self, browser, file, **context):
        options = {"viewport": {"width": 1280, "height": 900}} | context
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.requests, self.messages, self.pages, self.answered = [], [], [], []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.messages.append(m.text))
        self.page.on("pageerror", lambda e: self.messages.append(str(e)))
        self.page.on("dialog", lambda d: self.messages.append(d.message))
        self.context.on("page", lambda p: self.pages.append(p.url))
        self.context.route(
            "http*://**", lambda route: (self.answered.append(route.request.url), route.abort())
        )
        self.url = file.as_uri()
        self.page.goto(self.url)

    def comments(self) -> list[str]:
        """The texts in the tree that can be seen, top to bottom."""
        texts = self.page.locator("#tree .comment > .card > .text")
        return [texts.nth(i).text_content() for i in range(texts.count()) if texts.nth(i).is_visible()]

    def found(self, words: str) -> None:
        """Waits until the line above the tree says so."""
        self.page.wait_for_function(
            "words => document.getElementById('found').textContent.includes(words)", arg=words
        )

    def clean(self) -> None:
        """No script failed, the policy refused nothing, and nothing but the file was asked for."""
        assert self.messages == []
        assert {url.split("#")[0] for url in self.requests if not url.startswith("data:")} == {self.url}


@pytest.fixture
def visit(browser, tmp_path):
    opened = []

    def open_page(*pages, **context):
        written = write_html([(p, summarize(p)) for p in pages], tmp_path / "report.html")
        opened.append(Visit(browser, written[0], **context))
        return opened[-1]

    yield open_page
    for one in opened:
        one.context.close()


def test_charts_are_drawn_and_spoken(visit):
    seen = visit(harbour())
    charts = seen.page.locator(".chart > svg[role=img]")
    assert charts.count() == seen.page.locator("[data-chart]").count() >= 6
    assert "95% interval" in charts.first.get_attribute("aria-label")
    assert charts.first.locator("g[aria-label]").count() == 0
    bar = charts.first.locator("g rect, g path").first
    assert bar.evaluate("node => getComputedStyle(node).fill") != "rgb(0, 0, 0)"
    seen.clean()


def test_folding_hides_the_replies_and_unfolding_shows_them(visit):
    seen = visit(harbour())
    assert len(seen.comments()) == 40
    fold = seen.page.locator("#tree > li > .card .fold").first
    assert fold.get_attribute("aria-expanded") == "true" and "3 replies below line 3" in fold.text_content()
    fold.click()
    assert fold.get_attribute("aria-expanded") == "false" and len(seen.comments()) == 37
    fold.focus()
    seen.page.keyboard.press("Enter")
    assert fold.get_attribute("aria-expanded") == "true" and len(seen.comments()) == 40
    seen.page.click("#fold-all")
    assert len(seen.comments()) == 10
    seen.page.locator("#tree > li > .card .fold").first.click()
    assert len(seen.comments()) == 12  # two replies, the one below still folded
    seen.page.click("#unfold-all")
    assert len(seen.comments()) == 40
    seen.clean()


def test_filters_and_search_narrow_the_tree_and_keep_what_is_answered(visit):
    seen = visit(harbour())
    page = seen.page
    page.check("#f-toxic")
    seen.found("10 of 40 comments")
    assert len(seen.comments()) == 20 and page.locator("#tree .passing").count() == 10
    page.uncheck("#f-toxic")
    seen.found("40 comments")
    for field, value, words, shown in (
        ("#f-stance", "0", "13 of 40", 16 + 4),
        ("#f-answer", "1", "20 of 40", 30),
        ("#f-depth", "1", "10 of 40", 10),
    ):
        page.select_option(field, value)
        seen.found(words)
        assert len(seen.comments()) >= 10
        assert (field, page.locator("#tree .comment").count()) == (field, shown) or field == "#f-stance"
        page.click("button[type=reset]")
        seen.found("40 comments")
    page.check("#f-unsure")
    seen.found("3 of 40 comments")
    page.check("#f-masked")
    seen.found("1 of 40 comments")
    page.click("button[type=reset]")
    page.wait_for_function("() => !document.getElementById('found').textContent.includes(' of ')")
    page.fill("#f-text", "REMARK number 14 ")
    seen.found("1 of 40 comments")
    assert [t[:16] for t in seen.comments()] == ["Remark number 12", "You d*** fool, n", "Remark number 14"]
    page.fill("#f-text", "damn")  # the word behind the mask
    seen.found("10 of 40 comments")
    page.fill("#f-text", "no such words")
    seen.found("No comment matches")
    assert seen.comments() == []
    seen.clean()


def test_covering_can_be_switched(visit):
    seen = visit(harbour())
    page = seen.page
    text = lambda: page.text_content("main")  # noqa: E731
    assert "d**n" not in text() and "damn" not in text() and "d*** fool" in text()
    page.locator("#flagged-list .last").first.click()
    assert "damn" not in text()
    assert page.locator("#cover").get_attribute("aria-pressed") == "true"
    page.click("#cover")
    assert page.locator("#cover").get_attribute("aria-pressed") == "false"
    assert "d***" not in text() and "d**n fool" in text() and "read as damn" in text()
    assert "d**n → damn" in text()
    assert page.locator("#tree mark").first.inner_text() == "d**n"
    page.click("#cover")
    assert "d**n" not in text() and "damn" not in text()
    seen.clean()


def test_flagged_comments_say_which_word_fired_and_lead_into_the_tree(visit):
    seen = visit(harbour())
    first = seen.page.locator("#flagged-list > li").first
    assert "masked profanity, 97% sure" in first.inner_text() and "toxic 90%" in first.inner_text()
    seen.page.click("#fold-all")
    first.locator(".jump").click()
    focused = seen.page.evaluate("document.activeElement.className")
    assert "card" in focused and "found-here" in focused
    assert "You d*** fool" in seen.page.evaluate("document.activeElement.innerText")
    seen.page.fill("#f-text", "number 14 ")
    seen.found("1 of 40")
    first.locator(".jump").click()  # a filter that leaves it out is dropped
    seen.found("40 comments")
    assert "You d*** fool" in seen.page.evaluate("document.activeElement.innerText")
    seen.clean()


def test_hostile_comments_stay_text_and_nothing_is_asked_for(visit):
    seen = visit(hostile())
    page = seen.page
    page.click("#unfold-all")
    page.click("#cover")
    for button in page.locator("button", has_text="Show all").all():
        button.click()
    for button in page.locator("#tree .last").all():
        button.click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    shown = page.locator("#tree .text").evaluate_all("nodes => nodes.map(n => n.textContent)")
    assert shown == [t.replace("\ud83d", "\ufffd") for t in HOSTILE] or shown == list(HOSTILE)
    for name in (
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "main script",
        "main style:not(.plot > *)",
        "audio",
    ):
        assert page.locator(name).count() == 0, name
    assert page.locator("main a").evaluate_all("nodes => nodes.every(n => n.hash && !n.search)")
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(n => n.getAttributeNames()).filter(n => n.startsWith('on'))"
    )
    assert attributes == [] and seen.pages == []
    assert page.url.split("#")[0] == seen.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    seen.clean()


def test_the_policy_refuses_what_could_be_slipped_in(visit):
    seen = visit(harbour())
    seen.page.evaluate(
        """() => {
            const script = document.createElement('script');
            try { script.textContent = 'window.pwned = 1'; } catch {}
            try { script.append('window.pwned = 2'); } catch {}
            try { document.body.append(script); } catch {}
            try { document.body.innerHTML = '<img src=x onerror="window.pwned = 3">'; } catch {}
            document.body.setAttribute('style', 'display: none');
            const image = document.createElement('img');
            image.src = 'https://evil.example/x.png';
            document.body.append(image);
            fetch('https://evil.example/').catch(() => {});
        }"""
    )
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.pwned") is None
    assert seen.page.evaluate("getComputedStyle(document.body).display") == "block"
    assert any("TrustedHTML" in m or "TrustedScript" in m for m in seen.messages)
    for directive in ("img-src", "connect-src", "style-src"):
        assert any("Content Security Policy" in m and directive in m for m in seen.messages), directive
    assert seen.answered == []


@pytest.mark.parametrize("chain", [False, True], ids=["one level", "one below the other"])
def test_ten_thousand_comments_are_drawn_a_piece_at_a_time(visit, chain):
    seen = visit(threads(10_000, chain=chain))
    page = seen.page
    drawn = lambda: page.locator("#tree .comment").count()  # noqa: E731
    assert drawn() == 1
    page.click("#unfold-all")
    assert 50 < drawn() < 1000
    page.check("#f-toxic")
    seen.found("200 of 10,000 comments")
    page.click("button[type=reset]")
    seen.found("10,000 comments")
    page.evaluate("document.querySelector('#flagged-list .jump').click()")
    assert "Remark number 7 " in page.evaluate("document.activeElement.innerText")
    depth = page.evaluate(
        "Math.max(...[...document.querySelectorAll('#tree .comment')].map(n => {"
        "let d = 0; for (let e = n; e.id !== 'tree'; e = e.parentElement) d += 1; return d; }))"
    )
    assert depth < 40
    seen.clean()


def test_light_and_dark_follow_the_system_and_the_button(visit):
    for scheme, first in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 26)")):
        seen = visit(harbour(), color_scheme=scheme)
        colour = lambda: seen.page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: B023, E731
        assert colour() == first
        seen.page.click("#theme")
        assert colour() != first
        assert seen.page.locator("#theme").get_attribute("aria-pressed") == str(scheme == "light").lower()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(visit, width):
    for page in (harbour(), hostile()):
        seen = visit(page, viewport={"width": width, "height": 800})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_printed_page_is_light_whole_and_without_controls(visit, tmp_path):
    seen = visit(harbour(), color_scheme="dark")
    page = seen.page
    page.click("#fold-all")
    page.click("#unfold-all")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.is_visible("#filters") and not page.is_visible(".bar")
    assert len(seen.comments()) == 40
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, format="A4")
    assert paper.read_bytes().startswith(b"%PDF") and paper.stat().st_size > 20_000


def test_an_overview_compares_sorts_finds_and_links(visit):
    pages = [
        replace(
            flat(sides),
            article=replace(ARTICLE, title=title, published_at=datetime(2025, 3, day, tzinfo=UTC)),
        )
        for day, (title, sides) in enumerate(
            [("Bridge", "f" * 50 + "a" * 9), ("<b>Tram</b>", "a" * 40), ("Park", "fa" * 20)], 1
        )
    ]
    seen = visit(*pages)
    page = seen.page
    assert page.locator(".chart > svg[role=img]").count() == 2
    names = lambda: page.locator("#table tbody tr:visible th a").all_inner_texts()  # noqa: E731
    assert names() == ["Bridge", "<b>Tram</b>", "Park"]
    page.click("th >> text=Comments")
    assert (
        names() == ["Bridge", "<b>Tram</b>", "Park"] and page.locator("[aria-sort=descending]").count() == 1
    )
    page.click("th >> text=against")
    assert names() == ["<b>Tram</b>", "Park", "Bridge"]
    page.click("th >> text=Article")
    assert names()[-1] == "Park"
    page.fill("#find-text", "tram")
    seen.found("1 of 3 articles")
    assert names() == ["<b>Tram</b>"]
    seen.clean()
    page.click("#table tbody a:visible")
    page.wait_for_selector("#tree .comment")
    assert page.locator("#tree .comment").count() == 40
    page.click("text=All articles")
    page.wait_for_selector("#table")
    assert seen.messages == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["article", "overview"])
def test_axe_finds_nothing(visit, scheme, kind):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe left out: not installed")
    pages = (harbour(),) if kind == "article" else (harbour(), hostile())
    seen = visit(*pages, bypass_csp=True, color_scheme=scheme)
    if kind == "article":
        seen.page.locator("#tree .last").first.click()
        for summary in seen.page.locator("summary").all():
            summary.click()
    result = axe.Axe().run(seen.page)
    found = [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in result.response["violations"]]
    assert found == []
