"""Who scores the shards: this process, or several on this machine. Engines are handed shard numbers only."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import Protocol

from discourse.batch.scoring import Job, Scorer
from discourse.nn.threads import machine_threads
from discourse.schema import UsageError

ATTEMPTS = 3  # workers that a shard may take down before the run stops
WORKER = "discourse-worker"  # the name of our processes
UNGUARDED = 117  # the exit code of a worker that was about to start a run of its own
ENGINES = ("local", "ray")


class Engine(Protocol):
    """Takes shard numbers and gives their journal records, in any order."""

    @property
    def free(self) -> bool:
        """True while another shard can be taken."""
        ...

    @property
    def busy(self) -> bool:
        """True while a shard is in hand."""
        ...

    def submit(self, shard: int) -> None:
        """Takes a shard in hand."""
        ...

    def results(self) -> list[dict]:
        """Waits until something is done and gives the records; raises what a shard raised."""
        ...

    def close(self) -> None:
        """Ends all workers at once; shards still in hand are as if never begun."""
        ...


def share_of_threads(workers: int) -> int:
    """The threads of one of `workers` on this machine."""
    return max(1, machine_threads() // workers)


def open_engine(kind: str, job: Job, workers: int) -> Engine:
    """The engine of that kind: "local", "ray", or a "ray://" address.

    Raises:
        UsageError: there is no such engine, or it is not installed.
    """
    if kind == "ray" or kind.startswith("ray://"):
        from discourse.batch.ray_engine import RayEngine

        return RayEngine(job, workers, None if kind == "ray" else kind)
    if kind != "local":
        raise UsageError(f"no engine called {kind!r}: give local or ray")
    if workers == 1:
        return InProcess(job)
    return Processes(replace(job, threads=job.threads or share_of_threads(workers)), workers)


class InProcess:
    """Scores in this process, one shard after the other."""

    def __init__(self, job: Job):
        self._scorer = Scorer(job)
        self._shard: int | None = None

    @property
    def free(self) -> bool:
        return self._shard is None

    @property
    def busy(self) -> bool:
        return self._shard is not None

    def submit(self, shard: int) -> None:
        self._shard = shard

    def results(self) -> list[dict]:
        shard, self._shard = self._shard, None
        return [self._scorer.score(shard)]

    def close(self) -> None:
        pass


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.Process
    pipe: Connection
    shard: int | None = None


class Processes:
    """Scores in spawned processes. One that dies is replaced, and its shard handed out again."""

    def __init__(self, job: Job, workers: int):
        self._job, self._wanted = job, workers
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._attempts: dict[int, int] = {}

    @property
    def free(self) -> bool:
        return sum(w.shard is not None for w in self._workers) < self._wanted

    @property
    def busy(self) -> bool:
        return any(w.shard is not None for w in self._workers)

    def submit(self, shard: int) -> None:
        worker = next((w for w in self._workers if w.shard is None), None) or self._start()
        worker.shard = shard
        with suppress(OSError):  # a worker that died idle: `results` finds it and hands the shard on
            worker.pipe.send(shard)

    def results(self) -> list[dict]:
        working = [w for w in self._workers if w.shard is not None]
        ready = wait([w.pipe for w in working] + [w.process.sentinel for w in working])
        done = []
        for worker in working:
            if worker.pipe in ready or worker.process.sentinel in ready:
                try:
                    answer = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                if isinstance(answer, BaseException):
                    raise answer
                worker.shard = None
                done.append(answer)
        return done

    def close(self) -> None:
        for worker in self._workers:
            if worker.shard is not None:
                worker.process.kill()
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(10)
        self._workers.clear()

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(there, self._job), name=WORKER, daemon=True)
        with _interrupts_held():
            process.start()
        there.close()
        worker = _Worker(process, here)
        self._workers.append(worker)
        return worker

    def _replace(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.join(10)
        self._workers.remove(worker)
        if worker.process.exitcode == UNGUARDED:
            raise UsageError(
                "the program starts the run as soon as it is imported, and each worker imports it: "
                'put the call of `score` under `if __name__ == "__main__":`, or give workers=1'
            ) from None
        count_loss(self._attempts, worker.shard, f"exit code {worker.process.exitcode}")
        self.submit(worker.shard)


def leave_if_worker() -> None:
    """Ends a worker that is about to start a run of its own, as it does where it imports a program without a guard.

    Raises:
        SystemExit: this is a worker; the run's process says what is wrong, once.
    """
    if multiprocessing.current_process().name == WORKER:
        raise SystemExit(UNGUARDED)


def count_loss(attempts: dict[int, int], shard: int, how: str) -> None:
    """Notes that a worker was lost over a shard.

    Raises:
        UsageError: that was once too often.
    """
    attempts[shard] = attempts.get(shard, 0) + 1
    if attempts[shard] >= ATTEMPTS:
        raise UsageError(
            f"shard {shard} took down {ATTEMPTS} workers ({how}); that is most often too little memory: "
            "start the same line again with fewer --workers"
        )


def _serve(pipe: Connection, job: Job) -> None:
    """A worker's life: shard numbers in, records (or what went wrong) out, until the run's process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    scorer = Scorer(job)
    while True:
        try:
            shard = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: object = scorer.score(shard)
        except Exception as error:  # raised again in the run's process
            error.add_note(f"while scoring shard {shard}:\n{traceback.format_exc()}")
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception:  # an error that does not travel
            pipe.send(RuntimeError(f"{type(answer).__name__}: {answer}"))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keeps an interrupt from the process that is being started; this one gets it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
