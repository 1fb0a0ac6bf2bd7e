"""Marks that exports set on comments: hidden by a moderator, taken back by the author."""

import pytest
from sources import by_id, lines, one
from test_exports import youtube


def test_hacker_news_comments_that_moderators_killed_are_marked():
    items = [
        {"id": 1, "type": "story", "by": "a", "title": "T", "time": 1314211000, "kids": [2]},
        {
            "id": 2,
            "type": "comment",
            "by": "b",
            "parent": 1,
            "text": "spam",
            "time": 1314211127,
            "dead": True,
        },
    ]
    assert by_id(one(lines(*items)))["2"].extra == {"removed": True}


def test_youtube_comments_held_back_are_marked():
    said = {"textOriginal": "x", "videoId": "v", "publishedAt": "2020-01-01T00:00:00Z"}
    comments = [
        youtube("comment", "A", **said, moderationStatus="rejected"),
        youtube("comment", "B", **said, moderationStatus="published"),
    ]
    found = by_id(one({"kind": "youtube#commentListResponse", "items": comments}))
    assert [found[name].extra for name in "AB"] == [{"removed": True}, {}]


@pytest.mark.parametrize("mode, deleted", [(1, False), (4, True)])
def test_isso_comments_taken_back_are_marked(mode, deleted):
    said = {
        "remote_addr": "0.0.0.0",
        "created": 1109219017.0,
        "author": "Ann",
        "id": 7,
        "text": "hi",
        "mode": mode,
    }
    thread = {"id": "/a/", "title": "A", "comments": [said]}
    (comment,) = one([thread]).comments
    assert comment.extra.get("deleted", False) is deleted
