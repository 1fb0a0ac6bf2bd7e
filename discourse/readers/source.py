"""Where bytes come from: a file, an open stream, or standard input for `-`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from discourse.readers.clean import clean_line
from discourse.schema import UnreadableSource

Source = str | Path | BinaryIO

STDIN = "-"


def source_name(source: Source) -> str:
    """What messages and records call a source; safe to print."""
    if isinstance(source, str | Path):
        return clean_line(str(source)) or repr(str(source))
    return clean_line(str(getattr(source, "name", None) or "stream"))


def page_id_of(name: str) -> str:
    """The id of the page that a source holds: the file's name without its extension."""
    return "stdin" if name == STDIN else (Path(name).stem or name)


def read_bytes(source: Source) -> bytes:
    """All bytes of a source.

    Raises:
        UnreadableSource: there is no such file, or it cannot be read.
    """
    name = source_name(source)
    if not isinstance(source, str | Path):
        data = source.read()
        return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if str(source) == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise UnreadableSource(missing(name)) from None
    except IsADirectoryError:
        raise UnreadableSource(f"{name}: is a folder: name one text file in it") from None
    except PermissionError:
        raise UnreadableSource(f"{name}: no permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableSource(f"{name}: cannot be read: {reason}") from None


@contextmanager
def all_or_none(sources: Sequence[Source], done: str) -> Iterator[None]:
    """Where one of several sources cannot be read, its error says that nothing was `done` of the others either.

    Raises:
        UnreadableSource: as within; of a single source as it stands.
    """
    try:
        yield
    except UnreadableSource as error:
        if len(sources) < 2:
            raise
        raise UnreadableSource(
            f"{error}; because of it nothing was {done} of the other sources either: mend it, or leave it out"
        ) from error


def missing(name: str) -> str:
    """What to say of a file that is not there."""
    if name.startswith(("http://", "https://")):
        return f"{name}: pages are not fetched: save the page as text and name that file"
    return f"{name}: no such file"
