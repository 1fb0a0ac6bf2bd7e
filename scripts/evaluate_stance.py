"""Calibrates and measures `models/stance`: writes calibration.json, metrics.json and the model card's table.

    python scripts/evaluate_stance.py --model models/stance

Temperature and biases of each head are fitted for log loss on the slices held out of training for that
(`calibration_examples`), every source counting the same. The decision offsets that turn
probabilities into labels are fitted for macro-F1 on the labelled threads among them alone: whole
threads under an opening, as in use, where sources of pairs have other shares of the labels. Reported are sets that took no part:
held-out debates of ARC and VAST, MT-CSD's validation threads, DEBAGREEMENT's test part and the
labelled validation threads, each beside the majority and a TF-IDF logistic regression trained on the
same examples.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import stance_data as data
import torch
from cards import write_between
from scipy.optimize import minimize
from stance_data import ARTICLE, PARENT, Example
from stance_figures import HEADS, baselines, figures, table
from stance_threads import Thread, compare, fit_ties, parts, tie_table
from training import (
    DATA,
    bootstrap,
    error_of_calibrated,
    expected_calibration_error,
    macro_f1,
    read_rows,
)

from discourse.nn.sequence import SequenceModel, pool
from discourse.nn.store import ModelSource
from discourse.taggers.joint import NO_RELATION, Ties, joint_stances
from discourse.taggers.stance import LABELS, WINDOW

START, END = "<!-- figures -->", "<!-- /figures -->"


def reported(folder: Path) -> dict[str, list[Example]]:
    """The sets that the figures are given for."""

    def kept(examples: list[Example]) -> list[Example]:
        return [e for e in examples if data.part_of(e.source, e.group) == "report"]

    written = data.written_examples("positions_valid.tsv")
    replies = data.written_threads("positions_threads_valid.tsv")
    valid = data.thread_examples(read_rows(folder / "threads_labelled/valid.jsonl.gz"))
    return {
        "arc (held-out debates)": kept(data.arc_examples(folder)),
        "vast (held-out debates)": kept(data.vast_examples(folder)),
        "written positions": [e for e in written if e.head == ARTICLE],
        "written threads, article": [e for e in replies if e.head == ARTICLE],
        "written threads, parent": [e for e in replies if e.head == PARENT],
        "mtcsd_valid": data.mtcsd_examples(folder / "stance/mtcsd_valid.jsonl.gz"),
        "threads_labelled/valid, article": [e for e in valid if e.head == ARTICLE],
        "threads_labelled/valid, parent": [e for e in valid if e.head == PARENT],
        "debagreement_test": data.debagreement_examples(folder / "reply_stance/debagreement_test.jsonl.gz"),
    }


def unseen(examples: list[Example], training: list[Example]) -> list[Example]:
    """The examples of groups of which no comment of some length stands in the training set too."""
    known = {e.second for e in training if len(e.second) > 40}
    spoilt = {e.group for e in examples if e.second in known}
    return [e for e in examples if e.group not in spoilt]


def score(model: SequenceModel, examples: list[Example]) -> np.ndarray:
    """Logits of each example's own head, shape (examples, 3)."""
    scores, owners = model.logits([e.first for e in examples], [e.second for e in examples], window=WINDOW)
    pooled = pool(scores, owners, len(examples), "mean").reshape(-1, 2, 3)
    return pooled[np.arange(len(examples)), [e.head for e in examples]]


def order(model: SequenceModel, folder: Path, fitted: dict) -> dict:
    """How often, of two written comments on opposite sides, the one for the target is nearer to favor.

    By set: comments on the article, and replies to the same comment; intervals by resampling positions.
    """
    out = {}
    sets = {
        name: e for name, e in reported(folder).items() if name.startswith("written") and e[0].head == ARTICLE
    }
    for name, examples in sets.items():
        p = probabilities(score(model, examples), fitted["article"])
        side, opposed = p[:, 0] - p[:, 1], data.opposed(examples)
        for kind, replies in (("comments", False), ("replies", True)):
            pairs = [
                (examples[a].group, side[a] > side[b])
                for a, b in opposed
                if (" || in reply to: " in examples[a].first) == replies
            ]
            if pairs:
                right = np.array([r for _, r in pairs])
                low, high = bootstrap(
                    lambda i, right=right: float(right[i].mean()), [g for g, _ in pairs], 500
                )
                out[f"{name.split(',')[0]}, {kind}"] = {
                    "pairs": len(pairs), "value": round(float(right.mean()), 3), "low": round(low, 3), "high": round(high, 3)
                }  # fmt: skip
    return out


def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


