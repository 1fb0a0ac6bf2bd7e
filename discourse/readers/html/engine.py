"""Reads the comments of a page by a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from discourse.readers.dates import day_comes_first
from discourse.readers.html.around import usual_buttons, words_of
from discourse.readers.html.fields import Page, select
from discourse.readers.html.parents import Missing, Parent, find_parents
from discourse.readers.html.system import SELF, System
from discourse.readers.html.text import text_of
from discourse.readers.html.times import read_time

Element = etree._Element

_GONE = re.compile(
    r"^\W*(?:deleted|removed|unavailable|flagged|dead"
    r"|(?:this )?(?:comment|post|message|reply)(?: \w+)? (?:was |has been |is |been )?(?:deleted|removed|unavailable"
    r"|hidden|rejected|not available|no longer available)\b.{0,80}"
    r"|(?:sorry, )?this (?:comment|post|message) (?:was|has been|is|violate[sd]|did not|does not)\b.{0,80}"
    r"(?:deleted|removed|violat\w+|guidelines|no longer available).{0,60}"
    r"|content (?:deleted|removed).{0,40})\W*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([-−–]?)\s?(\d[\d,.\s]*)\s?([kKmM]\b)?")
_HEAD = re.compile(
    r"([^\W\d][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,3}?)\s{0,3}[|·•,–—-]?\s{0,3}"
    r"((?:\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}|(?:[^\W\d]{3,9}\.? \d\d?,?|\d\d?\.? [^\W\d]{3,9}\.?) \d{4})"
    r"(?:[ ,T]{1,2}(?:at )?\d\d?:\d\d(?::\d\d)?(?: ?[AaPp][Mm]|Z)?)?)\n+(?=\S)"
)
_UNSAID = frozenset({"", "[deleted]", "[removed]"})
_FALSE = frozenset({"false", "0"})
_PROSE = frozenset({"p", "blockquote", "ul", "ol", "pre"})


@dataclass(slots=True)
class Found:
    """A comment of a page: `parent_id` None is top level, `line` the line of the source."""

    text: str
    id: str | None
    parent_id: str | None = None
    author: str | None = None
    posted_at: datetime | None = None
    extra: dict[str, object] = field(default_factory=dict)
    line: int | None = None
    featured: bool = False
    element: Element | None = None


def find_comments(root: Element, system: System) -> list[Found]:
    """The comments that `system` marks up in a page, in document order; [] where it marks none."""
    for css in system.comment:
        elements = _comment_elements(root, css, system.outside)
        if elements and (found := _read(Page(root, elements), system)):
            return found
    return []


def _read(page: Page, system: System) -> list[Found]:
    ids = page.values(system.id)
    if merged := {n for n in range(len(page.comments)) if _same_as_outer(page, ids, n)}:
        page = Page(page.root, [e for n, e in enumerate(page.comments) if n not in merged])
        ids = page.values(system.id)
    count = len(page.comments)
    names = [ids.get(n) or None for n in range(count)]
    times = (css for css in (get.css for get in system.time) if css != SELF)
    said = page.values(
        system.author, frozenset(e for css in (system.drop, *times) for e in page.elements(css))
    )
    authors = [said.get(n) or None for n in range(count)]
    found, marked = _build(page, system, names, authors)
    if not system.sure or not any(authors):
        _take_heads(found)
    real = _real(page, found, marked)
    if len(real) < count:  # such as the comment counter in `<li class="comment">` of a byline
        return _read(Page(page.root, [page.comments[n] for n in real]), system) if real else []
    if not system.sure and not (marked or any(c.author or c.posted_at for c in found)):
        return []
    parents = find_parents(page, system.parent, names, authors)
    _name(found)
    for comment, parent in zip(found, parents, strict=True):
        while isinstance(parent, int) and found[parent].id == comment.id:
            parent = parents[parent]  # the same comment again: what that one answers is meant
        comment.parent_id = _parent_id(parent, found)
    return found


def gone(text: str) -> bool:
    """True for what stands in place of a comment that was deleted, removed or hidden."""
    return len(text) <= 200 and bool(_GONE.match(text.strip()))


def number_in(text: str) -> int | None:
    """The count in "1,204 points", "−3", "1.2k"; None where there is none."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    sign, digits, unit = match.groups()
    digits = digits.replace(" ", "").strip(".,")
    try:
        if unit:
            size = float(digits.replace(",", ".")) * (1000 if unit in "kK" else 1_000_000)
        else:
            size = int(re.sub(r"[.,]", "", digits))
    except ValueError:
        return None
    return None if size > 2**53 else round(-size if sign else size)


def _comment_elements(root: Element, css: str, outside: str) -> list[Element]:
    elements = select(css)(root)
    if elements and outside:
        shut = set(select(outside)(root))
        elements = [e for e in elements if e not in shut and not any(a in shut for a in e.iterancestors())]
    return elements


