"""One shard, from its input to its part of the run's tables: the work that every engine hands out."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from discourse.batch.extras import Extras
from discourse.batch.files import write_atomic
from discourse.batch.memo import with_memory
from discourse.batch.plan import pack_intake, shard_path
from discourse.batch.records import read_shard, unpack
from discourse.batch.tagging import tag_readings
from discourse.nn.threads import use_threads
from discourse.readers import FlatPage, Intake
from discourse.readers.clean import clean_line
from discourse.readers.inferred import count_links, count_page
from discourse.schema import Article, Comment, DiscourseError, Discussion, Span, Tags
from discourse.schema.tables import ARTICLE_SCHEMA, SPAN_SCHEMA, TAGGED_COMMENT_SCHEMA
from discourse.taggers.base import Reading, Tagger
from discourse.taggers.pipeline import readings_of
from discourse.taggers.target import find_target

NOTES = "notes"
ARTICLE_PART = pa.schema([*ARTICLE_SCHEMA, pa.field(NOTES, pa.string())])
SPAN_PART = pa.schema([*SPAN_SCHEMA, pa.field("article_id", pa.string(), nullable=False)])
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to know to score shards of a run; travels to other processes and machines."""

    folder: Path
    extras: Mapping[str, str] = field(default_factory=dict)
    models: tuple[tuple[str, str | None], ...] = ()
    structure_model: str | None = None
    target: str | None = None
    toxicity_threshold: float | None = None
    device: str = "cpu"
    backend: str = "torch"
    threads: int | None = None
    load: Callable[[Job], Sequence[Tagger]] | None = None


def load_taggers(job: Job) -> Sequence[Tagger]:
    """The taggers of a job.

    Raises:
        ModelError: a checkpoint is missing or damaged.
    """
    from discourse.taggers.pipeline import Taggers

    return Taggers.load(dict(job.models), job.device, job.backend, job.toxicity_threshold).taggers


def part_path(folder: Path, table: str, number: int) -> Path:
    """Where a shard's part of a table lies."""
    return folder / table / f"part-{number:06d}.parquet"


