"""SOCC, the SFU Opinion and Comments Corpus: `gnm_articles.csv`, `gnm_comments.csv`,
`gnm_comment_threads.csv`. https://github.com/sfu-discourse-lab/SOCC
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.fields import author_or_none, given_id, present, string, text_or_none
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.schema import Article

_KEPT = (
    "posVotes",
    "negVotes",
    "TotalVotes",
    "reactions",
    "status",
    "edited",
    "toxicity_level",
    "toxic_level",
    "is_constructive",
)


def is_comment(value: Mapping) -> bool:
    """True for a comment of the corpus."""
    return "comment_counter" in value and "comment_text" in value


def is_article(value: Mapping) -> bool:
    """True for an article of the corpus."""
    return {
        "article_id",
        "title",
        "article_url",
        "article_text",
    } <= value.keys() and "comment_id" not in value


def read_comment(value: Mapping, place: Place) -> Iterator[Item]:
    """A comment; its counter, SOURCE_ARTICLE_0_1_0, names its ancestors."""
    counter = string(value.get("comment_counter")).strip()
    parts = counter.split("_")
    article = given_id(value.get("article_id")) or (parts[1] if len(parts) > 2 else None)
    if article is not None and value.get("title"):
        yield Article(article, text_or_none(value.get("title")), "", text_or_none(value.get("globe_url")))
    text = html_to_text(string(value.get("comment_text")), keep_newlines=True)
    status = string(value.get("status")).lower()
    if not text and status not in ("deleted", "rejected"):
        yield place.reject("no text", counter)
        return
    posted = to_utc(value.get("timestamp")) or to_utc(value.get("post_time"))
    yield SourceComment(
        text=text,
        comment_id=counter or given_id(value.get("comment_id")),
        article_id=article,
        parent_id="_".join(parts[:-1]) if len(parts) > 3 else None,
        author=author_or_none(value.get("comment_author")),
        posted_at=posted,
        extra=present(
            deleted=status == "deleted",
            removed=status == "rejected",
            scraped_id=value.get("comment_id"),
            **{name: value.get(name) for name in _KEPT},
        ),
        where=place.where,
    )


def read_article(value: Mapping, place: Place) -> Iterator[Item]:
    """An article; its paragraphs are marked up."""
    yield Article(
        article_id=given_id(value.get("article_id")) or place.page_id,
        title=text_or_none(value.get("title")),
        text=html_to_text(string(value.get("article_text"))),
        url=text_or_none(value.get("article_url")),
        published_at=to_utc(value.get("published_date")),
        source=place.source,
    )
