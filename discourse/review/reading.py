"""A file of judgements, object by object: a JSON array or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from discourse.schema import UnreadableSource

_BAD = object()


def records(path: Path) -> Iterator[tuple[int, Mapping | None]]:
    """The objects of a file with their number (from 1): the line, or the place in the array.

    What is no JSON object comes as None.

    Raises:
        UnreadableSource: the file is missing, or is neither a JSON array nor JSON lines.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if not start:
            raise UnreadableSource(f"{path}: is empty; export the project from Label Studio as JSON")
        yield from _array(path) if start == b"[" else _lines(path)
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
