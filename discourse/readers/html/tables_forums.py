"""Tables: sites that are discussions (Reddit, Hacker News, Slashdot, Discourse), whose article is a post.

Markup as in the pages' own templates: old Reddit's `.thing`, the `shreddit-*` elements, Hacker News'
indentation, Slash's `dispComment`, Discourse's topic page and its crawler page.
"""

from __future__ import annotations

from discourse.readers.html.system import SELF, Addressed, Deep, Get, Nested, Pointed, Post, System

_DATETIME = Get("time[datetime]", "datetime")

OLD_REDDIT = System(
    name="Reddit (old)",
    comment=("div.thing.comment",),
    container=".commentarea",
    id=(Get(SELF, "data-fullname"), Get(SELF, "id", r"thing_(t1_\w+)")),
    parent=(
        Nested(),
        Pointed((Get("a[data-event-action='parent']", "href", r"#(t1_\w+)$"),), on_page=True),
    ),
    author=(Get(SELF, "data-author"), Get(".tagline .author"), Get(".tagline em")),
    time=(Get("time.live-timestamp", "datetime"), Get("time:not(.edited-timestamp)", "datetime")),
    edited_at=(Get("time.edited-timestamp", "datetime"),),
    text=(".usertext-body .md", ".usertext-body"),
    numbers={"votes": (Get(".score.unvoted", "title"), Get(".score.unvoted"), Get(".score"))},
    flags={
        "deleted": (Get(SELF, "class", r"(?:^|\s)deleted(?:\s|$)"),),
        "collapsed": (Get(SELF, "class", r"(?:^|\s)collapsed(?:\s|$)"),),
        "sticky": (Get(".stickied-tagline"),),
        "by_post_author": (Get(".tagline .author.submitter"),),
    },
    drop=".tagline, .buttons, .flat-list, .midcol, .usertext-edit, .reportform",
    post=Post(
        title=(Get(".thing.link a.title"), Get("a.title")),
        text=(".thing.link .usertext-body .md", ".expando .usertext-body .md"),
        url=(Get("link[rel='canonical']", "href"), Get(".thing.link a.comments", "href")),
        time=(Get(".thing.link time", "datetime"),),
    ),
)

NEW_REDDIT = System(
    name="Reddit",
    comment=("shreddit-comment",),
    container="shreddit-comment-tree, #comment-tree, faceplate-batch",
    id=(Get(SELF, "thingid"), Get(SELF, "id", r"(t1_\w+)")),
    parent=(
        Pointed((Get(SELF, "parentid"), Get(SELF, "parent-id")), top=r"^t3_"),
        Nested(),
        Deep((Get(SELF, "depth"),), base=0),
    ),
    author=(Get(SELF, "author"), Get("[slot='commentMeta'] a[href*='/user/']")),
    time=(Get(SELF, "created"), Get(SELF, "created-timestamp"), Get("faceplate-timeago", "ts"), _DATETIME),
    edited_at=(Get(SELF, "edited-timestamp"), Get("[slot='commentMeta'] time.edited", "datetime")),
    text=("[slot='comment']", "[id$='-rtjson-content']", "[slot='commentContent']"),
    numbers={"votes": (Get(SELF, "score"),), "awards": (Get(SELF, "award-count"),)},
    flags={
        "deleted": (
            Get(SELF, "is-author-deleted"),
            Get(SELF, "is-comment-deleted"),
            Get(SELF, "author", r"^\[deleted\]$"),
        ),
        "collapsed": (Get(SELF, "collapsed"),),
    },
    drop="[slot='commentMeta'], [slot='actionRow'], shreddit-comment-action-row, [slot='commentAvatar'], [slot^='more-comments'], [slot^='children-']:not(shreddit-comment)",
    post=Post(
        title=(Get("shreddit-post", "post-title"), Get("[slot='title']")),
        text=("shreddit-post [slot='text-body']",),
        url=(Get("link[rel='canonical']", "href"), Get("shreddit-post", "permalink")),
        time=(Get("shreddit-post", "created-timestamp"),),
    ),
)

REDESIGN_REDDIT = System(
    name="Reddit (2018 to 2023)",
    comment=("div.Comment",),
    container="",
    id=(Get(SELF, "class", r"\b(t1_\w+)"), Get("[id^='t1_']", "id", around=True)),
    parent=(Nested(), Deep((Get("span", None, r"^level (\d+)$"),))),
    author=(Get("[data-testid='comment_author_link']"), Get("a[href*='/user/']", None, r"\S.*")),
    time=(_DATETIME, Get("[data-testid='comment_timestamp']")),
    text=("[data-testid='comment']", ".RichTextJSON-root"),
    numbers={"votes": (Get("[id^='vote-arrows-']", None, r"[\d.]+k?"),)},
    drop="[data-testid='comment-top-meta'], [data-testid='comment_timestamp'], [data-testid='comment_author_link']",
    post=Post(
        title=(Get("[data-test-id='post-content'] h1"),),
        text=("[data-test-id='post-content'] [data-click-id='text']", "[data-click-id='text']"),
        url=(Get("link[rel='canonical']", "href"),),
    ),
)

