"""A span of time in words, one way for every message."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """A time span for reading: "45 s", "12 min", "2 h 05 min", "3 d 4 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"
