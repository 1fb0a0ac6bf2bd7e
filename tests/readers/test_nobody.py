"""Comments whose author a site calls "[deleted]" and the like are nobody's, not one person's."""

import pytest
from sources import lines, load

from discourse.readers.fields import author_or_none
from discourse.readers.html import read_html
from discourse.readers.items import SourceComment

NOBODY = ("[deleted]", "[removed]", "[Deleted]", " [deleted] ", "", "  ", None)


def _reddit(author):
    return {
        "id": "c1",
        "link_id": "t3_a",
        "parent_id": "t3_a",
        "subreddit": "s",
        "body": "hi",
        "author": author,
    }


def _convokit(author):
    return {"id": "u1", "conversation_id": "u0", "reply-to": "u0", "text": "hi", "speaker": author}


def _row(author):
    return {"id": "1", "text": "hi", "author": author}


@pytest.mark.parametrize("row", [_reddit, _convokit, _row])
def test_nobody_is_named(row):
    for author in NOBODY:
        pages, _ = load(lines(row(author)), "utterances.jsonl" if row is _convokit else "x.jsonl")
        assert [(c.text, c.author) for page in pages for c in page.comments] == [("hi", None)]
    pages, _ = load(lines(row("deleted")), "x.jsonl")
    assert pages[0].comments[0].author == "deleted"  # a name that a person may have


def test_nobody_in_a_csv():
    (page,), _ = load("id,author,text\n1,[deleted],a\n2,[removed],b\n3,,c\n4,Ann,d\n", "x.csv")
    assert [c.author for c in page.comments] == [None, None, None, "Ann"]


def test_nobody_on_a_saved_page():
    page = """<html><body><h1>T</h1><div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="c1"><span itemprop="author">[deleted]</span>
    <p itemprop="text">Nobody in particular said this.</p></div><div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="c2">
    <span itemprop="author">Ann</span><p itemprop="text">Ann said this, and more.</p></div></body></html>"""
    found = [i for i in read_html(page.encode(), "x.html") if isinstance(i, SourceComment)]
    assert [c.author for c in found] == [None, "Ann"]


def test_a_gap_in_a_column_is_nobody():
    assert author_or_none(float("nan")) is None and author_or_none(7) == "7"
