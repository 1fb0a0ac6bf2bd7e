"""A file of judgements, object by object: a JSON array, JSON lines, or a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.place import Place
from discourse.readers.tables import delimited_rows
from discourse.readers.unpack import peekable
from discourse.schema import UnreadableSource

_BAD = object()


def place_word(path: str | Path) -> str:
    """What the number of an object in a file counts: "row" of a sheet, "line" of JSON lines, "entry" of a JSON array."""
    try:
        with Path(path).open("rb") as file:
            start = _first(file.read(4096))
    except OSError:
        return "entry"  # `records` says why there is none
    return {b"[": "entry", b"{": "line"}.get(start, "row")


def _first(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def records(path: Path, intake: Intake, column: str) -> Iterator[tuple[int, Mapping | None]]:
    """The objects of a file with their number: the line, the place in the array (from 1), the row of a table (its header is row 1).

    What is no JSON object, and a row that cannot be read, comes as None. A file that does not begin as JSON is
    taken for a table with a header (upper and lower case are one), CSV as any spreadsheet writes it, if that has the `column`.

    Raises:
        UnreadableSource: the file is missing, or is none of these.
    """
    try:
        with path.open("rb") as file:
            start = _first(file.read(4096))
        if not start:
            raise UnreadableSource(f"{path}: is empty: nothing to read")
        if start in (b"[", b"{"):
            yield from _array(path) if start == b"[" else _lines(path)
        else:
            yield from _table(path, intake, column)
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror or error}") from error


def _array(path: Path) -> Iterator[tuple[int, Mapping | None]]:
    import ijson

    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        try:
            for number, item in enumerate(ijson.items(file, "item", use_float=True), 1):
                yield number, item if isinstance(item, Mapping) else None
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise UnreadableSource(
                f"{path}: is cut off or damaged ({str(error).splitlines()[0]}); export it again"
            ) from error


def _table(path: Path, intake: Intake, column: str) -> Iterator[tuple[int, Mapping | None]]:
    met = False
    with path.open("rb") as file:
        name = str(path)
        rows = delimited_rows(peekable(file, name), Place(name, name, ReadOptions(), intake))
        for number, (_, row) in enumerate(rows, 2):
            named = None
            if isinstance(row, Mapping):
                named = {str(name).strip().lower(): value for name, value in row.items()}
            if not met and column not in (named or ()):
                break
            met = True
            yield number, named
    if not met:
        raise UnreadableSource(
            f"{path}: is neither JSON nor a sheet of `discourse review sheet` with rows (a column {column!r}); save the sheet "
            "as CSV, or export the project from Label Studio as JSON or JSON-MIN"
        )


def _lines(path: Path) -> Iterator[tuple[int, Mapping | None]]:
    met = False
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            line = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not line:
                continue
            try:
                item = json.loads(line)
            except (ValueError, RecursionError):
                item = _BAD
            if not met and not isinstance(item, Mapping):
                raise UnreadableSource(
                    f"{path}: is neither a JSON array nor JSON lines; "
                    "export the project from Label Studio as JSON or JSON-MIN"
                )
            met = True
            yield number, item if isinstance(item, Mapping) else None
