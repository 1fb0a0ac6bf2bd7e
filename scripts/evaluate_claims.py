"""Fits and measures how claims of several articles are matched; writes models/stance/claims.json.

    python scripts/evaluate_claims.py [--write]

The nearness from which on a comment counts as on topic is fitted on labelled threads, see `topic_figures`.
Weights and threshold are fitted on the claims of the five seeds, and measured on the claims that
eight other articles make of another event (both labelled, see claims_labels.py). The centre is the
mean vector of the first sentences of the news articles in `--data`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from claims_labels import ClaimSet, claim_sets, news_articles
from sklearn.linear_model import LogisticRegression
from training import DATA, auc, read_rows

from discourse.claims.reading import nearness
from discourse.claims.sentences import paragraphs, split
from discourse.claims.similarity import (
    FEATURES,
    FILE,
    Rarity,
    Similarity,
    Weights,
    join,
    mean_vectors,
    pair_features,
    stems,
)
from discourse.nn.sequence import SequenceModel
from discourse.nn.store import resolve

PRECISE = 0.92  # of pairs joined within an article that say the same
NEAR = 0.02  # of the best score: of thresholds so near, the strictest
FEWEST_ARTICLES = 12  # that a stem stands in, to have a rarity of its own
SENTENCES = 1000
BETA = 0.5  # a claim wrongly said to be shared costs more than one missed


def news_sentences(folder: Path) -> list[str]:
    """The first sentences of news articles, at most three of each."""
    out: list[str] = []
    for article in news_articles(folder, set()).values():
        first = [s.text for p in paragraphs(article.text[:3000]) if p for s in split(p)]
        out += [s for s in first if len(s.split()) > 5][:3]
    return out[:SENTENCES]


def news_rarity(folder: Path) -> dict:
    """Inverse document frequency of the stems of news articles, as claims.json states it."""
    bags = [stems(f"{a.title or ''} {a.text}") for a in news_articles(folder, set()).values()]
    count = Counter(stem for bag in bags for stem in bag)
    by_value: dict[str, list[str]] = {}
    for stem, n in sorted(count.items()):
        if n >= FEWEST_ARTICLES:
            by_value.setdefault(f"{np.log(len(bags) / n):.1f}", []).append(stem)
    unseen = round(float(np.log(len(bags) / FEWEST_ARTICLES)), 1)
    return {"stems": {value: " ".join(words) for value, words in sorted(by_value.items())}, "unseen": unseen}


def topic_figures(rarity: Rarity, folder: Path) -> dict:
    """The nearness that best parts comments under their own opening from the same under another one.

    Threads of `threads_labelled` with an opening of some length; two in three to fit, the third to measure.
    """
    threads: dict[str, list[dict]] = {}
    for row in read_rows(folder / "threads_labelled/train.jsonl.gz"):
        if len(row["article"] or "") > 400:
            threads.setdefault(row["thread"], []).append(row)
    chosen = list(threads.values())
    articles = [f"{rows[0]['article_title'] or ''} {rows[0]['article']}" for rows in chosen]
    texts = [[r["text"] for r in rows] for rows in chosen]
    own, other = (
        [v[np.isfinite(v)] for v in (nearness(t, a, rarity) for t, a in zip(texts, under, strict=True))]
        for under in (articles, articles[7:] + articles[:7])
    )

    def rates(places: list[int], threshold: float) -> tuple[float, float]:
        return tuple(
            float((np.concatenate([s[i] for i in places]) >= threshold).mean()) for s in (own, other)
        )

    fit, held = [i for i in range(len(chosen)) if i % 3], [i for i in range(len(chosen)) if not i % 3]
    grid = np.round(np.arange(0.02, 0.6, 0.01), 2)
    threshold = float(max(grid, key=lambda t: rates(fit, t)[0] - rates(fit, t)[1]))
    values = np.concatenate([np.concatenate([s[i] for i in held]) for s in (own, other)])
    n = sum(len(own[i]) for i in held)
    under_own, under_other = rates(held, threshold)
    return {
        "threshold": threshold,
        "threads": len(held),
        "comments": n,
        "auc": round(auc(values, np.arange(len(values)) < n), 3),
        "under_own": round(under_own, 3),
        "under_other": round(under_other, 3),
    }


def found_pairs(similarity: Similarity, labelled: ClaimSet, same: np.ndarray, threshold: float) -> np.ndarray:
    """For each labelled pair whether the claims end in one group."""
    place = {i: g for g, members in enumerate(join(same, threshold)) for i in members}
    return np.array([place[i] == place[j] for i, j in labelled.pairs])


def figures(found: np.ndarray, gold: np.ndarray) -> dict:
    """Precision, recall and F1 over pairs."""
    hit = float((found & gold).sum())
    precision, recall = hit / max(1, found.sum()), hit / max(1, gold.sum())
    return {
        "pairs": len(gold),
        "same": int(gold.sum()),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
    }


def score(found: np.ndarray, gold: np.ndarray) -> float:
    """F-beta over pairs."""
    f = figures(found, gold)
    p, r = f["precision"], f["recall"]
    return (1 + BETA**2) * p * r / max(1e-9, BETA**2 * p + r)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true", help="write claims.json beside the stance checkpoint")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    source = resolve(None, "stance")
    model = SequenceModel.load(source)
    centre = mean_vectors(model, news_sentences(arguments.data)).mean(0)
    sets = claim_sets(arguments.data)
    unfitted = Similarity(model, Weights(centre, np.zeros(len(FEATURES)), 0.0, 0.5))

    def features(labelled: ClaimSet) -> np.ndarray:
        texts = [c.text for c in labelled.claims]
        return pair_features(texts, unfitted.vectors(texts))

    fit_on = sets["seeds"]
    x = features(fit_on)
    fitted = LogisticRegression(C=1.0).fit(np.array([x[i, j] for i, j in fit_on.pairs]), fit_on.same)
    weights = Weights(centre, fitted.coef_[0], float(fitted.intercept_[0]), 0.5)
    similarity = Similarity(model, weights)
    same = similarity.same(fit_on.claims)
    grid = np.round(np.arange(0.1, 0.5, 0.01), 2)
    scores = [score(found_pairs(similarity, fit_on, same, t), fit_on.same) for t in grid]
    threshold = float(max(t for t, s in zip(grid, scores, strict=True) if s > max(scores) - NEAR))
    precise = [figures(found_pairs(similarity, fit_on, same, t), fit_on.same)["precision"] for t in grid]
    repeated = float(min((t for t, p in zip(grid, precise, strict=True) if p >= PRECISE), default=grid[-1]))
    out: dict = {"threshold": threshold, "repeated": repeated, "sets": {}}
    for name, labelled in sets.items():
        found = found_pairs(similarity, labelled, similarity.same(labelled.claims), threshold)
        out["sets"][name] = figures(found, labelled.same) | {
            "claims": len(labelled.claims),
            "lost": labelled.lost,
        }
        for (i, j), f, g in zip(labelled.pairs, found, labelled.same, strict=True):
            if f and not g:
                print(
                    name, "wrongly joined:", labelled.claims[i].text[:60], "|", labelled.claims[j].text[:60]
                )
    rarity = news_rarity(arguments.data)
    out["topic"] = topic_figures(Rarity.of(rarity), arguments.data)
    print(json.dumps(out, indent=1))
    if arguments.write:
        stated = {
            "weights": {k: round(float(w), 4) for k, w in zip(FEATURES, fitted.coef_[0], strict=True)},
            "intercept": round(weights.intercept, 4),
            "same": threshold,
            "repeated": repeated,
            "on_topic": out["topic"]["threshold"],
            "measured": out["sets"] | {"topic": out["topic"]},
            "rarity": rarity,
            "centre": [round(float(v), 4) for v in centre],
        }
        text = json.dumps(stated, indent=1)
        head, _, tail = text.partition('"centre": [')
        (source.path / FILE).write_text(
            head + '"centre": [' + " ".join(tail.split()) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
