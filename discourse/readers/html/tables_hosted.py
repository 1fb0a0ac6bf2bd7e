"""Tables: comments that a service renders into an article's page, saved with it.

Markup as in Disqus' embed, Coral's stable class names (`stream/classes.ts` of coralproject/talk),
OpenWeb's `data-spot-im-class` marks, Viafoura's `vf`/`vf3` classes and Hyvor Talk's element. OpenWeb,
Viafoura and Hyvor document no markup: their tables hold the marks seen on pages, and fall back on
nesting and on what is left of a comment's element.
"""

from __future__ import annotations

from discourse.readers.html.system import SELF, Addressed, Deep, Get, Listed, Nested, Pointed, System

_DATETIME = Get("time[datetime]", "datetime")

DISQUS = System(
    name="Disqus",
    comment=(
        "#disqus_thread li.post, #post-list li.post, ul.post-list li.post, #conversation li.post",
        "#dsq-comments li.dsq-comment",
    ),
    container="#disqus_thread, #disqus_recommendations",
    id=(
        Get(SELF, "id", r"(?:post|dsq-comment)-(\d+)$"),
        Get("a.time-ago", "href", r"#comment-(\d+)"),
        Get("a[data-role='relative-time']", "href", r"#comment-(\d+)"),
    ),
    parent=(
        Nested(),
        Pointed((Get("a.parent-link", "href", r"#comment-(\d+)"),)),
        Listed("ul.children, [data-role='children']"),
    ),
    author=(
        Get(".post-byline .author"),
        Get(".author"),
        Get(".post-byline .publisher-anchor-color"),
        Get("cite"),
    ),
    time=(
        Get(".time-ago", "title"),
        Get("[data-role='relative-time']", "title"),
        _DATETIME,
        Get(".time-ago"),
        Get("[data-role='relative-time']"),
    ),
    text=(".post-message", "[data-role='message']", ".dsq-comment-message"),
    numbers={
        "likes": (Get(".vote-up [data-role='likes']"), Get("[data-role='likes']"), Get(".vote-up .count")),
        "dislikes": (Get("[data-role='dislikes']"), Get(".vote-down .count")),
    },
    flags={
        "edited": (Get(".has-edit"), Get(".post-meta .edited")),
        "collapsed": (Get(SELF, "class", r"(?:^|\s)(?:collapsed|minimized)(?:\s|$)"),),
        "deleted": (
            Get(".post-content", "class", r"(?:^|\s)deleted(?:\s|$)"),
            Get(SELF, "class", r"(?:^|\s)deleted"),
        ),
    },
    drop="header, footer, .post-menu, .avatar, .post-media, .see-more, .comment-footer, [data-role='reply-form-container']",
    outside="#highlighted-post-preview, .reactions",
    featured="#highlighted-post, [data-role='highlighted-post']",
)

