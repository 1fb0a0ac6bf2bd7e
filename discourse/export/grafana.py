"""The charts as a provisioning folder for Grafana: a PostgreSQL data source and a dashboard.

The shape is that of Grafana's documentation ("Provision Grafana", "PostgreSQL data source") and of the types in
the package @grafana/schema 13.2.
"""

from __future__ import annotations

import json
from pathlib import Path

from discourse.export.charts import ARTICLE, ARTICLES, CHARTS, COLOURS, NAMES, Chart
from discourse.export.files import explained, own_folder, write_text
from discourse.export.formats import Changes, Format, Outcome
from discourse.export.source import RunTables

UID = "discourse"
SOURCE = {"type": "grafana-postgresql-datasource", "uid": UID}
_SCHEMA = 39  # of the dashboard JSON; Grafana brings older ones up to date as it loads them
_ALL = "__all"
_FILTER = f" and ('{_ALL}' in (${{article:sqlstring}}) or {ARTICLE} in (${{article:sqlstring}}))"
_TIMES = " and $__timeFilter(posted_at)"
_TIMES_OR_NONE = " and (posted_at is null or $__timeFilter(posted_at))"
_SIDES = {"favor": "for", "against": "against", "none": "neither"}
# x, y, width, height on a grid of 24 columns
_PLACES = {
    "comments": (0, 0, 4, 6),
    "toxic": (4, 0, 4, 6),
    "split": (8, 0, 8, 6),
    "toxic_by_side": (16, 0, 8, 6),
    "days": (0, 6, 14, 9),
    "toxic_days": (14, 6, 10, 9),
    "articles": (0, 15, 14, 16),
    "depth": (14, 15, 10, 8),
    "masked": (14, 23, 10, 8),
}


def export(source: RunTables, destination: Path) -> Outcome:
    """Writes `datasources/discourse.yaml`, `dashboards/discourse.yaml` and `dashboards/discourse.json`.

    The folder goes to Grafana's provisioning folder, or is it (`GF_PATHS_PROVISIONING`). The dashboard begins
    with the run's first comment and asks the views that `export --to postgres` makes.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    with own_folder(destination, Format.GRAFANA, source.run_id) as folder:
        files = {
            folder / "datasources" / "discourse.yaml": datasource(),
            folder / "dashboards" / "discourse.yaml": provider(),
            folder / "dashboards" / "discourse.json": json.dumps(dashboard(_begin(source)), indent=1) + "\n",
        }
        for path, text in files.items():
            with explained(path):
                path.parent.mkdir(exist_ok=True)
            write_text(path, text)
    return Outcome(tuple(files), {"charts": Changes(len(CHARTS))})


def datasource() -> str:
    """The data source as YAML; where it is comes from the environment of Grafana."""
    return f"""# Grafana reads the variables from its environment as it starts.
apiVersion: 1
datasources:
  - name: Discourse
    uid: {UID}
    type: {SOURCE["type"]}
    access: proxy
    url: $DISCOURSE_PGHOST:$DISCOURSE_PGPORT
    user: $DISCOURSE_PGUSER
    secureJsonData:
      password: $DISCOURSE_PGPASSWORD
    jsonData:
      database: $DISCOURSE_PGDATABASE
      sslmode: $DISCOURSE_PGSSLMODE
      postgresVersion: 1500
      timescaledb: false
"""


def provider() -> str:
    """What tells Grafana where the dashboard is, as YAML."""
    return """apiVersion: 1
providers:
  - name: Discourse
    folder: Discourse
    type: file
    allowUiUpdates: false
    options:
      path: $DISCOURSE_DASHBOARDS
