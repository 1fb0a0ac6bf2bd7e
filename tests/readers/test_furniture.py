"""What is furniture on which kind of page, and above all what is not."""

import time
from datetime import UTC, datetime

import pytest
import sample_pages as pages

from discourse.readers.flat import page_from_text


def read(text: str):
    return page_from_text(text, "page.txt")


def texts(page) -> list[str]:
    return [line.text for line in page.lines]


def reasons(page) -> dict[str, str]:
    return {f.text: f.reason for f in page.furniture}


BODY = pages.BODY.split("\n")
TITLE = "Harbour council votes to close the old ferry terminal"


def test_head_and_foot_of_a_broadcaster():
    page = read(pages.BROADCASTER)
    assert page.title == TITLE
    assert texts(page) == BODY
    assert page.published_at == datetime(2025, 2, 12, 15, 14, tzinfo=UTC)


def test_comment_widget_keeps_what_readers_wrote():
    page = read(pages.WIDGET)
    assert texts(page)[:4] == BODY
    assert texts(page)[4:] == [
        "About time. The roof leaked on my daughter twice.",
        "And who pays for the pier? We do",
        "lol",
        "It says so in the article, the county pays.",
    ]
    assert page.comments_possible
    assert page.comments_from == pages.WIDGET.split("\n").index("147 Comments") + 1
    assert reasons(page)["Old Gus"] == "name or time of a comment"


def test_blog_with_comments_above_the_form():
    page = read(pages.BLOG)
    assert page.title == TITLE
    assert texts(page)[4:] == [
        "They sold the post office first, remember?",
        "Who needs ferries anyway",
        "People who live on islands.",
    ]
    assert page.comments_possible
    assert reasons(page)["Filed under: Harbour, Council"] == "tags"


def test_comments_below_the_form_are_kept():
    page = read(pages.FORM_FIRST)
    assert texts(page)[4:] == pages.FORM_FIRST.split("\n")[16:20]
    assert page.comments_possible


def test_short_remarks_on_a_bare_page_all_stay():
    page = read(pages.BARE)
    assert page.furniture == ()
    assert texts(page) == pages.BARE.split("\n")


def test_same_widget_words_are_furniture_in_company_and_remarks_alone():
    alone = read(f"{pages.BODY}\nHappy\nNo way.\nSad")
    assert "Happy" in texts(alone) and "Sad" in texts(alone)
    poll = read(f"{pages.BODY}\nHappy\n10 %\nSad\n20 %\nAngry\n70 %")
    assert texts(poll) == BODY


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Read Time:3 Minute, 2 Second", "reading time"),
        ("5 min read", "reading time"),
        ("![A pier](https://example.org/pier.jpg?w=1024&ssl=1)", "image"),
        ("![](/pier.jpg)", "image"),
        ("RELATED STORY | Pier contract goes to Danish builder", "link to another story"),
        ("READ MORE: Pier contract goes to Danish builder", "link to another story"),
        ("READ MORE: Will the pier contract go to the Danish builder?", "link to another story"),
        ("Advertisement", "advertisement"),
        ("Story continues below advertisement", "advertisement"),
        ("Back to Top", "page control"),
        ("App Store Play Store", "app banner"),
        ("Share this article", "share bar"),
        ("Click to share on Facebook (Opens in new window)", "share bar"),
        ("(Photo by Ellen Dray/Getty Images)", "photo credit"),
        ("Ellen Dray/AFP via Getty Images", "photo credit"),
        ("Pingback: The Pier Blog", "link from another site"),
    ],
)
def test_sure_lines_are_furniture_amid_the_article(line, reason):
    page = read("\n".join([*BODY[:2], line, *BODY[2:]]))
    assert reasons(page) == {line: reason}
    assert texts(page) == BODY


@pytest.mark.parametrize(
    "line",
    [
        "See NATO expansion and 30 years of provocations.",
        "1. Responsibility to protect the islands.",
        "• a roof that leaks",
        "Source: my cousin",
        "Source: https://example.org/survey",
        "![gif](giphy|abc123)",
        "More lies from the council?",
        "Subscribe to that view if you like.",
        "Photos or it did not happen!",
        "By the way, he never paid.",
        "#ferry",
        "Home is where the harbour is",
        "Trending now: lies",
        "Comments",
        "Latest",
        "Breaking",
        "https://example.org/pier",
        "50%",
        "2025",
    ],
)
def test_a_remark_that_resembles_furniture_stays(line):
    page = read("\n".join([*BODY, "They never asked us.", line, "And they never will."]))
    assert line in texts(page)