CORAL = System(
    name="Coral",
    comment=(
        ".coral-comment, .coral-featuredComment, [class*='coral-'][class*='ombstone']:not(button)",
        ".talk-stream-comment, .talk-stream-comment-wrapper",
    ),
    container="#coral_thread, #coral-thread, #coral_talk_stream, .coral-stream",
    id=(
        Get(SELF, "id", r"comment-(.+)$"),
        Get(SELF, "data-testid", r"comment-(.+)$"),
        Get(SELF, "data-comment-id"),
        Get("[data-testid^='comment-']", "data-testid", r"comment-(.+)$", around=True),
        Get("[id^='comment-']", "id", r"comment-(.+)$", around=True),
    ),
    parent=(
        Nested(),
        Listed("[id^='coral-comments-replyList-log--']", "id", r"log--(.+)$"),
        Listed("[data-testid^='commentReplyList-']", "data-testid", r"commentReplyList-(.+)$"),
        Deep(
            (
                Get("[class*='coral-indent-']", "class", r"coral-indent-(\d+)"),
                Get("[class*='coral-indent-']", "class", r"coral-indent-(\d+)", around=True),
            ),
            base=0,
        ),
        Addressed((Get(".coral-comment-inReplyToUsername"),)),
    ),
    author=(
        Get(".coral-comment-username"),
        Get(".coral-username"),
        Get("[class*='talk-stream-comment-user-name']"),
    ),
    time=(
        Get("time.coral-timestamp", "datetime"),
        _DATETIME,
        Get(".coral-timestamp", "title"),
        Get(".coral-timestamp"),
        Get("[class*='published-date']"),
    ),
    text=(
        ".coral-comment-content",
        ".coral-featuredComment-content",
        ".coral-content",
        "[class*='talk-stream-comment-content']",
    ),
    numbers={
        "likes": (Get(SELF, "class", r"coral-reacted-(\d+)"), Get(".coral-reactButton", None, r"\d[\d,]*")),
    },
    flags={
        "edited": (Get(".coral-comment-edited"),),
        "deleted": (Get(SELF, "class", r"(?i)(?:deleted|rejected)tombstone"),),
        "hidden": (Get(SELF, "class", r"(?i)ignoredtombstone"),),
        "featured": (Get(".coral-featuredTag"),),
    },
    drop=(
        ".coral-comment-topBar, .coral-comment-actionBar, .coral-featuredComment-actionBar,"
        " .coral-featuredComment-authorBar, .coral-comment-inReplyTo, .coral-createReplyComment, .coral-editComment,"
        " [id^='coral-comments-replyList-log--'], [data-testid^='commentReplyList-']"
    ),
    featured=".coral-featuredComment, .coral-featuredComments, #coral-tab-FEATURED_COMMENTS",
)

OPENWEB = System(
    name="OpenWeb",
    comment=(
        "[class*='MessageLayout-index__message-view']",
        "[data-spot-im-class='message-view'], [data-spot-im-class='message']",
        ".spcv_message-stack, .sppre_message-stack",
    ),
    container="[data-spotim-module='conversation'], [data-spotim-app='conversation'], .spcv_conversation, .sppre_conversation",
    id=(
        Get(SELF, "data-message-id"),
        Get("[data-message-id]", "data-message-id"),
        Get("[data-message-id]", "data-message-id", around=True),
        Get("article[id]", "id", around=True),
    ),
    parent=(
        Pointed((Get("[data-parent-id]", "data-parent-id", around=True),), on_page=True),
        Nested(),
        Listed(
            ".spcv_children-list, .sppre_children-list, [class*='children-list'], [class*='childrenList'],"
            " [class*='MessageLayout-index__children']"
        ),
        Deep((Get("[data-depth]", "data-depth", around=True),), base=0),
        Addressed((Get("[data-spot-im-class='message-reply-to']"),)),
    ),
    author=(
        Get("[data-spot-im-class='message-username']"),
        Get("[class*='Username-index__button']"),
        Get(".spcv_username"),
        Get(".sppre_username"),
    ),
    time=(
        Get("[data-spot-im-class='message-timestamp'] time", "datetime"),
        Get("time[data-spot-im-class='message-timestamp']", "datetime"),
        _DATETIME,
        Get("[data-spot-im-class='message-timestamp']", "title"),
        Get("[data-spot-im-class='message-timestamp']"),
        Get(".sppre_posted-at"),
        Get(".spcv_posted-at"),
    ),
    text=(
        "[data-spot-im-class='message-text']",
        "[class*='messageEntitiesWrapper']",
        ".spcv_message-entities",
    ),
    numbers={
        "likes": (
            Get("[data-spot-im-class='message-upvotes']"),
            Get("[class*='VoteButtons'] [class*='votesCounter']"),
            Get("[class*='like'] [class*='votesCounter']"),
        ),
        "dislikes": (Get("[data-spot-im-class='message-downvotes']"),),
    },
    flags={
        "edited": (Get("[data-spot-im-class='message-edited']"), Get("[class*='editedLabel']")),
        "deleted": (Get("[class*='deletedMessage']"), Get("[data-spot-im-class='message-deleted']")),
    },
    drop="[class*='MessageActions'], [data-spot-im-class='message-actions'], [class*='UserAvatar'], .spcv_footer, .sppre_footer",
    featured="[class*='TopComments'], [class*='featured'], [data-spotim-module='pitc']",
)

