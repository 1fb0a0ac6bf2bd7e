"""`discourse status`: how far a run is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from discourse.cli.progress import counted, pace
from discourse.schema.counts import plural
from discourse.schema.durations import duration

EPILOG = "Example: discourse status run"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("status", epilog=EPILOG)(status)


def status(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A run folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what of a run is done, left and rejected, and how long the rest will take."""
    from discourse.batch import status as status_of

    found = status_of(folder)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    for line in lines(folder, found):
        typer.echo(line)


def lines(folder: str, found) -> list[str]:
    """The status for a person, a fact a line."""
    if found.state == "planning":
        return [f"{folder}: running, still reading its sources"]
    if not found.shards:
        return [f"{folder}: stopped while reading its sources; start its `discourse score` line again"]
    percent = 100 * found.done / found.total if found.total else 100
    texts = [
        f"{folder}: {found.state}",
        f"  done      {found.done:,} of {counted(found.total, found.unit)} ({percent:.0f}%), "
        f"{found.shards_done:,} of {plural(found.shards, 'shard')}",
    ]
    if found.state != "complete":
        texts.append(f"  left      {counted(found.total - found.done, found.unit)}")
        known = found.seconds_left is not None
        texts.append(f"  time left {'about ' + duration(found.seconds_left) if known else 'not known yet'}")
    if found.rate:
        texts.append(f"  rate      {pace(found.rate)} in the last session")
    rejected = found.counts.get("rejects", 0)
    texts.append(f"  rejected  {rejected:,}")
    texts += [f"            {count:,} {reason}" for reason, count in found.rejected.items()]
    for name, labels in found.counts.get("labels", {}).items():
        if labels:
            text = ", ".join(f"{count:,} {label}" for label, count in labels.items())
            texts.append(f"  {name.replace('_', ' ')}: {text}")
    if found.state == "stopped":
        texts.append("  start its `discourse score` line again to go on")
    return texts
