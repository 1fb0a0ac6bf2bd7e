"""Stance and toxicity: comments with one label each, against what a tagger says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from discourse.evaluate import gold, metrics
from discourse.evaluate.labelled import Labelled, Row, units_of, usable
from discourse.evaluate.threshold import fit_threshold, parse_aim
from discourse.readers.intake import Intake
from discourse.schema import ModelError, UsageError
from discourse.taggers.base import Reading, Tagger

BATCH = 256  # rows a tagger is given at a time; a thread is never cut
NO_TARGET = "no target: what the stance is measured toward is not told"
NO_PARENT = "no parent_text, and no comment of the parent's id in the file"


def measure_stance(
    task: str, labelled: Labelled, tagger: Tagger, intake: Intake, target: str | None = None
) -> dict:
    """The figures of stance toward the article or the parent.

    Toward the article, comments of a thread are read together as in a report, so rows without gold
    still count as what others answer. `target` is that of rows which name none.

    Raises:
        UnreadableSource: no row can be used.
        ModelError: the model does not answer this question.
    """
    labels, rows = gold.LABELS[task], labelled.rows
    toward_article = task == "stance_article"

    def answer(row: Row) -> int | None:
        if not toward_article and row.parent_text is None and gold.is_empty(row.gold):
            return None  # the question does not arise at top level
        label = gold.stance(row.gold, labels)
        if toward_article and not (row.target or target):
            raise gold.Unusable(NO_TARGET)
        if not toward_article and row.parent_text is None:
            raise gold.Unusable(NO_PARENT)
        return label

    indices, answers = usable(rows, answer, intake)
    readings = [
        _reading(i, row, (row.target or target) if toward_article else None) for i, row in enumerate(rows)
    ]
    if toward_article:
        tops = roots([row.parent for row in rows])
        wanted = {tops[i] for i in indices}
        threads: dict[int, list[int]] = {}
        for i, top in enumerate(tops):
            if top in wanted and rows[i].text:
                threads.setdefault(top, []).append(i)
        batches = packed(list(threads.values()))
    else:
        batches = packed([[i] for i in indices])
    found: dict[int, list] = {}
    names = [task, *(f"{task}_{label}" for label in labels)]
    for batch in batches:
        columns = tagger.predict([readings[i] for i in batch]).columns
        found |= {i: [columns[name][k] for name in names] for k, i in enumerate(batch)}
    told = [found[i] for i in indices]
    if any(row[0] is None for row in told):
        raise ModelError(f"this stance model has no answer for {task}: its labels are of another kind")
    probabilities = np.array([row[1:] for row in told], float)
    label = np.array([labels.index(row[0]) for row in told])
    used = [rows[i] for i in indices]
    truth = np.array(answers)

    def extra(weights: np.ndarray) -> dict[str, float]:
        right = probabilities.argmax(1) == truth
        return {"calibration_error": metrics.calibration_error(probabilities.max(1), right, weights)}

    return _figures(labels, truth, label, extra, labelled, used)


def measure_toxicity(
    labelled: Labelled, tagger: Tagger, threshold: float, intake: Intake, fit: str | None = None
) -> dict:
    """The figures of toxicity: AUC and calibration of the probability, and `toxic` at the threshold.

    With `fit` ("f1", or a precision) also the threshold that suits these comments, as `fitted`.

    Raises:
        UnreadableSource: no row can be used.
        UsageError: `fit` is neither, or there are only toxic comments, or none, to fit a threshold to.
    """
    aim = parse_aim(fit) if fit is not None else None
    indices, answers = usable(labelled.rows, lambda row: gold.toxic(row.gold), intake)
    used = [labelled.rows[i] for i in indices]
    if fit is not None and len(set(answers)) < 2:
        kinds = ("not toxic", "toxic") if answers[0] == 0 else ("toxic", "not toxic")
        raise UsageError(
            f"{used[0].source}: no threshold can be fitted: of {len(used):,} comments with a label all are {kinds[0]}; "
            f"add some that are {kinds[1]}, or leave --fit-threshold out"
        )
    scores: list[float] = []
    flags: list[bool] = []
    for batch in packed([[i] for i in range(len(used))]):
        columns = tagger.predict([Reading(str(i), used[i].text) for i in batch]).columns
        scores += columns["toxicity"]
        flags += columns["toxic"]
    probability, truth = np.array(scores, float), np.array(answers)
    ranks, found = metrics.ranks_of(probability), np.array(flags).astype(int)

    def extra(weights: np.ndarray) -> dict[str, float]:
        counts = metrics.confusion(truth, found, 2, weights)
        return {
            "auc": metrics.auc(ranks, truth, weights),
            "precision": float(metrics.precisions(counts)[1]),
            "recall": float(metrics.recalls(counts)[1]),
            "f1": float(metrics.f1_scores(counts)[1]),
            "calibration_error": metrics.calibration_error(probability, truth, weights),
        }

    labels = gold.LABELS["toxicity"]
    figures = {"threshold": threshold} | _figures(labels, truth, found, extra, labelled, used)
    if fit is not None:
        figures["fitted"] = fit_threshold(probability, truth, units_of(labelled, used)[0], aim)
    return figures


def _reading(i: int, row: Row, target: str | None) -> Reading:
    branch = () if row.parent_text is None else (row.parent_text,)
    parent = None if row.parent is None else str(row.parent)
    return Reading(str(i), row.text, branch, target, parent, row.parent_confidence)


def _figures(labels, truth: np.ndarray, found: np.ndarray, extra, labelled: Labelled, used) -> dict:
    """What both kinds have: accuracy and macro-F1 beside the majority's, confusion, each label's figures."""
    size = len(labels)
    common = int(np.bincount(truth, minlength=size).argmax())
    always = np.full(len(truth), common)

    def figures(weights: np.ndarray) -> dict[str, float]:
        counts = metrics.confusion(truth, found, size, weights)
        majority = metrics.confusion(truth, always, size, weights)
        return {
            "macro_f1": metrics.macro_f1(counts),
            "accuracy": metrics.accuracy(counts),
            "majority_macro_f1": metrics.macro_f1(majority),
            "majority_accuracy": metrics.accuracy(majority),
        } | extra(weights)

    units, over = units_of(labelled, used)
    counts = metrics.confusion(truth, found, size)
    of = {"accuracy": len(truth), "precision": counts[:, -1].sum(), "recall": counts[-1].sum()}
    measured = metrics.bootstrap(figures, units, of=of)
    majority = {name: measured.pop(f"majority_{name}") for name in ("macro_f1", "accuracy")}
    return {
        "used": len(used),
        "intervals": intervals(units, over),
        **measured,
        "majority": {"label": labels[common], **majority},
        "labels": {
            label: {"rows": int(n), "precision": p, "recall": r, "f1": f}
            for label, n, p, r, f in zip(
                labels,
                counts.sum(1),
                map(metrics.rounded, metrics.precisions(counts)),
                map(metrics.rounded, metrics.recalls(counts)),
                map(metrics.rounded, metrics.f1_scores(counts)),
                strict=True,
            )
        },
        "confusion": {"rows": "gold", "columns": "found", "labels": list(labels), "counts": counts.astype(int).tolist()},
    }  # fmt: skip


def intervals(units: Sequence, over: str) -> dict:
    """What the intervals are: their level, what was resampled, and how often."""
    return {
        "level": metrics.LEVEL,
        "over": over,
        "units": len(set(units)),
        "repeats": metrics.REPEATS,
    }


def roots(parents: Sequence[int | None]) -> list[int]:
    """The index that each chain of parents ends at; a circle ends at one of its own."""
    top = [-1] * len(parents)
    for start in range(len(parents)):
        path: dict[int, None] = {}
        node = start
        while top[node] < 0 and node not in path:
            path[node] = None
            if parents[node] is None:
                break
            node = parents[node]
        end = top[node] if top[node] >= 0 else node
        for member in path:
            top[member] = end
    return top


def packed(groups: Sequence[list[int]], size: int = BATCH) -> Iterator[list[int]]:
    """Whole groups together in batches of about `size`; a larger group is a batch of its own."""
    batch: list[int] = []
    for group in groups:
        if batch and len(batch) + len(group) > size:
            yield batch
            batch = []
        batch = batch + group
    if batch:
        yield batch
