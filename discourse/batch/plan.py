"""The plan of a run: its sources read once, cut into shards that each can be scored alone."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from discourse.batch.branches import Branches
from discourse.batch.extras import Extras
from discourse.batch.files import explained, make_folder, read_json, remove, write_json
from discourse.batch.names import PLAN, REJECTS, SHARDS, WORK
from discourse.batch.records import Row, pack, write_shard
from discourse.readers import FlatPage, Intake, Reject
from discourse.readers.inferred import lacks_links
from discourse.schema import Article, Discussion

SHARD_COMMENTS = 2000  # of a shard: what a crash may cost, and what length-sorted batches are packed from
FIRST_SHARD = 250  # the first four; the next four twice as many, and so on: small runs have work for all
SHARD_CHARACTERS = 8_000_000
LONGEST_THREAD = 20_000  # comments; a thread is tagged as a whole, a longer one in pieces


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is cut: what each shard costs, in comments (of a flat page: its lines, `lines` of them in all)."""

    costs: tuple[int, ...]
    extras: Mapping[str, str]
    intake: Mapping[str, object]
    fingerprint: Mapping[str, object]
    lines: int = 0

    @property
    def total(self) -> int:
        """The cost of all shards."""
        return sum(self.costs)

    @property
    def unit(self) -> str:
        """What the cost counts, in the singular: how many comments a flat page has is not known before it is scored."""
        if not self.lines:
            return "comment"
        return "line" if self.lines == self.total else "comment or line"

    @classmethod
    def load(cls, folder: Path) -> Plan | None:
        """The plan of a run folder, None where none was completed.

        Raises:
            UsageError: it is damaged.
        """
        stored = read_json(folder / WORK / PLAN)
        if stored is None:
            return None
        return cls(
            tuple(stored["costs"]),
            stored["extras"],
            stored["intake"],
            stored["fingerprint"],
            stored.get("lines", 0),
        )

    def save(self, folder: Path) -> None:
        """Stores the plan; from then on the run goes on from it."""
        content = {f.name: getattr(self, f.name) for f in fields(self)}
        write_json(folder / WORK / PLAN, content)


def shard_path(folder: Path, number: int) -> Path:
    """Where a shard's input lies."""
    return folder / WORK / SHARDS / f"{number:06d}.parquet"


def make_plan(
    folder: Path,
    items: Iterable[Discussion | FlatPage],
    intake: Intake,
    fingerprint: Mapping[str, object],
    *,
    rebuild: bool = False,
    shard_comments: int = SHARD_COMMENTS,
) -> Plan:
    """Reads all items, writes them as shards, and gives the plan (not stored yet).

    `rebuild` asks for the links of discussions whose source gives none; they are found when the shard
    is scored.

    Raises:
        UsageError: the folder cannot be written.
    """
    remove(folder / WORK / SHARDS)
    make_folder(folder / WORK / SHARDS)
    cutter = _Cutter(folder, shard_comments, rebuild)
    try:
        for item in items:
            cutter.add(item)
        cutter.finish()
    finally:
        cutter.branches.clear()
    return Plan(tuple(cutter.costs), cutter.extras.kinds, pack_intake(intake), fingerprint, cutter.lines)


class _Cutter:
    """Fills one shard after the other, with whole threads."""

    def __init__(self, folder: Path, size: int, rebuild: bool):
        self.folder, self.size, self.rebuild = folder, size, rebuild
        self.costs: list[int] = []
        self.lines = 0  # of flat pages
        self.extras = Extras()
        self.branches = Branches(folder / WORK / "branches.sqlite")
        self._rows: list[Row] = []
        self._cost = self._characters = 0
        self._thread: list[Row] = []
        self._article: Article | None = None
        self._next_position = 0

    def add(self, item: Discussion | FlatPage) -> None:
        if isinstance(item, FlatPage):
            cost = max(1, len(item.lines))
            self.lines += cost
            self._alone(pack("page", item), cost)
        elif self.rebuild and lacks_links(item):
            for comment in item.comments:
                self.extras.learn(comment.extra)
            self._alone(pack("unlinked", item), len(item.comments))
        else:
            self._add_linked(item)

    def finish(self) -> None:
        self._end_thread()
        if self._rows or not self.costs:
            self._write()

    def _alone(self, row: Row, cost: int) -> None:
        self._end_thread()
        self._article = None
        self._put([row], cost)

    def _add_linked(self, item: Discussion) -> None:
        first = item.comments[0].position if item.comments else 0
        if item.article != self._article or first != self._next_position:
            self._end_thread()
            self.branches.clear()
            self._article = None  # the shard before may end here: it is not this article that goes on
            self._put([pack("article", item.article)], 0)
            self._article, self._next_position = item.article, first
        for comment in item.comments:
            if comment.parent_id is None or len(self._thread) >= LONGEST_THREAD:
                self._end_thread()
            branch = self.branches.add(comment.comment_id, comment.parent_id, comment.text)
            self.extras.learn(comment.extra)
            self._thread.append(pack("comment", comment, branch))
            self._next_position = comment.position + 1

    def _end_thread(self) -> None:
        if self._thread:
            rows, self._thread = self._thread, []
            self._put(rows, len(rows))

    def _put(self, rows: list[Row], cost: int) -> None:
        characters = sum(len(row.record) for row in rows)
        size = min(self.size, FIRST_SHARD << min(len(self.costs) // 4, 16))
        full = self._cost + cost > size or self._characters + characters > SHARD_CHARACTERS
        if self._rows and full:
            self._write()
            if self._article is not None:
                self._rows.append(pack("continued", self._article))
        self._rows += rows
        self._cost += cost
        self._characters += characters

    def _write(self) -> None:
        write_shard(shard_path(self.folder, len(self.costs)), self._rows)
        self.costs.append(self._cost)
        self._rows, self._cost, self._characters = [], 0, 0


def pack_intake(intake: Intake) -> dict:
    """The counts of an intake as plain JSON; its rejects lie in their own file."""
    kept = {}
    for field in fields(intake):
        value = getattr(intake, field.name)
        if isinstance(value, Counter):
            kept[field.name] = dict(value)
        elif isinstance(value, int) or field.name == "notes":
            kept[field.name] = value
    return kept


def unpack_intake(stored: Mapping[str, object]) -> Intake:
    """The intake that `pack_intake` was given."""
    intake = Intake()
    for name, value in stored.items():
        setattr(intake, name, Counter(value) if isinstance(value, dict) else value)
    return intake


def sum_intakes(first: Intake, stored: Mapping[str, object]) -> None:
    """Adds the counts of a stored intake to `first`."""
    other = unpack_intake(stored)
    for field in fields(first):
        value = getattr(other, field.name)
        if isinstance(value, Counter):
            getattr(first, field.name).update(value)
        elif isinstance(value, int) and field.name != "keep":
            setattr(first, field.name, getattr(first, field.name) + value)
    for note in other.notes:
        first.note(note)


class RejectsWhilePlanning:
    """The file of rejects that takes what reading the sources cannot keep; on disk when it is closed."""

    def __init__(self, folder: Path):
        self.path = folder / WORK / REJECTS

    def __enter__(self) -> RejectsWhilePlanning:
        with explained(self.path):
            self._file = self.path.open("w", encoding="utf-8", errors="replace")
        return self

    def write(self, reject: Reject) -> None:
        """Adds a reject.

        Raises:
            UsageError: the file cannot be written.
        """
        with explained(self.path):
            self._file.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")

    def __exit__(self, *_: object) -> None:
        with explained(self.path):
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            finally:
                self._file.close()
