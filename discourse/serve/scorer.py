"""The attributes of texts, asked of the taggers that `discourse score` asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from discourse.readers.clean import clean_text
from discourse.readers.markup import has_markup, html_to_text
from discourse.schema import TOXICITY_LABELS
from discourse.taggers.base import Reading, TagBatch, Tagger

TOXICITY, PROFANITY = "toxicity", "profanity"
ATTRIBUTES: dict[str, tuple[str, str]] = {
    "TOXICITY": (TOXICITY, "toxicity"),
    "SEVERE_TOXICITY": (TOXICITY, "severe_toxicity"),
    "IDENTITY_ATTACK": (TOXICITY, "identity_attack"),
    "INSULT": (TOXICITY, "insult"),
    "PROFANITY": (PROFANITY, "profanity"),
    "THREAT": (TOXICITY, "threat"),
    "OBSCENE": (TOXICITY, "obscene"),
}
"""Perspective's names: the tagger that is asked, and the column of a run (PROFANITY has none)."""

EXPERIMENTAL = "_EXPERIMENTAL"  # Perspective's names may end so
TURN, TURN_CHARACTERS = 64, 16_000  # of a thread, tagged before others get their turn


class Models:
    """The taggers of the service, loaded once; one thread at a time asks each."""

    def __init__(self, taggers: Sequence[Tagger]):
        self.taggers: Mapping[str, Tagger] = {tagger.name: tagger for tagger in taggers}
        self._turn = threading.Lock()

    @property
    def unknown(self) -> frozenset[str]:
        """Attributes that the loaded toxicity model has no label for."""
        values = self.toxicity(["a"])[0]
        return frozenset(
            name
            for name, (tagger, label) in ATTRIBUTES.items()
            if tagger == TOXICITY and values[TOXICITY_LABELS.index(label)] is None
        )

    def toxicity(self, texts: Sequence[str]) -> list[tuple]:
        """The values of TOXICITY_LABELS for each text, None where the model has no such label."""
        readings = [Reading(str(i), text) for i, text in enumerate(texts)]
        with self._turn:
            columns = self.taggers[TOXICITY].predict(readings).columns
        return list(zip(*(columns[label] for label in TOXICITY_LABELS), strict=True))

    def profanity(self, texts: Sequence[str]) -> list[float]:
        """The probability of the likeliest profanity in each text, plain or masked."""
        with self._turn:
            return self.taggers[PROFANITY].likeliest(texts)

    def asks(self) -> dict:
        """What a `Batcher` asks."""
        return {TOXICITY: self.toxicity, PROFANITY: self.profanity}

    def in_turns(self) -> Iterator[Tagger]:
        """The taggers for whole threads, such that single texts get their turn meanwhile."""
        for tagger in self.taggers.values():
            yield _InTurns(tagger, self._turn) if tagger.name in self.asks() else tagger


class _InTurns:
    """A tagger of single texts, asked about so many comments at a time that others get their turn."""

    def __init__(self, tagger: Tagger, turn: threading.Lock):
        self.name, self._tagger, self._turn = tagger.name, tagger, turn

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """What the tagger gives."""
        columns: dict[str, list] = {}
        spans = []
        for part in turns(readings):
            with self._turn:
                batch = self._tagger.predict(part)
            for name, values in batch.columns.items():
                columns.setdefault(name, []).extend(values)
            spans += batch.spans
        return TagBatch(columns, spans)


def turns(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """The readings in parts of at most `TURN`, and of `TURN_CHARACTERS` but for a longer text alone; one at least."""
    start, size = 0, 0
    for i, reading in enumerate(readings):
        if i > start and (i - start == TURN or size + len(reading.text) > TURN_CHARACTERS):
            yield readings[start:i]
            start, size = i, 0
        size += len(reading.text)
    yield readings[start:]


def as_read(text: str) -> str:
    """A text as tables are read: markup resolved, control characters out."""
    return html_to_text(text, keep_newlines=True) if has_markup(text) else clean_text(text)


def value_of(attribute: str, answers: Mapping[str, object]) -> float | None:
    """The value of an attribute in the answers by tagger."""
    tagger, label = ATTRIBUTES[attribute]
    answer = answers[tagger]
    return answer if tagger == PROFANITY else answer[TOXICITY_LABELS.index(label)]
