"""The `metadata.yaml` beside a SQLite database: what `datasette serve` shows of it, and which questions it offers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from discourse.export.descriptions import COLUMNS, TABLES, VIEWS
from discourse.export.files import explained, write_text
from discourse.export.vegalite import dashboard

NAME = "metadata.yaml"
_FIRST_LINE = "# Written by discourse export; written anew by the next one."

_QUERIES = {
    "search": (
        "Search the comments",
        'Full-text search: words, "a phrase", prefix*, OR, NOT.',
        """select c.article_id, a.title, c.comment_id, c.author, c.text_masked, c.stance_article, c.toxicity
from comments_fts
join comments c on c.comment_key = comments_fts.rowid
join articles a on a.article_id = c.article_id
where comments_fts match :words
order by comments_fts.rank
limit 200""",
    ),
    "split": (
        "How the readers split",
        "Comments for, against and neither, over all articles.",
        """select stance_article, count(*) as n_comments,
  count(*) * 1.0 / sum(count(*)) over () as share
from comments
where stance_article is not null
group by stance_article
order by n_comments desc""",
    ),
    "toxicity_by_stance": (
        "Toxicity by side",
        "Share of toxic comments and mean toxicity of each side.",
        """select stance_article, count(*) as n_comments, sum(toxic) as n_toxic,
  avg(toxic) as share_toxic, avg(toxicity) as mean_toxicity
from comments
where stance_article is not null and toxic is not null
group by stance_article
order by share_toxic desc""",
    ),
    "disputed_threads": (
        "Most disputed threads",
        "Threads by the number of replies that disagree with what they answer.",
        """select article_id, title, root_id, root_text_masked, n_replies, n_disagree, n_agree, n_toxic
from thread_summary
where n_replies > 0
order by n_disagree desc, n_replies desc, article_id, root_id
limit 100""",
    ),
    "most_toxic": (
        "Most toxic comments",
        "With every profanity covered.",
        """select c.article_id, a.title, c.comment_id, c.author, c.text_masked, c.toxicity, c.stance_article
from comments c
join articles a on a.article_id = c.article_id
where c.toxicity is not null
order by c.toxicity desc, c.article_id, c.comment_id
limit 100""",
    ),
    "masked_words": (
        "Words behind the masks",
        "How often each word is masked, and as what.",
        """select canonical, count(*) as n_spans, count(distinct surface) as n_surfaces,
  group_concat(distinct surface) as surfaces
from spans
where kind = 'masked'
group by canonical
order by n_spans desc, canonical""",
    ),
    "by_day": (
        "Comments by day",
        "Over all articles; comments without a time stand under null.",
        """select day, sum(n_comments) as n_comments, sum(n_favor) as n_favor,
  sum(n_against) as n_against, sum(n_none) as n_none, sum(n_toxic) as n_toxic
from article_day
group by day
order by day""",
    ),
}


def write_metadata(database: Path, columns: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """Writes the metadata of a database beside it; gives the path and what there is to say.

    A `metadata.yaml` that is there and no export wrote, or for another database, stays as it is: then the
    file is called after the database.

    Args:
        database: the SQLite file; it need not be there yet.
        columns: those of its comments.

    Raises:
        UsageError: the file cannot be written.
    """
    path, said = database.parent / NAME, ()
    if not _is_ours(path, database):
        path = database.parent / f"{database.stem}-{NAME}"
        said = (f"{NAME} there is not of this export, so it is called {path.name}",)
    write_text(path, metadata_yaml(database, columns))
    return path, said


def metadata_yaml(database: Path, columns: Sequence[str]) -> str:
    """The metadata as YAML."""
    import yaml

    class _Dumper(yaml.SafeDumper):
        """Writes text of several lines as such."""

    _Dumper.add_representer(
        str,
        lambda dumper, text: dumper.represent_scalar(
            "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
        ),
    )
    text = yaml.dump(
        _metadata(database, columns), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return f"{_FIRST_LINE}\n# Database: {database.name!r}\n{text}"


def _metadata(database: Path, columns: Sequence[str]) -> dict:
    known = {name: said for name, said in COLUMNS.items() if name in columns}
    tables: dict[str, dict] = {name: {"description": text} for name, text in ({**TABLES, **VIEWS}).items()}
    tables["articles"] |= {"label_column": "title", "sort_desc": "published_at"}
    facets = ["stance_article", "stance_parent", "toxic", "parent_source"]
    tables["comments"] |= {"columns": known, "facets": facets, "label_column": "text_masked"}
    tables["comment_wide"] |= {"columns": dict(known), "facets": facets[:3], "fts_table": "comments_fts"}
    tables["comment_wide"]["fts_pk"] = "comment_key"
    tables["spans"] |= {"facets": ["kind", "canonical"]}
    tables["article_summary"] |= {"sort_desc": "n_comments"}
    tables["thread_summary"] |= {"sort_desc": "n_comments"}
    return {
        "title": "Discourse",
        "description": "Comments with their reply trees and tags. Tags are what models say: see docs of the tool.",
        "plugins": {"datasette-dashboards": {"discourse": dashboard(database.stem)}},
        "databases": {
            database.stem: {
                "tables": tables,
                "queries": {
                    name: {"title": title, "description": text, "sql": sql}
                    for name, (title, text, sql) in _QUERIES.items()
                },
            }
        },
    }


def _is_ours(path: Path, database: Path) -> bool:
    """True where nothing is there, or what an export of this database wrote."""
    with explained(path):
        if not path.exists():
            return True
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[:2]
    return lines == [_FIRST_LINE, f"# Database: {database.name!r}"]
