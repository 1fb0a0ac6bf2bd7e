"""Counts in sentences."""

from __future__ import annotations


def plural(n: int, noun: str, many: str | None = None) -> str:
    """The count with its noun: "1 reply", "1,200 replies"."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"
