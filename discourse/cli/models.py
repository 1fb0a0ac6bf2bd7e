"""`discourse models`: which models are bundled, and whether they are whole."""

from __future__ import annotations

import typer

from discourse.schema import ModelError

models_app = typer.Typer(
    help="List the bundled models; `models verify` checks their files.",
    invoke_without_command=True,
    rich_markup_mode=None,
    epilog="Example: discourse models verify",
)


def register(app: typer.Typer) -> None:
    """Adds the command group."""
    app.add_typer(models_app, name="models")


@models_app.callback()
def list_models(context: typer.Context) -> None:
    """List the bundled models: from where, with which hash, licence and measured quality."""
    if context.invoked_subcommand:
        return
    from rich.table import Table

    from discourse.nn.store import manifest, models_dir
    from discourse.report import make_console

    console = make_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", "what it does", "trained from", "licence", "measured", "weights SHA-256", "MB"):
        table.add_column(column, overflow="fold")
    for name, entry in sorted(manifest()["models"].items()):
        table.add_row(
            name,
            entry["task"],
            entry["base"],
            entry["licence"],
            "\n".join(entry["measured"]),
            entry["files"].get("model.safetensors", "")[:12],
            f"{entry['bytes'] / 1e6:.1f}",
        )
    console.print(table)
    console.print(f"in {models_dir()}", highlight=False)


@models_app.command("verify", epilog="Example: discourse models verify")
def verify_models() -> None:
    """Compare every bundled model file with its SHA-256; exit code 3 if one is missing or damaged."""
    from discourse.nn.store import manifest, verify

    problems = verify()
    if problems:
        raise ModelError("; ".join(problems))
    entries = manifest()["models"]
    typer.echo(
        f"{len(entries)} models, {sum(len(e['files']) for e in entries.values())} files: all as in the manifest"
    )
