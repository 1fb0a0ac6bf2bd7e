"""All taggers over a discussion: comments in, tags and spans out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from discourse.nn.devices import check_device
from discourse.schema import Discussion, Span, UsageError
from discourse.schema.tables import tags_from_columns
from discourse.taggers.backends import choose_backend
from discourse.taggers.base import Reading, Tagger
from discourse.taggers.target import find_target

DEFAULTS: dict[str, str | None] = {"toxicity": None, "stance": None, "profanity": None}


@dataclass(frozen=True, slots=True)
class Taggers:
    """The taggers of a run, loaded once."""

    taggers: tuple[Tagger, ...]

    @classmethod
    def load(
        cls,
        models: dict[str, str | None] | None = None,
        device: str = "cpu",
        backend: str | None = None,
        toxicity_threshold: float | None = None,
    ) -> Taggers:
        """Loads every tagger; `models` maps a tagger's name to another checkpoint than the bundled one.

        `backend` is torch, onnx, or None for what `choose_backend` takes. `toxicity_threshold` takes the place of the
        toxicity model's own.

        Raises:
            UsageError: a name in `models` is no tagger's, the backend is not installed, or there is no such device.
            ModelError: a checkpoint is missing or damaged, or none for the backend.
        """
        from discourse.taggers.profanity import ProfanityTagger
        from discourse.taggers.stance import StanceTagger
        from discourse.taggers.toxicity import ToxicityTagger

        check_device(device)
        backend = choose_backend(backend, models, device)
        chosen = DEFAULTS | (models or {})
        if unknown := sorted(set(chosen) - set(DEFAULTS)):
            raise UsageError(f"no tagger called {unknown[0]!r}; there are {', '.join(DEFAULTS)}")
        loaded = [
            tagger.load(chosen[tagger.name], device, backend)
            for tagger in (StanceTagger, ToxicityTagger, ProfanityTagger)
        ]
        if toxicity_threshold is not None:
            loaded[1].threshold = toxicity_threshold
        return cls(tuple(loaded))

    def tag(self, discussion: Discussion, target: str | None = None) -> Discussion:
        """The discussion with tags for every comment; `target` overrides the article's own position."""
        readings = readings_of(discussion, target or find_target(discussion.article))
        columns: dict[str, list] = {}
        spans: list[Span] = []
        for tagger in self.taggers:
            batch = tagger.predict(readings)
            columns |= batch.columns
            spans += batch.spans
        tags = tags_from_columns(columns, len(readings))
        return replace(discussion, tags=tags, spans=tuple(spans))


def readings_of(discussion: Discussion, target: str | None) -> Sequence[Reading]:
    """The comments as taggers see them, each with the branch above it.

    A comment whose source names its own target (`extra["target"]`) is measured toward that one.
    """
    branches: dict[str, tuple[str, ...]] = {}
    readings = []
    for comment in discussion.comments:
        branch = branches.get(comment.parent_id, ()) if comment.parent_id is not None else ()
        branches[comment.comment_id] = (*branch, comment.text)
        own = comment.extra.get("target")
        readings.append(
            Reading(
                comment.comment_id,
                comment.text,
                branch,
                str(own) if own else target,
                comment.parent_id,
                comment.parent_confidence,
            )
        )
    return readings
