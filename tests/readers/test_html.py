"""Saved pages: every system's markup gives the tree, the authors, the times, the texts, the deleted ones."""

import html

import html_samples as news
import html_samples_forums as rest
import pytest
from html_samples import DEEP, WIDE

from discourse.readers.html import read_html
from discourse.readers.items import Reject, SourceComment
from discourse.readers.page import FlatPage
from discourse.schema import Article

PAGES = {
    name: getattr(module, name)
    for module, names in (
        (news, "wordpress_classic wordpress_split_lists wordpress_blocks disqus disqus_flat coral coral_indented openweb"
               " openweb_old viafoura viafoura_old hyvor hyvor_listed"),
        (rest, "commento commento_plain isso isso_old remark42 remark42_levels reddit_old reddit_old_flat reddit"
               " reddit_unnested hacker_news hacker_news_old slashdot slashdot_old discourse discourse_crawler substack"
               " substack_new microdata microdata_flat json_ld json_ld_flat microformats microformats_flat home_made"
               " home_made_margins"),
    )
    for name in names.split()
}  # fmt: skip
FORUMS = ("reddit", "hacker", "slashdot", "discourse")
NO_LINKS = ("discourse_crawler",)  # its markup does not say who answers whom
BY_NAME = {
    ("discourse", 105): 104
}  # its markup names the parent's author alone: the last comment of that author


def read(text, name="page.html"):
    items = list(read_html(text.encode() if isinstance(text, str) else text, name))
    return (
        [i for i in items if isinstance(i, Article)],
        [i for i in items if isinstance(i, SourceComment)],
        [i for i in items if isinstance(i, Reject)],
    )


def squeezed(text):
    return "\n".join(line for line in text.split("\n") if line)


@pytest.mark.parametrize("said", [DEEP, WIDE], ids=["deep", "wide"])
@pytest.mark.parametrize("name", PAGES)
def test_the_tree_and_all_that_is_said_of_it(name, said):
    _, comments, rejects = read(PAGES[name](said))
    assert len(comments) == len(said)
    number = {c.comment_id: s.n for c, s in zip(comments, said, strict=True)}
    assert len(number) == len(said)
    for c, s in zip(comments, said, strict=True):
        if name not in NO_LINKS:
            assert (number[c.parent_id] if c.parent_id else None) == BY_NAME.get((name, s.n), s.parent), s
        assert c.posted_at is None or abs((c.posted_at - s.when).total_seconds()) < 60
        assert bool(c.extra.get("deleted")) is s.gone
        assert c.where is None or c.where >= 1
        if s.gone:
            continue
        assert c.author == s.author
        assert squeezed(c.text) == s.text
        assert c.posted_at is not None
    assert {r.reason for r in rejects} <= {"shown twice"}


@pytest.mark.parametrize("name", [n for n in PAGES if not n.startswith(FORUMS)])
def test_the_article_is_the_story_without_the_comments(name):
    (article,), _, _ = read(PAGES[name](DEEP))
    assert article.article_id == "page"
    assert article.url == "https://example.org/harbour"
    assert article.title.startswith("Harbour council votes")
    assert "four thousand people" in article.text
    assert "Ian Prowse" in article.text
    assert "ferry ran late" not in article.text
    assert "Nobody does" not in article.text


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith(FORUMS)])
def test_a_forums_article_is_its_post(name):
    (article,), _, _ = read(PAGES[name](DEEP))
    assert article.title == "Ferry terminal to close"
    assert article.text == "What do you think of the vote?"
    assert article.published_at is not None


def test_counts_and_marks_go_into_extra():
    def extra(name, n):
        return read(PAGES[name](DEEP))[1][n].extra

    assert extra("wordpress_split_lists", 0) == {"likes": 7}
    assert extra("disqus", 0) == {"likes": 12}
    assert extra("coral", 0) == {"likes": 4}
    assert extra("commento", 0) == {"votes": 3}
    assert extra("reddit_old", 0) == {"votes": 9}
    assert extra("reddit", 0) == {"votes": 17}
    assert extra("reddit", 4) == {"votes": 17, "deleted": True}
    assert extra("slashdot", 0) == {"votes": 5, "title": "Re: hours", "moderation": "Insightful"}
    assert extra("discourse", 0) == {"likes": 3}
    assert extra("json_ld", 0) == {"likes": 11}
    assert extra("disqus", 4) == {"collapsed": True, "deleted": True}
    edited = extra("reddit_old_flat", 0)
    assert edited["edited_at"].isoformat() == "2024-01-01T00:00:00+00:00"


def test_a_comment_shown_twice_is_kept_once_where_it_stands_in_the_list():
    _, comments, rejects = read(news.coral_indented(DEEP))
    assert [c.comment_id for c in comments] == [str(s.n) for s in DEEP]
    assert [(r.reason, r.excerpt) for r in rejects] == [("shown twice", DEEP[0].text)]


def test_two_comments_with_one_id_are_both_kept():
    markup = news.wordpress_classic(WIDE).replace("comment-215", "comment-211").replace("'215'", "'211'")
    _, comments, rejects = read(markup)
    assert [c.comment_id for c in comments] == ["211", "212", "213", "214", "211"]
    assert rejects == []


