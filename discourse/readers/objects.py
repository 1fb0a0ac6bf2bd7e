"""JSON sources and tables: every object to the reader of its shape, or to the columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from discourse.readers.exports import (
    COMMENT,
    NESTED,
    Shape,
    convokit,
    fourcat,
    is_ours,
    nested,
    recorded,
    shape_of,
)
from discourse.readers.items import Item, excerpt_of
from discourse.readers.jsonvalues import Broken, json_values, starts_a_list
from discourse.readers.place import Place
from discourse.readers.rows import NAMES, NOT_A_ROW, RowReader, new_columns, plain_name
from discourse.readers.tables import Row, delimited_rows, parquet_rows, with_sample
from discourse.readers.unpack import HEAD, Peekable, head_of

_TIMES = NAMES["posted_at"]


def read_json(stream: Peekable, place: Place) -> Iterator[Item]:
    """The items of a JSON document or of JSON Lines."""
    if place.source.rpartition("/")[2] in convokit.BESIDE:
        place.intake.note(f"{place.source}: holds nothing that readers wrote; left out")
        return
    lined = place.source.lower().removesuffix(".gz").removesuffix(".zst").endswith((".jsonl", ".ndjson"))
    head = head_of(stream, HEAD)
    values = json_values(stream, head, place.intake, lined=lined)
    yield from _Reader(place, listed=starts_a_list(head)).items(values)


def read_delimited(stream: Peekable, place: Place) -> Iterator[Item]:
    """The items of a CSV or TSV file."""
    place.intake.forms["table"] += 1
    yield from _table(delimited_rows(stream, place), place)


def read_parquet(stream: Peekable, place: Place) -> Iterator[Item]:
    """The items of a Parquet file, whose texts are UTF-8 by its definition."""
    place.intake.forms["table"] += 1
    place.intake.encodings["utf-8"] += 1
    yield from _table(parquet_rows(stream, place), place)


def _table(rows: Iterable[tuple[int, Row | Broken]], place: Place) -> Iterator[Item]:
    times = [column for name, column in place.options.map.items() if name == "posted_at"] or list(_TIMES)
    rows, sample, day_first = with_sample(rows, times)
    if not sample:
        return
    shape = None if place.options.map else shape_of(sample[0])
    reader = RowReader(sample[0], place, day_first=day_first) if shape is None else None
    for number, row in rows:
        here = place.at(number)
        if isinstance(row, Broken):
            yield here.reject(row.reason, row.excerpt)
        elif reader is not None:
            yield from reader.items(row, here)
        else:
            yield from _read(shape, row, here)


class _Reader:
    """Reads the values of one JSON source."""

    def __init__(self, place: Place, *, listed: bool) -> None:
        self.place = place
        self.listed = listed  # the values are the elements of a list, be there but one
        self.comments = False  # they are comments with their replies below them
        self.shape: Shape | None = None
        self.rows: RowReader | None = None
        self.columns: frozenset[str] = frozenset()
        self.names: frozenset[str] = frozenset()
        self.day_first = False

    def items(self, values: Iterable[tuple[int, object]]) -> Iterator[Item]:
        place = self.place
        objects = (
            (n, v if isinstance(v, Mapping | Broken) else Broken(NOT_A_ROW, excerpt_of(v))) for n, v in values
        )
        checked, sample, self.day_first = with_sample(objects, _TIMES)
        self.columns = frozenset(column for row in sample for column in row)
        self.comments = (self.listed or len(sample) > 1) and nested.are_comments(sample)
        for number, value in checked:
            here = place.at(number)
            if isinstance(value, Broken):
                yield here.reject(value.reason, value.excerpt)
                continue
            empty = True
            for item in self.one(value, here):
                yield item
                empty = False
            if empty and not place.intake.notes:
                place.intake.note(f"{place.source}: values with neither article nor comment are left out")

    def one(self, value: Mapping, place: Place) -> Iterator[Item]:
        """The items of one object."""
        if place.options.map or is_ours(value):
            yield from self._row(value, place)
        elif recorded.is_recorded(value):
            for inner in recorded.recorded_values(value):
                if isinstance(inner, Mapping) and (shape := shape_of(inner)):
                    yield from _read(shape, inner, place)
        elif fourcat.is_collected(value):
            yield from self.one(value["data"], place)
        elif (shape := shape_of(value, self.shape)) is not None:
            self.shape = shape
            yield from _read(shape, value, place)
        elif convokit.is_conversations(value, place.source):
            yield from convokit.read_conversations(value, place)
        elif self.comments and COMMENT.matches(value):
            yield from _read(COMMENT, value, place)
        elif NESTED.matches(value):
            yield from _read(NESTED, value, place)
        else:
            yield from self._row(value, place)

    def _row(self, value: Mapping, place: Place) -> Iterator[Item]:
        further = value.keys() - self.columns
        if self.rows is None or new_columns(further, self.names, place.options):
            self.columns |= further
            self.names = frozenset(map(plain_name, self.columns))
            self.rows = RowReader(sorted(self.columns), place, day_first=self.day_first)
            place.intake.forms["table"] += not place.intake.forms["table"]
        yield from self.rows.items(value, place)


def _read(shape: Shape, value: Mapping, place: Place) -> Iterator[Item]:
    """What a shape's reader gives; a value that it cannot digest is a reject, never a crash."""
    place.intake.forms[shape.name] += 1
    read: Callable = shape.read
    try:
        yield from read(value, place)
    except (
        TypeError,
        ValueError,
        AttributeError,
        KeyError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        yield place.reject(f"not a {shape.name} as documented", f"{type(error).__name__}: {error}")