VIAFOURA = System(
    name="Viafoura",
    comment=(
        "article.vf3-comment, .vf3-comment",
        "[data-testid='vf-comment'], .vf-comment",
        ".vf-comment-container",
    ),
    container="#vf-conversations, .vf3-comments, vf-conversations, .viafoura, #ap-comments, .vf-commenting",
    id=(
        Get(SELF, "data-content-uuid"),
        Get(SELF, "data-comment-id"),
        Get(SELF, "data-content-id"),
        Get(SELF, "id", r"(?:comment[-_])?(.+)"),
    ),
    parent=(
        Nested(),
        Pointed(
            (Get(SELF, "data-parent-uuid"), Get(SELF, "data-parent-id")), top=r"^(?:0|null)$", on_page=True
        ),
        Listed(
            "[class*='vf-replies'], [class*='vf3-replies'], .vf-comment-replies, .vf-comment__replies,"
            " .vf3-comment-replies, [class*='vf-threaded-content']:not([class*='indicator'])"
        ),
        Deep((Get(SELF, "data-depth"), Get(SELF, "class", r"(?:depth|level)-(\d+)")), base=0),
    ),
    author=(
        Get(".vf3-comment-author"),
        Get(".vf-username"),
        Get(".vf-comment-head__author"),
        Get(".vf-comment__author"),
        Get(".vf-author"),
        Get("[data-testid*='author']"),
        Get(SELF, "aria-label", r"Comment by (.+?)\.?\s*$"),
    ),
    time=(
        _DATETIME,
        Get("[class*='timestamp']", "title"),
        Get("[class*='vf-date']", "title"),
        Get("[class*='timestamp']"),
        Get("[class*='vf-date']"),
        Get("time"),
    ),
    text=(
        ".vf3-comment-content",
        ".vf-comment__content-editor",
        ".vf-comment-html",
        ".vf-comment__body",
        ".vf-comment__content",
        ".vf-content-text",
    ),
    numbers={
        "likes": (
            Get("[data-testid*='like'] [class*='count']"),
            Get(".vf-like-count"),
            Get("[class*='vf-likes']"),
        ),
        "dislikes": (Get(".vf-dislike-count"),),
    },
    flags={
        "edited": (Get("[class*='vf-edited']"),),
        "deleted": (Get(SELF, "class", r"(?:--|-|_)(?:deleted|disabled)"),),
        "featured": (Get("[class*='editor-pick']"), Get("[class*='vf-featured']")),
    },
    drop="[class*='vf-actions'], [class*='comment-actions'], [class*='vf-avatar'], .vf3-comment-header, .vf-comment-head",
    featured="[class*='vf-editor-picks'], [class*='vf-trending']",
)

HYVOR = System(
    name="Hyvor Talk",
    comment=(
        "hyvor-talk-comments [data-comment-id], #hyvor-talk-view [data-comment-id]",
        "hyvor-talk-comments [id^='ht-comment-'], #hyvor-talk-view [id^='ht-comment-']",
        "hyvor-talk-comments .comment, #hyvor-talk-view .comment",
    ),
    container="hyvor-talk-comments, #hyvor-talk-view",
    id=(Get(SELF, "data-comment-id"), Get(SELF, "id", r"comment-(\d+)$")),
    parent=(
        Nested(),
        Pointed((Get(SELF, "data-parent-id"),), top=r"^(?:0|null)?$", on_page=True),
        Listed(".replies, .comment-replies, .children, [class*='replies']"),
        Deep((Get(SELF, "data-depth"),), base=0),
    ),
    author=(Get(".comment-author-name"), Get(".user-name"), Get(".name"), Get(".author")),
    time=(
        _DATETIME,
        Get("[class*='time']", "title"),
        Get("[class*='date']", "title"),
        Get("[class*='time']"),
    ),
    text=(".comment-content", ".comment-body", ".content", ".body"),
    numbers={"likes": (Get(".upvotes"), Get(".votes"), Get("[class*='reaction'] [class*='count']"))},
    flags={"edited": (Get(".edited"),), "pinned": (Get(".pinned"),)},
    drop=".comment-footer, .actions, .avatar, .picture, .comment-header",
)
