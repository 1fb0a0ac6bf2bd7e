"""Whole labelled threads for stance: how the stances of parent and child go together, fitted and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from stance_data import REPLY, STANCE, part_of
from training import bootstrap, macro_f1, read_rows

from discourse.taggers.joint import Ties, joint_stances

SMOOTHING = 2.0  # counts added to every cell, spread as the child's stances are overall
OWN = (0.5, 0.75, 1.0, 1.25)
TIE = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)


@dataclass(frozen=True, slots=True)
class Thread:
    """A labelled thread in display order: rows, and the index of each one's parent (-1: none in it)."""

    name: str
    rows: list[dict]
    parents: list[int]

    @property
    def labels(self) -> np.ndarray:
        return np.array([STANCE[row["stance_article"]] for row in self.rows])


def labelled_threads(path: Path) -> list[Thread]:
    """The threads of a file of `threads_labelled`."""
    groups: dict[str, list[dict]] = {}
    for row in read_rows(path):
        groups.setdefault(str(row["thread"]), []).append(row)
    out = []
    for name, rows in groups.items():
        index: dict[str, int] = {}
        parents = []
        for i, row in enumerate(rows):
            parents.append(index.get(row["parent_id"], -1) if row["parent_id"] is not None else -1)
            index[row["id"]] = i
        out.append(Thread(name, rows, parents))
    return out


def parts(folder: Path) -> tuple[list[Thread], list[Thread], list[Thread]]:
    """Threads trained on, threads to calibrate on, and the validation threads."""
    whole = labelled_threads(folder / "threads_labelled/train.jsonl.gz")
    train = [t for t in whole if part_of("threads", t.name) == "train"]
    calibrate = [t for t in whole if part_of("threads", t.name) == "calibrate"]
    return train, calibrate, labelled_threads(folder / "threads_labelled/valid.jsonl.gz")


def tie_table(threads: Sequence[Thread]) -> np.ndarray:
    """Lift of child stance over its overall share, by relation and parent stance, shape (3, 3, 3)."""
    share = np.bincount(np.concatenate([t.labels for t in threads]), minlength=3).astype(float)
    share /= share.sum()
    counts = np.zeros((3, 3, 3)) + SMOOTHING * share
    for thread in threads:
        labels = thread.labels
        for i, (row, parent) in enumerate(zip(thread.rows, thread.parents, strict=True)):
            if parent >= 0 and row["stance_parent"]:
                counts[REPLY[row["stance_parent"]], labels[parent], labels[i]] += 1
    return counts / counts.sum(-1, keepdims=True) / share


def fit_ties(
    threads: Sequence[Thread], own: list[np.ndarray], relations: list[np.ndarray], table: np.ndarray
) -> Ties:
    """The weights of a comment's own words and of the tie that minimise the log loss on the threads."""

    def loss(ties: Ties) -> float:
        total = n = 0.0
        for thread, p, r in zip(threads, own, relations, strict=True):
            joint = joint_stances(thread.parents, p, r, ties)
            total -= float(np.log(np.maximum(joint[np.arange(len(joint)), thread.labels], 1e-9)).sum())
            n += len(joint)
        return total / n

    return min((Ties(table, a, b) for a in OWN for b in TIE), key=loss)


def compare(threads: Sequence[Thread], text_only: list[np.ndarray], joint: list[np.ndarray]) -> dict:
    """Macro-F1 of label indices from text alone and read jointly, and their difference, over whole threads."""
    gold = np.concatenate([t.labels for t in threads])
    groups = [t.name for t in threads for _ in t.rows]
    a, b = np.concatenate(text_only), np.concatenate(joint)

    def entry(f) -> dict:
        low, high = bootstrap(f, groups, 500)
        return {"value": round(f(np.arange(len(gold))), 3), "low": round(low, 3), "high": round(high, 3)}

    def f1(labels: np.ndarray, i: np.ndarray) -> float:
        return macro_f1(labels[i], gold[i], range(3))

    return {
        "comments": len(gold),
        "text_only": entry(lambda i: f1(a, i)),
        "joint": entry(lambda i: f1(b, i)),
        "difference": entry(lambda i: f1(b, i) - f1(a, i)),
        "joint_accuracy": entry(lambda i: float((b[i] == gold[i]).mean())),
    }