HACKER_NEWS = System(
    name="Hacker News",
    comment=("tr.comtr",),
    container="table.comment-tree",
    id=(Get(SELF, "id"),),
    parent=(
        Deep((Get("td.ind", "indent"),), base=0),
        Deep((Get("td.ind img", "width"), Get("img[src*='s.gif']", "width")), base=0),
    ),
    author=(Get(".hnuser"),),
    time=(Get(".age", "title", r"^\S+"), Get(".age")),
    text=(".commtext",),
    flags={"collapsed": (Get(SELF, "class", r"(?:^|\s)coll(?:\s|$)"),)},
    drop=".reply, .comhead, .votelinks, .navs",
    post=Post(
        title=(Get(".fatitem .titleline a"), Get(".fatitem a.storylink"), Get(".titleline a")),
        text=(".fatitem .toptext",),
        url=(Get(".fatitem .titleline a", "href"), Get(".fatitem a.storylink", "href")),
        time=(Get(".fatitem .age", "title", r"^\S+"),),
    ),
)

SLASHDOT = System(
    name="Slashdot",
    comment=("li.comment[id^='tree_']",),
    container="#commentlisting, #comments, #commentwrap",
    id=(Get(SELF, "id", r"^tree_(\d+)$"),),
    parent=(Nested(), Pointed((Get("a[href*='pid=']", "data-parent"),), on_page=True)),
    author=(Get(".by a"), Get(".by", None, r"(?:by\s+)?(.+)")),
    time=(_DATETIME, Get(".otherdetails")),
    text=("[id^='comment_body_']", ".commentBody"),
    numbers={"votes": (Get("[id^='comment_score_']", None, r"Score:\s*(-?\d+)"),)},
    flags={"collapsed": (Get("[id^='comment_']", "class", r"(?:^|\s)(?:oneline|hidden)(?:\s|$)"),)},
    texts={
        "title": (Get("[id^='comment_link_']"),),
        "moderation": (Get("[id^='comment_score_']", None, r"Score:\s*-?\d+,\s*([A-Za-z]+)"),),
    },
    drop=".commentTop, .commentSub, .sig, .comment_footer, .commentshrunk, .details, .title",
    outside="[id^='replyto_'] form",
    post=Post(
        title=(Get("article .story-title > a"), Get("article h2.story a"), Get("article h2")),
        text=("article .body .p", "article .body", "article .intro"),
        url=(Get("link[rel='canonical']", "href"),),
        time=(Get("article time[datetime]", "datetime", r"(?:on\s+)?(.+)"),),
    ),
)

DISCOURSE = System(
    name="Discourse",
    comment=(
        ".topic-post article[data-post-id], .topic-post article[id^='post_'], article.boxed[id^='post_']",
        ".crawler-post[id^='post_']",
    ),
    container=".post-stream",
    id=(Get(SELF, "id", r"^post_(\d+)$"),),
    parent=(
        Pointed(
            (Get(".reply-to-tab", "data-post-number"), Get("a.reply-to-tab", "href", r"/(\d+)$")), top="^1$"
        ),
        Addressed((Get(".reply-to-tab", "data-user-card"), Get(".reply-to-tab"))),
        Nested(),
    ),
    author=(
        Get(".names .username a"),
        Get(".names .username"),
        Get(".names a"),
        Get("[itemprop='author'] [itemprop='name']"),
        Get(".creator"),
        Get(SELF, "aria-label", r"@(\S+)"),
    ),
    time=(
        Get("time[itemprop='datePublished']", "datetime"),
        Get("time.post-time", "datetime"),
        Get(".post-date .relative-date", "data-time"),
        Get(".relative-date", "data-time"),
        _DATETIME,
        Get(".crawler-post-infos"),
    ),
    text=(".cooked", ".post[itemprop='text']", "[itemprop='articleBody']", ".post"),
    numbers={
        "likes": (
            Get(".post-likes", None, r"\d[\d,]*"),
            Get("button.like-count", None, r"\d+"),
            Get(".like-count", None, r"\d+"),
            Get("meta[itemprop='userInteractionCount']", "content"),
        )
    },
    flags={
        "deleted": (
            Get(SELF, "class", r"(?:^|\s)deleted(?:\s|$)"),
            Get(".deleted", "class", None, around=True),
        ),
        "hidden": (Get(".post-hidden", "class", None, around=True),),
        "edited": (Get(".post-info.edits"),),
        "solution": (Get(".accepted-answer", "class", None, around=True), Get(".accepted-text")),
    },
    drop=(
        ".topic-meta-data, .post-controls, .post-menu-area, .post-links-container, .embedded-posts, .quote-controls,"
        " .topic-map, .crawler-post-meta, .lightbox .meta, .anchor, .topic-avatar"
    ),
    outside=".embedded-posts",
    post=Post(title=(Get("#topic-title h1"), Get("h1"))),
    opening="1",
)
