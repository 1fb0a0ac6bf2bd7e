"""Files that are whole or not there: atomic writes, an append-only journal, and a folder's lock."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from discourse.batch.names import LOCK, OWNER
from discourse.schema import UsageError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENOENT, errno.EEXIST}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns a failure to write `path` into one clear line.

    Raises:
        UsageError: the disk is full, or the path cannot be written.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            advice = "free some space and start the same line again; what is done is kept"
        elif error.errno in _FORBIDDEN:
            advice = "choose a folder that may be written with --out"
        else:
            advice = "start the same line again once that is put right; what is done is kept"
        raise UsageError(f"{path}: cannot be written: {reason}; {advice}") from error


def write_atomic(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Writes a file that `fill` fills: complete and on disk under its name, or not there at all.

    Raises:
        UsageError: it cannot be written.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}.tmp"
    with explained(path):
        try:
            with temporary.open("wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def write_json(path: Path, content: object) -> None:
    """Writes JSON atomically, indented, in UTF-8."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_atomic(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> dict | None:
    """A JSON object, or None where there is no such file.

    Raises:
        UsageError: the file is there but cannot be read as a JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path}: damaged or unreadable ({error}); start the run again with --fresh"
        ) from error
    if not isinstance(content, dict):
        raise UsageError(f"{path}: a JSON object was expected; start the run again with --fresh")
    return content


def make_folder(path: Path) -> None:
    """Makes a folder and its parents, if they are not there.

    Raises:
        UsageError: that is not possible.
    """
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)


def sweep(folder: Path) -> None:
    """Removes temporary files that a killed process left in a folder."""
    with explained(folder):
        for leftover in folder.glob(".*.tmp"):
            leftover.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Removes a file or a folder with all it holds, if it is there."""
    with explained(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Journal:
    """An append-only file of JSON lines; a line torn by a crash counts as never written."""

    def __init__(self, path: Path):
        self.path = path

    def append(self, record: dict) -> None:
        """Adds a record and waits until it is on disk.

        Raises:
            UsageError: it cannot be written.
        """
        with explained(self.path), self.path.open("ab") as file:
            file.write(json.dumps(record, ensure_ascii=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def mend(self) -> None:
        """Cuts off a torn last line, so that the next record starts on its own."""
        with explained(self.path), suppress(FileNotFoundError), self.path.open("r+b") as file:
            whole = 0
            for line in file:
                if line.endswith(b"\n"):
                    whole += len(line)
            file.truncate(whole)
            os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict]:
        """The records in order; lines that are no JSON object are passed over."""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            for line in file:
                with suppress(ValueError):
                    record = json.loads(line)
                    if isinstance(record, dict) and line.endswith(b"\n"):
                        yield record


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds a folder for this process alone; the lock goes with the process, however it ends.

    Raises:
        UsageError: another process holds it, or it cannot be written.
    """
    from filelock import FileLock, Timeout

    lock, owner = FileLock(folder / LOCK), folder / OWNER
    with explained(folder):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            who = ""
            with suppress(OSError, ValueError):
                who = f" ({owner.read_text(encoding='utf-8').strip()})"
            raise UsageError(
                f"{folder}: another process is at work in this run folder{who}; "
                "wait for it, or stop it and start the same line again"
            ) from None
    try:
        with explained(folder):
            owner.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            owner.unlink(missing_ok=True)
        lock.release()


def is_locked(folder: Path) -> bool:
    """True while a process holds the folder."""
    from filelock import FileLock, Timeout

    if not (folder / LOCK).is_file():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
