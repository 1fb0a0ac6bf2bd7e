"""The formats of sources: one entry each, told by content and by suffix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from discourse.readers.decode import decode
from discourse.readers.exports.disqus import read_disqus
from discourse.readers.exports.wordpress import read_wxr
from discourse.readers.flat import page_from_text
from discourse.readers.html import read_html
from discourse.readers.html.document import decode_html
from discourse.readers.items import Item
from discourse.readers.objects import read_delimited, read_json, read_parquet
from discourse.readers.place import Place
from discourse.readers.sniff import looks_like_html, looks_like_json, looks_like_xml, xml_from_root
from discourse.readers.tables import hides_a_table, looks_like_table
from discourse.readers.textlines import encoding_of
from discourse.readers.unpack import HEAD, Peekable, head_of
from discourse.schema import UnreadableSource

MAX_PAGE = 64 * 1024 * 1024  # bytes of a flat or HTML page; such pages are read whole
_SNIFFED = 1 << 16


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file; `columns` are what `--map` names in it."""

    data: bytes
    text: str
    name: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: `matches` looks at its beginning, `read` gives its items.

    `own_ids` says that its ids mean nothing outside the file.
    """

    name: str
    matches: Callable[[Head], bool]
    read: Callable[[Peekable, Place], Iterator[Item]]
    own_ids: bool = False


def head_of_file(stream: Peekable, name: str, columns: Iterable[str] = ()) -> Head:
    """The beginning of a file, decoded as well as can be."""
    data = head_of(stream, HEAD)
    encoding, mark = encoding_of(data)
    return Head(data, data[mark : mark + _SNIFFED].decode(encoding, "replace"), name, frozenset(columns))


def format_of(head: Head) -> Format:
    """The first format that matches; flat text, last, takes what is left."""
    return next(form for form in FORMATS if form.matches(head))


def _whole(stream: Peekable, place: Place) -> bytes:
    data = stream.read(MAX_PAGE + 1)
    if len(data) > MAX_PAGE:
        raise UnreadableSource(
            f"{place.source}: a page of more than {MAX_PAGE >> 20} MB: cut it into its pages"
        )
    return data


def _read_flat(stream: Peekable, place: Place) -> Iterator[Item]:
    decoded = decode(_whole(stream, place), place.source)
    place.intake.encodings[decoded.encoding] += 1
    place.intake.forms["flat text"] += 1
    if hides_a_table(decoded.text):
        place.intake.note(
            f"{place.source}: is read as a page of text; if it is a table, name its column of texts with --map COLUMN=text"
        )
    yield page_from_text(decoded.text, place.source, decoded.notes)


def _read_html(stream: Peekable, place: Place) -> Iterator[Item]:
    data = _whole(stream, place)
    place.intake.forms["HTML page"] += 1
    place.intake.encodings[decode_html(data, place.source).encoding] += 1
    yield from read_html(data, place.source, place.page_id, place.intake.note)


def _refuse_xml(stream: Peekable, place: Place) -> Iterator[Item]:
    raise UnreadableSource(
        f"{place.source}: XML of no known kind: Disqus exports and WordPress exports (WXR) are read"
    )
    yield


def _is_disqus(head: Head) -> bool:
    return bool(re.match(r"<disqus\s[^<>]*xmlns", xml_from_root(head.text)))


def _is_wxr(head: Head) -> bool:
    return bool(re.match(r"<rss\b", xml_from_root(head.text))) and "wordpress.org/export/" in head.text


def _is_xml(head: Head) -> bool:
    return looks_like_xml(head.text) or (
        head.name.lower().endswith((".xml", ".wxr")) and head.text.lstrip().startswith("<")
    )


def _is_json(head: Head) -> bool:
    if head.name.lower().endswith((".json", ".jsonl", ".ndjson", ".har")):
        return head.text.lstrip()[:1] in ("{", "[") or head.name.lower().endswith((".jsonl", ".ndjson"))
    text = head.text.lstrip("\ufeff \t\r\n")
    return (
        looks_like_json(text)
        or bool(re.match(r"\[\s*\{\s*\"|\{\s*\"\w+\"\s*:", text))
        and len(head.text) >= 1000
    )


def _is_table(head: Head) -> bool:
    return looks_like_table(head.text, head.name, head.columns)


FORMATS: list[Format] = [
    Format("Parquet", lambda head: head.data.startswith(b"PAR1"), read_parquet),
    Format("Disqus", _is_disqus, read_disqus),
    Format("WordPress", _is_wxr, read_wxr, own_ids=True),
    Format("HTML", lambda head: looks_like_html(head.text), _read_html, own_ids=True),
    Format("XML", _is_xml, _refuse_xml),
    Format("JSON", _is_json, read_json),
    Format("table", _is_table, read_delimited),
    Format("flat text", lambda head: True, _read_flat, own_ids=True),
]
