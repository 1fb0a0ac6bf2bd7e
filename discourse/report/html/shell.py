"""The frame of every page: templates with every value escaped, and the assets that belong to it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from discourse.report.html.assets import assets
from discourse.report.html.data import embed
from discourse.report.layout import FEW
from discourse.report.wording import (
    NOT_CROSSING,
    camps_note,
    interval,
    label_foot,
    links_told,
    mostly_prior,
    narrowing,
    no_exchange,
    percent,
    told_by_people,
    toxic_from,
)
from discourse.schema.counts import plural

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("discourse.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = {
        "percent": percent,
        "interval": interval,
        "plural": plural,
        "label_foot": label_foot,
        "camps_note": camps_note,
        "links_told": links_told,
        "mostly_prior": mostly_prior,
        "narrowing": narrowing,
        "toxic_from": toxic_from,
        "told_by_people": told_by_people,
        "no_exchange": no_exchange,
    }
    environment.globals |= words | {"few": FEW, "not_crossing": NOT_CROSSING}
    return environment


def render_page(template: str, kind: str, data: object, **values: object) -> str:
    """The page made by a template ("article" or "overview"), with the assets of its kind.

    `data` goes to the page's script, `values` to the template; text in either stays text.
    """
    source = _environment().get_template(f"{template}.html.j2")
    return source.render(assets=assets(kind), data=embed(data), **values)
