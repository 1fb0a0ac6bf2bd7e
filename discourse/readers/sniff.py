"""Tells texts that only look flat: markup and data formats, by content and not by name."""

from __future__ import annotations

import json
import re

_HEAD = 1 << 14
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|span|p|a|ul|li|table|script|meta|article)\b[^<>]{0,400}>", re.IGNORECASE
)
_OPENING = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>]|<head>|<body[\s>])", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml\s")
_TAG = re.compile(r"<[A-Za-z_]")
_GAP = re.compile("[\ufeff \t\r\n\x00]*")
_MIN_TAGS = 12  # tags in the first 16,000 characters; a comment page that talks about HTML has few


def looks_like_html(text: str) -> bool:
    """True for an HTML page or a fragment of one."""
    head = text[:_HEAD].lstrip("\ufeff")
    if _OPENING.match(head):
        return True
    return head.lstrip().startswith("<") and len(_MARKUP.findall(head)) >= _MIN_TAGS


def looks_like_xml(text: str) -> bool:
    """True for an XML document, exports of comment systems among them."""
    return bool(_XML.match(text[:_HEAD].lstrip("\ufeff")))


def xml_from_root(text: str) -> str:
    """An XML document from its first tag on, without what stands before it; empty for what is no XML.

    What a text quotes is never the root: a table or a page in which a reader shows XML begins otherwise.
    """
    at = _GAP.match(text).end()
    while text.startswith(("<?", "<!"), at):
        ending = "-->" if text.startswith("<!--", at) else "?>" if text.startswith("<?", at) else None
        if ending is None:  # a document type, which may hold declarations
            root = _TAG.search(text, at)
            return "" if root is None else text[root.start() :]
        end = text.find(ending, at)
        if end < 0:
            return ""
        at = _GAP.match(text, end + len(ending)).end()
    return text[at:] if _TAG.match(text, at) else ""


def looks_like_json(text: str) -> bool:
    """True for one JSON object or array, and for JSON Lines."""
    text = text.lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return False
    first = text.split("\n", 1)[0]
    return any(_is_json(candidate) for candidate in (first, text))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
