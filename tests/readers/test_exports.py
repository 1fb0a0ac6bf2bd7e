"""Each export in its documented schema: article, parents, authors, times, deleted ones."""

import json
from datetime import UTC, datetime

import pytest
from sources import by_id, check, lines, load, one, tree


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
  <category dsq:id="1"><forum>f</forum><title>General</title></category>
  <thread dsq:id="10"><id>a</id><link>https://example.org/a</link><title>Trams &amp;amp; buses</title><message/>
    <createdAt>2020-01-01T10:00:00Z</createdAt></thread>
  <thread dsq:id="11"><id>b</id><link>https://example.org/b</link><title>Quiet</title><message/></thread>
  <post dsq:id="1"><message><![CDATA[<p>First &amp; foremost,<br>see <a href="https://example.org/x" rel="nofollow">this</a></p><p>Bye</p>]]></message>
    <createdAt>2020-01-02T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
    <author><email>a@b.c</email><name>Ann</name></author><ipAddress>1.2.3.4</ipAddress><thread dsq:id="10"/></post>
  <post dsq:id="3"><message/><createdAt>2020-01-02T12:00:00Z</createdAt><isDeleted>true</isDeleted><isSpam>false</isSpam>
    <author><name>Bob</name></author><thread dsq:id="10"/><parent dsq:id="1"/></post>
  <post dsq:id="4"><message>deep</message><createdAt>2020-01-02T13:00:00Z</createdAt><isDeleted>false</isDeleted>
    <author><name>Cy</name></author><thread dsq:id="10"/><parent dsq:id="3"/></post>
  <post dsq:id="5"><message>orphan</message><createdAt>2020-01-02T14:00:00Z</createdAt><author><name>Di</name></author>
    <thread dsq:id="10"/><parent dsq:id="99"/></post>
</disqus>"""


def test_disqus():
    (talked, quiet), intake = load(DISQUS)
    assert (talked.article.article_id, talked.article.title) == ("10", "Trams & buses")
    assert (talked.article.url, talked.article.published_at) == ("https://example.org/a", at(2020, 1, 1, 10))
    assert tree(talked) == [("1", None, 1), ("3", "1", 2), ("4", "3", 3), ("5", None, 1)]
    comments = by_id(talked)
    assert comments["1"].text == "First & foremost,\nsee this (https://example.org/x)\nBye"
    assert (comments["1"].author, comments["1"].posted_at) == ("Ann", at(2020, 1, 2, 10))
    assert comments["3"].extra == {"deleted": True}
    assert (comments["5"].parent_source, comments["5"].extra) == ("orphan", {"missing_parent_id": "99"})
    assert not quiet.comments
    assert "a@b.c" not in str(talked) and "1.2.3.4" not in str(talked)
    assert (intake.read, intake.kept, intake.articles, intake.deleted) == (4, 4, 2, 1)
    assert intake.links == {"given": 2, "orphan": 1}


WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Blog</title>
<item><title>Why trams</title><link>https://example.org/trams</link><content:encoded><![CDATA[<p>Trams are quiet.</p>

<p>Buses are not.</p>]]></content:encoded>
  <wp:post_id>7</wp:post_id><wp:post_date_gmt>2021-05-01 08:00:00</wp:post_date_gmt><wp:post_type>post</wp:post_type>
  <wp:comment><wp:comment_id>20</wp:comment_id><wp:comment_author><![CDATA[Ann]]></wp:comment_author>
    <wp:comment_author_email>ann@example.org</wp:comment_author_email>
    <wp:comment_date>2021-05-01 12:00:00</wp:comment_date><wp:comment_date_gmt>2021-05-01 10:00:00</wp:comment_date_gmt>
    <wp:comment_content><![CDATA[Line one
Line <em>two</em>]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent></wp:comment>
  <wp:comment><wp:comment_id>21</wp:comment_id><wp:comment_author>Bob</wp:comment_author>
    <wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt><wp:comment_date>2021-05-01 13:00:00</wp:comment_date>
    <wp:comment_content>buy pills</wp:comment_content><wp:comment_approved>spam</wp:comment_approved><wp:comment_parent>20</wp:comment_parent></wp:comment>
  <wp:comment><wp:comment_id>22</wp:comment_id><wp:comment_author>Blog B</wp:comment_author><wp:comment_content>[…] trams […]</wp:comment_content>
    <wp:comment_approved>1</wp:comment_approved><wp:comment_type>pingback</wp:comment_type><wp:comment_parent>0</wp:comment_parent></wp:comment>
</item>
<item><title>photo</title><wp:post_id>8</wp:post_id><wp:post_type>attachment</wp:post_type></item>
</channel></rss>"""


