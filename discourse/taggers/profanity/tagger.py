"""The profanity tagger: spans with the word behind the mask, and the text with profanity covered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.nn.store import resolve
from discourse.schema import ModelError, Span
from discourse.taggers.base import Reading, TagBatch
from discourse.taggers.profanity.lexicon import Lexicon
from discourse.taggers.profanity.masks import Candidate, find
from discourse.taggers.profanity.model import COVERED, INNOCENT, ContextModel

COVER = "*"
CERTAIN = 0.99  # probability of a plain word that the lexicon knows in one sense only
SCORED_PER_TEXT = 2000  # candidates of one comment that the model reads; further ones take a like one's score


@dataclass(frozen=True, slots=True)
class Decision:
    """How model scores become spans; read from calibration.json."""

    temperature: float = 1.0
    threshold_masked: float = 0.5
    threshold_covered: float = 0.5  # for masks that leave no letter
    threshold_plain: float = 0.5
    cost_weight: float = 1.5
    prior_masked: float = 0.0  # log odds by which real candidates are oftener profane than training examples
    prior_covered: float = 0.0
    prior_plain: float = 0.0


class ProfanityTagger:
    """Finds profanity, plain and masked, and names the word behind a mask.

    Candidates come from a search of masks against a lexicon; a character transformer reads each in
    64 characters of context on either side. Plain words with one sense only are taken as they stand.
    """

    name = "profanity"

    def __init__(self, lexicon: Lexicon, model: ContextModel, decision: Decision | None = None):
        self.lexicon, self.model, self.decision = lexicon, model, decision or Decision()
        unknown = set(lexicon.roots) - set(model.labels)
        if unknown:
            raise ModelError(f"profanity model: its labels lack the roots {sorted(unknown)} of its lexicon")
        self._column = {label: i for i, label in enumerate(model.labels)}

    @classmethod
    def load(cls, spec: str | None = None, device: str = "cpu", backend: str = "torch") -> ProfanityTagger:
        """Loads the bundled model, or the checkpoint folder `spec`.

        Raises:
            ModelError: the model is missing or damaged.
        """
        source = resolve(spec, "profanity")
        lexicon = Lexicon.from_dict(source.side_file("lexicon.json"))
        stored = source.side_file("calibration.json") or {}
        known = {k: float(stored[k]) for k in Decision.__dataclass_fields__ if k in stored}
        return cls(lexicon, ContextModel.load(source, device, backend), Decision(**known))

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """Columns `n_masked` and `text_masked`, and the spans in the order of readings and offsets."""
        texts = list(dict.fromkeys(reading.text for reading in readings))
        found = {text: self.spans(text, candidates) for text, candidates in self._scored(texts)}
        spans: list[Span] = []
        counts, covered = [], []
        for reading in readings:
            own = [Span(reading.comment_id, *rest) for rest in found[reading.text]]
            spans += own
            counts.append(sum(span.kind == "masked" for span in own))
            covered.append(cover(reading.text, own))
        return TagBatch(columns={"n_masked": counts, "text_masked": covered}, spans=spans)

    def likeliest(self, texts: Sequence[str]) -> list[float]:
        """The probability of the likeliest profanity of each text, below the thresholds too; 0 without a candidate."""
        found = {
            text: max((self._judge(place, scores)[1] for place, scores in candidates), default=0.0)
            for text, candidates in self._scored(list(dict.fromkeys(texts)))
        }
        return [found[text] for text in texts]

    def _scored(self, texts: Sequence[str]) -> list[tuple[str, list[tuple[Candidate, np.ndarray | None]]]]:
        """The candidates of each text with their label probabilities (None: no need to ask)."""
        candidates = [find(text, self.lexicon) for text in texts]
        items: list[tuple[str, int, int]] = []
        rows: list[list[int | None]] = []
        for text, places in zip(texts, candidates, strict=True):
            alike: dict[str, int] = {}
            mine: list[int | None] = []
            for place in places:
                if place.plain and place.options[0][0] not in self.lexicon.ambiguous:
                    mine.append(None)
                    continue
                surface = text[place.start : place.end]
                if len(alike) < SCORED_PER_TEXT and len(mine) < SCORED_PER_TEXT or surface not in alike:
                    items.append((text, place.start, place.end))
                    alike[surface] = len(items) - 1
                mine.append(alike[surface])
            rows.append(mine)
        scores = self.model.probabilities(items, self.decision.temperature)
        return [
            (
                text,
                [
                    (place, None if row is None else scores[row])
                    for place, row in zip(places, mine, strict=True)
                ],
            )
            for text, places, mine in zip(texts, candidates, rows, strict=True)
        ]

    def spans(self, text: str, scored: Sequence[tuple[Candidate, np.ndarray | None]]) -> list[tuple]:
        """The spans of a text as (start, end, surface, canonical, kind, probability)."""
        out = []
        for place, scores in scored:
            word, probability = self._judge(place, scores)
            if probability >= self._threshold(place):
                kind = "plain" if place.plain else "masked"
                out.append((place.start, place.end, text[place.start : place.end], word, kind, probability))
        return out

    def _threshold(self, place: Candidate) -> float:
        if place.plain:
            return self.decision.threshold_plain
        return self.decision.threshold_masked if place.options else self.decision.threshold_covered

    def _judge(self, place: Candidate, scores: np.ndarray | None) -> tuple[str | None, float]:
        """The likeliest word and the probability that it is a profanity."""
        if scores is None:
            return place.options[0][0], CERTAIN
        innocent = float(scores[self._column[INNOCENT]])
        if not place.options:
            return None, _shifted(1.0 - innocent, innocent, self.decision.prior_covered)
        roots = {self.lexicon.root(word) for word, _ in place.options}
        meant = sum(float(scores[self._column[root]]) for root in roots) + float(
            scores[self._column[COVERED]]
        )

        def rank(option: tuple[str, float]) -> tuple[float, str]:
            word, cost = option
            root = float(scores[self._column[self.lexicon.root(word)]])
            return (
                math.log(root + 1e-3) + self.lexicon.shares[word] - self.decision.cost_weight * cost,
                word,
            )

        return max(place.options, key=rank)[0], _shifted(
            meant, innocent, self.decision.prior_plain if place.plain else self.decision.prior_masked
        )


def _shifted(meant: float, innocent: float, prior: float) -> float:
    """The probability of profanity once the prior odds are put right."""
    return meant / max(meant + innocent * math.exp(-prior), 1e-12)


def cover(text: str, spans: Sequence[Span]) -> str:
    """The text with each span covered but for its first character; its length, and all else, unchanged."""
    if not spans:
        return text
    parts, at = [], 0
    for span in sorted(spans, key=lambda s: s.start):
        rest = "".join(c if c.isspace() else COVER for c in text[span.start + 1 : span.end])
        parts += [text[at : span.start + 1], rest]
        at = span.end
    return "".join([*parts, text[at:]])
