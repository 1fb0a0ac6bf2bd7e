"""Files inside .zip and .tar archives, read in place: nothing is ever written to disk by its name."""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from shutil import copyfileobj
from typing import BinaryIO

from discourse.readers.clean import clean_line
from discourse.readers.intake import Intake
from discourse.readers.unpack import MAX_FREE, MAX_RATIO
from discourse.schema import UnreadableSource

UNSAFE = "a path that leads out of the archive"
LINK = "a link inside an archive"
ENCRYPTED = "encrypted"
BOMB = f"swells to more than {MAX_RATIO} times its size"
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)
MAX_MEMBERS = 1_000_000


def is_zip(head: bytes) -> bool:
    """True where a file begins as a ZIP archive does."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def is_tar(head: bytes) -> bool:
    """True where a file begins as a tar archive does."""
    return head[257:262] == b"ustar"


def zip_members(stream: BinaryIO, name: str, intake: Intake) -> Iterator[tuple[str, BinaryIO]]:
    """(path, open file) of each file of a ZIP archive; unsafe ones are rejected.

    Raises:
        UnreadableSource: the archive is damaged.
    """
    try:
        with zipfile.ZipFile(_seekable(stream)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise UnreadableSource(
                    f"{name}: more than {MAX_MEMBERS:,} files in one archive: unpack it first"
                )
            for member in sorted(members, key=lambda m: m.filename):
                if reason := _objection(member):
                    intake.reject_file(name, reason, clean_line(member.filename))
                    continue
                try:
                    opened = archive.open(member)
                except _DAMAGE as error:  # this one; the others may be whole
                    place = f"{name}/{clean_line(member.filename)}"
                    intake.reject_file(place, "could not be read", str(error))
                    continue
                with opened:
                    yield member.filename, opened
    except _DAMAGE as error:
        raise UnreadableSource(f"{name}: damaged archive: {clean_line(str(error))}") from None


def _objection(member: zipfile.ZipInfo) -> str | None:
    if not is_safe(member.filename):
        return UNSAFE
    if member.flag_bits & 1:
        return ENCRYPTED
    if member.file_size > MAX_FREE and member.file_size > MAX_RATIO * max(1, member.compress_size):
        return BOMB
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        return LINK
    return None


class _Member(tarfile.TarInfo):
    """A member of a tar archive; a damaged head is an error, where `tarfile` takes it for the archive's end."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> tarfile.TarInfo:
        try:
            return super().fromtarfile(archive)
        except (tarfile.TruncatedHeaderError, tarfile.InvalidHeaderError, tarfile.EmptyHeaderError) as error:
            raise tarfile.ReadError(f"it breaks off without its end mark: {error}") from None


def tar_members(stream: BinaryIO, name: str, intake: Intake) -> Iterator[tuple[str, BinaryIO]]:
    """(path, open file) of each file of a tar archive, in one pass; unsafe ones are rejected.

    Raises:
        UnreadableSource: the archive is damaged.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as archive:
            for member in archive:
                if member.isdir():
                    continue
                reason = UNSAFE if not is_safe(member.name) else None if member.isreg() else LINK
                if reason:
                    intake.reject_file(name, reason, clean_line(member.name))
                    continue
                opened = archive.extractfile(member)
                if opened is not None:
                    yield member.name, opened
    except _DAMAGE as error:
        raise UnreadableSource(f"{name}: damaged archive: {clean_line(str(error))}") from None


def is_safe(path: str) -> bool:
    """True for a path that stays inside its archive."""
    posix, windows = PurePosixPath(path), PureWindowsPath(path)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or "\x00" in path:
        return False
    return ".." not in posix.parts and ".." not in windows.parts


def _seekable(stream: BinaryIO) -> BinaryIO:
    """The stream, or a copy of it in a temporary file where it cannot go back (standard input)."""
    try:
        if stream.seekable():
            stream.seek(0)
            return stream
    except (AttributeError, OSError):
        pass
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the archive
    copyfileobj(stream, copy, 1 << 20)
    copy.seek(0)
    return copy
