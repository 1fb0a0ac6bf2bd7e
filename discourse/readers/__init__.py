"""Sources to pages. One file per format; each registers how it is told and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from discourse.readers.decode import Decoded, decode
from discourse.readers.flat import page_from_text, read_flat
from discourse.readers.page import FlatPage, Line
from discourse.readers.sniff import looks_like_html, looks_like_json, looks_like_xml
from discourse.readers.source import Source, read_bytes, source_name
from discourse.schema import UnreadableSource


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of source: `matches` looks at the decoded text, `read` gives its pages."""

    name: str
    matches: Callable[[str], bool]
    read: Callable[[Decoded, str], Iterator[FlatPage]]


def _read_flat_text(decoded: Decoded, name: str) -> Iterator[FlatPage]:
    return iter([page_from_text(decoded.text, name, decoded.notes)])


def _refuse(kind: str) -> Callable[[Decoded, str], Iterator[FlatPage]]:
    def read(decoded: Decoded, name: str) -> Iterator[FlatPage]:
        raise UnreadableSource(
            f"{name}: looks like {kind}: this version reads flat text only; save the page as text"
        )

    return read


FORMATS: list[Format] = [
    Format("html", looks_like_html, _refuse("HTML")),
    Format("xml", looks_like_xml, _refuse("XML")),
    Format("json", looks_like_json, _refuse("JSON")),
    Format("flat", lambda text: True, _read_flat_text),
]
"""Tried in order; the first that matches reads the source. Flat text, last, takes what is left."""


def read_pages(source: Source) -> Iterator[FlatPage]:
    """The pages of a source: a file, an open binary stream, or `-` (standard input).

    Raises:
        UnreadableSource: the source is missing, empty, not text, or in a format that is not read.
    """
    name = source_name(source)
    decoded = decode(read_bytes(source), name)
    chosen = next(form for form in FORMATS if form.matches(decoded.text))
    return chosen.read(decoded, name)


__all__ = ["FORMATS", "FlatPage", "Format", "Line", "read_flat", "read_pages"]
