"""A judgement: what one reviewer says of one comment; None stands for what was not judged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discourse.readers.clean import clean_text
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, TOXICITY_LABELS

LABEL_STUDIO = "label-studio"
SUGGESTED = "suggested"
SHEET = "sheet"
KINDS = ("masked", "plain")
SCORES = TOXICITY_LABELS
TOXIC = {"toxic": True, "not toxic": False}
CHOICES: Mapping[str, Mapping[str, object]] = {
    "stance_article": {s: s for s in STANCES_ARTICLE},
    "stance_parent": {s: s for s in STANCES_PARENT},
    "toxic": TOXIC,
}
"""The questions with one answer: what stands for each answer in a file, and the tag it is."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A profanity that a reviewer marked: a half-open range of code points of the comment's text."""

    start: int
    end: int
    surface: str
    kind: str
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reviewer says of one comment.

    The comment is named by `article_id` and `comment_id`, or, where those are None, by the
    `key` of a sheet's row, or by `text`.
    `target` is what the stance was judged
    toward, None where the file does not say. `scores` are Detoxify's names with values in 0..1. `spans` is None where profanity was not judged. `wrong`
    are the answers that cannot be used, each as what is wrong with it; `place` is where a sheet says that the comment stands.
    """

    reviewer: str
    origin: str
    text: str
    article_id: str | None = None
    comment_id: str | None = None
    key: str | None = None
    target: str | None = None
    stance_article: str | None = None
    stance_parent: str | None = None
    toxic: bool | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Marked, ...] | None = None
    reviewed_at: datetime | None = None
    wrong: tuple[str, ...] = ()
    place: str = ""

    @property
    def says_something(self) -> bool:
        """True where at least one question is answered."""
        answers = (self.stance_article, self.stance_parent, self.toxic, self.spans)
        return bool(self.scores) or any(answer is not None for answer in answers)


class Rejected(ValueError):
    """A judgement that cannot be used: the reason, and (where it is not the whole) what is wrong."""

    def __init__(self, reason: str, what: object = None) -> None:
        super().__init__(reason)
        self.what = what


def text_key(text: str) -> str:
    """The same for texts that differ in white space and control characters alone."""
    return hashlib.sha256(" ".join(clean_text(text).split()).encode("utf-8", "replace")).hexdigest()


def score(value: object) -> float:
    """A probability.

    Raises:
        Rejected: it is no number in 0..1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Rejected("a score is no number from 0 to 1")
    return float(value)
