"""Claims as figures: what the article lets people say, what readers make of it, what articles share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from discourse.claims.takenup import CRITERION, ClaimRead
from discourse.report.highlights import EXCERPT_CELLS
from discourse.report.index import Index
from discourse.report.intervals import rounded
from discourse.report.text import excerpt, shown_text

MOST_EXAMPLES = 5


def claims(reads: Sequence[ClaimRead] | None, index: Index) -> dict | None:
    """The article's claims with what they draw, those that draw most first; None where they were not read."""
    if reads is None:
        return None
    items = [_item(_of_those_left(read, index), index) for read in reads]
    items.sort(key=lambda item: -item["comments"]["n"])
    return {
        "n": len(items),
        "n_taken_up": sum(item["comments"]["n"] > 0 for item in items),
        "criterion": CRITERION,
        "items": items,
    }


def _of_those_left(read: ClaimRead, index: Index) -> ClaimRead:
    """The claim without comments that were deleted or removed."""
    return replace(read, comments=tuple(c for c in read.comments if not index.removed[c.comment]))


def _item(read: ClaimRead, index: Index) -> dict:
    counts = {
        answer: sum(c.answer == answer for c in read.comments)
        for answer in ("support", "contradict", "neither")
    }
    claim = read.claim
    return {
        "claim": claim.text,
        "speaker": claim.speaker,
        "act": claim.act,
        "quoted": claim.quoted,
        "paragraph": claim.paragraph + 1,
        "n_sentences": read.n_sentences,
        "draws": read.draws,
        "comments": {"n": len(read.comments), **counts},
        "examples": [
            {
                "comment_id": index.comments[c.comment].comment_id,
                "line_start": index.comments[c.comment].line_start,
                "line_end": index.comments[c.comment].line_end,
                "quotes": c.quotes,
                "answer": c.answer,
                "probability": rounded(c.probability),
                "excerpt": excerpt(
                    shown_text(index.comments[c.comment], index.tags[c.comment], show_profanity=False),
                    EXCERPT_CELLS,
                ),
            }
            for c in read.comments[:MOST_EXAMPLES]
        ],
    }


def claim_line(claim: dict) -> str:
    """A claim in a line: who, and what they say or do."""
    text = claim["claim"]
    if claim["act"]:
        return f"{claim['speaker']} {text[:1].lower()}{text[1:]}"
    return f"{claim['speaker']}: {'“' + text + '”' if claim['quoted'] else text}"
