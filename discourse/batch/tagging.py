"""Tagging that survives a comment no tagger can read: the comment is set aside, the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discourse.readers.clean import clean_line
from discourse.schema import DiscourseError, ModelError, Span, Tags
from discourse.schema.tables import tags_from_columns
from discourse.taggers.base import Reading, TagBatch, Tagger

HOPELESS = 16  # failures without one success: the tagger is broken, not the comments


@dataclass(frozen=True, slots=True)
class Failure:
    """A reading, by its place, that made a tagger raise."""

    place: int
    tagger: str
    error: str


def tag_readings(
    taggers: Sequence[Tagger], readings: Sequence[Reading]
) -> tuple[tuple[Tags, ...], list[Span], list[Failure]]:
    """Tags, spans and failures of all readings; where a tagger fails, its tags of that reading are None.

    Raises:
        ModelError: a tagger fails on everything it is given.
        DiscourseError: a tagger says itself that it cannot work.
    """
    columns: dict[str, list] = {}
    spans: list[Span] = []
    failures: list[Failure] = []
    for tagger in taggers:
        pieces, failed = _predict(tagger, readings)
        failures += failed
        for places, batch in pieces:
            spans += batch.spans
            for name, values in batch.columns.items():
                column = columns.setdefault(name, [None] * len(readings))
                for place, value in zip(places, values, strict=True):
                    column[place] = value
    return tags_from_columns(columns, len(readings)), spans, failures


Pieces = list[tuple[list[int], TagBatch]]  # places of readings, and what a tagger gave for them


def _predict(tagger: Tagger, readings: Sequence[Reading]) -> tuple[Pieces, list[Failure]]:
    """What a tagger gives for all readings that it can read.

    Those are asked about together, since a tagger may read a thread as a whole; only where they fail
    together and not one by one are they left as the search found them.
    """
    places = list(range(len(readings)))
    if isinstance(batch := _ask(tagger, readings, places), TagBatch):
        return [(places, batch)], []
    pieces: Pieces = []
    failures: list[Failure] = []
    _search(tagger, readings, places, pieces, failures)
    bad = {failure.place for failure in failures}
    sound = [place for place in places if place not in bad]
    if bad and isinstance(batch := _ask(tagger, readings, sound), TagBatch):
        pieces = [(sound, batch)]
    return pieces, failures


def _search(
    tagger: Tagger,
    readings: Sequence[Reading],
    places: list[int],
    pieces: Pieces,
    failures: list[Failure],
) -> None:
    """Asks about the halves of what fails, down to the readings at fault."""
    answer = _ask(tagger, readings, places)
    if isinstance(answer, TagBatch):
        pieces.append((places, answer))
    elif len(places) > 1:
        middle = len(places) // 2
        _search(tagger, readings, places[:middle], pieces, failures)
        _search(tagger, readings, places[middle:], pieces, failures)
    elif not places:
        raise answer
    else:
        reason = f"{type(answer).__name__}: {clean_line(str(answer))[:200]}"
        failures.append(Failure(places[0], tagger.name, reason))
        if len(failures) >= HOPELESS and not pieces:
            raise ModelError(
                f"tagger {tagger.name!r} fails on every comment ({reason}); "
                "nothing was written for them: put the model right and start the same line again"
            ) from answer


def _ask(tagger: Tagger, readings: Sequence[Reading], places: list[int]) -> TagBatch | Exception:
    """What a tagger gives, or what it raised over these readings.

    Raises:
        DiscourseError, OSError, MemoryError: the machine's fault or the model's, not a comment's.
    """
    try:
        batch = tagger.predict([readings[place] for place in places])
        for name, values in batch.columns.items():
            if len(values) != len(places):
                raise ValueError(f"column {name!r} has {len(values)} values for {len(places)} comments")
    except (DiscourseError, OSError, MemoryError):
        raise
    except Exception as error:  # whatever a model makes of a hostile text
        return error
    return batch
