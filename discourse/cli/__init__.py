"""The command line: arguments and printing only; each command is one call of the library."""

from __future__ import annotations

import sys

import typer

from discourse.cli import (
    dashboard,
    evaluate,
    export,
    messages,
    models,
    parse,
    report,
    review,
    score,
    serve,
    status,
)

app = typer.Typer(
    name="discourse",
    help="Rebuilds comment threads under news articles, tags every comment, and reports how the readers split.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
parse.register(app)
report.register(app)
score.register(app)
status.register(app)
serve.register(app)
export.register(app)
dashboard.register(app)
models.register(app)
evaluate.register(app)
review.register(app)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    if version:
        from discourse import __version__

        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Runs the command line and exits with the contract's codes."""
    sys.exit(messages.run(app))
