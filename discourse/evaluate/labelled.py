"""Tables of labelled comments: rows with their gold as it stands, and who answers whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discourse.evaluate import gold
from discourse.readers.clean import clean_text
from discourse.readers.fields import string
from discourse.readers.files import Opened, open_files
from discourse.readers.formats import format_of, head_of_file
from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.items import Reject, SourceComment, excerpt_of
from discourse.readers.jsonvalues import Broken, json_values
from discourse.readers.markup import has_markup, html_to_text
from discourse.readers.place import Place
from discourse.readers.rows import NO_TEXT, NOT_A_ROW, RowReader, reject_hint
from discourse.readers.source import Source, source_name
from discourse.readers.tables import delimited_rows, parquet_rows
from discourse.readers.unpack import HEAD, SUFFIXES, head_of
from discourse.schema import UnreadableSource

KINDS = "JSON Lines, CSV, TSV and Parquet are read"
REASONS = 20  # kinds of unusable gold that are told apart


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled comment.

    `text` is what taggers read, `given` the text as the table has it; `gold` the cell of the gold column.
    `parent` is the index of the row answered, where the file holds it; `parent_text` what that comment
    says. `unit` is what the row is resampled with, None where the table names nothing.
    """

    source: str
    where: int
    text: str
    given: str
    gold: object
    target: str | None
    parent: int | None
    parent_text: str | None
    parent_confidence: float
    unit: tuple | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """The rows of a source, the columns that hold their gold, and what `unit` was read from."""

    rows: list[Row]
    columns: tuple[str, ...]
    units: str | None


def raw_rows(
    source: Source, options: ReadOptions, names: Mapping[str, str], intake: Intake
) -> Iterator[tuple[Place, list[tuple[int, Mapping]]]]:
    """Each table of a source with its rows as they stand; rows that cannot be read are rejects.

    Raises:
        UnreadableSource: the source is missing, damaged, or no table.
    """
    columns = {*options.map.values(), *names.values(), *gold.NAMES}
    for file in open_files(source, intake):
        intake.files += 1
        rows: list[tuple[int, Mapping]] = []
        place = Place(file.name, file.page_id, options, intake)
        for number, row in _values(file, place, columns):
            if isinstance(row, Mapping):
                rows.append((number, row))
                continue
            intake.read += 1
            reason, excerpt = (row.reason, row.excerpt) if isinstance(row, Broken) else (NOT_A_ROW, row)
            intake.reject(place.at(number).reject(reason, excerpt))
        yield place, rows


def _values(file: Opened, place: Place, columns: set[str]) -> Iterator[tuple[int, object]]:
    name = file.name
    while name.lower().endswith(SUFFIXES):
        name = name.rpartition(".")[0]
    head = head_of_file(file.stream, name, columns)
    if not head.data.strip():
        raise UnreadableSource(f"{file.name}: empty: nothing to read")
    kind = format_of(head).name
    if kind == "Parquet":
        return parquet_rows(file.stream, place)
    if kind == "table":
        return delimited_rows(file.stream, place)
    if kind == "JSON":
        lined = name.lower().endswith((".jsonl", ".ndjson"))
        return json_values(file.stream, head_of(file.stream, HEAD), place.intake, lined=lined)
    raise UnreadableSource(f"{file.name}: {kind}, and no table of labelled comments: {KINDS}")


def read_labelled(
    source: Source, task: str, options: ReadOptions, names: Mapping[str, str], intake: Intake
) -> Labelled:
    """The labelled comments of a source, all in memory.

    Args:
        source: a table, or a folder, glob or archive of tables, or "-".
        task: one of `gold.TASKS`, but structure.
        options: which columns the contract's names are read from.
        names: the same for gold and what goes with it (`gold.NAMES`).
        intake: counts rows read and rejected.

    Raises:
        UnreadableSource: it is missing, damaged, or no table, or holds no comment.
        UsageError: a column is missing.
    """
    rows: list[Row] = []
    used: dict[str, None] = {}
    units: dict[str, None] = {}
    for place, found in raw_rows(source, options, names, intake):
        if not found:
            continue
        columns = list(dict.fromkeys(str(column) for _, row in found for column in row))
        table = _Table(place, columns, gold.gold_column(task, columns, names, place.source), names)
        used[table.gold] = None
        units[table.units or ""] = None
        rows += table.rows(found, len(rows))
    if not rows:
        reasons = f" ({', '.join(intake.rejected)}){reject_hint(intake)}" if intake.rejected else ""
        raise UnreadableSource(f"{source_name(source)}: holds no labelled comment{reasons}")
    return Labelled(rows, tuple(used), next(iter(units)) or None if len(units) == 1 else None)


