"""Tables: comments that a site keeps itself (WordPress, Substack, self-hosted systems).

Markup as in WordPress' `Walker_Comment` and its comment blocks, Substack's pages, the templates of
Isso (`isso/js/app/templates/comment.js`), Commento (`frontend/js/commento.js`) and Remark42
(`components/comment/comment.tsx`).
"""

from __future__ import annotations

from discourse.readers.html.system import SELF, Deep, Get, Listed, Nested, Pointed, System
from discourse.readers.html.tables_open import LOOSE_AUTHOR, LOOSE_TIME

_DATETIME = Get("time[datetime]", "datetime")

WORDPRESS = System(
    name="WordPress",
    comment=(
        "li.comment, li.pingback, li.trackback",
        ".wp-block-comment-template > li, .wp-block-comment-template li[id^='comment-']",
        "div.comment[id*='comment-'], article.comment[id*='comment-'], div.pingback, div.trackback",
        "li[id^='comment-'], li[id^='li-comment-']",
    ),
    container="#comments, .comments-area, .wp-block-comments, ol.commentlist, ol.comment-list, .comment-respond, #respond",
    id=(
        Get(SELF, "id", r"comment-(\d+)$"),
        Get("a.comment-reply-link", "data-commentid"),
        Get("[id^='div-comment-']", "id", r"(\d+)$"),
        Get(SELF, "id"),
    ),
    parent=(
        Listed("ul.children, ol.children, .wp-block-comment-template ol"),
        Nested(),
        Pointed((Get(SELF, "data-parent"), Get(SELF, "data-parent-id")), top=r"^0$", on_page=True),
        Deep((Get(SELF, "class", r"(?:^|\s)depth-(\d+)"),)),
    ),
    author=(
        Get(".comment-author .fn"),
        Get(".comment-author-name"),
        Get(".wp-block-comment-author-name"),
        Get(".fn"),
        Get("cite.comment-author"),
        Get(".comment-author cite"),
        Get(".comment-author b"),
        Get(".comment-author-link"),
        Get(".comment-author"),
        Get(".comment_author"),
        Get(".vcard"),
        Get("[rel~='author']"),
        *LOOSE_AUTHOR,
    ),
    time=(
        Get("time.published[datetime]", "datetime"),
        _DATETIME,
        Get("time"),
        Get(".wp-block-comment-date"),
        Get(".comment-date"),
        Get(".comment-time"),
        Get(".comment-metadata a[href*='comment-']"),
        Get(".comment-meta a[href*='comment-']"),
        Get(".commentmetadata a"),
        Get(".comment-metadata"),
        Get(".commentmetadata"),
        Get(".comment-meta"),
        *LOOSE_TIME,
    ),
    text=(
        ".comment-content",
        ".wp-block-comment-content",
        ".comment_content",
        ".comment-text",
        ".comment_text",
        ".contenttext",
        ".commenttext",
        ".comment-entry",
        ".comment-copy",
    ),
    numbers={
        "likes": (
            Get(".view-likers", "data-like-count"),
            Get(".comment-like-feedback", None, r"(\d[\d,]*)"),
            Get(".wpd-vote-result"),
        ),
        "rating": (Get("img[class*='rating']", "alt", r"^(\d)\s*stars?$"),),
    },
    flags={
        "pending": (Get(".comment-awaiting-moderation"),),
        "pingback": (Get(SELF, "class", r"(?:^|\s)(?:ping|track)back(?:\s|$)"),),
        "by_post_author": (Get(SELF, "class", r"(?:^|\s)bypostauthor(?:\s|$)"),),
    },
    drop=(
        ".comment-meta, .comment-metadata, .commentmetadata, .comment-author, .reply, .comment-reply,"
        " .comment-reply-link, .comment-edit-link, .comment-actions, .comment-likes, .sharedaddy, .jp-relatedposts,"
        " .comment-respond, .says, .comment-awaiting-moderation, .wp-block-comment-reply-link,"
        " .wp-block-comment-edit-link, .wp-block-avatar, .comment-header, cite.fn, a.url.fn"
    ),
    outside="#recentcomments, .widget_recent_comments, .wp-block-latest-comments",
)

