"""The arguments and options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from discourse.schema.nearest import did_you_mean

KEY = "DISCOURSE_KEY"


def one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    """What turns an argument into one of the choices, and says of any other what there is and what may be meant."""

    def parse(value: str) -> StrEnum:
        if value in list(choices):
            return choices(value)
        meant = did_you_mean(value, choices)
        raise typer.BadParameter(
            f"{value!r} is not one of {', '.join(choices)}" + (f"; {meant}" if meant else "")
        )

    return parse


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A file, folder, glob or archive in any form that is read, or - for standard input.",
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=NAME", help="Read a table's COLUMN as NAME; may be repeated."),
]
RebuildOption = Annotated[bool, typer.Option("--rebuild", help="Infer parents for tables that give none.")]
PseudonymizeOption = Annotated[
    bool,
    typer.Option(
        "--pseudonymize", help=f"Readers' names as keyed hashes; the key comes from {KEY} or --key-file."
    ),
]
KeyFileOption = Annotated[
    str | None,
    typer.Option("--key-file", metavar="FILE", help="The file that holds the key of --pseudonymize."),
]

ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--toxicity-threshold",
        metavar="P",
        help="From which probability on a comment is toxic, as `evaluate --fit-threshold` finds it; default: the model's own.",
    ),
]

ToxicityModelOption = Annotated[
    str | None,
    typer.Option(metavar="NAME|PATH", help="original, unbiased, multilingual, or a checkpoint's path."),
]
StanceModelOption = Annotated[
    str | None, typer.Option(metavar="NAME|PATH", help="Another stance checkpoint.")
]
ProfanityModelOption = Annotated[
    str | None, typer.Option(metavar="PATH", help="Another profanity checkpoint.")
]
StructureModelOption = Annotated[
    str | None, typer.Option(metavar="PATH", help="Another structure checkpoint.")
]
DeviceOption = Annotated[str, typer.Option(help="Where torch runs: cpu, cuda, ...")]
BackendOption = Annotated[
    str | None,
    typer.Option(
        metavar="torch|onnx|torch-fp16|torch-bf16",
        help="What runs the models; default: onnx where installed and known to give the same labels. "
        "16 bits are for GPUs.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No messages.")]
