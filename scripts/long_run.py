"""A long run, killed on the way, against one that nothing happened to: rows, memory, speed by tenth.

    python scripts/long_run.py [--comments 100000] [--kills 2] [--workers 1] [--data DATA] [--keep DIR]

The dump is made of comments of the open data (docs/data.md), cut to about 35 tokens, in threads of 40;
30 % are copies of others. One run is killed with SIGKILL, its workers with it, when a third and two
thirds are done (for two kills), and started again with the same line. Then the same line runs
undisturbed into another folder, and every table is compared row for row. Speed is given by the clock
and by processor time, which other work on the machine disturbs less. Exit code 1 where a row differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark import WORDS, print_table, resident, write_dump
from training import DATA, read_rows

ROOT = Path(__file__).resolve().parents[1]
COPIES = 0.3
SETS = ("threads/train_iac", "threads/train_mtcsd", "threads/train_reddit", "threads/valid_mtcsd_trump")
TABLES = ("articles", "comments", "spans")


def texts(data: Path, count: int, seed: int = 0) -> list[str]:
    """So many different comments of the open threads, cut to about `WORDS` words.

    Raises:
        SystemExit: there are not so many.
    """
    draw, found = random.Random(seed), {}
    for name in SETS:
        for thread in read_rows(data / f"{name}.jsonl.gz"):
            for comment in thread["comments"]:
                words = comment["text"].split()
                length = max(5, round(draw.gauss(WORDS, 12)))
                for at in range(0, len(words), length):
                    if len(piece := words[at : at + length]) >= 5:
                        found[" ".join(piece)] = None
                if len(found) >= 3 * count:
                    break
    if len(found) < count:
        raise SystemExit(f"{data}: {len(found):,} different comments, {count:,} are needed")
    return draw.sample(list(found), count)


class Attempt:
    """One start of the run, watched: memory of its processes against the share that is done."""

    def __init__(self, command: list[str], folder: Path):
        self.folder = folder
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        self.started = time.monotonic()
        self.memory: list[tuple[int, int]] = []  # comments done, bytes

    def done(self) -> int:
        """The comments that the journal says are done."""
        return sum(r["comments"] for r in records(self.folder))

    def watch(self, until: int | None) -> bool:
        """Waits for the end, or until so many comments are done; True at the end.

        Raises:
            SystemExit: the run failed.
        """
        while self.process.poll() is None:
            done = self.done()
            self.memory.append((done, resident(self.process.pid)))
            if until is not None and done >= until:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
                return False
            time.sleep(0.5)
        if self.process.returncode not in (0, 1):
            raise SystemExit(f"the run ended with code {self.process.returncode}")
        return True


def records(folder: Path) -> list[dict]:
    """The shards in the journal, a torn last line left out."""
    path = folder / "shards.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
    return [r for r in map(json.loads, lines) if "shard" in r]


def tenths(folder: Path, memory: list[tuple[int, int]], total: int, workers: int) -> list[list[str]]:
    """A row per tenth of the run: comments per second, per core-second, and the most memory."""
    groups: list[list[dict]] = [[] for _ in range(10)]
    done = 0
    for record in records(folder):
        groups[min(9, done * 10 // total)].append(record)
        done += record["comments"]
    rows = []
    for k, group in enumerate(groups):
        comments = sum(r["comments"] for r in group)
        wall, cpu = (sum(r[name] for r in group) for name in ("seconds", "cpu"))
        held = [size for at, size in memory if min(9, at * 10 // total) == k]
        rows.append(
            [
                f"{k + 1}",
                f"{comments:,}",
                f"{comments * workers / max(wall, 1e-9):,.1f}",
                f"{comments / max(cpu, 1e-9):,.1f}",
                f"{max(held, default=0) / 1e6:,.0f}",
            ]
        )
    return rows


def differences(one: Path, other: Path) -> list[str]:
    """The tables of two runs that are not the same, row for row."""
    import pandas as pd

    found = []
    for table in TABLES:
        try:
            pd.testing.assert_frame_equal(
                pd.read_parquet(one / table), pd.read_parquet(other / table), rtol=0, atol=1e-4
            )
        except AssertionError as error:
            found.append(f"{table}: {error}")
    return found


def main() -> int:
    """Makes the dump, runs, compares, prints; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--backend", help="torch or onnx; default: what discourse takes")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument(
        "--keep", type=Path, help="folder for the dump and the runs; default: a temporary one"
    )
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        dump = work / "dump.jsonl"
        if not dump.exists():
            own = round(arguments.comments * (1 - COPIES))
            write_dump(dump, texts(arguments.data, own), arguments.comments)

        def line(folder: Path) -> list[str]:
            command = [sys.executable, "-m", "discourse", "score", str(dump), "--out", str(folder), "--quiet"]
            command += ["--workers", str(arguments.workers)]
            return command + (["--backend", arguments.backend] if arguments.backend else [])

        killed, calm = work / "killed", work / "calm"
        for k in range(arguments.kills + 1):
            until = arguments.comments * (k + 1) // (arguments.kills + 1) if k < arguments.kills else None
            attempt = Attempt(line(killed), killed)
            whole = attempt.watch(until)
            print(
                f"start {k + 1}: {attempt.done():,} comments done, {'complete' if whole else 'killed'}",
                flush=True,
            )
        attempt = Attempt(line(calm), calm)
        attempt.watch(None)
        print(
            f"undisturbed: {attempt.done():,} comments in {time.monotonic() - attempt.started:,.0f} s",
            flush=True,
        )
        rows = tenths(calm, attempt.memory, arguments.comments, arguments.workers)
        found = differences(calm, killed)
    heads = ["tenth", "comments", "comments/s", "comments/core-s", "MB at the peak"]
    print_table([heads, *rows], markdown=arguments.markdown)
    full = [row for row in rows if row[1] != "0"]  # a short run has fewer shards than tenths
    first, last = (float(full[k][3].replace(",", "")) for k in (0, -1))
    print(
        f"last tenth against the first, by processor time: {last / first:.2f}; load {os.getloadavg()[0]:.1f}"
    )
    print("\n".join(found) or f"killed {arguments.kills} times, every row as in the undisturbed run")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
