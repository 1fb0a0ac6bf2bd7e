r"""Bytes to text: which encoding, which line ends, and whether it is text at all.

Lines end at a line feed and nowhere else, so that line numbers are those of `sed -n`; a carriage
return before it belongs to the line end. A file without a single line feed but with carriage returns
(old Macintosh) is split at those, with a note, since `sed` sees one line there. Form feeds, vertical
tabs, U+0085 and U+2028 never end a line.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass

from discourse.schema import UnreadableSource

_BOMS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh91AY&SY", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "a rich text document"),
)
_SAMPLE = 1 << 16
_MAX_NULS = 0.05  # share of NUL bytes above which a file is not text
_FEW_NULS = 4  # NUL bytes that prove nothing, however short the file
_MAX_CONTROLS = 0.30  # share of control characters in valid UTF-8 above which it is not text
_MAX_CONTROLS_ELSE = 0.05  # the same where it is not even valid UTF-8; random bytes have 0.10
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b\x00") + b"\x7f"
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_PLAUSIBLE = re.compile(r"[\w\s!-/:-@\[-`{-~\u2010-\u203a\u20ac]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in, and what a user should know about the reading."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, source: str = "input") -> Decoded:
    """The text of `data`; `source` names it in messages.

    Raises:
        UnreadableSource: `data` is empty or is not text.
    """
    if not data.strip():
        raise UnreadableSource(f"{source}: empty: nothing to read")
    for mark, encoding in _BOMS:
        if data.startswith(mark) and (encoding != "utf-32-le" or len(data) % 4 == 0):
            return _finish(data[len(mark) :], encoding, source)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise _not_text(source, f"looks like {kind}")
    if encoding := _wide_encoding(data):
        return _finish(data, encoding, source)
    if data.count(0) > max(_FEW_NULS, _MAX_NULS * len(data)):
        raise _not_text(source, "is binary")
    return _decode_narrow(data, source)


def split_lines(text: str) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text as `sed -n` counts them, without their line ends, and notes."""
    notes: tuple[str, ...] = ()
    end = "\n"
    if "\n" not in text and "\r" in text.rstrip("\r"):
        end = "\r"
        notes = ("lines end with carriage returns only: line numbers count those",)
    lines = text.split(end)
    if lines[-1] == "":
        lines.pop()
    return [line.rstrip("\r") for line in lines], notes


def _finish(data: bytes, encoding: str, source: str, notes: tuple[str, ...] = ()) -> Decoded:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd") - data.decode(encoding, errors="ignore").count("\ufffd")
    if broken > 0:
        notes += (f"{broken} broken {encoding.upper()} sequence{'s' if broken > 1 else ''} shown as U+FFFD",)
    if not text.strip("\ufeff\x00 \t\r\n"):
        raise UnreadableSource(f"{source}: empty: nothing to read")
    return Decoded(text, encoding, notes)


def _decode_narrow(data: bytes, source: str) -> Decoded:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    nuls = data.count(0)
    notes = (f"{nuls} NUL byte{'s' if nuls > 1 else ''} taken out",) if nuls else ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if controls > _MAX_CONTROLS_ELSE * len(data):
            raise _not_text(source, "is binary") from None
        if _mostly_utf8(data):
            return _finish(data, "utf-8", source, notes)
        return _decode_western(data, source, notes)
    if controls > _MAX_CONTROLS * len(data):
        raise _not_text(source, "is binary")
    if not text.strip("\ufeff\x00 \t\r\n"):
        raise UnreadableSource(f"{source}: empty: nothing to read")
    return Decoded(text, "utf-8", notes)


def _mostly_utf8(data: bytes) -> bool:
    """True where the bytes above 127 are more often well-formed UTF-8 than not, or cut at the end."""
    good = bad = 0
    for run in _HIGH_RUN.finditer(data):
        try:
            run.group().decode("utf-8")
            good += 1
        except UnicodeDecodeError as error:
            cut = error.reason == "unexpected end of data"
            bad += 0 if cut and run.end() == len(data) and len(run.group()) > 1 else 1
    return good >= bad


def _decode_western(data: bytes, source: str, notes: tuple[str, ...]) -> Decoded:
    try:
        text, encoding = data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        text, encoding = data.decode("latin-1"), "latin-1"
    name = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}[encoding]
    return Decoded(text, encoding, (*notes, f"not valid UTF-8: read as {name}"))


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the NUL bytes stand."""
    sample = data[:_SAMPLE]
    nuls = sample.count(0)
    if not nuls:
        return None
    lanes = [sample[i::4].count(0) / max(1, len(sample[i::4])) for i in range(4)]
    if min(lanes[1:]) > 0.9 and lanes[0] < 0.1:
        return "utf-32-le"
    if min(lanes[:3]) > 0.9 and lanes[3] < 0.1:
        return "utf-32-be"
    odd = sample[1::2].count(0)
    for encoding, inside in (("utf-16-le", odd), ("utf-16-be", nuls - odd)):
        if inside >= 0.95 * nuls and inside > 0.05 * len(sample) / 2 and _reads_well(sample, encoding):
            return encoding
    return None


def _reads_well(sample: bytes, encoding: str) -> bool:
    """True for plausible characters from few blocks: ASCII taken for UTF-16 gives rare ones from many."""
    high = Counter(sample[1::2] if encoding == "utf-16-le" else sample[::2])
    if sum(count for _, count in high.most_common(3)) < 0.9 * high.total():
        return False
    text = sample[: len(sample) // 2 * 2].decode(encoding, errors="replace")
    return len(_PLAUSIBLE.findall(text)) > 0.9 * len(text)


def _not_text(source: str, why: str) -> UnreadableSource:
    return UnreadableSource(f"{source}: {why}: save the page as plain text and name that file")
