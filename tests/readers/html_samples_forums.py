"""Pages written for the tests: self-hosted comment systems, forums and open vocabularies."""

from __future__ import annotations

import html
import json

from html_samples import depth, iso, nest, page


def commento(said, gone="[deleted]"):
    def one(s, below):
        body = f"<p>{gone}</p>" if s.gone else s.html
        stamp = s.when.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)")
        return (
            f"<div class='commento-card' id='commento-comment-card-{s.n}'><div class='commento-header'><div"
            f" class='commento-options'><button>Reply</button></div><div id='commento-comment-name-{s.n}'"
            f" class='commento-name'>{s.author}</div><div class='commento-subtitle'><div"
            f" id='commento-comment-score-{s.n}' class='commento-score'>3 points</div><div"
            f" id='commento-comment-timeago-{s.n}' class='commento-timeago' title='{stamp}'>2 years ago</div></div></div>"
            f"<div id='commento-comment-contents-{s.n}'><div id='commento-comment-body-{s.n}' class='commento-body'>"
            f"<div id='commento-comment-text-{s.n}'>{body}</div></div><div id='commento-comment-children-{s.n}'"
            f" class='commento-body'>{below}</div></div></div>"
        )

    return page(f"<div id='commento'>{nest(said, None, one, lambda x: f'<div>{x}</div>')}</div>")


def commento_plain(said):
    return commento(said, "This comment was removed by a moderator").replace(
        "id='commento-comment-name", "data-x='"
    )


def isso(said, prefix="isso-"):
    def one(s, below):
        note = "Comment deleted." if s.gone else ""
        return (
            f"<div class='isso-comment isso-no-votes' id='isso-{s.n}'><div class='{prefix}avatar'></div><div"
            f" class='{prefix}text-wrapper'><div class='isso-comment-header'><span class='{prefix}author'>{s.author}"
            f"</span><a class='{prefix}permalink' href='#isso-{s.n}'><time title='x' datetime='{iso(s)}'>2y</time></a>"
            f"<span class='{prefix}note'>{note}</span></div><div class='{prefix}text'>{s.html or '<p>&nbsp;</p>'}</div>"
            f"<div class='isso-comment-footer'><span class='{prefix}votes'>2</span><a class='{prefix}reply'>Reply</a>"
            f"</div></div><div class='isso-follow-up'>{below}</div></div>"
        )

    preview = f"<div class='isso-postbox'><div class='isso-preview'>{one(said[0], '')}</div></div>"
    return page(
        f"<section id='isso-thread'>{preview}<div id='isso-root'>{nest(said, None, one, str)}</div></section>"
    )


def isso_old(said):
    return isso(said, "")


def remark42(said, link=True):
    def one(s, below):
        body = "This comment was deleted" if s.gone else s.html
        up = (
            f"<a title='Go to parent comment' href='https://x/#remark42__comment-id-{s.parent}'></a>"
            if s.parent and link
            else ""
        )
        level = depth(said, s) - 1
        return (
            f"<div class='thread thread_level_{level}'><article class='comment comment_level_{level}'"
            f" id='remark42__comment-id-{s.n}'><div class='comment__info'><button class='comment__username'>{s.author}"
            f"</button><a class='comment__time' href='https://x/#remark42__comment-id-{s.n}'>{s.when:%m/%d/%Y} at"
            f" {s.when:%I:%M:%S} {s.when:%p}</a>{up}</div><div class='comment__body'><div class='comment__text"
            f" raw-content'>{body}</div></div></article>{below}</div>"
        )

    return page(f"<div id='remark42'><div class='root__threads'>{nest(said, None, one, str)}</div></div>")


def remark42_levels(said):
    return remark42(said, link=False)


_LINK = (
    "<div class='thing link' data-author='poster'><a class='title' href='/x'>Ferry terminal to close</a>"
    "<p class='tagline'><time datetime='2023-07-04T09:00:00+00:00'>2 years ago</time></p><div class='expando'><div"
    " class='usertext-body'><div class='md'><p>What do you think of the vote?</p></div></div></div></div>"
)


