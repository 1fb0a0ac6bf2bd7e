"""Pages written for the tests in the markup of each comment system; all names and words are ours.

One little discussion (`DEEP`, four levels and a deleted comment) and a second one (`WIDE`) are put
into every system's markup, in whatever variant of it the page of that name stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Said:
    """A comment of the discussion; `gone` ones show what the system shows in place of their text."""

    n: int
    parent: int | None
    author: str
    html: str
    text: str
    gone: bool = False

    @property
    def when(self):
        return datetime(2023, 7, 4, 12, 30, tzinfo=UTC) + timedelta(minutes=7 * self.n)


DEEP = (
    Said(101, None, "Ann Marsh", "<p>The ferry ran late <b>again</b>.</p><p>Who counts the hours?</p>",
         "The ferry ran late again.\nWho counts the hours?"),
    Said(102, 101, "bo_k", "<p>Nobody does &amp; nobody will.</p>", "Nobody does & nobody will."),
    Said(103, 102, "Cy", "<p>I do<br>since March.</p>", "I do\nsince March."),
    Said(104, 103, "Ann Marsh", "<blockquote><p>since March</p></blockquote><p>Then show us.</p>",
         "> since March\nThen show us."),
    Said(105, 101, "", "", "", True),
    Said(106, None, "Dí Ørsted", '<p>Read <a href="https://example.org/plan">the plan</a> first.</p>',
         "Read the plan (https://example.org/plan) first."),
)  # fmt: skip
WIDE = (
    Said(211, None, "Eve", "<p>Fares go up in May.</p>", "Fares go up in May."),
    Said(212, 211, "Flo", "<p>They went up in April.</p><script>alert(1)</script>", "They went up in April."),
    Said(213, 212, "Eve", "<p>That was the tram.</p>", "That was the tram."),
    Said(214, 213, "Gus", "<p>Both, I think.</p>", "Both, I think."),
    Said(215, None, "Hal", "<p>h\u200bell no</p>", "h\u200bell no"),
)

STORY = (
    "<article class='entry-content'><h1>Harbour council votes to close the ferry terminal</h1>"
    "<p>The harbour council voted on Wednesday to close the old ferry terminal by the end of next year, despite a"
    " petition that four thousand people had signed since the plan became known in spring.</p>"
    "<p>Council leader Ian Prowse said that the building had become too costly to repair and that the new pier"
    " would do. Campaigners said they would challenge the decision in court before the winter.</p></article>"
)


def page(comments: str, head: str = "", story: str = STORY) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Harbour council votes</title>"
        f"<link rel='canonical' href='https://example.org/harbour'>{head}</head><body>{story}{comments}</body></html>"
    )


def replies(said, parent):
    return [s for s in said if s.parent == parent]


def iso(s: Said) -> str:
    return s.when.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def nest(said, parent, one: Callable[[Said, str], str], around: Callable[[str], str]) -> str:
    """Every comment with its replies inside: `one(comment, replies)`, `around(all replies)`."""
    inner = ""
    for s in replies(said, parent):
        inner += one(s, nest(said, s.n, one, around))
    return around(inner) if inner else ""


def depth(said, s: Said) -> int:
    return 1 if s.parent is None else 1 + depth(said, next(x for x in said if x.n == s.parent))


def wordpress_classic(said):
    def one(s, below):
        body = "<p>[deleted]</p>" if s.gone else s.html
        return (
            f"<li id='comment-{s.n}' class='comment even depth-{depth(said, s)}'><article id='div-comment-{s.n}'"
            f" class='comment-body'><footer class='comment-meta'><div class='comment-author vcard'><img class='avatar'>"
            f"<b class='fn'>{s.author}</b> <span class='says'>says:</span></div><div class='comment-metadata'>"
            f"<a href='#comment-{s.n}'><time datetime='{iso(s)}'>July 4, 2023</time></a></div></footer>"
            f"<div class='comment-content'>{body}</div><div class='reply'><a class='comment-reply-link'"
            f" data-commentid='{s.n}'>Reply</a></div></article>{below}</li>"
        )

    top = nest(said, None, one, lambda x: f"<ol class='children'>{x}</ol>").removeprefix(
        "<ol class='children'>"
    )
    return page(f"<div id='comments' class='comments-area'><ol class='comment-list'>{top}</div>")


def wordpress_split_lists(said):
    """A theme that closes each item before the list of its replies, with years left out of its times."""

    def one(s, below):
        body = "This comment has been removed by a moderator." if s.gone else s.html
        return (
            f"<li class='comment odd depth-{depth(said, s)}' id='comment-{s.n}'><cite class='comment-author'>"
            f"<a href='http://example.org'>{s.author}</a></cite><small class='commentmetadata'><a href='#comment-{s.n}'>"
            f"{s.when:%b %d, %Y} at {s.when:%I:%M} {s.when:%p}</a></small><div class='contenttext'>{body}"
            f"<p class='comment-likes'>Liked by <a class='view-likers' data-like-count='7'>7 people</a></p></div>"
            f"</li>{below}"
        )

    top = nest(said, None, one, lambda x: f"<ul class='children'>{x}</ul>")
    return page(f"<ol class='commentlist'>{top[len('<ul class=children>') + 2 : -5]}</ol>")


def wordpress_blocks(said):
    def one(s, below):
        body = "<p>Comment deleted</p>" if s.gone else s.html
        return (
            f"<li id='comment-{s.n}'><div class='wp-block-columns'><div class='wp-block-comment-author-name'>"
            f"<a rel='external nofollow ugc'>{s.author}</a></div><div class='wp-block-comment-date'><time"
            f" datetime='{iso(s)}'><a href='#comment-{s.n}'>July 4</a></time></div><div"
            f" class='wp-block-comment-content'>{body}</div><div class='wp-block-comment-reply-link'><a>Reply</a></div>"
            f"</div>{below}</li>"
        )

    top = nest(said, None, one, lambda x: f"<ol>{x}</ol>")
    return page(
        f"<div class='wp-block-comments'><ol class='wp-block-comment-template'>{top[4:-5]}</ol></div>"
    )


def disqus(said):
    def one(s, below):
        body = (
            "<p>This comment was deleted.</p>"
            if s.gone
            else f"<header><span class='post-byline'><span class='author publisher-anchor-color'><a>{s.author}</a></span>"
            f"</span><span class='post-meta'><a class='time-ago' href='#comment-{s.n}' title='{s.when:%A, %B %d, %Y}"
            f" {s.when:%I:%M %p}'>2 years ago</a></span></header><div class='post-body-inner'><div"
            f" class='post-message-container'><div class='post-message' dir='auto'>{s.html}</div></div></div><footer>"
            "<menu><li><a class='vote-up'><span data-role='likes'>12</span></a></li><li>Reply</li></menu></footer>"
        )
        kind = " minimized" if s.gone else ""
        return (
            f"<li class='post{kind}' id='post-{s.n}'><div data-role='post-content' class='post-content'><div"
            f" class='post-body'>{body}</div></div><ul class='children' data-role='children'>{below}</ul></li>"
        )

    top = nest(said, None, one, lambda x: x)
    return page(
        f"<div id='disqus_thread'><div id='layout'><ul id='post-list' class='post-list'>{top}</ul></div></div>"
    )


def disqus_flat(said):
    """A rendering whose replies stand in one list and name their parent by a link."""
    items = ""
    for s in said:
        up = f"<a class='parent-link' href='#comment-{s.parent}'>Someone</a>" if s.parent else ""
        body = "Comment was deleted" if s.gone else s.html
        items += (
            f"<li class='post'><div class='post-content'><span class='post-byline'><span class='author'>{s.author}</span>"
            f" {up}</span><a class='time-ago' href='https://x/#comment-{s.n}' title='{iso(s)}'>1y</a>"
            f"<div class='post-message'>{body}</div></div></li>"
        )
    return page(f"<div id='disqus_thread'><ul class='post-list'>{items}</ul></div>")


def coral(said):
    def one(s, below):
        wrap = f"<div id='coral-comments-replyList-log--{s.n}'>{below}</div>" if below else ""
        if s.gone:
            return (
                f"<div data-testid='comment-{s.n}'><div class='coral coral-deletedTombstone'>This comment is no longer"
                f" available. The commenter has deleted their account.</div></div>{wrap}"
            )
        return (
            f"<div><div class='coral coral-comment coral-reacted-4' id='comment-{s.n}'><div class='coral"
            f" coral-indent coral-indent-{depth(said, s) - 1}'><div class='coral coral-comment-topBar'><button class='coral"
            f" coral-username coral-comment-username'>{s.author}</button><time class='coral coral-timestamp"
            f" coral-comment-timestamp' datetime='{iso(s)}'>1 hour ago</time></div><div class='coral coral-content"
            f" coral-comment-content'>{s.html}</div><div class='coral coral-comment-actionBar'><button>Respect 4"
            f"</button></div></div></div>{wrap}</div>"
        )

    return page(
        f"<div id='coral_thread'><div class='coral coral-stream'>{nest(said, None, one, lambda x: x)}</div></div>"
    )


def coral_indented(said):
    """An older stream: no ids on the lists of replies, only indentation; a featured comment is shown twice."""
    items = ""
    for s in said:
        if s.gone:
            body = "<div class='coral coral-comment-content'>This comment has been deleted</div>"
        else:
            body = f"<div class='coral coral-comment-content'>{s.html}</div>"
        items += (
            f"<div class='coral coral-indent coral-indent-{depth(said, s) - 1}'><div class='coral coral-comment'"
            f" id='comment-{s.n}'><span class='coral coral-username coral-comment-username'>{s.author}</span><span"
            f" class='coral coral-timestamp' title='{iso(s)}'>now</span>{body}</div></div>"
        )
    first = said[0]
    featured = (
        f"<div class='coral coral-featuredComment' data-testid='comment-{first.n}'><div class='coral coral-content"
        f" coral-featuredComment-content'>{first.html}</div><span class='coral coral-username'>{first.author}</span></div>"
    )
    return page(f"<div class='coral coral-stream'>{featured}{items}</div>")


def openweb(said):
    def one(s, below):
        body = (
            "<div class='components-MessageContent-index__deletedMessage'>This comment was removed</div>"
            if s.gone
            else f"<span data-spot-im-class='message-username'>{s.author}</span><time"
            f" data-spot-im-class='message-timestamp' datetime='{iso(s)}'>3h ago</time><div"
            f" data-spot-im-class='message-text'>{s.html}</div><div class='components-MessageActions-index__bar'>"
            f"<button>Reply</button></div>"
        )
        return (
            f"<li><article id='{s.n}'><div class='components-MessageLayout-index__message-container'><div"
            f" class='components-MessageLayout-index__message-view'>{body}</div></div>{below}</article></li>"
        )

    top = nest(said, None, one, lambda x: f"<ul class='spcv_children-list'>{x}</ul>")
    inner = top[len("<ul class='spcv_children-list'>") :]
    return page(
        f"<div data-spotim-module='conversation'><div><template shadowrootmode='open'><div class='spcv_conversation'>"
        f"<ul class='spcv_messages-list'>{inner}</div></template></div></div>"
    )


def openweb_old(said):
    def one(s, below):
        body = (
            "<div class='sppre_deleted'>This comment was deleted.</div>"
            if s.gone
            else (
                f"<a class='sppre_user-link'><span class='sppre_username'>{s.author}</span></a><span"
                f" class='sppre_posted-at'>{s.when:%d %b, %Y} {s.when:%H:%M}</span><div data-spot-im-class='message-text'>"
                f"{s.html}</div>"
            )
        )
        return f"<li data-message-id='m{s.n}'><div class='sppre_message-stack'>{body}</div>{below}</li>"

    top = nest(said, None, one, lambda x: f"<ul class='sppre_children-list'>{x}</ul>")
    return page(f"<div class='sppre_conversation'><ul class='sppre_messages-list'>{top[31:]}</div>")


def viafoura(said):
    def one(s, below):
        body = (
            "<div class='vf3-comment-content'>This comment has been removed</div>"
            if s.gone
            else (
                f"<div class='vf3-comment-header'><time datetime='{iso(s)}'>4 July</time></div>"
                f"<div class='vf3-comment-content'>{s.html}</div><div class='vf3-comment-actions'><button>Reply</button></div>"
            )
        )
        label = f" aria-label='Comment by {s.author}.'" if s.author else ""
        return (
            f"<article class='vf3-comment' data-content-uuid='u-{s.n}'{label}>{body}</article>"
            f"{below and f'<div class=vf3-replies>{below}</div>'}"
        )

    return page(f"<div class='vf3-comments'>{nest(said, None, one, lambda x: x)}</div>")


def viafoura_old(said):
    def one(s, below):
        kind = " vf-comment--deleted" if s.gone else ""
        return (
            f"<div class='vf-comment{kind}' data-comment-id='{s.n}'><span class='vf-username'>{s.author}</span><span"
            f" class='vf-comment-timestamp' title='{iso(s)}'>1 day</span><div class='vf-comment__body'>{s.html}</div>"
            f"{below}</div>"
        )

    return page(f"<div class='viafoura'>{nest(said, None, one, lambda x: f'<div>{x}</div>')}</div>")


def hyvor(said):
    def one(s, below):
        body = "[deleted]" if s.gone else s.html
        return (
            f"<div class='comment' data-comment-id='{s.n}'><span class='user-name'>{s.author}</span><time"
            f" datetime='{iso(s)}'>2y</time><div class='comment-content'>{body}</div>{below}</div>"
        )

    top = nest(said, None, one, lambda x: f"<div class='replies'>{x}</div>")
    return page(
        f"<hyvor-talk-comments><template shadowrootmode='open'>{top}</template></hyvor-talk-comments>"
    )


def hyvor_listed(said):
    def one(s, below):
        body = "Comment deleted" if s.gone else s.html
        return (
            f"<div class='comment' id='ht-comment-{s.n}'><span class='name'>{s.author}</span><span class='time'"
            f" title='{iso(s)}'>2y</span><div class='body'>{body}</div></div>{below}"
        )

    return page(
        f"<div id='hyvor-talk-view'>{nest(said, None, one, lambda x: f'<div class=replies>{x}</div>')}</div>"
    )
