"""Where a value of a source stands, and how its reader says what it noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.items import Reject, excerpt_of


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

    def objects(self, values: object, what: str = "not a comment") -> list[Mapping]:
        """The objects of a list; each of its values that is none is a reject."""
        found = []
        for value in values if isinstance(values, list) else ():
            if isinstance(value, Mapping):
                found.append(value)
            else:
                self.intake.read += 1
                self.intake.reject(self.reject(what, value))
        return found

    def reject(self, reason: str, excerpt: object = "") -> Reject:
        """A reject that stands here."""
        return Reject(self.source, self.where, reason, excerpt_of(excerpt))