def fit_vector_scaling(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> dict:
    """The temperature and biases (summing to 0) that minimise the weighted log loss."""

    def apply(x: np.ndarray) -> np.ndarray:
        return logits / np.exp(x[0]) + np.array([x[1], x[2], -x[1] - x[2]])

    def loss(x: np.ndarray) -> float:
        p = softmax(apply(x))[np.arange(len(labels)), labels]
        return float(-(weights * np.log(p + 1e-12)).sum() / weights.sum())

    best = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-8}).x
    return {
        "temperature": round(float(np.exp(best[0])), 4),
        "bias": [round(float(b), 4) for b in (best[1], best[2], -best[1] - best[2])],
    }


def fit_decision(p: np.ndarray, labels: np.ndarray) -> list[float]:
    """The offsets to log probabilities that give the best macro-F1.

    The first label's is 0; a small charge on their size settles ties toward none.
    """
    grid = np.round(np.arange(-1.2, 1.21, 0.1), 1)

    def gain(second: float, third: float) -> float:
        predicted = (p * np.exp([0.0, second, third])).argmax(1)
        return macro_f1(predicted, labels, range(3)) - 0.005 * (second**2 + third**2)

    best = max(((a, b) for a in grid for b in grid), key=lambda x: gain(*x))
    return [0.0, float(best[0]), float(best[1])]


def calibrate(model: SequenceModel, examples: list[Example]) -> dict:
    """Calibration of both heads, and the confusion on the labelled threads among the examples."""
    logits = score(model, examples)
    out: dict = {"window": WINDOW, "fitted_on": {}, "confusion": {"rows": "true", "columns": "predicted"}}
    for name, head in HEADS.items():
        own = [i for i, e in enumerate(examples) if e.head == head]
        labels = np.array([examples[i].label for i in own])
        sizes = Counter(examples[i].source for i in own)
        weights = np.array([1 / sizes[examples[i].source] for i in own])
        out[name] = fit_vector_scaling(logits[own], labels, weights)
        out["fitted_on"][name] = dict(sizes)
        p = probabilities(logits[own], out[name])
        threads = np.array([examples[i].source == "threads" for i in own])
        out[name]["decision"] = fit_decision(p[threads], labels[threads])
        predicted = decide(p, out[name])
        out["confusion"][name] = _confusion(labels[threads], predicted[threads], head)
    return out


def _confusion(labels: np.ndarray, predicted: np.ndarray, head: int) -> dict:
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (labels, predicted), 1)
    return {"labels": list(LABELS[3 * head : 3 * head + 3]), "counts": counts.tolist()}


def read_threads(model: SequenceModel, whole: list[Thread], fitted: dict) -> tuple[list, list]:
    """Calibrated probabilities of both heads for every comment of every thread, each a list of (n, 3)."""
    own, relations = [], []
    for thread in whole:
        examples = [
            data.stance_example(row, "threads", label="stance_article", parent=row["parent_text"])
            for row in thread.rows
        ]
        own.append(probabilities(score(model, examples), fitted["article"]))
        replies = [i for i, row in enumerate(thread.rows) if row["parent_text"]]
        answer = np.tile(NO_RELATION, (len(thread.rows), 1))
        if replies:
            asked = [data.reply_example(thread.rows[i], "threads", label=0) for i in replies]
            answer[replies] = probabilities(score(model, asked), fitted["parent"])
        relations.append(answer)
    return own, relations


@dataclass(frozen=True, slots=True)
class ReadThreads:
    """Labelled threads, with the model's readings of those held out, as `read_threads` gives them.

    Of the validation threads those that hold a comment of some length found in training are left out.
    """

    train: list[Thread]
    held: list[Thread]
    valid: list[Thread]
    on_held: tuple[list, list]
    on_valid: tuple[list, list]
    fitted: dict

    @classmethod
    def load(cls, folder: Path, model_folder: Path, cache: Path | None) -> ReadThreads:
        """Reads the threads with the calibrated model, or takes the readings from `cache`, which is made where it is not."""
        train, held, valid = parts(folder)
        seen = {row["text"] for t in train for row in t.rows if len(row["text"]) > 40}
        valid = [t for t in valid if not any(row["text"] in seen for row in t.rows)]
        fitted = json.loads((model_folder / "calibration.json").read_text(encoding="utf-8"))
        if cache and cache.exists():
            on_held, on_valid = pickle.loads(cache.read_bytes())
        else:
            model = SequenceModel.load(ModelSource("stance", str(model_folder), "local"))
            on_held, on_valid = read_threads(model, held, fitted), read_threads(model, valid, fitted)
            if cache:
                cache.write_bytes(pickle.dumps((on_held, on_valid)))
        return cls(train, held, valid, on_held, on_valid, fitted)


def fit_joint(model: SequenceModel, folder: Path, fitted: dict) -> tuple[dict, dict]:
    """How stances go together in threads, as calibration.json states it, and the joint reading's confusion."""
    train, held, _ = parts(folder)
    own, relations = read_threads(model, held, fitted)
    ties = fit_ties(held, own, relations, tie_table(train))
    stated = {"own": ties.own, "tie": ties.tie, "table": np.round(ties.table, 4).tolist()}
    joint = [joint_stances(t.parents, p, r, ties) for t, p, r in zip(held, own, relations, strict=True)]
    labels = np.concatenate([t.labels for t in held])
    p = np.concatenate(joint)
    return stated, _confusion(labels, decide(p, fitted["article"]), ARTICLE)


