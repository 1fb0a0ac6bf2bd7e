"""Elements to text: blocks to lines, links kept, quotations marked, nothing that could execute.

Paragraphs, list items and `<br>` end a line. A link reads "text (url)" where its text does not show
the address already; links inside the page, to scripts and of mentions ("@name", "#word") are their
text alone. A quotation's lines begin with "> ", once per level. Emoji drawn as images are their
`alt` text. Scripts, styles, forms, buttons and what only screen readers speak are left out. Terminal
escapes and control characters go (`discourse.readers.clean`), zero-width characters stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from discourse.readers.clean import clean_text

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul", "body",
})  # fmt: skip
_DROPPED = frozenset({
    "script", "style", "noscript", "svg", "math", "button", "form", "select", "textarea", "input",
    "label", "iframe", "object", "embed", "video", "audio", "canvas", "head", "template", "dialog",
    "menu", "map", "faceplate-tracker",
})  # fmt: skip
_SPOKEN = re.compile(r"(?:^|\s)(?:screen-reader-text|sr-only|visually-?hidden|assistive-text)(?:\s|$)", re.I)
_EMOJI = re.compile(r"emoji|emote|smil(?:ey|ie)", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_WHITE = re.compile(r"[ \t\n\r\f]+")
_MAX_URL = 2000
_SKIPPED = (-1, -1)
_MAX_QUOTES = 20  # levels of quotation marked; deeper ones are marked as this one


@dataclass(slots=True)
class _Lines:
    """Lines under construction."""

    done: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    quotes: int = 0
    kept_white: int = 0

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self.kept_white:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.parts.append(first)
            for line in rest:
                self.end(True)
                self.parts.append(line)
        else:
            self.parts.append(_WHITE.sub(" ", text))

    def end(self, blank: bool = False) -> None:
        joined = "".join(self.parts)
        line = joined.rstrip() if self.kept_white else re.sub(" {2,}", " ", joined).strip(" ")
        if line or (blank and self.kept_white):
            self.done.append("> " * min(self.quotes, _MAX_QUOTES) + line if line else "")
        self.parts.clear()


def text_of(element: etree._Element, skip: Collection[etree._Element] = (), controls: bool = False) -> str:
    """The text of `element` without the elements in `skip`, as lines.

    With `controls` the words of buttons and labels count too (for pages of which only text is known).
    """
    lines = _Lines()
    marks: dict[etree._Element, tuple[int, int]] = {}
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in ("comment", "pi"):
            if node is not element:
                lines.add(node.tail)
            continue
        if event == "start":
            if node is not element and (node in skip or is_dropped(node, controls)):
                if node.tag in BLOCKS:
                    lines.end()
                marks[node] = _SKIPPED
                walk.skip_subtree()
                continue
            _open(node, lines, marks)
        elif marks.get(node) == _SKIPPED:
            lines.add(node.tail if node is not element else None)
        else:
            _close(node, lines, marks)
            lines.add(node.tail if node is not element else None)
    lines.end()
    return clean_text("\n".join(lines.done))


def inline_text(element: etree._Element, skip: Collection[etree._Element] = ()) -> str:
    """The text of `element` on one line, for names and dates; links are their text alone."""
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node is not element and (node in skip or node.tag in ("script", "style", "svg")):
                walk.skip_subtree()
            else:
                parts.append(node.text or "")
        elif node is not element:
            if node.tag in BLOCKS or node.tag == "br":
                parts.append(" ")
            parts.append(node.tail or "")
    return clean_text(" ".join("".join(parts).split())).replace("\n", " ")


def is_dropped(node: etree._Element, controls: bool) -> bool:
    if not isinstance(node.tag, str):
        return True
    if node.tag in _DROPPED:
        shadow = node.tag == "template" and node.get("shadowrootmode") is not None
        return not shadow and not (controls and node.tag in ("button", "label", "form", "menu"))
    if node.get("hidden") is not None and node.get("hidden") != "until-found":
        return True
    return bool(_SPOKEN.search(node.get("class", "")) or (controls and _HIDDEN.search(node.get("style", ""))))


def _open(node: etree._Element, lines: _Lines, marks: dict[etree._Element, tuple[int, int]]) -> None:
    if node.tag in BLOCKS or node.tag == "br":
        lines.end(blank=node.tag == "br")
    if node.tag in ("td", "th"):
        lines.add(" ")
    if node.tag == "blockquote":
        lines.quotes += 1
    elif node.tag == "pre":
        lines.kept_white += 1
    elif node.tag == "a":
        marks[node] = (len(lines.done), len(lines.parts))
    elif node.tag == "img" and _is_emoji(node):
        lines.add(node.get("alt"))
    lines.add(node.text)


def _close(node: etree._Element, lines: _Lines, marks: dict[etree._Element, tuple[int, int]]) -> None:
    if node.tag == "a" and node in marks:
        _end_link(node, lines, marks.pop(node))
    if node.tag in BLOCKS:
        lines.end()
    if node.tag == "blockquote":
        lines.quotes -= 1
    elif node.tag == "pre":
        lines.kept_white -= 1


def _is_emoji(node: etree._Element) -> bool:
    alt = node.get("alt", "")
    return 0 < len(alt) <= 40 and bool(
        _EMOJI.search(node.get("class", "")) or _EMOJI.search(node.get("src", "")[:300])
    )


def _end_link(node: etree._Element, lines: _Lines, since: tuple[int, int]) -> None:
    href = "".join(node.get("href", "").split())
    if not re.match(r"https?://", href, re.I) or len(href) > _MAX_URL:
        return
    wrapped = len(lines.done) > since[0]  # the link holds blocks: its text has gone to lines of its own
    shown = "".join(lines.parts[0 if wrapped else since[1] :]).strip()
    if not shown and wrapped:
        shown = lines.done[-1]
    if shown.startswith(("@", "#")):
        return
    bare, wanted = _bare(shown), _bare(href)
    if shown and wanted in bare:
        return
    if not wrapped and bare.endswith(("…", "...")) and wanted.startswith(bare.rstrip("….")):
        del lines.parts[since[1] :]
        lines.parts.append(href)
    elif wrapped and not lines.parts:
        lines.done[-1] += f" ({href})"
    else:
        lines.parts.append(f" ({href})" if shown else href)


def _bare(url: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url.strip().lower()).rstrip("/")