SUBSTACK = System(
    name="Substack",
    comment=(".comment-list-items .comment", ".comments-page .comment[id^='comment-']"),
    container=".comments-page, .comment-list, #comments-for-scroll, .comments-section",
    id=(
        Get(".comment-anchor", "id", r"^comment-(\d+)$"),
        Get(SELF, "id", r"(\d+)$"),
        Get(SELF, "data-comment-id"),
    ),
    author=(
        Get(".comment-meta .commenter-name"),
        Get(".comment-meta a[href*='/profile/']", None, r"\S.*"),
        Get(".comment-meta a[href*='/@']", None, r"\S.*"),
        Get(".commenter-name"),
        Get(".comment-meta a", None, r"\S.*"),
    ),
    time=(
        _DATETIME,
        Get(".comment-timestamp", "title"),
        Get(".comment-meta a[href*='/comment/']", "title"),
        Get(".comment-meta [title]", "title", r".*\d{4}.*"),
        Get(".comment-timestamp"),
        Get(".comment-meta a[href*='/comment/']"),
    ),
    text=(".comment-body",),
    numbers={"likes": (Get(".like-button-container .label"), Get(".comment-actions .label"))},
    flags={"edited": (Get(".edited-indicator"), Get(".comment-meta", None, r"\bEdited\b"))},
    drop=".comment-actions, .comment-meta, .comment-head, .profile-img-wrap, .comment-list-collapser",
)

ISSO = System(
    name="Isso",
    comment=(".isso-comment",),
    container="#isso-thread, .isso-thread",
    id=(Get(SELF, "id", r"^isso-(\d+)$"),),
    author=(Get(".isso-author"), Get(".author")),
    time=(_DATETIME, Get("time", "title"), Get("time")),
    text=(".isso-text", ".text"),
    numbers={"votes": (Get(".isso-votes"), Get(".votes"))},
    flags={
        "deleted": (Get(".isso-note", None, r"(?i)deleted"), Get(".note", None, r"(?i)deleted")),
        "pending": (Get(".isso-note", None, r"(?i)queue|moderat"), Get(".note", None, r"(?i)queue|moderat")),
    },
    drop=".isso-postbox, .postbox, .isso-comment-footer, .isso-comment-header, .isso-avatar, .avatar",
    outside=".isso-preview, .isso-postbox, .preview",
)

COMMENTO = System(
    name="Commento",
    comment=("[id^='commento-comment-card-']", ".commento-card"),
    container="#commento",
    id=(Get(SELF, "id", r"card-(.+)$"), Get("[id^='commento-comment-text-']", "id", r"text-(.+)$")),
    author=(Get("[id^='commento-comment-name-']"), Get(".commento-name")),
    time=(
        Get("[id^='commento-comment-timeago-']", "title"),
        Get(".commento-timeago", "title"),
        Get(".commento-timeago"),
    ),
    text=("[id^='commento-comment-text-']", "[id^='commento-comment-body-']", ".commento-body"),
    numbers={"votes": (Get("[id^='commento-comment-score-']"), Get(".commento-score"))},
    flags={
        "pending": (Get(".commento-moderation-notice"),),
        "sticky": (Get(".commento-sticky"), Get(".commento-option-unsticky")),
    },
    drop=(
        ".commento-options, .commento-header, .commento-textarea-container, .commento-card-children,"
        " [id^='commento-comment-children-'], .commento-moderation-notice"
    ),
)

REMARK42 = System(
    name="Remark42",
    comment=("article[id^='remark42__comment-']",),
    container="#remark42, .remark42, .root__threads",
    id=(Get(SELF, "id", r"remark42__comment-(.+)$"),),
    parent=(
        Pointed(
            (
                Get("a[title='Go to parent comment']", "href", r"remark42__comment-(.+)$"),
                Get("a[class*='thread-starter-anchor']", "href", r"remark42__comment-(.+)$"),
                Get(".comment__link-to-parent", "href", r"remark42__comment-(.+)$"),
            )
        ),
        Deep(
            (
                Get(SELF, "class", r"comment_level_(\d+)"),
                Get("[class*='thread_level_']", "class", r"thread_level_(\d+)", around=True),
            ),
            base=0,
        ),
    ),
    author=(Get(".comment__username"),),
    time=(_DATETIME, Get(".comment__time", "title"), Get(".comment__time")),
    text=(".comment__text",),
    numbers={
        "votes": (
            Get(".comment__score-value"),
            Get("[class*='comment-votes'] [class*='votes']"),
            Get("[class*='votesValue']"),
        )
    },
    flags={"edited": (Get(".comment__edited"),), "pinned": (Get(SELF, "class", r"comment_pinned"),)},
    drop=".comment__actions, .comment__input, .comment__info, .comment__avatar",
    outside=".comment_view_preview, .list-comments, .last-comments-list",
    featured=".root__pinned-comments",
)
