"""`discourse evaluate`: how good a model is on data whose answers are known."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from discourse.cli.messages import say, step
from discourse.cli.options import (
    DeviceOption,
    MapOption,
    ProfanityModelOption,
    QuietOption,
    StanceModelOption,
    StructureModelOption,
    ToxicityModelOption,
    one_of,
)
from discourse.cli.outputs import check_outputs
from discourse.cli.reading import NOTES, RejectFile, check_target

EPILOG = "Example: discourse evaluate toxicity labelled.csv --map human=label"


class Task(StrEnum):
    """What can be evaluated."""

    structure = "structure"
    stance_article = "stance_article"
    stance_parent = "stance_parent"
    toxicity = "toxicity"
    profanity = "profanity"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("evaluate", epilog=EPILOG)(evaluate)


def evaluate(
    task: Annotated[
        Task, typer.Argument(metavar="TASK", parser=one_of(Task), help=f"One of {', '.join(Task)}.")
    ],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The labelled table, with text and the gold column (stance_article, stance_parent, toxic or "
            "toxicity, spans; or label); for structure, what `parse -o` writes; - for standard input.",
        ),
    ],
    page: Annotated[
        str | None, typer.Option(metavar="PAGE.txt", help="For structure: the flat page that FILE labels.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="For stance_article: the target of rows that name none."),
    ] = None,
    fit_threshold: Annotated[
        str | None,
        typer.Option(
            "--fit-threshold",
            metavar="f1|PRECISION",
            help="For toxicity: the threshold that suits FILE, for the largest F1 or a precision such as 0.9.",
        ),
    ] = None,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write all figures as JSON; - for standard output."),
    ] = None,
    rejects_file: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Write the rows not used as JSON Lines.")
    ] = None,
    columns: MapOption = None,
    toxicity_model: ToxicityModelOption = None,
    stance_model: StanceModelOption = None,
    profanity_model: ProfanityModelOption = None,
    structure_model: StructureModelOption = None,
    device: DeviceOption = "cpu",
    quiet: QuietOption = False,
) -> None:
    """Score labelled data; print the task's figures with 95 % intervals."""
    from discourse.evaluate import MODELS, render
    from discourse.evaluate import evaluate as figures_of
    from discourse.nn.devices import check_device
    from discourse.readers import Intake
    from discourse.report.output import write_json
    from discourse.taggers.given import check_models

    check_outputs({"--json": json_file, "--rejects": rejects_file}, [file, page])
    check_device(device)
    given = {
        "toxicity": toxicity_model,
        "stance": stance_model,
        "profanity": profanity_model,
        "structure": structure_model,
    }
    check_models(given)
    check_target(target)
    for name, value in given.items():
        if value is not None and name != MODELS[task]:
            say(f"--{name}-model is not used: {task.value} asks the {MODELS[task]} model", quiet=quiet)
    rejects = RejectFile(rejects_file)
    intake = Intake(on_reject=rejects if rejects_file is not None else None)
    try:
        with step("scoring the labelled data", quiet=quiet):
            figures = figures_of(
                task.value,
                file,
                page=page,
                columns=columns or [],
                target=target,
                fit=fit_threshold,
                model=given[MODELS[task]],
                device=device,
                intake=intake,
            )
    finally:
        rejects.close()
    for note in intake.notes[:NOTES]:
        say(note, quiet=quiet)
    for reject in intake.rejects[:NOTES]:
        if reject.line is None and any(
            n.startswith(f"{reject.source}: {reject.reason}") for n in intake.notes
        ):
            continue  # a file, named already
        say(f"{reject.source}: row {reject.line}: {reject.reason}: {reject.excerpt}", quiet=quiet)
    if json_file is not None:
        write_json(figures, json_file)
    if json_file != "-":
        sys.stdout.write(render(figures))
    if intake.n_rejected:
        rejects.say(quiet=quiet)
        raise typer.Exit(1)
