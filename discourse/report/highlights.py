"""Comments worth reading first: the sharpest exchanges, and those that speak best for a side."""

from __future__ import annotations

from math import isfinite

from discourse.report.index import Index, unsure_place
from discourse.report.intervals import rounded
from discourse.report.text import excerpt, shown_text
from discourse.report.wording import UNSURE_PERCENT, side_warning, whole_percent
from discourse.schema import STANCES_ARTICLE

EXCERPT_CELLS = 280
SHARPEST_CRITERION = (
    "replies labelled as disagreeing, ranked by probability of disagreement times toxicity of the reply; "
    "10% or more"
)
SPEAKERS_CRITERION = (
    "not toxic, 8 to 120 words where there are such; ranked by the probability of the side, less for "
    "toxicity, up to a quarter more for direct replies received"
)
_WORDS = range(8, 121)
_SHARP = 0.1  # a reply less likely than that to disagree and be toxic too is a plain disagreement


def sharpest(index: Index, limit: int = 5) -> dict:
    """The reply pairs in which readers clash hardest, sharpest first, and how many replies disagree at all."""
    disagree, toxic = index.parent_probabilities[:, 1], index.column("toxicity")
    ranked = []
    for i, parent in enumerate(index.parents):
        if parent is None or index.answers[i] != 1 or not isfinite(disagree[i]) or not isfinite(toxic[i]):
            continue
        ranked.append((-float(disagree[i] * toxic[i]), i, parent))
    sharp = sorted(item for item in ranked if -item[0] >= _SHARP)[:limit]
    return {
        "criterion": SHARPEST_CRITERION,
        "n_disagreeing": int((index.is_reply & (index.answers == 1)).sum()),
        "exchanges": [_exchange(index, i, parent, -score) for score, i, parent in sharp],
    }


def _exchange(index: Index, i: int, parent: int, score: float) -> dict:
    return {
        "score": rounded(score),
        "disagree": rounded(float(index.parent_probabilities[i, 1])),
        "toxicity": rounded(float(index.column("toxicity")[i])),
        "parent_confidence": rounded(index.comments[i].parent_confidence),
        "link_unsure": unsure_place(index.comments[i]),
        "parent": quoted(index, parent),
        "reply": quoted(index, i),
    }


def speakers(index: Index, limit: int = 3) -> dict:
    """For each side, the comments that put it best: sure of side, civil, of readable length, answered."""
    found: dict = {side: _speakers_for(side, index, limit) for side in STANCES_ARTICLE[:2]}
    sizes = {side: int((index.sides == k).sum()) for k, side in enumerate(STANCES_ARTICLE[:2])}
    return found | {"warnings": {side: side_warning(side, n) for side, n in sizes.items()}}


def _speakers_for(name: str, index: Index, limit: int) -> list[dict]:
    side = STANCES_ARTICLE.index(name)
    sure, toxic = index.stance_probabilities[:, side], index.column("toxicity")
    candidates = []
    for i, tags in enumerate(index.tags):
        if index.sides[i] != side or tags.toxic or not isfinite(sure[i]):
            continue
        civil = 1 - (toxic[i] if isfinite(toxic[i]) else 0.0)
        weight = 1 + min(index.n_replies[i], 5) / 20
        candidates.append((-float(sure[i] * civil * weight), i))
    readable = [c for c in candidates if len(index.comments[c[1]].text[:5000].split()) in _WORDS]
    return [
        quoted_for(name, index, i)
        | {
            "score": rounded(-score),
            "toxicity": rounded(float(toxic[i])),
            "n_replies": index.n_replies[i],
        }
        for score, i in sorted(readable or candidates)[:limit]
    ]


def quoted_for(side: str, index: Index, i: int) -> dict:
    """A comment quoted for a side, as by `quoted`, with the side's `probability` by the comment's own words.

    That one is shown wherever the comment is quoted; `label_unsure` tells whether what is shown is under a half.
    """
    probability = float(index.stance_probabilities[i, STANCES_ARTICLE.index(side)])
    return quoted(index, i) | {
        "probability": rounded(probability),
        "label_unsure": isfinite(probability) and whole_percent(probability) < UNSURE_PERCENT,
    }


def quoted(index: Index, i: int) -> dict:
    """A comment by id, lines, and its beginning with profanity covered."""
    comment = index.comments[i]
    return {
        "comment_id": comment.comment_id,
        "line_start": comment.line_start,
        "line_end": comment.line_end,
        "excerpt": excerpt(shown_text(comment, index.tags[i], show_profanity=False), EXCERPT_CELLS),
    }
