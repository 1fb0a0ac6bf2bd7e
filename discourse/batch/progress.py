"""How far a run is: done, left, rejected, and the time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from discourse.batch.files import Journal, is_locked, read_json
from discourse.batch.names import JOURNAL, MANIFEST
from discourse.batch.plan import Plan
from discourse.batch.run import Run, no_run
from discourse.batch.totals import Totals
from discourse.schema import UnreadableSource


@dataclass(frozen=True, slots=True)
class Status:
    """How far a run is. `done` and `total` count what `unit` says in the singular: "comment"; until the run is complete also
    "line" where its sources are flat pages, "comment or line" where some are.

    `state` is "complete", "running", "stopped" or "planning"; `rate` is comments a second of the last
    session and `seconds_left` what that rate needs for the rest, None where nothing is known.
    `rejected` counts the rejected rows by reason.
    """

    state: str
    done: int
    total: int
    shards_done: int
    shards: int
    counts: dict
    rejected: dict[str, int]
    rate: float | None
    seconds_left: float | None
    unit: str = "comment"


def status(folder: str | Path) -> Status:
    """How far the run in a folder is.

    Raises:
        UnreadableSource: there is no run in it.
        UsageError: its files are damaged.
    """
    folder = Path(folder)
    if not Run.is_run(folder):
        raise UnreadableSource(no_run(folder))
    manifest = read_json(folder / MANIFEST) or {}
    running = is_locked(folder)
    journal = Journal(folder / JOURNAL)
    if manifest.get("complete"):
        counts, shards = manifest["counts"], manifest["shards"]
        rejected = _reasons(manifest["intake"]["rejected"], journal)
        rate, _ = _pace(journal, None)
        n = counts["comments"]
        return Status("complete", n, n, shards["done"], shards["planned"], counts, rejected, rate, None)
    plan = Plan.load(folder)
    if plan is None:
        return Status("planning" if running else "stopped", 0, 0, 0, 0, {}, {}, None, None)
    totals = Totals.of(journal, plan)
    done = sum(plan.costs[number] for number in totals.done)
    rejected = _reasons(plan.intake["rejected"], journal)
    rate, pace = _pace(journal, plan)
    left = (plan.total - done) / pace if pace and done < plan.total else None
    state = "running" if running else "stopped"
    return Status(
        state,
        done,
        plan.total,
        totals.shards,
        len(plan.costs),
        totals.counts,
        rejected,
        rate,
        left,
        plan.unit,
    )


def _reasons(planned: dict[str, int], journal: Journal) -> dict[str, int]:
    found = dict(planned)
    for record in journal:
        for reject in record.get("rejects", ()):
            reason = reject["reason"].partition(":")[0]
            found[reason] = found.get(reason, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _pace(journal: Journal, plan: Plan | None) -> tuple[float | None, float | None]:
    """Comments, and planned cost, that the last session got through in a second."""
    start = end = None
    comments = cost = 0
    for record in journal:
        if "session" in record:
            start, end, comments, cost = _time(record["session"]), None, 0, 0
        elif "finished" in record:
            end = _time(record["finished"])
            comments += record["comments"]
            cost += plan.costs[record["shard"]] if plan else 0
    if start is None or end is None or end <= start:
        return None, None
    return comments / (end - start), cost / (end - start)


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
