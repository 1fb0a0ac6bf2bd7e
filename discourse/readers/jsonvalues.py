"""JSON from a stream: one value at a time from JSON Lines, arrays and documents, however damaged.

Numbers are exact: integers keep every digit, whatever their size (as a text beyond what Python reads). Values may be nested to any depth.
A document that breaks off gives what stands before the break, and one `Broken`.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from discourse.readers.intake import Intake
from discourse.readers.numbers import digestible, load_json
from discourse.readers.textlines import encoding_of, text_lines

_WHOLE = 64 * 1024 * 1024  # documents up to this size are parsed in one piece
_CHUNK = 1 << 20  # bytes; in smaller ones the time of ijson grows with the square of a text's length
CUT = "JSON breaks off here"
DAMAGED = "damaged JSON: the rest of the document was not read"


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no JSON, or the place where a document breaks off."""

    reason: str
    excerpt: str


def json_values(
    stream: BinaryIO, head: bytes, intake: Intake, *, lined: bool = False
) -> Iterator[tuple[int, object]]:
    """(row, value) for each JSON value of a stream; rows count from 1.

    The elements of an array at the top are values of their own. `lined` says that each line is a value,
    which is else told by the first lines.
    """
    encoding, mark = encoding_of(head)
    if lined or _is_lines(head[mark:].decode(encoding, "replace")):
        yield from _from_lines(stream, head, intake)
    else:
        intake.encodings[encoding] += 1
        yield from enumerate(_from_document(stream, encoding, mark), start=1)


def starts_a_list(head: bytes) -> bool:
    """True for the head of a document that is an array at the top."""
    encoding, mark = encoding_of(head)
    return head[mark:].decode(encoding, "replace").lstrip("\ufeff\x00 \t\r\n").startswith("[")


def _is_lines(head: str) -> bool:
    """True for JSON Lines: a line that is a whole object, or the look of one where a row is damaged."""
    lines = [line.strip() for line in head.split("\n")[:50]]
    complete = lines[:-1] if "\n" in head else []
    whole = [line for line in complete if line]
    if not whole:
        return False
    good = sum(line.startswith("{") and _loads_or_none(line) is not None for line in whole)
    return good > 0 and good >= len(whole) / 2 and not whole[0].startswith("[")


def _loads_or_none(text: str) -> object | None:
    try:
        return load_json(text)
    except RecursionError:
        return {}
    except ValueError:
        return None


def _from_lines(stream: BinaryIO, head: bytes, intake: Intake) -> Iterator[tuple[int, object]]:
    for row, line in enumerate(text_lines(stream, head, intake), start=1):
        if not line.isspace():
            yield row, parse(line)


def parse(text: str) -> object:
    """One JSON value, or `Broken`."""
    try:
        return load_json(text)
    except RecursionError:
        value, broken = _build(text.encode("utf-8", "surrogatepass"))
        return Broken(broken, text[:200]) if broken else value
    except ValueError:
        return Broken("not JSON", text[:200])


def _from_document(stream: BinaryIO, encoding: str, mark: int) -> Iterator[object]:
    data = stream.read(_WHOLE)
    rest = stream.read(1)
    if rest:
        chunks = chain((data[mark:], rest), iter(lambda: stream.read(_CHUNK), b""))
        yield from _from_large(_as_utf8(chunks, encoding))
        return
    text = data[mark:].decode(encoding, "replace")
    try:
        value = load_json(text.replace("\x00", "") if "\x00" in text else text)
    except (ValueError, RecursionError):
        yield from _salvage(text.replace("\x00", "").encode("utf-8", "surrogatepass"))
        return
    yield from value if isinstance(value, list) else [value]


def _salvage(data: bytes) -> Iterator[object]:
    """The values of a document that is damaged or too deep for the standard parser."""
    value, broken = _build(data)
    if value is not None:
        yield from value if isinstance(value, list) else [value]
    if broken:
        yield Broken(broken, data[:200].decode("utf-8", "replace"))


def _build(data: bytes) -> tuple[object, str | None]:
    """As much of a value as can be read, and what was wrong with the rest.

    The element of a list in which the break stands is left out: half a comment would be a wrong one.
    """
    import ijson

    whole: list = []  # holds the value
    open_: list[list | dict] = [whole]
    keys: list[str] = []
    try:
        for event, value in ijson.basic_parse(b"".join(digestible((data,))), buf_size=_CHUNK):
            if event == "map_key":
                keys[-1] = value
            elif event in ("end_map", "end_array"):
                open_.pop()
                if event == "end_map":
                    keys.pop()
            else:
                value = {} if event == "start_map" else [] if event == "start_array" else _plain(value)
                if isinstance(open_[-1], list):
                    open_[-1].append(value)
                else:
                    open_[-1][keys[-1]] = value
                if event == "start_map":
                    keys.append("")
                if event in ("start_map", "start_array"):
                    open_.append(value)
    except (ijson.JSONError, ValueError) as error:
        if not whole:
            return None, "not JSON"
        at = max(i for i, node in enumerate(open_) if isinstance(node, list))
        if 0 < at < len(open_) - 1:
            del open_[at][-1]
        return whole[0], CUT if isinstance(error, ijson.IncompleteJSONError) else DAMAGED
    return whole[0], None


def _as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The chunks without broken sequences and NULs, of which one would end the reading."""
    texts = codecs.iterdecode(chunks, encoding, "replace")
    return (text.replace("\x00", "").encode("utf-8", "replace") for text in texts)


def _from_large(chunks: Iterator[bytes]) -> Iterator[object]:
    """The elements of a large array, or the values of a large document, one at a time."""
    import ijson

    first = next(chunks, b"")
    array = first.lstrip().startswith(b"[")
    chunks = chain((first,), chunks)
    try:
        source, prefix = _Chunks(digestible(chunks)), "item" if array else ""
        for value in ijson.items(source, prefix, multiple_values=not array, buf_size=_CHUNK):
            yield _plain_deep(value)
    except (ijson.JSONError, ValueError) as error:
        yield Broken(CUT if isinstance(error, ijson.IncompleteJSONError) else DAMAGED, str(error)[:200])


class _Chunks:
    """A file of chunks, as ijson reads it."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.held = b""

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        if not self.held:
            self.held = next(self.chunks, b"")
        part, self.held = (self.held, b"") if size < 0 else (self.held[:size], self.held[size:])
        return part


def _plain(value: object) -> object:
    """Decimals as floats, as the standard parser gives them."""
    return float(value) if isinstance(value, Decimal) else value


def _plain_deep(value: object) -> object:
    """`_plain` throughout a value, without recursion."""
    if isinstance(value, Decimal):
        return float(value)
    stack = [value]
    while stack:
        node = stack.pop()
        pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, inner in list(pairs):
            if isinstance(inner, Decimal):
                node[key] = float(inner)
            elif isinstance(inner, dict | list):
                stack.append(inner)
    return value
