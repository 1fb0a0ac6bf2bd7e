"""The charts: the same figures in every database, a Datasette that really serves them, Grafana's files."""

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager

import duckdb
import pandas as pd
import pytest
import yaml
from export_stubs import make_run, rows

from discourse.export import export
from discourse.export.charts import CHARTS
from discourse.export.hosts import KnownHosts


def split(comments):
    """How the readers split, as pandas has it from the Parquet of the run."""
    return comments.stance_article.dropna().value_counts().to_dict()


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
def test_every_chart_gives_the_same_in_all_databases(kind, run, tables, place):
    paths = {name: place(name) for name in ("sqlite", kind)}
    for name, path in paths.items():
        export(run, name, path)
    with closing(sqlite3.connect(paths["sqlite"])) as db:
        wanted = {c.name: db.execute(c.query()).fetchall() for c in CHARTS}
    if kind == "duckdb":
        with closing(duckdb.connect(str(paths[kind]))) as db:
            found = {c.name: db.execute(c.query()).fetchall() for c in CHARTS}
    else:
        import psycopg

        with psycopg.connect(paths[kind]) as db:
            found = {c.name: db.execute(c.query()).fetchall() for c in CHARTS}
    assert dict(found["split"]) == split(tables["comments"])
    for name, rows_ in wanted.items():
        assert rows_, name
        for a, b in zip(sorted(map(_plain, rows_)), sorted(map(_plain, found[name])), strict=True):
            assert a == pytest.approx(b, abs=1e-9), name


def _plain(row):
    return tuple(str(v) if hasattr(v, "year") else v for v in row)


