"""What a tagger is: a batch of readings in, columns (and perhaps spans) out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from discourse.schema import Span

CLOSE = 0.05
"""By how much two labels' probabilities may differ at most for rough arithmetic (int8, 16 bits) to be asked again in float32.

Set with `scripts/compare_backends.py`: without it 98 % of stance labels agree with float32, with it more
than 99.5 %, and about one input in ten is read twice.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A comment as a tagger sees it.

    `branch` holds the texts of its ancestors from the top-level comment down to the parent, so
    `branch[-1]` is the parent's text and an empty branch means a top-level comment. `target` is
    the position that stance toward the article is measured against. `parent_id` and
    `parent_confidence` are the comment's columns of that name: taggers that read a thread jointly
    find the parent by its id in the same batch.
    """

    comment_id: str
    text: str
    branch: tuple[str, ...] = ()
    target: str | None = None
    parent_id: str | None = None
    parent_confidence: float = 1.0

    @property
    def parent(self) -> str | None:
        """The text of the comment answered, None at top level."""
        return self.branch[-1] if self.branch else None


@dataclass(frozen=True, slots=True)
class TagBatch:
    """Tag columns, each with one value per reading, and the spans found."""

    columns: dict[str, list]
    spans: list[Span] = field(default_factory=list)


class Tagger(Protocol):
    """Reads a batch and gives columns; knows nothing of files, and of devices only at loading."""

    name: str

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """Tags every reading; an empty batch gives empty columns."""
        ...