def test_wordpress():
    page = one(WXR)
    assert (page.article.article_id, page.article.title) == ("7", "Why trams")
    assert page.article.text == "Trams are quiet.\n\nBuses are not."
    assert tree(page) == [("20", None, 1), ("21", "20", 2), ("22", None, 1)]
    comments = by_id(page)
    assert (comments["20"].text, comments["20"].posted_at) == ("Line one\nLine two", at(2021, 5, 1, 10))
    assert comments["21"].extra == {"removed": True, "spam": True}
    assert comments["21"].posted_at == at(2021, 5, 1, 13)
    assert comments["22"].extra == {"type": "pingback"}


def thing(name, parent, body, replies="", **more):
    data = {
        "id": name, "name": f"t1_{name}", "link_id": "t3_post", "parent_id": parent, "body": body, "author": f"u_{name}",
        "created_utc": 1500000000.0, "score": 3, "edited": False, "replies": replies,
    }  # fmt: skip
    return {"kind": "t1", "data": data | more}


def listing(*children):
    return {"kind": "Listing", "data": {"children": list(children)}}


POST = {
    "kind": "t3",
    "data": {"id": "post", "title": "A &amp; B", "selftext": "Talk &gt; action", "url": "https://example.org/p", "created_utc": 1499999999},
}  # fmt: skip


def test_reddit_listing_with_more_stubs():
    inner = thing(
        "c2",
        "t1_c1",
        "[removed]",
        listing(thing("c3", "t1_c2", "I agree", edited=1500000100.0)),
        author="[deleted]",
    )
    more = {
        "kind": "more",
        "data": {"count": 3, "children": ["c8", "c9", "c3"], "parent_id": "t3_post", "id": "c8"},
    }
    source = [listing(POST), listing(thing("c1", "t3_post", "x &lt; y", listing(inner)), more)]
    (page,), intake = load(source)
    assert (page.article.title, page.article.text) == ("A & B", "Talk > action")
    assert tree(page) == [("c1", None, 1), ("c2", "c1", 2), ("c3", "c2", 3)]
    comments = by_id(page)
    assert (comments["c1"].text, comments["c1"].posted_at) == ("x < y", at(2017, 7, 14, 2, 40))
    assert (comments["c2"].author, comments["c2"].extra["removed"]) == (None, True)
    assert comments["c3"].extra["edited_at"] == "2017-07-14T02:41:40Z"
    assert intake.missing == 2, "c3 is named by the stub but stands in the file"


def test_reddit_morechildren_and_recorded_answers():
    answer = {"json": {"errors": [], "data": {"things": [thing("c5", "t1_c1", "late")]}}}
    first = [listing(POST), listing(thing("c1", "t3_post", "early"))]
    import json

    body = lambda value: {"response": {"body": {"string": json.dumps(value)}}}  # noqa: E731
    cassette = {"interactions": [body({"access_token": "x"}), body(first), body(answer)]}
    assert tree(one(cassette)) == [("c1", None, 1), ("c5", "c1", 2)]
    har = {"log": {"entries": [{"response": {"content": {"text": json.dumps(first)}}}]}}
    assert tree(one(har)) == [("c1", None, 1)]


def test_reddit_dump_in_any_order():
    rows = [
        thing("c2", "t1_c1", "re")["data"],
        POST["data"] | {"subreddit": "x"},
        thing("c1", "t3_post", "hi")["data"],
    ]
    for row in rows:
        row.pop("replies", None)
    page = one(lines(*rows), "RC_2020.jsonl")
    assert (page.article.title, tree(page)) == ("A & B", [("c1", None, 1), ("c2", "c1", 2)])


