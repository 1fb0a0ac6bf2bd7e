"""Measures every model and compares the figures with the pinned floors.

    python scripts/evaluate.py [--data DATA] [--only structure stance ...] [--pin]

Each evaluate script writes its figures; scripts/floors.json pins the least that each may be (or,
for errors, the most). A figure beyond its floor ends the run with code 1. `--pin` raises floors to
what was measured less a margin of a third of the interval's half-width, and never lowers one: that
is done by hand, with the reason in the commit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from training import DATA

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
TASKS = ("structure", "stance", "toxicity", "profanity")


def look_up(figures: dict, path: str):
    """The figure at a path such as "flat_pages/boundary_f1"; names of sets may hold a slash themselves."""
    if path in figures:
        return figures[path]
    for key, value in figures.items():
        if path.startswith(f"{key}/"):
            return look_up(value, path[len(key) + 1 :])
    raise KeyError(path)


def number(figure) -> float:
    """A figure's value, whether it comes with an interval or not."""
    return float(figure["value"] if isinstance(figure, dict) else figure)


def margin(figure) -> float:
    """How far below its measured value a floor is pinned."""
    if not isinstance(figure, dict):
        return 0.01
    low, high = figure["interval"] if "interval" in figure else (figure["low"], figure["high"])
    return max(0.002, (high - low) / 6)


def check(task: str, figures: dict, floors: dict, pin: bool) -> list[str]:
    """The floors that the figures break, a line each; with `pin`, floors are raised."""
    broken = []
    for kind, sign in (("at_least", 1), ("at_most", -1)):
        for path, floor in floors.get(kind, {}).items():
            figure = look_up(figures, path)
            value = number(figure)
            if sign * value < sign * floor - 1e-9:
                broken.append(f"{task}: {path} is {value:.4f}, pinned {kind.replace('_', ' ')} {floor}")
            proposed = round(value - sign * margin(figure), 4)
            if pin and sign * proposed > sign * floor:
                floors[kind][path] = proposed
    return broken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="*", default=list(TASKS), choices=TASKS)
    parser.add_argument("--pin", action="store_true")
    arguments = parser.parse_args()
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    broken = []
    for task in arguments.only:
        print(f"==> {task}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "metrics.json"
            command = [
                sys.executable,
                str(HERE / f"evaluate_{task}.py"),
                "--data",
                str(arguments.data),
                "--out",
                str(out),
            ]
            subprocess.run(command, check=True)
            figures = json.loads(out.read_text(encoding="utf-8"))
        broken += check(task, figures, floors.setdefault(task, {}), arguments.pin)
    if arguments.pin:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
    for line in broken:
        print(line)
    if broken:
        raise SystemExit(1)
    print("every figure holds its floor")


if __name__ == "__main__":
    main()