@contextmanager
def dashboard(run, *options):
    """The command as a user starts it, and the address it prints."""
    pytest.importorskip("datasette_dashboards", reason="needs the package datasette-dashboards")
    process = subprocess.Popen(
        [sys.executable, "-m", "discourse", "dashboard", str(run), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise AssertionError(process.communicate(timeout=30)[1])
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def get(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


@pytest.fixture(scope="module")
def served(run, tmp_path_factory):
    folder = shutil.copytree(run, tmp_path_factory.mktemp("dashboard") / "run")
    with dashboard(folder) as (process, address):
        yield address
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and out == "" and err.endswith("stopped\n"), err
    assert {p.name for p in (folder / "dashboard").iterdir()} == {"comments.db", "metadata.yaml", "made.json"}


def test_canned_queries_and_charts_answer_as_the_parquet_does(served, tables):
    root = served.partition("/-/")[0]
    said = json.loads(get(f"{root}/comments/split.json?_shape=array"))
    assert {r["stance_article"]: r["n_comments"] for r in said} == split(tables["comments"])
    found = json.loads(get(f"{root}/comments/comments.json?_search=nobody&_shape=array&_size=max"))
    text = tables["comments"].text
    assert len(found) == text.str.contains(r"\bnobody\b").sum() > 0
    queries = json.loads(get(f"{root}/comments.json"))["queries"]
    for query in queries:
        words = "&words=damn" if query["name"] == "search" else ""
        assert json.loads(get(f"{root}/comments/{query['name']}.json?_shape=array{words}")), query["name"]


def test_requests_that_name_another_host_are_refused(served):
    port = urllib.parse.urlsplit(served).port
    for host, code in (
        (f"127.0.0.1:{port}", 200),
        (f"localhost:{port}", 200),
        (f"[::1]:{port}", 200),
        (f"evil.example:{port}", 403),
        ("192.0.2.1", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("GET", "/comments.json", headers={"Host": host})
        answer = link.getresponse()
        assert (answer.status, host) == (code, host)
        assert (b"comments" in answer.read()) is (code == 200)
        link.close()


@pytest.mark.parametrize(
    ("listens", "named", "known"),
    [
        ("0.0.0.0", "192.0.2.1:8001", True),
        ("::", "[2001:db8::1]:8001", True),
        ("0.0.0.0", "evil.example:8001", False),
        ("Box.example", "box.example:8001", True),
        ("127.0.0.1", "[not an address", False),
    ],
)
def test_a_host_that_others_reach_is_known_by_its_number_and_name(listens, named, known):
    hosts = KnownHosts(None, listens)
    assert hosts.knows([(b"host", named.encode())]) is known
    assert not hosts.knows([(b"host", named.encode())] * 2) and not hosts.knows([])


def test_the_dashboard_in_a_browser(served, tables, browser):
    comments = tables["comments"]
    root = served.partition("/-/")[0]
    asked, errors, texts = [], [], []
    page = browser.new_page()
    page.on("request", lambda r: asked.append(r.url))
    page.on("response", lambda r: errors.append(r.url) if r.status >= 400 else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("dialog", lambda d: (errors.append(d.message), d.dismiss()))

    def open_(address):
        page.goto(address)
        charts = [c.name for c in CHARTS if c.kind in ("bars", "days")]
        for name in charts:
            page.locator(f"#chart-{name} svg, #chart-{name} canvas").first.wait_for()
        page.locator("#chart-comments p").wait_for()
        texts.append(page.locator("#chart-comments").inner_text().strip())

    open_(served)
    title = comments.article_id.iloc[0]
    page.select_option("select[name=article]", index=1)
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**article=**")
    open_(page.url)
    first = f"{served}?from=2026-03-02&to=2026-03-02"
    open_(first)
    page.goto(f"{root}/comments/comments?_search=damn")
    body = page.locator("body").inner_text()
    assert "<img src=x onerror=alert(1)>" in body and page.locator("img[src=x]").count() == 0
    page.goto(f"{root}/comments")
    page.get_by_role("link", name="How the readers split").click()
    page.get_by_role("heading", name="How the readers split").wait_for()
    page.close()
    day = comments.posted_at.dt.strftime("%Y-%m-%d") == "2026-03-02"
    assert texts == [str(len(comments)), str((comments.article_id == title).sum()), str(day.sum())]
    assert errors == []
    assert all(url.startswith((root, "data:", "blob:")) for url in asked), asked


def test_a_run_scored_again_is_prepared_again(run, tmp_path):
    from discourse.export.serving import prepare

    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    first = prepare(folder)
    stamp = first.stat().st_mtime_ns
    assert prepare(folder).stat().st_mtime_ns == stamp  # nothing to do
    shutil.rmtree(folder)
    make_run(tmp_path, rows(60))
    with closing(sqlite3.connect(prepare(folder))) as db:
        assert db.execute("SELECT COUNT(*) FROM comments").fetchone() == (60,)
    (folder / "dashboard" / "made.json").write_text("{damaged")
    prepare(folder)
    assert json.loads((folder / "dashboard" / "made.json").read_text())["complete"] is True


def test_a_port_that_is_taken_is_told(served, run, command):
    port = urllib.parse.urlsplit(served).port
    done = command("dashboard", run, "--port", port)
    assert done.returncode == 2 and done.stdout == ""
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr and done.stderr.count("\n") == 1
    shutil.rmtree(run / "dashboard")


def test_the_folder_for_grafana(run, tmp_path, tables):
    out = tmp_path / "grafana"
    for _ in range(2):
        export(run, "grafana", out)
    source = yaml.safe_load((out / "datasources" / "discourse.yaml").read_text())
    (one,) = source["datasources"]
    assert source["apiVersion"] == 1 and one["type"] == "grafana-postgresql-datasource"
    assert {"name", "url", "user", "uid"} <= set(one) and "database" in one["jsonData"]
    assert set(one["secureJsonData"]) == {"password"}
    (provider,) = yaml.safe_load((out / "dashboards" / "discourse.yaml").read_text())["providers"]
    assert provider["type"] == "file" and provider["options"]["path"]
    board = json.loads((out / "dashboards" / "discourse.json").read_text())
    assert board["uid"] and board["schemaVersion"] >= 36 and "id" not in board
    assert pd.Timestamp(board["time"]["from"]) == tables["comments"].posted_at.min()
    assert [p["id"] for p in board["panels"]] == list(range(1, len(CHARTS) + 1))
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == one["uid"] == panel["targets"][0]["datasource"]["uid"]
        assert panel["type"] in ("stat", "barchart", "timeseries")
    taken = [
        (x, y)
        for p in board["panels"]
        for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"])
        for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))  # no panel on another


@pytest.mark.parametrize("articles", ["'__all'", "'=Should the council ban cars 1? <b>Yes</b>'"])
def test_grafana_asks_what_postgres_answers(articles, run, tables, postgres, tmp_path):
    import psycopg

    address = postgres()
    export(run, "postgres", address)
    export(run, "grafana", tmp_path / "out")
    board = json.loads((tmp_path / "out" / "dashboards" / "discourse.json").read_text())
    between = (
        r"\1 BETWEEN '2026-03-01T00:00:00Z' AND '2026-04-01T00:00:00Z'"  # as Grafana writes the macro out
    )
    comments = tables["comments"]
    if "__all" not in articles:
        comments = comments[comments.article_id == "a1"]
    with psycopg.connect(address) as db:
        shown = [r[0] for r in db.execute(board["templating"]["list"][0]["query"]).fetchall()]
        assert len(shown) == 4
        for panel, chart in zip(board["panels"], CHARTS, strict=True):
            sql = panel["targets"][0]["rawSql"].replace("${article:sqlstring}", articles)
            sql = re.sub(r"\$__timeFilter\((\w+)\)", between, sql)
            assert "$" not in sql
            cursor = db.execute(sql)
            rows_ = cursor.fetchall()
            assert rows_, chart.name
            names = [c.name for c in cursor.description]
            assert set(chart.values) <= set(names)
            assert (names[0] == "time") == (panel["targets"][0]["format"] == "time_series")
            if chart.name == "comments":
                assert rows_ == [(len(comments),)]
            if chart.name == "days":
                timed = comments[comments.posted_at.notna()]
                assert sum(sum(r[1:]) for r in rows_) == timed.stance_article.notna().sum()
