"""Profanity: labelled spans against those that the tagger finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from discourse.evaluate import gold, metrics
from discourse.evaluate.comments import intervals, packed
from discourse.evaluate.gold import GoldSpan
from discourse.evaluate.labelled import Labelled, units_of, usable
from discourse.readers.intake import Intake
from discourse.schema import Span
from discourse.taggers.base import Reading, Tagger

COUNTS = ("gold", "found", "exact", "gold_met", "found_met", "named", "right_word")


def compare(truth: Sequence[GoldSpan], found: Sequence[Span]) -> list[int]:
    """The counts of one comment, as in `COUNTS`.

    `exact`: spans found with both ends right. `gold_met`, `found_met`: spans that share a character with one
    of the other side. `named`: labelled spans met whose word the label tells; `right_word`: those
    of them for which a span that meets them names that word.
    """
    places = {(span.start, span.end) for span in truth}
    met = [[s for s in found if s.start < span.end and span.start < s.end] for span in truth]
    named = [(span.canonical, hits) for span, hits in zip(truth, met, strict=True) if span.canonical and hits]
    return [
        len(truth),
        len(found),
        sum((s.start, s.end) in places for s in found),
        sum(map(bool, met)),
        sum(any(s.start < span.end and span.start < s.end for span in truth) for s in found),
        len(named),
        sum(any((s.canonical or "").lower() == word for s in hits) for word, hits in named),
    ]


def measure_profanity(labelled: Labelled, tagger: Tagger, intake: Intake) -> dict:
    """The figures of profanity: spans exactly right, spans met, and the word behind them.

    The tagger reads the text as the table gives it, since offsets count in that.

    Raises:
        UnreadableSource: no row can be used.
    """
    indices, answers = usable(labelled.rows, lambda row: gold.spans(row.gold, row.given), intake)
    used = [labelled.rows[i] for i in indices]
    found: list[list[Span]] = [[] for _ in used]
    for batch in packed([[i] for i in range(len(used))]):
        for span in tagger.predict([Reading(str(i), used[i].given) for i in batch]).spans:
            found[int(span.comment_id)].append(span)
    counts = np.array([compare(*pair) for pair in zip(answers, found, strict=True)], float)

    def figures(weights: np.ndarray) -> dict[str, float]:
        n = dict(zip(COUNTS, weights @ counts, strict=True))
        return {
            "f1": metrics.ratio(2 * n["exact"], n["gold"] + n["found"]),
            "precision": metrics.ratio(n["exact"], n["found"]),
            "recall": metrics.ratio(n["exact"], n["gold"]),
            "met_precision": metrics.ratio(n["found_met"], n["found"]),
            "met_recall": metrics.ratio(n["gold_met"], n["gold"]),
            "right_word": metrics.ratio(n["right_word"], n["named"]),
        }

    units, over = units_of(labelled, used)
    total = dict(zip(COUNTS, counts.sum(0).astype(int).tolist(), strict=True))
    of = dict.fromkeys(("precision", "met_precision"), total["found"])
    of |= dict.fromkeys(("recall", "met_recall"), total["gold"]) | {"right_word": total["named"]}
    return {
        "used": len(used),
        "intervals": intervals(units, over),
        **metrics.bootstrap(figures, units, of=of),
        "spans": total,
    }
