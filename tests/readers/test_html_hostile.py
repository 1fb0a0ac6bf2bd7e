"""Hostile and broken pages: never a crash, never a silent loss, never long."""

import json
import time

import html_samples as news
import html_samples_forums as rest
import pytest
from html_samples import DEEP, WIDE, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.readers.html import read_html
from discourse.readers.items import Reject, SourceComment
from discourse.readers.page import FlatPage
from discourse.schema import Article, UnreadableSource


def read(data):
    return list(
        read_html(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), "page.html")
    )


def comments_of(data):
    return [i for i in read(data) if isinstance(i, SourceComment)]


def one(n, text, inside=""):
    return f"<li class='comment' id='comment-{n}'><b class='fn'>A{n}</b><div class='comment-content'>{text}</div>{inside}</li>"


def test_ten_thousand_nested_divs_keep_what_stands_in_and_after_them():
    deep = "<div>" * 10_000 + "<p>the middle of it</p>" + "</div>" * 10_000
    listed = f"<ol class='comment-list'>{one(1, deep)}{one(2, 'after')}</ol>"
    first, second = comments_of(page(listed))
    assert first.text == "the middle of it"
    assert second.text == "after"


def test_what_even_thinning_cannot_reach_is_told():
    hidden = "<div title='<'>" * 6000 + "x" + "</div>" * 6000
    items = read(page(f"<ol class='comment-list'>{one(1, 'before')}</ol>{hidden}"))
    assert [c.text for c in items if isinstance(c, SourceComment)] == ["before"]
    assert any(isinstance(i, Reject) and "nested too deep" in i.reason for i in items)


def test_a_thread_three_hundred_replies_deep():
    markup = ""
    for n in range(300, 0, -1):
        markup = one(n, f"reply {n}", f"<ol class='children'>{markup}</ol>" if markup else "")
    found = comments_of(page(f"<ol class='comment-list'>{markup}</ol>"))
    assert [c.text for c in found] == [f"reply {n}" for n in range(1, 301)]
    assert [c.parent_id for c in found] == [None, *map(str, range(1, 300))]


def test_many_comments_take_time_in_proportion():
    def seconds(count):
        data = page(
            f"<ol class='comment-list'>{''.join(one(n, 'word ' * 9) for n in range(count))}</ol>"
        ).encode()
        start = time.process_time()
        assert sum(isinstance(i, SourceComment) for i in read(data)) == count
        return time.process_time() - start

    seconds(500)
    assert seconds(8000) < 30 * max(seconds(1000), 0.05)  # 8 in proportion, 64 if it grew by the square


@pytest.mark.parametrize(
    "junk",
    [
        "<li class='comment' id='comment-7' title='" + "x" * 2_000_000 + "'>",
        "<a href='https://example.org/" + "y" * 1_000_000 + "'>z</a>",
        "<" * 100_000,
        "<a" * 100_000,
        "<!--" * 50_000,
        "&#x0;&#xd800;&#1114112;&nosuch;&" + "amp;" * 10_000,
        "<p" + " a" * 100_000 + ">",
        "\x00" * 3 + "<p>\x00ok</p>",
        "<svg><math><table><td><select><option><frameset></p></li></ol></body></html><p>late",
        "<script>" + "<div>" * 50_000,
        "<style>@import url(//x)</style><base href='//x'><iframe src='//x'></iframe><object data='//x'>",
        "<blockquote>" * 1000 + "q",
    ],
    ids=range(12),
)  # fmt: skip
def test_junk_beside_a_comment_does_not_hide_it(junk):
    start = time.process_time()
    found = comments_of(page(f"<ol class='comment-list'>{one(1, 'kept')}</ol>{junk}"))
    assert found[0].text == "kept"
    assert time.process_time() - start < 20


def test_entities_of_a_doctype_are_not_expanded():
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    markup = f"<ol class='comment-list'>{one(1, '&b; &f; end')}</ol>"
    (comment,) = comments_of(bomb + f"<html><body>{markup}</body></html>")
    assert "root:" not in comment.text
    assert "aaaaaaaaaa" not in comment.text
    assert comment.text.endswith("end")


def test_parents_in_a_circle_are_cut():
    markup = (
        "<div class='comment' data-comment-id='1' data-parent-id='2'><b class='author'>A</b><p class='text'>x</p></div>"
        "<div class='comment' data-comment-id='2' data-parent-id='1'><b class='author'>B</b><p class='text'>y</p></div>"
        "<div class='comment' data-comment-id='3' data-parent-id='3'><b class='author'>C</b><p class='text'>z</p></div>"
    )
    assert [(c.comment_id, c.parent_id) for c in comments_of(page(markup))] == [
        ("1", None),
        ("2", "1"),
        ("3", None),
    ]


