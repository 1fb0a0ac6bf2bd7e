"""The report on a terminal: all parts, the figures' numbers, aligned, covered, and inert."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace

import pytest
from report_samples import ARTICLE, TARGET, comment, discussion, flat, harbour, tags
from rich.cells import cell_len
from rich.console import Console

from discourse.report import make_console, render, render_tree, summarize
from discourse.report.layout import bar
from discourse.report.text import clean, clip, covered_word, excerpt, heading
from discourse.schema import Article, Discussion, Furniture, Span

HOSTILE = [
    "\x1b]0;pwned\x07 title",
    "\x1b[31mred\x1b[2J",
    "\x9b31mred",
    "[bold]x[/bold] [link=http://x.example]y[/link] :smile:",
    "<script>alert(1)</script>",
    "A" * 1_000_000,
    " " * 1_000_000 + "late words",
    "\u202eevil \u05d0\u05d1\u05d2 \u0627\u0644\u0644",
    "a" + "\u0301" * 500 + "b",
    "",
    "\u200b\u200b\x00\x07",
    "\ud800 half",
    "\u6f22\u5b57" * 300,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 40,
    "tab\there\r\nand\x0bthere\u2028too",
    "back\b\b\b\bspace \ue000",
]
SECTIONS = [
    "Article",
    "Comments",
    "How readers split",
    "Agreement between readers",
    "Toxicity",
    "Masked profanity",
    "Sharpest exchanges",
    "Comments that speak best for each side",
    "Reply tree",
    "Method and limits",
]


def printed(
    page: Discussion, width: int = 100, *, terminal: bool = False, figures: dict | None = None, **options
) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=terminal, color_system="256" if terminal else None
    )
    render(page, figures or summarize(page), console, **options)
    return console.file.getvalue()


def tree_of(page: Discussion, width: int = 100, **options) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    render_tree(page, console, **options)
    return console.file.getvalue().splitlines()


def hostile_page() -> Discussion:
    rows = []
    for i, text in enumerate(HOSTILE):
        odd = {"author": text[:60], "parent_source": text[:30], "parent_confidence": 0.4}
        c = comment(i, i - 1 if i else None, i + 1, 0, text=text, **odd)
        rows.append((c, tags("fan"[i % 3], "-" if i else None, 0.9, target=text[:300])))
    span = Span("c0", 0, 3, "\x1b[31m", "\x1b]0;x\x07", "masked", 0.9)
    article = replace(ARTICLE, title=HOSTILE[0] + HOSTILE[3], source="\x1b[31mpage.txt")
    return replace(discussion(rows, (span,), notes=("\x1b[31mnote",)), article=article)


def row(output: str, label: str, after: str = "") -> str:
    """The first line that starts with the label, below the line that starts with `after`."""
    lines = output.splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip().startswith(after))
    return next(line for line in lines[start:] if line.strip().startswith(label))


def test_each_section_is_there_and_in_order():
    output = printed(harbour())
    places = [output.index(f"\n{title} ") for title in SECTIONS]
    assert places == sorted(places)
    assert output.startswith(summarize(harbour())["headline"][:60])


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 200])
@pytest.mark.parametrize(
    "page", [harbour(), hostile_page(), Discussion(ARTICLE)], ids=["plain", "hostile", "empty"]
)
def test_no_line_is_wider_than_the_console_or_ends_in_spaces(page, width):
    for line in [*printed(page, width).splitlines(), *tree_of(page, width)]:
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_numbers_equal_the_figures():
    page = harbour()
    figures = summarize(page)
    output = printed(page, figures=figures)
    for side, label in (("favor", "+ for"), ("against", "− against"), ("none", "· neither")):
        for part, after in (("all", "All comments (40)"), ("top_level", "Top-level comments (10)")):
            split = figures["split"][part]
            line, shown = row(output, label, after), split["expected"][side]
            assert f" {100 * shown['share']:.0f}% " in line
            assert f" {100 * shown['low']:.0f}–{100 * shown['high']:.0f}% " in line
            assert f"{split['counted'][side]['count']} of {split['counted'][side]['n']}" in line
        toxic = figures["toxicity"]["by_side"][side]["toxic"]
        assert f"{toxic['count']} of {toxic['n']}" in row(output, label, "by side")
    for depth, label in (("1", "top level"), ("2", "depth 2"), ("3", "depth 3")):
        toxic = figures["toxicity"]["by_depth"][depth]["toxic"]
        assert f"{toxic['count']} of {toxic['n']}" in row(output, label, "by depth")
    assert "20 of 30" in row(output, "cross sides")
    assert "20 of 30" in row(output, "disagree")
    assert "10 masked words in 10 comments" in output
    assert "40 comments in 10 threads: 10 top-level, 30 replies, deepest at depth 3" in output
    assert "3 of 30 unsure" in " ".join(output.split())


def test_a_corrected_split_is_shown_and_named():
    figures = summarize(harbour(), confusion=[[60, 15, 25], [15, 65, 20], [20, 25, 55]])
    output = printed(harbour(), figures=figures)
    shown = figures["split"]["all"]["corrected"]["against"]["share"]
    assert f" {100 * shown:.0f}% " in row(output, "− against")
    assert "with the confusion on validation threads" in " ".join(output.split())


def test_columns_stand_below_each_other():
    lines = [line for line in printed(harbour()).splitlines() if re.search(r"\d of \d+°?$", line)]
    assert len(lines) > 12
    assert len({line.index("%") for line in lines}) == 1
    assert len({re.search(r"\d+ of \d+", line).start() for line in lines}) == 1


def test_piped_output_is_plain_and_colour_only_decorates():
    page = hostile_page()
    plain, coloured = printed(page), printed(page, terminal=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("show_profanity", [False, True])
def test_hostile_text_stays_text(show_profanity):
    page = hostile_page()
    output = printed(page, 140, show_profanity=show_profanity) + "\n".join(tree_of(page, 140))
    assert not {c for c in output if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")}
    for kept in (
        "]0;pwned title",
        "[bold]x[/bold]",
        ":smile:",
        "<script>alert(1)</script>",
        "late words",
        "tab here and there too",
    ):
        assert kept in output
    coloured = printed(page, 140, terminal=True, show_profanity=show_profanity)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)", coloured)


def test_profanity_is_covered_unless_asked_for():
    covered, shown = printed(harbour()), printed(harbour(), show_profanity=True)
    assert "d**n" not in covered and "damn" not in covered
    assert re.search(r"d\*\*\* +10×  lines 4, 8, 12", covered)
    assert "d*** fool" in covered and "●" not in covered
    assert re.search(r"d\*\*n → damn +10×", shown)
    assert "d**n fool" in shown and "d***" not in shown


def test_text_that_nobody_covered_is_shown_and_said():
    page = harbour()
    bare = replace(page, tags=tuple(replace(t, text_masked=None) for t in page.tags))
    assert "shown uncovered" in printed(bare)
    assert "d**n fool" in printed(bare)
    assert "shown uncovered" not in printed(page)
    assert "shown uncovered" not in printed(bare, show_profanity=True)


def test_no_comments_give_a_short_report():
    page = Discussion(ARTICLE, furniture=(Furniture(3, "Share this", "share"),))
    output = printed(page)
    assert output.startswith("An article was found, and no comments.")
    assert "No comments." in output and "1 line of page furniture" in output
    assert "How readers split" not in output and "n/a" not in output and "limits" not in output
    assert "! the page was cut" in printed(replace(page, notes=("the page was cut",)))


def test_untagged_pages_say_so_in_each_section():
    output = printed(replace(harbour(), tags=(), spans=()))
    for sentence in (
        "stance was not tagged",
        "Stance was not tagged.",
        "Toxicity was not tagged",
        "Profanity was not looked for",
    ):
        assert sentence in output


def test_the_position_is_shown():
    assert f"Position  {TARGET}" in printed(harbour())


def test_small_groups_carry_a_mark():
    output = printed(harbour())
    assert row(output, "+ for", "All comments").endswith("13 of 40")
    assert row(output, "+ for", "Top-level").endswith("3 of 10°")
    assert "Under 30 comments (°)" in output


def test_a_long_tree_is_cut_and_says_how_to_see_the_rest():
    output = printed(flat("f" * 250))
    assert "… 50 more comments: `discourse parse SOURCE` shows them all" in output
    assert "Remark number 199 " in output and "Remark number 200 " not in output
    assert "Reply tree" not in printed(flat("f" * 250), tree=False)
    assert len(tree_of(flat("f" * 250))) >= 250


def test_tree_marks_side_toxicity_and_unsure_links():
    output = printed(harbour()).split("Reply tree")[1]
    lines = {int(m[1]): line for line in output.splitlines() if (m := re.match(r" +(\d+)  ", line))}
    assert re.match(r" +3  \+   Remark number 0", lines[3])
    assert re.match(r" +4  −!  ├╴You d\*\*\* fool", lines[4])
    assert re.match(r" +5  \+   │ └╴Remark number 2", lines[5])
    assert re.match(r" +6  ·   └╴Remark number 3", lines[6])
    assert re.match(r" +12  −!\? ├╴", lines[12])


def test_tree_follows_parents_whatever_the_order_given():
    page = harbour()
    order = sorted(range(40), key=lambda i: (page.comments[i].depth, i))
    shuffled = replace(
        page, comments=tuple(page.comments[i] for i in order), tags=tuple(page.tags[i] for i in order)
    )
    assert tree_of(shuffled)[4:] == tree_of(page)[4:]


def test_deep_nesting_keeps_room_for_words():
    deep = discussion([(comment(i, i - 1 if i else None, i + 1, 0), tags()) for i in range(200)])
    for width in (60, 80, 140):
        lines = tree_of(deep, width)[-200:]
        assert "200╴Remark number" in lines[-1]
        assert all("Remark" in line for line in lines)


def test_parse_tree_shows_lines_confidence_and_source():
    page = replace(harbour(), tags=(), spans=())
    lines = tree_of(page)
    assert lines[0] == ARTICLE.title
    assert lines[1] == "bridge.txt, lines 1–2, 17 words"
    assert lines[2].startswith(
        "40 comments in 10 threads; deepest at depth 3; parents: given, inferred (3 of 30 inferred links"
    )
    assert lines[3].endswith("unsure, marked ?)") and not any("…" in line for line in lines[2:4])
    assert re.match(r" +3  given +100%  Remark number 0", lines[5])
    assert re.match(r" +4  inferred +90%  ├╴You d\*\*n fool", lines[6])
    assert re.match(r" +12  inferred +40%\? ├╴", lines[14])


def test_parse_tree_without_lines_shows_ids_and_authors():
    page = Discussion(
        Article("a", None, "First words of an article."),
        (
            comment(0, line_start=None, line_end=None, author="Ada"),
            comment(1, 0, 2, 0, line_start=None, line_end=None),
        ),
    )
    lines = tree_of(page)
    assert lines[0] == "First words of an article."
    assert lines[-2].startswith("  c0  Ada  Remark number 0")
    assert lines[-1].startswith("  c1  └╴(no name)  Remark number 1")
    nameless = replace(page, comments=tuple(replace(c, author=None) for c in page.comments))
    assert not any("(no name)" in line for line in tree_of(nameless))


def test_parse_tree_of_nothing():
    assert "0 comments" in tree_of(Discussion(ARTICLE))[2]
    assert tree_of(Discussion(Article("a", None, "")))[0] == "(no article)"


def test_an_encoding_without_box_drawing_gets_plain_signs():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console = make_console(stream)
    render(harbour(), summarize(harbour()), console)
    stream.flush()
    output = raw.getvalue().decode("ascii")
    assert "###" in output and "  `-Remark number 3" in output and "- against" in output


def test_piped_console_is_a_hundred_columns_wide(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert make_console(io.StringIO()).width == 100


def test_bars_mark_both_limits_and_the_share():
    assert bar({"share": 0.5, "low": 0.3, "high": 0.8}, 10) == "███▒▒░░░  "
    assert bar({"share": 0.5, "low": None, "high": None}, 10) == "█████     "


def test_text_helpers():
    assert clean("a\x00b\u200bc\td\n\ne") == "abc d e"
    assert clip("abcdef", 4) == "abc…" and clip("abcd", 4) == "abcd" and clip("ab", 4, more=True) == "ab…"
    assert cell_len(clip("\u6f22\u5b57\u6f22\u5b57", 4)) <= 4
    assert clip("abc", 0) == ""
    assert excerpt("one two three", 8) == "one two…"
    assert excerpt("\u200b" * 5000 + "seen", 20) == "seen"
    assert heading("the goal to restore the bay", 17) == "the goal to…"
    assert heading("the goal to restore the bay", 12) == "the goal to…"
    assert heading("the goal", 8) == "the goal" and heading("a" * 30, 10) == "a" * 9 + "…"
    assert covered_word("piss off") == "p*** o**"


def test_quotations_warn_where_their_labels_may_be_wrong():
    rows = [(comment(i), tags("f")) for i in range(6)]
    rows += [(comment(6), tags("a", stance_article_against=0.4))]
    text = " ".join(printed(discussion(rows), tree=False).split())
    assert text.count("! only 1 comment is labelled against") == 1
    assert "line 9 against 40%; label unsure" in text
    assert "“label unsure”: the probability shown is under 50%" in text
    assert "label unsure" not in printed(flat("ffffffaaaaaa"), tree=False)
