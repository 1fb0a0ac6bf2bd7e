"""Damaged exports: whatever the bytes, a source is read or refused in one line, and the promises hold."""

import copy
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources import examine, lines
from test_exports import DISQUS, POST, WXR, listing, sky, status, thing, youtube

from discourse.readers.exports import NESTED, SHAPES

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "25"))

COMMENT = {
    "id": "c",
    "storyID": "s",
    "parentID": "p",
    "revisions": [{"body": "x"}],
    "actionCounts": {},
    "createdAt": "2020-01-01",
}
TOP = youtube("comment", "A", textDisplay="one", authorDisplayName="Ann", publishedAt="2020-01-01T00:00:00Z")
VIEW = {
    "comment": {"id": 1, "post_id": 9, "content": "c", "path": "0.1"},
    "creator": {"name": "u"},
    "post": {"id": 9, "name": "P"},
    "counts": {},
}
NODE = {"node": {"id": "a", "body": "b", "author": {"username": "u"}, "replies": {"edges": []}}}
LEAF = {
    "id": 11,
    "author": "b",
    "text": "t",
    "created_at_i": 1,
    "parent_id": 10,
    "story_id": 10,
    "children": [],
}
SAMPLES = {
    "Reddit listing": listing(POST, thing("c1", "t3_post", "hi", listing(thing("c2", "t1_c1", "re")))),
    "Reddit dump": {"id": "c", "body": "b", "link_id": "t3_p", "parent_id": "t1_x", "created_utc": 1},
    "Hacker News item": {"id": 2, "type": "comment", "by": "b", "parent": 1, "text": "x", "time": 1, "kids": [3]},
    "Hacker News tree": {"id": 10, "title": "T", "created_at_i": 1, "parent_id": None, "story_id": 10, "children": [LEAF]},
    "Hacker News search": {"hits": [{"objectID": "3", "comment_text": "x", "story_id": 1, "parent_id": 2, "story_title": "T"}]},
    "YouTube info": {"id": "v", "title": "V", "webpage_url": "u", "comments": [{"id": "A", "parent": "root", "text": "x", "timestamp": 1}]},
    "YouTube API": {"kind": "youtube#commentThreadListResponse", "items": [youtube("commentThread", "A", videoId="v", topLevelComment=TOP, totalReplyCount=2)]},
    "Discourse topic": {"id": 5, "title": "T", "post_stream": {"posts": [{"id": 1, "post_number": 2, "cooked": "x", "reply_to_post_number": 3}], "stream": [1, 2]}},
    "Mastodon context": {"ancestors": [status("1", None, "a")], "descendants": [status("2", "1", "b")]},
    "Mastodon status": status("2", "1", "b"),
    "Lemmy": {"comments": [VIEW]},
    "Bluesky thread": {"thread": sky("1", None, [sky("2", "1")])},
    "Coral comment": COMMENT,
    "Coral story": {"id": "s", "url": "u", "commentCounts": {}, "metadata": {"title": "T"}},
    "Coral API": {"data": {"story": {"id": "s", "url": "u", "comments": {"edges": [NODE]}}}},
    "Coral history": {"Comment ID": "x", "Comment Text": "t", "Article URL": "u", "Published Timestamp": "2020-01-01"},
    "isso": {"id": "/a/", "title": "A", "comments": [{"id": 0, "text": "x", "created": "2005-02-24 04:03:37", "website": ""}]},
    "ConvoKit": {"id": "u1", "conversation_id": "u0", "reply_to": "u0", "speaker": {"id": "a"}, "text": "x", "meta": {"a": 1}},
    "SOCC comment": {"article_id": "7", "comment_counter": "source1_7_0_1", "comment_text": "x", "timestamp": "1446000000000"},
    "SOCC article": {"article_id": "7", "title": "T", "article_url": "u", "article_text": "<p>x</p>"},
    "4CAT": {"thread_id": "7", "id": "8", "timestamp": 1, "body": ">>7\nx"},
    "TikTok comment": {"cid": "2", "aweme_id": "v", "text": "re", "reply_id": "1", "user": {}},
    "nested comments": {"title": "T", "comments": [{"id": 1, "text": "a", "replies": [{"text": "b"}]}]},
    "recorded": {"interactions": [{"response": {"body": {"string": json.dumps(listing(POST))}}}]},
    "row": {"id": 1, "parent_id": 2, "text": "x", "created_at": "2020-01-01", "target": "t", "article_title": "T"},
    "our own": {"kind": "comment", "comment_id": "1", "parent_id": None, "text": "x", "parent_source": "orphan", "parent_confidence": 0.0, "missing_parent_id": "9"},
}  # fmt: skip
JUNK = st.sampled_from([None, True, 0, -1, 2**70, 1.5, float("nan"), 1e400, "", "x", "\x00\ud800\x1b[2J", "<p>&amp;", "9" * 400, [], {}, [None], [1, "a"], {"a": {}}, {"$date": {}}, [[]], [{}]])  # fmt: skip


def test_there_is_a_sample_of_every_shape():
    assert {shape.name for shape in (*SHAPES, NESTED)} <= SAMPLES.keys()
    for shape in (*SHAPES, NESTED):
        assert shape.matches(SAMPLES[shape.name]), shape.name


def spots(value, path=()):
    """Every place in a JSON value."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from spots(inner, (*path, key))


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_values_in_the_wrong_place(name, data):
    value = copy.deepcopy(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([p for p in spots(value) if p]))
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(data.draw(JUNK))
        if not isinstance(value, dict) or not value:
            break
    examine(
        lines(value, SAMPLES[name]), "fuzz.jsonl", pseudonym_key=data.draw(st.sampled_from([None, b"key"]))
    )


TABLE = b'id,parent_id,text,created_at\r\n1,,"a, ""b""\nc",2020-01-01\r\n2,1,d,1577836800\r\n'
FILES = {
    "disqus.xml": DISQUS.encode(), "wxr.xml": WXR.encode(), "rows.csv": TABLE, "rows": TABLE.decode().encode("utf-16"),
    "rows.jsonl": lines(*SAMPLES.values()).encode(), "array.json": json.dumps(list(SAMPLES.values())).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_cut_flipped_and_put_in(name, data):
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        how = data.draw(st.sampled_from(["cut", "drop", "put", "flip"]))
        if how == "cut":
            del content[at:]
        elif how == "drop":
            del content[at : at + data.draw(st.integers(1, 40))]
        elif how == "put":
            content[at:at] = data.draw(
                st.one_of(
                    st.binary(max_size=6),
                    st.sampled_from(
                        [b'"', b"<", b">", b"]]>", b"{", b"\n", b"\r", b"\x00", b"&lol;", b"<!--", b","]
                    ),
                )
            )
        elif content:
            content[at] = data.draw(st.integers(0, 255))
    examine(bytes(content), name)


@settings(max_examples=ROUNDS * 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
    ),
    st.sampled_from(["x", "x.json", "x.jsonl", "x.csv", "x.tsv", "x.xml", "x.zip", "x.gz", "x.parquet"]),
)
def test_any_bytes_under_any_name(content, name):
    examine(content, name)
    examine(b"PK\x03\x04" + content, name)
    examine(b"\x28\xb5\x2f\xfd" + content, name)