def measure_joint(model: SequenceModel, folder: Path, fitted: dict, stated: dict) -> dict:
    """The joint reading beside the text-only one, on the validation threads."""
    train, _, valid = parts(folder)
    seen = {row["text"] for t in train for row in t.rows if len(row["text"]) > 40}
    valid = [t for t in valid if not any(row["text"] in seen for row in t.rows)]
    own, relations = read_threads(model, valid, fitted)
    ties = Ties.of(stated, "calibration.json")
    joint = [joint_stances(t.parents, p, r, ties) for t, p, r in zip(valid, own, relations, strict=True)]
    return compare(
        valid, [decide(p, fitted["article"]) for p in own], [decide(p, fitted["article"]) for p in joint]
    )


def probabilities(logits: np.ndarray, fitted: dict) -> np.ndarray:
    """Calibrated probabilities."""
    return softmax(logits / fitted["temperature"] + np.array(fitted["bias"]))


def decide(p: np.ndarray, fitted: dict) -> np.ndarray:
    """Label indices."""
    return (p * np.exp(fitted["decision"])).argmax(1)


def measure(
    model: SequenceModel, examples: list[Example], fitted: dict, beside: Callable[[list[Example]], dict]
) -> dict:
    """All figures of one set; `beside` gives those of the baselines."""
    head = "article" if examples[0].head == ARTICLE else "parent"
    p = probabilities(score(model, examples), fitted[head])
    gold, groups = np.array([e.label for e in examples]), [e.group for e in examples]
    predicted = decide(p, fitted[head])
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (gold, predicted), 1)
    return {
        "head": head,
        "examples": len(examples),
        "groups": len(set(groups)),
        **figures(gold, predicted, groups),
        "f1": [round(macro_f1(predicted == k, gold == k, [True]), 3) for k in range(3)],
        "ece": round(expected_calibration_error(p.max(1), p.argmax(1) == gold), 3),
        "ece_of_calibrated": error_of_calibrated(p.max(1)),
        "confusion": counts.tolist(),
        **beside(examples),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/stance"))
    parser.add_argument(
        "--out", type=Path, help="measure only: write the figures there, leave the model as it is"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--keep-baselines",
        action="store_true",
        help="take those of the former metrics.json, for the same sets",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="the seed of the training, for the baseline's examples"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = SequenceModel.load(ModelSource("stance", str(arguments.model), "local"))

    calibration = arguments.model / "calibration.json"
    if arguments.out is None:
        fitted = calibrate(model, data.calibration_examples(arguments.data))
        calibration.write_text(json.dumps(fitted, indent=1) + "\n")
        print(json.dumps(fitted), flush=True)
    else:
        fitted = json.loads(calibration.read_text(encoding="utf-8"))

    rng = random.Random(arguments.seed)
    training = data.claim_examples(arguments.data, rng)
    training += data.training_examples(arguments.data, rng, set(), written=1.0)
    read = training + data.unlabelled_examples(arguments.data)
    former = (
        json.loads((arguments.model / "metrics.json").read_text("utf-8"))
        if arguments.keep_baselines
        else None
    )
    beside = baselines(training) if former is None else None
    out: dict = {"training_examples": len(training), "labels": list(LABELS), "sets": {}}
    for name, whole in reported(arguments.data).items():
        examples = unseen(whole, read)
        print(
            name,
            len(whole),
            "inputs,",
            len(whole) - len(examples),
            "left out: in a thread that was trained on",
        )
        start = time.perf_counter()
        kept = former and {key: former["sets"][name][key] for key in ("majority", "tfidf")}
        out["sets"][name] = measure(model, examples, fitted, beside or (lambda _, kept=kept: kept))
        print(name, json.dumps(out["sets"][name]), f"{time.perf_counter() - start:.0f} s", flush=True)
    out["order"] = order(model, arguments.data, fitted)
    print("order", out["order"], flush=True)
    stated, confusion = fit_joint(model, arguments.data, fitted)
    out["joint"] = measure_joint(model, arguments.data, fitted, stated)
    print("joint", json.dumps(out["joint"]), flush=True)
    if arguments.out is None and out["joint"]["difference"]["low"] > 0:  # else the simple reading stays
        fitted["joint"] = stated
        fitted["confusion"]["article"] = confusion
        calibration.write_text(json.dumps(fitted, indent=1) + "\n")
    (arguments.out or arguments.model / "metrics.json").write_text(json.dumps(out, indent=1) + "\n")
    print(table(out["sets"]))
    card = arguments.model / "README.md"
    if card.exists() and not arguments.out:
        write_between(card, START, END, table(out["sets"]))


if __name__ == "__main__":
    main()
