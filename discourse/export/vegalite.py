"""The charts as a dashboard of datasette-dashboards, drawn by Vega-Lite.

The plugin's own tables put cells into the page as HTML, so none is used: Vega draws labels as text.
"""

from __future__ import annotations

from collections.abc import Mapping

from discourse.export.charts import ARTICLE, ARTICLES, CHARTS, COLOURS, NAMES, Chart

LAYOUT = (
    ("comments", "toxic", "split", "split"),
    ("days", "days", "toxic_by_side", "toxic_by_side"),
    ("days", "days", "toxic_days", "toxic_days"),
    ("articles", "articles", "depth", "depth"),
    ("articles", "articles", "masked", "masked"),
)
_SIDES = {"favor": "for", "against": "against", "none": "neither"}


def dashboard(database: str) -> dict:
    """The dashboard of a database that Datasette serves under a name."""
    charts = {chart.name: _chart(chart, database) for chart in CHARTS}
    return {
        "title": "How the readers answer",
        "description": "Counts of labels by models; single labels are often wrong.",
        "layout": [list(row) for row in LAYOUT],
        "filters": {
            "article": {"name": "Article", "type": "select", "db": database, "query": ARTICLES},
            "from": {"name": "From", "type": "date"},
            "to": {"name": "To", "type": "date"},
        },
        "charts": charts,
    }


def _chart(chart: Chart, database: str) -> dict:
    condition = f" [[ and {ARTICLE} = :article ]] [[ and day >= :from ]] [[ and day <= :to ]]"
    base = {"title": chart.title, "db": database, "query": chart.query(condition)}
    if chart.kind == "number":
        return base | {"library": "metric", "display": {"field": chart.values[0], "prefix": "", "suffix": ""}}
    if chart.kind == "share":
        (value,) = chart.values
        sql = f"select round(100 * {value}, 1) as {value} from ({base['query']})"
        return base | {
            "query": sql,
            "library": "metric",
            "display": {"field": value, "prefix": "", "suffix": " %"},
        }
    return base | {"library": "vega-lite", "display": _drawn(chart)}


def _drawn(chart: Chart) -> Mapping:
    share = chart.values == ("share_toxic",)
    amount = {
        "type": "quantitative",
        "title": None,
        "axis": {"format": "%" if share else "~s", "tickMinStep": 1, "tickCount": 6},
    }
    if share:
        amount["axis"].pop("tickMinStep")
    by_day = chart.kind == "days"
    along = {
        "field": chart.over,
        "type": "temporal" if by_day else "nominal",
        "title": None,
        "sort": None,
        "axis": {"labelLimit": 280},
    }
    if by_day:
        along |= {"timeUnit": "utcyearmonthdate"}
        along.pop("sort")
    if chart.over == "depth":
        along |= {"title": "depth of the reply"}
        along["axis"] |= {"labelAngle": 0}
    if chart.over == "stance_article":
        along["sort"] = list(_SIDES)
        words = "{" + ", ".join(f"'{k}': '{v}'" for k, v in _SIDES.items()) + "}"
        along["axis"]["labelExpr"] = f"{words}[datum.label]"
    mark = {"type": "line", "point": True} if share and by_day else {"type": "bar"}
    drawn: dict = {"mark": mark | {"tooltip": True}}
    if len(chart.values) > 1:
        shown = [NAMES[v] for v in chart.values]
        named = [{"calculate": f"datum.{v}", "as": NAMES[v]} for v in chart.values]
        drawn["transform"] = [*named, {"fold": shown, "as": ["label", "n"]}]
        amount |= {"field": "n", "stack": "zero"}
        colour = {
            "field": "label",
            "type": "nominal",
            "title": None,
            "scale": {"domain": shown, "range": [COLOURS[v] for v in chart.values]},
            "legend": {"orient": "top"},
        }
    else:
        amount |= {"field": chart.values[0]}
        colour = {"value": COLOURS[chart.values[0]]}
        if chart.over == "stance_article":
            names = list(_SIDES)
            scale = {"domain": names, "range": [COLOURS[f"n_{name}"] for name in names]}
            colour = {"field": chart.over, "type": "nominal", "scale": scale, "legend": None}
    x, y = (along, amount) if by_day or chart.over == "depth" else (amount, along)
    return drawn | {"encoding": {"x": x, "y": y, "color": colour}}
