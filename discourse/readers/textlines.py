"""Lines of text from a stream of bytes, whatever its encoding, one line in memory at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from discourse.readers.decode import _BOMS, _wide_encoding
from discourse.readers.intake import Intake

MAX_LINE = 256 * 1024 * 1024  # bytes; a longer line is not text of ours
_CHUNK = 1 << 16


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes of a file show, and the length of its byte order mark."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    return _wide_encoding(head[: len(head) // 4 * 4]) or "utf-8", 0


def text_lines(stream: BinaryIO, head: bytes, intake: Intake) -> Iterator[str]:
    """The lines of a text with their line ends.

    UTF-8 is decoded line by line, so that a line in another encoding is read as Windows-1252 and
    harms no other; such lines are counted in `intake.repairs`. NUL characters are taken out.
    """
    encoding, mark = encoding_of(head)
    if encoding != "utf-8":
        intake.encodings[encoding] += 1
        yield from _wide_lines(stream, encoding, mark)
        return
    foreign = False
    stream.read(mark)
    try:
        while line := stream.readline(MAX_LINE):
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                text = line.decode("cp1252", "replace")
                foreign = True
                intake.repairs["lines in another encoding than UTF-8"] += 1
            yield text.replace("\x00", "") if "\x00" in text else text
    finally:  # also where the stream breaks off
        intake.encodings["utf-8 and windows-1252" if foreign else "utf-8"] += 1


def _wide_lines(stream: BinaryIO, encoding: str, mark: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    stream.read(mark)
    held = ""
    while True:
        chunk = stream.read(_CHUNK)
        held += decoder.decode(chunk, final=not chunk)
        lines = held.split("\n")
        held = lines.pop()
        yield from (line.replace("\x00", "") + "\n" for line in lines)
        if not chunk:
            break
    if held:
        yield held.replace("\x00", "")
