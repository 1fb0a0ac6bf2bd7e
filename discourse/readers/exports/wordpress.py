"""WordPress exports (WXR, versions 1.0 to 1.2).

https://wordpress.org/documentation/article/tools-export-screen/ · wp-admin/includes/export.php and
https://github.com/WordPress/wordpress-importer
"""

from __future__ import annotations

from collections.abc import Iterator

from discourse.readers.exports.xmlsource import child_text, elements, local
from discourse.readers.fields import author_or_none, id_of, present, string, text_or_none
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import html_to_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.readers.unpack import Peekable
from discourse.schema import Article

_STATUS = {"spam": "spam", "trash": "deleted", "post-trashed": "deleted", "0": "pending", "hold": "pending"}
_NO_POSTS = frozenset(
    ("attachment", "nav_menu_item", "revision", "custom_css", "wp_template", "wp_global_styles")
)
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


def read_wxr(stream: Peekable, place: Place) -> Iterator[Item]:
    """Posts and pages as articles, with their comments, pingbacks and trackbacks among them."""
    place.intake.forms["WordPress"] += 1
    for number, item in enumerate(elements(stream, frozenset(("item",)), place), start=1):
        comments = [c for c in item if isinstance(c.tag, str) and local(c) == "comment"]
        if child_text(item, "post_type") in _NO_POSTS and not comments:
            continue
        link = text_or_none(child_text(item, "link"))
        article = id_of(child_text(item, "post_id")) or link or f"{place.page_id}:{number}"
        yield Article(
            article_id=article,
            title=text_or_none(html_to_text(child_text(item, "title") or "")),
            text=html_to_text(_content(item), keep_newlines=True),
            url=link,
            published_at=_time(item, "post_date_gmt", "post_date")
            or to_utc(string(child_text(item, "pubDate"))),
            source=place.source,
        )
        for comment in comments:
            yield _comment(comment, article, place.at(comment.sourceline or number))


def _comment(element, article: str, place: Place) -> SourceComment:
    parent = id_of(child_text(element, "comment_parent"))
    status = _STATUS.get(string(child_text(element, "comment_approved")).strip())
    kind = string(child_text(element, "comment_type")).strip()
    return SourceComment(
        text=html_to_text(string(child_text(element, "comment_content")).strip(), keep_newlines=True),
        comment_id=id_of(child_text(element, "comment_id")),
        article_id=article,
        parent_id=None if parent in (None, "0") else parent,
        author=author_or_none(child_text(element, "comment_author")),
        posted_at=_time(element, "comment_date_gmt", "comment_date"),
        extra=present(
            deleted=status == "deleted",
            removed=status == "spam",
            spam=status == "spam",
            pending=status == "pending",
            type=kind if kind not in ("", "comment") else None,
        ),
        where=place.where,
    )


def _content(item) -> str:
    return next(("".join(c.itertext()) for c in item if c.tag == _ENCODED), "")


def _time(element, *names: str):
    """The first of these times that is one; drafts have 0000-00-00 as their GMT."""
    texts = (string(child_text(element, name)).strip() for name in names)
    return next((found for text in texts if not text.startswith("0000") and (found := to_utc(text))), None)
