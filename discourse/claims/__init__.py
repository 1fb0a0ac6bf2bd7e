"""What an article reports: who says what, where readers take it up, and what several articles share."""

from discourse.claims.attribution import Claim, find_claims
from discourse.claims.reading import ArticleReading, read_article
from discourse.claims.shared import shared_claims
from discourse.claims.similarity import Similarity, bundled
from discourse.claims.takenup import ClaimRead, TakenUp, read_claims

__all__ = [
    "ArticleReading",
    "read_article",
    "Claim",
    "ClaimRead",
    "Similarity",
    "TakenUp",
    "bundled",
    "find_claims",
    "read_claims",
    "shared_claims",
]
