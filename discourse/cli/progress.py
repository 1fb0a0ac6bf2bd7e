"""How a run is watched: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager

from discourse.cli.messages import HEARTBEAT, say
from discourse.schema.counts import plural
from discourse.schema.durations import duration

ENDING = "finishing the shards in hand, then the run can be gone on with; press Ctrl-C again to end at once"


@contextmanager
def watching(*, quiet: bool):
    """A watcher of a run: a bar on a terminal, elsewhere a line every half minute, or nothing."""
    from discourse.batch import Silent

    if quiet:
        yield Silent()
    elif sys.stderr.isatty():
        with _Bar() as watcher:
            yield watcher
    else:
        with _Lines() as watcher:
            yield watcher


class _Bar:
    """A progress bar with rate and time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=Console(stderr=True),
            speed_estimate_period=300,
        )
        self._pace = _Pace()
        self._task = None
        self._unit = "comment"

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def reading(self, intake) -> None:
        intake.on_news = lambda news: self._bar.console.print(f"discourse: {news}", markup=False)
        self._task = self._bar.add_task("reading the sources", total=None, count="")

    def counting(self, unit: str) -> None:
        self._unit = unit

    def scoring(self, done: int, total: int, rejected: int) -> None:
        self._pace.note(done)
        count = f"{done:,} of {counted(total, self._unit)}"
        if self._pace.rate:
            count += f", {pace(self._pace.rate)}"
        if rejected:
            count += f", {rejected:,} rejected"
        if self._pace.first:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task("tagging", total=total, completed=done, count=count)
        self._bar.update(self._task, completed=done, count=count)

    def interrupted(self) -> None:
        self._bar.console.print(f"discourse: {ENDING}", markup=False, highlight=False, soft_wrap=True)


class _Lines:
    """A line every half minute."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._pace = _Pace()
        self._unit = "comment"
        self._say = lambda: "looking at the sources"

    def __enter__(self) -> _Lines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def reading(self, intake) -> None:
        intake.on_news = say
        self._say = lambda: f"reading the sources, {plural(intake.read, 'comment')} so far"

    def counting(self, unit: str) -> None:
        self._unit = unit

    def scoring(self, done: int, total: int, rejected: int) -> None:
        self._pace.note(done)
        parts = [f"tagged {done:,} of {counted(total, self._unit)}"]
        if self._pace.rate:
            parts.append(pace(self._pace.rate))
            if done < total:
                parts.append(f"{duration((total - done) / self._pace.rate)} left")
        if rejected:
            parts.append(f"{rejected:,} rejected")
        self._say = lambda: ", ".join(parts)

    def interrupted(self) -> None:
        say(ENDING)

    def _tick(self) -> None:
        while not self._over.wait(HEARTBEAT):
            say(self._say())


class _Pace:
    """Comments (or lines) a second since the first note."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self._start: tuple[float, int] | None = None
        self._notes = 0

    @property
    def first(self) -> bool:
        return self._notes == 1

    def note(self, done: int) -> None:
        now = time.monotonic()
        self._notes += 1
        if self._start is None:
            self._start = (now, done)
        elif now > self._start[0]:
            self.rate = (done - self._start[1]) / (now - self._start[0])


def counted(number: int, unit: str) -> str:
    """A number of what a run's progress counts: "136 lines", "2,136 comments and lines"."""
    return f"{number:,} comments and lines" if " or " in unit else plural(number, unit)


def pace(rate: float) -> str:
    """Comments a second for reading."""
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
