"""HTML inside comments, to text: paragraphs and line breaks as lines, links with their addresses."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from discourse.readers.clean import clean_text

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(("script", "style", "template", "noscript", "head", "title"))
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|del|div|em|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table"
    r"|td|tr|u|ul)\b(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
# A "<" that opens no whole tag is text; left to the parser, many of them cost it quadratic time.
_STRAY = re.compile(r"<(?!/?[a-zA-Z][^<>]*>|[!?][^<>]*>)")
_GAPS = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*")
_SPACES = re.compile(r"[ \t\r\f\v\n]+")


def has_markup(text: str) -> bool:
    """True for a text that holds HTML tags or entities and not only a `<` or `&` of its own."""
    return ("<" in text and bool(_MARKUP.search(text))) or ("&" in text and bool(_ENTITY.search(text)))


def html_to_text(html: str, *, keep_newlines: bool = False) -> str:
    """The text of an HTML fragment, safe to print.

    Blocks and `<br>` begin a new line, quoted blocks begin with "> ", links keep their address behind
    their words, images their description. `keep_newlines` keeps the line ends of the fragment, for
    systems that write HTML into plain text.
    """
    if "<" not in html:
        text = unescape(html)
        return clean_text(text if keep_newlines else _SPACES.sub(" ", text))
    builder = _Text(keep_newlines)
    try:
        builder.feed(_STRAY.sub("&lt;", _without_comments(html)))
        builder.close()
    except (AssertionError, ValueError, RecursionError):  # malformed declarations
        return clean_text(unescape(re.sub(r"<[^<>]*>", " ", html)))
    return clean_text(builder.text())


def any_text(text: str) -> str:
    """A text that may or may not be HTML, told by tags and entities; safe to print."""
    return html_to_text(text, keep_newlines=True) if has_markup(text) else clean_text(text)


def unescaped(text: str) -> str:
    """A text whose entities alone are markup (Reddit's `body`), safe to print."""
    return clean_text(unescape(text) if "&" in text else text)


def _without_comments(html: str) -> str:
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        parts.append(html[at:start])
        at = end + 3
    return "".join([*parts, html[at:]])


class _Text(HTMLParser):
    def __init__(self, keep_newlines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.keep = keep_newlines
        self.silent = 0
        self.quoted = 0
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs) -> None:
        attributes = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self.links.append((attributes.get("href") or "", len(self.parts)))
        elif tag == "img":
            self.parts.append(attributes.get("alt") or " ")
        elif tag in _BLOCKS:
            self.quoted += tag == "blockquote"
            self.preformatted += tag == "pre"
            self._new_line()

    def handle_startendtag(self, tag: str, attrs) -> None:
        if tag in ("br", "img", "hr"):
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a" and self.links:
            self._close_link(*self.links.pop())
        elif tag in _BLOCKS:
            self.quoted = max(0, self.quoted - (tag == "blockquote"))
            self.preformatted = max(0, self.preformatted - (tag == "pre"))
            self._new_line()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.keep or self.preformatted:
            data = data.replace("\r\n", "\n")
        else:
            data = _SPACES.sub(" ", data)
            if self.parts and self.parts[-1][-1:].isspace():
                data = data.lstrip(" ")
                if not data:
                    return
        if data.strip() and self.quoted and (not self.parts or self.parts[-1].endswith("\n")):
            data = "> " + data.lstrip()
        self.parts.append(data)

    def _new_line(self) -> None:
        """A line end, unless the text is at the beginning of a line already."""
        for part in reversed(self.parts):
            line = part.rpartition("\n")[2] if "\n" in part else part
            if line.strip():
                self.parts.append("\n")
                return
            if "\n" in part:
                return

    def _close_link(self, href: str, start: int) -> None:
        words = "".join(self.parts[start:]).strip()
        if not href.lower().startswith(("http://", "https://", "mailto:")):
            return
        shown = words.removesuffix("...").removesuffix("…").removeprefix("https://").removeprefix("http://")
        address = href.removeprefix("https://").removeprefix("http://").removeprefix("mailto:")
        if shown and address.startswith(shown.rstrip("/")) and " " not in words:
            self.parts[start:] = [href.removeprefix("mailto:")]
        else:
            self.parts.append(f" ({href})" if words else href)

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", _GAPS.sub("\n", "".join(self.parts))).strip()
