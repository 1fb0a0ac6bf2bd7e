"""What the figures of stance are made with: intervals, the baselines beside them, the card's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from cards import cell
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from stance_data import ARTICLE, PARENT, Example
from training import bootstrap, macro_f1

HEADS = {"article": ARTICLE, "parent": PARENT}


class Baseline:
    """Logistic regression on word TF-IDF of the comment and, apart, of target or parent."""

    def __init__(self, examples: list[Example]):
        self.second = TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True)
        self.first = TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True)
        features = hstack([self.second.fit_transform([e.second for e in examples]),
                           self.first.fit_transform([e.first for e in examples])]).tocsr()  # fmt: skip
        self.model = LogisticRegression(max_iter=100).fit(features, [e.label for e in examples])

    def predict(self, examples: list[Example]) -> np.ndarray:
        """Label indices."""
        features = hstack([self.second.transform([e.second for e in examples]),
                           self.first.transform([e.first for e in examples])]).tocsr()  # fmt: skip
        return self.model.predict(features)


def figures(gold: np.ndarray, predicted: np.ndarray, groups: list[str]) -> dict:
    """Macro-F1 and accuracy with 95 % intervals over resampled groups."""

    def f1(i: np.ndarray) -> float:
        return macro_f1(predicted[i], gold[i], range(3))

    def accuracy(i: np.ndarray) -> float:
        return float((predicted[i] == gold[i]).mean())

    def entry(f) -> dict:
        low, high = bootstrap(f, groups, 500)
        value = f(np.arange(len(gold)))
        return {"value": round(value, 3), "low": round(low, 3), "high": round(high, 3)}

    return {"macro_f1": entry(f1), "accuracy": entry(accuracy)}


def baselines(training: list[Example]) -> Callable[[list[Example]], dict]:
    """Trains the baselines of both heads; gives what measures them on a set."""
    trained = {}
    for head in HEADS.values():
        own = [e for e in training if e.head == head]
        trained[head] = Baseline(own), Counter(e.label for e in own).most_common(1)[0][0]

    def beside(examples: list[Example]) -> dict:
        baseline, common = trained[examples[0].head]
        gold, groups = np.array([e.label for e in examples]), [e.group for e in examples]
        return {
            "majority": figures(gold, np.full(len(gold), common), groups),
            "tfidf": figures(gold, baseline.predict(examples), groups),
        }

    return beside


def table(sets: dict) -> str:
    """The figures as the model card's Markdown table."""
    lines = [
        "| set | inputs | macro-F1 | accuracy | F1 per label | calibration error (of a calibrated model) | majority macro-F1 | TF-IDF macro-F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, e in sets.items():
        f1 = " / ".join(f"{v:.2f}" for v in e["f1"])
        lines.append(
            f"| {name} | {e['examples']:,} | {cell(e['macro_f1'])} | {cell(e['accuracy'])} | {f1} "
            f"| {e['ece']:.3f} ({e['ece_of_calibrated']['mean']:.3f}, up to {e['ece_of_calibrated']['high']:.3f}) "
            f"| {cell(e['majority']['macro_f1'])} | {cell(e['tfidf']['macro_f1'])} |"
        )
    return "\n".join(lines)