def test_hacker_news_items_find_their_story():
    items = [
        {"id": 3, "type": "comment", "by": "c", "parent": 2, "text": "deep", "time": 1314211200},
        {"id": 2, "type": "comment", "by": "b", "parent": 1, "text": "Yes&#x27;s <p>two <a href=\"https:&#x2F;&#x2F;e.org&#x2F;long\">https:&#x2F;&#x2F;e.org&#x2F;lo...</a>", "time": 1314211127, "kids": [3, 9]},
        {"id": 1, "type": "story", "by": "a", "title": "T", "url": "https://e.org", "time": 1314211000, "kids": [2, 4]},
        {"id": 4, "type": "comment", "parent": 1, "time": 1314211300, "deleted": True},
    ]  # fmt: skip
    (page,), intake = load(lines(*items))
    assert (page.article.article_id, page.article.title) == ("1", "T")
    assert tree(page) == [("2", None, 1), ("3", "2", 2), ("4", None, 1)]
    assert by_id(page)["2"].text == "Yes's\ntwo https://e.org/long"
    assert by_id(page)["4"].extra == {"deleted": True}
    assert by_id(page)["3"].posted_at == at(2011, 8, 24, 18, 40)
    assert intake.missing == 1


def test_hacker_news_algolia_tree():
    leaf = {
        "id": 12,
        "type": "comment",
        "author": None,
        "text": None,
        "created_at_i": 1600000002,
        "parent_id": 11,
        "story_id": 10,
        "children": [],
    }
    child = {
        "id": 11,
        "type": "comment",
        "author": "b",
        "text": "<p>hi</p>",
        "created_at_i": 1600000001,
        "parent_id": 10,
        "story_id": 10,
        "children": [leaf],
    }
    story = {"id": 10, "type": "story", "author": "a", "title": "T", "url": None, "text": "Ask", "created_at": "2020-09-13T12:26:40.000Z", "created_at_i": 1600000000, "parent_id": None, "story_id": 10, "children": [child]}  # fmt: skip
    page = one(story)
    assert (page.article.text, page.article.url) == ("Ask", "https://news.ycombinator.com/item?id=10")
    assert tree(page) == [("11", None, 1), ("12", "11", 2)]
    assert by_id(page)["12"].extra == {"deleted": True}


def test_youtube_info():
    info = {
        "id": "vid", "title": "V", "description": "About", "webpage_url": "https://www.youtube.com/watch?v=vid", "timestamp": 1600000000,
        "extractor": "youtube", "comments": [
            {"id": "A", "parent": "root", "text": "first", "author": "@ann", "author_id": "UC1", "timestamp": 1600000100, "like_count": 4, "is_pinned": True},
            {"id": "A.1", "parent": "A", "text": "@ann no", "author": "@bob", "timestamp": 1600000200, "like_count": 0},
        ],
    }  # fmt: skip
    page = one(info, "vid.info.json")
    assert (page.article.article_id, page.article.text) == ("vid", "About")
    assert tree(page) == [("A", None, 1), ("A.1", "A", 2)]
    assert by_id(page)["A"].extra["likes"] == 4 and by_id(page)["A"].extra["pinned"] is True


def youtube(kind, name, **snippet):
    return {"kind": f"youtube#{kind}", "id": name, "snippet": snippet}


def test_youtube_api():
    top = youtube(
        "comment",
        "A",
        textDisplay="one<br>two &amp; three",
        authorDisplayName="Ann",
        publishedAt="2020-01-01T00:00:00Z",
        updatedAt="2020-01-02T00:00:00Z",
        likeCount=2,
    )
    reply = youtube("comment", "A.1", textOriginal="re", authorDisplayName="Bob", parentId="A", publishedAt="2020-01-03T00:00:00Z", updatedAt="2020-01-03T00:00:00Z")  # fmt: skip
    thread = youtube("commentThread", "A", videoId="vid", topLevelComment=top, totalReplyCount=4) | {
        "replies": {"comments": [reply]}
    }
    (page,), intake = load({"kind": "youtube#commentThreadListResponse", "items": [thread]})
    assert (page.article.article_id, tree(page)) == ("vid", [("A", None, 1), ("A.1", "A", 2)])
    assert by_id(page)["A"].text == "one\ntwo & three"
    assert by_id(page)["A"].extra["edited_at"] == "2020-01-02T00:00:00Z"
    assert intake.missing == 3