def reddit_old(said):
    def one(s, below):
        who = "" if s.gone else f" data-author='{html.escape(s.author)}'"
        body = "<p>[deleted]</p>" if s.gone else s.html
        name = "<em>[deleted]</em>" if s.gone else f"<a class='author'>{s.author}</a>"
        return (
            f"<div class='thing id-t1_{s.n} comment{' deleted' * s.gone}' id='thing_t1_{s.n}' data-fullname='t1_{s.n}'"
            f"{who}><div class='midcol'></div><div class='entry unvoted'><p class='tagline'>{name} <span"
            f" class='score dislikes' title='8'>8 points</span><span class='score unvoted' title='9'>9 points</span>"
            f" <time class='live-timestamp' datetime='{iso(s)}'>2 years ago</time></p><form class='usertext'><div"
            f" class='usertext-body'><div class='md'>{body}</div></div></form><ul class='flat-list buttons'><li>reply"
            f"</li></ul></div><div class='child'>{below}</div></div>"
        )

    top = nest(said, None, one, lambda x: f"<div class='sitetable listing'>{x}</div>")
    more = "<div class='thing morechildren'><a>load more comments (12 replies)</a></div>"
    return page(f"<div id='siteTable'>{_LINK}</div><div class='commentarea'>{top}{more}</div>", story="")


def reddit_old_flat(said):
    """A flat listing: no nesting, parents by the link "parent", one edit shown."""
    items = ""
    for s in said:
        up = f"<a data-event-action='parent' href='#t1_{s.parent}'>parent</a>" if s.parent else ""
        body = "<p>[removed]</p>" if s.gone else s.html
        items += (
            f"<div class='thing comment' data-fullname='t1_{s.n}' data-author='{html.escape(s.author)}'><p class='tagline'>"
            f"<time class='edited-timestamp' datetime='2024-01-01T00:00:00+00:00'>edit</time><time datetime='{iso(s)}'>x"
            f"</time></p><div class='usertext-body'><div class='md'>{body}</div></div><ul class='buttons'>{up}</ul></div>"
        )
    return page(f"<div id='siteTable'>{_LINK}</div><div class='commentarea'>{items}</div>", story="")


_POST = (
    "<shreddit-post post-title='Ferry terminal to close' author='poster' created-timestamp='2023-07-04T09:00:00.000000+0000'"
    " permalink='/r/x/comments/abc/'><div slot='text-body'><p>What do you think of the vote?</p></div></shreddit-post>"
)


def reddit(said, nested=True):
    def one(s, below):
        up = f"t1_{s.parent}" if s.parent else "t3_abc"
        mark = " is-author-deleted" if s.gone else ""
        body = "<p>Comment removed by moderator</p>" if s.gone else s.html
        return (
            f"<shreddit-comment author='{html.escape(s.author or '[deleted]')}' thingId='t1_{s.n}' depth='{depth(said, s) - 1}'"
            f" parentId='{up}' score='17' created='{s.when:%Y-%m-%dT%H:%M:%S.000000%z}'{mark}><div slot='commentMeta'>"
            f"<a href='/user/x/'>x</a><faceplate-timeago ts='2020-01-01T00:00:00Z'>2y</faceplate-timeago></div><div"
            f" id='t1_{s.n}-comment-rtjson-content' slot='comment'><div>{body}</div></div><shreddit-comment-action-row"
            f" slot='actionRow'>Reply Share</shreddit-comment-action-row>{below if nested else ''}</shreddit-comment>"
            f"{'' if nested else below}"
        )

    return page(
        f"{_POST}<shreddit-comment-tree>{nest(said, None, one, str)}</shreddit-comment-tree>", story=""
    )


def reddit_unnested(said):
    return reddit(said, nested=False)


def hacker_news(said, attribute=True):
    rows = ""
    for s in said:
        level = depth(said, s) - 1
        ind = f"<td class='ind'{f' indent={level}' if attribute else ''}><img src='s.gif' height='1' width='{level * 40}'></td>"
        body = (
            "[flagged]"
            if s.gone
            else f"<div class='commtext c00'>{s.html.replace('<p>', '', 1).replace('</p>', '', 1)}</div>"
        )
        who = "" if s.gone else f"<a class='hnuser'>{s.author}</a>"
        rows += (
            f"<tr class='athing comtr' id='{s.n}'><td><table><tr>{ind}<td class='votelinks'></td><td class='default'><div>"
            f"<span class='comhead'>{who} <span class='age' title='{s.when:%Y-%m-%dT%H:%M:%S} {int(s.when.timestamp())}'>"
            f"<a>2 years ago</a></span><span class='navs'> | <a href='#1' class='clicky'>next</a></span></span></div><div"
            f" class='comment'>{body}<div class='reply'><p><a>reply</a></p></div></div></td></tr></table></td></tr>"
        )
    top = (
        "<table class='fatitem'><tr class='athing submission' id='9'><td><span class='titleline'><a"
        " href='https://example.org/ferry'>Ferry terminal to close</a></span></td></tr><tr><td><span class='age'"
        " title='2023-07-04T09:00:00 1688461200'>x</span></td></tr><tr><td><div class='toptext'>What do you think of the"
        " vote?</div></td></tr></table>"
    )
    return page(f"{top}<table class='comment-tree'>{rows}</table>", story="")


