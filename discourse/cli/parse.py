"""`discourse parse`: articles and reply trees of a source."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer

from discourse.cli.messages import say, say_notes, step
from discourse.cli.options import (
    KeyFileOption,
    MapOption,
    PseudonymizeOption,
    QuietOption,
    RebuildOption,
    SourceArgument,
    StructureModelOption,
)
from discourse.cli.outputs import check_outputs
from discourse.cli.reading import reading_options, rejects_beside, rejects_path, say_intake
from discourse.schema import Discussion, UsageError
from discourse.schema.counts import plural

EPILOG = "Example: discourse parse page.txt -o - | head"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("parse", epilog=EPILOG)(parse)


def parse(
    source: SourceArgument,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE.jsonl", help="Write JSON Lines there; - for standard output."
        ),
    ] = None,
    columns: MapOption = None,
    rebuild: RebuildOption = False,
    pseudonymize: PseudonymizeOption = False,
    key_file: KeyFileOption = None,
    structure_model: StructureModelOption = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="For each inferred link, the runner-up and what spoke for either."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Rebuild articles and reply trees; print the tree, or write JSON Lines."""
    from discourse.api import stream
    from discourse.readers import Intake
    from discourse.taggers.given import check_models

    check_models({"structure": structure_model})
    check_outputs({"-o": output, "the rejects beside -o": rejects_path(output)}, [source, key_file])
    options = reading_options(columns, rebuild, pseudonymize, key_file)
    with rejects_beside(output) as on_reject:
        intake = Intake(on_reject=on_reject, on_news=partial(say, quiet=quiet))
        found = _noting(
            stream(source, options=options, intake=intake, structure_model=structure_model, explain=explain),
            quiet=quiet,
        )
        if output is None:
            _print_trees(found, explain)
        else:
            with step("reading the source and its reply structure", quiet=quiet):
                write_json_lines(found, output)
    say_intake(source, intake, quiet=quiet)
    if output not in (None, "-"):
        say(
            f"wrote {plural(intake.articles, 'article')} and {plural(intake.kept, 'comment')} to {output}",
            quiet=quiet,
        )
    if intake.n_rejected:
        on_reject.say(quiet=quiet)
        raise typer.Exit(1)


def _noting(discussions: Iterable[Discussion], *, quiet: bool) -> Iterator[Discussion]:
    for discussion in discussions:
        say_notes([discussion], quiet=quiet)
        yield discussion


def _print_trees(discussions: Iterable[Discussion], explain: bool) -> None:
    from discourse.report import make_console, render_reasons, render_tree

    console = make_console()
    for discussion in discussions:
        render_tree(discussion, console)
        if explain:
            render_reasons(discussion, console)


def write_json_lines(discussions: Iterable[Discussion], destination: str) -> None:
    """Writes discussions as they come; a file appears whole or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    with _opened(destination) as out:
        for line in json_lines(discussions):
            out.write(line)


def json_lines(discussions: Iterable[Discussion]) -> Iterator[str]:
    """One line per article and comment, each with its `kind` and the contract's columns."""
    from discourse.schema.plain import article_row, comment_row, json_line

    last = None
    for discussion in discussions:
        if discussion.article != last or not discussion.comments or discussion.comments[0].position == 0:
            yield json_line("article", article_row(discussion.article))
        last = discussion.article
        for comment in discussion.comments:
            yield json_line("comment", comment_row(comment))


@contextmanager
def _opened(destination: str) -> Iterator[IO[str]]:
    if destination == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    path = Path.cwd() / destination
    # /dev/stdout may lead to a plain file, and still must be written to, not replaced.
    is_stream = path.is_relative_to("/dev") or path.is_relative_to("/proc")
    path = path if is_stream else path.resolve()  # a link stays, what it leads to is replaced
    if is_stream or (path.exists() and not path.is_file()):  # a pipe or device: nothing to keep whole
        with path.open("w", encoding="utf-8", errors="replace") as out:
            yield out
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{destination}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
