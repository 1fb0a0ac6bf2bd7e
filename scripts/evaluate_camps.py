"""Fits and measures the camps: the signed reply graph beside a comment's own words, and the majority.

    python scripts/evaluate_camps.py [--write]

How often two comments that both take a side take the same one, given the reply, is counted on the labelled
threads that the stance model was trained on (labels only); the weights of words and links, and how sure a
side must be to be given, are fitted on those held out to calibrate. Measured on the validation threads: of
the comments that take a side there, how many are put on it. The graph is switched on (`graph` in
models/stance/camps.json) only where its margin over the words alone excludes zero.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from cards import cell, write_between
from evaluate_stance import ReadThreads
from stance_threads import Thread
from training import DATA, bootstrap, macro_f1

from discourse.taggers.camps import FILE, Ties, sides, sides_from_words

OWN = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
TIE = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
RELATIONS = ("agree", "disagree", "neutral")
RIGHT = 0.6  # how often a side that is given must be right on the threads fitted on
START, END = "<!-- camps -->", "<!-- /camps -->"


def same_side(threads: Sequence[Thread]) -> dict[str, float]:
    """For each relation how often parent and reply that both take a side take the same, one count added to each."""
    counts = {name: np.ones(2) for name in RELATIONS}
    for thread in threads:
        for row, parent, label in zip(thread.rows, thread.parents, thread.labels, strict=True):
            if parent >= 0 and row["stance_parent"] and label < 2 and thread.labels[parent] < 2:
                counts[row["stance_parent"]][int(label != thread.labels[parent])] += 1
    return {name: round(float(c[0] / c.sum()), 4) for name, c in counts.items()}


def favors(threads: Sequence[Thread], read: tuple[list, list], ties: Ties) -> np.ndarray:
    """Probability of for, of all comments of all threads in order."""
    return np.concatenate(
        [sides(t.parents, own, relations, ties) for t, own, relations in zip(threads, *read, strict=True)]
    )


def log_loss(favor: np.ndarray, labels: np.ndarray) -> float:
    """Mean log loss over the comments that take a side."""
    taken = labels < 2
    p = np.clip(np.where(labels == 0, favor, 1 - favor)[taken], 1e-9, 1)
    return float(-np.log(p).mean())


def measure(threads: Sequence[Thread], read: tuple[list, list], ties: Ties, common: int) -> dict:
    """Accuracy and macro-F1 of sides on comments that take one: majority, words, graph, and the margin."""
    labels = np.concatenate([t.labels for t in threads])
    taken = np.flatnonzero(labels < 2)
    groups = np.array([t.name for t in threads for _ in t.rows])[taken].tolist()
    gold = labels[taken]
    words = (np.concatenate([sides_from_words(own) for own in read[0]]) < 0.5).astype(int)[taken]
    graph = (favors(threads, read, ties) < 0.5).astype(int)[taken]
    found = {"majority": np.full(len(gold), common), "words": words, "graph": graph}

    def entry(value) -> dict:
        low, high = bootstrap(value, groups, 1000)
        return {"value": round(value(np.arange(len(gold))), 3), "low": round(low, 3), "high": round(high, 3)}

    def f1(name: str, i: np.ndarray) -> float:
        return macro_f1(found[name][i], gold[i], (0, 1))

    out: dict = {"comments": len(gold), "threads": len(set(groups))}
    for name, side in found.items():
        out[name] = {
            "macro_f1": entry(lambda i, name=name: f1(name, i)),
            "accuracy": entry(lambda i, side=side: float((side[i] == gold[i]).mean())),
        }
    out["margin"] = entry(lambda i: f1("graph", i) - f1("words", i))
    return out


def sure_from(favor: np.ndarray, labels: np.ndarray) -> float:
    """The least probability from which on sides are right as often as `RIGHT` asks."""
    taken = labels < 2
    p, right = np.maximum(favor, 1 - favor)[taken], ((favor < 0.5) == (labels == 1))[taken]
    grid = np.round(np.arange(0.5, 0.9, 0.01), 2)
    good = [t for t in grid if (p >= t).sum() >= 30 and right[p >= t].mean() >= RIGHT]
    return float(min(good, default=0.6))


def table(measured: dict) -> str:
    """The figures as Markdown."""
    lines = ["| sides of the comments that take one | macro-F1 | accuracy |", "|---|---|---|"]
    for name, title in (
        ("majority", "all on the more frequent side"),
        ("words", "own words"),
        ("graph", "reply graph"),
    ):
        cells = [cell(measured[name][k]) for k in ("macro_f1", "accuracy")]
        lines.append(f"| {title} | {cells[0]} | {cells[1]} |")
    margin = measured["margin"]
    lines.append(
        f"\n{measured['comments']} comments that take a side, in {measured['threads']} validation threads; intervals by "
        f"resampling threads. The graph's margin over the words in macro-F1 is {margin['value']:+.2f} "
        f"[{margin['low']:+.2f}, {margin['high']:+.2f}]"
        + (
            ": it is switched on."
            if margin["low"] > 0
            else ": it does not exclude zero, so sides are read from the words alone."
        )
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/stance"))
    parser.add_argument("--write", action="store_true", help="write camps.json and the card's table")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="keep the model's readings of the threads there")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    threads = ReadThreads.load(arguments.data, arguments.model, arguments.cache)
    labels = np.concatenate([t.labels for t in threads.held])
    same = same_side(threads.train)
    start = Ties(tuple(same[name] for name in RELATIONS))
    ties = min(
        (replace(start, own=a, tie=b) for a in OWN for b in TIE),
        key=lambda ties: log_loss(favors(threads.held, threads.on_held, ties), labels),
    )
    common = int(np.argmax(np.bincount(np.concatenate([t.labels for t in threads.train]), minlength=3)[:2]))
    measured = measure(threads.valid, threads.on_valid, ties, common)
    graph = measured["margin"]["low"] > 0
    shown = ties if graph else replace(ties, own=1.0, tie=0.0)
    sure = sure_from(favors(threads.held, threads.on_held, shown), labels)
    stated = {
        "same": same,
        "own": ties.own,
        "tie": ties.tie,
        "graph": graph,
        "sure": sure,
        "measured": measured,
    }
    print(json.dumps(stated, indent=1))
    print(table(measured))
    if arguments.write:
        (arguments.model / FILE).write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
        write_between(arguments.model / "README.md", START, END, table(measured))


if __name__ == "__main__":
    main()
