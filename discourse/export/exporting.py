"""One run into one destination: which writer does it."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from discourse.export.formats import Format, Outcome
from discourse.schema import UsageError
from discourse.schema.counts import plural

_WRITERS = {
    Format.PARQUET: "parquet",
    Format.SQLITE: "sqlite",
    Format.DUCKDB: "duckdb",
    Format.POSTGRES: "postgres",
    Format.CSV: "csvfiles",
    Format.LABEL_STUDIO: "labelstudio",
    Format.CONVOKIT: "convokit",
    Format.GRAFANA: "grafana",
}

_BY_ID = (
    Format.SQLITE,
    Format.DUCKDB,
    Format.POSTGRES,
    Format.CONVOKIT,
)  # where two articles cannot have the same id


def export(
    folder: str | Path,
    to: Format | str,
    destination: str | Path,
    *,
    partial: bool = False,
    bom: bool = False,
) -> Outcome:
    """Writes the run in a folder as another format.

    The databases (sqlite, duckdb, postgres) add to what the destination holds and update it; the others are a folder
    of files, written anew.

    Args:
        folder: the run folder.
        to: the format.
        destination: a file for sqlite and duckdb, the address of a database for postgres (`postgresql://…`
            or `dbname=…`), a folder for the others.
        partial: take a run that is not complete as far as it goes.
        bom: csv only: begin the files with a byte order mark, by which Excel knows UTF-8.

    Raises:
        UnreadableSource: there is no run, it is not complete, or it is damaged.
        UsageError: the destination cannot be written, or holds something else.
    """
    from discourse.export.source import RunTables

    try:
        kind = Format(to)
    except ValueError as error:
        raise UsageError(f"no export to {to!r}; there are {', '.join(Format)}") from error
    if bom and kind is not Format.CSV:
        raise UsageError(f"a byte order mark is for csv, not for {kind}")
    source = RunTables.open(folder, partial=partial)
    path = str(destination) if kind is Format.POSTGRES else Path(destination)
    absent = None
    if isinstance(path, Path):
        _check_apart(path, source.run.folder)
        absent = None if path.parent.exists() else path.parent
    writer = import_module(f"discourse.export.{_WRITERS[kind]}")
    outcome = writer.export(source, path, **({"bom": bom} if bom else {}))
    if absent is not None:
        outcome = replace(outcome, notes=(*outcome.notes, f"{absent}: made this folder, which was not there"))
    if kind in _BY_ID and (count := source.repeated()):
        note = (
            f"{plural(count, 'article')} of the run {'has' if count == 1 else 'have'} the id of another one and "
            f"{'shares' if count == 1 else 'share'} its place; "
            "score such sources into runs of their own, under other file names"
        )
        outcome = replace(outcome, notes=(*outcome.notes, note))
    return outcome


def _check_apart(destination: Path, folder: Path) -> None:
    """Raises UsageError for a destination in the run folder, whose files are the run's alone."""
    inner, outer = destination.resolve(), folder.resolve()
    if inner == outer or outer in inner.parents:
        raise UsageError(f"{destination}: is in the run folder; choose a destination outside of it")
