"""What the tables, views and columns are, in a sentence each: comments of databases, descriptions for dashboards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from discourse.export.columns import quoted

TABLES: Mapping[str, str] = {
    "articles": "The texts the readers answer.",
    "comments": "One row per comment, with its place in the reply tree and its tags.",
    "spans": "Profanities in the comments: half-open ranges of code points, and the word behind a mask.",
    "runs": "The scorings that the rows come from: models, thresholds, sources.",
}
VIEWS: Mapping[str, str] = {
    "comment_wide": "Comments with their article, their parent and their day.",
    "article_summary": "Counts, shares and means by article.",
    "article_day": "Counts, shares and means by article and day (UTC).",
    "thread_summary": "Counts, shares and means by thread: a top-level comment with all below it.",
}
COLUMNS: Mapping[str, str] = {
    "parent_source": "given by the source, or how the parent was inferred",
    "parent_confidence": "probability of that parent, 1 where it is given",
    "target": "what the stance is measured toward",
    "stance_article": "favor, against or none",
    "stance_parent": "agree, disagree or neutral, toward the comment that is answered",
    "toxicity": "calibrated probability",
    "toxic": "true (1) at or above the threshold of the run",
    "n_masked": "masked profanities in the text",
    "text_masked": "the text with every profanity covered",
    "run_id": "the run that gave the row as it stands",
}


def comment_on(execute: Callable[[str], object], columns: Mapping[str, str]) -> None:
    """Says in a database what its tables, views and comments' columns are.

    Args:
        execute: runs a statement.
        columns: those of the table of comments, in lower case.
    """
    for kind, texts in (("TABLE", TABLES), ("VIEW", VIEWS)):
        for name, text in texts.items():
            execute(f"COMMENT ON {kind} {name} IS {_literal(text)}")
    for name, text in COLUMNS.items():
        if name in columns:
            execute(f"COMMENT ON COLUMN comments.{quoted(name)} IS {_literal(text)}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
