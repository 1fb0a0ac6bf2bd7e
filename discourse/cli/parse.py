"""`discourse parse`: articles and reply trees of a source."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from discourse.cli.messages import say, say_notes, step, write_text

EPILOG = "Example: discourse parse page.txt -o - | head"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("parse", epilog=EPILOG)(parse)


def parse(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A page of text, or - for standard input.")],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE.jsonl", help="Write JSON Lines there; - for standard output."
        ),
    ] = None,
    structure_model: Annotated[
        str | None, typer.Option(metavar="PATH", help="Another structure checkpoint than the bundled one.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages.")] = False,
) -> None:
    """Rebuild articles and reply trees; print the tree, or write JSON Lines."""
    from discourse.api import read

    with step("rebuilding the reply structure", quiet=quiet):
        discussions = read(source, structure_model=structure_model)
    say_notes(discussions, quiet=quiet)
    if output is not None:
        write_text(json_lines(discussions), output)
        comments = sum(len(d.comments) for d in discussions)
        if output != "-":
            say(f"wrote {len(discussions)} article(s) and {comments} comment(s) to {output}", quiet=quiet)
        return
    from discourse.report import make_console, render_tree

    console = make_console()
    for discussion in discussions:
        render_tree(discussion, console)


def json_lines(discussions) -> str:
    """One line per article and comment, each with its `kind` and the contract's columns."""
    from discourse.schema.tables import article_table, comment_table

    lines = []
    for discussion in discussions:
        for kind, table in (
            ("article", article_table([discussion])),
            ("comment", comment_table([discussion])),
        ):
            for row in table.to_pylist():
                record = {"kind": kind} | {k: _plain(v) for k, v in row.items()}
                lines.append(json.dumps(record, ensure_ascii=False))
    return "".join(line + "\n" for line in lines)


def _plain(value):
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
