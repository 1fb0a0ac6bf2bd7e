"""Bytes of a saved page to a tree: which encoding, and a parse that no page can crash or cut silently.

Encodings follow the WHATWG rules as browsers apply them: a byte order mark, then what the page
declares (labels by `webencodings`, so that "iso-8859-1" means Windows-1252), then what the bytes
look like (`discourse.readers.decode`). The declaration is looked for in the whole head, since saved
pages often carry a banner first; UTF-8 that is none is read as what it looks like.

The parser is lxml's (libxml2), which expands no entity but the HTML names, fetches nothing, and stops
at a nesting of about 2,000. Pages beyond that are thinned: start tags deeper than `MAX_DEPTH` are
taken out with their end tags, their text stays. Frames that a saved page carries inline (`srcdoc`, as SingleFile
writes the embeds of comment services) are opened where they speak of comments.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import webencodings
from lxml import etree, html

from discourse.readers.clean import drop_escapes
from discourse.readers.decode import Decoded, decode
from discourse.schema import UnreadableSource

MAX_DEPTH = 1500
_HEAD = 1 << 16
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_META = re.compile(rb"<meta\s[^<>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\s[^<>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_FRAMED = re.compile(r"comment|post-message|message-text|discussion", re.IGNORECASE)
_MAX_FRAMES = 50
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_HEAD = re.compile(r"^\s*<\?xml[^<>]*>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)[^<>]*+>")
_RAW = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame", "keygen", "bgsound",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page; `cut` tells that even thinned it was nested too deep to be read to its end."""

    root: html.HtmlElement
    encoding: str
    notes: tuple[str, ...] = ()
    cut: bool = False


def _without_controls(text: str) -> str:
    """The text less escape sequences and the characters that no XML tree can hold (controls, lone surrogates)."""
    return _NO_XML.sub("", drop_escapes(text))


def decode_html(data: bytes, name: str = "input") -> Decoded:
    """The text of a page and the encoding it is in.

    Raises:
        UnreadableSource: `data` is empty or is not text.
    """
    if not data.startswith(_BOMS):
        head = data[:_HEAD]
        declared = _XML.search(head) or _META.search(head)
        label = declared.group(1).decode("ascii").lower() if declared else None
        known = webencodings.lookup(label) if label else None
        if known and known.name not in ("utf-8", "utf-16le", "utf-16be", "x-user-defined", "replacement"):
            text = data.decode(known.codec_info.name, "replace")
            if text.strip("\ufeff\x00 \t\r\n"):
                return Decoded(text, known.name)
    return decode(data, name)


def parse_html(data: bytes, name: str = "input") -> Document:
    """The tree of a page.

    Raises:
        UnreadableSource: `data` is empty, is not text, or holds no element.
    """
    decoded = decode_html(data, name)
    text = _XML_HEAD.sub("", _without_controls(decoded.text.lstrip("\ufeff")))
    root, deep = _parse(text, name)
    notes = decoded.notes
    if deep:
        thinned, removed = _thin(text)
        root, deep = _parse(thinned, name)
        notes += (f"nested deeper than {MAX_DEPTH}: {removed} tags taken out, their text kept",)
    return Document(_open_frames(root), decoded.encoding, notes, deep)


def fragment(text: str) -> html.HtmlElement | None:
    """The tree of a piece of HTML, None where nothing is in it."""
    try:
        root, deep = _parse(_without_controls(f"<div>{text}</div>"), "input")
        return _parse(_thin(f"<div>{text}</div>")[0], "input")[0] if deep else root
    except UnreadableSource:
        return None


def _parse(text: str, name: str) -> tuple[html.HtmlElement, bool]:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableSource(f"{name}: holds no readable HTML: save the page again") from error
    deep = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return root, deep


def _open_frames(root: html.HtmlElement) -> html.HtmlElement:
    """Puts the body of inline frames in the frames' place; its elements count as standing on their line."""
    for frame in list(root.iter("iframe"))[:_MAX_FRAMES]:
        markup = frame.get("srcdoc") or ""
        inner = fragment(markup) if _FRAMED.search(markup) else None
        if inner is None or frame.getparent() is None:
            continue
        inner.tag = "div"
        for element in inner.iter(etree.Element):
            element.sourceline = frame.sourceline
        inner.tail = frame.tail
        frame.getparent().replace(frame, inner)
    return root


def _thin(text: str) -> tuple[str, int]:
    """Takes out the tags that stand deeper than `MAX_DEPTH`; how many they were."""
    kept: list[str] = []
    at = depth = removed = 0
    text = _RAW.sub(" ", text)
    for tag in _TAG.finditer(text):
        if tag[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth >= MAX_DEPTH + (not tag[1]):
            kept += [text[at : tag.start()], " "]
            at = tag.end()
            removed += 1
    return "".join([*kept, text[at:]]), removed
