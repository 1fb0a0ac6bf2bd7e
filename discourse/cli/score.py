"""`discourse score`: a run folder of Parquet from sources of any size."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from discourse.cli.messages import Interrupted, say
from discourse.cli.options import (
    BackendOption,
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
from discourse.cli.progress import watching
from discourse.cli.reading import check_target, once_each, reading_options, say_intake
from discourse.schema.counts import plural

EPILOG = "Example: discourse score dump.jsonl --out run && discourse report run"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("score", epilog=EPILOG)(score)


def score(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Files, folders, globs, archives, or - for standard input."),
    ],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The run folder, new or to go on with.")],
    engine: Annotated[
        str, typer.Option(metavar="local|ray", help="Who does the work; ray://HOST:PORT names a cluster.")
    ] = "local",
    workers: Annotated[int, typer.Option(min=1, help="How many shards are scored at a time.")] = 1,
    device: DeviceOption = "cpu",
    backend: BackendOption = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The position to measure stance against; default: each article's own."
        ),
    ] = None,
    columns: MapOption = None,
    rebuild: RebuildOption = False,
    pseudonymize: PseudonymizeOption = False,
    key_file: KeyFileOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over, whatever DIR holds of a run.")] = False,
    toxicity_model: ToxicityModelOption = None,
    toxicity_threshold: ThresholdOption = None,
    stance_model: StanceModelOption = None,
    profanity_model: ProfanityModelOption = None,
    structure_model: StructureModelOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tag all comments of SOURCE... into a run folder; killed and started again, go on where it was."""
    from discourse.batch import Settings
    from discourse.batch import score as run
    from discourse.readers.source import source_name
    from discourse.taggers.given import check_threshold

    check_target(target)
    check_threshold(toxicity_threshold)
    sources = once_each(sources, quiet=quiet)
    settings = Settings(
        options=reading_options(columns, rebuild, pseudonymize, key_file),
        target=target,
        toxicity_threshold=toxicity_threshold,
        models={"toxicity": toxicity_model, "stance": stance_model, "profanity": profanity_model},
        structure_model=structure_model,
        backend=backend,
        device=device,
        engine=engine,
        workers=workers,
    )
    again = shlex.join(["discourse", *(word for word in sys.argv[1:] if word != "--fresh")])
    try:
        with watching(quiet=quiet) as watcher:
            outcome = run(sources, out, settings, fresh=fresh, watcher=watcher)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; to go on: {again}") from None
    say_intake(", ".join(map(source_name, sources)), outcome.intake, quiet=quiet)
    say(summary(outcome.manifest, out), quiet=quiet)
    if outcome.already:
        say(f"{out}: was complete: nothing was left to do; --fresh starts over", quiet=quiet)
    if not outcome.complete:
        raise Interrupted(f"interrupted; to go on: {again}")
    if outcome.rejected:
        say(f"{outcome.rejected:,} rejected, each with its reason in {out}/rejects.jsonl", quiet=quiet)
        raise typer.Exit(1)


def summary(manifest: dict, out: str) -> str:
    """One line: what a run holds, by label."""
    counts = manifest["counts"]
    parts = [
        f"{out}: {'complete' if manifest['complete'] else 'so far'}, "
        f"{plural(counts['comments'], 'comment')} under {plural(counts['articles'], 'article')}"
    ]
    parts += [
        f"{name.replace('_', ' ')} " + ", ".join(f"{n:,} {label}" for label, n in labels.items())
        for name, labels in counts["labels"].items()
        if labels
    ]
    return "; ".join(parts)
