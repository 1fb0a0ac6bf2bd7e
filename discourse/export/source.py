"""The tables of a run, part by part: what every export reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.batch.names import PLAN, TABLES, WORK
from discourse.batch.run import Run
from discourse.schema import UnreadableSource, UsageError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class PartRows:
    """One part of a run: articles by id, comments in order, spans by (`article_id`, `comment_id`).

    The article of a comment is missing only where the run is not complete.
    """

    articles: Mapping[str, dict]
    comments: Sequence[dict]
    spans: Mapping[tuple[str, str], list[dict]]


@dataclass(frozen=True)
class RunTables:
    """The three tables of a run, one part of some thousand rows in memory at a time."""

    run: Run
    numbers: tuple[int, ...]

    @classmethod
    def open(cls, folder: str | Path, *, partial: bool = False) -> RunTables:
        """The tables of the run in a folder; `partial` takes what there is of one that is not complete.

        Raises:
            UnreadableSource: there is no run, it is not complete, or nothing of it is scored yet.
            UsageError: its manifest is damaged.
        """
        run = Run.open(folder, partial=partial, advice=", or take it as far as it goes with --partial")
        parts = sorted(
            int(path.stem.removeprefix("part-")) for path in (run.folder / "comments").glob("part-*.parquet")
        )
        if not parts:
            raise UnreadableSource(
                f"{folder}: nothing of the run is scored yet; start its `discourse score` line again"
            )
        return cls(run, tuple(parts))

    @property
    def complete(self) -> bool:
        """True for a run with all its parts."""
        return bool(self.run.manifest.get("complete"))

    @cached_property
    def run_id(self) -> str:
        """What names the run: the fingerprint of its sources, models and parameters."""
        known = self.run.manifest.get("fingerprint")
        if known:
            return known
        try:
            plan = (self.run.folder / WORK / PLAN).read_text(encoding="utf-8")
            return hashlib.sha256(
                json.dumps(json.loads(plan)["fingerprint"], sort_keys=True).encode()
            ).hexdigest()
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"{self.run.folder}: the plan of the run cannot be read ({error}); score it again with --fresh"
            ) from error

    @property
    def record(self) -> Mapping[str, object]:
        """The run as a row: `run_id`, `written`, `tool_version`, `complete`, `target`, `manifest` (JSON)."""
        manifest = self.run.manifest
        return {
            "run_id": self.run_id,
            "written": manifest.get("written"),
            "tool_version": manifest.get("tool", {}).get("version"),
            "complete": self.complete,
            "target": self.run.target,
            "manifest": json.dumps(manifest, ensure_ascii=False),
        }

    def schema(self, table: str) -> pa.Schema:
        """The columns of a table."""
        return self.part(table, self.numbers[0]).schema

    def parts(self, table: str) -> Iterator[pa.Table]:
        """The parts of a table in the order of the sources."""
        for number in self.numbers:
            yield self.part(table, number)

    def repeated(self) -> int:
        """How many articles have an id that another article of the run has too."""
        ids: set[str] = set()
        count = 0
        for part in self.parts("articles"):
            own = part.column("article_id").to_pylist()
            ids.update(own)
            count += len(own)
        return count - len(ids)

    def rows(self) -> Iterator[PartRows]:
        """The parts as rows, each with the articles its comments stand under.

        Raises:
            UnreadableSource: a part is missing or damaged.
        """
        goes_on: dict[str, dict] = {}  # the article that the part before ended in
        for number in self.numbers:
            articles = goes_on | {row["article_id"]: row for row in self.part("articles", number).to_pylist()}
            comments = self.part("comments", number).to_pylist()
            spans: dict[tuple[str, str], list[dict]] = {}
            for row in self.part("spans", number).to_pylist():
                spans.setdefault((row["article_id"], row["comment_id"]), []).append(row)
            yield PartRows(articles, comments, spans)
            if comments:
                last = comments[-1]["article_id"]
                goes_on = {last: articles[last]} if last in articles else {}

    def part(self, table: str, number: int) -> pa.Table:
        """One part of a table.

        Raises:
            UnreadableSource: it is missing or damaged.
        """
        import pyarrow.parquet as pq

        assert table in TABLES, table
        try:
            return pq.ParquetFile(self.run.folder / table / f"part-{number:06d}.parquet").read()
        except (OSError, ValueError) as error:
            raise UnreadableSource(
                f"{self.run.folder}: part {number} of {table} is missing or damaged "
                f"({str(error).splitlines()[0]}); score it again with --fresh"
            ) from error