def test_two_systems_on_one_page_are_both_read():
    first, second = news.wordpress_classic(DEEP), news.disqus(WIDE)
    both = first.replace("</body>", second[second.index("<div id='disqus_thread'>") :])
    _, comments, _ = read(both)
    assert {c.comment_id for c in comments} == {str(s.n) for s in (*DEEP, *WIDE)}


def test_pending_comments_and_pingbacks_are_marked():
    markup = news.page(
        "<ol class='comment-list'><li class='pingback' id='comment-1'><p>Pingback: <a href='https://example.net/x'>A blog"
        "</a></p></li><li class='comment depth-1' id='comment-2'><b class='fn'>Ann</b><em"
        " class='comment-awaiting-moderation'>Your comment is awaiting moderation.</em><div class='comment-content'>Hi</div>"
        "</li></ol>"
    )
    _, (ping, pending), _ = read(markup)
    assert ping.extra == {"pingback": True}
    assert ping.text == "Pingback: A blog (https://example.net/x)"
    assert pending.extra == {"pending": True}
    assert pending.text == "Hi"


def test_a_parent_that_is_not_on_the_page_is_still_named():
    _, comments, _ = read(rest.reddit_unnested(DEEP).replace("thingId='t1_102'", "thingId='t1_999'"))
    assert comments[2].comment_id == "t1_103"
    assert comments[2].parent_id == "t1_102"


def test_relative_times_are_kept_as_written():
    _, comments, _ = read(
        news.wordpress_classic(WIDE)
        .replace(" datetime='2023", " data-x='2023")
        .replace("July 4, 2023", "2 days ago")
    )
    assert [c.posted_at for c in comments] == [None] * 5
    assert comments[0].extra == {"posted_at_text": "2 days ago"}


def test_embeds_saved_as_inline_frames_are_opened():
    inner = news.disqus(DEEP)
    inner = (
        "<html><body>" + inner[inner.index("<div id='layout'>") : inner.index("</body>")] + "</body></html>"
    )
    framed = f"<div id='disqus_thread'>\n<iframe srcdoc='{html.escape(inner, quote=True)}'></iframe></div>"
    (article,), comments, _ = read(news.page(framed))
    assert [c.text for c in comments if not c.extra.get("deleted")] == [s.text for s in DEEP if not s.gone]
    assert {c.where for c in comments} == {2}
    assert "ferry ran late" not in article.text


def test_counters_and_forms_are_no_comments():
    byline = "<ul class='post-meta'><li class='author'>Max</li><li class='comment'><a href='#c'>5 Comments</a></li></ul>"
    form = "<div id='comment-form'><p class='comment-form-author'><label>Name</label><input></p>Leave a reply</div>"
    (article,) = read_html(news.page(byline + form).encode(), "page.html")
    assert isinstance(article, Article)
    listed = (
        news.wordpress_classic(WIDE).replace("</h1>", "</h1>" + byline).replace("</body>", form + "</body>")
    )
    _, comments, _ = read(listed)
    assert [c.comment_id for c in comments] == [str(s.n) for s in WIDE]
    divs = "".join(
        f"<div class='comment' id='comment-{n}'><b class='fn'>A</b><div class='comment-content'>t{n}</div></div>"
        for n in (1, 2)
    )
    _, comments, _ = read(news.page(byline + divs + form))
    assert [(c.comment_id, c.text) for c in comments] == [("1", "t1"), ("2", "t2")]


def test_ratings_of_recipes_are_kept():
    markup = (
        "<ol class='comment-list'><li class='comment' id='comment-1'><b class='fn'>A</b><div class='comment-content'><img"
        " class='wprm-comment-rating' alt='4 stars'><br>Good.</div></li></ol>"
    )
    (comment,) = read(news.page(markup))[1]
    assert comment.extra == {"rating": 4}
    assert comment.text == "Good."


def test_a_page_of_an_unknown_system_is_handed_on_as_flat_text():
    rows = "".join(
        f"<div class='zq1'><span class='zq2'>{s.author}</span><p class='zq3'>{s.text}</p><button>Reply</button></div>"
        for s in WIDE
    )
    (flat,) = read_html(news.page(f"<h2>5 Comments</h2>{rows}").encode(), "page.html")
    assert isinstance(flat, FlatPage)
    lines = [line.text for line in flat.lines]
    assert "Fares go up in May." in lines
    assert any("four thousand people" in line for line in lines)
    assert any("visible text" in note for note in flat.notes)


def test_a_page_without_comments_gives_its_article_alone():
    items = list(
        read_html(
            news.page("<form><h3>Leave a comment</h3><textarea></textarea></form>").encode(), "a/story.html"
        )
    )
    (article,) = items
    assert isinstance(article, Article)
    assert article.article_id == "story"
    assert "four thousand people" in article.text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<!-- saved from url=(0032)https://example.org/a/story.html -->",
            "https://example.org/a/story.html",
        ),
        (
            "<!--\n Page saved with SingleFile \n url: https://example.org/b \n saved date: Tue -->",
            "https://example.org/b",
        ),
    ],
)
def test_the_address_that_browsers_leave_in_saved_pages(markup, expected):
    text = news.page("").replace("<link rel='canonical' href='https://example.org/harbour'>", "")
    (article,), _, _ = read(text.replace("<!DOCTYPE html>", "<!DOCTYPE html>" + markup))
    assert article.url == expected
