"""`discourse dashboard`: a run in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli.messages import say, step
from discourse.cli.options import QuietOption

EPILOG = "Example: discourse dashboard run"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("dashboard", epilog=EPILOG)(dashboard)


def dashboard(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A run folder.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes one that is free.")
    ] = 8001,
    host: Annotated[
        str,
        typer.Option(help="The address to listen on; others than this machine's own let others read it all."),
    ] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take a run that is not complete as far as it goes.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Serve a run with Datasette on this machine: charts, tables, search; the address goes to standard output."""
    from discourse.export.serving import prepare, serve

    with step(f"preparing the database of {folder}", quiet=quiet):
        database = prepare(folder, partial=partial)

    def ready(address: str) -> None:
        typer.echo(address)
        say("stop it with Ctrl-C", quiet=quiet)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    serve(database, host=host, port=port, ready=ready)
    say("stopped", quiet=quiet)