def hacker_news_old(said):
    return hacker_news(said, attribute=False)


def slashdot(said, body="comment_body_"):
    def one(s, below):
        text = "This comment was deleted" if s.gone else s.html
        return (
            f"<li id='tree_{s.n}' class='comment'><div id='comment_{s.n}' class='cw full'><div id='comment_top_{s.n}'"
            f" class='commentTop'><div class='title'><h4><a id='comment_link_{s.n}'>Re: hours</a> <span"
            f" id='comment_score_{s.n}' class='score'>(Score:5, Insightful)</span></h4></div><div class='details'><span"
            f" class='by'>by <a>{s.author}</a></span> <span class='otherdetails' id='comment_otherdetails_{s.n}'> on"
            f" {s.when:%A %B %d, %Y} @{s.when:%I:%M%p} (<a>#{s.n}</a>)</span></div></div><div class='commentBody'><div"
            f" id='{body}{s.n}'>{text}</div></div><div class='commentSub'><a>Reply to This</a></div></div><ul"
            f" id='commtree_{s.n}'>{below}</ul></li>"
        )

    story = (
        "<article><h2 class='story'><span class='story-title'><a>Ferry terminal to close</a></span></h2><time"
        " datetime='on Tuesday July 04, 2023 @09:00AM'></time><div class='body'><div class='p'>What do you think of the"
        " vote?</div></div></article>"
    )
    return page(f"{story}<ul id='commentlisting'>{nest(said, None, one, str)}</ul>", story="")


def slashdot_old(said):
    return slashdot(said, "text_").replace("<ul id='commentlisting'>", "<ul id='commentlisting' class='old'>")


def _discourse(said, one):
    first = type(said[0])(1, None, "poster", "<p>What do you think of the vote?</p>", "", False)
    numbers = {s.n: i for i, s in enumerate(said, start=2)}
    posts = one(first, 1, None) + "".join(one(s, numbers[s.n], s.parent) for s in said)
    return page(
        f"<div id='topic-title'><h1>Ferry terminal to close</h1></div><div class='post-stream'>{posts}</div>",
        story="",
    )


def discourse(said):
    authors = {s.n: s.author for s in said}

    def one(s, number, parent):
        tab = (
            f"<a class='reply-to-tab' data-user-card='{authors[parent]}'><span>{authors[parent]}</span></a>"
            if parent
            else ""
        )
        return (
            f"<div class='topic-post clearfix{' deleted' * s.gone}'><article id='post_{number}' data-post-id='{s.n}'"
            f" class='boxed'><div class='topic-meta-data'><div class='names'><span class='first username'><a>{s.author}</a>"
            f"</span></div><div class='post-infos'>{tab}<div class='post-date'><a><span class='relative-date'"
            f" data-time='{int(s.when.timestamp() * 1000)}'>Jul '23</span></a></div></div></div><div class='cooked'>"
            f"{s.html}</div><div class='post-controls'><button class='like-count'>3</button></div></article></div>"
        )

    return _discourse(said, one)


def discourse_crawler(said):
    def one(s, number, parent):
        return (
            f"<div id='post_{number}' class='topic-body crawler-post'><div class='crawler-post-meta'><span class='creator'"
            f" itemprop='author'><a><span itemprop='name'>{s.author}</span></a></span><span class='crawler-post-infos'>"
            f"<time itemprop='datePublished' datetime='{iso(s)}' class='post-time'>July 4</time></span></div><div"
            f" class='post' itemprop='text'>{s.html or '<p>(post deleted by author)</p>'}</div></div>"
        )

    return _discourse(said, one)