@dataclass(slots=True)
class _Part:
    """What a shard comes to."""

    articles: list[tuple[Article, tuple[str, ...]]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    rejects: list[dict] = field(default_factory=list)
    sources: list[str | None] = field(default_factory=list)  # of each comment
    intake: Intake = field(default_factory=Intake)
    begun: int = 0

    def begin(self, article: Article, notes: tuple[str, ...] | None) -> None:
        """An article begins; without `notes`, one that a shard before this has."""
        self.begun += 1
        if notes is not None:
            self.articles.append((article, notes))

    def add(self, comment: Comment, reading: Reading, source: str | None) -> None:
        """Adds a comment; the ids that taggers see are kept apart by article."""
        self.comments.append(comment)
        parent = None if reading.parent_id is None else f"{self.begun}/{reading.parent_id}"
        own = f"{self.begun}/{reading.comment_id}"
        self.readings.append(replace(reading, comment_id=own, parent_id=parent))
        self.sources.append(source)

    def reject(self, source: str | None, line: int | None, reason: str, excerpt: str) -> None:
        self.rejects.append(
            {"source": source or "", "line": line, "reason": reason, "excerpt": excerpt[:EXCERPT]}
        )


class Scorer:
    """Scores shards of one run; the models are loaded with the first one."""

    def __init__(self, job: Job):
        self.job = job
        if job.threads:
            use_threads(job.threads)
        self._taggers: list[Tagger] | None = None
        self._extras = Extras(job.extras)

    def score(self, number: int) -> dict:
        """Writes a shard's part of each table and gives the record for the journal.

        Raises:
            ModelError: a model is missing, damaged, or fails on everything.
            UsageError: the run folder cannot be written.
        """
        started, cpu = time.monotonic(), time.process_time()
        part = self._read(number)
        if self._taggers is None:
            self._taggers = [with_memory(tagger) for tagger in (self.job.load or load_taggers)(self.job)]
        tags, spans, failures = tag_readings(self._taggers, part.readings)
        for failure in failures:
            comment = part.comments[failure.place]
            part.reject(
                part.sources[failure.place],
                comment.line_start,
                f"not tagged: tagger {failure.tagger} raised {failure.error}",
                f"{comment.comment_id}: {comment.text}",
            )
        self._write(number, part, tags, spans)
        return {
            "shard": number,
            "articles": len(part.articles),
            "comments": len(part.comments),
            "spans": len(spans),
            "labels": count_labels(tags),
            "rejects": part.rejects,
            "intake": pack_intake(part.intake),
            "seconds": round(time.monotonic() - started, 3),
            "cpu": round(time.process_time() - cpu, 3),
        }

    def _read(self, number: int) -> _Part:
        part, article, target = _Part(), None, None
        for row in read_shard(shard_path(self.job.folder, number)):
            value, branch = unpack(row)
            if row.kind == "page":
                self._take_page(value, part)
            elif row.kind == "unlinked":
                self._take_unlinked(value, part)
            elif row.kind == "comment":
                own = value.extra.get("target")
                reading = Reading(
                    value.comment_id,
                    value.text,
                    branch,
                    str(own) if own else target,
                    value.parent_id,
                    value.parent_confidence,
                )
                part.add(value, reading, article.source)
            else:
                article, told = value, row.kind == "continued"
                target = self._target_of(value, part, told)
                part.begin(article, () if not told else None)
        return part

    def _take_page(self, page: FlatPage, part: _Part) -> None:
        try:
            discussion: Discussion = _parser(self.job.structure_model).rebuild(page)
        except (DiscourseError, OSError, MemoryError):
            raise
        except Exception as error:  # whatever a model makes of a hostile page
            excerpt = page.title or (page.lines[0].text if page.lines else "")
            part.reject(page.source, None, f"not rebuilt: {_said(error)}", excerpt)
            return
        count_page(discussion, part.intake)
        self._take(discussion, part)

    def _take_unlinked(self, discussion: Discussion, part: _Part) -> None:
        from discourse.structure.relink import relink

        article = discussion.article
        try:
            discussion = relink(discussion, _parser(self.job.structure_model))
            count_links(discussion, part.intake)
        except (DiscourseError, OSError, MemoryError):
            raise
        except Exception as error:  # the comments stay, top level as the source has them
            reason = f"links not rebuilt: {_said(error)}"
            part.reject(article.source, article.line_start, reason, article.title or article.text)
        self._take(discussion, part)

    def _take(self, discussion: Discussion, part: _Part) -> None:
        part.begin(discussion.article, discussion.notes)
        readings = readings_of(discussion, self._target_of(discussion.article, part))
        for comment, reading in zip(discussion.comments, readings, strict=True):
            part.add(comment, reading, discussion.article.source)

    def _target_of(self, article: Article, part: _Part, told: bool = False) -> str | None:
        """What stance is measured toward; an article that gives none is rejected once, if not `told` before."""
        if self.job.target:
            return self.job.target
        try:
            return find_target(article)
        except Exception as error:  # whatever a hostile text makes of the patterns
            if told:
                return None
            reason = f"no target found: {_said(error)}"
            part.reject(article.source, article.line_start, reason, article.title or article.text)
            return None

    def _write(self, number: int, part: _Part, tags: Sequence[Tags], spans: Sequence[Span]) -> None:
        fields = self._extras.fields()
        comments = [
            _row(comment) | asdict(own) | self._extras.row(_untaken(comment.extra, own))
            for comment, own in zip(part.comments, tags, strict=True)
        ]
        articles = [asdict(a) | {NOTES: "\n".join(notes) or None} for a, notes in part.articles]
        for table, rows, schema in (
            ("articles", articles, ARTICLE_PART),
            ("spans", _span_rows(part, spans), SPAN_PART),
            ("comments", comments, pa.schema([*TAGGED_COMMENT_SCHEMA, *fields])),
        ):
            made = pa.Table.from_pylist(rows, schema=schema)
            path = part_path(self.job.folder, table, number)
            write_atomic(path, lambda file, made=made: pq.write_table(made, file, compression="zstd"))


def _row(comment: Comment) -> dict[str, object]:
    return {name: getattr(comment, name) for name in Comment.__dataclass_fields__ if name != "extra"}


def _span_rows(part: _Part, spans: Sequence[Span]) -> list[dict[str, object]]:
    """The spans under their comments' own ids, in the order of the comments."""
    place = {reading.comment_id: i for i, reading in enumerate(part.readings)}
    ordered = sorted((place[span.comment_id], span.start, i) for i, span in enumerate(spans))
    return [
        asdict(spans[i])
        | {"comment_id": part.comments[n].comment_id, "article_id": part.comments[n].article_id}
        for n, _, i in ordered
    ]


def _untaken(extra: Mapping[str, object], tags: Tags) -> Mapping[str, object]:
    """The extra values, without the row's own target where the tags have taken it over."""
    if extra.get("target") is None or str(extra["target"]) != tags.target:
        return extra
    return {name: value for name, value in extra.items() if name != "target"}


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {clean_line(str(error))[:200]}"


def count_labels(tags: Iterable[Tags]) -> dict[str, dict[str, int]]:
    """How many comments have each label; "untagged" where there should be one and is none."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("stance_article", "stance_parent", "toxic", "masked")
    }
    for tag in tags:
        if tag.stance_article is not None:
            counts["stance_article"][tag.stance_article] += 1
        if tag.stance_parent is not None:
            counts["stance_parent"][tag.stance_parent] += 1
        if tag.toxic is not None:
            counts["toxic"]["toxic" if tag.toxic else "not toxic"] += 1
        if tag.n_masked is not None:
            counts["masked"]["masked profanity" if tag.n_masked else "none"] += 1
    return {name: dict(sorted(count.items())) for name, count in counts.items()}


@lru_cache(maxsize=2)
def _parser(spec: str | None):
    from discourse.structure.rebuild import StructureParser

    return StructureParser.load(spec)


def write_rejects(path: Path, planned: Path, records: Iterable[Mapping]) -> int:
    """Writes all rejects, those of planning first, then by shard; gives how many there are."""
    count = 0

    def fill(file) -> None:
        nonlocal count
        if planned.is_file():
            with planned.open("rb") as before:
                for line in before:
                    count += 1
                    file.write(line)
        for record in records:
            for reject in record["rejects"]:
                count += 1
                file.write(json.dumps(reject, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    write_atomic(path, fill)
    return count
