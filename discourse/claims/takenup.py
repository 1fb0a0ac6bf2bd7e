"""Which of an article's claims readers take up, and what they make of them.

A comment is about a claim when it quotes it, or when it shares enough rare words with it and their
vectors agree. Both are strict: most comments are about no claim in particular, and a claim that is
discussed in other words than its own is missed. What such a comment makes of the claim is its stance
toward the claim as the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.claims.attribution import Claim, find_claims
from discourse.claims.shared import typical
from discourse.claims.similarity import MOST_CLAIMS, Similarity, rarity_of, stems, word_overlap
from discourse.schema import Comment, Discussion
from discourse.structure.quotation import find_quotations, words_of
from discourse.taggers.base import Reading, Tagger

SHARED = 4  # content words in common with the claim
OVERLAP = 0.25  # of the rarity-weighted words
CLOSE = 0.25  # cosine of the centred vectors
QUOTED = 0.5  # of a claim's words, or of a comment's marked words, in common runs
SURE = 0.45  # least probability of an answer that is given; below it is neither
MOST_COMMENTS = 5000  # of an article that are held against its claims
CRITERION = (
    "a comment is about a claim when it quotes it, or shares at least four of its content words and its sense; "
    "claims taken up in other words are missed"
)
ANSWERS = {"favor": "support", "against": "contradict", "none": "neither"}


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A comment about a claim: its place, whether it quotes it, and what it makes of it.

    `answer` is support, contradict or neither, `probability` that of the answer; both None where
    stance was not asked for, the probability also where the answer is neither for want of sureness.
    """

    comment: int
    quotes: bool
    answer: str | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """A claim of the article, in how many of its sentences it stands, and the comments about it."""

    claim: Claim
    n_sentences: int
    comments: tuple[TakenUp, ...] = ()

    @property
    def draws(self) -> str:
        """What readers give it: support, contradiction, both, mention, or nothing."""
        found = {c.answer for c in self.comments}
        if {"support", "contradict"} <= found:
            return "both"
        if "support" in found:
            return "support"
        if "contradict" in found:
            return "contradiction"
        return "mention" if self.comments else "nothing"


def read_claims(
    discussion: Discussion,
    similarity: Similarity,
    stance: Tagger | None = None,
    vectors: np.ndarray | None = None,
) -> list[ClaimRead]:
    """The claims of a discussion's article, each once, with the comments about it, in order of appearance.

    `stance` tells what the comments make of them (a `StanceTagger`); without it answers are None.
    `vectors` are those of the comments, where they are known already.
    """
    claims = find_claims(discussion.article)[:MOST_CLAIMS]
    groups = similarity.groups(claims, similarity.weights.repeated)
    comments = discussion.comments[:MOST_COMMENTS]
    about = _about(claims, groups, comments, similarity, vectors)
    if stance is not None:
        about = _answered(about, claims, groups, comments, stance)
    return [
        ClaimRead(typical([claims[i] for i in group], similarity), len(group), tuple(about[g]))
        for g, group in enumerate(groups)
    ]


def _about(
    claims: list[Claim],
    groups: list[list[int]],
    comments: Sequence[Comment],
    similarity: Similarity,
    vectors: np.ndarray | None,
) -> list[list[TakenUp]]:
    """For each group of claims the comments about it."""
    found: list[list[TakenUp]] = [[] for _ in groups]
    if not claims or not comments:
        return found
    texts, said = [c.text for c in comments], [c.text for c in claims]
    bags, claimed = [stems(t) for t in texts], [stems(t) for t in said]
    overlap = word_overlap(bags, claimed, rarity_of([*bags, *claimed]))
    vectors = similarity.vectors(texts) if vectors is None else vectors
    close = vectors @ similarity.vectors(said).T
    quoting = _quoting(said, texts)
    for g, group in enumerate(groups):
        for i, bag in enumerate(bags):
            quotes = any(j in quoting[i] for j in group)
            shares = any(
                len(bag & claimed[j]) >= SHARED and overlap[i, j] >= OVERLAP and close[i, j] >= CLOSE
                for j in group
            )
            if quotes or shares:
                found[g].append(TakenUp(i, quotes))
    return found


def _quoting(claims: Sequence[str], comments: Sequence[str]) -> list[set[int]]:
    """For each comment the claims it has long runs of words in common with."""
    sizes = [len(words_of(t)) for t in claims]
    out = []
    matches = find_quotations([*claims, *comments])[len(claims) :]
    for found in matches:
        out.append({m.line for m in found if m.line < len(claims) and m.words >= QUOTED * sizes[m.line]})
    return out


def _answered(
    about: list[list[TakenUp]],
    claims: list[Claim],
    groups: list[list[int]],
    comments: Sequence[Comment],
    stance: Tagger,
) -> list[list[TakenUp]]:
    """The same with what each comment makes of the claim."""
    by_id = {c.comment_id: c.text for c in comments}
    asked = [(g, taken) for g, found in enumerate(about) for taken in found]
    readings = []
    for g, taken in asked:
        comment = comments[taken.comment]
        above = by_id.get(comment.parent_id) if comment.parent_id is not None else None
        readings.append(
            Reading(
                comment.comment_id, comment.text, () if above is None else (above,), claims[groups[g][0]].text
            )
        )
    columns = stance.predict(readings).columns
    out: list[list[TakenUp]] = [[] for _ in about]
    for row, (g, taken) in enumerate(asked):
        label = columns["stance_article"][row]
        probability = columns[f"stance_article_{label}"][row] if label else None
        answer = ANSWERS.get(label)
        if answer is not None and probability < SURE:
            answer, probability = ANSWERS["none"], None
        out[g].append(TakenUp(taken.comment, taken.quotes, answer, probability))
    return out
