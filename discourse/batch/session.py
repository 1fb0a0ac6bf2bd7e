"""A run from its sources to a complete folder: planned, scored shard by shard, finished; or gone on with.

Nothing counts before it is recorded: a shard's parts are written under temporary names, put on disk
and renamed, and only then does the journal say so. Whatever ends the process, the same call goes on.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from discourse import __version__
from discourse.batch import files
from discourse.batch.engines import leave_if_worker, open_engine
from discourse.batch.fingerprint import (
    MODELS,
    Spool,
    changed_since,
    differences,
    digest,
    fingerprint,
    hash_sources,
    is_stream,
    model_entry,
    parameters,
    spool,
    thresholds,
)
from discourse.batch.names import JOURNAL, LOCK, MANIFEST, OURS, OWNER, REJECTS, TABLES, TOOL, WORK
from discourse.batch.plan import Plan, RejectsWhilePlanning, make_plan, pack_intake, unpack_intake
from discourse.batch.run import Run, refuse_run
from discourse.batch.scoring import Job, part_path, write_rejects
from discourse.batch.settings import Outcome, Settings, Silent, Watcher
from discourse.batch.totals import Totals, plan_rejects
from discourse.nn.devices import check_device
from discourse.readers import FlatPage, Intake, stream
from discourse.readers.names import ArticleIds, kept_apart
from discourse.readers.source import all_or_none
from discourse.schema import Discussion, UnreadableSource, UsageError
from discourse.taggers.backends import begun_with, choose_backend, run_by
from discourse.taggers.given import check_models

FORMAT = 1
SPOOL = "stream-"


def score(
    sources: Sequence[str],
    out: str | Path,
    settings: Settings | None = None,
    *,
    fresh: bool = False,
    watcher: Watcher | None = None,
) -> Outcome:
    """Scores sources into a run folder, or goes on with what a former call left there.

    While shards are scored, an interrupt (SIGINT) ends the call after those in hand, with `complete`
    False; a second one ends it at once, as KeyboardInterrupt. Neither loses anything that was recorded.

    Args:
        sources: files, folders, globs, archives, or "-" for standard input.
        out: the run folder; new, empty, or of the same run.
        settings: how the run is made.
        fresh: start over, whatever the folder holds of a run.
        watcher: is told how it gets on.

    Raises:
        UnreadableSource: a source is missing, cannot be read, or changed while it was read.
        UsageError: the folder holds something else, cannot be written, or is in use; there is no such device; the program has
            workers and starts the run without the guard `if __name__ == "__main__":`.
        ModelError: a model is missing or damaged.
    """
    leave_if_worker()
    settings, watcher = settings or Settings(), watcher or Silent()
    if settings.workers < 1:
        raise UsageError(f"--workers {settings.workers}: give 1 or more")
    check_device(settings.device, here=settings.engine == "local")
    if settings.backend is not None:
        choose_backend(settings.backend, settings.models, settings.device)
    check_models({name: _spec(settings, name) for name in MODELS})
    for source in sources:
        refuse_run(source)
    folder = Path(out)
    entries = hash_sources(sources, folder)
    models = {name: model_entry(name, _spec(settings, name)) for name in MODELS}
    _check(folder)
    files.make_folder(folder)
    with files.locked(folder):
        return _Session(folder, sources, entries, models, settings, watcher).run(fresh)


def _spec(settings: Settings, name: str) -> str | None:
    return settings.structure_model if name == "structure" else settings.models.get(name)


def _check(folder: Path) -> None:
    """Refuses a folder that holds something else than a run."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; give --out a folder")
    with files.explained(folder):
        found = sorted(p.name for p in folder.iterdir()) if folder.exists() else []
    strange = [name for name in found if name not in (LOCK, OWNER, WORK)]
    if strange and not Run.is_run(folder):
        raise UsageError(f"{folder}: holds other files ({strange[0]}, ...); give --out a new folder")


