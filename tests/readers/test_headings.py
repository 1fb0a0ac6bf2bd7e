"""The lines that pages put over each comment: who, when, in answer to whom."""

import time
from datetime import UTC, datetime

import pytest

from discourse.readers.flat import page_from_text
from discourse.readers.phrases import READER_BAR
from discourse.readers.stamps import Stamp, is_bar, read_stamp

ARTICLE = """Town plants four hundred trees
The town council voted on Monday to plant four hundred trees along the ring road, officials said.
"Shade is not a luxury," said mayor Ina Berg, who had proposed the plan in the spring.
The trees cost $90,000, and the first of them will be planted in October, the council said.
"""
COMMENTS = [
    ("Jane Doe", None, "About time. There is no shade at all."),
    ("bob_77", "Jane Doe", "And who will rake the leaves? You?"),
    ("Carla M.", "bob_77", "The town will, as it does in the park."),
    ("Jane Doe", "bob_77", "I will, happily."),
    ("Dr. Ed", None, "Ninety thousand for sticks in the ground!"),
]


def time_of(i):
    return f"March {3 + i}, 2024 at 4:1{i} PM"


def page(form):
    return page_from_text(ARTICLE + "".join(form(i, *comment) for i, comment in enumerate(COMMENTS)), "page")


FORMS = {
    "name over time": lambda i, name, to, text: f"{name}\n{time_of(i)}\n{text}\n",
    "says": lambda i, name, to, text: f"{name} says:\n{time_of(i)}\n{text}\nReply\n",
    "one line": lambda i, name, to, text: f"{name} ({time_of(i)})\n{text}\n",
    "toward": lambda i, name, to, text: f"{name} → {to}\n{time_of(i)}\n{text}\n" if to else f"{name}\n{time_of(i)}\n{text}\n",
    "in reply to": lambda i, name, to, text: f"{name}\n" + (f"In reply to {to}\n" if to else "") + f"{time_of(i)}\n{text}\n",
    "two names": lambda i, name, to, text: f"{name}\n" + (f"{to}\n" if to else "") + f"{i + 1} days ago\n{text}\n{i}\nReply\nShare ›\n",
    "handle": lambda i, name, to, text: f"@{name.replace(' ', '')}\n2 years ago\n{text}\n12\nReply\n",
    "old reddit": lambda i, name, to, text: f"[–]{name} {i + 3} points 3 years ago\n{text}\npermalink embed save report reply\n",
    "hacker news": lambda i, name, to, text: f"{name} {i + 2} hours ago | parent | next [–]\n{text}\nreply\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_comment_has_its_heading(form):
    found = page(FORMS[form])
    text = {line.number: line.text for line in found.lines}
    names = [name.replace(" ", "").strip(".") if form == "handle" else name for name, _, _ in COMMENTS]
    assert [h.author for h in found.headings] == names
    assert [text[h.line] for h in found.headings] == [said for _, _, said in COMMENTS]
    assert [line.text for line in found.lines] == ARTICLE.splitlines()[1:] + [said for _, _, said in COMMENTS]
    if form in ("toward", "in reply to", "two names"):
        assert [h.answers for h in found.headings] == [to for _, to, _ in COMMENTS]
    if form in ("name over time", "says", "one line"):
        assert [h.posted_at for h in found.headings] == [
            datetime(2024, 3, 3 + i, 16, 10 + i, tzinfo=UTC) for i in range(len(COMMENTS))
        ]


def test_headings_under_their_comments():
    found = page(lambda i, name, to, text: f"{text}\nPosted by {name} on {time_of(i)}\n")
    text = {line.number: line.text for line in found.lines}
    assert [h.author for h in found.headings] == [name for name, _, _ in COMMENTS]
    assert [h.line and text[h.line] for h in found.headings] == [None, *(said for _, _, said in COMMENTS[1:])]


def test_a_short_comment_is_no_name():
    found = page(lambda i, name, to, text: f"{name}\n{time_of(i)}\n{'Love it' if i % 2 else text}\n")
    assert [h.author for h in found.headings] == [name for name, _, _ in COMMENTS]
    assert sum(line.text == "Love it" for line in found.lines) == 2


def test_times_without_names_divide_comments_too():
    said = "That is what I say to all who ask me here."
    found = page(lambda i, name, to, text: f"{time_of(i)}\n{text} {said}\nReply\n")
    assert len(found.headings) == len(COMMENTS)
    assert {h.author for h in found.headings} == {None}


def test_a_live_ticker_is_no_headings():
    entry = "The council went on with its meeting, said the clerk, and turned to the budget of the schools."
    ticker = "".join(f"March 4, 2024 at 4:1{i} PM\n{entry}\n" for i in range(5))
    assert page_from_text(ARTICLE + ticker, "page").headings == ()


def test_a_live_ticker_with_one_name_is_no_headings():
    entry = "The council went on with its meeting, said the clerk, and turned to the budget of the schools."
    times = [f"{'Update by Jane Doe ' if i == 2 else ''}March 4, 2024 at 4:1{i} PM" for i in range(5)]
    ticker = "".join(f"{when}\n{entry}\n" for when in times)
    assert page_from_text(ARTICLE + ticker, "page").headings == ()


@pytest.mark.parametrize("form", ["says", "two names", "handle", "old reddit", "hacker news"])
@pytest.mark.parametrize(
    ("odd", "author", "left"),
    [
        ("Carl\n", "Carl", []),
        ("Carl\nlast Tuesday\n", "Carl", ["last Tuesday"]),
        ("Moderator\nPinned\n", None, ["Moderator", "Pinned"]),
        ("", None, []),
    ],
)
def test_a_comment_under_a_heading_of_another_kind_is_not_the_one_before(form, odd, author, left):
    def block(i, name, to, text):
        usual = FORMS[form](i, name, to, text)
        return odd + usual[usual.index(text) :] if i == 2 else usual

    found = page(block)
    text = {line.number: line.text for line in found.lines}
    said = [said for _, _, said in COMMENTS]
    first = [*said[:2], (left or said[2:])[0], *said[3:]]
    assert [text[h.line] for h in found.headings] == first
    assert [h.author for h in found.headings][2] == author
    assert [line.text for line in found.lines][4 - 1 :] == [*said[:2], *left, *said[2:]]


def test_buttons_within_a_segment_take_linear_time():
    usual = "".join(FORMS["says"](i % 5, *COMMENTS[i % 5]) for i in range(1000))
    started = time.perf_counter()
    page_from_text(ARTICLE + usual + "Ann says:\nSo I say.\n" + "Reply\n" * 12_000 + usual, "page")
    assert time.perf_counter() - started < 10


def test_two_pasted_posts_make_no_headings():
    bare = "".join(f"{said}\n" for _, _, said in COMMENTS)
    pasted = "Some Account\n@someaccount\n3 hours ago\nThis is a post of another site.\n"
    found = page_from_text(ARTICLE + bare + pasted + bare + pasted, "page")
    assert found.headings == ()


def test_three_pasted_mails_do_not_divide_a_page_of_many_comments():
    bare = "".join(f"{said} I have said so {i} times now.\n" for i in range(12) for _, _, said in COMMENTS)
    mail = "Date: July 11, 2012 11:56:28 AM PDT\nDear reader, thank you for your letter.\n"
    assert page_from_text(ARTICLE + (bare + mail) * 4 + bare, "page").headings == ()


def test_a_byline_is_no_heading():
    byline = "Jane Writer\nMarch 3, 2024 at 9:00 AM\n"
    title, _, body = ARTICLE.partition("\n")
    text = f"{title}\n{byline}{body}" + "".join(
        FORMS["name over time"](i, *c) for i, c in enumerate(COMMENTS)
    )
    found = page_from_text(text, "page")
    assert [h.author for h in found.headings] == [name for name, _, _ in COMMENTS]


def test_a_list_of_stories_is_no_headings():
    stories = "".join(f"Rain In The North\n{i + 2} hours ago\n" for i in range(6))
    assert page_from_text(ARTICLE + stories, "page").headings == ()


ODD = ["Fed Up!", "Me", "Daniel_is_it", "Maria de la Cruz y Lopez", "2021", "Carl"]


@pytest.mark.parametrize("odd", ODD)
def test_a_name_of_another_kind_is_a_comment_of_its_own(odd):
    names = ["Jane Doe", "bob_77", odd, "Ann", "Joe"]
    blocks = [
        f"{name} {i + 2} hours ago\nThis is what comment {i} says.\nReply\n" for i, name in enumerate(names)
    ]
    if odd == "Carl":
        blocks[2] = "Carl\n1 hour ago\nThis is what comment 2 says.\nReply\n"
    found = page_from_text(ARTICLE + "".join(blocks), "page")
    text = {line.number: line.text for line in found.lines}
    assert [text[h.line] for h in found.headings] == [f"This is what comment {i} says." for i in range(5)]
    assert [h.author for h in found.headings] == [
        None if odd == "2021" and name == odd else name for name in names
    ]


@pytest.mark.parametrize(
    "own", ["I moved there 3 years ago", "My son was born 2 years ago", "we lost it a week ago"]
)
@pytest.mark.parametrize("repeated", [1, 4])
def test_a_comment_that_speaks_of_a_time_is_no_heading(own, repeated):
    said = [f"This is what comment {i} says." for i in range(4)] + [own] * repeated
    found = page_from_text(
        ARTICLE + "".join(f"Ann {i + 2} hours ago\n{text}\nReply\n" for i, text in enumerate(said)), "page"
    )
    assert [line.text for line in found.lines][-len(said) :] == said
    assert len(found.headings) == len(said)


ARTICLES = {
    "timeline": ["Pearl Harbor\nDecember 7, 1941\nJapan attacked the harbour.", "D-Day landings\nJune 6, 1944\nThe troops went ashore."] * 3,
    "dated": ["Ann Brown, 92\nMarch 3, 2024\nShe taught at the school for forty years.", "Joe Smith, 81\nMarch 5, 2024\nHe built boats."] * 2,
    "interview": ["Smith says:\n“The plan is good for the town.”", "Jones says:\n“The plan is bad for the town.”"] * 2,
}  # fmt: skip


@pytest.mark.parametrize("kind", ARTICLES)
def test_dates_and_speakers_of_an_article_are_no_headings(kind):
    assert page_from_text(ARTICLE + "\n".join(ARTICLES[kind]), "page").headings == ()


@pytest.mark.parametrize(
    "line", ["a " + "-" * 110 + " b 2 hours ago", "Jane" + " ." * 50 + " Bob 2 hours ago"]
)
def test_no_line_takes_long(line):
    started = time.perf_counter()
    read_stamp(line)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Jane Doe says:", Stamp(None, "Jane Doe")),
        ("3 years ago", Stamp("3 years ago")),
        ("• 3 years ago", Stamp("3 years ago")),
        ("Posted by Dr. Ed on March 5, 2024 at 5:19 PM", Stamp("March 5, 2024 at 5:19 PM", "Dr. Ed")),
        ("In reply to Jane Doe", Stamp(None, None, "Jane Doe")),
        ("#12 Jane 2024-03-05 12:11", Stamp("2024-03-05 12:11", "Jane")),
        ("I went there 3 years ago and it was awful", None),
        ("He resigned on March 5, 2024.", None),
        ("Why did it take you 3 years? 2 days ago", None),
        ("says:", None),
        ("x" * 200 + " 3 years ago", None),
    ],
)
def test_what_a_line_says(line, said):
    assert read_stamp(line) == said


def test_bars():
    assert is_bar("12 Reply Share ›") and is_bar("permalink embed save report reply")
    assert not is_bar("Reply to the man!") and not is_bar("") and not is_bar("›")


def test_whatever_readers_press_is_a_bar():
    assert all(is_bar(word) for word in READER_BAR)
    assert read_stamp("Jane · 3 hours ago · Follow · Recommended") == Stamp("3 hours ago", "Jane")
