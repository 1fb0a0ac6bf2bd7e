"""The small model that weighs the evidence; its numbers live in `models/structure/weights.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from discourse.nn.store import ModelSource
from discourse.schema import ModelError
from discourse.structure import links
from discourse.structure.features import column_names

FILE = "weights.json"
ENDS = ("register", "first_comment", "reading", "lines", "no_comments", "no_article")
_NUMBERS = ("prose_scale", "prose_shift", "choice")
_USUAL_ENDS = (1.0, 1.0, 1.0, 0.0, 0.0, -6.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted numbers of the parser.

    `actions` has one weight per column of the evidence matrix. `prose_scale` and `prose_shift` turn
    the register logit into that of article prose; `ends` weighs what speaks for an article end, by
    the names in ENDS. `choice` is the share of the surprise at a parent that counts in the search.
    `links` has one weight per name in `links.NAMES`, for deciding all links together. `confidence` are the two numbers (slope, intercept) that
    calibrate a link's probability on the logit scale (Platt 1999).
    """

    actions: np.ndarray
    prose_scale: float = 1.0
    prose_shift: float = 0.0
    choice: float = 1.0
    ends: np.ndarray = field(default_factory=lambda: np.array(_USUAL_ENDS))
    links: np.ndarray = field(default_factory=lambda: np.zeros(len(links.NAMES)))
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
        return cls._of(raw, f"{source.location}/{FILE}")

    @classmethod
    def read(cls, path: Path) -> Weights:
        """The numbers in a file that `dump` wrote.

        Raises:
            ModelError: the file is damaged.
        """
        return cls._of(json.loads(path.read_text(encoding="utf-8")), str(path))

    @classmethod
    def _of(cls, raw: dict, where: str) -> Weights:
        try:
            actions = np.array([raw["actions"].get(name, 0.0) for name in column_names()], np.float32)
            numbers = {name: float(raw[name]) for name in _NUMBERS}
            ends = np.array([raw["ends"][name] for name in ENDS], np.float64)
            of_links = np.array([raw["links"].get(name, 0.0) for name in links.NAMES], np.float64)
            slope, intercept = raw["confidence"]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{where}: damaged ({error}); reinstall discourse-analyzer") from error
        return cls(actions, **numbers, ends=ends, links=of_links, confidence=(float(slope), float(intercept)))

    def dump(self) -> str:
        """The file's text."""
        named = {n: round(float(w), 4) for n, w in zip(column_names(), self.actions, strict=True)}
        raw = {
            "actions": named,
            "ends": {n: round(float(w), 4) for n, w in zip(ENDS, self.ends, strict=True)},
            "links": {n: round(float(w), 4) for n, w in zip(links.NAMES, self.links, strict=True)},
            "confidence": [round(c, 4) for c in self.confidence],
        }
        for name in _NUMBERS:
            raw[name] = round(getattr(self, name), 4)
        return json.dumps(raw, indent=1) + "\n"

    def calibrate(self, probability: float) -> float:
        """The calibrated probability of a link that the parser gives `probability`."""
        p = min(max(probability, 1e-6), 1 - 1e-6)
        slope, intercept = self.confidence
        return float(1 / (1 + np.exp(-(slope * np.log(p / (1 - p)) + intercept))))