def test_discourse_topic():
    post = lambda number, to=None, **more: {  # noqa: E731
        "id": 100 + number, "post_number": number, "username": f"u{number}", "cooked": f"<p>post {number}</p>", "post_type": 1,
        "created_at": "2022-03-01T10:00:00.000+02:00", "updated_at": "2022-03-01T11:00:00.000+02:00", "version": 1, "reply_to_post_number": to,
    } | more  # fmt: skip
    topic = {
        "id": 5, "title": "Trams", "created_at": "2022-03-01T08:00:00.000Z",
        "post_stream": {"posts": [post(1), post(2), post(3, 2, version=2), post(4, None, post_type=3, cooked=""), post(6, 5, hidden=True)], "stream": [101, 102, 103, 104, 106, 107]},
    }  # fmt: skip
    (page,), intake = load(topic)
    assert (page.article.title, page.article.text) == ("Trams", "post 1")
    assert tree(page) == [("5/2", None, 1), ("5/3", "5/2", 2), ("5/6", None, 1)]
    assert by_id(page)["5/2"].posted_at == at(2022, 3, 1, 8)
    assert by_id(page)["5/3"].extra["edited_at"] == "2022-03-01T09:00:00Z"
    assert by_id(page)["5/6"].extra == {"post_id": 106, "removed": True, "missing_parent_id": "5/5"}
    assert intake.missing == 1 and any("notices" in note for note in intake.notes)


def status(name, to, content, **more):
    return {
        "id": name, "in_reply_to_id": to, "content": content, "account": {"acct": f"u{name}@example.org"}, "favourites_count": 1,
        "created_at": "2023-02-01T10:00:00.000Z", "edited_at": None, "spoiler_text": "", "url": f"https://example.org/{name}",
    } | more  # fmt: skip


def test_mastodon_context():
    context = {
        "ancestors": [status("1", None, "<p>Opening</p>")],
        "descendants": [
            status("3", "2", "<p>a<br/>b</p>"),
            status("4", "3", "re", edited_at="2023-02-02T00:00:00Z"),
        ],
    }
    page = one(context)
    assert (page.article.article_id, page.article.text) == ("1", "Opening")
    assert tree(page) == [("3", None, 1), ("4", "3", 2)]
    assert by_id(page)["3"].extra["missing_parent_id"] == "2", "the status asked for is not in its context"
    alone = one({"ancestors": [], "descendants": [status("8", "7", "hi", spoiler_text="CW")]})
    assert (alone.article.article_id, tree(alone)) == ("7", [("8", None, 1)])
    assert (alone.comments[0].text, alone.comments[0].author) == ("CW\nhi", "u8@example.org")
    assert tree(one(lines(status("2", "1", "re"), status("1", None, "root")))) == [("2", None, 1)]


def test_lemmy():
    view = lambda name, path, **more: {  # noqa: E731
        "comment": {"id": name, "post_id": 9, "content": f"c{name}", "path": path, "published": "2023-06-01T10:00:00.123456Z", "deleted": False, "removed": False} | more,
        "creator": {"name": f"u{name}"}, "post": {"id": 9, "name": "Post", "body": "Body", "url": "https://example.org"}, "counts": {"score": 2, "upvotes": 3, "downvotes": 1},
    }  # fmt: skip
    page = one({"comments": [view(12, "0.11.12"), view(11, "0.11"), view(13, "0.10.13", deleted=True)]})
    assert (page.article.title, page.article.text) == ("Post", "Body")
    assert tree(page) == [("11", None, 1), ("12", "11", 2), ("13", None, 1)]
    assert by_id(page)["11"].extra == {"score": 2, "upvotes": 3, "downvotes": 1}
    assert by_id(page)["13"].extra["deleted"] is True and by_id(page)["13"].extra["missing_parent_id"] == "10"
    assert by_id(page)["11"].posted_at == at(2023, 6, 1, 10, 0, 0, 123456)


def sky(name, to=None, replies=(), **more):
    uri = "at://did:plc:x/app.bsky.feed.post/"
    record = {"text": f"post {name}", "createdAt": "2024-01-01T00:00:00.000Z"}
    if to:
        record["reply"] = {"root": {"uri": uri + "1"}, "parent": {"uri": uri + to}}
    post = {"uri": uri + name, "author": {"handle": f"u{name}.example"}, "record": record, "likeCount": 1}
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": list(replies)} | more


