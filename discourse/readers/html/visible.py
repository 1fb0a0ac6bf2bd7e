"""Pages whose comments no table knows: do they hold any, and the flat page of their visible text."""

from __future__ import annotations

import re

from lxml import html

from discourse.readers.flat import page_from_text
from discourse.readers.html.fields import select
from discourse.readers.html.text import text_of
from discourse.readers.page import FlatPage
from discourse.schema import UnreadableSource

_ASIDE = "nav, [role='navigation'], [role='banner'], [role='contentinfo'], [aria-hidden='true']"
_ANSWER = re.compile(
    r"^\W*(?:reply|replies|\d+ repl(?:y|ies)|reply to .{1,40}|report(?: comment| abuse)?|like|upvote|downvote|quote|permalink"
    r"|antworten|répondre|responder|rispondi|svara|beantwoorden)\W*\d*\W*$",
    re.IGNORECASE,
)
_STAMP = "name or time of a comment"
_LEAST = 3  # buttons or stamps of a kind that make a comment list
_NOTE = "HTML page of no known comment system: line numbers count the lines of its visible text"


def flat_page(root: html.HtmlElement, name: str, notes: tuple[str, ...]) -> FlatPage | None:
    """The page's visible text as a flat page where readers' comments stand in it, else None."""
    body = root.find("body")
    body = root if body is None else body
    aside = set(select(_ASIDE)(root)) - {body}
    text = text_of(body, aside, controls=True)
    try:
        page = page_from_text(text, name, (*notes, _NOTE))
    except UnreadableSource:
        return None
    return page if _has_comments(page, text) else None


def _has_comments(page: FlatPage, text: str) -> bool:
    if not page.comments_possible:
        return False
    if page.comments_from is not None:
        return any(line.number > page.comments_from for line in page.lines)
    stamps = sum(line.reason == _STAMP for line in page.furniture)
    answers = [line.strip() for line in text.split("\n") if len(line) <= 60 and _ANSWER.match(line)]
    most = max((answers.count(word) for word in set(answers)), default=0)
    return stamps >= _LEAST or most >= _LEAST
