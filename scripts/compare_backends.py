"""Compares ONNX Runtime (int8) with torch (float32) on validation comments, label by label.

    python scripts/compare_backends.py [--data DATA] [--share 1.0] [--write]

For each tagger: the share of comments that get the same label, and what each area under the ROC curve
against human labels loses. With --write the outcome is put beside the weights (models/NAME/onnx.json)
with the weights' hash; `discourse` takes ONNX Runtime without being asked only where that says that
99.5 % of the labels agree and no area falls by more than 0.002. --share takes every n-th comment only.
The sets are those of docs/data.md; none of their comments was trained on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from stance_data import part_of
from training import DATA, auc, read_rows

from discourse.nn.onnx_graph import weight_limit
from discourse.nn.store import resolve, sha256
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT
from discourse.taggers.backends import EVIDENCE, LEAST_AGREEMENT, MOST_LOST
from discourse.taggers.base import Reading
from discourse.taggers.profanity import ProfanityTagger
from discourse.taggers.stance import StanceTagger
from discourse.taggers.toxicity import ToxicityTagger


@dataclass(frozen=True, slots=True)
class Set:
    """Readings of one data set, and what people said of them: column -> a label or None per reading."""

    name: str
    readings: list[Reading]
    gold: dict[str, list]


def _every(rows: Iterator[dict], share: float) -> list[dict]:
    step = max(1, round(1 / share))
    return list(rows)[::step]


def stance_sets(data: Path, share: float) -> list[Set]:
    """Reddit threads on five targets, reply pairs, and whole labelled threads.

    To those of the validation set come the threads that were held out of training to calibrate: 147 replies
    alone do not tell an area to 0.002.
    """
    branches = _every(read_rows(data / "stance/mtcsd_valid.jsonl.gz"), share)
    pairs = _every(read_rows(data / "reply_stance/debagreement_test.jsonl.gz"), share)
    threads = [
        *read_rows(data / "threads_labelled/valid.jsonl.gz"),
        *(
            row
            for row in read_rows(data / "threads_labelled/train.jsonl.gz")
            if part_of("threads", row["thread"]) == "calibrate"
        ),
    ]
    return [
        Set(
            "mtcsd_valid",
            [
                Reading(f"b{i}", r["text"], tuple(r["context"] or ())[-1:], r["target"])
                for i, r in enumerate(branches)
            ],
            {"stance_article": [r["label"] for r in branches]},
        ),
        Set(
            "debagreement_test",
            [Reading(f"p{i}", r["text"], (r["parent_text"],)) for i, r in enumerate(pairs)],
            {"stance_parent": [r["label"] for r in pairs]},
        ),
        Set(
            "threads_labelled, held out",
            [
                Reading(
                    r["id"],
                    r["text"],
                    (r["parent_text"],) if r["parent_text"] else (),
                    r["target"],
                    r["parent_id"],
                )
                for r in threads
            ],
            {name: [r[name] for r in threads] for name in ("stance_article", "stance_parent")},
        ),
    ]


def toxicity_sets(data: Path, share: float) -> list[Set]:
    """News comments (UCC), news and forum comments (insults), and whole labelled threads."""
    news = _every(read_rows(data / "toxicity/ucc_valid.jsonl.gz"), share)
    insults = _every(read_rows(data / "toxicity/insults_valid.jsonl.gz"), share)
    threads = list(read_rows(data / "threads_labelled/valid.jsonl.gz"))

    def made(name: str, rows: list[dict], gold: dict[str, list]) -> Set:
        return Set(name, [Reading(str(i), r["text"]) for i, r in enumerate(rows)], gold)

    return [
        made("ucc_valid", news, {"toxicity": [int(r["hostile"]) for r in news]}),
        made("insults_valid", insults, {"insult": [int(r["insult"]) for r in insults]}),
        made("threads_labelled/valid", threads, {"toxicity": [int(r["toxic"]) for r in threads]}),
    ]


def areas(part: Set, columns: dict[str, list]) -> dict[str, float]:
    """The areas under the ROC curve of each score against people's labels, each class against the rest."""
    found = {}
    for name, gold in part.gold.items():
        classes = {"stance_article": STANCES_ARTICLE, "stance_parent": STANCES_PARENT}.get(name)
        for one in classes or [1]:
            scores = columns[f"{name}_{one}" if classes else name]
            known = [i for i, label in enumerate(gold) if label is not None and scores[i] is not None]
            found[f"{part.name}: {name}" + (f"={one}" if classes else "")] = auc(
                [scores[i] for i in known], [int(gold[i] == one) for i in known]
            )
    return found


def interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return round(float((middle - half) / (1 + z * z / n)), 4), round(
        float((middle + half) / (1 + z * z / n)), 4
    )


def compare(name: str, kind, sets: Sequence[Set], labels: Sequence[str]) -> dict:
    """What one tagger gives in both backends: agreement by label column, and the areas that change most."""
    taggers = {backend: kind.load(None, backend=backend) for backend in ("torch", "onnx")}
    same: dict[str, list[int]] = {label: [0, 0] for label in labels}
    lost: dict[str, float] = {}
    seconds = dict.fromkeys(taggers, 0.0)
    for part in sets:
        found = {}
        for backend, tagger in taggers.items():
            start = time.process_time()
            found[backend] = tagger.predict(part.readings).columns
            seconds[backend] += time.process_time() - start
        for label in labels:
            pairs = [
                (a, b)
                for a, b in zip(found["torch"][label], found["onnx"][label], strict=True)
                if a is not None
            ]
            same[label][0] += sum(a == b for a, b in pairs)
            same[label][1] += len(pairs)
        before, after = areas(part, found["torch"]), areas(part, found["onnx"])
        lost |= {key: round(before[key] - after[key], 4) for key in before}
        print(f"{name}, {part.name}: {len(part.readings):,} comments", flush=True)
    hits, n = (sum(pair[k] for pair in same.values()) for k in (0, 1))
    low, high = interval(hits, n)
    return {
        "weight_limit": weight_limit(),
        "sha256": sha256(resolve(None, name).path / "model.safetensors"),
        "agreement": round(hits / n, 4),
        "interval": [low, high],
        "labels": n,
        "by_column": {label: round(h / m, 4) for label, (h, m) in same.items() if m},
        "auc_lost": max(lost.values(), default=0.0),
        "auc_lost_by_set": lost,
        "comments": {part.name: len(part.readings) for part in sets},
        "speed": round(seconds["torch"] / seconds["onnx"], 2),
    }


def main() -> None:
    """Reads the arguments, compares, prints, and writes where asked."""
    import onnxruntime

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--only", nargs="*", default=["toxicity", "stance", "profanity"])
    parser.add_argument("--write", action="store_true", help="put the outcome beside the weights")
    arguments = parser.parse_args()
    texts = toxicity_sets(arguments.data, arguments.share)
    plain = [Set(part.name, part.readings, {}) for part in texts]
    asked = {
        "toxicity": (ToxicityTagger, texts, ["toxic"]),
        "stance": (
            StanceTagger,
            stance_sets(arguments.data, arguments.share),
            ["stance_article", "stance_parent"],
        ),
        "profanity": (ProfanityTagger, plain, ["n_masked", "text_masked"]),
    }
    for name in arguments.only:
        kind, sets, labels = asked[name]
        outcome = {"onnxruntime": onnxruntime.__version__} | compare(name, kind, sets, labels)
        good = outcome["agreement"] >= LEAST_AGREEMENT and outcome["auc_lost"] <= MOST_LOST
        print(
            f"{name}: {'agrees' if good else 'DOES NOT AGREE'}\n{json.dumps(outcome, indent=1)}", flush=True
        )
        if arguments.write:
            path = resolve(None, name).path / EVIDENCE
            path.write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
