"""Measures the shares of a split of which people have judged some comments: do the intervals hold, how wide are they?

    python scripts/evaluate_review.py [--write]

The labels of whole labelled threads stand in for what people say: some comments of each thread are drawn at random
as judged, and the shares of all its comments estimated from these and the model's labels. Measured on the validation
threads, and on the longer threads held out to calibrate, whose confusion and spread the estimate starts from. Beside it:
the model alone, and the judged comments alone with Wilson's interval.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from cards import write_between
from evaluate_prevalence import FILE
from evaluate_stance import ReadThreads, decide
from training import DATA

from discourse.report.intervals import wilson
from discourse.report.prevalence import Prevalence, Quantifier, with_review

JUDGED = (5, 10, 15)
LEFT = 4  # comments of a thread that nobody judges, at least
DRAWS = 10  # of each thread
FEWEST = 5  # threads that a figure is given for
DOCS = Path("docs/review.md")
START, END = "<!-- review -->", "<!-- /review -->"
Limits = tuple[np.ndarray, np.ndarray, np.ndarray]


def limits_of(found: Prevalence) -> Limits:
    """Shares with the limits of their intervals, each of shape (3,)."""
    return found.shares, *np.array([found.interval(k) for k in range(3)]).T


def of_model(labels: np.ndarray, quantifier: Quantifier, seed: int) -> Limits:
    """Shares with their limits by the model's labels alone."""
    counts = np.bincount(labels, minlength=3)
    return limits_of(quantifier.shares(counts, float(len(labels)), seed=seed))


def of_review(labels: np.ndarray, said: np.ndarray, quantifier: Quantifier, seed: int) -> Limits:
    """The same with what people say of some comments, one-hot rows, zeros for the others."""
    return limits_of(with_review(labels, said, np.ones(len(labels), bool), quantifier, seed))


def of_judged(said: np.ndarray) -> Limits:
    """The same by the judged comments alone."""
    counts = said.sum(axis=0)
    limits = np.array([wilson(int(k), int(counts.sum())) for k in counts])
    return counts / counts.sum(), *limits.T


def measured(cases: Iterable[tuple[np.ndarray, Limits]]) -> dict[str, float]:
    """Share of true shares inside their limits, mean width, mean error; cases are (true shares, limits)."""
    held, widths, errors = [], [], []
    for true, (shares, low, high) in cases:
        held.append((low - 1e-9 <= true) & (true <= high + 1e-9))
        widths.append(high - low)
        errors.append(np.abs(shares - true))
    return {
        name: round(float(np.mean(v)), 3)
        for name, v in (("held", held), ("width", widths), ("error", errors))
    }


def figures(threads: list[tuple[np.ndarray, np.ndarray]], quantifier: Quantifier) -> list[dict]:
    """A row for each number of judged comments; threads are (true labels, model's labels)."""
    rows = []
    for judged in JUDGED:
        chosen = [t for t in threads if len(t[0]) >= judged + LEFT]
        if len(chosen) < FEWEST:
            continue
        rng = np.random.default_rng(judged)
        cases = []
        for true, labels in chosen:
            for _ in range(DRAWS):
                picked = rng.permutation(len(true))[:judged]
                said = np.zeros((len(true), 3))
                said[picked, true[picked]] = 1
                cases.append((true, labels, said))

        def over(limits: Callable[[np.ndarray, np.ndarray, int], Limits], cases=cases) -> dict[str, float]:
            return measured(
                (np.bincount(true, minlength=3) / len(true), limits(labels, said, i))
                for i, (true, labels, said) in enumerate(cases)
            )

        rows.append(
            {
                "judged": judged,
                "threads": len(chosen),
                "comments": round(float(np.mean([len(t[0]) for t in chosen])), 1),
                "with_review": over(lambda labels, said, i: of_review(labels, said, quantifier, i)),
                "model_alone": over(lambda labels, _, i: of_model(labels, quantifier, i)),
                "judged_alone": over(lambda _, said, i: of_judged(said)),
            }
        )
    return rows


def table(made: dict[str, list[dict]]) -> str:
    """What the page says of it."""
    head = "| threads | judged | with what people say | the model alone | the judged alone, Wilson |\n|---|---|---|---|---|\n"
    lines = []
    for name, rows in made.items():
        for row in rows:
            cells = (
                f"{part['held']:.0%} · {part['width']:.2f} · {part['error']:.2f}"
                for part in (row["with_review"], row["model_alone"], row["judged_alone"])
            )
            what = f"{row['threads']} {name}, {row['comments']:.0f} comments on average"
            lines.append(f"| {what} | {row['judged']} | {' | '.join(cells)} |")
    return head + "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/stance"))
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCS}")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="keep the model's readings of the threads there")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    threads = ReadThreads.load(arguments.data, arguments.model, arguments.cache)
    quantifier = Quantifier.of(json.loads((arguments.model / FILE).read_text(encoding="utf-8")))
    made = {
        name: figures(
            [
                (np.asarray(t.labels), decide(p, threads.fitted["article"]))
                for t, p in zip(whole, read[0], strict=True)
            ],
            quantifier,
        )
        for name, whole, read in (
            ("validation", threads.valid, threads.on_valid),
            ("calibration", threads.held, threads.on_held),
        )
    }
    print(json.dumps(made, indent=1))
    if arguments.write:
        write_between(DOCS, START, END, table(made))


if __name__ == "__main__":
    main()
