"""Kills a run at random moments, again and again, and checks that no row is lost, doubled or torn.

    python scripts/soak.py [--kills 50] [--comments 5000] [--engine local|ray] [--workers 2] [--seed 0]

Stub taggers stand in for the models, so that what is tried is the run and not the taggers. The run
folder at the end must hold exactly the rows of an undisturbed run. Exit code 1 if it does not.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUBS = ROOT / "tests" / "batch"
sys.path.insert(0, str(STUBS))


def start(dump: Path, folder: Path, arguments: argparse.Namespace, delay: float) -> subprocess.Popen:
    """A run as a process group of its own, so that it can be killed with all its workers or alone."""
    command = [sys.executable, str(STUBS / "batch_stubs.py"), str(dump), str(folder)]
    command += ["--engine", arguments.engine, "--workers", str(arguments.workers), "--shard", "100"]
    environment = os.environ | {"STUB_DELAY": str(delay), "PYTHONPATH": str(STUBS)}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def kill(process: subprocess.Popen, everything: bool) -> None:
    """Ends the run's process, alone or with its workers, without giving it a chance to tidy up."""
    if everything:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def main() -> int:
    """Runs the soak; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--comments", type=int, default=5000)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    import pandas as pd
    from batch_stubs import load, write_dump

    from discourse.batch import Settings, score, status

    draw = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as work:
        dump = write_dump(Path(work) / "dump.jsonl", arguments.comments, arguments.seed)
        calm, folder = Path(work) / "calm", Path(work) / "run"
        score([str(dump)], calm, Settings(load=load, shard_comments=100))

        started = time.monotonic()
        start(dump, Path(work) / "timing", arguments, 0).communicate()
        bare = time.monotonic() - started  # start-up, planning, and taggers that take no time
        delay = bare / arguments.comments  # so that about half of a run is tagging
        kills = rounds = 0
        while kills < arguments.kills:
            rounds += 1
            process = start(dump, folder, arguments, delay)
            try:
                process.wait(draw.random() * 1.5 * bare)
            except subprocess.TimeoutExpired:
                kill(process, draw.random() < 0.5)
                kills += 1
                done = status(folder).done if (folder / ".work").exists() else 0
                print(f"kill {kills}: {done:,} of {arguments.comments:,} comments done", flush=True)
                continue
            if process.returncode:
                print(process.stderr.read().decode(), file=sys.stderr)
                return 1
            check(pd, calm, folder)
            shutil.rmtree(folder)
        process = start(dump, folder, arguments, 0)
        _, error = process.communicate()
        if process.returncode:
            print(error.decode(), file=sys.stderr)
            return 1
        check(pd, calm, folder)
        print(f"{kills} kills in {rounds} starts: every run that was completed equals the undisturbed one")
    return 0


def check(pd, calm: Path, folder: Path) -> None:
    """Compares the tables of two runs, row for row."""
    for table in ("articles", "comments", "spans"):
        one, other = (pd.read_parquet(run / table) for run in (calm, folder))
        pd.testing.assert_frame_equal(one, other)
    leftovers = [p for p in folder.rglob("*") if p.name.endswith(".tmp") or p.name == ".work"]
    if leftovers:
        raise AssertionError(f"left behind: {leftovers}")


if __name__ == "__main__":
    sys.exit(main())
