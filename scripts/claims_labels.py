"""The labelled claims: which claims of articles on one event say the same, read by one reader.

`scripts/labels/claims.json` holds, by set, groups of claims that say the same and pairs left out as
unclear; a claim is "ARTICLE:HASH", the hash being the first ten digits of its text's SHA-256, since
the texts of the validation articles do not belong in the repository.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from discourse import read
from discourse.claims import Claim, find_claims
from discourse.schema import Article

LABELS = Path(__file__).resolve().parent / "labels" / "claims.json"
SEEDS = Path(__file__).resolve().parents[1] / "seeds"


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """The claims of a set of articles, and for each labelled pair whether it says the same."""

    claims: list[Claim]
    owners: list[str]
    pairs: list[tuple[int, int]]
    same: np.ndarray
    lost: int  # labelled claims that are no longer found


def key_of(article: str, text: str) -> str:
    """How labels name a claim."""
    return f"{article}:{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def seed_articles() -> dict[str, Article]:
    """The articles of the seeds by the number in the file's name."""
    return {path.name[:3]: read(path)[0].article for path in sorted(SEEDS.glob("*.txt"))}


def news_articles(folder: Path, wanted: set[str]) -> dict[str, Article]:
    """Articles of the Fake News Challenge by id."""
    with gzip.open(folder / "articles/fnc1_news_bodies.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if not wanted or row["id"] in wanted]
    return {row["id"]: Article(row["id"], row["title"], row["text"]) for row in rows}


def claim_sets(folder: Path) -> dict[str, ClaimSet]:
    """The labelled sets by name: `seeds`, fitted on, and `meteorite`, held out."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))["sets"]
    out = {}
    for name, entry in labels.items():
        articles = seed_articles() if name == "seeds" else news_articles(folder, set(entry["articles"]))
        claims, owners = [], []
        for article in entry["articles"]:
            found = find_claims(articles[article])
            claims += found
            owners += [article] * len(found)
        keys = {key_of(o, c.text): i for i, (o, c) in enumerate(zip(owners, claims, strict=True))}
        group = {keys[k]: g for g, members in enumerate(entry["groups"]) for k in members if k in keys}
        unclear = {frozenset(keys[k] for k in pair) for pair in entry["unclear"] if set(pair) <= set(keys)}
        pairs = [p for p in combinations(range(len(claims)), 2) if frozenset(p) not in unclear]
        same = np.array([i in group and group[i] == group.get(j) for i, j in pairs])
        lost = sum(k not in keys for members in entry["groups"] for k in members)
        out[name] = ClaimSet(claims, owners, pairs, same, lost)
    return out
