"""Whether the models asked for are there and their settings possible, before anything is read; also of those that will not be needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from discourse.nn.store import resolve
from discourse.schema import ModelError, UsageError


def check_threshold(threshold: float | None) -> None:
    """Looks whether a threshold of toxicity, if one is given, lies between 0 and 1.

    Raises:
        UsageError: it does not.
    """
    if threshold is not None and not 0 < threshold < 1:
        raise UsageError(
            f"--toxicity-threshold {threshold:g}: give a probability between 0 and 1, such as the one that "
            "`discourse evaluate toxicity FILE --fit-threshold f1` finds"
        )


def check_models(specs: Mapping[str, str | None]) -> None:
    """Looks for each model: model ("structure", "stance", "toxicity", "profanity") -> name or path, None: bundled.

    A name on the hub passes: only loading shows whether it is there.

    Raises:
        ModelError: a path or a name is of no model.
    """
    for name, spec in specs.items():
        if spec is None:
            continue
        if name != "toxicity":
            resolve(spec, name, hub=name != "structure")
            continue
        from discourse.taggers.toxicity import BUNDLED, OFFICIAL, unknown

        if spec not in (BUNDLED, *OFFICIAL) and not Path(spec).expanduser().exists():
            raise ModelError(unknown(spec))
