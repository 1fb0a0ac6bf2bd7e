"""A run folder read back: its manifest, and its tagged discussions in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pyarrow.parquet as pq

from discourse.batch.extras import read_back
from discourse.batch.files import read_json
from discourse.batch.names import MANIFEST, PLAN, SHARDS, TABLES, TOOL, WORK
from discourse.batch.scoring import NOTES, part_path
from discourse.schema import Article, Comment, Discussion, Span, Tags, UnreadableSource, UsageError

_ARTICLE = tuple(f.name for f in fields(Article))
_COMMENT = tuple(f.name for f in fields(Comment) if f.name != "extra")
NOT_THERE = "the run is not complete: the article and its first comments are not scored yet"
_SPAN = tuple(f.name for f in fields(Span))
_TAGS = tuple(f.name for f in fields(Tags))


def no_run(folder: Path) -> str:
    """What to say of a path that is no run: whether there is a folder at all, and how a run is made."""
    if folder.is_dir():
        return f"{folder}: no run folder: there is no {MANIFEST} in it; name the folder that `discourse score` wrote to"
    if folder.exists():
        return f"{folder}: no run folder but a file; name the folder that `discourse score` wrote to"
    return f"{folder}: there is no such folder; `discourse score SOURCE --out {folder}` makes a run there"


def refuse_run(source: object) -> None:
    """Refuses a run folder where comments are to be read: its files would be read as tables of their own.

    Raises:
        UsageError: the source is a run folder.
    """
    if isinstance(source, str | Path) and Path(source).is_dir() and Run.is_run(source):
        raise UsageError(
            f"{source}: is a run folder, its comments are scored already: `discourse report {source}` shows it, "
            f"`discourse export {source} DEST --to parquet` hands it on; to score anew, name what it was made of"
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run."""

    folder: Path
    manifest: Mapping

    @staticmethod
    def is_run(path: object) -> bool:
        """True for the path of a folder that `discourse score` made, complete or not."""
        if not isinstance(path, str | Path):
            return False
        folder = Path(path)
        if (folder / WORK / PLAN).is_file() or (folder / WORK / SHARDS).is_dir():
            return True
        try:
            tool = (read_json(folder / MANIFEST) or {}).get("tool")
        except UsageError:
            return False
        return isinstance(tool, Mapping) and tool.get("name") == TOOL

    @classmethod
    def open(cls, folder: str | Path, *, partial: bool = False, advice: str = "") -> Run:
        """The run in a folder; `partial` accepts one that is not complete, as far as it goes.

        `advice` is what else can be done with one that is not complete, added to the message that refuses it.

        Raises:
            UnreadableSource: there is no run, it is not complete, or a part of it is missing.
            UsageError: its manifest is damaged.
        """
        folder = Path(folder)
        if not cls.is_run(folder):
            raise UnreadableSource(no_run(folder))
        manifest = read_json(folder / MANIFEST)
        if not partial and not (manifest or {}).get("complete"):
            raise UnreadableSource(
                f"{folder}: the run is not complete; start its `discourse score` line again to go on with it{advice}"
            )
        run = cls(folder, manifest or {"complete": False})
        if not partial and (lost := run.missing_part()) is not None:
            raise UnreadableSource(
                f"{lost}: missing from a complete run; put it back, or score again with --fresh"
            )
        return run

    def missing_part(self) -> Path | None:
        """The first part that a complete run should hold and does not."""
        if not self.manifest.get("complete"):
            return None
        planned = range(self.manifest.get("shards", {}).get("planned", 0))
        paths = (part_path(self.folder, table, number) for number in planned for table in TABLES)
        return next((path for path in paths if not path.is_file()), None)

    @property
    def target(self) -> str | None:
        """What `--target` was, None where each article gave its own."""
        return self.manifest.get("parameters", {}).get("target")

    @property
    def stance_model(self) -> str | None:
        """The stance checkpoint that was asked for, None for the bundled one."""
        model = self.manifest.get("models", {}).get("stance", {}).get("model")
        return None if model is None or model.endswith("(bundled)") else model

    def discussions(self) -> Iterator[Discussion]:
        """The tagged discussions in the order of the sources, each whole.

        One part of the run is held at a time, and one discussion.

        Raises:
            UnreadableSource: a part is missing or damaged.
        """
        held: Discussion | None = None
        for piece in self.pieces():
            if held is not None and _goes_on(held, piece):
                held = replace(
                    held,
                    comments=held.comments + piece.comments,
                    tags=held.tags + piece.tags,
                    spans=held.spans + piece.spans,
                )
                continue
            if held is not None:
                yield held
            held = piece
        if held is not None:
            yield held

    def pieces(self) -> Iterator[Discussion]:
        """The tagged discussions, those of more than one part in pieces: the same article, comments going on.

        In a run that is not complete, comments whose article lies in a part that is not there yet come
        under an article that is known by its id alone, with a note.

        Raises:
            UnreadableSource: a part is missing or damaged.
        """
        article: Article | None = None
        notes: tuple[str, ...] = ()
        position = -1  # of the article's last comment
        for number in self._numbers():
            articles, rows, extras, spans = self._part(number)
            upcoming = deque(articles)
            for group in _groups(rows):
                first, last = rows[group.start], rows[group.stop - 1]
                known = article is not None and first["article_id"] == article.article_id
                if not known or first["position"] != position + 1:
                    if any(found.article_id == first["article_id"] for found, _ in upcoming):
                        article, notes = upcoming.popleft()
                        while article.article_id != first["article_id"]:
                            yield Discussion(article, notes=notes)
                            article, notes = upcoming.popleft()
                    elif not known:  # it begins in a part that is not there yet
                        article, notes = Article(first["article_id"], None, ""), (NOT_THERE,)
                mine = slice(group.start, group.stop)
                yield _piece(article, notes, rows[mine], extras[mine], spans)
                notes, position = (), last["position"]
            for article, notes in upcoming:
                yield Discussion(article, notes=notes)
                notes, position = (), -1

    def _numbers(self) -> list[int]:
        found = (self.folder / "comments").glob("part-*.parquet")
        return sorted(int(path.stem.removeprefix("part-")) for path in found)

    def _part(self, number: int):
        try:
            articles, comments, spans = (
                pq.read_table(part_path(self.folder, table, number)) for table in TABLES
            )
        except (OSError, ValueError) as error:
            raise UnreadableSource(
                f"{self.folder}: part {number} is missing or damaged ({str(error).splitlines()[0]}); "
                "score it again with --fresh"
            ) from error
        rows = comments.to_pylist()
        by_comment: dict[tuple[str, str], list[Span]] = {}
        for row in spans.to_pylist():
            span = Span(**{name: row[name] for name in _SPAN})
            by_comment.setdefault((row["article_id"], span.comment_id), []).append(span)
        made = [
            (Article(**{name: row[name] for name in _ARTICLE}), tuple((row[NOTES] or "").splitlines()))
            for row in articles.to_pylist()
        ]
        return made, rows, [read_back(comments.schema, row) for row in rows], by_comment


def _groups(rows: list[dict]) -> Iterator[range]:
    """Runs of rows of one discussion: of one article, in rising position."""
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or (
            rows[i]["article_id"] != rows[i - 1]["article_id"]
            or rows[i]["position"] <= rows[i - 1]["position"]
        ):
            if i > start:
                yield range(start, i)
            start = i


def _piece(
    article: Article, notes: tuple[str, ...], rows: list[dict], extras: list[dict], spans: dict
) -> Discussion:
    return Discussion(
        article=article,
        comments=tuple(
            Comment(**{name: row[name] for name in _COMMENT}, extra=extra)
            for row, extra in zip(rows, extras, strict=True)
        ),
        tags=tuple(Tags(**{name: row[name] for name in _TAGS}) for row in rows),
        spans=tuple(span for row in rows for span in spans.get((row["article_id"], row["comment_id"]), ())),
        notes=notes,
    )


def _goes_on(held: Discussion, piece: Discussion) -> bool:
    last = held.comments[-1].position if held.comments else -1
    return held.article == piece.article and bool(piece.comments) and piece.comments[0].position == last + 1
