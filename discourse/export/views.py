"""The views of the databases: plain SQL that SQLite, DuckDB and PostgreSQL read alike.

`comment_wide` is a row per comment with its article and parent; `article_summary`, `article_day` and
`thread_summary` count and average the tags. Shares are of the comments that have the tag in question.
"""

from __future__ import annotations

from collections.abc import Iterable

from discourse.export.columns import quoted
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT


def _share(is_so: str, is_not: str) -> str:
    return f"AVG(CAST(CASE WHEN {is_so} THEN 1 WHEN {is_not} THEN 0 END AS DOUBLE PRECISION))"


_COUNTS = (
    ("n_comments", "COUNT(c.comment_id)"),
    ("n_threads", "COUNT(DISTINCT c.root_id)"),
    ("n_replies", "COUNT(c.parent_id)"),
    ("max_depth", "MAX(c.depth)"),
    ("n_authors", "COUNT(DISTINCT c.author)"),
    ("first_posted_at", "MIN(c.posted_at)"),
    ("last_posted_at", "MAX(c.posted_at)"),
)
_STANCE = (
    ("n_stance", "COUNT(c.stance_article)"),
    *((f"n_{s}", f"COUNT(CASE WHEN c.stance_article = '{s}' THEN 1 END)") for s in STANCES_ARTICLE),
    *(
        (
            f"share_{s}",
            _share(f"c.stance_article = '{s}'", "c.stance_article IS NOT NULL"),
        )
        for s in STANCES_ARTICLE
    ),
    *((f"mean_{s}", f"AVG(c.stance_article_{s})") for s in STANCES_ARTICLE),
    *((f"n_{s}", f"COUNT(CASE WHEN c.stance_parent = '{s}' THEN 1 END)") for s in STANCES_PARENT),
)
_TONE = (
    ("n_toxic", "COUNT(CASE WHEN c.toxic THEN 1 END)"),
    ("share_toxic", _share("c.toxic", "NOT c.toxic")),
    ("mean_toxicity", "AVG(c.toxicity)"),
    ("n_masked", "CAST(COALESCE(SUM(c.n_masked), 0) AS BIGINT)"),
)


def measures(leave_out: Iterable[str] = ()) -> str:
    """The measures as a list of SQL expressions over comments `c`."""
    left = set(leave_out)
    return ",\n  ".join(
        f"{expression} AS {name}" for name, expression in (*_COUNTS, *_STANCE, *_TONE) if name not in left
    )


def view_sql(columns: Iterable[str], day: str) -> dict[str, str]:
    """The views by name, in order of creation.

    Args:
        columns: the columns of the comments.
        day: the SQL for the day of `c.posted_at`.
    """
    own = ",\n  ".join(f"c.{quoted(name)}" for name in columns)
    return {
        "comment_wide": f"""SELECT
  {own},
  {day} AS day,
  a.title AS article_title, a.url AS article_url,
  a.published_at AS article_published_at, a.source AS article_source,
  p.author AS parent_author, p.text_masked AS parent_text_masked, p.stance_article AS parent_stance_article
FROM comments c
JOIN articles a ON a.article_id = c.article_id
LEFT JOIN comments p ON p.article_id = c.article_id AND p.comment_id = c.parent_id""",
        "article_summary": f"""SELECT
  a.article_id, a.title, a.url, a.published_at, a.source,
  {measures()}
FROM articles a
LEFT JOIN comments c ON c.article_id = a.article_id
GROUP BY a.article_id, a.title, a.url, a.published_at, a.source""",
        "article_day": f"""SELECT
  a.article_id, a.title, {day} AS day,
  {measures()}
FROM articles a
JOIN comments c ON c.article_id = a.article_id
GROUP BY a.article_id, a.title, {day}""",
        "thread_summary": f"""SELECT
  r.article_id, r.comment_id AS root_id, a.title, r.author AS root_author, r.text_masked AS root_text_masked,
  {measures(leave_out=["n_threads"])}
FROM comments r
JOIN articles a ON a.article_id = r.article_id
JOIN comments c ON c.article_id = r.article_id AND c.root_id = r.comment_id
WHERE r.parent_id IS NULL
GROUP BY r.article_id, r.comment_id, a.title, r.author, r.text_masked""",
    }
