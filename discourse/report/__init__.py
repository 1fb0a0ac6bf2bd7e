"""What tagged threads say: figures with intervals, and the report on a terminal."""

from discourse.report.layout import make_console
from discourse.report.output import write_json
from discourse.report.reasons import render_reasons
from discourse.report.sections import render_shared
from discourse.report.summary import summarize
from discourse.report.terminal import render
from discourse.report.tree import render_tree

__all__ = [
    "make_console",
    "render",
    "render_reasons",
    "render_shared",
    "render_tree",
    "summarize",
    "write_json",
]