def test_caption_and_credit_go_with_the_image_and_the_next_paragraph_stays():
    image = "![](https://example.org/pier.jpg)"
    caption, credit = "The old terminal seen from the new pier on Feb. 10, 2025.", "Ellen Dray/AFP"
    page = read("\n".join([BODY[0], image, caption, credit, *BODY[1:]]))
    assert reasons(page) == {image: "image", caption: "image caption", credit: "photo credit"}
    assert texts(read("\n".join([BODY[0], image, *BODY[1:]]))) == BODY


def test_related_box_amid_the_article_ends_where_the_article_goes_on():
    box = ["Related Articles", "Pier Contract Goes to Danish Builder", "Ferry Fares Rise Again"]
    page = read("\n".join([*BODY[:2], *box, *BODY[2:]]))
    assert texts(page) == BODY
    assert set(reasons(page)) == set(box)


def test_related_box_on_a_bare_page_does_not_swallow_remarks():
    box = ["Related Articles", "Pier Contract Goes to Danish Builder", "Ferry Fares Rise Again"]
    page = read("\n".join([*BODY, *box, "we all knew it", "Me too"]))
    assert texts(page) == [*BODY, "we all knew it", "Me too"]


def test_foot_without_a_list_or_form_above_it():
    foot = ["Contact", "Harbour Media", "Privacy Policy", "© 2025 Ellery Broadcasting"]
    page = read("\n".join([pages.HEAD, *BODY, "Shame on them", *foot]))
    assert texts(page) == [*BODY, "Shame on them"]
    assert [f.text for f in page.furniture[-4:]] == foot


def test_what_follows_the_last_bar_is_foot_where_bars_close_comments():
    page = read(
        pages.BLOG.split("Leave a Reply Cancel")[0] + "An island of our own\nCreate your website\nGet Started"
    )
    assert texts(page)[-1] == "People who live on islands."
    assert reasons(page)["Get Started"] == "below the last comment"


def test_unknown_menu_of_bullets_above_the_article():
    menu = ["• Quays", "• Tides", "• Knots", "• Rigging Tips"]
    page = read("\n".join([*menu, TITLE, "By Maria Whitlock", *BODY]))
    assert texts(page) == BODY
    assert {reasons(page)[entry] for entry in menu} == {"menu"}


def test_list_in_an_article_is_no_menu():
    items = ["• Quays", "• Tides", "• Knots", "• Rigging Tips"]
    page = read("\n".join([*BODY, *items, BODY[0]]))
    assert texts(page) == [*BODY, *items, BODY[0]]


def test_standfirst_above_the_byline_is_kept_and_names_there_are_not():
    deck = "The old building leaks, costs too much to keep warm, and stands in the way of the new pier."
    page = read(
        "\n".join(["Menu", "Home", TITLE, deck, "February 12, 2025", "Maria Whitlock", "5 min read", *BODY])
    )
    assert page.title == TITLE
    assert texts(page) == [deck, *BODY]
    assert page.published_at == datetime(2025, 2, 12, tzinfo=UTC)


def test_dates_of_other_stories_are_not_the_article_s():
    ticker = "January 28, 2026 - One Story January 27, 2026 - Another January 26, 2026 - A Third Story"
    page = read(
        f"Breaking News\n{ticker}\nMenu\n{TITLE}\nPosted on: 03/02/2025\n{pages.BODY}\n\nRelated News\nOne Title Here\n31/12/2024"
    )
    assert page.published_at == datetime(2025, 2, 3, tzinfo=UTC)
    assert texts(page) == BODY


def test_ambiguous_date_is_said():
    page = read(f"{TITLE}\nPublished on: 03/02/2025\n{pages.BODY}")
    assert page.published_at == datetime(2025, 3, 2, tzinfo=UTC)
    assert page.notes == ("date 03/02/2025 read as month/day/year",)


