"""A bare word over the comments of a page, and the buttons that put them in order."""

import pytest

from discourse.readers.flat import page_from_text

TITLE = "Town plants four hundred trees"
ARTICLE = [
    "The town council voted on Monday to plant four hundred trees along the ring road, officials said.",
    '"Shade is not a luxury," said mayor Ina Berg, who had proposed the plan in the spring.',
    "The trees cost $90,000, and the first of them will be planted in October, the council said.",
]
COMMENTS = [
    "About time. There is no shade at all.",
    "And who will rake the leaves? You?",
    "Ninety thousand for sticks in the ground!",
    "Well said.",
]
FOOT = ["Contact us", "Privacy Policy", "© 2025 The Daily Beacon"]


def read(*lines: str, apart: str = "\n\n"):
    return page_from_text(apart.join(lines), "page")


def texts(page) -> list[str]:
    return [line.text for line in page.lines]


def reasons(page) -> dict[str, str]:
    return {f.text: f.reason for f in page.furniture}


@pytest.mark.parametrize(
    "word",
    ["Comments", "Comments:", "COMMENTS", "Discussion", "Conversation", "Responses", "Reader comments"],
)
def test_a_word_that_stands_apart_heads_the_comments(word):
    page = read(TITLE, *ARTICLE, word, *COMMENTS)
    assert page.comments_from == 9
    assert reasons(page) == {word: "comments heading"}
    assert texts(page) == [*ARTICLE, *COMMENTS]


def test_comments_without_blank_lines_between_them():
    page = read("\n".join([TITLE, *ARTICLE]), "\n".join(["Comments", *COMMENTS]))
    assert page.comments_from == 6
    assert read(TITLE, *ARTICLE, "Comments", *COMMENTS, apart="\n").comments_from == 5


def test_an_article_of_short_sentences_above_long_comments():
    short = "The council voted to plant four hundred trees."
    long = "I have waited for those trees for ten years and my kids will sit below them every single day."
    page = read(TITLE, short, "Comments", long, "No.")
    assert (page.title, page.comments_from) == (TITLE, 5)
    assert texts(page) == [short, long, "No."]


def test_two_named_comments_are_enough_below_the_word():
    page = read(
        TITLE, *ARTICLE, "Comments", f"Ann\n2 hours ago\n{COMMENTS[0]}", f"Bo\n1 hour ago\n{COMMENTS[1]}"
    )
    assert [heading.author for heading in page.headings] == ["Ann", "Bo"]


def test_share_buttons_of_the_article_may_stand_above_the_word():
    page = read(TITLE, *ARTICLE, "Share", "Facebook", "Twitter", "Comments", *COMMENTS)
    assert page.comments_from == 15


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE, *ARTICLE, "Comments", *FOOT],
        [TITLE, *ARTICLE, "Comments", "Leave a comment", "Name *"],
        [TITLE, *ARTICLE, "Comments"],
        [TITLE, *ARTICLE, "Comments", "Related stories", "Bridge Closed Until Monday", "Fares Rise Again"],
        ["Menu", "Home", "Comments", "News", TITLE, "By Ann Lee", *ARTICLE],
        [TITLE, "By Ann Lee", "Comments", *ARTICLE, *COMMENTS],
        [TITLE, ARTICLE[0], "Comments", "Share", *ARTICLE[1:]],
    ],
)
def test_a_word_in_a_menu_or_above_nothing_but_furniture_heads_nothing(lines):
    assert read(*lines).comments_from is None


@pytest.mark.parametrize(
    ("word", "below"),
    [
        (
            "Discussion",
            [
                "We found that the trees which were planted along the road grew by a tenth more than those in the park.",
                "This agrees with what earlier work has found, though the sample of trees was small in number.",
            ],
        ),
        (
            "Comments",
            [
                "The agency invites written comments on the proposed rule until the end of October, and will publish all.",
                "A final rule is expected in the spring of next year, according to the agency and the council.",
            ],
        ),
        ("Discussion", ["It is a waste of money.", "It is not."]),
    ],
)
def test_a_section_of_the_article_is_none_of_comments(word, below):
    page = read(TITLE, *ARTICLE, word, *below)
    assert page.comments_from is None
    assert texts(page) == [*ARTICLE, word, *below]


def test_a_heading_that_counts_goes_before_a_bare_word():
    page = read(TITLE, *ARTICLE, "4 comments", *COMMENTS, "Discussion", "I agree. You are right.")
    assert page.comments_from == 9
    assert "Discussion" in texts(page)


def test_a_count_of_replies_does_not_move_the_heading():
    page = read(
        TITLE, *ARTICLE, "4 comments", COMMENTS[0], "2 replies", *COMMENTS[1:3], "1 reply", COMMENTS[3]
    )
    assert page.comments_from == 9
    assert texts(page) == [*ARTICLE, *COMMENTS]


def test_a_count_over_named_comments_is_their_heading():
    named = [f"{name} says:\nMarch {day}, 2025 at 10:11 am\n{said}" for day, (name, said) in
             enumerate(zip(("Ann", "Bo", "Cy", "Di"), COMMENTS, strict=True), start=1)]  # fmt: skip
    page = read(TITLE, *ARTICLE, "Comments (4)", *named)
    assert page.comments_from == 9
    assert reasons(page)["Comments (4)"] == "comments heading"


@pytest.mark.parametrize(
    "line",
    [
        "Sort by: newest",
        "Sort by",
        "Sort by: Most liked",
        "Sorted by date",
        "Newest | Oldest | Most liked",
        "Newest",
        "Oldest",
        "Most liked",
        "Top comments",
        "Load more comments",
        "Load 12 more comments",
        "See all 24 comments",
        "View all replies",
        "View 3 more replies",
        "Hide 2 replies",
        "1 reply",
    ],
)
@pytest.mark.parametrize("at", [0, 2])
def test_buttons_among_comments_are_furniture(line, at):
    page = read(TITLE, *ARTICLE, "4 comments", *COMMENTS[:at], line, *COMMENTS[at:])
    assert texts(page) == [*ARTICLE, *COMMENTS]
    assert line in reasons(page)


def test_a_row_of_orders_below_its_label_or_the_heading():
    orders = ["Sort by", "Best", "Most recent", "Popular"]
    page = read(TITLE, *ARTICLE, "Comments", *orders, *COMMENTS)
    assert texts(page) == [*ARTICLE, *COMMENTS]
    assert {reasons(page)[order] for order in orders} == {"comments control"}
    assert texts(read(TITLE, *ARTICLE, "Comments", "Most recent", *COMMENTS)) == [*ARTICLE, *COMMENTS]
    assert texts(read(TITLE, *ARTICLE, *COMMENTS[:2], "Newest", "Best", *COMMENTS[2:])) == [
        *ARTICLE,
        *COMMENTS,
    ]


@pytest.mark.parametrize(
    "line",
    ["Best", "Hot date", "See previous comment", "Top that", "Newest lies", "Sort by size then", "Popular?"],
)
def test_a_remark_that_resembles_a_button_stays(line):
    assert line in texts(read(TITLE, *ARTICLE, "4 comments", *COMMENTS, line, "Agreed, you know it."))


def test_a_list_of_other_stories_below_the_comments_stays_one():
    stories = ["Mayor Wants to Plant Ten Thousand Trees", "Bridge Closed Until Monday After Crash"]
    page = read(TITLE, *ARTICLE, "Comments", *COMMENTS, "Most popular", *stories)
    assert texts(page) == [*ARTICLE, *COMMENTS]
    assert reasons(page)["Most popular"] == "list of other stories"
