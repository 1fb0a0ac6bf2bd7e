"""Why a comment is said to answer another: what spoke for the link, and for the runner-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.structure.features import PageEvidence
from discourse.structure.links import NAMES, Section, sections
from discourse.structure.told import Told
from discourse.structure.weights import Weights

# What each kind of evidence is called; the rest of what a line shows by itself is its manner.
_GROUPS = {
    "answer": ("answers", "answers_all", "share", "is_best"),
    "opening": ("opens", "opens_rank"),
    "quotation": ("quotes", "quotes_other", "quotes_article", "quotes_comment", "marked", "wholly_marked"),
    "question": ("asks", "question", "before_question"),
    "shared words": ("overlap",),
    "place": ("bias", "log_back", "second_above", "length"),
}
MANNER = "manner"
EVIDENCE = (*_GROUPS, MANNER)
_GROUP_OF = {name: group for group, names in _GROUPS.items() for name in names}
_COLUMN_GROUPS = np.array([EVIDENCE.index(_GROUP_OF.get(name.rsplit(".", 1)[1], MANNER)) for name in NAMES])


@dataclass(frozen=True, slots=True)
class Choice:
    """A parent (-1: the article) with its probability, and how much each of EVIDENCE speaks for it.

    The numbers are on the scale of log odds, beside the mean of all parents the comment could have had:
    above 0 speaks for the link. The probability is that of the whole tree's links decided together, so
    that a link may win on what its neighbours need.
    """

    parent: int
    probability: float
    evidence: dict[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parent chosen and the likeliest other one; None where there was no other."""

    chosen: Choice
    runner_up: Choice | None


def explain_links(
    page: PageEvidence,
    spans: Sequence[tuple[int, int]],
    article_end: int,
    weights: np.ndarray,
    told: Sequence[Told | None] = (),
) -> list[Explanation]:
    """An explanation for each comment, in order; arguments as in `links.sections`."""
    return [
        explanation
        for section in sections(page, spans, article_end, weights, told)
        for explanation in _of_section(section, weights)
    ]


def _of_section(section: Section, weights: np.ndarray) -> list[Explanation]:
    speaks = np.zeros((len(section.rows), len(EVIDENCE)))
    for group in range(len(EVIDENCE)):
        columns = np.equal(_COLUMN_GROUPS, group)
        speaks[:, group] = section.rows[:, columns] @ weights[columns]
    out = []
    for child in range(section.first + 1, section.stop + 1):
        own = np.flatnonzero(section.children == child)
        beside = speaks[own] - speaks[own].mean(0)
        said = dict(zip(section.parents[own].tolist(), beside, strict=True))

        def choice(node: int, child: int = child, said: dict = said) -> Choice:
            weighed = said.get(
                node, np.zeros(len(EVIDENCE))
            )  # none for a parent out of reach that the page tells
            evidence = {name: round(float(v), 3) for name, v in zip(EVIDENCE, weighed, strict=True)}
            return Choice(section.on_page(node), float(section.probabilities[node, child]), evidence)

        chosen = section.tree[child]
        others = [node for node in said if node != chosen]
        second = max(others, key=lambda node: section.probabilities[node, child], default=None)
        out.append(Explanation(choice(chosen), None if second is None else choice(second)))
    return out


def explanation_columns(
    explanation: Explanation, comment_ids: Sequence[str], weights: Weights
) -> dict[str, object]:
    """An explanation as further columns of a comment's row; `comment_ids` by number.

    `runner_up_id` (null: the article), `runner_up_confidence` on the scale of `parent_confidence`, and
    `spoke_for_parent` and `spoke_for_runner_up`, each with a number for every name in EVIDENCE.
    """
    runner_up = explanation.runner_up
    known = runner_up is not None
    return {
        "runner_up": None if not known else "article" if runner_up.parent < 0 else "comment",
        "runner_up_id": comment_ids[runner_up.parent] if known and runner_up.parent >= 0 else None,
        "runner_up_confidence": weights.calibrate(runner_up.probability) if known else None,
        "spoke_for_parent": explanation.chosen.evidence,
        "spoke_for_runner_up": runner_up.evidence if known else None,
    }
