"""What the report says beside its figures: how links are known, what is counted among what, what is covered."""

from __future__ import annotations

import pytest
from report_samples import comment, discussion, flat, harbour, tags
from test_terminal import printed, row, tree_of

from discourse.report import summarize
from discourse.report.html.article import article_page
from discourse.report.wording import links_told
from discourse.schema import LINKS_TOLD
from discourse.structure import told

SURE = {"parent_confidence": 0.9}


def linked(*sources: str):
    """A comment with a reply for each source."""
    rows = [(comment(0), tags("f"))]
    rows += [(comment(i, 0, 2, 0, parent_source=s, **SURE), tags("a", "-")) for i, s in enumerate(sources, 1)]
    return discussion(rows)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (
            ("mention", "name"),
            "Both links from reply to parent are told by the page (a name, a mention or the margins): ",
        ),
        (("name",), "The one link from reply to parent is told by the page"),
        (
            ("content", "quotation"),
            "Both links from reply to parent are inferred from the text: mean confidence 90%, ",
        ),
        (("given", "given"), "Both links from reply to parent are given by the source."),
        (
            ("content",) * 3,
            "All 3 links from reply to parent are inferred from the text: mean confidence 90%, 0 of 3",
        ),
        (
            ("given", "indentation", "content", "content"),
            "Of 4 links from reply to parent, 1 is given by the source, 1 told by the page (a name, a mention or the "
            "margins), 2 inferred from the text: mean confidence of the 3 not given 90%, 0 of 3 unsure",
        ),
    ],
)
def test_links_that_the_page_tells_are_not_called_inferred(sources, said):
    page = linked(*sources)
    figures = summarize(page)
    assert links_told(figures["structure"])[0].startswith(said)
    assert said in " ".join(printed(page, 300).split())
    assert said in article_page(page, figures)


def test_told_links_are_counted_beside_those_not_given():
    structure = summarize(linked("given", "mention", "name", "content"))["structure"]
    assert [structure[k] for k in ("n", "n_given", "n_inferred", "n_told")] == [4, 1, 3, 2]
    assert set(LINKS_TOLD) == {told.BY_INDENTATION, told.BY_NAME, told.BY_MENTION}


def test_unsure_links_go_by_a_noun_that_holds_for_all_of_them():
    rows = [(comment(0), tags("f"))]
    rows += [
        (comment(i, 0, 2, 0, parent_source=s, parent_confidence=0.3), tags("a"))
        for i, s in ((1, "name"), (2, "content"))
    ]
    page = discussion(rows)
    said = "2 of 2 links that the source does not give"
    assert f"{said} are unsure (under 50%)" in summarize(page)["warnings"]
    assert said in " ".join(tree_of(page))
    assert "2 of 2 inferred links are" not in " ".join(printed(page).split())


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        (("name",), "links the page tells"),
        (("content",), "inferred links"),
        (("name", "content"), "links told or inferred"),
    ],
)
def test_the_number_at_the_top_names_the_links_it_is_of(sources, name):
    page = linked(*sources)
    assert f"mean confidence of {name}<" in article_page(page, summarize(page))


def test_crossing_says_among_which_replies_it_counts():
    page = discussion(
        [
            (comment(0), tags("f")),
            (comment(1, 0, 2, 0), tags("a", "-")),
            (comment(2, 0, 2, 0), tags("f", "+")),
            (comment(3, 0, 2, 0), tags("n", "=")),
        ]
    )
    text = " ".join(printed(page).split())
    assert "“Cross sides” counts, among all replies (3), those labelled on the other side" in text
    assert "Among only the replies between comments that both take a side (2), 1 crosses." in text
    assert "“Not crossing”: all other replies, to the same side or where either comment takes none." in text
    html = article_page(page, summarize(page))
    assert "among all replies (3)" in html and "both take a side (2)" in html and "“Not crossing”" in html
    assert "1 of 3" in row(printed(page), "cross sides")
    neither = discussion([(comment(0), tags("n")), (comment(1, 0, 2, 0), tags("n", "="))])
    assert "No reply stands between two comments that both take a side." in " ".join(printed(neither).split())
    assert "“Cross sides”" not in printed(flat("fa")) and "“Not crossing”" not in printed(flat("fa"))


def test_that_masked_words_are_covered_is_said_once_and_how_to_see_them():
    text = " ".join(printed(harbour()).split())
    assert text.count("--show-profanity shows them as they were written") == 1
    assert "--show-profanity" not in printed(harbour(), show_profanity=True)
    assert "--show-profanity" not in printed(flat("fa"))  # nothing is covered


@pytest.mark.parametrize("width", [40, 60])
def test_the_legend_of_a_heading_is_wrapped_and_not_cut(width):
    lines = printed(harbour(), width).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Reply tree"))
    assert "…" not in lines[at] and set(lines[at].removeprefix("Reply tree ")) == {"─"}
    legend = " ".join(line.strip() for line in lines[at + 1 : at + 4])
    assert "+ for − against · neither ! toxic ? place unsure (under 50%)" in legend
    assert "replies toward the comment they answer" in " ".join(" ".join(lines).split())
    beside = next(line for line in printed(harbour(), 100).splitlines() if line.startswith("Reply tree"))
    assert "? place unsure (under 50%) ─" in beside
