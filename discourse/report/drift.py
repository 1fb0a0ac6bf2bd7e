"""Where the discussion leaves the article, and the comments it turns on: central and typical ones per side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from discourse.claims.reading import ArticleReading, centrality
from discourse.report.highlights import quoted, quoted_for
from discourse.report.index import Index
from discourse.report.intervals import ThreadBootstrap, rounded
from discourse.report.wording import side_warning
from discourse.taggers.camps import SIDES

DAMPING = 0.5  # of what a reply's own replies add to the comment answered
PARTS = 4  # of the page, for drift by position
DRIFT_CRITERION = (
    "on topic: a share of the comment's rarer words stands in the article, as is so for two in three comments under "
    "their own article and one in five under another; comments of under five content words are not told"
)
CENTRAL_CRITERION = (
    "what the side's comments set going: direct replies, and half as much again for each level below "
    "(Katz centrality), each by how sure its link is"
)
TYPICAL_CRITERION = (
    "nearest in sense to the other comments of its side; 8 words or more where there are such, and not one word over "
    "and over"
)
_FEWEST_WORDS = 8


def drift(index: Index, bootstrap: ThreadBootstrap, reading: ArticleReading | None) -> dict | None:
    """How many comments are on the article's topic, by depth and by place on the page; None if not read."""
    if reading is None or not len(index.comments):
        return None
    near = reading.nearness
    known = np.isfinite(near) & ~index.removed
    on = known & (np.nan_to_num(near, nan=-1.0) >= reading.on_topic)
    depth = np.array(index.depths)
    place = np.arange(len(near)) * PARTS // max(1, len(near))

    def share(mask: np.ndarray) -> dict:
        return bootstrap.share(on, mask & known).as_dict()

    masks = {**{str(d): depth == d for d in (1, 2, 3)}, "4+": depth >= 4}
    furthest = [i for i in np.argsort(np.where(known, near, np.inf), kind="stable")[:3] if known[i]]
    return {
        "criterion": DRIFT_CRITERION,
        "threshold": rounded(reading.on_topic),
        "on_topic": share(np.ones(len(near), bool)),
        "by_depth": {name: share(mask) for name, mask in masks.items()},
        "by_position": [share(place == part) for part in range(PARTS)],
        "with_depth": _rank_correlation(near, depth, known),
        "with_position": _rank_correlation(near, np.arange(len(near)), known),
        "furthest": [quoted(index, int(i)) | {"nearness": rounded(float(near[i]))} for i in furthest],
    }


def _rank_correlation(near: np.ndarray, other: np.ndarray, known: np.ndarray) -> float | None:
    """Spearman's rank correlation; None where either does not vary."""
    a, b = rankdata(near[known]), rankdata(other[known])
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return rounded(float(np.corrcoef(a, b)[0, 1]))


def central(index: Index, camps: dict, limit: int = 3) -> dict:
    """Per side the comments that most of the discussion hangs on, with the agreement they draw."""
    weight = np.zeros(len(index.comments))
    agreed, disagreed = np.zeros(len(weight)), np.zeros(len(weight))
    relations = np.nan_to_num(index.parent_probabilities)
    for i in reversed(index.order):
        parent = index.parents[i]
        if parent is not None:
            sure = index.comments[i].parent_confidence or 0.0
            weight[parent] += sure * (1 + DAMPING * weight[i])
            agreed[parent] += sure * relations[i, 0]
            disagreed[parent] += sure * relations[i, 1]

    def entry(side: str, i: int) -> dict:
        return quoted_for(side, index, i) | {
            "score": rounded(float(weight[i])),
            "agreement": rounded(float(agreed[i])),
            "disagreement": rounded(float(disagreed[i])),
            "n_replies": index.n_replies[i],
            "camp_favor": camps["comments"][i]["favor"],
        }

    return {"criterion": CENTRAL_CRITERION, "warnings": _warnings(camps)} | {
        side: [entry(side, i) for i in sorted(places, key=lambda i: (-weight[i], i))[:limit] if weight[i] > 0]
        for side, places in _members(camps).items()
    }


def typical(index: Index, camps: dict, reading: ArticleReading | None, limit: int = 3) -> dict | None:
    """Per side the comments most like the others of their side; None where the comments were not read."""
    if reading is None:
        return None
    out: dict = {"criterion": TYPICAL_CRITERION, "warnings": _warnings(camps)}
    for side, places in _members(camps).items():
        places = [i for i in places if i < len(reading.vectors)]
        scores = dict(zip(places, centrality(reading.vectors, places), strict=True)) if places else {}
        words = {i: index.comments[i].text[:5000].lower().split() for i in places}
        varied = [i for i in places if not _one_word(words[i])]
        long = [i for i in varied if len(words[i]) >= _FEWEST_WORDS]
        out[side] = [
            quoted_for(side, index, i)
            | {"score": rounded(float(scores[i])), "camp_favor": camps["comments"][i]["favor"]}
            for i in sorted(long or varied, key=lambda i: (-scores[i], i))[:limit]
        ]
    return out


def _one_word(words: Sequence[str]) -> bool:
    """Whether most of a comment's words are one word, said three times or more."""
    most = max(Counter(words).values(), default=0)
    return most > 2 and 2 * most > len(words)


def _members(camps: dict) -> dict[str, list[int]]:
    return {side: [i for i, c in enumerate(camps["comments"]) if c["side"] == side] for side in SIDES}


def _warnings(camps: dict) -> dict[str, str | None]:
    return {side: side_warning(side, camps["counts"][side]) for side in SIDES}
