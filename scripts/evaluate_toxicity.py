"""Measures the shipped toxicity model on sets it never saw and writes models/toxicity/metrics.json.

    python scripts/evaluate_toxicity.py --model models/toxicity --work work/toxicity
    pip install --target work/baselines --no-deps alt-profanity-check==1.9.1   # for --baselines work/baselines

Beside toxicity and insult stands a logistic regression on TF-IDF of words and characters, trained on the
same pool, and with --baselines alt-profanity-check, which was trained on Jigsaw's comments: its figures there show nothing. Intervals are 95 % bootstrap percentiles, over threads where comments come in threads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from packaged import packaged, version
from toxicity_cases import SUITE
from toxicity_data import Data, Row, load, threads
from training import DATA, auc, bootstrap, expected_calibration_error, read_rows

from discourse.schema import TOXICITY_LABELS
from discourse.taggers.base import Reading
from discourse.taggers.toxicity import ToxicityTagger


@dataclass(frozen=True, slots=True)
class Slice:
    """Texts with a gold label, the column that is asked for it, and what is resampled as a whole."""

    name: str
    texts: list[str]
    gold: np.ndarray
    column: str
    groups: Sequence


def slices(data: Path, pool: Data) -> list[Slice]:
    """The evaluation sets; none of their comments, and no comment of their threads, is in training.

    By the written pairs the version was chosen, too.
    """
    insults = list(read_rows(data / "toxicity" / "insults_valid.jsonl.gz"))
    ucc = list(read_rows(data / "toxicity" / "ucc_valid.jsonl.gz"))
    labelled = threads(data, "valid")
    found = [_slice("insults_valid", [r["text"] for r in insults], [r["insult"] for r in insults], "insult")]
    found.append(_slice("insults_valid (toxicity)", found[0].texts, found[0].gold, "toxicity"))
    for label in ("hostile", "antagonize"):
        found.append(
            _slice(f"ucc_valid {label}", [r["text"] for r in ucc], [int(r[label]) for r in ucc], "toxicity")
        )
    found.append(
        _slice(
            "threads_labelled/valid",
            *_texts_and(labelled, "toxicity"),
            "toxicity",
            [r.group for r in labelled],
        )
    )
    written = pool.valid["pairs"]
    for kind in dict.fromkeys(r.group for r in written):
        part = [r for r in written if r.group == kind]
        pairs = [i // 2 for i in range(len(part))]
        found.append(_slice(f"written pairs, {kind}", *_texts_and(part, "toxicity"), "toxicity", pairs))
    for label in TOXICITY_LABELS:
        found.append(_slice(f"jigsaw raw {label}", *_texts_and(pool.test["jigsaw"], label), label))
    return found


def _slice(name: str, texts: list[str], gold: list, column: str, groups: Sequence | None = None) -> Slice:
    return Slice(name, texts, np.array(gold, int), column, groups or range(len(texts)))


def _texts_and(rows: list[Row], label: str) -> tuple[list[str], list[float]]:
    i = TOXICITY_LABELS.index(label)
    return [r.text for r in rows], [r.labels[i] or 0 for r in rows]


def baseline_scores(pool: Data, texts: list[str], work: Path) -> dict[str, np.ndarray]:
    """TF-IDF logistic regression's probabilities of toxicity and insult for `texts` (kept in `work`)."""
    kept = work / "tfidf.npz"
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
    if kept.is_file():
        saved = dict(np.load(kept))
        if str(saved.pop("digest")) == digest:
            return saved
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    rows = [r for name, part in pool.train.items() if name != "threads_toxic" for r in part]
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True, max_features=100_000),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), min_df=5, sublinear_tf=True, max_features=100_000
        ),
    )
    matrix = features.fit_transform([r.text for r in rows])
    asked = features.transform(texts)
    scores = {}
    for label in ("toxicity", "insult"):
        i = TOXICITY_LABELS.index(label)
        known = [k for k, r in enumerate(rows) if r.labels[i] is not None]
        model = LogisticRegression(C=3.0, max_iter=300)
        model.fit(matrix[known], [int(rows[k].labels[i] >= 0.5) for k in known])
        scores[label] = model.predict_proba(asked)[:, 1]
    work.mkdir(parents=True, exist_ok=True)
    np.savez(kept, digest=digest, **scores)
    return scores


def packaged_scores(folder: Path, texts: list[str]) -> np.ndarray:
    """Probabilities, shape (texts,), by alt-profanity-check, a linear model on words that `folder` holds.

    Raises:
        ImportError: it is not there.
    """
    return np.asarray(packaged(folder, "profanity_check").predict_prob(texts))


def with_interval(metric: Callable[[np.ndarray], float], groups: Sequence, repeats: int) -> dict:
    """The metric over all rows and its 95 % interval."""
    low, high = bootstrap(metric, groups, repeats)
    every = np.arange(len(groups))
    return {"value": round(metric(every), 4), "low": round(low, 4), "high": round(high, 4)}


