"""Tables: open vocabularies that any site may use, and marks common among home-made comment systems.

schema.org `Comment` as microdata (https://schema.org/Comment), microformats2 h-cite and h-entry
comments (https://indieweb.org/comments, https://microformats.org/wiki/h-cite).
"""

from __future__ import annotations

from discourse.readers.html.system import SELF, Deep, Get, Listed, Nested, Pointed, System

_DATETIME = Get("time[datetime]", "datetime")
_NO_LIST = "".join(
    f":not([id$='{end}'])"
    for end in (
        "list",
        "section",
        "container",
        "wrapper",
        "area",
        "box",
        "form",
        "thread",
        "template",
        "count",
    )
)

LOOSE_AUTHOR = tuple(
    Get(css, None, r"^.{1,80}$")
    for css in (
        ".author",
        ".username",
        ".user-name",
        ".comment-user",
        ".comment-name",
        ".commenter",
        ".nickname",
        ".nick",
        ".user",
        ".name",
        ".poster",
        ".byline",
    )
)
"""Where pages that no system wrote name a comment's author; tried last."""

LOOSE_TIME = tuple(
    Get(css, None, r"^.{1,80}$")
    for css in (
        ".comment-date",
        ".comment-time",
        ".date",
        ".timestamp",
        ".datetime",
        ".time",
        ".posted",
        ".when",
    )
)
"""Where they say when it was written."""

MICRODATA = System(
    name="schema.org Comment",
    comment=(
        "[itemtype$='schema.org/Comment'], [itemtype$='schema.org/UserComments'], [itemtype$='schema.org/Answer']",
    ),
    container="",
    id=(
        Get(SELF, "id", r"(?:comment[-_])?(.+)"),
        Get(SELF, "itemid"),
        Get(SELF, "data-comment-id"),
        Get("[itemprop='identifier']", "content"),
        Get("[itemprop='url']", "href"),
        Get("link[itemprop='url'], meta[itemprop='url']", "content"),
    ),
    parent=(
        Nested(),
        Pointed(
            (
                Get("[itemprop='parentItem']", "itemid"),
                Get("[itemprop='parentItem']", "href", r"(?:#(?:comment[-_])?)?([^#]+)$"),
                Get("[itemprop='parentItem']", "content"),
                Get(SELF, "data-parent-id"),
                Get(SELF, "data-parent"),
            ),
            on_page=True,
        ),
    ),
    author=(
        Get("[itemprop='author'] [itemprop='name'], [itemprop='creator'] [itemprop='name']", "content"),
        Get("[itemprop='author'] [itemprop='name'], [itemprop='creator'] [itemprop='name']"),
        Get("meta[itemprop='author'], meta[itemprop='creator']", "content"),
        Get("[itemprop='author'], [itemprop='creator']"),
    ),
    time=(
        Get("[itemprop='dateCreated'], [itemprop='datePublished'], [itemprop='commentTime']", "datetime"),
        Get("[itemprop='dateCreated'], [itemprop='datePublished'], [itemprop='commentTime']", "content"),
        _DATETIME,
        Get("[itemprop='dateCreated'], [itemprop='datePublished'], [itemprop='commentTime']"),
    ),
    edited_at=(Get("[itemprop='dateModified']", "datetime"), Get("[itemprop='dateModified']", "content")),
    text=("[itemprop='text']", "[itemprop='commentText']", "[itemprop='description']"),
    numbers={
        "likes": (Get("[itemprop='upvoteCount']", "content"), Get("[itemprop='upvoteCount']")),
        "dislikes": (Get("[itemprop='downvoteCount']", "content"), Get("[itemprop='downvoteCount']")),
    },
    flags={"deleted": (Get("[itemprop='creativeWorkStatus'][content='Deleted']", "content"),)},
    drop=".reply, .actions",
)

