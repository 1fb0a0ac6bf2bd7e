"""`discourse report`: how the readers of a page split."""

from __future__ import annotations

from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from discourse.cli.messages import say, say_notes, step
from discourse.cli.options import (
    DeviceOption,
    KeyFileOption,
    MapOption,
    ProfanityModelOption,
    PseudonymizeOption,
    QuietOption,
    RebuildOption,
    StanceModelOption,
    StructureModelOption,
    ThresholdOption,
    ToxicityModelOption,
)
from discourse.cli.outputs import check_outputs
from discourse.cli.reading import check_target, once_each, reading_options, say_intake
from discourse.schema import UsageError

if TYPE_CHECKING:
    from discourse.batch import Run
    from discourse.schema import Discussion

EPILOG = "Example: discourse report page.txt --json figures.json"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("report", epilog=EPILOG)(report)


def report(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders, globs or archives in any form that is read, - for standard input, or a run folder.",
        ),
    ],
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write all figures as JSON; - for standard output."),
    ] = None,
    html_file: Annotated[
        str | None,
        typer.Option("--html", metavar="FILE", help="Also write a self-contained page for the browser."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The position to measure stance against; default: the article's own."
        ),
    ] = None,
    columns: MapOption = None,
    rebuild: RebuildOption = False,
    pseudonymize: PseudonymizeOption = False,
    key_file: KeyFileOption = None,
    toxicity_model: ToxicityModelOption = None,
    toxicity_threshold: ThresholdOption = None,
    stance_model: StanceModelOption = None,
    profanity_model: ProfanityModelOption = None,
    structure_model: StructureModelOption = None,
    device: DeviceOption = "cpu",
    show_profanity: Annotated[
        bool, typer.Option("--show-profanity", help="Do not cover profanity, in terminal and page.")
    ] = False,
    tree: Annotated[bool, typer.Option("--tree/--no-tree", help="Print the reply tree.")] = True,
    quiet: QuietOption = False,
) -> None:
    """Parse, tag and summarise; print the report."""
    from discourse.api import Discussions, forget_models, read, summarize, tag
    from discourse.claims.shared import MOST_ARTICLES
    from discourse.nn.devices import check_device
    from discourse.readers import Intake
    from discourse.readers.names import ArticleIds, kept_apart
    from discourse.readers.source import all_or_none, source_name
    from discourse.report.html import check_page_file, write_html
    from discourse.schema.counts import plural
    from discourse.taggers.given import check_models, check_threshold
    from discourse.taggers.toxicity import known_threshold

    if html_file is not None:
        check_page_file(html_file)
    check_outputs({"--json": json_file, "--html": html_file}, [*sources, key_file])
    check_device(device)
    models = {"toxicity": toxicity_model, "stance": stance_model, "profanity": profanity_model}
    check_models({**models, "structure": structure_model})
    check_target(target)
    check_threshold(toxicity_threshold)
    sources = once_each(sources, quiet=quiet)
    run = _run_folder(sources)
    beside: tuple[Discussion, ...] = ()
    judged = None
    if run is None:
        options = reading_options(columns, rebuild, pseudonymize, key_file)
        intake = Intake(on_news=partial(say, quiet=quiet))
        reading = step("reading the source and its reply structure", quiet=quiet)
        with reading, all_or_none(sources, "reported"):
            ids = ArticleIds()
            found = (
                kept_apart(
                    read(source, options=options, intake=intake, structure_model=structure_model), ids, intake
                )
                for source in sources
            )
            discussions = Discussions(tuple(chain.from_iterable(found)))
            forget_models()  # each step's models leave room for the next one's
        say_notes(discussions, quiet=quiet)
        say_intake(", ".join(map(source_name, sources)), intake, quiet=quiet)
        if answered := Discussions(tuple(d for d in discussions if d.comments)):
            beside = tuple(d for d in discussions if not d.comments)
            discussions = answered
        with step("tagging the comments", quiet=quiet):
            tagged = tag(
                discussions,
                target=target,
                models=models,
                device=device,
                toxicity_threshold=toxicity_threshold,
            )
            forget_models()
        rejected = intake.n_rejected
        threshold = known_threshold(toxicity_model) if toxicity_threshold is None else toxicity_threshold
    else:
        given = (target, columns, rebuild, pseudonymize, toxicity_model, toxicity_threshold, stance_model, profanity_model, structure_model)  # fmt: skip
        if any(given):
            raise UsageError(
                f"{sources[0]}: a run is not scored again: leave out the options of reading and tagging, "
                "or score anew with `discourse score`"
            )
        from discourse.report.prevalence import FEWEST_JUDGED
        from discourse.review import judged as judged_in

        with step("reading the run", quiet=quiet):
            judged = judged_in(run.folder)
            few = [article for article, said in judged.items() if len(said) < FEWEST_JUDGED]
            scored = tuple(run.discussions())
            tagged = Discussions(tuple(d for d in scored if d.comments))
            beside = tuple(d for d in scored if not d.comments) if tagged else ()
        if few:
            say(
                f"of {plural(len(few), 'article')} people judged under {FEWEST_JUDGED} comments: there the shares go by our labels alone",
                quiet=quiet,
            )
        target, stance_model = run.target, run.stance_model
        rejected = run.manifest["counts"]["rejects"]
        threshold = run.manifest["thresholds"].get("toxicity", {}).get("threshold")
    compared = beside if len(tagged) + len(beside) <= MOST_ARTICLES else ()
    if beside:
        claims = "; their claims are compared" if compared else ""
        say(f"{plural(len(beside), 'article')} without comments: no report{claims}", quiet=quiet)
    with step("reading the articles' claims", quiet=quiet):
        figures = summarize(
            tagged,
            target=target,
            stance_model=stance_model,
            beside=compared,
            toxicity_threshold=threshold,
            judged=judged,
        )
    from discourse.report import make_console, render, render_shared, write_json

    if json_file is not None:
        write_json(figures[0] if len(figures) == 1 else figures, json_file)
    if html_file is not None:
        pages = zip(tagged, figures, strict=True)
        written = write_html(pages, html_file, beside=beside, show_profanity=show_profanity)
        folder = (
            f", with {plural(len(written) - 1, 'page')} in {written[1].parent}" if len(written) > 1 else ""
        )
        say(f"wrote {written[0]}{folder}", quiet=quiet)
    if json_file != "-":
        console = make_console()
        for discussion, own in zip(tagged, figures, strict=True):
            render(discussion, own, console, show_profanity=show_profanity, tree=tree)
        render_shared(figures[0]["shared_claims"] if figures else None, console)
    if rejected:
        if run is not None:
            say(
                f"{sources[0]}: {rejected:,} rejected when it was scored, each with its reason in "
                f"{run.folder / 'rejects.jsonl'}: exit code 1",
                quiet=quiet,
            )
        raise typer.Exit(1)


def _run_folder(sources: list[str]) -> Run | None:
    """The run that a folder holds, if it holds one.

    Raises:
        UsageError: a run stands among other sources.
    """
    if not any(Path(source).is_dir() for source in sources):
        return None
    from discourse.batch import Run

    runs = [source for source in sources if Path(source).is_dir() and Run.is_run(source)]
    if runs and len(sources) > 1:
        raise UsageError(f"{runs[0]}: a run is reported by itself: name no other source beside it")
    return Run.open(runs[0]) if runs else None
