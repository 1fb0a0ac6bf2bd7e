"""A discussion looked up by place: parents, replies, drawing order, label arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite

import numpy as np

from discourse.readers.fields import gone_marks
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, Comment, Discussion, Judged, Tags

UNSURE_LINK = 0.5
GIVEN, ORPHAN = "given", "orphan"
_NO_ANSWER = dict.fromkeys(("stance_parent", *(f"stance_parent_{name}" for name in STANCES_PARENT)))


def unsure_place(comment: Comment) -> bool:
    """Whether it is doubtful, and not given, whom a comment answers, or that it answers none."""
    return comment.parent_source != GIVEN and (comment.parent_confidence or 0.0) < UNSURE_LINK


def is_removed(comment: Comment) -> bool:
    """Whether the source says that a comment was deleted or removed, by a mark or by what stands in its place."""
    extra = comment.extra or {}
    return bool(extra.get("deleted") or extra.get("removed") or gone_marks(comment.text))


class Index:
    """The comments of a discussion by their place in it, whatever the state of their tags and links.

    `judged` is what people say of some of the comments, by id. Comments without tags have empty ones. A parent that is not there, or that lies in a circle,
    counts as no parent.

    Comments that were deleted or removed keep their place, but say nothing: `tags` has neither stance nor toxicity
    for them, nor what a reply makes of one.
    """

    def __init__(self, discussion: Discussion, judged: Mapping[str, Judged] | None = None) -> None:
        self.discussion = discussion
        self.judged = judged or {}
        self.comments: tuple[Comment, ...] = tuple(discussion.comments or ())
        tags = tuple(discussion.tags or ())
        self.tagged = bool(tags) and len(tags) == len(self.comments)
        self.place: dict[str, int] = {}
        for i, comment in enumerate(self.comments):
            self.place.setdefault(comment.comment_id, i)
        self.parents, self.order = self._arrange()
        self.removed = np.array([is_removed(c) for c in self.comments], dtype=bool)
        self.tags: tuple[Tags, ...] = (
            self._said(tags) if self.tagged else tuple(Tags() for _ in self.comments)
        )

    def _said(self, tags: tuple[Tags, ...]) -> tuple[Tags, ...]:
        """The tags but for those of removed comments, of which what covers profanity is left, and of answers to them."""
        if not self.removed.any():
            return tags
        said = []
        for own, removed, to_removed in zip(tags, self.removed, self.answers_removed, strict=True):
            if removed:
                own = Tags(n_masked=own.n_masked, text_masked=own.text_masked)
            elif to_removed:
                own = replace(own, **_NO_ANSWER)
            said.append(own)
        return tuple(said)

    @cached_property
    def answers_removed(self) -> np.ndarray:
        """True for comments whose parent was deleted or removed."""
        return np.array([p is not None and bool(self.removed[p]) for p in self.parents], dtype=bool)

    def _arrange(self) -> tuple[list[int | None], list[int]]:
        """Each comment's parent, and all places in drawing order: a reply below what it answers."""
        parents = [self.place.get(c.parent_id) if c.parent_id is not None else None for c in self.comments]
        replies: list[list[int]] = [[] for _ in parents]
        for i, parent in enumerate(parents):
            if parent is not None:
                replies[parent].append(i)
        seen, order = [False] * len(parents), []
        roots = [i for i, parent in enumerate(parents) if parent is None]
        for start in [*roots, *range(len(parents))]:
            if seen[start]:
                continue
            parents[start] = None
            stack = [start]
            while stack:
                i = stack.pop()
                if not seen[i]:
                    seen[i] = True
                    order.append(i)
                    stack.extend(j for j in reversed(replies[i]) if not seen[j])
        return parents, order

    @cached_property
    def depths(self) -> list[int]:
        """How deep each comment is drawn, 1 for a root."""
        depths = [1] * len(self.comments)
        for i in self.order:
            parent = self.parents[i]
            if parent is not None:
                depths[i] = depths[parent] + 1
        return depths

    @cached_property
    def n_replies(self) -> list[int]:
        """How many direct replies each comment has."""
        counts = [0] * len(self.comments)
        for parent in self.parents:
            if parent is not None:
                counts[parent] += 1
        return counts

    @property
    def threads(self) -> list[str]:
        """The thread of each comment, by the id of its top-level comment."""
        return [c.root_id for c in self.comments]

    def column(self, name: str) -> np.ndarray:
        """A probability column as floats, NaN where there is none."""
        return np.array([_number(getattr(t, name)) for t in self.tags], dtype=float)

    @cached_property
    def stance_probabilities(self) -> np.ndarray:
        """(comments, 3): probabilities of favor, against, none; NaN rows where not tagged."""
        return self._probabilities("stance_article", STANCES_ARTICLE)

    @cached_property
    def parent_probabilities(self) -> np.ndarray:
        """(comments, 3): probabilities of agree, disagree, neutral; NaN rows where not tagged."""
        return self._probabilities("stance_parent", STANCES_PARENT)

    @cached_property
    def sides(self) -> np.ndarray:
        """Each comment's stance toward the target as a place in favor, against, none; -1 if not tagged."""
        return _labels([t.stance_article for t in self.tags], STANCES_ARTICLE)

    @cached_property
    def answers(self) -> np.ndarray:
        """Each reply's stance toward its parent as a place in agree, disagree, neutral; -1 if none."""
        labels = _labels([t.stance_parent for t in self.tags], STANCES_PARENT)
        return np.where(self.is_reply, labels, -1)

    def said(self, question: str, answers: Sequence) -> np.ndarray:
        """What people answered to a question of `Judged`: (comments, answers) shares, rows of zeros where nobody did."""
        shares = np.zeros((len(self.comments), len(answers)))
        nobody = Judged()
        for row, comment in zip(shares, self.comments, strict=True):
            given = getattr(self.judged.get(comment.comment_id, nobody), question)
            for answer in given:
                row[answers.index(answer)] = 1 / len(given)
        return shares

    @cached_property
    def is_reply(self) -> np.ndarray:
        """True for comments that answer a comment."""
        return np.array([c.parent_id is not None for c in self.comments], dtype=bool)

    @cached_property
    def parent_sides(self) -> np.ndarray:
        """The side of each comment's parent; -1 without a parent or a label."""
        return np.array([-1 if p is None else self.sides[p] for p in self.parents], dtype=int)

    @cached_property
    def crosses(self) -> np.ndarray:
        """True for replies whose side is opposite to the side of what they answer."""
        return (self.sides + self.parent_sides == 1) & (self.sides >= 0) & (self.parent_sides >= 0)

    def _probabilities(self, prefix: str, names: Sequence[str]) -> np.ndarray:
        if not self.comments:
            return np.zeros((0, len(names)))
        return np.stack([self.column(f"{prefix}_{name}") for name in names], axis=1)


def _number(value: float | None) -> float:
    return float(value) if value is not None and isfinite(value) else float("nan")


def _labels(values: Sequence[str | None], names: Sequence[str]) -> np.ndarray:
    places = {name: k for k, name in enumerate(names)}
    return np.array([places.get(v, -1) for v in values], dtype=int)