MICROFORMATS = System(
    name="h-entry comments",
    comment=(
        ".h-cite.p-comment, .h-cite.u-comment, .h-entry.p-comment, .h-entry.u-comment",
        ".p-comment, .u-comment",
        ".h-feed.replies .h-entry, .replies .h-cite",
    ),
    container="",
    id=(Get(".u-uid", "href"), Get("a.u-url", "href"), Get(SELF, "id")),
    parent=(
        Nested(),
        Pointed((Get(".u-in-reply-to", "href"), Get(".u-in-reply-to .u-url", "href")), on_page=True),
    ),
    author=(Get(".p-author .p-name"), Get(".p-author"), Get(".u-author"), Get(".h-card")),
    time=(Get(".dt-published", "datetime"), Get(".dt-published"), _DATETIME),
    edited_at=(Get(".dt-updated", "datetime"),),
    text=(".e-content", ".p-content", ".p-summary", ".p-name:not(.p-author .p-name)"),
    drop=".u-in-reply-to, .dt-published, .u-like, .u-repost",
)

HOME_MADE = System(
    name="home-made",
    comment=(
        "li[data-comment-id], div[data-comment-id], article[data-comment-id], section[data-comment-id]",
        f"div[id^='comment-']{_NO_LIST}, article[id^='comment-'], section[id^='comment-']{_NO_LIST}",
        "div[id^='comment_'], article[id^='comment_'], li[id^='comment_']",
        (
            "div.comment, article.comment, li.comment, section.comment,"
            " .comment div.reply, .comment li.reply, .comment article.reply"
        ),
        "div:not([id='comments']):not(.comments):has(> .comment-text), li:has(> .comment-text), article:has(> .comment-text)",
        "div:not([id='comments']):not(.comments):has(> .comment-body), li:has(> .comment-body), article:has(> .comment-body)",
        ".comments > .comment-text, #comments > .comment-text",
    ),
    container="#comments, .comments",
    id=(Get(SELF, "data-comment-id"), Get(SELF, "id", r"^comment[-_](.+)$"), Get(SELF, "data-id")),
    parent=(
        Nested(),
        Pointed(
            (
                Get(SELF, "data-parent-id"),
                Get(SELF, "data-parent"),
                Get(SELF, "data-parentid"),
                Get(SELF, "data-parent-comment-id"),
                Get(
                    "a.in-reply-to, a[rel='in-reply-to'], .in-reply-to a, a.parent-link",
                    "href",
                    r"#(?:comment[-_])?(.+)$",
                ),
            ),
            top=r"^(?:0|null|none|root)$",
            on_page=True,
        ),
        Listed(".replies, .children, .comment-replies, .comment-children, .sub-comments"),
        Deep((Get(SELF, "data-depth"), Get(SELF, "data-level")), base=0),
        Deep((Get(SELF, "class", r"(?:^|\s)(?:comment-)?(?:depth|level)[-_]?(\d+)"),)),
        Deep((Get(SELF, "style", r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(\d+)"),), base=0),
    ),
    author=(
        Get(SELF, "data-author"),
        Get(".comment-author"),
        Get(".comment__author"),
        Get(".author"),
        Get(".username"),
        Get(".user-name"),
        Get("[rel~='author']"),
        *LOOSE_AUTHOR,
        Get("[class*='author']"),
        Get("[class*='username']"),
    ),
    time=(
        _DATETIME,
        Get(SELF, "data-timestamp"),
        Get("[data-timestamp]", "data-timestamp"),
        Get("abbr[title]", "title", r".*\d{4}.*"),
        Get("time"),
        *LOOSE_TIME,
        Get("[class*='timestamp']"),
    ),
    text=(
        ".comment-content",
        ".comment-body",
        ".comment-text",
        ".comment__content",
        ".comment__body",
        ".comment__text",
        ".comment-message",
        ".message",
        ".content",
        ".body",
        ".text",
    ),
    numbers={
        "likes": (Get(SELF, "data-likes"), Get(".likes"), Get(".like-count"), Get(".upvotes")),
        "dislikes": (Get(".dislikes"), Get(".downvotes")),
        "votes": (Get(SELF, "data-score"), Get(".score"), Get(".votes")),
    },
    flags={
        "deleted": (
            Get(SELF, "class", r"(?:^|[\s_-])(?:deleted|removed)(?:\s|$)"),
            Get(SELF, "data-deleted"),
        ),
        "edited": (Get(".edited"),),
    },
    drop=(
        ".comment-meta, .comment-header, .comment-footer, .comment-actions, .actions, .reply, .reply-link, .avatar,"
        " .likes, .dislikes, .votes, .score, .edited, .in-reply-to"
    ),
    outside="#respond, .comment-respond, #commentform, .comment-form, #comment-form, form[id*='comment']",
    sure=False,
)
