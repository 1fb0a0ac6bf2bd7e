"""A discussion held against its article: claims with their comments, vectors, nearness to the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.claims.similarity import Rarity, Similarity, stems
from discourse.claims.takenup import MOST_COMMENTS, ClaimRead, read_claims
from discourse.schema import Discussion
from discourse.taggers.base import Tagger

FEWEST_WORDS = 5  # content words of a comment whose nearness to the article is told
LONGEST = 100_000  # characters of a text that are read


@dataclass(frozen=True, slots=True)
class ArticleReading:
    """A discussion held against its article.

    `vectors` are the comments' centred unit vectors, (comments, width); `nearness` how near each is to
    the article, (comments,), NaN for short ones and beyond the first `MOST_COMMENTS`; `on_topic` the nearness from which on
    a comment counts as on the article's topic.
    """

    claims: list[ClaimRead]
    vectors: np.ndarray
    nearness: np.ndarray
    on_topic: float


def read_article(
    discussion: Discussion, similarity: Similarity, stance: Tagger | None = None
) -> ArticleReading:
    """Reads a discussion; `stance` is asked what comments make of the claims they are about."""
    texts = [c.text for c in discussion.comments[:MOST_COMMENTS]]
    vectors = similarity.vectors(texts)
    near = np.full(len(discussion.comments), np.nan)
    article = f"{discussion.article.title or ''}\n{discussion.article.text[:LONGEST]}"
    near[: len(texts)] = nearness(texts, article, similarity.weights.rarity)
    claims = read_claims(discussion, similarity, stance, vectors)
    return ArticleReading(claims, vectors, near, similarity.weights.on_topic)


def nearness(comments: Sequence[str], article: str, rarity: Rarity) -> np.ndarray:
    """How much of each comment's content the article shares, shape (comments,), in 0..1.

    The share of its content words, weighted by their rarity in news, that stand in the article; NaN for
    comments of fewer than `FEWEST_WORDS` content words, and where there is no article.
    """
    known = stems(article)
    out = np.full(len(comments), np.nan)
    for i, text in enumerate(comments if known else ()):
        bag = stems(text[:LONGEST])
        if len(bag) >= FEWEST_WORDS:
            out[i] = rarity.weight(bag & known) / rarity.weight(bag)
    return out


def centrality(vectors: np.ndarray, members: Sequence[int]) -> np.ndarray:
    """How near each member is to the others on average, shape (members,): the typical ones are high.

    Degree centrality over cosines (Erkan and Radev 2004, LexRank); 0 for a member alone.
    """
    chosen = vectors[np.asarray(members, int)]
    if len(chosen) < 2:
        return np.zeros(len(chosen))
    total = chosen.sum(axis=0)
    return ((chosen @ total) - (chosen * chosen).sum(axis=1)) / (len(chosen) - 1)
