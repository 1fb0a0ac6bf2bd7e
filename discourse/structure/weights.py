"""The small model that weighs the evidence; its numbers live in `models/structure/weights.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from discourse.nn.store import ModelSource
from discourse.schema import ModelError
from discourse.structure.features import column_names

FILE = "weights.json"
_NUMBERS = ("prose_scale", "prose_shift", "no_comments", "no_article", "comment_line", "choice")


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted numbers of the parser.

    `actions` has one weight per column of the evidence matrix. `prose_scale` and `prose_shift` turn
    the register logit into that of article prose; `no_comments` is added to the hypothesis that a
    page has no comments, `no_article` to that it has no article, `comment_line` to every line read as a comment's. `choice` is the share of the surprise at a parent that counts in the search. `confidence` are the two
    numbers (slope, intercept) that calibrate a link's probability on the logit scale (Platt 1999).
    """

    actions: np.ndarray
    prose_scale: float = 1.0
    prose_shift: float = 0.0
    no_comments: float = 0.0
    no_article: float = -6.0
    comment_line: float = 0.0
    choice: float = 1.0
    confidence: tuple[float, float] = (1.0, 0.0)

    @classmethod
    def load(cls, source: ModelSource) -> Weights:
        """Reads the numbers by name, so that an added column of evidence starts at zero.

        Raises:
            ModelError: the file is missing or damaged.
        """
        raw = source.side_file(FILE)
        if raw is None:
            raise ModelError(f"{source.location}/{FILE}: missing; reinstall discourse-analyzer")
        try:
            actions = np.array([raw["actions"].get(name, 0.0) for name in column_names()], np.float32)
            numbers = {name: float(raw[name]) for name in _NUMBERS}
            slope, intercept = raw["confidence"]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"{source.location}/{FILE}: damaged ({error}); reinstall discourse-analyzer"
            ) from error
        return cls(actions, **numbers, confidence=(float(slope), float(intercept)))

    def dump(self) -> str:
        """The file's text."""
        named = {n: round(float(w), 4) for n, w in zip(column_names(), self.actions, strict=True)}
        raw = {"actions": named, "confidence": [round(c, 4) for c in self.confidence]}
        for name in _NUMBERS:
            raw[name] = round(getattr(self, name), 4)
        return json.dumps(raw, indent=1) + "\n"

    def calibrate(self, probability: float) -> float:
        """The calibrated probability of a link that the parser gives `probability`."""
        p = min(max(probability, 1e-6), 1 - 1e-6)
        slope, intercept = self.confidence
        return float(1 / (1 + np.exp(-(slope * np.log(p / (1 - p)) + intercept))))
