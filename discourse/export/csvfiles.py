"""A run's tables as CSV that a spreadsheet can open without running what a comment says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TextIO

from discourse.batch.names import TABLES
from discourse.export.files import own_folder, whole_file
from discourse.export.formats import Changes, Format, Outcome
from discourse.export.source import RunTables

# What spreadsheets take for the start of a formula, full-width forms included, and what they skip before one.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED = re.compile('[",;\t\r\n]')


def export(source: RunTables, destination: Path, *, bom: bool = False) -> Outcome:
    """Writes `articles.csv`, `comments.csv` and `spans.csv` into a folder.

    UTF-8, commas, a header; times as ISO 8601 in UTC, truth values as true and false, nulls as empty cells.
    Text that a spreadsheet would take for a formula has an apostrophe before it.

    Args:
        source: the run.
        destination: the folder.
        bom: begin the files with a byte order mark, by which Excel knows UTF-8.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    files, rows = [], {}
    with own_folder(destination, Format.CSV, source.run_id) as folder:
        for table in TABLES:
            path = folder / f"{table}.csv"
            with whole_file(path) as file:
                text = io.TextIOWrapper(file, "utf-8-sig" if bom else "utf-8", newline="", write_through=True)
                rows[table] = _write(source, table, text)
                text.detach()
            files.append(path)
    return Outcome(tuple(files), {table: Changes(count) for table, count in rows.items()})


def _write(source: RunTables, table: str, file: TextIO) -> int:
    count = 0
    file.write(line(source.schema(table).names))
    for part in source.parts(table):
        columns = [column.to_pylist() for column in part.columns]
        file.writelines(map(line, zip(*columns, strict=True)))
        count += part.num_rows
    return count


def line(values: Iterable[object]) -> str:
    """Values as a line of CSV, each as `cell` gives it.

    Unlike the csv module's writer it also puts cells with a semicolon or a tab in quotation marks: a spreadsheet that
    splits lines there would find the rest of a text at the start of a cell.
    """
    cells = ("" if value is None else str(cell(value)) for value in values)
    return (
        ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(c) else c for c in cells) + "\r\n"
    )


def cell(value: object) -> object:
    """A value as a cell that no spreadsheet runs."""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