def test_bluesky_thread():
    gone = {
        "$type": "app.bsky.feed.defs#notFoundPost",
        "uri": "at://did:plc:x/app.bsky.feed.post/4",
        "notFound": True,
    }
    thread = {"thread": sky("1", None, [sky("2", "1", [sky("3", "2"), gone])])}
    page = one(thread)
    uri = page.article.article_id
    assert (uri.rpartition("/")[2], page.article.text) == ("1", "post 1")
    assert [(c.text, c.depth) for c in page.comments] == [("post 2", 1), ("post 3", 2), ("", 2)]
    assert page.comments[2].extra == {"deleted": True}
    assert page.comments[0].author == "u2.example"
    below = {"thread": sky("3", "2", [], parent=sky("2", "1", [], parent=sky("1")))}
    assert [(c.text, c.depth) for c in one(below).comments] == [("post 2", 1), ("post 3", 2)]
    flat = {"thread": [{"uri": node["post"]["uri"], "depth": d, "value": {"$type": "app.bsky.unspecced.defs#threadItemPost", "post": node["post"]}} for d, node in enumerate([sky("1"), sky("2", "1")])]}  # fmt: skip
    assert [(c.text, c.depth) for c in one(flat).comments] == [("post 2", 1)]


def test_coral_collections_and_api():
    story = {
        "id": "s",
        "url": "https://example.org/s",
        "metadata": {"title": "Story"},
        "commentCounts": {},
        "createdAt": {"$date": "2021-01-01T00:00:00Z"},
    }
    comment = lambda name, parent=None, **more: {  # noqa: E731
        "_id": {"$oid": "5f"}, "id": name, "storyID": "s", "parentID": parent, "authorID": "ann", "status": "NONE", "createdAt": {"$date": {"$numberLong": "1609459200000"}},
        "revisions": [{"body": "<div>old</div>", "createdAt": {"$date": "2021-01-01T00:00:00Z"}}, {"body": f"<div>new {name}<br>line</div>", "createdAt": {"$date": "2021-01-01T00:05:00Z"}}], "actionCounts": {"REACTION": 2},
    } | more  # fmt: skip
    page = one(lines(comment("b", "a", status="REJECTED"), comment("a"), story))
    assert (page.article.title, tree(page)) == ("Story", [("a", None, 1), ("b", "a", 2)])
    assert (by_id(page)["a"].text, by_id(page)["a"].posted_at) == ("new a\nline", at(2021, 1, 1))
    assert by_id(page)["a"].extra["edited_at"] == "2021-01-01T00:05:00Z"
    assert by_id(page)["b"].extra["removed"] is True

    def node(name, *replies):
        return {
            "node": {
                "id": name,
                "body": name,
                "author": {"username": "u"},
                "createdAt": "2021-01-01T00:00:00Z",
                "replies": {"edges": list(replies)},
            }
        }  # noqa: E731, E501

    answer = {
        "data": {
            "story": {
                "id": "s",
                "url": "u",
                "metadata": {"title": "T"},
                "comments": {"edges": [node("a", node("b"))]},
            }
        }
    }
    assert tree(one(answer)) == [("a", None, 1), ("b", "a", 2)]


def test_coral_history_csv():
    page = one(
        'Comment ID,Published Timestamp,Article URL,Comment URL,Comment Text\nx,2021-01-01T00:00:00.000Z,https://example.org/s,https://example.org/s?commentID=x,"<p>mine</p>"\n',
        "my_comments.csv",
    )
    assert (page.article.url, page.comments[0].text) == ("https://example.org/s", "mine")
    assert (page.comments[0].parent_source, page.comments[0].parent_confidence) == ("assumed", 0.0)


