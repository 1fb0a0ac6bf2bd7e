"""Folders and files of an export: each file whole or not there, and nothing of anybody else touched."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from discourse.export.formats import SCHEMA_VERSION, Format
from discourse.schema import UsageError

MARKER = "export.json"  # in every folder that an export makes: what it is


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns a failure to write `path` into one clear line.

    Raises:
        UsageError: the disk is full, or the path cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written: {error.strerror or error}; "
            "put that right, or choose another destination"
        ) from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to fill, which stands under its name once it is complete and on disk.

    Raises:
        UsageError: it cannot be written.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}.tmp"
    with explained(path):
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def write_text(path: Path, text: str) -> None:
    """Writes a text file atomically, in UTF-8.

    Raises:
        UsageError: it cannot be written.
    """
    with whole_file(path) as file:
        file.write(text.encode())


@contextmanager
def own_folder(folder: Path, kind: Format, run_id: str) -> Iterator[Path]:
    """A folder for the files of an export: a new one, an empty one, or that of an export of the same kind.

    What an export before this wrote there is replaced, file by file.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
    """
    with explained(folder):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder}: is a file; {kind} is written into a folder, choose another name")
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".*.tmp"):
            leftover.unlink(missing_ok=True)
        _check_ours(folder, kind)
    marker = {"tool": "discourse", "export": str(kind), "schema_version": SCHEMA_VERSION, "run_id": None}
    _write_marker(folder, marker)  # from here on the folder is known as ours, even if this is cut short
    yield folder
    _write_marker(folder, marker | {"run_id": run_id})


def _check_ours(folder: Path, kind: Format) -> None:
    if not any(folder.iterdir()):
        return
    try:
        known = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict) or known.get("tool") != "discourse":
        raise UsageError(f"{folder}: holds files that no export wrote; choose a new or an empty folder")
    if known.get("export") != kind:
        raise UsageError(f"{folder}: holds an export to {known.get('export')}; choose another folder")
    if known.get("schema_version") != SCHEMA_VERSION:
        raise UsageError(
            f"{folder}: holds an export with another schema (version {known.get('schema_version')}, "
            f"this is {SCHEMA_VERSION}); choose another folder"
        )


def _write_marker(folder: Path, marker: dict) -> None:
    write_text(folder / MARKER, json.dumps(marker, indent=1) + "\n")
