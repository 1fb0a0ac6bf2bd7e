"""How figures come into model cards and docs: a cell with its interval, and text between two marks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def cell(figure: Mapping[str, float]) -> str:
    """`value` with `low` and `high`, as "0.47 [0.39, 0.53]"."""
    return f"{figure['value']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}]"


def write_between(path: Path, start: str, end: str, text: str) -> None:
    """Puts a text on lines of its own between two marks of a file, in place of what stood there."""
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    path.write_text(f"{before}{start}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")
