"""Fits and measures corrected shares for, against and neither: do the intervals hold the true shares?

    python scripts/evaluate_prevalence.py [--write]

The confusion is counted on the labelled threads held out to calibrate, the spread of true shares over
threads (a Dirichlet distribution) and how far threads differ in their confusion (another about each of its
rows) fitted on the same, for likelihood. Measured on the validation
threads, which took no part. Beside it: the shares of labels counted, with Wilson's interval.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from cards import write_between
from evaluate_stance import ReadThreads, decide
from scipy.optimize import minimize
from scipy.special import gammaln
from stance_threads import Thread
from training import DATA

from discourse.report.intervals import wilson
from discourse.report.prevalence import Quantifier

FILE = "prevalence.json"
FEWEST = 5  # comments of a thread that coverage is counted on
LONG = 20  # comments of a thread that counts as long here
START, END = "<!-- prevalence -->", "<!-- /prevalence -->"


def counts(thread: Thread, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True counts, counts of labels, and their confusion, of a thread."""
    confusion = np.zeros((3, 3))
    np.add.at(confusion, (thread.labels, predicted), 1)
    return confusion.sum(1), confusion.sum(0), confusion


def fit_prior(true: Sequence[np.ndarray]) -> np.ndarray:
    """The Dirichlet-multinomial that makes the threads' true counts likeliest (Minka 2000)."""
    x = np.array(true)

    def loss(log_alpha: np.ndarray) -> float:
        a = np.exp(log_alpha)
        n = x.sum(1)
        value = gammaln(a.sum()) - gammaln(n + a.sum()) + (gammaln(x + a) - gammaln(a)).sum(1)
        return -float(value.sum())

    found = np.exp(minimize(loss, np.zeros(3), method="Nelder-Mead").x)
    return np.round(np.clip(found, 0.2, 20), 3)


def fit_concentration(each: Sequence[np.ndarray], whole: np.ndarray) -> float:
    """How many comments a thread's own confusion is worth: the likeliest Dirichlet-multinomial about the whole's."""
    rates = whole / whole.sum(1, keepdims=True)
    x = np.array(each)

    def loss(c: float) -> float:
        a, n = c * rates, x.sum(2)
        value = gammaln(c) - gammaln(n + c) + (gammaln(x + a) - gammaln(a)).sum(2)
        return -float(value.sum())

    return float(min(np.exp(np.linspace(np.log(1), np.log(500), 120)), key=loss))


def held_shares(threads: list[tuple], quantifier_without) -> tuple[float, int, float]:
    """Share of true shares inside their intervals, number of threads, and mean width; three shares a thread."""
    hits, widths = [], []
    for i, (true, labels, _) in enumerate(threads):
        if true.sum() < FEWEST:
            continue
        found = quantifier_without(i).shares(labels, float(labels.sum()), seed=i)
        for k in range(3):
            low, high = found.interval(k)
            hits.append(low <= true[k] / true.sum() <= high)
            widths.append(high - low)
    return float(np.mean(hits)), len(hits) // 3, float(np.mean(widths))


def counted(threads: list[tuple]) -> float:
    """The same for shares of labels as counted, with Wilson's interval."""
    hits = []
    for true, labels, _ in threads:
        if true.sum() >= FEWEST:
            for k in range(3):
                low, high = wilson(labels[k], labels.sum())
                hits.append(low <= true[k] / true.sum() <= high)
    return float(np.mean(hits))


def errors(threads: list[tuple], quantifier: Quantifier) -> tuple[float, float]:
    """Mean absolute error of corrected shares, and of those counted."""
    corrected, plain = [], []
    for true, labels, _ in threads:
        if true.sum() >= FEWEST:
            share = true / true.sum()
            corrected.append(np.abs(quantifier.shares(labels, float(labels.sum())).shares - share).mean())
            plain.append(np.abs(labels / labels.sum() - share).mean())
    return float(np.mean(corrected)), float(np.mean(plain))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/stance"))
    parser.add_argument("--write", action="store_true", help="write prevalence.json and the card's lines")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="keep the model's readings of the threads there")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    threads = ReadThreads.load(arguments.data, arguments.model, arguments.cache)
    fit, test = (
        [counts(t, decide(p, threads.fitted["article"])) for t, p in zip(whole, read[0], strict=True)]
        for whole, read in ((threads.held, threads.on_held), (threads.valid, threads.on_valid))
    )
    confusion = sum(c for _, _, c in fit)
    prior = fit_prior([true for true, _, _ in fit])
    concentration = fit_concentration([c for _, _, c in fit], confusion)
    weight = round(concentration / float(confusion.sum(1).mean()), 4)
    quantifier = Quantifier(confusion, prior, weight)
    left_out = held_shares(fit, lambda i: Quantifier(confusion - fit[i][2], prior, weight))
    longest = [entry for entry in fit if entry[0].sum() >= LONG]
    on_longest = held_shares(longest, lambda _: quantifier)
    held_rate, n, width = held_shares(test, lambda _: quantifier)
    corrected, plain = errors(test, quantifier)
    stated = {
        "confusion": confusion.astype(int).tolist(),
        "labels": ["favor", "against", "none"],
        "prior": prior.tolist(),
        "weight": weight,
        "coverage": {
            "held": round(held_rate, 3),
            "threads": n,
            "fewest_comments": FEWEST,
            "mean_width": round(width, 3),
            "without_correction": round(counted(test), 3),
            "on_calibration_threads": round(left_out[0], 3),
            "on_longest": {
                "fewest_comments": LONG,
                "threads": on_longest[1],
                "held": round(on_longest[0], 3),
            },
            "error": round(corrected, 3),
            "error_without_correction": round(plain, 3),
        },
    }
    print(json.dumps(stated, indent=1))
    if arguments.write:
        (arguments.model / FILE).write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
        write_between(arguments.model / "README.md", START, END, lines(stated))


def lines(stated: dict) -> str:
    """What the card says of it."""
    c = stated["coverage"]
    return (
        f"Of the shares for, against and neither in {c['threads']} validation threads of {c['fewest_comments']} comments "
        f"or more, {c['held']:.0%} lie in their 95 % intervals (of the calibration threads, each left out in turn, "
        f"{c['on_calibration_threads']:.0%}); with the labels counted as they are and Wilson's interval, "
        f"{c['without_correction']:.0%}. Mean width of an interval {c['mean_width']:.2f}; mean error of a share "
        f"{c['error']:.2f}, without correction {c['error_without_correction']:.2f}."
    )


if __name__ == "__main__":
    main()
