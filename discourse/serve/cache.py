"""Answers of late, and requests for the same text at the same time; lives on the event loop."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

from discourse.serve.batcher import Job


class Submits(Protocol):
    """A `Batcher`, here or in another process."""

    def submit(self, jobs: Sequence[Job]) -> list:
        """Futures of the answers."""
        ...


class Scores:
    """Answers jobs, equal ones once: of late (the last `held`), and while one is asked about."""

    def __init__(
        self, batcher: Submits, held: int = 50_000, on_lookup: Callable[[int, int], None] | None = None
    ):
        self.batcher, self.held, self.on_lookup = batcher, held, on_lookup
        self._known: OrderedDict[bytes, object] = OrderedDict()
        self._asked: dict[bytes, asyncio.Future] = {}

    async def get(self, jobs: Sequence[Job]) -> list[object]:
        """The answer of each job.

        Raises:
            Busy: what is not known would wait too long.
            Exception: a text that a tagger cannot read.
        """
        keys = [_digest(job) for job in jobs]
        found: dict[bytes, object] = {}
        waiting: dict[bytes, asyncio.Future] = {}
        new: dict[bytes, Job] = {}
        for key, job in zip(keys, jobs, strict=True):
            if key in self._known:
                self._known.move_to_end(key)
                found[key] = self._known[key]
            elif key in self._asked:
                waiting[key] = self._asked[key]
            else:
                new[key] = job
        if new:
            for key, future in zip(new, self.batcher.submit(list(new.values())), strict=True):
                waiting[key] = self._asked[key] = asyncio.wrap_future(future)
                waiting[key].add_done_callback(lambda done, key=key: self._done(key, done))
        if self.on_lookup is not None:
            self.on_lookup(len(new), len(jobs) - len(new))
        for key, future in waiting.items():
            found[key] = await asyncio.shield(future)
        return [found[key] for key in keys]

    def _done(self, key: bytes, future: asyncio.Future) -> None:
        self._asked.pop(key, None)
        if future.cancelled() or future.exception() is not None or not self.held:
            return
        self._known[key] = future.result()
        if len(self._known) > self.held:
            self._known.popitem(last=False)


def _digest(job: Job) -> bytes:
    kind, text = job
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=16, person=kind.encode()[:16]
    ).digest()
