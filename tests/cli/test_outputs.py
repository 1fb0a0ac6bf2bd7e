"""What a command writes never takes the place of what it reads, nor of another output."""

import os
import subprocess
import sys

import pytest

from discourse.cli.outputs import check_outputs
from discourse.schema import UsageError

TABLE = "text,label\nhello there,0\nyou fool,1\n"


def discourse(*arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "discourse", *map(str, arguments)],
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(TABLE)
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("parse", "FILE", "-o", "FILE"),
        ("report", "FILE", "--html", "FILE"),
        ("report", "FILE", "--json", "FILE"),
        ("evaluate", "toxicity", "FILE", "--json", "FILE"),
        ("evaluate", "toxicity", "FILE", "--rejects", "FILE"),
        ("evaluate", "structure", "other.jsonl", "--page", "FILE", "--json", "FILE"),
        ("review", "import", "FILE", "run", "--rejects", "FILE"),
        ("report", "FILE", "--html", "x", "--json", "x"),
        ("serve", "--keys", "k", "--suggestions", "k"),
    ],
    ids=" ".join,
)
def test_every_command_refuses_before_it_reads_or_writes(table, arguments):
    before = sorted(table.parent.iterdir())
    done = discourse(*(str(table) if a == "FILE" else a for a in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and ("which is read" in done.stderr or "same file" in done.stderr)
    assert (table.read_text(), sorted(table.parent.iterdir())) == (TABLE, before)


def test_standard_input_from_the_file_written_to(table):
    with table.open() as stream:
        done = discourse("parse", "-", "-o", table, stdin=stream)
    assert done.returncode == 2 and "standard input" in done.stderr and table.read_text() == TABLE


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_other_names_of_the_same_file(table, link):
    other = table.with_name("other.csv")
    link(table, other)
    for source in (table, table.parent / "c.*", table.parent):
        with pytest.raises(UsageError, match="which is read"):
            check_outputs({"-o": other}, [source])
    with pytest.raises(UsageError, match="same file"):
        check_outputs({"--html": table, "--json": other}, [])


def test_a_link_in_the_folder_to_a_file_outside(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out.csv"
    folder.mkdir()
    out.write_text(TABLE)
    (folder / "link.csv").symlink_to(out)
    with pytest.raises(UsageError, match=r"link\.csv"):
        check_outputs({"-o": out}, [folder])


def test_a_run_keeps_its_own_files_and_lets_others_lie_beside_them(tmp_path):
    (tmp_path / "manifest.json").write_text('{"tool": {"name": "discourse"}}')
    for name in ("manifest.json", "comments/part-0.parquet", "human/tags.parquet"):
        with pytest.raises(UsageError, match="of the run"):
            check_outputs({"--json": tmp_path / name}, [tmp_path])
    check_outputs({"--json": tmp_path / "figures.json"}, [tmp_path])


def test_what_is_apart_passes(table, tmp_path):
    check_outputs(
        {"-o": table.with_name("new.csv"), "--json": "-"}, [table, "-", None, "http://x", "no*.csv"]
    )
    check_outputs({"--json": os.devnull, "--rejects": os.devnull}, [table])
    check_outputs({"--html": tmp_path / "picture.png"}, [tmp_path])
    with pytest.raises(UsageError, match="of the folder"):
        check_outputs({"--html": tmp_path / "page.html"}, [tmp_path])


def test_an_output_that_is_a_link_stays_one(table, tmp_path):
    link, target = tmp_path / "out" / "link.jsonl", tmp_path / "target.jsonl"
    link.parent.mkdir()
    link.symlink_to(target)
    done = discourse("parse", table, "-o", link, "--quiet")
    assert done.returncode == 0, done.stderr
    assert link.is_symlink() and target.read_text().count("\n") == 3


def test_standard_output_by_its_name_is_written_to(table, tmp_path):
    stream = tmp_path / "stdout"
    with stream.open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "discourse", "parse", table, "-o", "/proc/self/fd/1", "--quiet"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    assert stream.read_text().count("\n") == 3
