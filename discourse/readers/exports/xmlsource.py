"""XML exports in bounded memory: elements one at a time, entities never resolved, damage read past."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from discourse.readers.place import Place
from discourse.readers.textlines import encoding_of
from discourse.readers.unpack import Peekable, head_of
from discourse.schema import UnreadableSource

_DOCTYPE = re.compile(
    r"(?:\s|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE
)  # before the root: inside an export, comments may well talk of <!DOCTYPE html>
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CHUNK = 1 << 18
_LOOK = 1 << 16


def elements(stream: Peekable, tags: frozenset[str], place: Place) -> Iterator:
    """Every element with one of these local names, whole, as lxml gives it; freed once it has been used.

    Elements inside one of them come with it and not by themselves. What stands before a break in a
    damaged file is read, and the break is noted.

    Raises:
        UnreadableSource: the file declares a document type or entities (harmless exports do not).
    """
    from lxml import etree

    head = head_of(stream, _LOOK)
    encoding, mark = encoding_of(head)
    if _DOCTYPE.match(head[mark:].decode(encoding, "replace").lstrip("\ufeff")):
        raise UnreadableSource(
            f"{place.source}: declares a document type or entities: refused; remove the declaration"
        )
    parser = etree.XMLPullParser(
        events=("start", "end"), recover=True, resolve_entities=False, no_network=True, huge_tree=True,
        load_dtd=False, dtd_validation=False, attribute_defaults=False, encoding="utf-8",
    )  # fmt: skip
    inside = 0
    for chunk in _clean(stream, head, place):
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError:  # nothing of it is XML
            break
        for event, element in parser.read_events():
            if not isinstance(element.tag, str):
                continue
            if local(element) in tags:
                inside += 1 if event == "start" else -1
                if event == "end" and not inside:
                    yield element
            if event == "end" and not inside:
                _free(element)
    if parser.error_log.filter_from_errors() or inside:
        first = next(iter(parser.error_log.filter_from_errors()), None)
        where = f" at line {first.line}" if first is not None else ""
        place.intake.note(f"{place.source}: damaged or cut off XML{where}: read as far as it goes")
        if inside:
            place.intake.repairs["XML files that break off"] += 1


def local(element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def child_text(element, name: str) -> str | None:
    """The text of the first child with a local name; None where there is none."""
    for child in element:
        if isinstance(child.tag, str) and local(child) == name:
            return "".join(child.itertext())
    return None


def _free(element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _clean(stream: Peekable, head: bytes, place: Place) -> Iterator[bytes]:
    """The file as UTF-8 without characters that XML does not allow; broken sequences as U+FFFD."""
    encoding, _ = encoding_of(head)
    declared = _DECLARED.search(head[:400])
    if encoding == "utf-8" and declared:
        try:
            encoding = codecs.lookup(declared[1].decode()).name
        except LookupError:
            place.intake.note(f"{place.source}: unknown encoding {declared[1].decode()!r}: read as UTF-8")
    place.intake.encodings[encoding] += 1
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    first = True
    while True:
        chunk = stream.read(_CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        if first:
            text = re.sub(r"^\s*(?:<\?xml[^>]*\?>)?", "", text.lstrip("\ufeff"), count=1)
            first = False
        if _ILLEGAL.search(text):
            text, count = _ILLEGAL.subn("", text)
            place.intake.repairs["characters that XML does not allow taken out"] += count
        if text:
            yield text.encode("utf-8", "replace")
        if not chunk:
            return