def measure(
    part: Slice, scores: np.ndarray, others: dict[str, np.ndarray], threshold: float, repeats: int
) -> dict:
    """AUC of the model and the others by name; for toxicity also calibration, and precision and recall of `toxic`."""
    gold, groups = part.gold, part.groups
    result: dict = {"rows": len(gold), "positives": int(gold.sum()), "column": part.column}
    result["auc"] = with_interval(lambda i: auc(scores[i], gold[i]), groups, repeats)
    for name, other in others.items():
        result[f"auc_{name}"] = with_interval(lambda i, other=other: auc(other[i], gold[i]), groups, repeats)
    if part.name.startswith(("jigsaw", "threads")):
        result["ece"] = with_interval(
            lambda i: expected_calibration_error(scores[i], gold[i]), groups, repeats
        )
    if part.column == "toxicity":
        toxic = scores >= threshold
        result["precision"] = with_interval(lambda i: float(gold[i][toxic[i]].mean()), groups, repeats)
        result["recall"] = with_interval(lambda i: float(toxic[i][gold[i] == 1].mean()), groups, repeats)
        result["flagged"] = round(float(toxic.mean()), 4)
    return result


def suite(tagger: ToxicityTagger) -> dict:
    """Share of cases right per capability, and the cases that are wrong."""
    result: dict = {"capabilities": {}, "wrong": []}
    right = total = 0
    for capability in SUITE:
        cases = list(capability.cases())
        columns = tagger.predict([Reading(str(i), text) for i, text in enumerate(cases)]).columns
        hits = [flag == capability.toxic for flag in columns["toxic"]]
        result["capabilities"][capability.name] = {
            "cases": len(cases),
            "right": round(sum(hits) / len(cases), 3),
        }
        right, total = right + sum(hits), total + len(cases)
        result["wrong"] += [
            {"capability": capability.name, "text": text, "toxicity": round(p, 3)}
            for text, hit, p in zip(cases, hits, columns["toxicity"], strict=True)
            if not hit
        ]
    result |= {"cases": total, "right": round(right / total, 3)}
    return result


def speed(tagger: ToxicityTagger, texts: list[str]) -> dict:
    """Comments a second of the tagger and of a BERT-base run through `Detoxify.predict`, one after the other."""
    import torch
    from detoxify import Detoxify
    from transformers import BertConfig, BertForSequenceClassification

    large = Detoxify.__new__(Detoxify)
    large.model = BertForSequenceClassification(BertConfig(num_labels=6)).eval()
    large.tokenizer, large.class_names, large.device = tagger.detoxify.tokenizer, list(TOXICITY_LABELS), "cpu"
    tagger.predict([Reading("0", "warm up")])
    started = time.perf_counter()
    tagger.predict([Reading(str(i), t) for i, t in enumerate(texts)])
    ours = len(texts) / (time.perf_counter() - started)
    few = texts[: max(1, len(texts) // 8)]
    large.predict(["warm up"] * 2)
    started = time.perf_counter()
    for i in range(0, len(few), 32):
        large.predict(few[i : i + 32])
    theirs = len(few) / (time.perf_counter() - started)
    return {
        "comments_per_second": round(ours, 1),
        "bert_base_through_detoxify": round(theirs, 1),
        "ratio": round(ours / theirs, 1),
        "torch_threads": torch.get_num_threads(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/toxicity"))
    parser.add_argument("--out", type=Path, help="default: metrics.json in the model's folder")
    parser.add_argument("--work", type=Path, default=Path("work/toxicity"))
    parser.add_argument("--baselines", type=Path, help="folder with alt-profanity-check, to stand beside")
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--baseline-only", action="store_true", help="fit and keep the baseline, then stop")
    arguments = parser.parse_args()
    pool = load(arguments.data)
    parts = slices(arguments.data, pool)
    texts = list(dict.fromkeys(t for part in parts for t in part.texts))
    position = {text: i for i, text in enumerate(texts)}
    base = baseline_scores(pool, texts, arguments.work)
    if arguments.baseline_only:
        return
    other = packaged_scores(arguments.baselines, texts) if arguments.baselines else None
    tagger = ToxicityTagger.load(str(arguments.model))
    columns = tagger.predict([Reading(str(i), text) for i, text in enumerate(texts)]).columns
    figures: dict = {"threshold": tagger.threshold, "slices": {}}
    for part in parts:
        rows = [position[t] for t in part.texts]
        scores = np.array(columns[part.column])[rows]
        others = {"tfidf": base[part.column][rows]} if part.column in base else {}
        if other is not None and others:
            others["alt_profanity_check"] = other[rows]
        figures["slices"][part.name] = measure(part, scores, others, tagger.threshold, arguments.repeats)
        print(part.name, json.dumps(figures["slices"][part.name]), flush=True)
    if other is not None:
        figures["alt_profanity_check"] = {
            "version": version(arguments.baselines, "alt-profanity-check"),
            "trained_on": "Jigsaw, probably the rows of these slices among others",
        }
    figures["suite"] = suite(tagger)
    about35 = [t for t in texts if 120 <= len(t) <= 200][:512]
    figures["speed"] = speed(tagger, about35)
    path = arguments.out or arguments.model / "metrics.json"
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures["suite"], indent=1, ensure_ascii=False), figures["speed"], path)


if __name__ == "__main__":
    main()
