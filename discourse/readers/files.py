"""The files of a source: one file, a folder, a glob, an archive, an open stream, or standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from discourse.readers.archives import is_tar, is_zip, tar_members, zip_members
from discourse.readers.clean import clean_line
from discourse.readers.intake import Intake
from discourse.readers.source import STDIN, Source, missing, page_id_of, source_name
from discourse.readers.unpack import SUFFIXES, Peekable, head_of, peekable, unpacked
from discourse.schema import UnreadableSource

SKIPPED = "could not be read"
_KNOWN = frozenset(
    [
        ".txt",
        ".text",
        ".md",
        ".html",
        ".htm",
        ".xhtml",
        ".mhtml",
        ".xml",
        ".wxr",
        ".rss",
        ".json",
        ".jsonl",
        ".ndjson",
        ".csv",
        ".tsv",
        ".tab",
        ".parquet",
        ".pq",
        ".zip",
        ".tar",
        ".har",
    ]
) | frozenset(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of a source, open: `page_id` is the id of its article where it names none."""

    name: str
    page_id: str
    stream: Peekable


def open_files(source: Source, intake: Intake) -> Iterator[Opened]:
    """Every file that a source holds, decompressed and open, one at a time, in the order of their names.

    In folders and archives, a file that cannot be opened is a reject, and files of other kinds
    (pictures, scripts) are left out with a note.

    Raises:
        UnreadableSource: there is no such source, or nothing in it.
    """
    name = source_name(source)
    if not isinstance(source, str | Path):
        yield from _members(source, name, page_id_of(name), intake)
    elif str(source) == STDIN:
        yield from _members(sys.stdin.buffer, name, page_id_of(STDIN), intake)
    elif (paths := paths_in(Path(source), name)) is None:
        with _open(Path(source), name) as stream:
            yield from _members(stream, name, page_id_of(name), intake)
    else:
        yield from _each(paths, Path(source), intake)


def _each(paths: list[Path], source: Path, intake: Intake) -> Iterator[Opened]:
    base = source if source.is_dir() else Path(os.path.commonpath([path.parent for path in paths]))
    for path in paths:
        name = source_name(path)
        try:
            with _open(path, name) as stream:
                yield from _members(stream, name, _page_id(os.path.relpath(path, base)), intake)
        except UnreadableSource as error:
            intake.reject_file(name, SKIPPED, str(error))


def _page_id(inside: str) -> str:
    """The id of a page in a folder: its path there without the suffix."""
    path = PurePosixPath(clean_line(inside.replace(os.sep, "/")) or "page")
    return clean_line(str(path.with_suffix("") if path.suffix else path)) or "page"


def paths_in(source: Path, name: str) -> list[Path] | None:
    """The files of a folder or glob; None for a single file.

    Raises:
        UnreadableSource: the folder or glob holds no file that can be read.
    """
    if source.is_dir():
        found = [
            Path(folder, file)
            for folder, folders, files in os.walk(source)
            if not folders.sort()
            for file in sorted(files)
            if wanted(os.path.relpath(Path(folder, file), source))
        ]
        if not found:
            raise UnreadableSource(f"{name}: this folder holds no file that can be read")
        return found
    if os.path.lexists(source) or not glob.has_magic(str(source)):
        return None
    matches = map(Path, glob.glob(str(source), recursive=True))  # noqa: PTH207 - also absolute patterns
    found = sorted(path for path in matches if path.is_file())
    if not found:
        raise UnreadableSource(f"{name}: no file has such a name")
    return found


def wanted(inside: str) -> bool:
    """False for hidden files, for what browsers save beside a page, and for kinds that hold no comments."""
    path = PurePosixPath(inside.replace(os.sep, "/"))
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return False
    if any(part.endswith(("_files", ".files")) for part in path.parts[:-1]):
        return False
    return path.suffix.lower() in _KNOWN or not path.suffix


def _open(path: Path, name: str) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UnreadableSource(missing(name)) from None
    except PermissionError:
        raise UnreadableSource(f"{name}: no permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableSource(f"{name}: cannot be read: {reason}") from None


def _members(stream: BinaryIO, name: str, page_id: str, intake: Intake) -> Iterator[Opened]:
    """The file itself, or the files of the archive that it is."""
    stream = peekable(stream, name)
    if is_zip(head_of(stream, 4)):
        members = zip_members(stream, name, intake)
    else:
        stream = unpacked(stream, name)
        if not is_tar(head_of(stream, 512)):
            yield Opened(name, page_id, stream)
            return
        members = tar_members(stream, name, intake)
    empty = True
    for inside, opened in _as_far_as_it_goes(members, name, intake):
        if not wanted(inside):
            intake.note(f"{name}: files of other kinds left out ({PurePosixPath(inside).suffix or 'hidden'})")
            continue
        empty = False
        inner = clean_line(inside)
        try:
            plain = unpacked(peekable(opened, f"{name}/{inner}"), f"{name}/{inner}")
            head = head_of(plain, 512)
            if is_zip(head) or is_tar(head):
                intake.reject_file(f"{name}/{inner}", "an archive inside an archive")
                continue
            yield Opened(f"{name}/{inner}", _page_id(inner), plain)
        except UnreadableSource as error:
            intake.reject_file(f"{name}/{inner}", SKIPPED, str(error))
    if empty and not intake.n_rejected:
        raise UnreadableSource(f"{name}: this archive holds no file that can be read")


def _as_far_as_it_goes(
    members: Iterator[tuple[str, BinaryIO]], name: str, intake: Intake
) -> Iterator[tuple[str, BinaryIO]]:
    """The members that stand before a break in an archive; the break is a reject, unless nothing does."""
    first = True
    try:
        for member in members:
            yield member
            first = False
    except UnreadableSource as error:
        if first:
            raise
        intake.reject_file(name, SKIPPED, str(error))
