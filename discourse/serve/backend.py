"""Where work is done: in this process, or in the one that holds the models, at the other end of a pipe."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Protocol

from discourse.serve.batcher import Batcher, Busy, Job
from discourse.serve.scorer import Models
from discourse.serve.tagging import TagRequest

WAITING_THREADS = 4  # requests of /v1/tag that may wait while one is worked on
AGAIN = 5.0  # seconds after which one of those is worth trying again


class Backend(Protocol):
    """Takes work and gives futures; both methods raise Busy, or their futures do."""

    unknown: frozenset[str]

    @property
    def wait(self) -> float:
        """Seconds of work accepted and not yet answered."""
        ...

    def submit(self, jobs: Sequence[Job]) -> list[Future]:
        """A future of each answer."""
        ...

    def tag(self, request: TagRequest) -> Future:
        """A future of the rows of whole threads."""
        ...


class LocalBackend:
    """The models in this process."""

    def __init__(self, models: Models, batcher: Batcher):
        from discourse.serve.threads import tag_threads  # much that processes without models need not load

        self._tag_threads = tag_threads
        self._models, self._batcher = models, batcher
        self.unknown = models.unknown
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="threads")
        self._tagging = 0
        self._counting = threading.Lock()

    @property
    def wait(self) -> float:
        """Seconds of work accepted and not yet answered."""
        return self._batcher.wait

    def submit(self, jobs: Sequence[Job]) -> list[Future]:
        """A future of each answer.

        Raises:
            Busy: they would wait too long.
        """
        return self._batcher.submit(jobs)

    def tag(self, request: TagRequest) -> Future:
        """A future of the rows of whole threads.

        Raises:
            Busy: too many are waiting.
        """
        with self._counting:
            if self._tagging > WAITING_THREADS:
                raise Busy(AGAIN)
            self._tagging += 1
        future = self._threads.submit(self._tag_threads, request, list(self._models.in_turns()))
        future.add_done_callback(self._tagged)
        return future

    def run(self) -> None:
        """Answers in this thread until it is closed, where the batcher has no thread of its own."""
        self._batcher.run()

    def _tagged(self, _: Future) -> None:
        with self._counting:
            self._tagging -= 1

    def close(self) -> None:
        """Does what was accepted, then ends."""
        self._threads.shutdown()
        self._batcher.close()


class Elsewhere(Exception):
    """What went wrong in the process that holds the models; `kind` names the exception there."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind


class RemoteBackend:
    """The models at the other end of a pipe; if that end is gone, this process ends too."""

    def __init__(self, pipe: Connection):
        self._pipe = pipe
        self.unknown: frozenset[str] = pipe.recv()
        self.wait = 0.0
        self._asked: dict[int, list[Future]] = {}
        self._count = 0
        threading.Thread(target=self._read, name="answers", daemon=True).start()

    def submit(self, jobs: Sequence[Job]) -> list[Future]:
        """A future of each answer."""
        return self._send("score", list(jobs), len(jobs))

    def tag(self, request: TagRequest) -> Future:
        """A future of the rows of whole threads."""
        return self._send("tag", request, 1)[0]

    def _send(self, what: str, value: object, count: int) -> list[Future]:
        futures: list[Future] = [Future() for _ in range(count)]
        self._count += 1
        self._asked[self._count] = futures
        self._pipe.send((self._count, what, value))
        return futures

    def _read(self) -> None:
        while True:
            try:
                number, wait, answers = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(1)
            self.wait = wait
            for future, (kind, value) in zip(self._asked.pop(number), answers, strict=True):
                if not future.set_running_or_notify_cancel():
                    continue
                if kind == "ok":
                    future.set_result(value)
                else:
                    future.set_exception(Busy(value) if kind == "busy" else Elsewhere(value))


class Host:
    """Does what a `RemoteBackend` at the other end of a pipe asks, until that end is gone."""

    def __init__(self, pipe: Connection, backend: LocalBackend):
        self._pipe, self._backend = pipe, backend
        self._sending = threading.Lock()
        pipe.send(backend.unknown)
        threading.Thread(target=self._serve, name="host", daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                number, what, value = self._pipe.recv()
            except (EOFError, OSError):
                return
            try:
                futures = self._backend.submit(value) if what == "score" else [self._backend.tag(value)]
            except Busy as busy:
                count = len(value) if what == "score" else 1
                self._send(number, [("busy", busy.seconds)] * count)
            else:
                self._when_done(number, futures)

    def _when_done(self, number: int, futures: list[Future]) -> None:
        left = len(futures)
        counting = threading.Lock()

        def done(_: Future) -> None:
            nonlocal left
            with counting:
                left -= 1
                last = left == 0
            if last:
                self._send(number, [_answer(future) for future in futures])

        for future in futures:
            future.add_done_callback(done)

    def _send(self, number: int, answers: list) -> None:
        try:
            with self._sending:
                self._pipe.send((number, self._backend.wait, answers))
        except OSError:
            pass  # the process that asked is gone, and its clients know


def _answer(future: Future) -> tuple[str, object]:
    error = future.exception()
    return ("ok", future.result()) if error is None else ("error", type(error).__name__)
