"""The commands as a user runs them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import discourse

SEEDS = Path(__file__).parents[2] / "seeds"
SEED = next(SEEDS.glob("004*.txt"))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    figures = tmp_path_factory.mktemp("report") / "figures.json"
    done = discourse("report", SEED, "--json", figures)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(), json.loads(figures.read_text(encoding="utf-8"))


def test_parse_writes_the_contracts_columns():
    done = discourse("parse", SEED, "-o", "-")
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [r["kind"] for r in rows] == ["article"] + ["comment"] * (len(rows) - 1)
    assert set(rows[0]) == {
        "kind", "article_id", "title", "text", "url", "published_at", "source", "line_start", "line_end",
    }  # fmt: skip
    assert set(rows[1]) == {
        "kind", "comment_id", "article_id", "parent_id", "root_id", "depth", "position", "author", "posted_at", "text",
        "line_start", "line_end", "parent_source", "parent_confidence",
    }  # fmt: skip
    assert [r["position"] for r in rows[1:]] == list(range(len(rows) - 1))


def test_parse_explains_each_inferred_link(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("\n".join(SEED.read_text(encoding="utf-8").splitlines()[:30]), encoding="utf-8")
    done = discourse("parse", page, "--explain", COLUMNS="80")
    assert done.returncode == 0
    text = done.stdout.decode()
    links = re.findall(r"^lines? [\d–]+ answers? ", text, re.MULTILINE)
    assert text.count("rather than") == len(links) - 1 > 5
    assert max(map(len, text.splitlines())) <= 80
    done = discourse("parse", page, "--explain", "-o", "-")
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()][1:]
    ids = {r["comment_id"] for r in rows}
    for row in rows[1:]:
        assert (
            row["runner_up_id"] in ids | {None}
            and row["runner_up_id"] != row["parent_id"]
            or not row["parent_id"]
        )
        assert 0 <= row["runner_up_confidence"] <= 1
        assert set(row["spoke_for_parent"]) == set(row["spoke_for_runner_up"])


def test_report_has_every_part(report):
    text, figures = report
    assert figures["comments"]["n"] > 60
    for word in (
        "position",
        "+ for",
        "against",
        "neither",
        "toxicity",
        "masked profanity",
        "agree",
        "sharpest",
        "reply tree",
    ):
        assert word in text.lower()
    assert "\x1b" not in text


def test_report_covers_profanity_unless_asked(report):
    text, _ = report
    assert "bulls**t" not in text
    shown = discourse("report", SEED, "--show-profanity")
    assert "bulls**t" in shown.stdout.decode()


@pytest.mark.parametrize("name", ["000", "001", "002", "003"])
def test_a_page_without_comments_is_said_to_have_none(name):
    done = discourse("report", next(SEEDS.glob(f"{name}*")))
    assert done.returncode == 0
    assert "no comments" in done.stdout.decode().lower()


def test_standard_input():
    done = discourse("parse", "-", "-o", "-", stdin=SEED.read_bytes())
    first = json.loads(done.stdout.decode().splitlines()[0])
    assert first["article_id"] == "stdin"
    assert first["line_start"] == 1
    assert first["source"] in ("-", "standard input", "stdin", "<stdin>")


@pytest.mark.parametrize(
    "make, word",
    [
        (lambda p: p / "missing.txt", "no such file"),
        (lambda p: p, "folder"),
        (lambda p: _write(p / "empty.txt", b""), "empty"),
        (lambda p: _write(p / "blank.txt", b" \n\n \t\n"), "empty"),
        (lambda p: _write(p / "picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), "binary"),
    ],
    ids=["missing", "folder", "empty", "blank", "binary"],
)
def test_unreadable_sources_give_one_line_and_code_2(tmp_path, make, word):
    source = make(tmp_path)
    done = discourse("report", source)
    error = done.stderr.decode()
    assert done.returncode == 2
    assert error.startswith("discourse: ") and error.count("\n") == 1
    assert str(source) in error
    assert word in error or word == "binary"


def _write(path, content):
    path.write_bytes(content)
    return path


def test_wrong_usage_is_code_2():
    assert discourse("report").returncode == 2
    assert discourse("nonsense").returncode == 2


def test_missing_model_is_code_3(tmp_path):
    done = discourse("report", SEED, "--stance-model", tmp_path / "nothing")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr.decode()


def test_models_lists_and_verifies():
    listed = discourse("models").stdout.decode()
    for name in ("structure", "stance", "toxicity", "profanity"):
        assert name in listed
    assert discourse("models", "verify").returncode == 0


def test_models_are_blocks_where_columns_would_break_words():
    from typer.testing import CliRunner

    from discourse.cli import app
    from discourse.nn.store import manifest

    for width, table in ((80, False), (100, False), (200, True)):
        text = CliRunner().invoke(app, ["models"], env={"COLUMNS": str(width)}).stdout
        lines = text.splitlines()
        assert max(len(line) for line in lines[:-1]) <= width
        assert (lines[0].split()[:4] == ["model", "what", "it", "does"]) == table
        for name, entry in manifest()["models"].items():
            assert (name in lines) != table
            words = {w for fact in (entry["task"], *entry["measured"]) for w in fact.split() if len(w) < 30}
            assert words <= set(text.split())  # none is broken


def test_help_is_quick_and_ends_with_an_example():
    for command in ("parse", "report"):
        text = discourse(command, "--help").stdout.decode()
        assert (
            text.strip().splitlines()[-1].strip().startswith("Example: discourse ")
            or "Example: discourse" in text
        )
    code = (
        "import sys, discourse.cli; print(any(m in sys.modules for m in ('torch', 'pandas', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stdout.strip() == b"False"


def test_terminal_escapes_in_comments_do_nothing(tmp_path):
    hostile = (
        SEED.read_text(encoding="utf-8")
        + "\n\x1b]0;pwned\x07\x1b[2JYou are \x1b[31mwrong\x1b[0m, all of you.\n"
    )
    path = tmp_path / "hostile.txt"
    path.write_text(hostile, encoding="utf-8")
    done = discourse("report", path)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout and b"pwned" not in done.stdout
    parsed = discourse("parse", path, "-o", "-").stdout.decode()
    assert "You are wrong, all of you." in parsed


def test_report_compares_the_claims_of_several_sources(tmp_path):
    said = "Mayor Ann Lee said the old harbour bridge is unsafe for cars and must be closed."
    rows = [
        {
            "article_id": "a",
            "article_title": "The bridge",
            "article_text": said,
            "text": f"“{said}” Nonsense, it is fine.",
        },
        {
            "article_id": "b",
            "article_title": "The bridge",
            "article_text": said.replace("unsafe", "not safe"),
            "text": "No.",
        },
    ]
    files = []
    for row in rows:
        file = tmp_path / f"{row['article_id']}.jsonl"
        file.write_text(json.dumps(row), encoding="utf-8")
        files.append(file)
    done = discourse("report", *files, "--json", tmp_path / "figures.json", "--no-tree", "--quiet")
    assert done.returncode == 0, done.stderr.decode()
    first, second = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert first["shared_claims"] == second["shared_claims"]
    assert first["shared_claims"]["claims"][0]["articles"] == [0, 1]
    assert [item["comments"]["n"] for item in first["claims"]["items"]] == [1]
    assert "Claims shared by articles" in done.stdout.decode()

    del rows[1]["text"]
    files[1].write_text(
        json.dumps(rows[1] | {"kind": "article", "title": "Silent", "text": rows[1]["article_text"]})
    )
    done = discourse("report", *files, "--html", tmp_path / "all.html", "--no-tree")
    assert done.returncode == 0, done.stderr.decode()
    page = (tmp_path / "all.html").read_text(encoding="utf-8")
    assert "Claims that several articles carry" in page and "1 article without comments" in page
    assert [p.name for p in (tmp_path / "all-articles").iterdir()] == ["0001-the-bridge.html"]
    assert "with 1 page in" in done.stderr.decode()
