"""Word-list classifiers of other authors, imported from a folder that pip filled, to be measured beside ours."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType


def packaged(folder: Path, module: str) -> ModuleType:
    """A module out of `folder`, before one of that name that is installed.

    Raises:
        ImportError: it is not there, or something that it imports.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    found = importlib.import_module(module)
    if not Path(found.__file__ or "").resolve().is_relative_to(folder.resolve()):
        raise ImportError(f"{module} was imported before, from {found.__file__}: not the one in {folder}")
    return found


def version(folder: Path, distribution: str) -> str | None:
    """The version of a distribution in `folder`, None where it is not there."""
    return next((d.version for d in distributions(path=[str(folder)]) if d.name == distribution), None)