def substack(said, handle="/profile/1-x"):
    def one(s, below):
        body = "<p>Comment deleted</p>" if s.gone else s.html
        return (
            f"<div class='comment'><div id='comment-{s.n}' class='comment-anchor'></div><div id='comment-{s.n}-reply'"
            f" class='comment-anchor'></div><table class='comment-content'><tr><td class='comment-head'><a><img></a></td>"
            f"<td class='comment-rest'><div class='comment-meta'><a href='https://substack.com{handle}'>{s.author}</a> <a"
            f" href='https://x.substack.com/p/x/comment/{s.n}' title='{s.when:%b %d, %Y}, {s.when:%I:%M %p}'>Jul 4</a></div>"
            f"<div class='comment-body'>{body}</div><div class='comment-actions'><span class='label'>6</span> Reply</div>"
            f"</td></tr></table>{below}</div>"
        )

    top = nest(
        said,
        None,
        one,
        lambda x: f"<div class='comment-list'><div class='comment-list-items'>{x}</div></div>",
    )
    return page(f"<div class='comments-page'>{top}</div>")


def substack_new(said):
    return substack(said, "/@someone").replace("comments-page", "comments-section")


def microdata(said, nested=True):
    def one(s, below):
        body = "[removed]" if s.gone else s.html
        up = (
            f"<link itemprop='parentItem' href='https://example.org/harbour#comment-{s.parent}'>"
            if s.parent
            else ""
        )
        return (
            f"<div itemprop='comment' itemscope itemtype='https://schema.org/Comment' id='comment-{s.n}'>"
            f"{'' if nested else up}<span itemprop='author' itemscope itemtype='https://schema.org/Person'><span"
            f" itemprop='name'>{s.author}</span></span><time itemprop='dateCreated' datetime='{iso(s)}'>x</time><div"
            f" itemprop='text'>{body}</div><meta itemprop='upvoteCount' content='11'>{below if nested else ''}</div>"
            f"{'' if nested else below}"
        )

    return page(
        f"<section itemscope itemtype='https://schema.org/Article'>{nest(said, None, one, str)}</section>"
    )


def microdata_flat(said):
    return microdata(said, nested=False)


def json_ld(said, nested=True):
    def node(s):
        below = [node(x) for x in said if x.parent == s.n] if nested else []
        up = {"parentItem": {"@type": "Comment", "@id": f"#c{s.parent}"}} if s.parent and not nested else {}
        return {
            "@type": "Comment", "@id": f"#c{s.n}", "text": "[deleted]" if s.gone else s.html,
            "author": {"@type": "Person", "name": s.author}, "dateCreated": iso(s), "upvoteCount": 11, **up,
            **({"comment": below} if below else {}),
        }  # fmt: skip

    shown = [s for s in said if s.parent is None] if nested else said
    data = {"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": "Harbour council votes",
            "datePublished": "2023-07-04T09:00:00Z", "comment": [node(s) for s in shown]}]}  # fmt: skip
    script = json.dumps(data).replace("</", "<\\/")
    return page("", head=f"<script type='application/ld+json'>{script}</script>")


def json_ld_flat(said):
    return json_ld(said, nested=False)


def microformats(said, nested=True):
    def one(s, below):
        body = "[deleted]" if s.gone else s.html
        up = s.parent and f"https://example.org/c/{s.parent}" or "https://example.org/harbour"
        return (
            f"<div class='h-cite u-comment p-comment'><a class='u-url' href='https://example.org/c/{s.n}'><time"
            f" class='dt-published' datetime='{iso(s)}'>x</time></a><a class='u-in-reply-to' href='{up}'></a><span"
            f" class='p-author h-card'><span class='p-name'>{s.author}</span></span><div class='e-content'>{body}</div>"
            f"{below if nested else ''}</div>{'' if nested else below}"
        )

    return page(f"<div class='h-entry'>{nest(said, None, one, str)}</div>")


def microformats_flat(said):
    return microformats(said, nested=False)


def home_made(said):
    items = ""
    for s in said:
        body = "Comment removed" if s.gone else s.html
        items += (
            f"<div class='comment' data-comment-id='{s.n}' data-parent-id='{s.parent or 0}'><span class='username'>"
            f"{s.author}</span><time datetime='{iso(s)}'>x</time><div class='comment-body'>{body}</div></div>"
        )
    return page(f"<div class='comments'>{items}</div>")


def home_made_margins(said):
    items = ""
    for s in said:
        body = "This comment was deleted." if s.gone else s.html
        items += (
            f"<div class='comment' style='margin-left: {(depth(said, s) - 1) * 24}px'><b class='author'>{s.author}</b>"
            f"<span class='date'>{s.when:%B %d, %Y} {s.when:%H:%M}</span><div class='text'>{body}</div></div>"
        )
    return page(items)