class TestTitle:
    def test_above_the_byline(self):
        assert read(f"{TITLE}\nBy Maria Whitlock\n{pages.BODY}").title_line == 1

    def test_directly_above_the_article(self):
        assert read(f"{TITLE}\n\n{pages.BODY}").title == TITLE

    def test_repeated_ones_are_furniture(self):
        page = read(f"Menu\nHome / Harbour / {TITLE}\n{TITLE} - The Beacon\n{TITLE}\n{TITLE}\n{pages.BODY}")
        assert page.title_line == 4
        assert [f.reason for f in page.furniture[1:]] == ["breadcrumb", "headline again", "headline again"]

    def test_heading_mark_and_comment_count_are_not_part_of_it(self):
        assert read(f"# {TITLE}\nBy Maria Whitlock\n{pages.BODY}").title == TITLE
        assert read(f"{TITLE} 199 Comments\nBy Maria Whitlock\n{pages.BODY}").title == TITLE

    def test_a_subheading_below_the_byline_is_not_it(self):
        title, heading = (
            "Farewell to a leaking landmark",
            "Council of the harbour votes to close the terminal",
        )
        page = read(f"Menu\nHome\n{title}\nBy Maria Whitlock\n{heading}\n{pages.BODY}")
        assert page.title == title
        assert texts(page)[0] == heading

    def test_none_where_the_page_starts_with_prose(self):
        assert read(pages.BODY).title is None

    def test_a_first_remark_is_no_title(self):
        page = read(
            "I told you the council would close the ferry terminal\nYou did, and nobody in the whole town listened to a word of what you said."
        )
        assert page.title is None
        assert len(page.lines) == 2


class TestNoComments:
    def test_said_by_the_page(self):
        page = read(f"Menu\nHome\n{TITLE}\nNo Comments 44\n{pages.BODY}")
        assert not page.comments_possible
        assert "No Comments 44" in page.notes[0]

    def test_bare_form(self):
        page = read(f"{pages.HEAD}\n{pages.BODY}\nLeave a Reply\nName *")
        assert not page.comments_possible

    def test_heading_without_comments(self):
        page = read(f"{pages.HEAD}\n{pages.BODY}\n24 Comments\nLog in to comment")
        assert not page.comments_possible

    def test_form_below_what_could_be_readers(self):
        page = read(
            f"{pages.HEAD}\n{pages.BODY}\nI grew up there.\nyou and me both\nWho asked you?\nLeave a Reply\nName *"
        )
        assert page.comments_possible

    def test_nothing_said(self):
        assert read(pages.BODY).comments_possible
        assert read(pages.BROADCASTER).comments_possible

    def test_a_stale_count_is_overruled_by_readers_stamps(self):
        text = pages.BLOG.split("Leave a Reply Cancel")[0].replace("3 thoughts on", "About")
        page = read(text.replace("Posted by", "0 comments\nPosted by"))
        assert page.comments_possible

    def test_count_in_a_list_of_other_stories_says_nothing_of_this_page(self):
        page = read(pages.WIDGET.replace("Bridge closed", "0 Comments\nBridge closed"))
        assert page.comments_possible


@pytest.mark.parametrize(
    "pattern",
    [
        "Share this {n}",
        "• World",
        "Like\nFine by me.",
        "Related News\nA Title Of Things",
        "January 28, 2026 10:1{n}",
        "24 Comments\nSo it is.",
        "The council voted on it all on Monday in the town.\n\nComments",
    ],
)
def test_many_lines_take_linear_time(pattern):
    def cost(lines: int) -> float:
        text = "\n".join(pattern.format(n=n % 10) for n in range(lines))
        start = time.process_time()
        read(text)
        return time.process_time() - start

    assert min(cost(8000) for _ in range(3)) < 6 * max(cost(4000), 0.05)


def test_a_line_of_five_megabytes():
    start = time.process_time()
    page = read(f"{pages.BODY}\n{'word ' * 1_000_000}\nShort remark")
    assert time.process_time() - start < 5
    assert len(page.lines) == 6
    assert len(page.lines[4].text) == 4_999_999


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("Terms of use | Privacy | Contact", True),
        ("About us · Contact us · Privacy policy", True),
        ("Home • Login • Register", True),
        ("Privacy | my neighbours have none", False),
        ("On a nation", False),
    ],
)
def test_a_menu_in_one_line(line, furniture):
    lines = [
        "The council bans cars",
        "By Ann Lee",
        "The council voted on Monday to ban all cars from the centre from next spring, officials said.",
        "12 Comments",
        "This will kill every shop.",
        "Nonsense, shops do better without cars.",
        line,
    ]
    page = page_from_text("\n\n".join(lines), "page")
    assert (line in [f.text for f in page.furniture]) is furniture
    assert (line in [found.text for found in page.lines]) is not furniture
