"""Reads pages saved from a browser: the article, and the comments with their reply tree.

Comments are found by what comment systems mark up (`tables`: one declarative table per system), the
article by trafilatura. Where no table fits, a page that shows comments is handed on as flat text, and
one that shows none gives its article alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from discourse.readers.fields import author_or_none
from discourse.readers.html.article import find_article
from discourse.readers.html.comments import harvest, shows_a_system
from discourse.readers.html.document import decode_html, parse_html
from discourse.readers.html.engine import Found
from discourse.readers.html.jsonld import ld_nodes
from discourse.readers.html.visible import flat_page
from discourse.readers.items import Item, Reject, SourceComment
from discourse.readers.source import page_id_of

SHOWN_TWICE = "shown twice"
NO_TEXT = "no text and no author"
NO_SYSTEM = (
    "HTML page of no known comment system, and no comments were found: if it shows some, save it as text "
    "(copy all of it into a .txt file) and read that, or read an export of its comments"
)
CUT = "nested too deep: the rest of the page was not read"


def read_html(
    data: bytes, name: str, page_id: str | None = None, note: Callable[[str], None] | None = None
) -> Iterator[Item]:
    """The article of a page, then its comments in display order; or the page as flat text.

    A comment that the page shows a second time (featured, then in the list) is kept once and a
    `Reject` says so. `page_id` is the article's id, by default the file's name. Comments whose system gives no id are named c1, c2, … in display order. `where`
    is the line of the source. `extra` may hold `likes`, `dislikes`, `votes`, `awards`, `rating` (int), `deleted`,
    `edited`, `collapsed`, `hidden`, `pending`, `pinned`, `sticky`, `featured`, `solution`, `pingback`,
    `by_post_author` (True), `edited_at` (UTC), `title`, `moderation`, and `posted_at_text`: a time
    that cannot be placed, such as "2 days ago", as written. `note` takes a remark about the page.

    Raises:
        UnreadableSource: the bytes are empty, are not text, or hold no HTML.
    """
    document = parse_html(data, name)
    article_id = page_id or page_id_of(name)
    nodes = ld_nodes(document.root)
    crop = harvest(document.root, nodes)
    if document.cut:
        yield Reject(name, None, CUT, "")
    if not crop.comments and (page := flat_page(document.root, name, document.notes)) is not None:
        yield page
        return
    if note is not None and not crop.comments and not shows_a_system(document.root):
        note(f"{name}: {NO_SYSTEM}")
    opening = _opening(crop.comments, {s.opening for s in crop.systems if s.opening})
    shown = (*crop.comments, *crop.repeated)
    yield find_article(document.root, name, article_id, nodes, crop.systems, shown, opening)
    for comment in crop.comments:
        if comment is opening:
            continue
        if not comment.text and not comment.author and not comment.extra:
            yield Reject(name, comment.line, NO_TEXT, comment.id or "")
            continue
        top = opening is not None and comment.parent_id == opening.id
        yield SourceComment(
            text=comment.text,
            comment_id=comment.id,
            article_id=article_id,
            parent_id=None if top else comment.parent_id,
            author=author_or_none(comment.author),
            posted_at=comment.posted_at,
            extra=comment.extra,
            where=comment.line,
        )
    for comment in crop.repeated:
        yield Reject(name, comment.line, SHOWN_TWICE, comment.text)


def _opening(comments: tuple[Found, ...], ids: set[str | None]) -> Found | None:
    return next((c for c in comments[:1] if c.id in ids), None)


__all__ = ["decode_html", "read_html"]
