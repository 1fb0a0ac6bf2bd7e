"""`discourse report`: how the readers of a page split."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli.messages import say_notes, step

EPILOG = "Example: discourse report page.txt --json figures.json"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("report", epilog=EPILOG)(report)


def report(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A page of text, or - for standard input.")],
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write all figures as JSON; - for standard output."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The position to measure stance against; default: the article's own."
        ),
    ] = None,
    toxicity_model: Annotated[
        str | None,
        typer.Option(metavar="NAME|PATH", help="original, unbiased, multilingual, or a checkpoint's path."),
    ] = None,
    stance_model: Annotated[
        str | None, typer.Option(metavar="NAME|PATH", help="Another stance checkpoint.")
    ] = None,
    profanity_model: Annotated[
        str | None, typer.Option(metavar="PATH", help="Another profanity checkpoint.")
    ] = None,
    structure_model: Annotated[
        str | None, typer.Option(metavar="PATH", help="Another structure checkpoint.")
    ] = None,
    device: Annotated[str, typer.Option(help="Where torch runs: cpu, cuda, ...")] = "cpu",
    show_profanity: Annotated[bool, typer.Option("--show-profanity", help="Do not cover profanity.")] = False,
    tree: Annotated[bool, typer.Option("--tree/--no-tree", help="Print the reply tree.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages.")] = False,
) -> None:
    """Parse, tag and summarise; print the report."""
    from discourse.api import read, summarize, tag

    with step("rebuilding the reply structure", quiet=quiet):
        discussions = read(source, structure_model=structure_model)
    say_notes(discussions, quiet=quiet)
    models = {"toxicity": toxicity_model, "stance": stance_model, "profanity": profanity_model}
    with step("tagging the comments", quiet=quiet):
        tagged = tag(discussions, target=target, models=models, device=device)
    figures = summarize(tagged, target=target, stance_model=stance_model)
    from discourse.report import make_console, render, write_json

    if json_file is not None:
        write_json(figures[0] if len(figures) == 1 else figures, json_file)
        if json_file == "-":
            return

    console = make_console()
    for discussion, own in zip(tagged, figures, strict=True):
        render(discussion, own, console, show_profanity=show_profanity, tree=tree)
