"""`review import`: the judgements of a file, found again among the comments of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from discourse.export.source import RunTables
from discourse.readers.intake import Intake
from discourse.readers.items import Reject, excerpt_of
from discourse.review import labelstudio, sheet, suggested
from discourse.review.judgements import Judgement, Rejected, text_key
from discourse.review.reading import records
from discourse.review.store import Stored, put
from discourse.schema import UnreadableSource

_UNKNOWN = "is no row of a sheet, no task of Label Studio and no line of suggested scores"
_ABSENT = "the run has no such comment"
_NO_KEY = "the run has no comment of that key, or it has another text now"
_CHANGED = "the comment has another text in the run"


@dataclass(frozen=True, slots=True)
class Imported:
    """An import: what was stored, and what was passed over, by what it was."""

    stored: Stored
    read: int
    skipped: Mapping[str, int]


def import_file(file: str | Path, folder: str | Path, intake: Intake | None = None) -> Imported:
    """Reads judgements and keeps them beside a run as human tags.

    Args:
        file: a sheet of `review sheet` filled in (its judgements are as old as the file), what Label Studio exports (JSON or JSON-MIN) of tasks of
            `export --to label-studio`, or lines of suggested scores.
        folder: the run folder.
        intake: counts what is read and rejected: entries, and of a sheet's rows that can be used else the cells that hold no answer.

    Raises:
        UnreadableSource: the file or the run is missing or damaged, or the file holds something else.
        UsageError: the human tags there are damaged, or cannot be written.
    """
    intake = Intake() if intake is None else intake
    run = RunTables.open(folder, partial=True)
    path = Path(file)
    found, skipped = _read(path, intake)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    found = [(n, j if j.key is None else replace(j, reviewed_at=written)) for n, j in found]
    if not found and not skipped and intake.n_rejected:
        raise UnreadableSource(f"{path}: nothing in it can be used: {intake.rejected.most_common(1)[0][0]}")
    named = _named(run, path, found, intake)
    return Imported(put(run.run.folder, named), intake.read, Counter(skipped))


def _read(path: Path, intake: Intake) -> tuple[list[tuple[int, Judgement]], list[str]]:
    found: list[tuple[int, Judgement]] = []
    skipped: list[str] = []
    for number, record in records(path, intake, sheet.KEY):
        intake.read += 1
        try:
            if record is None:
                raise Rejected("is no JSON object")
            form = next((f for f in _FORMS if f[0](record)), None)
            if form is None:
                raise Rejected(_UNKNOWN)
            found += [(number, j) for j in form[1](record, skipped) if j.says_something or j.wrong]
        except Rejected as error:
            _reject(intake, path, number, str(error), record or "" if error.what is None else error.what)
    return found, skipped


_FORMS = (
    (sheet.is_sheet, sheet.judgements),
    (labelstudio.is_task, labelstudio.judgements),
    (suggested.is_suggestion, suggested.judgements),
)


def _named(
    run: RunTables, path: Path, found: Sequence[tuple[int, Judgement]], intake: Intake
) -> list[Judgement]:
    """The judgements whose comment the run has, each with its ids.

    One that gives a text alone is of the first comment with that text.
    """
    ids = {(j.article_id, j.comment_id) for _, j in found if j.comment_id is not None}
    keys = {j.key for _, j in found if j.key is not None}
    texts = {text_key(j.text) for _, j in found if j.comment_id is None and j.key is None}
    by_id: dict[tuple, str] = {}
    by_key: dict[str, tuple[str, str, str, str | None]] = {}
    by_text: dict[str, tuple[str, str]] = {}
    for part in run.parts("comments"):
        names = ("article_id", "comment_id", "text", "target")
        for article, comment, text, target in zip(*(part.column(n).to_pylist() for n in names), strict=True):
            if (article, comment) in ids:
                by_id[article, comment] = text_key(text)
            if texts and (key := text_key(text)) in texts:
                by_text.setdefault(key, (article, comment))
            if keys and (key := sheet.key_of(article, comment, text)) in keys:
                by_key[key] = (article, comment, text, target)
    named = []
    for number, judgement in found:
        own = text_key(judgement.text)
        if judgement.key is not None:
            *place, text, target = by_key.get(judgement.key, (None, None, "", None))
            place, reason = place if place[0] is not None else None, _NO_KEY
            shown = judgement.target and text_key(judgement.target.removeprefix("'"))
            same = shown is not None and shown == text_key((target or "").removeprefix("'"))
            judgement = replace(judgement, text=text, target=target if same else judgement.target)
        elif judgement.comment_id is None:
            place, reason = by_text.get(own), _ABSENT
        else:
            place = (judgement.article_id, judgement.comment_id)
            reason = _ABSENT if place not in by_id else _CHANGED
            place = place if by_id.get(place) == own else None
        if place is None:
            _reject(intake, path, number, reason, judgement.text or judgement.place or judgement.key)
            continue
        for wrong in judgement.wrong:
            _reject(intake, path, number, wrong, judgement.place or judgement.key)
        if judgement.says_something:
            named.append(replace(judgement, article_id=place[0], comment_id=place[1]))
    return named


def _reject(intake: Intake, path: Path, number: int, reason: str, what: object) -> None:
    intake.reject(Reject(str(path), number, reason, excerpt_of(what)))
