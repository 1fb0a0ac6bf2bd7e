"""CSV, TSV and Parquet: rows as dictionaries, in bounded memory."""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from shutil import copyfileobj

from discourse.readers.clean import clean_start
from discourse.readers.dates import day_comes_first
from discourse.readers.jsonvalues import Broken
from discourse.readers.place import Place
from discourse.readers.rows import NAMES, NEVER_CLOSED, NOT_A_ROW, TOO_LONG
from discourse.readers.textlines import text_lines
from discourse.readers.unpack import HEAD, Peekable, head_of
from discourse.schema import UnreadableSource

MAX_CELL = 16 * 1024 * 1024  # characters
MAX_LINES = 5000  # of a row
_WARY = 64  # the same after a row that was broken; each whole row doubles it
_SAMPLE = 1000  # rows that show how a table writes its dates
_DELIMITERS = ",\t;|"

_HEADER = re.compile(r"[a-z_][a-z0-9_ .-]{0,40}")
_KNOWN = frozenset(column for names in NAMES.values() for column in names)
_RETURN = re.compile(r"(?<=\r)(?!\n)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_ADVICE = {
    NEVER_CLOSED: "it opens on line {}; close it, or write it twice where it belongs to the text",
    TOO_LONG: "it begins on line {}; cut it, or close its quotation mark where it should end",
}

Row = dict[str, object]


def looks_like_table(text: str, name: str, columns: Iterable[str] = ()) -> bool:
    """True for delimited text with a header: by suffix, or by what the first lines hold.

    A header names two columns that we read (or one of `columns`), or one where it looks like nothing
    but a header and the next lines have as many cells.
    """
    if name.lower().endswith((".csv", ".tsv", ".tab")):
        return True
    lines = [line for line in text.lstrip("\ufeff").splitlines()[:4] if line.strip()]
    if len(lines) < 2 or len(lines[0]) > 5000:
        return False
    delimiter = delimiter_of("\n".join(lines), name)
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines[:3], delimiter=delimiter)]
    header = {cell.lower() for cell in rows[0]} if rows else set()
    if len(header) < 2:
        return False
    if header & {column.lower() for column in columns} or len(header & _KNOWN) >= 2:
        return True
    plain = all(_HEADER.fullmatch(cell) for cell in rows[0])
    return plain and bool(header & _KNOWN) and len({len(row) for row in rows}) == 1


def hides_a_table(text: str) -> bool:
    """True for text that could be a table none of whose columns is known: three or more single words over as many cells."""
    lines = [line for line in text[:20_000].lstrip("\ufeff").splitlines()[:4] if line.strip()]
    if len(lines) < 2:
        return False
    rows = list(csv.reader(lines, delimiter=delimiter_of("\n".join(lines), "")))
    words = all(re.fullmatch(r"[^\W\d][\w.-]{0,40}", cell.strip()) for cell in rows[0])
    return words and len(rows[0]) >= 3 and {len(row) for row in rows} == {len(rows[0])}


def delimiter_of(text: str, name: str) -> str:
    """The delimiter of a table: the one that gives the header and the next line equally many cells."""
    lines = [line for line in text.lstrip("\ufeff").splitlines()[:2] if line]
    if not lines or name.lower().endswith((".tsv", ".tab")) and "\t" in lines[0]:
        return "\t"
    counts = Counter({d: len(next(csv.reader(lines[:1], delimiter=d))) for d in _DELIMITERS})
    return max(_DELIMITERS, key=lambda d: (counts[d], d == ","))


