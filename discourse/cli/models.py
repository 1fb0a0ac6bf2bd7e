"""`discourse models`: which models are bundled, and whether they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from discourse.schema import ModelError

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("what it does", "trained from", "licence", "measured", "weights SHA-256", "MB")
_TABLE_WIDTH = 160  # below that seven columns break words

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
    from discourse.nn.store import manifest, models_dir
    from discourse.report import make_console

    console, entries = make_console(), sorted(manifest()["models"].items())
    show = _table if console.width >= _TABLE_WIDTH else _blocks
    show(console, entries)
    console.print(f"in {models_dir()}", highlight=False, soft_wrap=True)


def _facts(entry: dict) -> tuple[str, ...]:
    """What is said of a model, in the order of the columns."""
    return (
        entry["task"],
        entry["base"],
        entry["licence"],
        "\n".join(entry["measured"]),
        entry["files"].get("model.safetensors", "")[:12],
        f"{entry['bytes'] / 1e6:.1f}",
    )


def _table(console: Console, entries: list[tuple[str, dict]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", *_COLUMNS):
        table.add_column(column, overflow="fold")
    for name, entry in entries:
        table.add_row(name, *_facts(entry))
    console.print(table)


def _blocks(console: Console, entries: list[tuple[str, dict]]) -> None:
    """A block a model, for widths at which columns would break words."""
    from rich.table import Table

    for name, entry in entries:
        console.print(name, style="bold")
        block = Table(box=None, pad_edge=False, show_header=False)
        block.add_column(min_width=max(map(len, _COLUMNS)) + 2, no_wrap=True)
        block.add_column(overflow="fold")
        for column, fact in zip(_COLUMNS, _facts(entry), strict=True):
            block.add_row(f"  {column}", fact)
        console.print(block)
        console.print()


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
