"""Tagging whole threads: articles and comments in, the rows of a run out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from discourse.batch.tagging import tag_readings
from discourse.readers import Intake, ReadOptions, Reject
from discourse.readers.assemble import Assembly
from discourse.readers.fields import given_id, id_of
from discourse.readers.inferred import join_parts
from discourse.readers.place import Place
from discourse.readers.rows import RowReader
from discourse.schema import Discussion
from discourse.schema.plain import article_row, comment_row
from discourse.serve.tagging import ArticleIn, TagRequest
from discourse.taggers.base import Tagger
from discourse.taggers.pipeline import readings_of
from discourse.taggers.target import find_target

SOURCE = "request"


def tag_threads(request: TagRequest, taggers: Sequence[Tagger]) -> dict:
    """The answer to a request, as `TagResponse` describes it; comments in display order by article.

    Raises:
        ModelError: a model fails on everything.
    """
    rejects: list[dict] = []
    articles, comments, spans = [], [], []
    given = _articles(request)
    targets = {a.article_id: a.target for a in given if a.target}
    for discussion in _discussions(given, request.comments, rejects):
        target = targets.get(discussion.article.article_id) or request.target
        discussion = _tagged(discussion, target, taggers, rejects)
        articles.append(_plain(article_row(discussion.article)))
        comments += [
            _plain(comment_row(comment, tags))
            for comment, tags in zip(discussion.comments, discussion.tags, strict=True)
        ]
        article_id = discussion.article.article_id
        spans += [_plain(asdict(span)) | {"article_id": article_id} for span in discussion.spans]
    return {"articles": articles, "comments": comments, "spans": spans, "rejects": rejects}


def _articles(request: TagRequest) -> list[ArticleIn]:
    """The articles of a request, at least one, with their ids as tables mean them: `7.0` is 7, `null` is none."""
    return [
        article.model_copy(update={"article_id": given_id(article.article_id) or ArticleIn().article_id})
        for article in request.articles or [ArticleIn()]
    ]


def _discussions(given: Sequence[ArticleIn], rows: Sequence[dict], rejects: list[dict]) -> list[Discussion]:
    """The threads with their trees checked, as a table's are."""
    intake = Intake(on_reject=lambda reject: rejects.append(_reject(reject)))
    options = ReadOptions()
    place = Place(SOURCE, given[0].article_id, options, intake)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with Assembly(intake) as assembly:
        assembly.open_file(SOURCE, given[0].article_id, own_ids=True)
        writer = RowReader(("article_id", "title", "text", "url", "published_at"), place)
        for article in given:
            for item in writer.items(article.model_dump(), place):
                assembly.add(item)
        reader = RowReader(columns, place)
        key = reader.columns.get("article_id", "article_id")
        for number, row in enumerate(rows):
            kept = (
                "parent_source" in row or row.get("kind") == "article"
            )  # we wrote it: ids stand as they are
            if (id_of if kept else given_id)(row.get(key)) is None:
                row = row | {key: given[0].article_id}
            for item in reader.items(row, place.at(number)):
                if isinstance(item, Reject):
                    intake.reject(item)
                else:
                    assembly.add(item)
        return list(join_parts(assembly.discussions()))


def _tagged(
    discussion: Discussion, target: str | None, taggers: Sequence[Tagger], rejects: list[dict]
) -> Discussion:
    readings = readings_of(discussion, target or find_target(discussion.article))
    tags, spans, failures = tag_readings(list(taggers), readings)
    for failure in failures:
        comment = discussion.comments[failure.place]
        rejects.append(
            {
                "row": None,
                "comment_id": comment.comment_id,
                "reason": f"not tagged: tagger {failure.tagger} raised {failure.error}",
            }
        )
    order = {comment.comment_id: i for i, comment in enumerate(discussion.comments)}
    spans.sort(key=lambda span: (order[span.comment_id], span.start))
    return replace(discussion, tags=tags, spans=tuple(spans))


def _reject(reject: Reject) -> dict:
    """A row that was not kept: its place in the request, from 0, and why."""
    return {"row": reject.line, "comment_id": None, "reason": reject.reason}


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_value(v) for v in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)