def test_4cat_csv_and_ndjson():
    reddit = "thread_id,id,timestamp,body,subject,author,parent,score\np,p,2020-01-01 00:00:00,Opening,Title,op,,5\np,c1,2020-01-01 01:00:00,hi,,ann,t3_p,1\np,c2,1577844000,[removed],,bob,t1_c1,1\n"
    page = one(reddit, "reddit.csv")
    assert (page.article.title, page.article.text, tree(page)) == (
        "Title",
        "Opening",
        [("c1", None, 1), ("c2", "c1", 2)],
    )
    assert (by_id(page)["c2"].extra["removed"], by_id(page)["c2"].posted_at) == (True, at(2020, 1, 1, 2))
    board = lines(
        {"thread_id": "7", "id": "7", "timestamp": 1577836800, "body": "OP", "author": "Anonymous"},
        {"thread_id": "7", "id": "8", "timestamp": 1577836900, "body": ">>7\nno", "author": "Anonymous"},
        {"thread_id": "7", "id": "9", "timestamp": 1577837000, "body": ">>8\nyes", "author": "Anonymous"},
    )
    assert tree(one(board)) == [("8", None, 1), ("9", "8", 2)]
    collected = {
        "source_platform": "tiktok.com",
        "item_id": "1",
        "data": {
            "cid": "2",
            "aweme_id": "v",
            "text": "re",
            "reply_id": "1",
            "create_time": 1577836800,
            "user": {"unique_id": "bob"},
        },
    }
    top = {
        "source_platform": "tiktok.com",
        "item_id": "0",
        "data": {
            "cid": "1",
            "aweme_id": "v",
            "text": "top",
            "reply_id": "0",
            "create_time": 1577836800,
            "user": {"unique_id": "ann"},
        },
    }
    assert tree(one(lines(collected, top))) == [("1", None, 1), ("2", "1", 2)]


def test_socc_folder(tmp_path):
    (tmp_path / "gnm_articles.csv").write_text(
        "article_id,title,article_url,author,published_date,ncomments,ntop_level_comments,article_text\n"
        "77,Trams,https://example.org/77,Ed,2015-10-16 EDT,3,1,<p>One.</p><p>Two.</p>\n"
    )
    (tmp_path / "gnm_comments.csv").write_text(
        "article_id,comment_counter,comment_author,timestamp,post_time,comment_text,TotalVotes,posVotes,negVotes,status\n"
        "77,source1_77_0_0_0,Cy,1446000300000,,deep,0,0,0,\n"
        "77,source1_77_0,Ann,1446000000000,,top,3,2,1,\n"
        '77,source1_77_0_0,Bob,,"Dec 13, 2016",reply,0,0,0,deleted\n'
    )
    page = one(tmp_path)
    assert (page.article.title, page.article.text, page.article.published_at) == (
        "Trams",
        "One.\nTwo.",
        at(2015, 10, 16, 4),
    )
    assert [c.author for c in page.comments] == ["Ann", "Bob", "Cy"] and [c.depth for c in page.comments] == [
        1,
        2,
        3,
    ]
    assert page.comments[1].posted_at == at(2016, 12, 13) and page.comments[1].extra["deleted"] is True
    assert page.comments[0].extra["posVotes"] == "2"


def test_convokit_folder(tmp_path):
    def said(name, to, text):
        return {
            "id": name,
            "conversation_id": "u0",
            "reply_to": to,
            "speaker": "ann",
            "timestamp": 1500000000,
            "text": text,
            "meta": {"score": 2},
        }  # noqa: E731, E501

    (tmp_path / "utterances.jsonl").write_text(
        lines(said("u2", "u1", "deep"), said("u0", None, "Opening"), said("u1", "u0", "[deleted]"))
    )
    (tmp_path / "conversations.json").write_text('{"u0": {"meta": {"title": "Trams"}, "vectors": []}}')
    for name in ("speakers.json", "corpus.json", "index.json"):
        (tmp_path / name).write_text('{"ann": {"meta": {}}}')
    (page,), intake = load(tmp_path)
    assert (page.article.title, page.article.text, tree(page)) == (
        "Trams",
        "Opening",
        [("u1", None, 1), ("u2", "u1", 2)],
    )
    assert by_id(page)["u1"].extra == {"deleted": True, "meta_score": 2}
    assert intake.n_rejected == 0


