"""Prints how far the two readings of a part of `labels/threads_stance.jsonl` agree, the table of docs/labels.md.

python scripts/compare_labels.py
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from discourse.evaluate.metrics import kappa

LABELS = Path(__file__).resolve().parent / "labels"


def rows(name: str) -> dict[tuple[str, str], dict]:
    """The labels of a file by thread and id."""
    with (LABELS / name).open(encoding="utf-8") as file:
        return {(row["thread"], row["id"]): row for row in map(json.loads, file)}


def agreement(first: Sequence, second: Sequence) -> str:
    """The share that agrees and Cohen's kappa."""
    names = sorted({*first, *second}, key=str)
    counts = np.zeros((len(names), len(names)))
    for a, b in zip(first, second, strict=True):
        counts[names.index(a), names.index(b)] += 1
    return f"{np.trace(counts) / len(first):.2f} of {len(first)}, κ {kappa(counts):.2f}"


def main() -> None:
    first, second = rows("threads_stance.jsonl"), rows("threads_stance_second.jsonl")
    for part in sorted({row["part"] for row in second.values()}):
        pairs = [(first[k], row) for k, row in second.items() if row["part"] == part and k in first]
        replies = [(a, b) for a, b in pairs if a["stance_parent"]]
        sure = [(a, b) for a, b in pairs if a["sure"] and b["sure"]]
        for name, column, kept in (
            ("target", "stance_article", pairs),
            ("target, both sure", "stance_article", sure),
            ("parent", "stance_parent", replies),
            ("toxic", "toxic", pairs),
        ):
            print(part, name, agreement([a[column] for a, _ in kept], [b[column] for _, b in kept]))


if __name__ == "__main__":
    main()