class _Table:
    """Reads the rows of one table."""

    def __init__(self, place: Place, columns: list[str], column: str, names: Mapping[str, str]) -> None:
        self.place, self.gold, self.names = place, column, names
        self.reader = RowReader(columns, place)
        self.known = {c.strip().lower(): c for c in reversed(columns)}
        self.columns = columns
        self.parent_text = self._column("parent_text")
        self.unit = next((c for name in gold.UNITS if (c := self._column(name))), None)
        article = "article_id" in self.reader.columns
        self.units = self.unit or (self.reader.columns["article_id"] if article else None)

    def _column(self, name: str) -> str | None:
        if name in self.names:
            return gold.present(self.names[name], self.columns, self.place.source)
        return self.known.get(name)

    def rows(self, found: list[tuple[int, Mapping]], first: int) -> list[Row]:
        """The comments among the rows; parents are numbered from `first` on."""
        intake, kept = self.place.intake, []
        for number, row in found:
            for item in self.reader.items(row, self.place.at(number)):
                if isinstance(item, SourceComment | Reject):
                    intake.read += 1
                if isinstance(item, Reject):
                    intake.reject(item)
                elif isinstance(item, SourceComment):
                    kept.append((number, row, item))
        places: dict[tuple, int] = {}
        for i, (_, _, comment) in enumerate(kept):
            if comment.comment_id is not None:
                places.setdefault((comment.article_id, comment.comment_id), i)
        return [self._row(number, row, c, i, kept, places, first) for i, (number, row, c) in enumerate(kept)]

    def _row(self, number, row, comment, own: int, kept, places: dict[tuple, int], first: int) -> Row:
        parent = places.get((comment.article_id, comment.parent_id)) if comment.parent_id else None
        parent = None if parent == own else parent
        said = string(row.get(self.parent_text)) if self.parent_text else ""
        said = html_to_text(said, keep_newlines=True) if has_markup(said) else clean_text(said)
        if not said and parent is not None:
            said = kept[parent][2].text
        unit = row.get(self.unit) if self.unit else comment.article_id
        unit = None if gold.is_empty(unit) else (self.place.source, str(unit))
        confidence = comment.extra.get("parent_confidence", 1.0) if "parent_source" in row else 1.0
        return Row(
            source=self.place.source,
            where=number,
            text=comment.text,
            given=string(row.get(self.reader.columns.get("text", ""))),
            gold=row.get(self.gold),
            target=string(comment.extra.get("target")) or None,
            parent=None if parent is None else parent + first,
            parent_text=said or None,
            parent_confidence=confidence if isinstance(confidence, float) and parent is not None else 1.0,
            unit=unit,
        )


def usable(rows: Sequence[Row], answer: Callable[[Row], Any], intake: Intake) -> tuple[list[int], list]:
    """The indices of the rows with usable gold, and what `answer` makes of it; the others are rejects.

    `answer` gives None for a row that the question does not concern.

    Raises:
        UnreadableSource: no row can be used.
    """
    indices, answers = [], []
    for i, row in enumerate(rows):
        try:
            if not row.text:
                raise gold.Unusable(NO_TEXT)
            found = answer(row)
        except gold.Unusable as error:
            reject_row(row, str(error), intake)
            continue
        if found is not None:
            indices.append(i)
            answers.append(found)
    if not indices:
        reason = f": {intake.rejected.most_common(1)[0][0]}" if intake.rejected else ""
        raise UnreadableSource(f"{rows[0].source}: no row has gold that can be used{reason}")
    return indices, answers


def reject_row(row: Row, reason: str, intake: Intake) -> None:
    """Counts a row whose gold cannot be used; kinds of reason beyond `REASONS` count as one."""
    if reason not in intake.rejected and len(intake.rejected) >= REASONS:
        reason = "another label that is not known"
    intake.reject(Reject(row.source, row.where, reason, excerpt_of(string(row.gold) or row.given)))


def units_of(labelled: Labelled, rows: Sequence[Row]) -> tuple[list, str]:
    """What each row is resampled with, and what that is called: rows where the table names too little."""
    if labelled.units is not None and all(row.unit is not None for row in rows):
        units = [row.unit for row in rows]
        if len(set(units)) > 1:
            return units, labelled.units
    return list(range(len(rows))), "rows"
