"""One little discussion in the documented schema of every export and table; all names and words are ours.

Ann opens with votes; Bob answers her, names her, and edits it; Cy's answer to Bob is deleted; Dee answers
a comment that is not there. `FORMATS` says for each format what of that it can hold.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

ANN, BOB = "Trams are quiet.", "@ann_marsh That they are, since May."
TIMES = {  # the same four moments: epoch, UTC, two hours east
    "a": (1614834367, "2021-03-04T05:06:07Z", "2021-03-04T07:06:07+02:00"),
    "b": (1614834427, "2021-03-04T05:07:07Z", "2021-03-04T07:07:07+02:00"),
    "c": (1614834487, "2021-03-04T05:08:07Z", "2021-03-04T07:08:07+02:00"),
    "d": (1614834547, "2021-03-04T05:09:07Z", "2021-03-04T07:09:07+02:00"),
}
EDITED = (1614920767, "2021-03-05T05:06:07Z", "2021-03-05T07:06:07+02:00")
AUTHORS = {"a": "ann_marsh", "b": "bo_k", "c": "cy", "d": "dee99"}
TEXTS = {"a": ANN, "b": BOB, "c": "", "d": "Not in May."}


@dataclass(frozen=True)
class Form:
    """A format: its file, what comments a to d are called there, and what it can hold."""

    name: str
    data: Callable[[], str | bytes | object]
    ids: tuple[str, str, str, str]
    missing: str | None  # the id of the parent that is not there; None where links cannot be missing
    votes: dict = field(default_factory=dict)  # of a
    edit: dict = field(default_factory=dict)  # of b
    gone: dict = field(default_factory=lambda: {"deleted": True})  # of c
    names_gone: bool = False  # the author of c is known
    homeless: bool = False  # d names no article, and nothing leads to one: it stands under the file's own


def lined(rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def stamp(who: str, kind: int = 1):
    return TIMES[who][kind]


def disqus() -> str:
    def post(who: str, number: int, parent: int | None, gone: bool = False) -> str:
        up = f'<parent dsq:id="{parent}"/>' if parent else ""
        return (
            f'<post dsq:id="{number}"><message><![CDATA[<p>{TEXTS[who]}</p>]]></message><createdAt>{stamp(who)}</createdAt>'
            f"<isDeleted>{str(gone).lower()}</isDeleted><isSpam>false</isSpam><author><name>{AUTHORS[who]}</name></author>"
            f'<thread dsq:id="7"/>{up}</post>'
        )

    posts = post("a", 1, None) + post("b", 2, 1) + post("c", 3, 2, True) + post("d", 4, 99)
    return (
        '<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        f'<thread dsq:id="7"><link>https://example.org/t</link><title>Trams</title></thread>{posts}</disqus>'
    )


def wxr() -> str:
    def comment(who: str, number: int, parent: int, approved: str = "1") -> str:
        clock = stamp(who)[:-1].replace("T", " ")
        return (
            f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author><![CDATA[{AUTHORS[who]}]]></wp:comment_author>"
            f"<wp:comment_date_gmt>{clock}</wp:comment_date_gmt><wp:comment_content><![CDATA[{TEXTS[who]}]]></wp:comment_content>"
            f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
        )

    said = comment("a", 1, 0) + comment("b", 2, 1) + comment("c", 3, 2, "trash") + comment("d", 4, 99)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>Trams</title>'
        f"<wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type>{said}</item></channel></rss>"
    )


def reddit_row(who: str, parent: str, **more) -> dict:
    row = {
        "id": who, "name": f"t1_{who}", "link_id": "t3_p", "parent_id": parent, "body": TEXTS[who], "author": AUTHORS[who],
        "created_utc": stamp(who, 0), "score": 1, "edited": False, "subreddit": "trams",
    }  # fmt: skip
    return row | more


def reddit_rows() -> list[dict]:
    return [
        reddit_row("a", "t3_p", score=5, controversiality=1), reddit_row("b", "t1_a", edited=float(EDITED[0])),
        reddit_row("c", "t1_b", body="[deleted]", author="[deleted]"), reddit_row("d", "t1_zz"),
    ]  # fmt: skip


REDDIT_POST = {"id": "p", "title": "Trams", "selftext": "", "subreddit": "trams", "created_utc": 1614834000}


def reddit_listing() -> object:
    a, b, c, d = ({"kind": "t1", "data": row} for row in reddit_rows())
    inside = lambda *things: {"kind": "Listing", "data": {"children": list(things)}}  # noqa: E731
    b["data"]["replies"], c["data"]["replies"], a["data"]["replies"] = inside(c), "", inside(b)
    return [inside({"kind": "t3", "data": REDDIT_POST}), inside(a, d)]


def hacker_news() -> str:
    def item(number: int, who: str, parent: int, **more) -> dict:
        said = {
            "id": number,
            "type": "comment",
            "by": AUTHORS[who],
            "parent": parent,
            "text": TEXTS[who],
            "time": stamp(who, 0),
        }
        return said | more

    story = {"id": 7, "type": "story", "title": "Trams", "time": 1614834000, "kids": [1, 4]}
    gone = {"id": 3, "type": "comment", "parent": 2, "time": stamp("c", 0), "deleted": True}
    return lined([story, item(1, "a", 7), item(2, "b", 1), gone, item(4, "d", 99)])


def algolia(number: int, who: str, parent: int, *below: dict, **more) -> dict:
    said = {
        "id": number, "type": "comment", "author": AUTHORS[who], "text": TEXTS[who], "points": None, "parent_id": parent,
        "story_id": 7, "created_at": stamp(who), "created_at_i": stamp(who, 0), "children": list(below),
    }  # fmt: skip
    return said | more


def algolia_tree() -> object:
    gone = algolia(3, "c", 2, author=None, text=None)
    below = [algolia(1, "a", 7, algolia(2, "b", 1, gone), points=5), algolia(4, "d", 99)]
    return {
        "id": 7,
        "type": "story",
        "title": "Trams",
        "created_at_i": 1614834000,
        "parent_id": None,
        "story_id": 7,
        "children": below,
    }


def youtube_info() -> object:
    def said(who: str, number: str, parent: str, **more) -> dict:
        return {
            "id": number,
            "parent": parent,
            "text": TEXTS[who],
            "author": AUTHORS[who],
            "author_id": "UC" + who,
            "timestamp": stamp(who, 0),
        } | more

    comments = [
        said("a", "A", "root", like_count=5, dislike_count=1),
        said("b", "A.b", "A", is_edited=True),
        said("c", "A.c", "A.b"),
        said("d", "D", "Z"),
    ]
    return {
        "id": "v",
        "title": "Trams",
        "webpage_url": "https://youtu.be/v",
        "extractor": "youtube",
        "comments": comments,
    }


def youtube_api() -> object:
    def said(who: str, number: str, parent: str | None = None, **more) -> dict:
        about = {
            "textOriginal": TEXTS[who],
            "authorDisplayName": AUTHORS[who],
            "publishedAt": stamp(who, 2),
            "updatedAt": stamp(who, 2),
            "videoId": "v",
        }
        return {
            "kind": "youtube#comment",
            "id": number,
            "snippet": about | ({"parentId": parent} if parent else {}) | more,
        }

    top = {"kind": "youtube#commentThread", "id": "A", "snippet": {"videoId": "v", "topLevelComment": said("a", "A", likeCount=5), "totalReplyCount": 2},
           "replies": {"comments": [said("b", "A.b", "A", updatedAt=EDITED[2]), said("c", "A.c", "A.b", moderationStatus="rejected")]}}  # fmt: skip
    return {"kind": "youtube#commentThreadListResponse", "items": [top, said("d", "D", "Z")]}


def discourse_topic() -> object:
    def post(number: int, who: str, to: int | None, **more) -> dict:
        said = {"id": 100 + number, "post_number": number, "username": AUTHORS[who], "cooked": f"<p>{TEXTS[who]}</p>", "post_type": 1,
                "created_at": stamp(who, 2), "updated_at": stamp(who, 2), "version": 1, "reply_to_post_number": to}  # fmt: skip
        return said | more

    opening = {
        "id": 101,
        "post_number": 1,
        "username": "op",
        "cooked": "<p>Trams</p>",
        "post_type": 1,
        "created_at": stamp("a"),
    }
    posts = [opening, post(2, "a", None, actions_summary=[{"id": 2, "count": 5}]), post(3, "b", 2, version=2, updated_at=EDITED[2]),
             post(4, "c", 3, user_deleted=True), post(5, "d", 99)]  # fmt: skip
    return {"id": 7, "title": "Trams", "post_stream": {"posts": posts, "stream": [101, 102, 103, 104, 105]}}


def mastodon() -> object:
    def status(number: str, who: str, to: str | None, **more) -> dict:
        return {"id": number, "in_reply_to_id": to, "content": f"<p>{TEXTS[who]}</p>", "account": {"acct": AUTHORS[who]}, "created_at": stamp(who),
                "edited_at": None, "spoiler_text": "", "favourites_count": 0} | more  # fmt: skip

    opening = status("7", "a", None, content="<p>Trams</p>", account={"acct": "op"})
    below = [
        status("1", "a", "7", favourites_count=5),
        status("2", "b", "1", edited_at=EDITED[1]),
        status("3", "c", "2", deleted=True),
        status("4", "d", "99"),
    ]
    return {"ancestors": [opening], "descendants": below}


def lemmy() -> object:
    def view(number: int, who: str, path: str, score: int = 1, **more) -> dict:
        comment = {
            "id": number,
            "post_id": 7,
            "content": TEXTS[who],
            "path": path,
            "published": stamp(who),
            "deleted": False,
            "removed": False,
        }
        return {"comment": comment | more, "creator": {"name": AUTHORS[who]}, "post": {"id": 7, "name": "Trams"},
                "counts": {"score": score, "upvotes": score, "downvotes": 0}}  # fmt: skip

    return {
        "comments": [
            view(1, "a", "0.1", 5),
            view(2, "b", "0.1.2", updated=EDITED[1]),
            view(3, "c", "0.1.2.3", deleted=True),
            view(4, "d", "0.99.4"),
        ]
    }


SKY = "at://did:plc:x/app.bsky.feed.post/"


def bluesky() -> object:
    def post(number: str, who: str, to: str, *below: dict, likes: int = 0) -> dict:
        reply = {"root": {"uri": SKY + "7"}, "parent": {"uri": SKY + to}}
        record = {"text": TEXTS[who], "createdAt": stamp(who, 2), "reply": reply}
        post = {"uri": SKY + number, "author": {"handle": AUTHORS[who]}, "record": record, "likeCount": likes}
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": list(below)}

    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": SKY + "3", "notFound": True}
    opening = {
        "uri": SKY + "7",
        "author": {"handle": "op"},
        "record": {"text": "Trams", "createdAt": stamp("a")},
    }
    below = [post("1", "a", "7", post("2", "b", "1", gone), likes=5), post("4", "d", "99")]
    return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": opening, "replies": below}}


def coral() -> str:
    def comment(who: str, parent: str | None, **more) -> dict:
        first = {"body": f"<div>{TEXTS[who]}</div>", "createdAt": {"$date": stamp(who)}}
        return {"id": who, "storyID": "s", "parentID": parent, "authorID": AUTHORS[who], "status": "NONE", "revisions": [first], "actionCounts": {},
                "createdAt": {"$date": {"$numberLong": str(stamp(who, 0) * 1000)}}} | more  # fmt: skip

    twice = [
        {"body": "old", "createdAt": {"$date": stamp("b")}},
        {"body": f"<div>{BOB}</div>", "createdAt": {"$date": EDITED[1]}},
    ]
    story = {"id": "s", "url": "https://example.org/s", "metadata": {"title": "Trams"}, "commentCounts": {}}
    return lined([story, comment("a", None, actionCounts={"REACTION": 5}), comment("b", "a", revisions=twice),
                  comment("c", "b", deletedAt={"$date": EDITED[1]}), comment("d", "zz")])  # fmt: skip


def coral_api() -> object:
    def node(who: str, *below: dict, **more) -> dict:
        said = {
            "id": who,
            "body": TEXTS[who],
            "author": {"username": AUTHORS[who]},
            "createdAt": stamp(who),
            "replies": {"edges": list(below)},
        }
        return {"node": said | more}

    tree = node(
        "a",
        node("b", node("c", deleted=True), editing={"edited": True, "editedAt": EDITED[1]}),
        actionCounts={"reaction": {"total": 5}},
    )
    return {
        "data": {
            "story": {
                "id": "s",
                "url": "u",
                "metadata": {"title": "Trams"},
                "comments": {"edges": [tree, node("d", parent={"id": "zz"})]},
            }
        }
    }


def fourcat() -> str:
    rows = ["thread_id,id,timestamp,body,subject,author,parent,score"]
    for who, parent, body in (
        ("a", "p", ANN),
        ("b", "a", f'"{BOB}"'),
        ("c", "b", "[deleted]"),
        ("d", "zz", TEXTS["d"]),
    ):
        rows.append(
            f"p,{who},{stamp(who)[:-1].replace('T', ' ')},{body},,{AUTHORS[who]},{parent},{5 if who == 'a' else 1}"
        )
    return "\n".join(rows) + "\n"


def socc() -> str:
    rows = [
        "article_id,comment_counter,comment_author,timestamp,comment_text,TotalVotes,posVotes,negVotes,status"
    ]
    for who, counter in (("a", "1"), ("b", "1_0"), ("c", "1_0_0"), ("d", "9_0")):
        text, status = ("", "deleted") if who == "c" else (TEXTS[who], "")
        rows.append(
            f'7,source1_7_{counter},{AUTHORS[who]},{stamp(who, 0)}000,"{text}",{5 if who == "a" else 0},5,0,{status}'
        )
    return "\n".join(rows) + "\n"


def convokit() -> str:
    said = [
        ("p", None, "op", "Trams"),
        ("a", "p", AUTHORS["a"], ANN),
        ("b", "a", AUTHORS["b"], BOB),
        ("c", "b", AUTHORS["c"], "[deleted]"),
        ("d", "zz", AUTHORS["d"], TEXTS["d"]),
    ]
    return lined(
        {
            "id": own,
            "conversation_id": "p",
            "reply_to": to,
            "speaker": who,
            "text": text,
            "timestamp": TIMES.get(own, (1614834000,))[0],
            "meta": {"score": 5 if own == "a" else 0},
        }
        for own, to, who, text in said
    )


def isso() -> object:
    def said(number: int, who: str, parent: int | None, **more) -> dict:
        return {
            "id": number,
            "text": TEXTS[who],
            "created": stamp(who)[:-1].replace("T", " "),
            "author": AUTHORS[who],
            "website": "",
            "parent": parent,
        } | more

    comments = [
        said(1, "a", None, likes=5, dislikes=0),
        said(2, "b", 1),
        said(3, "c", 2, mode=4),
        said(4, "d", 99),
    ]
    return [{"id": "/t/", "title": "Trams", "comments": comments}]


def table_rows() -> list[dict]:
    parents = {"a": None, "b": "a", "c": "b", "d": "zz"}
    return [
        {"comment_id": who, "parent_id": parent, "article_id": "t", "author": AUTHORS[who], "posted_at": stamp(who, 2), "text": "[deleted]" if who == "c" else TEXTS[who],
         "votes": 5 if who == "a" else 0, "edited_at": EDITED[1] if who == "b" else None}
        for who, parent in parents.items()
    ]  # fmt: skip


def delimited(mark: str) -> str:
    rows = table_rows()
    cells = [list(rows[0]), *([str("" if v is None else v) for v in row.values()] for row in rows)]
    return "\n".join(mark.join(f'"{c}"' for c in row) for row in cells) + "\n"


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(table_rows()), out)
    return out.getvalue()


NUMBERS, LETTERS = ("1", "2", "3", "4"), ("a", "b", "c", "d")
EDIT = {"edited_at": EDITED[1]}
FORMATS = {
    "disqus": Form("disqus.xml", disqus, NUMBERS, "99", names_gone=True),
    "wxr": Form("blog.xml", wxr, NUMBERS, "99", names_gone=True),
    "reddit listing": Form("post.json", reddit_listing, LETTERS, "zz", {"score": 5, "controversiality": 1}, EDIT),
    "reddit dump": Form("RC.jsonl", lambda: lined([REDDIT_POST, *reddit_rows()]), LETTERS, "zz", {"score": 5}, EDIT),
    "hacker news": Form("items.jsonl", hacker_news, NUMBERS, "99", homeless=True),
    "hacker news tree": Form("7.json", algolia_tree, NUMBERS, "99", {"score": 5}),
    "youtube info": Form("v.info.json", youtube_info, ("A", "A.b", "A.c", "D"), "Z", {"likes": 5, "dislikes": 1}, {"edited": True}, {}, True),
    "youtube api": Form("v.json", youtube_api, ("A", "A.b", "A.c", "D"), "Z", {"likes": 5}, EDIT, {"removed": True}, True),
    "discourse": Form("7.json", discourse_topic, ("7/2", "7/3", "7/4", "7/5"), "7/99", {"likes": 5}, EDIT, names_gone=True),
    "mastodon": Form("context.json", mastodon, NUMBERS, "99", {"likes": 5}, EDIT, names_gone=True),
    "lemmy": Form("lemmy.json", lemmy, NUMBERS, "99", {"score": 5, "upvotes": 5}, EDIT, names_gone=True),
    "bluesky": Form("thread.json", bluesky, tuple(SKY + n for n in NUMBERS), SKY + "99", {"likes": 5}),
    "coral": Form("comments.jsonl", coral, LETTERS, "zz", {"reactions": 5}, EDIT, names_gone=True),
    "coral api": Form("story.json", coral_api, LETTERS, "zz", {"reactions": 5}, EDIT, names_gone=True),
    "4cat": Form("reddit.csv", fourcat, LETTERS, "zz", {"score": "5"}, names_gone=True),
    "socc": Form("gnm_comments.csv", socc, tuple("source1_7_" + c for c in ("1", "1_0", "1_0_0", "9_0")), "source1_7_9", {"TotalVotes": "5"}, names_gone=True),
    "convokit": Form("utterances.jsonl", convokit, LETTERS, "zz", {"meta_score": 5}, names_gone=True),
    "isso": Form("isso.json", isso, NUMBERS, "99", {"likes": 5}, names_gone=True),
    "json lines": Form("t.jsonl", lambda: lined(table_rows()), LETTERS, "zz", {"votes": 5}, EDIT, names_gone=True),
    "csv": Form("t.csv", lambda: delimited(","), LETTERS, "zz", {"votes": "5"}, EDIT, names_gone=True),
    "tsv": Form("t.tsv", lambda: delimited("\t"), LETTERS, "zz", {"votes": "5"}, EDIT, names_gone=True),
    "parquet": Form("t.parquet", parquet, LETTERS, "zz", {"votes": 5}, EDIT, names_gone=True),
}  # fmt: skip


def content(form: Form) -> bytes:
    """The bytes of a format's file."""
    data = form.data()
    if isinstance(data, bytes):
        return data
    return (data if isinstance(data, str) else json.dumps(data)).encode()
