"""The page as text: what is embedded, what the policy allows, which files are written."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from report_page_samples import HOSTILE, hostile, threads
from report_samples import ARTICLE, comment, discussion, flat, harbour, tags

from discourse.report import summarize
from discourse.report.html import check_page_file, write_html
from discourse.report.html.article import article_page
from discourse.report.html.data import SCALE, comment_columns, embed
from discourse.report.html.view import charts, headline_parts
from discourse.schema import Article, Discussion, Furniture, Span, UsageError


class Parsed(HTMLParser):
    """The elements of a page with their attributes, and what stands in its scripts, style, title and h1."""

    KEPT = ("script", "style", "title", "h1")

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in self.KEPT:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_data(self, text):
        if self._open:
            self.texts[self._open[-1]][-1] += text

    def handle_endtag(self, tag):
        if self._open and tag == self._open[-1]:
            self._open.pop()


def page_of(page: Discussion, **options) -> str:
    return article_page(page, summarize(page), **options)


def data_of(page: str) -> dict:
    return json.loads(Parsed(page).texts["script"][0])


PAGES = [harbour(), hostile(), flat("fan"), Discussion(ARTICLE), replace(harbour(), tags=(), spans=())]
NAMES = ["plain", "hostile", "small", "empty", "untagged"]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_policy_names_exactly_the_scripts_and_styles_there_are(page):
    parsed = Parsed(page_of(page))
    policy = next(a["content"] for t, a in parsed.elements if a.get("http-equiv"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and "unsafe" not in policy

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    kinds = [a.get("type") for t, a in parsed.elements if t == "script"]
    assert kinds[0] == "application/json" and set(kinds[1:]) == {None}
    assert rules["script-src"].split() == [hashed(s) for s in parsed.texts["script"][1:]]
    assert len(parsed.texts["style"]) == 1
    assert hashed(parsed.texts["style"][0]) in rules["style-src"].split()
    assert set(rules) >= {"base-uri", "form-action", "require-trusted-types-for"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_nothing_is_loaded_and_no_attribute_runs(page):
    for tag, attributes in Parsed(page_of(page)).elements:
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "action", "srcdoc")
            if name == "href":
                assert value.startswith("#") or value == "data:,", (tag, value)


def test_hostile_text_adds_no_element():
    plain, page = Parsed(page_of(harbour())), Parsed(page_of(hostile()))
    assert {t for t, _ in page.elements} <= {t for t, _ in plain.elements} | {"q"}
    assert sum(t == "script" for t, _ in page.elements) == 3
    for tag in ("img", "svg", "iframe", "base", "form"):
        assert [t for t, _ in page.elements].count(tag) == [t for t, _ in plain.elements].count(tag)
    assert "49" not in page.texts["title"][0] and "{{ 7 * 7 }}" in page.texts["title"][0]


def test_every_text_comes_back_as_it_was():
    embedded = data_of(page_of(hostile()))["comments"]
    assert embedded["text"] == list(HOSTILE)
    raw = str(embed(list(HOSTILE)))
    assert json.loads(raw) == list(HOSTILE)
    assert not set("<>&\u2028\u2029\u202e\ud83d") & set(raw)
    with pytest.raises(ValueError, match="JSON"):
        embed([float("nan")])


def test_columns_stand_in_drawing_order_with_their_sizes():
    page = harbour()
    order = sorted(range(40), key=lambda i: (page.comments[i].depth, i))
    shuffled = replace(
        page, comments=tuple(page.comments[i] for i in order), tags=tuple(page.tags[i] for i in order)
    )
    for columns in (comment_columns(page), comment_columns(shuffled)):
        assert columns["id"] == [f"c{i}" for i in range(40)]
        assert columns["parent"][:5] == [None, 0, 1, 0, None]
        assert columns["size"][:5] == [4, 2, 1, 1, 4]
        assert columns["depth"][:5] == [1, 2, 3, 2, 1]
        assert columns["stance"][:4] == [0, 1, 0, 2]
        assert columns["answer"][:4] == [None, 1, 1, 0]
        assert columns["toxic"][:4] == [0, 1, 0, 0]
        assert columns["confidence"][9] == 0.4 * SCALE
        assert columns["spans"][1] == [[4, 8, "damn", 1, 0.97 * SCALE]]
        assert columns["text_masked"][0] is None
        assert columns["text_masked"][1] == "You d*** fool, nobody drives there."


def test_places_of_words_count_as_browsers_do():
    text = "\U0001f600 d**n \U0001f600 d**n"
    spans = tuple(Span("c0", at, at + 4, "d**n", "damn", "masked", 0.9) for at in (2, 9))
    columns = comment_columns(discussion([(comment(0, text=text), tags())], spans))
    assert [s[:2] for s in columns["spans"][0]] == [[3, 7], [11, 15]]
    units = text.encode("utf-16-le")
    assert all(units[2 * a : 2 * b].decode("utf-16-le") == "d**n" for a, b, *_ in columns["spans"][0])


def test_where_profanity_was_not_looked_for_the_page_knows():
    assert not any(comment_columns(PAGES[NAMES.index("untagged")])["looked"])
    assert all(comment_columns(harbour())["looked"])


def test_spans_outside_the_text_are_left_out():
    odd = tuple(Span("c0", a, b, "x", None, "plain", 0.9) for a, b in ((5, 3), (-1, 2), (0, 999)))
    assert comment_columns(discussion([(comment(0), tags())], odd))["spans"] == [[]]


def test_bars_show_the_figures_and_nothing_else():
    figures = summarize(harbour())
    drawn = charts(figures)
    split = figures["split"]["all"]
    for row, side in zip(drawn["split-all"].rows, ("favor", "against", "none"), strict=True):
        shown = split[split["shown"]][side]
        assert (row.value, row.low, row.high) == (shown["share"], shown["low"], shown["high"])
        assert row.count == f"{split['counted'][side]['count']} of 40" and not row.few
    assert all(row.few for row in drawn["split-top_level"].rows)
    depths = drawn["toxic-depth"].rows
    assert [row.label for row in depths] == ["top level", "depth 2", "depth 3"]
    assert [row.value for row in depths] == [
        figures["toxicity"]["by_depth"][d]["toxic"]["share"] for d in "123"
    ]
    crossing = figures["agreement"]["crossing"]["of_replies"]
    assert drawn["agreement"].rows[-1].value == crossing["share"]
    assert "against" in drawn["split-all"].spoken and "95% interval" in drawn["split-all"].spoken
    page = unescape(page_of(harbour()))
    for row in drawn["split-all"].rows:
        assert f"<td>{row.shown}</td><td>{row.limits}</td><td>{row.count}</td>" in page


def test_the_headline_is_whole():
    figures = summarize(harbour())
    finding, pieces = headline_parts(figures["headline"])
    assert f"{finding}: {''.join(pieces)}" == figures["headline"]
    assert all(p.startswith("(") for p in pieces[1::2]) and len(pieces) > 4
    assert headline_parts("Nothing was found.") == ("Nothing was found.", [])
    said = " ".join(Parsed(page_of(flat("f" * 5 + "a" * 3))).texts["h1"][0].split())
    assert said.startswith("Too few comments on the article for a firm finding: of 8, an estimated")


def test_warnings_limits_and_target_are_on_the_page():
    page = replace(harbour(), furniture=(Furniture(9, "Share", "share"),), notes=("the <b>page</b> was cut",))
    figures = summarize(page)
    text = unescape(article_page(page, figures))
    for said in [*figures["warnings"], *figures["limits"], figures["article"]["target"], ARTICLE.title]:
        assert said in text
    assert "1 line of page furniture" in text
    assert "<b>page</b>" not in article_page(page, figures)


def test_profanity_starts_covered_unless_asked():
    assert data_of(page_of(harbour()))["covered"] is True
    assert data_of(page_of(harbour(), show_profanity=True))["covered"] is False


def test_pages_without_comments_or_tags_say_so():
    empty = page_of(Discussion(ARTICLE))
    assert "An article was found, and no comments." in empty
    assert 'id="tree"' not in empty and "Plot" not in Parsed(empty).texts["script"][1]
    assert "Neither an article nor comments" in page_of(Discussion(Article("a", None, "")))
    untagged = page_of(replace(harbour(), tags=(), spans=()))
    for said in ("Stance was not tagged", "Toxicity was not tagged", "Profanity was not looked for"):
        assert said in untagged


def test_one_article_is_one_file(tmp_path):
    page = harbour()
    written = write_html([(page, summarize(page))], tmp_path / "r.html")
    assert written == [tmp_path / "r.html"] == list(tmp_path.iterdir())
    assert written[0].stat().st_size < 500_000
    assert data_of(written[0].read_text("utf-8"))["comments"]["id"][0] == "c0"


def test_a_lone_surrogate_can_be_written(tmp_path):
    page = hostile()
    assert write_html([(page, summarize(page))], tmp_path / "r.html")[0].read_text("utf-8")


def dated(i: int, sides: str, title: str | None = None) -> Discussion:
    when = datetime(2025, 3, 1 + i, tzinfo=UTC)
    page = flat(sides)
    return replace(
        page, article=replace(ARTICLE, article_id=f"a{i}", title=title or f"Title {i}", published_at=when)
    )


def test_several_articles_are_an_overview_and_a_page_each(tmp_path):
    pages = [
        dated(0, "f" * 60 + "a" * 5),
        dated(1, "a" * 60 + "f" * 5),
        dated(2, "fa" * 30),
        dated(3, "a" * 8, title="../<script>&\x00 Überschrift/etc"),
        Discussion(replace(ARTICLE, title="No one answered")),
    ]
    figures = [summarize(p) for p in pages]
    written = write_html(iter(zip(pages, figures, strict=True)), tmp_path / "all of it.html")
    assert [p.relative_to(tmp_path).as_posix() for p in written] == [
        "all of it.html",
        "all of it-articles/0001-title-0.html",
        "all of it-articles/0002-title-1.html",
        "all of it-articles/0003-title-2.html",
        "all of it-articles/0004-script-uberschrift-etc.html",
        "all of it-articles/0005-no-one-answered.html",
    ]
    overview = written[0].read_text("utf-8")
    heading = " ".join(Parsed(overview).texts["h1"][0].split())
    assert heading.startswith(
        "Readers lean clearly against on 1 of 4 articles, for on 1; on 2 no clear lean shows"
    )
    links = re.findall(r'href="(all[^"]+)"', overview)
    assert links == [f"all%20of%20it-articles/{p.name}" for p in written[1:]]
    back = re.findall(r'href="(\.\./[^"]+)"', written[1].read_text("utf-8"))
    assert back == ["../all%20of%20it.html"]
    points = data_of(overview)["points"]
    assert [p["side"] for p in points] == ["favor", "against", None, None]
    for point, figure in zip(points, figures[:4], strict=True):
        lead = figure["split"]["all"]["lead"]
        assert (point["value"], point["low"], point["high"]) == (
            lead["against_minus_favor"],
            lead["low"],
            lead["high"],
        )
    assert 'id="time-chart"' in overview
    assert "<script>&amp;" not in overview and "&lt;script&gt;&amp; Überschrift" in overview


def test_one_article_with_comments_beside_others_without_is_an_overview_too(tmp_path):
    page, silent = (
        dated(0, "f" * 60 + "a" * 5),
        [Discussion(replace(ARTICLE, title=f"<b>Silent {n}</b>")) for n in range(1, 204)],
    )
    main, own = write_html([(page, summarize(page))], tmp_path / "all.html", beside=silent)
    assert own.relative_to(tmp_path).as_posix() == "all-articles/0001-title-0.html"
    overview = main.read_text("utf-8")
    heading = " ".join(Parsed(overview).texts["h1"][0].split())
    assert heading.startswith("Readers lean clearly for the article’s position")
    assert re.findall(r'href="(all[^"]+)"', overview) == ["all-articles/0001-title-0.html"]
    assert "203 articles without comments" in overview and "and 3 more" in overview
    assert "&lt;b&gt;Silent 200&lt;/b&gt;" in overview and "Silent 201" not in overview
    assert 'href="../all.html"' in own.read_text("utf-8")
    assert write_html([(page, summarize(page))], tmp_path / "one.html") == [tmp_path / "one.html"]


def test_pages_are_read_one_at_a_time(tmp_path):
    held = []

    def pages():
        for i in range(6):
            files = len(list(tmp_path.rglob("0*.html")))
            held.append(i - files)
            page = dated(i, "fan")
            yield page, summarize(page)

    write_html(pages(), tmp_path / "r.html")
    assert max(held) <= 2


def test_what_cannot_be_written_is_one_clear_line(tmp_path):
    page = (harbour(), summarize(harbour()))
    with pytest.raises(UsageError, match=r"is a folder: name a file"):
        write_html([page], tmp_path)
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere"):
        check_page_file(tmp_path / "nowhere" / "r.html")
    with pytest.raises(UsageError, match=r"not to standard output"):
        check_page_file("-")
    with pytest.raises(UsageError, match=r"no article to make a page of"):
        write_html([], tmp_path / "r.html")
    (tmp_path / "s-articles").write_text("in the way")
    with pytest.raises(UsageError, match=r"s-articles: cannot be made"):
        write_html([page, page], tmp_path / "s.html")


def test_ten_thousand_comments_stay_under_five_megabytes():
    page = threads(10_000)
    assert len(page_of(page).encode()) < 5_000_000


def test_the_chart_library_carries_its_licences():
    from discourse.report.html.assets import _read

    licences = _read("vendor", "LICENSES.txt")
    for name in ("@observablehq/plot 0.6.17", "d3 7.9.2"):
        assert name in licences and name.split()[-1] in _read("vendor", "README.md")
    assert "MISSING" not in licences and licences.count("Permission") > 30


def test_a_page_whose_shares_are_corrected():
    figures = summarize(harbour(), confusion=[[60, 20, 20], [20, 60, 20], [10, 10, 80]])
    assert figures["split"]["all"]["shown"] == "corrected"
    page = article_page(harbour(), figures)
    assert "Shares of the split: corrected for the classifier’s mistakes" in page


def test_quotations_warn_where_their_labels_may_be_wrong():
    rows = [(comment(i), tags("f")) for i in range(6)]
    rows += [(comment(6), tags("a", stance_article_against=0.4))]
    page = page_of(discussion(rows))
    assert "Only 1 comment is labelled against" in page and "“label unsure”" in page
    assert data_of(page)["turning"]["speakers-against"] == [{"at": 6, "note": "against 40%, label unsure"}]
    assert "label unsure" not in page_of(flat("ffffffaaaaaa"))


def test_the_threshold_of_toxicity_is_named():
    page = article_page(harbour(), summarize(harbour(), toxicity_threshold=0.245))
    assert data_of(page)["threshold"] == 2450 and "comments over the threshold of 25%" in page
    assert data_of(page_of(harbour()))["threshold"] is None
