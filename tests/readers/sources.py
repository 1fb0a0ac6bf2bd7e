"""How tests read a source, and what they say of it."""

import io
import json

from discourse.readers import Intake, ReadOptions, stream


class Named(io.BytesIO):
    """Bytes with a file name."""

    def __init__(self, data, name):
        super().__init__(data)
        self.name = name


def load(data, name="source", **options):
    """(discussions and pages, intake) of a source: bytes, text, a JSON value, or a path."""
    if not isinstance(data, bytes | str) and not hasattr(data, "read") and not hasattr(data, "exists"):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    source = Named(data, name) if isinstance(data, bytes) else data
    intake = Intake()
    return list(stream(source, ReadOptions(**options), intake)), intake


def one(data, name="source", **options):
    """The only discussion of a source."""
    (discussion,), _ = load(data, name, **options)
    return discussion


def lines(*rows):
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def tree(discussion):
    """[(id, parent, depth)] in display order."""
    return [(c.comment_id, c.parent_id, c.depth) for c in discussion.comments]


def by_id(discussion):
    """id -> comment."""
    return {c.comment_id: c for c in discussion.comments}


def check(discussions):
    """The promises that hold for whatever was read."""
    for discussion in discussions:
        seen = {}
        for comment in discussion.comments:
            assert comment.comment_id not in seen
            assert comment.article_id == discussion.article.article_id
            if comment.parent_id is None:
                assert (comment.depth, comment.root_id) == (1, comment.comment_id)
            else:
                parent = seen[comment.parent_id]
                assert (comment.depth, comment.root_id) == (parent.depth + 1, parent.root_id)
            if comment.posted_at is not None:
                assert comment.posted_at.utcoffset().total_seconds() == 0
            comment.text.encode()
            seen[comment.comment_id] = comment
