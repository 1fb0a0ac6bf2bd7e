"""What a run is asked to be, and what it says of itself while it goes on and at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from discourse.batch.plan import SHARD_COMMENTS
from discourse.batch.scoring import Job
from discourse.readers import Intake, ReadOptions
from discourse.taggers.base import Tagger


class Watcher(Protocol):
    """Is told how a run gets on."""

    def reading(self, intake: Intake) -> None:
        """The sources are being read; `intake` counts on meanwhile."""
        ...

    def scoring(self, done: int, total: int, rejected: int) -> None:
        """So much of what was planned is scored; called first with what was done before."""
        ...

    def counting(self, unit: str) -> None:
        """What `scoring`, which follows, counts: "comment", of flat pages "line", of both "comment or line"."""
        ...

    def interrupted(self) -> None:
        """The run ends after the shards in hand; called within the handler of the signal, so briefly."""
        ...


class Silent:
    """A watcher that says nothing."""

    def reading(self, intake: Intake) -> None: ...

    def counting(self, unit: str) -> None: ...

    def scoring(self, done: int, total: int, rejected: int) -> None: ...

    def interrupted(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is made; all but `engine`, `workers` and `device` decide its rows.

    `toxicity_threshold` takes the place of the toxicity model's own. `models` maps a tagger's name to another checkpoint than the bundled one. `backend` None is the
    one that the run began with, of a new run the faster one that is known to give the same labels. `load` replaces the taggers themselves.
    """

    options: ReadOptions = field(default_factory=ReadOptions)
    target: str | None = None
    toxicity_threshold: float | None = None
    models: Mapping[str, str | None] = field(default_factory=dict)
    structure_model: str | None = None
    backend: str | None = None
    device: str = "cpu"
    engine: str = "local"
    workers: int = 1
    shard_comments: int = SHARD_COMMENTS
    load: Callable[[Job], Sequence[Tagger]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call of `score` ended: the manifest as it then stands, and what reading found.

    `already` says that the run was complete before the call.
    """

    manifest: Mapping
    intake: Intake
    complete: bool
    scored_now: int
    already: bool = False

    @property
    def rejected(self) -> int:
        """How many rows were rejected or could not be tagged."""
        return self.manifest["counts"]["rejects"]
