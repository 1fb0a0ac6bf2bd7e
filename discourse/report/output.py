"""Figures as JSON, in a file or on standard output."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TextIO

from discourse.schema import UsageError

# Valid in a JSON string, but a terminal may act on them or an encoder refuse them.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def to_json(figures: dict, *, ascii_only: bool = False) -> str:
    """The figures as indented JSON, in which every character that a terminal may act on is escaped."""
    text = json.dumps(figures, indent=2, ensure_ascii=ascii_only, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def write_json(figures: dict, destination: str | Path | TextIO = "-") -> None:
    """Writes the figures to a file, to an open text stream, or ("-") to standard output.

    Raises:
        UsageError: the file cannot be written.
    """
    stream = sys.stdout if destination == "-" else destination
    if not isinstance(stream, str | Path):
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower()
        stream.write(to_json(figures, ascii_only=not encoding.startswith("utf")))
        return
    try:
        Path(stream).write_text(to_json(figures), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{stream}: cannot write the figures: {error.strerror or error}") from error
