"""Human tags beside a run: `human/tags.parquet` and `human/spans.parquet` in its folder.

A row of tags is what one reviewer says of one comment, null where nothing was said. A judgement of the same
reviewer on the same comment replaces the one before, unless it is older; suggested scores, which come one
attribute at a time, and sheets, of which a column may be left out, are put together field by field. Scoring the run again leaves both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.batch.files import explained, make_folder, write_atomic
from discourse.review.judgements import SCORES, SHEET, SUGGESTED, Judgement, Marked, text_key
from discourse.schema import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "human"
LOCK = "import.lock"
WAIT = 60.0  # seconds for another import into the same run
_KEY = ("article_id", "comment_id", "origin", "reviewer")
Key = tuple[str, str, str, str]
Row = tuple[dict, tuple[Marked, ...]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the judgements: `total` is what stands there now."""

    total: int
    added: int
    updated: int


def schemas() -> Mapping[str, pa.Schema]:
    """The columns of the two tables."""
    import pyarrow as pa

    key = [pa.field(name, pa.string(), nullable=False) for name in _KEY]
    return {
        "tags": pa.schema(
            [
                *key,
                pa.field("target", pa.string()),
                pa.field("stance_article", pa.string()),
                pa.field("stance_parent", pa.string()),
                pa.field("toxic", pa.bool_()),
                *(pa.field(name, pa.float32()) for name in SCORES),
                pa.field("n_spans", pa.int32()),
                pa.field("reviewed_at", pa.timestamp("us", tz="UTC")),
                pa.field("text_key", pa.string(), nullable=False),
            ]
        ),
        "spans": pa.schema(
            [
                *key,
                pa.field("start", pa.int32(), nullable=False),
                pa.field("end", pa.int32(), nullable=False),
                pa.field("surface", pa.string(), nullable=False),
                pa.field("canonical", pa.string()),
                pa.field("kind", pa.string(), nullable=False),
            ]
        ),
    }


def put(folder: Path, found: Iterable[Judgement]) -> Stored:
    """Adds judgements, each with its ids, to those of a run, all or none; one import at a time.

    Raises:
        UsageError: the files there are damaged, or cannot be written, or another import does not end.
    """
    with _alone(folder):
        known = read(folder)
        added, updated = set(), set()
        for judgement in found:
            key: Key = (judgement.article_id, judgement.comment_id, judgement.origin, judgement.reviewer)
            row = _row(key, judgement)
            before = known.get(key)
            if before is None:
                added.add(key)
            elif _said(row := _joined(before, row)) != _said(before):
                updated.add(key)
            known[key] = row
        _write(folder, known)
    return Stored(len(known), len(added), len(updated - added))


def read(folder: Path) -> dict[Key, Row]:
    """The human tags of a run: a row of tags and the marks, by article, comment, origin and reviewer.

    Raises:
        UsageError: the files there are damaged.
    """
    import pyarrow.parquet as pq

    tables = {}
    for name in schemas():
        path = folder / FOLDER / f"{name}.parquet"
        if not path.exists():
            return {}
        try:
            tables[name] = pq.read_table(path).cast(schemas()[name]).to_pylist()
        except (OSError, ValueError) as error:
            raise UsageError(
                f"{path}: is damaged ({str(error).splitlines()[0]}); "
                f"remove {folder / FOLDER} and import the files again"
            ) from error
    spans: dict[Key, list[Marked]] = {}
    for row in tables["spans"]:
        key = tuple(row.pop(name) for name in _KEY)
        spans.setdefault(key, []).append(Marked(**row))
    made = {}
    for row in tables["tags"]:
        key = tuple(row[name] for name in _KEY)
        made[key] = (row, tuple(spans.get(key, ())))
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the human tags of a run for one import, over reading and writing; waits for another's end."""
    from filelock import FileLock, Timeout

    make_folder(folder / FOLDER)
    lock = FileLock(folder / FOLDER / LOCK)
    with explained(folder / FOLDER):
        try:
            lock.acquire(timeout=WAIT)
        except Timeout:
            raise UsageError(
                f"{folder}: another import into this run is at work; wait for it and start the same line again"
            ) from None
    try:
        yield
    finally:
        lock.release()


def _row(key: Key, judgement: Judgement) -> Row:
    import numpy as np

    spans = judgement.spans
    scores = {name: judgement.scores.get(name) for name in SCORES}
    return dict(zip(_KEY, key, strict=True)) | {
        "target": judgement.target,
        "stance_article": judgement.stance_article,
        "stance_parent": judgement.stance_parent,
        "toxic": judgement.toxic,
        **{name: None if v is None else float(np.float32(v)) for name, v in scores.items()},
        "n_spans": None if spans is None else len(spans),
        "reviewed_at": judgement.reviewed_at,
        "text_key": text_key(judgement.text),
    }, spans or ()


def _joined(before: Row, new: Row) -> Row:
    """What stands after a judgement that comes upon another of the same reviewer.

    The later one, or the new one where a time is missing, replaces the other. Suggested scores and sheets of the same text
    fill what the later one left open.
    """
    first, last = (new, before) if _older(new[0], before[0]) else (before, new)
    if last[0]["origin"] not in (SUGGESTED, SHEET) or first[0]["text_key"] != last[0]["text_key"]:
        return last
    row = {name: first[0][name] if value is None else value for name, value in last[0].items()}
    return row, last[1] or first[1]


def _said(row: Row) -> Row:
    """A row without its time: what it says."""
    return {name: value for name, value in row[0].items() if name != "reviewed_at"}, row[1]


def _older(row: Mapping, before: Mapping) -> bool:
    mine, theirs = row["reviewed_at"], before["reviewed_at"]
    return mine is not None and theirs is not None and mine < theirs


def _write(folder: Path, known: Mapping[Key, Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("start", "end", "surface", "canonical", "kind")
    rows: dict[str, list[dict]] = {"spans": [], "tags": []}
    for key in sorted(known):
        row, spans = known[key]
        rows["tags"].append(row)
        ids = dict(zip(_KEY, key, strict=True))
        rows["spans"] += [ids | {name: getattr(span, name) for name in names} for span in spans]
    for name, schema in schemas().items():
        table = pa.Table.from_pylist(rows[name], schema=schema)
        write_atomic(
            folder / FOLDER / f"{name}.parquet", lambda file, table=table: pq.write_table(table, file)
        )