def delimited_rows(stream: Peekable, place: Place) -> Iterator[tuple[int, Row | Broken]]:
    """(line, row) of a CSV or TSV file; `Broken` for a row that no rule makes sense of.

    Repeated headers get a number; cells beyond the header are named by their place. A note says where the
    first broken row of each kind is broken.
    """
    head = head_of(stream, HEAD)
    lines = text_lines(stream, head, place.intake)
    start = list(islice(lines, 50))
    csv.field_size_limit(MAX_CELL)
    source = chain.from_iterable(map(_RETURN.split, chain(start, lines)))
    delimiter = delimiter_of("".join(start), place.source)
    raw = _Lines((line for line in source if line), delimiter)
    reader = csv.reader(raw, delimiter=delimiter)
    header: list[str] | None = None
    told: set[str] = set()
    while True:
        line, reason = raw.begin(), None
        try:
            cells = next(reader, None)
            if cells is not None and header is not None and raw.swallowed(cells, len(header)):
                reason = NEVER_CLOSED
        except _TooManyLines:
            reason = NEVER_CLOSED
        except csv.Error:
            reason = TOO_LONG
        if reason is not None:
            at, excerpt = raw.opening(reason)
            if reason not in told:
                place.intake.note(f"{place.source}: {reason}: {_ADVICE[reason].format(f'{at:,}')}")
                told.add(reason)
            yield line, Broken(reason, excerpt)
            raw.give_back()
            reader = csv.reader(raw, delimiter=delimiter)
            continue
        if cells is None:
            return
        if not any(cells):
            continue
        if header is None:
            header = _unique(cells, place)
            continue
        yield line, _row(header, cells, place)


class _TooManyLines(csv.Error):
    """A row goes on for more lines than any row has."""


class _Lines:
    """The lines of a table, of which those can be had again that a quotation mark without an end took in."""

    def __init__(self, lines: Iterator[str], delimiter: str) -> None:
        self._lines, self._again, self._delimiter = lines, deque(), delimiter
        self._row: list[str] = []  # the lines of the row that is being read
        self._count, self._ended, self._most = 0, False, MAX_LINES
        self._open = False  # the row was cut off inside its last cell

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._row) >= self._most:
            self._open = True
            raise _TooManyLines
        if self._again:
            line = self._again.popleft()
        elif (line := next(self._lines, None)) is None:
            self._ended = self._open = True
            raise StopIteration
        self._row.append(line)
        self._count += 1
        return line

    def begin(self) -> int:
        """Begins a row; gives the number of its first line."""
        self._row, self._open, self._most = [], False, min(2 * self._most, MAX_LINES)
        return self._count + 1

    def swallowed(self, cells: list[str], columns: int) -> bool:
        """True where a quotation mark of the row that was read is never closed, so that it took in the rows below."""
        if len(self._row) < 2:
            return False
        if self._ended:  # the row asked for another line
            return True
        if len(cells) == columns and self._well_quoted():
            return False
        below = self._row[1:]
        rows = sum(len(next(csv.reader([line], delimiter=self._delimiter), ())) == columns for line in below)
        return 2 * rows >= len(below) or len(cells) < columns and len(below) > 50

    def _well_quoted(self) -> bool:
        try:
            return bool(list(csv.reader(self._row, delimiter=self._delimiter, strict=True)))
        except csv.Error:
            return False

    def opening(self, reason: str) -> tuple[int, str]:
        """(number, start) of the line on which the cell begins that broke the row."""
        place = 0
        whole = self._row[:-1] if reason == TOO_LONG else self._row  # what can be parsed again
        if whole and (self._open or reason == TOO_LONG):
            last = next(csv.reader(whole, delimiter=self._delimiter))[-1]
            place = len(whole) - max(len(_LINE.findall(last)), 1)
        return self._count - len(self._row) + 1 + place, self._row[place][:200]

    def give_back(self) -> None:
        """Has all lines of the row read again but the first."""
        self._count, self._ended = self._count - len(self._row) + 1, False
        self._again.extendleft(reversed(self._row[1:]))
        self._most = _WARY // 2  # else a table of such rows is read anew for each of them


def _row(header: list[str], cells: list[str], place: Place) -> Row:
    row: Row = dict(zip(header, cells, strict=False))
    if len(cells) > len(header):
        place.intake.repairs["rows with more cells than columns"] += 1
        for i in range(len(header) + 1, len(cells) + 1):
            name = f"column_{i}"
            while name in row:
                name += "_"
            row[name] = cells[i - 1]
    return row


