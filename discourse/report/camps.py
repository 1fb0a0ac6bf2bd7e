"""The camps as figures: each comment's side with its probability, how much crosses, toxicity by side."""

from __future__ import annotations

import numpy as np

from discourse.report.index import Index
from discourse.report.intervals import ThreadBootstrap, rounded
from discourse.taggers.camps import SIDES, Ties, camps_of

BY_WORDS = "the label of each comment's own words"
BY_GRAPH = "own words and the signed reply graph (belief propagation)"


def camps(index: Index, bootstrap: ThreadBootstrap, ties: Ties) -> dict:
    """A side with a probability for every comment whose stance is tagged.

    `conflict` is the share of replies between comments that both have a side that go to the other one;
    `expected_conflict` the same over all replies by the probabilities.
    """
    found = camps_of(
        index.discussion, index.parents, index.stance_probabilities, index.parent_probabilities, ties
    )
    named = [found.side(i) if np.isfinite(found.favor[i]) else None for i in range(len(index.comments))]
    sides = np.array([SIDES.index(s) if s else -1 for s in named], int)
    above = np.array([-1 if p is None else sides[p] for p in index.parents], int)
    favor = found.favor
    over = np.array([np.nan if p is None else favor[p] for p in index.parents], float)
    linked = np.isfinite(over) & np.isfinite(favor)
    crossing = favor * (1 - over) + (1 - favor) * over
    both = (sides >= 0) & (above >= 0)
    toxic = np.array([-1 if t.toxic is None else int(t.toxic) for t in index.tags], int)

    def toxicity(mask: np.ndarray) -> dict:
        return bootstrap.share(toxic == 1, mask & (toxic >= 0)).as_dict()

    known = np.isfinite(favor)
    return {
        "method": BY_GRAPH if found.graph else BY_WORDS,
        "graph": found.graph,
        "sure": found.sure,
        "n": int(known.sum()),
        "counts": {
            "favor": int((sides == 0).sum()),
            "against": int((sides == 1).sum()),
            "none": int((known & (sides < 0)).sum()),
        },
        "conflict": bootstrap.share(sides != above, both).as_dict(),
        "expected_conflict": bootstrap.share(crossing, linked).as_dict(),
        "toxicity": {
            "favor": toxicity(sides == 0),
            "against": toxicity(sides == 1),
            "none": toxicity(known & (sides < 0)),
            "crossing": toxicity(both & (sides != above)),
            "not_crossing": toxicity(both & (sides == above)),
        },
        "comments": [
            {
                "comment_id": c.comment_id,
                "line_start": c.line_start,
                "line_end": c.line_end,
                "side": named[i],
                "favor": rounded(float(favor[i])),
            }
            for i, c in enumerate(index.comments)
        ],
    }
