"""Home-made pages: author, time and buttons are told from the words of a comment, and no word is lost."""

import time

import pytest

from discourse.readers.html import read_html
from discourse.readers.items import SourceComment
from discourse.schema import Article

STORY = (
    "<p>The council voted on Monday to close the ferry terminal, and four thousand people will walk.</p>" * 3
)


def read(markup):
    page = f"<html><body><article><h1>Ferry vote</h1>{STORY}</article>{markup}</body></html>"
    items = list(read_html(page.encode(), "page.html"))
    assert isinstance(items[0], Article)
    assert all(isinstance(item, SourceComment) for item in items[1:])
    return items[1:]


def said(markup):
    return [(c.author, str(c.posted_at)[:10], c.text) for c in read(markup)]


ANN, BOB = ("Ann", "2026-01-03", "First text."), ("Bob", "2026-01-04", "Second text.")
HEAD = "<span class=author>{}</span><span class=date>{}</span>"
TIME = "<b class=comment-author>{}</b> <time datetime='{}T10:00Z'>x</time>"
SHAPES = {
    "div": ("<div class=comment>" + HEAD + "<p>{}</p><a>Reply</a></div>", ""),
    "list": ("<li class=comment>" + HEAD + "<p>{}</p><a>Reply</a> | <a href='#r'>Report</a></li>", ""),
    "article": (
        "<article class=comment><header>"
        + TIME
        + "</header><p class=comment-text>{}</p><footer><a href='#'>Reply"
        "</a> <a>Share</a> <span>3 likes</span></footer></article>",
        "",
    ),
    "wrapped": (
        "<div class=comment><div class=comment-body>"
        + TIME
        + "<p>{}</p><a>Reply</a> · <span>Like (3)</span></div></div>",
        "",
    ),
    "plain": (
        "<div class=comment><span class=name>{}</span> says: <span class=time>{}</span><div>{}</div>"
        "<div class=actions>Reply | Report | 12 likes</div></div>",
        "",
    ),
    "no classes": ("<li class=comment><strong>{}</strong> <em>{}</em><p>{}</p><a>Reply</a></li>", ""),
    "breaks": ("<div class=comment>{}, {}<br>{}<br><a href='/c?reply=1'>Reply</a></div>", ""),
    "no .comment": ("<div>" + TIME + "<p class=comment-text>{}</p><a>Reply</a></div>", ""),
    "in a list with an id": ("<div class=comment>" + HEAD + "<p>{}</p><a>Reply</a></div>", "comment-list"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_author_time_and_buttons_are_no_text(shape):
    one, name = SHAPES[shape]
    assert said(f"<div id='{name}'>{one.format(*ANN)}{one.format(*BOB)}</div>") == [ANN, BOB]


@pytest.mark.parametrize("outer", ["li", "div", "article"])
def test_a_reply_stands_inside_its_parent(outer):
    one = f"<{outer} class=comment>{HEAD}<p>{{}}</p><a>Reply</a>{{}}</{outer}>"
    first, second = read(one.format(*ANN, f"<div>{one.format(*BOB, '')}</div>"))
    assert (first.text, second.text) == (ANN[2], BOB[2])
    assert second.parent_id == first.comment_id


def test_a_reply_may_be_marked_as_a_reply():
    reply = f"<div class=reply>{HEAD.format(*BOB)}<p>{BOB[2]}</p><div class=reply><a>Reply</a></div></div>"
    first, second = read(f"<div class=comment>{HEAD.format(*ANN)}<p>{ANN[2]}</p>{reply}</div>")
    assert second.parent_id == first.comment_id
    assert (second.author, second.text) == ("Bob", "Second text.")


@pytest.mark.parametrize(
    "body",
    [
        "<p>Reply</p><a>Reply</a>",
        " Reply <a>Reply</a>",
        "<span>Reply</span><a>Reply</a>",
        "<div>Reply</div><div class='reply-link'>Reply</div>",
        "<div class=comment-text>Reply</div><a>Reply</a> <a>Like</a>",
        "<div class=comment-body><p>Reply</p><a>Reply</a></div>",
    ],
)
def test_a_comment_that_says_reply_says_it(body):
    assert said(f"<div class=comment><span class=author>Ann</span>{body}</div>") == [("Ann", "None", "Reply")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<p>I met <span class=author>Dickens</span> at <time>5pm</time>, hit <a href='#'>Like</a></p><p>Report</p>",
            "I met Dickens at 5pm, hit Like\nReport",
        ),
        ("<div>One</div><div>Like</div><div>Two</div>", "One\nLike\nTwo"),
        ("<p>One</p><span>Share</span><p>Two</p>", "One\nShare\nTwo"),
        ("I <a>Reply</a> to all", "I Reply to all"),
        ("<div class=text>I hit <a href='#'>Reply</a></div>", "I hit Reply"),
        ("<p>👍</p>", "👍"),
        ("<p>3</p>", "3"),
        ("<p>:)</p>", ":)"),
        ("<p>- one</p><p>—</p><p>two</p>", "- one\n—\ntwo"),
        ("<blockquote>Share</blockquote><p>No.</p>", "> Share\nNo."),
        ("<p>See</p><p><a href='https://example.org/x'>Share</a></p>", "See\nShare (https://example.org/x)"),
        ("<p class=comment-text>One</p><p class=comment-text>Two</p><p>Three</p>", "One\nTwo\nThree"),
        ("<p>Sunday</p>", "Sunday"),
        (
            "<div class=bypost-author><p>A long answer of the one who wrote it</p></div>",
            "A long answer of the one who wrote it",
        ),
    ],
)
def test_no_word_of_a_comment_is_lost(body, text):
    markup = f"<div class=comment><span class=author>Ann</span>{body}<a>Reply</a> <span>3 likes</span></div>"
    (comment,) = read(markup)
    assert (comment.author, comment.text) == ("Ann", text)


