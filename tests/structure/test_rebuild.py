"""The reply structure of whole pages, with the bundled model."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.readers.flat import page_from_text
from discourse.structure.rebuild import StructureParser
from discourse.structure.weights import ENDS

SEEDS = Path(__file__).parents[2] / "seeds"
SEED = next(SEEDS.glob("004*.txt"))


@pytest.fixture(scope="module")
def parser():
    return StructureParser.load()


@pytest.fixture(scope="module")
def page(parser):
    return parser.rebuild(page_from_text(SEED.read_text(encoding="utf-8"), SEED.name))


def at(discussion, line):
    """The comment that holds a line."""
    return next(c for c in discussion.comments if c.line_start <= line <= c.line_end)


def start_of_parent(discussion, line):
    parent = at(discussion, line).parent_id
    return (
        None if parent is None else next(c for c in discussion.comments if c.comment_id == parent).line_start
    )


def test_the_article_ends_where_the_readers_begin(page):
    assert page.article.line_start == 1
    assert page.article.line_end == 14


def test_number_of_comments(page):
    assert 68 <= len(page.comments) <= 80


def annotation():
    """One reader's structure of the page: first line -> (last line, first line of the parent)."""
    labels = SEEDS.parent / "scripts" / "labels" / "seed_004_structure.json"
    rows = json.loads(labels.read_text(encoding="utf-8"))["comments"]
    return {row["first"]: (row["last"], row["parent"]) for row in rows}


def agreement(discussion):
    """Boundary F1 and the share of rightly started comments with the right parent."""
    gold = annotation()
    starts = {c.line_start for c in discussion.comments}
    both = starts & set(gold)
    right = sum(start_of_parent(discussion, line) == gold[line][1] for line in both)
    return 2 * len(both) / (len(starts) + len(gold)), right / len(both), both


def test_the_page_is_read_much_as_a_reader_does(page):
    boundaries, links, both = agreement(page)
    gold = annotation()
    order = sorted(gold)
    above = sum(
        gold[line][1] == (order[i - 1] if i else None) for i, line in enumerate(order) if line in both
    )
    assert boundaries >= 0.78
    assert links >= above / len(both) - 0.03, "no better than answering the comment above"


def test_what_a_reader_sees_at_once(page):
    whole = at(page, 20)
    assert (whole.line_start, whole.line_end) == (20, 21), "one comment of two paragraphs"
    assert (at(page, 52).line_start, start_of_parent(page, 52)) == (52, 51)
    assert (at(page, 133).line_start, at(page, 133).parent_id) == (133, None)


def test_quotation_decides(page):
    comment = at(page, 70)
    assert (comment.line_start, start_of_parent(page, 70)) == (70, 68)
    assert comment.parent_source == "quotation"


def test_an_embedded_post_is_one_piece(page):
    assert {at(page, line).comment_id for line in range(125, 133)} == {at(page, 125).comment_id}


def test_names_and_words_do_not_matter(parser, page):
    text = SEED.read_text(encoding="utf-8")
    swaps = {
        "Putin": "Kadar", "Trump": "Weller", "trump": "weller", "Ukraine": "Moravia", "ukraine": "moravia",
        "Russia": "Saxony", "Hegseth": "Brandt", "NATO": "OTC", "Europe": "Oceania", "Canada": "Iceland",
        "silly": "daft", "wonderful": "lovely", "Nonsense": "Rubbish", "enriching": "feeding",
    }  # fmt: skip
    for old, new in swaps.items():
        text = text.replace(old, new)
    other = parser.rebuild(page_from_text(text, "renamed.txt"))
    assert abs(other.article.line_end - 14) <= 2
    mine, theirs = ({(c.line_start, c.line_end) for c in d.comments} for d in (page, other))
    assert 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= 0.7
    assert start_of_parent(other, 70) == 68


@pytest.mark.parametrize("name", ["000", "001", "002", "003"])
def test_pages_without_comments_have_none(parser, name):
    path = next(SEEDS.glob(f"{name}*.txt"))
    discussion = parser.rebuild(page_from_text(path.read_text(encoding="utf-8"), path.name))
    assert discussion.comments == ()
    assert len(discussion.article.text) > 1000


def shape(discussion):
    number = {c.comment_id: c.position for c in discussion.comments}
    return (
        discussion.article.text,
        [(c.text, None if c.parent_id is None else number[c.parent_id]) for c in discussion.comments],
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: "\ufeff" + t,
        lambda t: t.replace("\n", "  \t\n"),
        lambda t: "\n\n" + t + "\n\n",
        lambda t: "\n".join("\n" + line if line else line for line in t.split("\n")),
    ],
    ids=["crlf", "bom", "trailing spaces", "blank ends", "blank lines everywhere"],
)
def test_stable_under_what_scrapes_do(parser, page, change):
    from discourse.readers.decode import decode

    text = decode(change(SEED.read_text(encoding="utf-8")).encode(), "seed").text
    other = parser.rebuild(page_from_text(text, SEED.name))
    if change("a\nb") == "\na\n\nb":
        assert [c.text for c in other.comments] == [c.text for c in page.comments]
    else:
        assert shape(other) == shape(page)


LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, min_size=1, max_size=25))
def test_any_page_becomes_a_forest_that_accounts_for_every_line(parser, lines):
    text = "The council closed the road on Monday, officials said.\n" + "\n".join(lines)
    page = page_from_text(text, "any.txt")
    discussion = parser.rebuild(page)
    seen = [f.line for f in discussion.furniture] + ([page.title_line] if page.title_line else [])
    ids = set()
    content = {line.number for line in page.lines}
    for comment in discussion.comments:
        assert comment.parent_id is None or comment.parent_id in ids
        assert (comment.depth == 1) == (comment.parent_id is None)
        assert 0.0 <= comment.parent_confidence <= 1.0
        ids.add(comment.comment_id)
        seen += [n for n in range(comment.line_start, comment.line_end + 1) if n in content]
    assert len(ids) == len(discussion.comments)
    last = discussion.comments[0].line_start if discussion.comments else 10**9
    seen += [n for n in content if n < last]
    assert sorted(seen) == sorted(content | set(seen)) and content <= set(seen)


def test_only_comments(parser):
    text = "\n".join(
        [
            "lol you can't be serious, I drove there yesterday and it was fine",
            "Well I was there too and you are wrong, sorry.",
            "Thanks for nothing, as usual. You people never learn, do you?",
            "Haha, exactly what I was thinking.",
            "No. You're just making stuff up because you hate the mayor, admit it.",
        ]
    )
    discussion = parser.rebuild(page_from_text(text, "only.txt"))
    assert (
        re.sub(r"\s+", " ", discussion.article.text + " ".join(c.text for c in discussion.comments)).count(
            "mayor"
        )
        == 1
    )
    assert len(discussion.comments) >= 3


def test_a_heading_that_counts_comments_decides(parser):
    page = page_from_text(SEED.read_text(encoding="utf-8"), "seed.txt")
    forced = parser.rebuild(replace(page, comments_from=20))
    assert forced.article.line_end == 19
    assert forced.comments[0].line_start == 20


def test_what_stands_below_the_byline_is_article(parser):
    """However much it reads like readers' remarks: even where the weights would have no article at all."""
    post = [
        "I hate myself for not running every day. That is how I know that I am serious about it.",
        "You would think I had learned by now. But you know what? I have not.",
        "When I do get to the park I am faster than most of you.",
        "My sister says I only run to have something to complain about. She is right, of course.",
        "So this spring I will give up the piano for it. Will you hold me to that?",
        "I gave up running for the piano, and I was never happier.",
        "Good for you! I could never do that.",
    ]
    head = [
        "Giving something up",
        "Posted by somebody on Tuesday July 24, @07:29AM",
        "from the left-handed-screwdriver dept.",
    ]
    ends = parser.weights.ends.copy()
    ends[ENDS.index("no_article")] = 1000.0
    sure = StructureParser(parser.encoder, replace(parser.weights, ends=ends))
    found = sure.rebuild(page_from_text("\n".join(head + post), "page"))
    assert [(f.line, f.reason) for f in found.furniture] == [(2, "byline"), (3, "byline")]
    assert found.article.line_end >= 4
    bare = sure.rebuild(page_from_text("\n".join([head[0], "", *post]), "page"))
    assert bare.comments[0].line_start <= 3


ROAD = [
    "Town plants four hundred trees",
    "The town council voted on Monday to plant four hundred trees along the ring road, officials said.",
    '"Shade is not a luxury," said mayor Ina Berg, who had proposed the plan in the spring.',
    "The trees cost $90,000, and the first of them will be planted in October, the council said.",
]


def test_what_stands_below_the_word_comments_is_comments(parser):
    said = [
        "This council shows some courage, I have waited for those trees.",
        "The mayor should resign over this.",
    ]
    found = parser.rebuild(page_from_text("\n\n".join([*ROAD, "Comments", *said]), "page"))
    assert (found.article.line_end, found.comments[0].line_start, found.comments[-1].line_end) == (7, 11, 13)
    assert found.notes == ()


def test_the_word_comments_without_comments_is_noted(parser):
    below = "The agency invites written comments on the proposed rule until the end of October, and will read them."
    text = "\n\n".join([*ROAD, "Comments", below])
    note = "line 9 says Comments, but no comment was found below it"
    assert parser.rebuild(page_from_text(text, "page")).notes == (note,)
    assert parser.rebuild(page_from_text(text.replace("Comments", "The rule"), "page")).notes == ()
