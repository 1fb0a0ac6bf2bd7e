"""The threshold that suits a reader's own labelled comments, and what it can be expected to do on others.

Figures on the comments that a threshold was chosen on are too good. Those given here are of comments left
out: the rows are dealt into folds, and each fold is judged by the threshold of the others.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from discourse.evaluate import metrics
from discourse.schema import UsageError

FOLDS = 10
F1 = "f1"
FEWEST = 10  # rows of either label below which no threshold is recommended


def parse_aim(text: str) -> float | None:
    """What a threshold is to reach: None for the largest F1, else the precision wanted.

    Raises:
        UsageError: it is neither "f1" nor a number between 0 and 1.
    """
    if text.strip().lower() == F1:
        return None
    try:
        aim = float(text)
    except ValueError:
        aim = -1.0
    if not 0 < aim < 1:
        raise UsageError(f"--fit-threshold {text}: say f1, or the precision wanted, such as 0.9")
    return aim


def best_threshold(
    probability: np.ndarray, truth: np.ndarray, aim: float | None, weights: np.ndarray | None = None
) -> float:
    """The threshold with the largest F1, or the largest recall at a precision of at least `aim`.

    Half way between the score that is just in and the one below it. Where no threshold reaches
    the precision, nan.
    """
    weights = np.ones(len(truth)) if weights is None else weights
    order = np.argsort(-probability, kind="stable")
    score, gold, weight = probability[order], truth[order], weights[order]
    right, found = np.cumsum(gold * weight), np.cumsum(weight)
    last = np.append(score[1:] < score[:-1], True) & (found > 0)  # equal scores are in together
    if not last.any() or right[-1] == 0:
        return float("nan")
    places = np.flatnonzero(last)
    precision, recall = right[places] / found[places], right[places] / right[-1]
    if aim is None:
        value = 2 * right[places] / (found[places] + right[-1])
    else:
        value = np.where(precision >= aim, recall, -1.0)
    if value.max() <= 0:
        return float("nan")
    at = places[int(value.argmax())]
    below = score[at + 1] if at + 1 < len(score) else 0.0
    return float((score[at] + below) / 2)


def fit_threshold(
    probability: np.ndarray,
    truth: np.ndarray,
    units: Sequence[Hashable],
    aim: float | None = None,
    seed: int = 0,
) -> dict:
    """The threshold of all rows, and precision, recall and F1 on rows it was not chosen on.

    Args:
        probability: of being toxic, shape (n,).
        truth: 1 for toxic, 0 for not, shape (n,).
        units: what each row belongs to; rows of one unit are in one fold.
        aim: the precision wanted; None for the largest F1.
        seed: of dealing the folds and resampling.

    Returns:
        `threshold` (value, low, high over resampled units; None where no threshold reaches the aim), `aim`,
        `toxic` and `not_toxic` (rows of either label), `enough` (False where one of them is below `FEWEST`: the
        threshold is then no recommendation), `folds`, and `precision`, `recall`, `f1` with their intervals.
    """
    numbers = {unit: i for i, unit in enumerate(dict.fromkeys(units))}
    member = np.array([numbers[unit] for unit in units], np.int64)
    folds = min(FOLDS, len(numbers))
    dealt = np.random.default_rng(seed).permutation(len(numbers))[member] % max(folds, 1)
    found = np.zeros(len(truth), int)
    for fold in range(folds if folds > 1 else 0):
        out = dealt == fold
        chosen = best_threshold(probability[~out], truth[~out], aim)
        found[out] = probability[out] >= chosen  # nothing is, of nan

    def figures(weights: np.ndarray) -> dict[str, float]:
        counts = metrics.confusion(truth, found, 2, weights)
        return {
            "precision": float(metrics.precisions(counts)[1]),
            "recall": float(metrics.recalls(counts)[1]),
            "f1": float(metrics.f1_scores(counts)[1]),
        }

    def threshold(weights: np.ndarray) -> dict[str, float]:
        return {"threshold": best_threshold(probability, truth, aim, weights)}

    toxic, not_toxic = int((truth == 1).sum()), int((truth != 1).sum())
    measured = metrics.bootstrap(figures, units, seed=seed) if folds > 1 else {}
    return {
        "aim": F1 if aim is None else aim,
        "toxic": toxic,
        "not_toxic": not_toxic,
        "enough": min(toxic, not_toxic) >= FEWEST,
        "folds": folds,
        **metrics.bootstrap(threshold, units, repeats=200, seed=seed),
        **measured,
    }