def test_a_comment_repeated_below_itself_answers_what_it_answered():
    again = one(2, "yes", f"</li><ul class='children'>{one(2, 'other words')}{one(3, 'no')}</ul>")
    markup = f"<ol class='comment-list'>{one(1, 'top', f'<ul class=children>{again}</ul>')}</ol>"
    found = [(c.comment_id, c.parent_id) for c in comments_of(page(markup))]
    assert found == [("1", None), ("2", "1"), ("2", "1"), ("3", "2")]


def test_json_ld_nested_ten_thousand_deep_is_passed_over():
    deep = '{"comment":[' * 10_000 + "]}" * 10_000
    items = read(page("", head=f"<script type='application/ld+json'>{deep}</script>"))
    assert isinstance(items[0], Article)


def test_json_ld_of_the_wrong_shapes():
    data = [{"@type": ["Comment", 7], "text": ["a", {}], "author": [{"name": 3}], "dateCreated": 5, "comment": "x"},
            {"@type": "NewsArticle", "comment": {"@type": "Comment", "text": None, "author": {"name": "B"}}}, None, 3]  # fmt: skip
    found = comments_of(page("", head=f"<script type='application/ld+json'>{json.dumps(data)}</script>"))
    assert [(c.text, c.author) for c in found] == [("a", "3"), ("", "B")]


@pytest.mark.parametrize("data", [b"", b"   \n", b"\x89PNG\r\n", b"\x00\x01\x02\x03" * 100])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(UnreadableSource, match="page.html"):
        read(data)


PAGES = [
    f(said).encode()
    for f in (news.wordpress_classic, news.disqus, news.coral, news.openweb, rest.reddit, rest.hacker_news, rest.json_ld,
              rest.microformats, rest.home_made)
    for said in (DEEP, WIDE)
]  # fmt: skip
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check(data):
    try:
        items = read(data)
    except UnreadableSource:
        return
    for item in items:
        assert isinstance(item, Article | SourceComment | Reject | FlatPage)
        if isinstance(item, SourceComment):
            assert item.comment_id
            assert item.parent_id != item.comment_id
            assert "\x1b" not in item.text
            assert item.posted_at is None or item.posted_at.utcoffset().total_seconds() == 0


@FUZZ
@given(
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=12)), max_size=8),
)
def test_fuzz_cut_and_spliced_pages(data, edits):
    for where, length, new in edits:
        at = int(where * len(data))
        data = data[:at] + new + data[at + length :]
    check(data)


PIECES = st.sampled_from(
    ["<li class='comment' id='comment-1'>", "<li class=comment>", "</li>", "<ul class=children>", "</ul>", "<b class=fn>",
     "<div class='comment-content'>", "</div>", "<shreddit-comment thingid=t1_a parentid=t1_b depth=2>", "<tr class=comtr id=2>",
     "<td class=ind indent=3>", "<article class='vf3-comment'>", "</article>", "<div id=disqus_thread><li class=post>", "text",
     "<time datetime='2023-99-01'>", "<a class=parent-link href='#comment-1'>", "<blockquote>", "<pre>", "<template>", "&#0;",
     "<div itemscope itemtype='https://schema.org/Comment' id=comment-1>", "<script type='application/ld+json'>[{", "<!--", "-->",
     "<div class='u-comment'>", "<div data-comment-id=1 data-parent-id=1 class=comment>", "\x1b[2J", "[deleted]", "<table>"]
)  # fmt: skip


@FUZZ
@given(st.lists(PIECES | st.text(max_size=6), max_size=40))
def test_fuzz_pages_of_torn_markup(pieces):
    check("".join(pieces).encode("utf-8", "surrogatepass"))


def test_control_characters_in_a_page_with_comments_are_no_crash():
    page = (
        b"<html><head><title>Harbour</title></head><body><article><p>The council voted.</p></article>\x01 before"
        b"<ol class='commentlist'><li class='comment' id='comment-1'><div class='comment-body'>"
        b"<cite class='fn'>Ann</cite><p>Good\x02 news</p></div></li></ol>\x01 after</body></html>"
    )
    texts = [item.text for item in read_html(page, "page.html") if isinstance(item, SourceComment)]
    assert texts == ["Good news"]