@dataclass(slots=True)
class _Session:
    """One call of `score`, while it holds the folder."""

    folder: Path
    sources: Sequence[str]
    entries: list[dict]
    models: dict[str, dict]
    settings: Settings
    watcher: Watcher

    def run(self, fresh: bool) -> Outcome:
        journal = files.Journal(self.folder / JOURNAL)
        files.make_folder(self.folder / WORK)
        manifest = None if fresh else files.read_json(self.folder / MANIFEST)
        plan = None if fresh else Plan.load(self.folder)
        known = plan.fingerprint if plan else _known(manifest)
        complete = manifest is not None and bool(manifest.get("complete"))
        asked = self.settings
        self._spool_streams()
        identity = self._fingerprint(self._run_by(known, complete))
        found = [] if known is None else differences(known, identity)
        if found and not complete and not any("shard" in record for record in journal):
            plan, self.settings = None, asked  # nothing is scored yet: a start that failed binds to nothing
            identity = self._fingerprint(self._run_by(None, complete))
        elif found:
            raise UsageError(
                f"{self.folder}: holds another run: {'; '.join(found)}; "
                "give --out another folder, or start over with --fresh"
            )
        if complete:
            if (lost := Run(self.folder, manifest).missing_part()) is not None:
                raise UsageError(
                    f"{lost}: missing from a complete run; put it back, or start over with --fresh"
                )
            files.remove(self.folder / WORK)
            return Outcome(manifest, unpack_intake(manifest["intake"]), True, 0, already=True)
        if plan is None:
            self._clear_work()
            plan = self._plan(identity)
        journal.mend()
        with _interrupts(self.watcher) as stop:
            scored, complete = self._score(plan, journal, stop)
        return self._close(plan, journal, scored, complete)

    def _clear_rows(self) -> None:
        for name in sorted(OURS - {LOCK, OWNER, WORK}):
            files.remove(self.folder / name)

    def _clear_work(self) -> None:
        for path in (self.folder / WORK).glob("*"):
            if not path.name.startswith(SPOOL):
                files.remove(path)
        files.make_folder(self.folder / WORK)

    def _run_by(self, known: Mapping | None, complete: bool) -> dict:
        """What runs the models, as parameters: what is asked for, else what the run began with, else our choice."""
        recorded = (known or {}).get("parameters", {})
        if self.settings.backend is None and complete and "backend" in recorded:
            return {name: recorded[name] for name in ("backend", "weight_limit") if name in recorded}
        if self.settings.backend is None and "backend" in recorded:
            backend = begun_with(recorded["backend"], str(self.folder), self.settings.device)
        else:
            backend = choose_backend(self.settings.backend, self.settings.models, self.settings.device)
        self.settings = replace(self.settings, backend=backend)
        return run_by(backend)

    def _spool_streams(self) -> None:
        for place, source in enumerate(self.sources):
            if is_stream(source):
                self.entries.append(spool(source, self._spooled(place)))

    def _fingerprint(self, backend: Mapping[str, object]) -> dict:
        shown = [{key: entry[key] for key in ("path", "bytes", "sha256")} for entry in self.entries]
        chosen = parameters(
            self.settings.options,
            target=self.settings.target,
            toxicity_threshold=self.settings.toxicity_threshold,
            run_by=backend,
        )
        return fingerprint(shown, self.models, chosen)

    def _spooled(self, place: int) -> Path:
        return self.folder / WORK / f"{SPOOL}{place}"

    def _plan(self, identity: dict) -> Plan:
        with RejectsWhilePlanning(self.folder) as rejects, all_or_none(self.sources, "scored"):
            intake = Intake(on_reject=rejects.write)
            self.watcher.reading(intake)
            plan = make_plan(
                self.folder,
                self._items(intake),
                intake,
                identity,
                rebuild=self.settings.options.rebuild,
                shard_comments=self.settings.shard_comments,
            )
        if (changed := changed_since(self.entries)) is not None:
            raise UnreadableSource(
                f"{changed}: changed while it was read; start the same line again once it is at rest"
            )
        self._clear_rows()  # not before: a source that cannot be read must not cost the run that was there
        plan.save(self.folder)
        for place in range(len(self.sources)):
            files.remove(self._spooled(place))
        return plan

    def _items(self, intake: Intake) -> Iterator[Discussion | FlatPage]:
        ids = ArticleIds() if len(self.sources) > 1 else None
        for place, source in enumerate(self.sources):
            with ExitStack() as opened:
                if self._spooled(place).exists():
                    source = opened.enter_context(Spool(self._spooled(place), source))
                found = stream(source, self.settings.options, intake)
                yield from found if ids is None else kept_apart(found, ids, intake)

    def _score(self, plan: Plan, journal: files.Journal, stop: threading.Event) -> tuple[int, bool]:
        """Scores what is not done; gives the number of comments scored now, and whether all is done."""
        for table in TABLES:
            files.make_folder(self.folder / table)
            files.sweep(self.folder / table)
        here = [{p.name for p in (self.folder / table).iterdir()} for table in TABLES]
        finished, rejected = set(), plan_rejects(plan)
        for record in journal:
            number = record.get("shard")
            if number in finished or number is None:
                continue
            if all(part_path(self.folder, "", number).name in names for names in here):
                finished.add(number)
                rejected += len(record["rejects"])
        done = sum(plan.costs[number] for number in finished)
        self.watcher.counting(plan.unit)
        self.watcher.scoring(done, plan.total, rejected)
        todo = deque(number for number in range(len(plan.costs)) if number not in finished)
        if not todo:
            return 0, True
        if not (self.folder / MANIFEST).is_file():
            files.write_json(self.folder / MANIFEST, self._manifest(plan, journal, complete=False))
        journal.append({"session": _now(), "engine": self.settings.engine, "workers": self.settings.workers})
        engine = open_engine(self.settings.engine, self._job(plan), self.settings.workers)
        scored = 0
        try:
            while True:
                while todo and engine.free and not stop.is_set():
                    engine.submit(todo.popleft())
                if not engine.busy:
                    return scored, not todo
                for record in engine.results():
                    journal.append(record | {"finished": _now()})
                    scored += record["comments"]
                    done += plan.costs[record["shard"]]
                    rejected += len(record["rejects"])
                    self.watcher.scoring(done, plan.total, rejected)
        finally:
            engine.close()

    def _job(self, plan: Plan) -> Job:
        models = tuple(
            sorted((name, self.settings.models.get(name)) for name in MODELS if name != "structure")
        )
        return Job(
            folder=self.folder,
            extras=plan.extras,
            models=models,
            structure_model=self.settings.structure_model,
            target=self.settings.target,
            toxicity_threshold=self.settings.toxicity_threshold,
            device=self.settings.device,
            backend=self.settings.backend,
            load=self.settings.load,
        )

    def _close(self, plan: Plan, journal: files.Journal, scored: int, complete: bool) -> Outcome:
        totals = Totals.of(journal, plan)
        if complete:
            write_rejects(self.folder / REJECTS, self.folder / WORK / REJECTS, totals.rejects_by_shard)
        manifest = self._manifest(plan, journal, complete=complete, totals=totals)
        files.write_json(self.folder / MANIFEST, manifest)
        if complete:
            files.remove(self.folder / WORK)
        return Outcome(manifest, totals.intake, complete, scored)

    def _manifest(
        self, plan: Plan, journal: files.Journal, *, complete: bool, totals: Totals | None = None
    ) -> dict:
        totals = totals or Totals.of(journal, plan)
        known = plan.fingerprint
        return {
            "format": FORMAT,
            "tool": {"name": TOOL, "version": __version__},
            "complete": complete,
            "written": _now(),
            "models": known["models"],
            "parameters": known["parameters"],
            "thresholds": thresholds(self.settings.models, self.settings.toxicity_threshold),
            "sources": known["sources"],
            "counts": totals.counts,
            "intake": pack_intake(totals.intake),
            "shards": {"planned": len(plan.costs), "done": totals.shards},
            "extra_columns": dict(plan.extras),
            "fingerprint": digest(known),
        }


def _known(manifest: Mapping | None) -> dict | None:
    """The fingerprint of the run that a manifest tells of."""
    if manifest is None:
        return None
    version = manifest.get("tool", {}).get("version")
    return {"tool_version": version} | {n: manifest.get(n, {}) for n in ("models", "parameters", "sources")}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def _interrupts(watcher: Watcher) -> Iterator[threading.Event]:
    """An event that the first SIGINT sets, and tells; the second one raises KeyboardInterrupt."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_interrupt(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        with suppress(RuntimeError):  # the signal came while the same stream was written to
            watcher.interrupted()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
