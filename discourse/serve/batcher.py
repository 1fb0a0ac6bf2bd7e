"""Putting texts of many requests together: a thread that asks the taggers, and a queue bounded in seconds."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from discourse.schema import DiscourseError

Job = tuple[str, str]  # what is asked (a name in `ask`), and the text
Ask = Callable[[Sequence[str]], Sequence[object]]

BATCH = 64  # texts asked about together, at most
BATCH_COST = 16_000  # work of a batch, in characters; a longer text is a batch of its own
OVERHEAD = 40  # characters of work that a text costs besides its own
FIRST_GUESS = 1e-4  # seconds of work per character, until it is measured
AWAKE = 0.2  # seconds
SMOOTHING = 0.2  # weight of the newest measurement


class Busy(Exception):
    """More work is waiting than may; `seconds` until there is room."""

    def __init__(self, seconds: float):
        super().__init__(f"more work is waiting than may; again in {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    cost: float
    future: Future


class Batcher:
    """Answers texts in batches, first come first served.

    What waits is measured in seconds of work, from how long batches of late took: a text that would wait
    longer than `longest_wait` is refused, so that those accepted are answered in bounded time. Without
    a thread of its own, somebody has to call `run`.
    """

    def __init__(
        self,
        ask: Mapping[str, Ask],
        *,
        longest_wait: float = 2.0,
        gather: float = 0.004,
        on_batch: Callable[[int, float], None] | None = None,
        own_thread: bool = True,
    ):
        self.ask, self.longest_wait, self.gather = ask, longest_wait, gather
        self.on_batch = on_batch
        self._pace = dict.fromkeys(ask, FIRST_GUESS)
        self._waiting: deque[_Waiting] = deque()
        self._cost = dict.fromkeys(ask, 0.0)  # of what waits or is asked about now
        self._changed = threading.Condition()
        self._closing = False
        self._thread = None
        if own_thread:
            self._thread = threading.Thread(target=self.run, name="batcher", daemon=True)
            self._thread.start()

    @property
    def wait(self) -> float:
        """Seconds of work accepted and not yet answered."""
        return sum(self._cost[kind] * self._pace[kind] for kind in self.ask)

    def submit(self, jobs: Sequence[Job]) -> list[Future]:
        """A future for each job: what its `ask` gives, or the exception that the text caused.

        Raises:
            Busy: they would wait too long; none of them is accepted.
        """
        new = [_Waiting(job, len(job[1]) + OVERHEAD, Future()) for job in jobs]
        with self._changed:
            if (wait := self.wait) > self.longest_wait or self._closing:
                raise Busy(wait - self.longest_wait / 2)
            for item in new:
                self._cost[item.job[0]] += item.cost
            self._waiting.extend(new)
            self._changed.notify()
        return [item.future for item in new]

    def close(self) -> None:
        """Answers what waits, then ends."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _next(self) -> list[_Waiting]:
        """The next batch; empty at the end."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait(AWAKE)  # a signal that comes just before would wait for ever otherwise
            if not self._waiting:
                return []
            until = time.monotonic() + self.gather
            while len(self._waiting) < BATCH and not self._closing:
                if (left := until - time.monotonic()) <= 0 or not self._changed.wait(left):
                    break
            batch, cost = [], 0.0
            while self._waiting and len(batch) < BATCH:
                cost += self._waiting[0].cost
                if batch and cost > BATCH_COST:
                    break
                batch.append(self._waiting.popleft())
            return batch

    def run(self) -> None:
        """Answers until it is closed and nothing waits."""
        while batch := self._next():
            for kind, ask in self.ask.items():
                if mine := [item for item in batch if item.job[0] == kind]:
                    self._answer(kind, ask, mine)

    def _answer(self, kind: str, ask: Ask, items: list[_Waiting]) -> None:
        started = time.monotonic()
        try:
            answers = isolated(ask, [item.job[1] for item in items])
        except BaseException as error:  # the machine's fault: nobody waits for ever
            answers = [error] * len(items)
        taken = time.monotonic() - started
        cost = sum(item.cost for item in items)
        with self._changed:
            self._cost[kind] = max(0.0, self._cost[kind] - cost)
            self._pace[kind] += SMOOTHING * (taken / cost - self._pace[kind])
        for item, answer in zip(items, answers, strict=True):
            if not item.future.set_running_or_notify_cancel():
                continue
            if isinstance(answer, BaseException):
                item.future.set_exception(answer)
            else:
                item.future.set_result(answer)
        if self.on_batch is not None:
            self.on_batch(len(items), taken)


def isolated(ask: Ask, texts: Sequence[str]) -> Sequence[object]:
    """What `ask` gives for each text; a text that makes it raise gets the exception, the others their answer.

    Raises:
        DiscourseError, OSError, MemoryError: the machine's fault or the model's, not a text's.
    """
    try:
        return ask(texts)
    except (DiscourseError, OSError, MemoryError):
        raise
    except Exception as error:  # whatever a model makes of a hostile text
        if len(texts) <= 1:
            return [error] * len(texts)
        middle = len(texts) // 2
        return [*isolated(ask, texts[:middle]), *isolated(ask, texts[middle:])]