def test_isso():
    said = {
        "email": "a@b.c",
        "remote_addr": "0.0.0.0",
        "website": "",
        "created": "2005-02-24 04:03:37",
        "author": "Ann",
        "id": 0,
        "text": "hi",
    }
    threads = [
        {"id": "/a/", "title": "A", "comments": [said, said | {"id": 1, "text": "re", "parent": 0}]},
        {"id": "/b/", "title": "B", "comments": [said]},
    ]
    (first, second), intake = load(threads)
    assert tree(first) == [("/a//0", None, 1), ("1", "/a//0", 2)], (
        "ids repeated between threads are made unique"
    )
    assert first.comments[0].extra == {"source_id": "0"} and second.comments[0].comment_id == "/b//0"
    assert first.comments[0].posted_at == at(2005, 2, 24, 4, 3, 37)
    assert "a@b.c" not in str(first)


def test_any_object_with_nested_comments():
    source = {
        "title": "T", "url": "https://example.org", "article": "Body",
        "comments": [{"id": 1, "author": "a", "text": "one", "replies": [{"author": "b", "text": "two"}]}, {"id": 3, "message": "three", "parent": 1}],
    }  # fmt: skip
    page = one(source, "page.json")
    assert (page.article.text, page.article.url) == ("Body", "https://example.org")
    assert [(c.text, c.depth) for c in page.comments] == [("one", 1), ("two", 2), ("three", 2)]


THREADS = [
    {"id": 1, "body": "Hi all, the plan is good", "replies": [{"id": 2, "body": "no it is bad"}]},
    {"id": 3, "body": "second top", "replies": []},
]


@pytest.mark.parametrize("form", ["list", "list of one", "lines"])
def test_a_list_of_comments_with_their_replies_answers_one_article(form):
    source = {
        "list": THREADS,
        "list of one": THREADS[:1],
        "lines": "\n".join(map(json.dumps, THREADS)) + "\n",
    }
    page = one(source[form], "page.json")
    assert (page.article.article_id, page.article.title, page.article.text) == ("page", None, "")
    assert tree(page) == [("1", None, 1), ("2", "1", 2), ("3", None, 1)][: 2 if form == "list of one" else 3]
    assert (
        page.comments
        == one(
            {"comments": source["list of one" if len(page.comments) == 2 else "list"]}, "page.json"
        ).comments
    )


def test_comments_of_a_list_keep_their_articles_and_get_ids_of_their_own():
    bare = {"body": "no", "id": None}
    rows = [
        {"id": n, "thread_id": f"a{n % 2}", "body": "hi", "replies": [{"id": f"{n}b", "body": "yes"}, bare]}
        for n in range(4)
    ]
    pages, _ = load(rows, "page.json")
    assert [(p.article.article_id, len(p.comments)) for p in pages] == [("a0", 6), ("a1", 6)]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "T"},
        {"headline": "T"},
        {"url": "https://example.org/1"},
        {"id": None},
        {"body": "long " * 1000},
        {"replies": None, "comments": THREADS[0]["replies"]},
        {"replies": [{"id": 2, "text": "of another shape"}]},
    ],
)
def test_a_list_of_articles_with_their_comments_stays_one(change):
    pages, _ = load([THREADS[0] | change, THREADS[0] | change | {"id": change.get("id", 7)}], "page.json")
    assert pages[0].article.text == (THREADS[0] | change)["body"].strip()
    assert len(pages[0].comments) == 1


def test_an_object_alone_with_replies_is_an_article():
    page = one(THREADS[0], "page.json")
    assert page.article.text == THREADS[0]["body"] and tree(page) == [("2", None, 1)]


def test_very_deep_trees_are_read_whole():
    import json

    deep = "[" * 0 + json.dumps(thing("c0", "t3_post", "0"))
    for number in range(1, 3000):
        outer = json.dumps(thing(f"c{number}", "t3_post", str(number), "REPLIES"))
        deep = outer.replace('"REPLIES"', '{"kind": "Listing", "data": {"children": [' + deep + "]}}")
    page = one('{"kind": "Listing", "data": {"children": [' + deep + "]}}")
    assert len(page.comments) == 3000


@pytest.mark.parametrize("name", ["DISQUS", "WXR"])
def test_truncated_xml_keeps_what_stands_before_the_break(name):
    text = globals()[name]
    whole, _ = load(text)
    for cut in range(600, len(text), 97):
        try:
            found, intake = load(text[:cut])
        except Exception as error:
            assert type(error).__name__ == "UnreadableSource"
            continue
        check(found)
        assert sum(len(d.comments) for d in found) <= sum(len(d.comments) for d in whole)
        assert any("cut off" in note for note in intake.notes)
