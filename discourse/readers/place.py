"""Where a value of a source stands, and how its reader says what it noticed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.items import Reject


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the source, and the row or value in it (`where`, from 1).

    `page_id` is the article's id where the source names none.
    """

    source: str
    page_id: str
    options: ReadOptions
    intake: Intake
    where: int | None = None

    def at(self, where: int) -> Place:
        """The same file at another row."""
        return replace(self, where=where)

    def reject(self, reason: str, excerpt: object = "") -> Reject:
        """A reject that stands here."""
        return Reject(self.source, self.where, reason, excerpt_of(excerpt))


def excerpt_of(value: object) -> str:
    """At most 200 printable characters of a value."""
    from discourse.readers.clean import clean_line

    try:
        text = value if isinstance(value, str) else repr(value)
    except RecursionError:
        text = "(nested too deeply to show)"
    return clean_line(text[:400])[:200]
