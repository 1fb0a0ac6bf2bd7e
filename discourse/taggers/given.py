"""Whether the models asked for are there, before anything is read; also of those that will not be needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from discourse.nn.store import resolve
from discourse.schema import ModelError


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
