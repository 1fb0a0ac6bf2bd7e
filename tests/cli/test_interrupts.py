"""Ctrl-C: one line on standard error, and 130."""

import os
import signal
import subprocess
import sys

import pytest

from discourse.cli.progress import ENDING, _Bar, watching


@pytest.mark.parametrize("arguments", [("parse", "-"), ("report", "-")], ids=" ".join)
def test_an_interrupted_command_says_so_in_one_line(arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", READING, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "discourse: interrupted\n")


# The command line, which says when it has begun to wait for its source.
READING = """
import io, sys
from discourse.__main__ import main

class Waits(io.RawIOBase):
    def readable(self):
        return True
    def readinto(self, buffer):
        print("reading", flush=True)
        return sys.__stdin__.buffer.raw.readinto(buffer)

sys.stdin = io.TextIOWrapper(io.BufferedReader(Waits()))
main()
"""


def test_while_the_command_line_is_loaded_too():
    code = "import sys, discourse.__main__ as m; sys.modules['discourse.cli'] = Stops(); m.main()"
    stops = "class Stops:\n def __getattr__(self, name): raise KeyboardInterrupt\n"
    done = subprocess.run([sys.executable, "-c", stops + code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, "discourse: interrupted\n")


def test_progress_says_whether_it_counts_comments_or_lines():
    with watching(quiet=False) as lines, _Bar() as bar:
        for watcher in (lines, bar):
            watcher.counting("line")
            watcher.scoring(0, 136, 0)
        assert lines._say() == "tagged 0 of 136 lines"
        assert bar._bar.tasks[-1].fields["count"] == "0 of 136 lines"
        lines.counting("comment or line")
        lines.scoring(136, 2136, 1)
        assert lines._say().startswith("tagged 136 of 2,136 comments and lines, ")


def test_score_says_that_it_finishes_what_is_in_hand(capsys):
    with watching(quiet=False) as watcher:
        watcher.interrupted()
    with _Bar() as watcher:
        watcher.interrupted()
    assert capsys.readouterr().err.count(f"discourse: {ENDING}") == 2
    with watching(quiet=True) as watcher:
        watcher.interrupted()
    assert capsys.readouterr().err == ""


def test_score_interrupted_while_it_reads_says_how_to_go_on(command, monkeypatch, tmp_path):
    import discourse.batch as batch

    def stop(*_, **__):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(batch, "score", stop)
    done = command("score", "x.csv", "--out", tmp_path / "run")
    line = f"discourse: interrupted; to go on: discourse score x.csv --out {tmp_path / 'run'}\n"
    assert (done.returncode, done.stderr) == (130, line)
