"""Which claims several articles share: one event, told by many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from discourse.claims.attribution import Claim, find_claims
from discourse.claims.similarity import MOST_CLAIMS, Similarity
from discourse.schema import Article

MOST_ARTICLES = 50


def shared_claims(articles: Sequence[Article], similarity: Similarity) -> dict | None:
    """The claims that at least two of the articles carry, the most widely carried first.

    None with fewer than two articles. `articles` lists those compared; a claim's `articles` are places
    in that list, `wordings` its words in each. Claims of different people are never one claim.
    """
    articles = list(articles)[:MOST_ARTICLES]
    if len(articles) < 2:
        return None
    each = MOST_CLAIMS // len(articles)
    claims, owners = [], []
    for place, article in enumerate(articles):
        for claim in find_claims(article)[:each]:
            claims.append(claim)
            owners.append(place)
    found = []
    for group in similarity.groups(claims):
        carriers = sorted({owners[i] for i in group})
        if len(carriers) > 1:
            best = typical([claims[i] for i in group], similarity)
            found.append(
                {
                    "claim": best.text,
                    "speaker": best.speaker,
                    "act": best.act,
                    "quoted": best.quoted,
                    "n_articles": len(carriers),
                    "articles": carriers,
                    "wordings": [
                        {
                            "article": owners[i],
                            "speaker": claims[i].speaker,
                            "text": claims[i].text,
                            "quoted": claims[i].quoted,
                        }
                        for i in group
                    ],
                }
            )
    found.sort(key=lambda c: -c["n_articles"])
    return {
        "n_articles": len(articles),
        "n_claims": len(claims),
        "articles": [{"article_id": a.article_id, "title": a.title, "source": a.source} for a in articles],
        "claims": found,
    }


def typical(claims: Sequence[Claim], similarity: Similarity) -> Claim:
    """The claim of a group that is nearest to all others; among equals the one in the speaker's words."""
    if len(claims) == 1:
        return claims[0]
    vectors = similarity.vectors([c.text for c in claims])
    closeness = (vectors @ vectors.T).mean(1)
    best = max(
        range(len(claims)),
        key=lambda i: (
            round(float(closeness[i]), 4) + 0.05 * claims[i].quoted - 0.1 * bool(claims[i].act),
            -i,
        ),
    )
    names = [c.speaker for c in claims]
    return replace(claims[best], speaker=max(names, key=names.count))
