"""Styles and scripts of the page, and the content policy that lets exactly these through.

They are put into the page itself. The policy names each by its SHA-256, so that nothing else runs
or styles, whatever a comment says; it allows no connection and no address but `data:` images.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup

_FOLDER = files("discourse.report.html")
_SCRIPTS = {
    "article": ("core", "chart", "theme", "comment", "tree", "filter", "lists", "claims", "turning", "print"),
    "empty": ("core", "theme"),
    "overview": ("core", "chart", "theme", "table", "overview"),
}

# What Observable Plot puts into each chart, for the class name that chart.js gives it.
_PLOT_STYLE = """:where(.plot) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot text),
:where(.plot tspan) {
  white-space: pre;
}"""


@dataclass(frozen=True, slots=True)
class Assets:
    """What a kind of page carries: its content policy, its style, its scripts in order."""

    policy: str
    style: Markup
    scripts: tuple[Markup, ...]


@cache
def assets(kind: str) -> Assets:
    """The assets of an "article", of one that is "empty" of comments, or of an "overview"."""
    own = "\n".join(_read("page", f"{name}.js") for name in _SCRIPTS[kind])
    scripts = (f'(() => {{\n"use strict";\n{own}}})();\n',)
    if "chart" in _SCRIPTS[kind]:
        scripts = (_read("vendor", "plot.min.js"), *scripts)
    style = _read("page", "page.css")
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(_hash(s) for s in scripts),
            f"style-src {_hash(style)} {_hash(_PLOT_STYLE)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    return Assets(policy, Markup(style), tuple(Markup(s) for s in scripts))


def _read(*parts: str) -> str:
    return _FOLDER.joinpath(*parts).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
