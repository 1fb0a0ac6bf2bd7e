"""What can befall a run: after each, no row is lost, doubled or torn, and the message says what to do."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from batch_stubs import POISON, write_dump
from conftest import same, tables

from discourse.batch import Run, Silent, score, status
from discourse.batch import files as batch_files
from discourse.batch.files import Journal
from discourse.schema import ModelError, UnreadableSource, UsageError

PROGRAM = Path(__file__).with_name("batch_stubs.py")


def start(dump, folder, *more, **environment):
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(dump), str(folder), *more],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(folder, count, process, seconds=120):
    """Waits until a run has written that many parts."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if len(list(folder.glob("comments/part-*"))) >= count:
            return
        time.sleep(0.01)


def interrupted_after(dump, folder, settings, shards):
    """A run that stops, as if killed, when so many shards are recorded."""

    class Stop(Silent):
        count = 0

        def scoring(self, done, total, rejected):
            if self.count == shards:
                raise RuntimeError("stop")
            self.count += 1

    with pytest.raises(RuntimeError, match="stop"):
        score([str(dump)], folder, settings, watcher=Stop())


def test_killed_at_any_moment_and_started_again(dump, undisturbed, tmp_path):
    folder, draw = tmp_path / "run", random.Random(7)
    for parts in (0, 3, 7):
        process = start(dump, folder, "--workers", str(draw.choice((1, 2))), STUB_DELAY="0.002")
        wait_for(folder, parts, process)
        time.sleep(draw.random() * 0.2)
        process.kill()
        process.communicate()
    assert not json.loads((folder / "manifest.json").read_text())["complete"]
    with pytest.raises(UnreadableSource, match="not complete"):
        Run.open(folder)
    last = start(dump, folder)
    out, error = last.communicate()
    assert last.returncode == 0, error.decode()
    assert json.loads(out)["scored_now"] < 1000
    assert same(folder, undisturbed)
    assert not list(folder.rglob("*.tmp"))


def test_a_worker_that_dies_is_replaced(tmp_path, settings):
    dump = write_dump(tmp_path / "d.jsonl", 300, lines=['{"id": "x", "text": "CRASH"}'])
    score([str(dump)], tmp_path / "calm", settings)
    process = start(dump, tmp_path / "run", "--workers", "2", STUB_CRASH=str(tmp_path / "crashed"))
    _, error = process.communicate()
    assert process.returncode == 0, error.decode()
    assert (tmp_path / "crashed").exists()
    assert same(tmp_path / "run", tmp_path / "calm")


UNGUARDED = """
from batch_stubs import load
from discourse.batch import Settings, score

GUARD
    score([{dump!r}], {folder!r}, Settings(load=load, shard_comments=100, workers=2))
"""


