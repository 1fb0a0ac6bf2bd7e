"""The reader of flat text: bytes in, a `FlatPage` out."""

from __future__ import annotations

from discourse.readers.clean import clean_line, count_escapes, indent_of
from discourse.readers.decode import decode, split_lines
from discourse.readers.furniture import sort_lines
from discourse.readers.page import FlatPage, Line
from discourse.readers.source import Source, page_id_of, read_bytes, source_name
from discourse.schema import UnreadableSource


def read_flat(source: Source) -> FlatPage:
    """The page that a file, an open binary stream, or `-` (standard input) holds.

    Raises:
        UnreadableSource: the source is missing, empty, or not text.
    """
    name = source_name(source)
    decoded = decode(read_bytes(source), name)
    return page_from_text(decoded.text, name, decoded.notes)


def page_from_text(text: str, name: str, notes: tuple[str, ...] = ()) -> FlatPage:
    """The page that a decoded text holds; `name` is the source it came from.

    Raises:
        UnreadableSource: nothing visible is in the text.
    """
    raw, line_notes = split_lines(text)
    lines = clean_lines(raw)
    if not lines:
        raise UnreadableSource(f"{name}: empty: nothing to read")
    escapes = count_escapes(text)
    if escapes:
        notes += (f"{escapes} terminal control sequence{'s' if escapes > 1 else ''} taken out",)
    sorting = sort_lines(lines)
    return FlatPage(
        page_id=page_id_of(name),
        source=name,
        title=sorting.title,
        title_line=sorting.title_line,
        lines=sorting.content,
        furniture=sorting.furniture,
        published_at=sorting.published_at,
        comments_possible=sorting.comments_possible,
        n_lines=len(raw),
        notes=(*notes, *line_notes, *sorting.notes),
        comments_from=sorting.comments_from,
        headings=sorting.headings,
    )


def clean_lines(raw: list[str]) -> list[Line]:
    """The non-blank lines, cleaned and numbered; a line with nothing visible in it counts as blank."""
    lines: list[Line] = []
    blank = False
    for number, text in enumerate(raw, start=1):
        cleaned = clean_line(text)
        if cleaned:
            lines.append(Line(number, cleaned, blank and bool(lines), indent_of(text)))
        blank = not cleaned
    return lines
