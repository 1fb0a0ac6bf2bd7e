"""`discourse export`: a run for dashboards and other tools."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli.messages import say, step
from discourse.cli.options import QuietOption, one_of
from discourse.export.formats import Format, Outcome
from discourse.schema.counts import plural

EPILOG = "Example: discourse export run --to sqlite comments.db"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export", epilog=EPILOG)(export)


def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A run folder.")],
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DEST",
            help="A file for sqlite and duckdb, postgresql://… for postgres, a folder for the others.",
        ),
    ],
    to: Annotated[
        Format,
        typer.Option("--to", metavar=f"<{'|'.join(Format)}>", parser=one_of(Format), help="What to write."),
    ],
    partial: Annotated[
        bool, typer.Option("--partial", help="Take a run that is not complete as far as it goes.")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="csv: begin with a byte order mark, by which Excel knows UTF-8.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Write a run as a database or as files for another tool; a database that is there is added to and updated."""
    from discourse.export import export as write

    with step(f"exporting {folder}", quiet=quiet):
        outcome = write(folder, to, destination, partial=partial, bom=bom)
    for note in outcome.notes:
        say(note, quiet=quiet)
    say(summary(outcome, destination), quiet=quiet)


def summary(outcome: Outcome, destination: str) -> str:
    """One line: what was written, and what of it is new."""
    parts = []
    for table, changes in outcome.tables.items():
        text = plural(changes.rows, table.removesuffix("s"))
        if changes.added is not None:
            text += f" ({changes.added:,} added, {changes.updated:,} updated)"
        parts.append(text)
    return f"{outcome.place or destination}: {', '.join(parts)}"
