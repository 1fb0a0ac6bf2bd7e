"""The article of a page: by trafilatura from what is left without the comments, or by a forum's post."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree, html

from discourse.readers.clean import clean_line, clean_text
from discourse.readers.html.engine import Found
from discourse.readers.html.fields import first_value, select
from discourse.readers.html.jsonld import ld_value
from discourse.readers.html.system import Get, System
from discourse.readers.html.text import inline_text, text_of
from discourse.readers.html.times import read_time
from discourse.schema import Article

_SAVED = re.compile(r"(?:saved from url=\(\d+\)|SingleFile\s+url:\s*)(https?://\S+)", re.IGNORECASE)
_URL = (
    Get("link[rel='canonical']", "href"),
    Get("meta[property='og:url']", "content"),
    Get("[itemprop='mainEntityOfPage']", "itemid"),
)
_TITLE = (
    Get("meta[property='og:title']", "content"),
    Get("meta[name='twitter:title']", "content"),
    Get("[itemprop='headline']"),
    Get("h1"),
    Get("title"),
)
_PUBLISHED = (
    Get("meta[property='article:published_time']", "content"),
    Get("meta[name='article:published_time']", "content"),
    Get("meta[itemprop='datePublished']", "content"),
    Get("[itemprop='datePublished']", "datetime"),
    Get("time.entry-date", "datetime"),
    Get("time.published", "datetime"),
)
_KEEP = "h1, [itemprop='articleBody'], .entry-content, .post-content, .article-body"


def find_article(
    root: html.HtmlElement,
    name: str,
    article_id: str,
    nodes: list[Any],
    systems: Sequence[System],
    comments: Iterable[Found],
    opening: Found | None,
) -> Article:
    """The article of a page; takes the comments and their frame out of `root` on the way.

    `opening` is the first post of a discussion whose posts are all marked up alike.
    """
    post = next((system.post for system in systems if system.post), None)
    title = first_value(root, post.title) if post else None
    url = (first_value(root, post.url) if post else None) or first_value(root, _URL) or _saved_from(root)
    when = first_value(root, post.time) if post else None
    text = _first_text(root, post.text) if post else ""
    published = read_time(when) if when else None
    _cut(root, systems, comments)
    if opening is not None:
        text = opening.text
        published = opening.posted_at or published
    if published is None:
        told = ld_value(nodes, "datePublished", "dateCreated") or first_value(root, _PUBLISHED)
        published = read_time(told) if told else None
    found: dict[str, str | None] = {}
    if post is None:
        found = _extract(root, url)
        text = found.get("text") or clean_text(ld_value(nodes, "articleBody") or "") or text_of(_body(root))
        published = published or (read_time(found["date"]) if found.get("date") else None)
    title = title or found.get("title") or first_value(root, _TITLE) or ld_value(nodes, "headline")
    if post is None and title:
        title = _without_site(root, title)
        first, _, rest = text.partition("\n")
        text = rest if first.strip() == title else text
    return Article(
        article_id=article_id,
        title=(clean_line(title) or None) if title else None,
        text=clean_text(text),
        url=(clean_line(url) or None) if url else None,
        published_at=published,
        source=name,
    )


def _without_site(root: html.HtmlElement, title: str) -> str:
    """The headline without the name of the site after it, where a heading of the page tells them apart."""
    for heading in root.iter("h1"):
        text = inline_text(heading)
        if len(text) >= 8 and title.startswith(text):
            return text
    return title


def _first_text(root: html.HtmlElement, places: Iterable[str]) -> str:
    for css in places:
        for element in select(css)(root):
            if text := text_of(element):
                return text
    return ""


def _saved_from(root: html.HtmlElement) -> str | None:
    """The address that browsers and SingleFile leave in a comment at the head of a saved page."""
    top = root.getroottree().getroot()
    before = [node for node in top.itersiblings(preceding=True) if node.tag is etree.Comment]
    for node in [*before, *top.xpath("(//comment())[position() <= 5]")]:
        if match := _SAVED.search(node.text or ""):
            return match.group(1)
    return None


def _cut(root: html.HtmlElement, systems: Sequence[System], comments: Iterable[Found]) -> None:
    cut = [c.element for c in comments if c.element is not None]
    for system in systems:
        if system.container:
            inner = [e for e in select(system.container)(root) if e is not root]
            cut += [e for e in inner if not _holds_article(e, set(cut))]
    for element in cut:
        if element.getparent() is not None:
            element.drop_tree()


def _holds_article(container: html.HtmlElement, comments: set[html.HtmlElement]) -> bool:
    for kept in select(_KEEP)(container):
        if kept is not container and not any(a in comments for a in (kept, *kept.iterancestors())):
            return True
    return False


def _body(root: html.HtmlElement) -> html.HtmlElement:
    body = root.find("body")
    return root if body is None else body


def _extract(root: html.HtmlElement, url: str | None) -> dict[str, str | None]:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page it finds thin
    try:
        found = trafilatura.bare_extraction(root, url=url, with_metadata=True, include_comments=False)
    except Exception:  # a hostile page can break it anywhere; what is left of the page is then the text
        return {}
    if found is None:
        return {}
    return {"title": found.title, "text": found.text, "date": found.date}
