"""What a run can be exported to, and what an export says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

SCHEMA_VERSION = 1  # of the tables, columns and files that exports make


class Format(StrEnum):
    """The names of the formats, as the command line takes them."""

    PARQUET = "parquet"
    SQLITE = "sqlite"
    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    CSV = "csv"
    LABEL_STUDIO = "label-studio"
    CONVOKIT = "convokit"
    GRAFANA = "grafana"


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the rows of one table; a row that stood there as it is counts as neither.

    `added` and `updated` are None where a table is written anew.
    """

    rows: int
    added: int | None = None
    updated: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An export: what it wrote, table by table, and what it has to say, a line each."""

    files: tuple[Path, ...]
    tables: Mapping[str, Changes]
    notes: tuple[str, ...] = field(default=())
    place: str | None = None  # where that is no path: without a password
