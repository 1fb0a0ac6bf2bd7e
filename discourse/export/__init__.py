"""Projections of a run for other tools: databases, tables, labelling and corpus files.

`export` writes one; `Format` names them.
"""

from __future__ import annotations

from discourse.export.exporting import export
from discourse.export.formats import Format, Outcome

__all__ = ["Format", "Outcome", "export"]
