"""`review agreement`: our tags against those of people, and people against each other.

κ is Cohen's (1960) between our tag and the label most reviewers gave; comments on which they are evenly split
are left out. Between reviewers stands Krippendorff's α for nominal labels. Intervals are percentiles over
resampled articles, or threads where there are few articles.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

import numpy as np

from discourse.evaluate import metrics
from discourse.export.source import RunTables
from discourse.review.consensus import QUESTIONS, Reviewed, most, reviewed
from discourse.review.judgements import Marked
from discourse.review.store import read
from discourse.schema import UnreadableSource

MANY_ARTICLES = 20  # from here on articles are resampled, below it threads


def agreement(folder: str | Path, repeats: int = metrics.REPEATS) -> dict:
    """How far our tags of a run agree with the human tags beside it.

    Args:
        folder: the run folder.
        repeats: how many samples the intervals are drawn from.

    Returns:
        `comments`, `judgements`, `reviewers`, `changed` (judgements of a text that the run no longer has),
        `intervals` (what is resampled), and `questions`: for each one asked its figures, as `value`, `low`
        and `high`, its `labels` and its `confusion` (rows human, columns ours).

    Raises:
        UnreadableSource: there is no run, or no human tag of it.
        UsageError: the human tags are damaged.
    """
    source = RunTables.open(folder, partial=True)
    human = read(source.run.folder)
    if not human:
        raise UnreadableSource(
            f"{folder}: no human tags beside the run; bring some in with `discourse review import FILE {folder}`"
        )
    found, changed = reviewed(source, human)
    units, over = _units(found)
    questions = {name: _question(name, found, units, repeats) for name in QUESTIONS}
    questions["profanity"] = _profanity(found, units, repeats)
    return {
        "run": str(folder),
        "comments": len(found),
        "judgements": sum(len(r.human) for r in found),
        "reviewers": len({row["reviewer"] for r in found for row, _ in r.human}),
        "changed": changed,
        "intervals": {"over": over, "units": len(set(units))},
        "questions": {name: figures for name, figures in questions.items() if figures},
    }


def _units(found: Sequence[Reviewed]) -> tuple[list[Hashable], str]:
    articles = [r.ours["article_id"] for r in found]
    if len(set(articles)) >= MANY_ARTICLES:
        return articles, "articles"
    return [(r.ours["article_id"], r.ours["root_id"]) for r in found], "threads"


def _question(name: str, found: Sequence[Reviewed], units: Sequence, repeats: int) -> dict | None:
    """The figures of a question with one answer; None where nobody answered it."""
    labels = QUESTIONS[name]
    gold, ours, kept, ties, other_target = [], [], [], 0, 0
    ratings = []
    for comment, unit in zip(found, units, strict=True):
        answers, left_out = comment.answers(name)
        other_target += left_out
        if not answers or comment.ours[name] is None:
            continue
        ratings.append([answers.count(label) for label in labels])
        label, *tied = most(answers)
        if tied:
            ties += 1
            continue
        gold.append(labels.index(label))
        ours.append(labels.index(comment.ours[name]))
        kept.append(unit)
    if not ratings and not other_target:
        return None
    truth, said = np.array(gold, np.int64), np.array(ours, np.int64)
    shown = [_shown(label, name) for label in labels]

    def figures(weights: np.ndarray) -> dict[str, float]:
        counts = metrics.confusion(truth, said, len(labels), weights)
        made = {"kappa": metrics.kappa(counts), "accuracy": metrics.accuracy(counts)}
        for kind, values in (
            ("precision", metrics.precisions(counts)),
            ("recall", metrics.recalls(counts)),
            ("f1", metrics.f1_scores(counts)),
        ):
            made |= {f"{kind} {label}": value for label, value in zip(shown, values, strict=True)}
        return made

    counts = metrics.confusion(truth, said, len(labels))
    drawn = metrics.bootstrap(figures, kept, repeats, of=_sizes(counts, shown))
    return {
        "comments": len(gold),
        "ties": ties,
        "other_target": other_target,
        "kappa": drawn["kappa"],
        "accuracy": drawn["accuracy"],
        "labels": {
            label: {"human": int(counts[i].sum()), "ours": int(counts[:, i].sum())}
            | {kind: drawn[f"{kind} {label}"] for kind in ("precision", "recall", "f1")}
            for i, label in enumerate(shown)
        },
        "confusion": {"labels": shown, "counts": counts.astype(int).tolist()},
        "reviewers": _among(np.array(ratings, float).reshape(-1, len(labels))),
    }


def _sizes(counts: np.ndarray, labels: Sequence[str]) -> dict[str, float]:
    """How many comments each share of a confusion matrix is of; of F1, the mean of precision's and recall's."""
    human, ours = counts.sum(1), counts.sum(0)
    of: dict[str, float] = {"accuracy": counts.sum()}
    for kind, n in (("precision", ours), ("recall", human), ("f1", (human + ours) / 2)):
        of |= {f"{kind} {label}": value for label, value in zip(labels, n, strict=True)}
    return of


def _among(ratings: np.ndarray) -> dict:
    """Agreement of reviewers on comments that several of them judged."""
    several = int((ratings.sum(1) >= 2).sum())
    return {"comments": several, "alpha": metrics.rounded(metrics.alpha(ratings)) if several else None}


def _shown(label: object, name: str) -> str:
    return (name if label else f"not {name}") if isinstance(label, bool) else str(label)


def _profanity(found: Sequence[Reviewed], units: Sequence, repeats: int) -> dict | None:
    """Marked words: a mark counts as human where more than half of those who judged the comment touch it."""
    rows, kept, ratings = [], [], []
    for comment, unit in zip(found, units, strict=True):
        judged = [marks for row, marks in comment.human if row["n_spans"] is not None]
        if not judged:
            continue
        truth = _shared(judged)
        ours = [(s["start"], s["end"]) for s in comment.spans]
        ratings.append([sum(map(bool, judged)), sum(not marks for marks in judged)])
        rows.append(
            [
                len(truth),
                len(ours),
                len(set(truth) & set(ours)),
                sum(_touches(t, ours) for t in truth),
                sum(_touches(o, truth) for o in ours),
                bool(truth) and bool(ours),
                not truth and bool(ours),
                bool(truth) and not ours,
                not truth and not ours,
            ]
        )
        kept.append(unit)
    if not rows:
        return None
    counts = np.array(rows, float)

    def figures(weights: np.ndarray) -> dict[str, float]:
        human, ours, exact, met, our_met, both, only_ours, only_human, none = weights @ counts
        table = np.array([[both, only_human], [only_ours, none]])
        return {
            "kappa": metrics.kappa(table),
            "precision": metrics.ratio(our_met, ours),
            "recall": metrics.ratio(met, human),
            "exact_precision": metrics.ratio(exact, ours),
            "exact_recall": metrics.ratio(exact, human),
        }

    total = counts.sum(0)
    human, ours, exact = total[:3].astype(int).tolist()
    return {
        "comments": len(rows),
        "spans": {"human": human, "ours": ours, "exact": exact},
        **metrics.bootstrap(
            figures,
            kept,
            repeats,
            of={"precision": ours, "exact_precision": ours, "recall": human, "exact_recall": human},
        ),
        "reviewers": _among(np.array(ratings, float)),
    }


def _shared(judged: Sequence[tuple[Marked, ...]]) -> list[tuple[int, int]]:
    """The marks that more than half of the reviewers agree on, by touch; the first one's ends count."""
    taken: list[tuple[int, int]] = []
    for marks in judged:
        for mark in marks:
            place = (mark.start, mark.end)
            votes = sum(_touches(place, [(m.start, m.end) for m in other]) for other in judged)
            if 2 * votes > len(judged) and not _touches(place, taken):
                taken.append(place)
    return sorted(taken)


def _touches(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)