@pytest.mark.parametrize(
    ("bodies", "texts"),
    [
        (["I hit <a>Reply</a>"], ["I hit Reply"]),
        (["I hit <a href='#'>Reply</a>", "<b class=author>Bob</b> Me too"], ["I hit Reply", "Me too"]),
        (["I hit <a>Reply</a> <a>Reply</a>", "No <a>Reply</a>"], ["I hit Reply", "No"]),
        (["I hit it <a>Reply</a>", "Me too <a>Reply</a>"], ["I hit it", "Me too"]),
        (["I hit it. <a>Reply</a>"], ["I hit it."]),
        (["I hit it 😀 <a>Reply</a>"], ["I hit it 😀"]),
        (["I hit it | <a>Reply</a>"], ["I hit it"]),
        (["I hit it <a>Reply</a> <a>Report</a>"], ["I hit it"]),
    ],
)
def test_a_link_that_ends_a_sentence_is_said_and_one_that_the_comments_share_is_a_button(bodies, texts):
    found = read(f"<ul>{''.join(f'<li class=comment>{body}</li>' for body in bodies)}</ul>")
    assert [c.text for c in found] == texts


def test_a_comment_without_an_author_stands_among_the_others():
    one = f"<div class=comment>{HEAD.format(*ANN)}<p>{ANN[2]}</p><a>Reply</a></div>"
    bare = "<div class=comment><p>No name.</p></div>"
    assert [c.author for c in read(one + bare + one.replace("First", "Third"))] == ["Ann", None, "Ann"]
    assert [c.text for c in read(one + bare)] == ["First text.", "No name."]
    button = bare.replace("</div>", "<a>Reply</a></div>")
    assert [(c.author, c.text) for c in read(button + button.replace("No", "Yes"))] == [
        (None, "No name."),
        (None, "Yes name."),
    ]


def test_a_first_line_is_a_name_only_where_every_comment_has_one():
    one = "<div class=comment>{}<br>{}<br><a>Reply</a></div>"
    both = read(one.format("Ann, 3 January 2026", "Hi.") + one.format("Then", "nothing."))
    assert [(c.author, c.text) for c in both] == [
        (None, "Ann, 3 January 2026\nHi."),
        (None, "Then\nnothing."),
    ]


def test_buttons_in_great_number_take_time_in_proportion():
    def seconds(n):
        deep = "<div>" * 1000 + "<span>Reply</span> x <a>Like</a>" * n + "</div>" * 1000
        begun = time.perf_counter()
        read(f"<div class=comment><b class=author>Ann</b>{deep}</div>")
        return time.perf_counter() - begun

    assert seconds(8000) < 12 * seconds(2000) + 1