def _take_heads(found: Sequence[Found]) -> None:
    """Reads "Ann · 3 January 2026" off the first line, where every comment without an author has such a line."""
    heads = [(c, _HEAD.match(c.text)) for c in found if not c.author and c.text]
    if not all(head and read_time(head[2]) for _, head in heads):
        return
    for comment, head in heads:
        if head:
            comment.author, comment.text = head[1], comment.text[head.end() :]
            comment.posted_at = comment.posted_at or read_time(head[2])


def _real(page: Page, found: Sequence[Found], marked: Collection[int]) -> list[int]:
    """The comments of which anything is known, and those with words that stand beside or inside one such."""
    real = {n for n, c in enumerate(found) if c.id or c.author or c.posted_at or c.extra or n in marked}
    lists = {page.comments[n].getparent() for n in real}
    for n, comment in enumerate(found):
        if comment.text and (page.comments[n].getparent() in lists or page.enclosing(n) in real):
            real.add(n)
    return sorted(real)


def _same_as_outer(page: Page, ids: Mapping[int, str], number: int) -> bool:
    """True for the inner one of two elements that are one comment (`li#li-comment-7 > article#comment-7`)."""
    outer = page.enclosing(number)
    return outer is not None and ids.get(number) is not None and ids.get(number) == ids.get(outer)


def _build(
    page: Page, system: System, ids: Sequence[str | None], authors: Sequence[str | None]
) -> tuple[list[Found], set[int]]:
    """The comments, and which of them have their text where the table says."""
    texts, marked = _texts(page, system)
    times = page.values(system.time)
    edits = page.values(system.edited_at)
    numbers = {name: page.values(places) for name, places in system.numbers.items()}
    flags = {name: page.values(places) for name, places in system.flags.items()}
    words = {name: page.values(places) for name, places in system.texts.items()}
    featured = set(page.around(system.featured)) if system.featured else set()
    day_first = bool(day_comes_first(times.values()))
    found = []
    for n, element in enumerate(page.comments):
        extra: dict[str, object] = {}
        posted = read_time(times[n], day_first) if times.get(n) else None
        if posted is None and times.get(n):
            extra["posted_at_text"] = times[n]
        if edits.get(n):
            extra["edited_at"] = read_time(edits[n], day_first) or edits[n]
        for name, values in numbers.items():
            if n in values and (value := number_in(values[n])) is not None:
                extra[name] = value
        for name, values in words.items():
            if values.get(n):
                extra[name] = values[n]
        for name, values in flags.items():
            if n in values and values[n].casefold() not in _FALSE:
                extra[name] = True
        if gone(texts[n]) or (texts[n] in _UNSAID and authors[n] in _UNSAID):
            extra["deleted"] = True
        found.append(
            Found(
                texts[n], ids[n], None, authors[n], posted, extra, element.sourceline, n in featured, element
            )
        )
    return found, marked


def _texts(page: Page, system: System) -> tuple[list[str], set[int]]:
    """Each comment's text: of the first place that has any, else what is left of its element.

    And the comments that have such a place, or buttons.
    """
    skip = {*page.elements(system.drop), *page.comments}
    told = set[Element]().union(*(page.elements(css) for css in _told(system)))
    texts: dict[int, str] = {}
    marked: set[int] = set()
    for css in system.text:
        for number, elements in page.own(css).items():
            if texts.get(number):
                continue
            places = _paragraphs(elements, skip)
            said = [text_of(e, skip) if system.sure else words_of(e, skip, told, True).text for e in places]
            texts[number] = "\n".join(text for text in said if text)
            marked.add(number)
    usual = usual_buttons(page.comments)
    for number, comment in enumerate(page.comments):
        if number not in texts or not (texts[number] or system.sure):
            words = words_of(comment, skip, told, usual=usual)
            texts[number] = words.text
            if words.buttons and words.text:
                marked.add(number)
    return [texts[n] for n in range(len(page.comments))], marked


def _told(system: System) -> list[str]:
    return [get.css for get in (*system.author, *system.time) if get.css != SELF and not get.around]


def _paragraphs(elements: Sequence[Element], skip: Collection[Element]) -> list[Element]:
    """The place of a comment's text; where that is a paragraph, those that go on from it count too."""
    first, *others = elements
    if first.tag != "p" or first.getparent() is None:
        return [first]
    return [
        first,
        *(
            e
            for e in first.itersiblings()
            if e in others or (e.tag in _PROSE and not e.get("class") and e not in skip)
        ),
    ]


def _name(found: Sequence[Found]) -> None:
    """Gives a name to comments that the page gives none, so that replies can point at them."""
    taken = {comment.id for comment in found}
    for number, comment in enumerate(found, start=1):
        if comment.id is None:
            name = f"c{number}"
            while name in taken:
                name += "x"
            comment.id = name
            taken.add(name)


def _parent_id(parent: Parent, found: Sequence[Found]) -> str | None:
    if isinstance(parent, int):
        return found[parent].id
    return parent.id if isinstance(parent, Missing) else None
