"""Comment-thread discourse analysis: rebuild reply trees, tag comments, report how readers split."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from discourse.api import Discussions, read, stream, summarize, tag

__all__ = ["Discussions", "read", "stream", "summarize", "tag"]


def __getattr__(name: str):
    if name in __all__:
        return getattr(import_module("discourse.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
