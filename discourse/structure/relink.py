"""Parents for comments whose boundaries are known: rows of a table without a parent column."""

from __future__ import annotations

from dataclasses import replace

from discourse.schema import Discussion
from discourse.structure.explain import explanation_columns
from discourse.structure.features import PageEvidence
from discourse.structure.parser import parse_comments
from discourse.structure.rebuild import StructureParser
from discourse.structure.told import told_parents


def relink(discussion: Discussion, parser: StructureParser) -> Discussion:
    """The same comments in the same order, each with the parent that the structure parser finds for it.

    The order must be the display order: a reply follows its parent or a comment below the same parent.
    """
    article = [line for line in discussion.article.text.split("\n") if line.strip()]
    if not article:
        article = [discussion.article.title or "(no article)"]
    lines = article + [" ".join(c.text.split()) or "(no text)" for c in discussion.comments]
    evidence = PageEvidence(lines, [False] * len(lines), parser.encoder)
    starts = list(range(len(article), len(lines)))
    told = told_parents([c.text for c in discussion.comments], [c.author for c in discussion.comments])
    parse = parse_comments(evidence, parser.weights, len(article), starts=starts, tell=lambda _: told)
    reasons = parser.reasons(evidence, parse)
    ids = [comment.comment_id for comment in discussion.comments]
    comments = []
    for position, (comment, link) in enumerate(zip(discussion.comments, parse.links, strict=True)):
        why = explanation_columns(reasons[position], ids, parser.weights) if reasons else {}
        parent = comments[link.parent] if link.parent >= 0 else None
        comments.append(
            replace(
                comment,
                parent_id=parent.comment_id if parent else None,
                root_id=parent.root_id if parent else comment.comment_id,
                depth=parent.depth + 1 if parent else 1,
                parent_source=link.source,
                parent_confidence=parser.weights.calibrate(link.probability),
                extra={**comment.extra, **why},
            )
        )
    return replace(discussion, comments=tuple(comments))
