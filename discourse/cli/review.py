"""`discourse review`: what people say of tagged comments, and how far our tags agree."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from discourse.cli.messages import say, step
from discourse.cli.outputs import check_outputs
from discourse.cli.reading import NOTES, RejectFile
from discourse.schema import UsageError
from discourse.schema.counts import plural

if TYPE_CHECKING:
    from discourse.readers.items import Reject

SHEET_EPILOG = "Example: discourse review sheet run sheet.csv --comments 30"
IMPORT_EPILOG = "Example: discourse review import project.json run"
AGREEMENT_EPILOG = "Example: discourse review agreement run"

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The run folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No messages.")]


def register(app: typer.Typer) -> None:
    """Adds the command with its verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Have people judge tagged comments: a report of the run then goes by them; compare them with our tags.",
    )
    group.command("sheet", epilog=SHEET_EPILOG)(sheet)
    group.command("import", epilog=IMPORT_EPILOG)(import_)
    group.command("agreement", epilog=AGREEMENT_EPILOG)(agreement)
    app.add_typer(group, name="review")


def sheet(
    folder: Folder,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The CSV to write; - for standard output.")],
    comments: Annotated[
        int, typer.Option("--comments", metavar="N", min=1, help="How many comments to draw.")
    ] = 30,
    article: Annotated[
        list[str] | None,
        typer.Option("--article", metavar="ID", help="Draw from this article alone; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws others.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Draw comments at random that nobody has judged yet, as a sheet to fill in with any spreadsheet."""
    from discourse.export.files import whole_file
    from discourse.review.sheet import write_sheet

    check_outputs({"FILE": file}, [folder])
    if Path(file).is_dir():
        raise UsageError(f"{file}: is a folder; name a file to write the sheet to")
    if file != "-" and os.path.lexists(file):
        raise UsageError(f"{file}: is there already, and may hold answers: import it, then name another file")
    text = io.StringIO(newline="")
    with step(f"drawing from {folder}", quiet=quiet):
        drawn = write_sheet(folder, text, comments, articles=article or (), seed=seed)
    if file == "-":
        sys.stdout.write(text.getvalue())
    else:
        with whole_file(Path(file)) as out:
            out.write(text.getvalue().encode("utf-8-sig"))
    where, back = ("", "FILE") if file == "-" else (f", in {file}", file)
    say(
        f"{plural(drawn.n, 'comment')} drawn of {drawn.of:,} that nobody has judged yet{where}. Fill in stance_article: favor, against, or "
        "none where it takes no side or none can be told; stance_parent: agree, disagree, neutral; toxic: yes, no. "
        f"Save as CSV, then: discourse review import {back} {folder}",
        quiet=quiet,
    )


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A sheet filled in, an export of Label Studio (JSON or JSON-MIN) of our tasks, or lines of suggested scores.",
        ),
    ],
    folder: Folder,
    rejects_file: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Write what was not used as JSON Lines.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Keep human labels beside a run, as tags; a file brought in again adds and updates."""
    from discourse.readers import Intake
    from discourse.review import import_file
    from discourse.review.reading import place_word

    check_outputs({"--rejects": rejects_file}, [file, folder])
    word = place_word(file)
    rejects = RejectFile(rejects_file, word)
    intake = Intake(on_reject=rejects if rejects_file is not None else None)
    try:
        with step(f"reading {file}", quiet=quiet):
            done = import_file(file, folder, intake)
    finally:
        rejects.close()
    for reject in intake.rejects[:NOTES]:
        say(f"{reject.source}: {_placed(reject, word)}", quiet=quiet)
    if intake.n_rejected:
        say(f"{file}: {intake.n_rejected:,} rejected: {_reasons(intake.rejected)}", quiet=quiet)
    for reason, count in done.skipped.items():
        say(f"{file}: {count:,} {reason} passed over", quiet=quiet)
    stored = done.stored
    say(
        f"{folder}: {plural(stored.total, 'human judgement')} ({stored.added:,} added, {stored.updated:,} updated)",
        quiet=quiet,
    )
    if intake.n_rejected:
        rejects.say(quiet=quiet)
        raise typer.Exit(1)


def _placed(reject: Reject, word: str) -> str:
    """What is wrong, and where: of a sheet's row also where its comment stands."""
    if word != "row":
        return f"{word} {reject.line}: {reject.reason}: {reject.excerpt}"
    what = f" ({reject.excerpt})" if reject.excerpt else ""
    return f"row {reject.line}{what}: {reject.reason}"


def _reasons(rejected: Counter[str]) -> str:
    """The reasons with their counts, those of cells without their advice."""
    brief: Counter[str] = Counter()
    for reason, n in rejected.items():
        brief[reason.partition(": ")[0]] += n
    return ", ".join(f"{n:,} {reason}" for reason, n in brief.most_common())


def agreement(
    folder: Folder,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write all figures as JSON; - for standard output."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Print κ, precision and recall of our tags against the human ones, with 95 % intervals."""
    from discourse.report.output import write_json
    from discourse.review import agreement as figures_of
    from discourse.review import render

    check_outputs({"--json": json_file}, [folder])
    with step(f"comparing the tags of {folder}", quiet=quiet):
        figures = figures_of(folder)
    if json_file is not None:
        write_json(figures, json_file)
    if json_file != "-":
        sys.stdout.write(render(figures))