"""


def dashboard(begin: str) -> dict:
    """The dashboard as Grafana stores it.

    Args:
        begin: where its time range begins, as ISO 8601 or relative to now.
    """
    return {
        "uid": UID,
        "title": "How the readers answer",
        "description": "Counts of labels by models; single labels are often wrong.",
        "tags": ["discourse"],
        "schemaVersion": _SCHEMA,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "utc",
        "time": {"from": begin, "to": "now"},
        "refresh": "",
        "annotations": {"list": []},
        "templating": {"list": [_variable()]},
        "links": [],
        "panels": [_panel(number, chart) for number, chart in enumerate(CHARTS, 1)],
    }


def _variable() -> dict:
    return {
        "name": "article",
        "label": "Article",
        "type": "query",
        "datasource": SOURCE,
        "query": ARTICLES,
        "refresh": 1,
        "multi": True,
        "includeAll": True,
        "allValue": f"'{_ALL}'",
        "current": {"text": ["All"], "value": ["$__all"]},
        "options": [],
    }


def _panel(number: int, chart: Chart) -> dict:
    x, y, width, height = _PLACES[chart.name]
    share = chart.values == ("share_toxic",)
    defaults: dict = {"unit": "percentunit" if share else "short", "noValue": "none"}
    if share:
        defaults |= {"min": 0, "decimals": 0 if chart.kind != "share" else 1}
    return {
        "id": number,
        "title": chart.title,
        "description": chart.about,
        "type": _type(chart),
        "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": width, "h": height},
        "targets": [
            {
                "refId": "A",
                "datasource": SOURCE,
                "editorMode": "code",
                "format": "time_series" if chart.kind == "days" else "table",
                "rawQuery": True,
                "rawSql": _query(chart),
            }
        ],
        "fieldConfig": {"defaults": defaults | {"custom": _custom(chart)}, "overrides": _overrides(chart)},
        "options": _options(chart),
    }


def _type(chart: Chart) -> str:
    return {"number": "stat", "share": "stat", "bars": "barchart", "days": "timeseries"}[chart.kind]


def _query(chart: Chart) -> str:
    sql = chart.query(_FILTER + (_TIMES if chart.kind == "days" else _TIMES_OR_NONE))
    if chart.kind == "days":
        values = ", ".join(chart.values)
        return f'select cast(day as timestamp) as "time", {values}\nfrom ({sql}) as by_day\norder by 1'
    if chart.over == "stance_article":
        cases = " ".join(f"when '{k}' then '{v}'" for k, v in _SIDES.items())
        values = ", ".join(chart.values)
        return f"select case stance_article {cases} end as side, {values}\nfrom ({sql}) as by_side"
    if chart.over == "depth":
        return f"select cast(depth as text) as depth, {', '.join(chart.values)}\nfrom ({sql}) as by_depth"
    return sql


def _custom(chart: Chart) -> dict:
    if chart.kind == "bars":
        return {"fillOpacity": 85, "lineWidth": 0}
    if chart.kind != "days":
        return {}
    if len(chart.values) == 1:
        return {"drawStyle": "line", "showPoints": "always", "lineWidth": 2}
    stacked = {"stacking": {"mode": "normal", "group": "A"}}
    return {"drawStyle": "bars", "fillOpacity": 85, "lineWidth": 0, "showPoints": "never"} | stacked


def _overrides(chart: Chart) -> list[dict]:
    """The name and colour of each column of numbers."""
    return [
        {
            "matcher": {"id": "byName", "options": value},
            "properties": [
                {"id": "displayName", "value": NAMES[value]},
                {"id": "color", "value": {"mode": "fixed", "fixedColor": COLOURS[value]}},
            ],
        }
        for value in chart.values
    ]


def _options(chart: Chart) -> dict:
    if chart.kind in ("number", "share"):
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "orientation": "auto",
            "textMode": "value",
            "wideLayout": True,
            "colorMode": "none",
            "graphMode": "none",
            "justifyMode": "center",
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
        }
    legend = {"displayMode": "list", "placement": "bottom", "showLegend": len(chart.values) > 1, "calcs": []}
    tooltip = {"mode": "multi", "sort": "none"}
    if chart.kind == "days":
        return {"legend": legend, "tooltip": tooltip}
    return {
        "legend": legend,
        "tooltip": tooltip,
        "orientation": "vertical" if chart.over == "depth" else "horizontal",
        "stacking": "normal" if len(chart.values) > 1 else "none",
        "showValue": "auto",
        "barWidth": 0.8,
        "groupWidth": 0.7,
        "fullHighlight": False,
        "xTickLabelRotation": 0,
        "xTickLabelMaxLength": 40,
    }


def _begin(source: RunTables) -> str:
    """The time of the run's first comment; ten years back where none has a time."""
    import pyarrow.compute as pc

    first = [pc.min(part.column("posted_at")).as_py() for part in source.parts("comments")]
    known = [time for time in first if time is not None]
    return min(known).isoformat().replace("+00:00", "Z") if known else "now-10y"
