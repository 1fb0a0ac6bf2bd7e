"""Holds our stance labels of seed 004 against two readers', on the first reader's comments and parents.

    python scripts/evaluate_seed_stance.py [--wrong]

The labels are `scripts/labels/seed_004_stance.json`. Boundaries and parents are the reader's, so that
only stance is measured; the target is the one found in the article. Toward the article the comments that
both readers are sure of count, and all; toward the parent all replies. With `--wrong` each comment whose
label differs from the first reader's is listed by its lines.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from discourse import read
from discourse.schema import Comment, Discussion
from discourse.taggers.pipeline import readings_of
from discourse.taggers.stance import StanceTagger
from discourse.taggers.target import find_target

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "scripts" / "labels" / "seed_004_stance.json"


def labelled_page(labels: dict) -> Discussion:
    """The seed with the reader's comments and parents; a comment's id is its first line."""
    path = ROOT / "seeds" / f"{labels['page']}.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    article = read(path)[0].article
    comments, depth, root = [], {}, {}
    for position, row in enumerate(labels["comments"]):
        name, parent = str(row["first"]), None if row["parent"] is None else str(row["parent"])
        depth[name] = 1 if parent is None else depth[parent] + 1
        root[name] = name if parent is None else root[parent]
        text = "\n".join(lines[row["first"] - 1 : row["last"]])
        comments.append(
            Comment(name, article.article_id, parent, root[name], depth[name], position, None, None, text,
                    row["first"], row["last"], "given", 1.0)
        )  # fmt: skip
    return replace(read(path)[0], comments=tuple(comments), tags=())


def agreement(hits: list[bool], seed: int = 0) -> tuple[float, float, float]:
    """The share with its 95 % bootstrap interval over comments."""
    values = np.array(hits, float)
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (2000, len(values)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wrong", action="store_true", help="list the comments whose labels differ")
    arguments = parser.parse_args()
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    page = labelled_page(labels)
    target = find_target(page.article)
    columns = StanceTagger.load().predict(readings_of(page, target)).columns
    print("target:", target)
    rows = list(enumerate(labels["comments"]))
    sure = [i for i, row in rows if row["sure"] and row["sure_2"]]
    replies = [i for i, row in rows if row["stance_parent"]]
    for name, kind, wanted in (
        ("stance_article", "both sure", sure),
        ("stance_article", "all", [i for i, _ in rows]),
        ("stance_parent", "all", replies),
    ):
        first, second = ([labels["comments"][i][name + end] for i in wanted] for end in ("", "_2"))
        print(f"{name}, {kind} {len(wanted)}: the readers agree on {np.mean(np.array(first) == second):.2f}")
        for reader, gold in (("first", first), ("second", second)):
            found = [columns[name][i] for i in wanted]
            share, low, high = agreement([g == f for g, f in zip(gold, found, strict=True)])
            common = Counter(gold).most_common(1)[0]
            print(f"  with the {reader}: {share:.2f} [{low:.2f}, {high:.2f}]; all {common[0]}: "
                  f"{common[1] / len(gold):.2f}; read {dict(Counter(gold))}, ours {dict(Counter(found))}")  # fmt: skip
    if arguments.wrong:
        for i, row in rows:
            for name in ("stance_article", "stance_parent"):
                if row[name] and row[name] != columns[name][i]:
                    mark = (
                        " (both sure)" if row["sure"] and row["sure_2"] and name == "stance_article" else ""
                    )
                    print(f"line {row['first']}: {name} read {row[name]}{mark}, ours {columns[name][i]}")


if __name__ == "__main__":
    main()
