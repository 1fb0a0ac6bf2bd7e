"""Compressed streams, opened layer by layer; a stream that swells without measure is refused."""

from __future__ import annotations

import io
from typing import BinaryIO

from discourse.readers.clean import clean_line
from discourse.schema import UnreadableSource

MAX_RATIO = 250  # text compresses 3 to 30 times; a bomb a thousand times
MAX_FREE = 256 * 1024 * 1024  # bytes of output that need no explaining
HEAD = 1 << 18
_MAGIC_LENGTH = 8
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)
SUFFIXES = (".gz", ".zst", ".zstd", ".bz2", ".xz", ".tgz")


def compression_of(head: bytes) -> str | None:
    """The compression that the first bytes of a file show."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return None


def unpacked(stream: BinaryIO, name: str) -> Peekable:
    """The stream, decompressed as often as it is compressed (twice at most).

    Raises:
        UnreadableSource: it is compressed more often, or (while being read) damaged or a bomb.
    """
    for _ in range(3):
        stream = peekable(stream, name)
        kind = compression_of(head_of(stream, _MAGIC_LENGTH))
        if kind is None:
            return stream
        stream = _Guarded(stream, kind, name)
    raise UnreadableSource(f"{name}: compressed more than twice: unpack it first")


class Peekable(io.BufferedReader):
    """A stream that can look ahead as far as `HEAD` bytes, also on a pipe that gives a few at a time."""


def peekable(stream: BinaryIO, name: str) -> Peekable:
    """The stream, able to look ahead; it can go back where the stream can.

    Whatever goes wrong while it is read, be it the disk or the damage of an archive, is an `UnreadableSource`.
    """
    return stream if isinstance(stream, Peekable) else Peekable(_AsRaw(stream, name), HEAD)


def head_of(stream: Peekable, size: int) -> bytes:
    """Up to `size` bytes (at most `HEAD`) without consuming them; fewer where the stream is shorter."""
    return stream.peek(size)[:size]


class _AsRaw(io.RawIOBase):
    """Any object with `read` as a raw stream."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        try:
            return bool(self._stream.seekable())
        except (AttributeError, OSError, ValueError):
            return False

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def _read(self, size: int) -> bytes | str:
        try:
            return self._stream.read(size)
        except (UnreadableSource, MemoryError):
            raise
        except Exception as error:  # each kind of file has its own
            reason = clean_line(getattr(error, "strerror", None) or str(error)) or type(error).__name__
            raise UnreadableSource(f"{self._name}: damaged, or cannot be read: {reason}") from None

    def readinto(self, buffer) -> int:
        wanted = len(buffer)
        parts = []
        while wanted:  # fill the buffer, so that a peek sees a whole head
            part = self._read(wanted)
            if isinstance(part, str):
                part = part.encode("utf-8", "surrogatepass")
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        data = b"".join(parts)
        buffer[: len(data)] = data
        return len(data)


class _Counted:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data


class _Guarded:
    """A decompressed stream that keeps count of both sides."""

    def __init__(self, stream: BinaryIO, kind: str, name: str) -> None:
        self._inside = _Counted(stream)
        self._stream = _open(kind, self._inside)
        self._kind, self._name = kind, name
        self._count = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except EOFError:
            raise UnreadableSource(f"{self._name}: {self._kind} data break off") from None
        except Exception as error:  # each library has its own
            reason = clean_line(str(error))
            raise UnreadableSource(f"{self._name}: damaged {self._kind} data: {reason}") from None
        self._count += len(data)
        if self._count > MAX_FREE and self._count > MAX_RATIO * max(1, self._inside.count):
            raise UnreadableSource(
                f"{self._name}: swells to more than {MAX_RATIO} times its size: refused; unpack it yourself if you trust it"
            )
        return data


def _open(kind: str, stream) -> BinaryIO:
    if kind == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=stream)
    if kind == "bzip2":
        import bz2

        return bz2.BZ2File(stream)
    if kind == "xz":
        import lzma

        return lzma.LZMAFile(stream)
    import zstandard

    # The Reddit archives are compressed with a window of 2 GiB.
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    return reader.stream_reader(stream, read_across_frames=True)
