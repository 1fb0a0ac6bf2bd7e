"""A tagger that asks another only about texts it has not seen lately."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from discourse.schema import Span
from discourse.taggers.base import Reading, TagBatch, Tagger

HELD = 50_000  # answers held from one shard to the next
LONGEST = 1000  # characters of a text whose answer is held

ALONE = frozenset({"toxicity", "profanity"})
"""Taggers that read a comment's text and nothing else; others may read it with its thread."""


def with_memory(tagger: Tagger) -> Tagger:
    """The tagger, asked once about equal texts where it reads nothing but the text."""
    return Memo(tagger) if tagger.name in ALONE else tagger


@dataclass(frozen=True, slots=True)
class _Answer:
    values: tuple
    spans: tuple[Span, ...]


class Memo:
    """Asks `tagger` once about equal texts, within a batch and lately."""

    def __init__(self, tagger: Tagger, held: int = HELD):
        self.tagger, self.name = tagger, tagger.name
        self._held = held
        self._answers: OrderedDict[bytes, _Answer] = OrderedDict()
        self._names: tuple[str, ...] = ()

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """What the tagger gives, one value per reading.

        Raises:
            ValueError: the tagger gave a column of another length than the readings.
        """
        keys = [_digest(reading.text) for reading in readings]
        found = {key: self._answers[key] for key in keys if key in self._answers}
        new = {key: reading for key, reading in zip(keys, readings, strict=True) if key not in found}
        if new or not self._names:
            found |= self._ask(new)
        columns = {name: [found[key].values[i] for key in keys] for i, name in enumerate(self._names)}
        spans = [
            replace(span, comment_id=reading.comment_id)
            for key, reading in zip(keys, readings, strict=True)
            for span in found[key].spans
        ]
        for key, reading in new.items():
            if len(reading.text) <= LONGEST:
                self._answers[key] = found[key]
        for key in keys:
            if key in self._answers:
                self._answers.move_to_end(key)
        while len(self._answers) > self._held:
            self._answers.popitem(last=False)
        return TagBatch(columns, spans)

    def _ask(self, new: dict[bytes, Reading]) -> dict[bytes, _Answer]:
        batch = self.tagger.predict([Reading(str(i), r.text) for i, r in enumerate(new.values())])
        for name, values in batch.columns.items():
            if len(values) != len(new):
                raise ValueError(f"column {name!r} has {len(values)} values for {len(new)} comments")
        self._names = tuple(batch.columns)
        spans: dict[int, list[Span]] = {}
        for span in batch.spans:
            spans.setdefault(int(span.comment_id), []).append(span)
        return {
            key: _Answer(tuple(batch.columns[name][i] for name in self._names), tuple(spans.get(i, ())))
            for i, key in enumerate(new)
        }


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