def _unique(cells: list[str], place: Place) -> list[str]:
    names: dict[str, None] = {}
    given = set(cells)
    tried: dict[str, int] = {}  # the last number given to a name; those below are taken
    for number, cell in enumerate(cells, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column_{number}"
        if name in names:
            place.intake.note(f"{place.source}: several columns are called {name[:60]!r}: the first is read")
            first, i = name, tried.get(name, 1)
            while name in names or name in given:
                i += 1
                name = f"{first}_{i}"
            tried[first] = i
        names[name] = None
    return list(names)


def parquet_rows(stream: Peekable, place: Place) -> Iterator[tuple[int, Row]]:
    """(number, row) of a Parquet file.

    Raises:
        UnreadableSource: the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with tempfile.TemporaryFile() as copy:
        copyfileobj(stream, copy, 1 << 20)  # Parquet is read from its end
        copy.seek(0)
        number = 0
        try:
            file = pq.ParquetFile(copy)
            types = [_with_known_zones(field.type, place) for field in file.schema_arrow]
            for batch in file.iter_batches(batch_size=2000):
                columns = [
                    column if column.type == type_ else column.cast(type_)
                    for column, type_ in zip(batch.columns, types, strict=True)
                ]
                batch = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
                for row in _rows_of(batch, place):
                    number += 1
                    yield number, row
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            reason = clean_start(str(error).partition("\n")[0], 200) or "unreadable"
            raise UnreadableSource(f"{place.source}: damaged Parquet file: {reason}") from None


def _with_known_zones(type_, place: Place):
    """A column's type with UTC for time zones that nobody knows; the instants are the same."""
    import pyarrow as pa

    if pa.types.is_timestamp(type_) and type_.tz is not None:
        try:
            pa.scalar(0, type_).as_py()
        except (LookupError, ValueError):
            place.intake.repairs["columns of times in an unknown time zone, read as UTC"] += 1
            return pa.timestamp(type_.unit, "UTC")
    if not pa.types.is_nested(type_):
        return type_
    fields = [type_.field(number) for number in range(type_.num_fields)]
    inner = [_with_known_zones(field.type, place) for field in fields]
    if inner == [field.type for field in fields]:
        return type_
    if pa.types.is_struct(type_):
        return pa.struct([(field.name, known) for field, known in zip(fields, inner, strict=True)])
    if pa.types.is_map(type_):
        return pa.map_(*(field.type for field in inner[0]))
    return pa.list_(*inner)


def _rows_of(batch, place: Place) -> list[Row]:
    """The rows of a batch; a value that Python cannot hold (a time after the year 9999) as text."""
    try:
        return batch.to_pylist()
    except (ValueError, OverflowError):
        columns = [[_cell(value, place) for value in column] for column in batch.columns]
        return [dict(zip(batch.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _cell(value, place: Place) -> object:
    import pyarrow as pa

    try:
        return value.as_py()
    except (ValueError, OverflowError):
        place.intake.repairs["times out of range kept as text"] += 1
        try:
            return f"out of range: {value.cast(pa.int64()).as_py()} {getattr(value.type, 'unit', '')}".strip()
        except pa.ArrowException:
            return "out of range"


def with_sample(
    rows: Iterable[tuple[int, Row | None]], names: Iterable[str]
) -> tuple[Iterator, list[Row], bool]:
    """(all rows, the first of them, whether the columns `names` write the day before the month)."""
    rows = iter(rows)
    start = list(islice(rows, _SAMPLE))
    sample = [row for _, row in start if isinstance(row, Mapping)]
    texts = (value for row in sample for name in names if isinstance(value := row.get(name), str))
    return chain(start, rows), sample, bool(day_comes_first(texts))


__all__ = [
    "NOT_A_ROW", "delimited_rows", "delimiter_of", "hides_a_table", "looks_like_table", "parquet_rows", "with_sample",
]  # fmt: skip