@pytest.mark.parametrize(("guard", "code"), [("if True:", 1), ('if __name__ == "__main__":', 0)])
def test_a_program_without_a_guard_is_told_so_once(dump, undisturbed, tmp_path, guard, code):
    program, folder = tmp_path / "program.py", tmp_path / "run"
    program.write_text(UNGUARDED.format(dump=str(dump), folder=str(folder)).replace("GUARD", guard))
    paths = os.pathsep.join([str(PROGRAM.parent), str(PROGRAM.parents[2])])
    done = subprocess.run(
        [sys.executable, str(program)],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == code, done.stderr
    if code:
        assert done.stderr.count("Traceback") == 1 and "too little memory" not in done.stderr
        assert 'put the call of `score` under `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
    else:
        assert same(folder, undisturbed)


def test_an_interrupt_finishes_the_shard_in_hand(dump, settings, undisturbed, tmp_path):
    for workers in ("1", "2"):
        folder = tmp_path / workers
        process = start(dump, folder, "--workers", workers, STUB_DELAY="0.002")
        wait_for(folder, 2, process)
        os.kill(process.pid, signal.SIGINT)
        out, error = process.communicate()
        assert process.returncode == 130, error.decode()
        done = json.loads(out)
        assert not done["complete"] and done["scored_now"] > 0
        found = status(folder)
        assert found.state == "stopped" and found.done == done["scored_now"]
        assert len(tables(folder)["comments"]) == found.done
        assert score([str(dump)], folder, settings).scored_now == 1000 - found.done
        assert same(folder, undisturbed)


def test_the_first_interrupt_is_told_once(dump, settings, tmp_path):
    class Interrupting(Silent):
        told = 0

        def scoring(self, done, total, rejected):
            if done and not self.told:
                os.kill(os.getpid(), signal.SIGINT)

        def interrupted(self):
            self.told += 1
            raise RuntimeError("reentrant call")  # as of a stream that is being written to

    watcher = Interrupting()
    outcome = score([str(dump)], tmp_path / "run", settings, watcher=watcher)
    assert watcher.told == 1 and not outcome.complete and outcome.scored_now


def test_two_processes_on_one_folder(dump, settings, tmp_path):
    process = start(dump, tmp_path / "run", STUB_DELAY="0.005")
    wait_for(tmp_path / "run", 1, process)
    with pytest.raises(UsageError, match=f"another process is at work .*process {process.pid}"):
        score([str(dump)], tmp_path / "run", settings)
    assert status(tmp_path / "run").state == "running"
    process.kill()
    process.communicate()
    assert score([str(dump)], tmp_path / "run", settings).complete


@pytest.mark.parametrize("table", ["articles", "comments", "spans", "shards.jsonl", "manifest.json"])
def test_a_full_disk(dump, settings, undisturbed, tmp_path, monkeypatch, table):
    folder, real, count = tmp_path / "run", os.fsync, [0]

    def full(handle):
        name = str(Path(f"/proc/self/fd/{handle}").readlink())
        count[0] += f"{folder}/{table}" in name.replace("/.manifest", "/manifest")
        if count[0] > 3 or (count[0] and table == "manifest.json"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(batch_files.os, "fsync", full)
    with pytest.raises(UsageError, match="cannot be written: No space left on device; free some space"):
        score([str(dump)], folder, settings)
    monkeypatch.setattr(batch_files.os, "fsync", real)
    assert score([str(dump)], folder, settings).complete
    assert same(folder, undisturbed)


def test_a_folder_that_cannot_be_written(dump, settings, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in ("/proc/nowhere/run", tmp_path / "file" / "run"):
        with pytest.raises(UsageError, match="cannot be written: .*choose a folder"):
            score([str(dump)], folder, settings)
    with pytest.raises(UsageError, match="is a file"):
        score([str(dump)], tmp_path / "file", settings)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(dump, settings, tmp_path):
    (tmp_path / "run").mkdir(mode=0o555)
    with pytest.raises(UsageError, match="cannot be written: Permission denied"):
        score([str(dump)], tmp_path / "run", settings)


def test_a_folder_of_something_else_is_left_alone(dump, settings, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other files .thesis.txt"):
        score([str(dump)], tmp_path, settings, fresh=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_folder_with_tables_of_somebody_else_is_left_alone(dump, settings, tmp_path):
    (tmp_path / "comments").mkdir()
    (tmp_path / "manifest.json").write_text('{"tool": "another"}')
    for fresh in (False, True):
        with pytest.raises(UsageError, match="holds other files .comments"):
            score([str(dump)], tmp_path, settings, fresh=fresh)
    assert not Run.is_run(tmp_path) and (tmp_path / "comments").is_dir()


def test_a_source_that_changed(dump, settings, undisturbed, tmp_path):
    source, folder = tmp_path / "dump.jsonl", tmp_path / "run"
    source.write_bytes(dump.read_bytes())
    interrupted_after(source, folder, settings, 3)
    source.write_bytes(dump.read_bytes() + b'{"id": "new", "text": "late"}\n')
    with pytest.raises(UsageError, match="holds another run: source .*dump.jsonl has changed; .*--fresh"):
        score([str(source)], folder, settings)
    assert score([str(source)], folder, settings, fresh=True).manifest["counts"]["comments"] == 1001


def test_a_source_that_changes_while_it_is_read(dump, settings, tmp_path):
    source = tmp_path / "dump.jsonl"
    source.write_bytes(dump.read_bytes())

    class Meddle(Silent):
        def reading(self, intake):
            source.write_bytes(b'{"text": "other"}\n')

    with pytest.raises(UnreadableSource, match="changed while it was read"):
        score([str(source)], tmp_path / "run", settings, watcher=Meddle())
    assert score([str(source)], tmp_path / "run", settings).manifest["counts"]["comments"] == 1


@pytest.mark.parametrize(
    "change, message",
    [
        ({"target": "cars"}, "parameter target was not set, is 'cars'"),
        (
            {"models": {"stance": "models/toxicity"}},
            "model stance was stance .bundled. .*, is models/toxicity",
        ),
    ],
)
def test_other_parameters_and_models_are_refused(dump, settings, tmp_path, monkeypatch, change, message):
    monkeypatch.chdir(Path(__file__).parents[2])
    interrupted_after(dump, tmp_path / "run", settings, 2)
    with pytest.raises(UsageError, match=message):
        score([str(dump)], tmp_path / "run", replace(settings, **change))
    assert score([str(dump)], tmp_path / "run", settings).complete


def test_a_poisoned_row_is_set_aside_alone(tmp_path, settings):
    lines = [
        '{"id": "a", "thread_id": "t0", "text": "damn"}',
        json.dumps({"id": "p", "thread_id": "t0", "parent_id": "a", "text": f"damn {POISON} \x1b[2J"}),
        '{"id": "b", "thread_id": "t0", "parent_id": "p", "text": "an answer"}',
    ]
    dump = write_dump(tmp_path / "d.jsonl", 400, lines=lines)
    outcome = score([str(dump)], tmp_path / "run", settings)
    assert outcome.complete and outcome.rejected == 1
    rejects = [json.loads(line) for line in (tmp_path / "run/rejects.jsonl").read_text().splitlines()]
    assert len(rejects) == 1
    assert rejects[0]["reason"] == "not tagged: tagger toxicity raised RuntimeError: cannot read this"
    assert rejects[0]["source"] == str(dump) and rejects[0]["excerpt"].startswith("p: damn POISON")
    comments = tables(tmp_path / "run")["comments"].set_index("comment_id")
    assert len(comments) == 403
    assert comments.toxicity.isna().sum() == 1 and comments.toxic.isna().loc["p"]
    assert comments.loc["p", "n_masked"] == 0 and comments.loc["b", "stance_parent"] in ("agree", "disagree")
    assert status(tmp_path / "run").rejected == {"not tagged": 1}
    write_dump(tmp_path / "d.jsonl", 400, lines=[lines[0], lines[2]])
    score([str(tmp_path / "d.jsonl")], tmp_path / "sound", settings)
    sound = tables(tmp_path / "sound")["comments"].set_index("comment_id")
    others = [name for name in sound.index if name.startswith("c")]
    assert (sound.loc[others, "toxicity"] == comments.loc[others, "toxicity"]).all()


def test_a_tagger_that_always_fails_stops_the_run(tmp_path, settings):
    rows = [json.dumps({"id": str(i), "text": f"{POISON} {i}"}) for i in range(40)]
    (tmp_path / "d.jsonl").write_text("\n".join(rows))
    with pytest.raises(ModelError, match="tagger 'toxicity' fails on every comment"):
        score([str(tmp_path / "d.jsonl")], tmp_path / "run", settings)
    assert not list((tmp_path / "run/comments").iterdir())


def test_rejected_rows_of_the_source_are_kept_with_their_reasons(tmp_path, settings):
    dump = write_dump(tmp_path / "d.jsonl", 50, lines=['{"id": "broken', '{"id": "no text"}'])
    outcome = score([str(dump)], tmp_path / "run", settings)
    rejects = [json.loads(line) for line in (tmp_path / "run/rejects.jsonl").read_text().splitlines()]
    assert outcome.rejected == len(rejects) == outcome.intake.n_rejected >= 1
    assert all(set(r) == {"source", "line", "reason", "excerpt"} and r["reason"] for r in rejects)
    assert len(tables(tmp_path / "run")["comments"]) == 50


def test_lost_parts_are_made_again(dump, settings, undisturbed, tmp_path):
    folder = tmp_path / "run"
    interrupted_after(dump, folder, settings, 6)
    (folder / "comments/part-000002.parquet").unlink()
    score([str(dump)], folder, settings)
    assert same(folder, undisturbed)


def test_a_torn_line_of_the_journal_counts_as_never_written(dump, settings, undisturbed, tmp_path):
    folder = tmp_path / "run"
    interrupted_after(dump, folder, settings, 4)
    journal = folder / "shards.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    before = len(list(Journal(journal)))
    score([str(dump)], folder, settings)
    assert [r["shard"] for r in Journal(journal) if "shard" in r].count(before - 1) == 1
    assert same(folder, undisturbed)


def test_the_run_folder_may_not_lie_in_the_source(dump, settings):
    with pytest.raises(UnreadableSource, match="holds the run folder"):
        score([str(dump.parent)], dump.parent / "run", settings)


def test_a_damaged_part_is_said_to_be_damaged(dump, settings, tmp_path):
    score([str(dump)], tmp_path / "run", settings)
    (tmp_path / "run/comments/part-000003.parquet").write_bytes(b"PAR1")
    with pytest.raises(UnreadableSource, match="part 3 is missing or damaged"):
        list(Run.open(tmp_path / "run").discussions())
