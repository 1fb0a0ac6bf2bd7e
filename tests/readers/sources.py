"""How tests read a source, and what they say of it."""

import io
import json

from discourse.cli.parse import json_lines
from discourse.readers import Intake, ReadOptions, stream
from discourse.readers.assemble import REPEATED
from discourse.readers.clean import clean_line
from discourse.schema import DiscourseError, Discussion
from discourse.schema.tables import comment_table


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


def examine(data, name="source", **options):
    """Reads a source that may be refused, and holds it to every promise: no crash, no silent loss.

    Gives what was read, [] where the source is refused in one clear line.
    """
    data = data.encode() if isinstance(data, str) else data
    rejects = []
    intake = Intake(on_reject=rejects.append)
    try:
        found = list(stream(Named(data, name), ReadOptions(**options), intake))
    except DiscourseError as error:
        assert str(error) and clean_line(str(error)) == str(error), str(error)
        return []
    discussions = [d for d in found if isinstance(d, Discussion)]
    check(discussions)
    assert sum(len(d.comments) for d in discussions) == intake.kept
    rows = sum(r.line is not None or r.reason == REPEATED for r in rejects)
    assert intake.read == intake.kept + rows, intake.summary()
    assert len(rejects) == intake.n_rejected
    for said in (
        *(r.excerpt for r in rejects),
        *(r.reason for r in rejects),
        *intake.notes,
        intake.summary(),
    ):
        assert clean_line(said) == said, said
    assert all(len(r.excerpt) <= 200 for r in rejects)
    assert comment_table(discussions).num_rows == intake.kept
    ids = [d.article.article_id for d in discussions if not d.comments or d.comments[0].position == 0]
    assert len(set(ids)) == len(ids)
    comes_back(discussions)
    return found


def comes_back(discussions):
    """What is written as JSON Lines is read again as it was: articles, trees, texts, authors, times, all else."""
    written = "".join(json_lines(discussions)).encode()
    if not discussions:
        return
    again = list(stream(Named(written, "again.jsonl"), ReadOptions(), Intake()))
    assert [shown(d) for d in again] == [shown(d) for d in discussions]


def shown(discussion):
    """A discussion as plain text, whatever the order of its columns."""
    return "\n".join(json.dumps(json.loads(line), sort_keys=True) for line in json_lines([discussion]))
