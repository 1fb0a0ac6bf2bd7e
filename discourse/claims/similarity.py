"""Whether two claims say the same, and which claims of several articles are one.

The mean token vector of the stance encoder (centred on that of news sentences) sees through other
wording; character and word overlap, weighted by rarity among the claims at hand, sees names and
figures. A small logistic model weighs both with two signs of difference: one is negated and the other
not, one is a condition. Claims are then joined by average linkage. Weights and threshold are fitted
by scripts/evaluate_claims.py and stand in `claims.json` beside the stance checkpoint.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from discourse.claims.attribution import Claim
from discourse.claims.speakers import same_person
from discourse.nn.batching import batches_by_length
from discourse.nn.sequence import SequenceModel
from discourse.nn.store import resolve
from discourse.schema import ModelError

FILE = "claims.json"
FEATURES = ("vectors", "characters", "words", "negation", "condition")
TOKENS = 128  # of a text that are read
BATCH_TOKENS = 4096
STEM = 5  # letters that stand for a word's stem
MOST_CLAIMS = 600  # joined at a time

_COMMON = (
    "us our own your a an the of to in on for and or as at by with from is are was were be been it its his her their that this these "
    "those he she they we you i not no will would can could must should may might have has had do does did also than "
    "more there any if but so what who which when"
)
_STOP = frozenset(_COMMON.split())
_NEGATION = re.compile(
    r"\b(?:no|not|never|cannot|without|nor|longer|(?:reject|dismiss|oppos|den[iy]|abandon|illus)\w*|rul\w+ out)\b"
    r"|\bun(?:real|accept|like|necess|justif|fair|law)\w*|n['’]t\b",
    re.I,
)
_CONDITION = re.compile(r"(?:if|when|unless|should [a-z]+ (?:be|have))\b", re.I)
_WORD = re.compile(r"[^\W_]+")


def stems(text: str) -> set[str]:
    """The beginnings of a text's content words."""
    words = _WORD.findall(text.lower().replace("’", "").replace("'", ""))
    return {w[:STEM] for w in words if w not in _STOP}


def shingles(text: str) -> Counter[str]:
    """Runs of three to five characters inside the words of a text, with how often each stands there."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(text.lower()):
        padded = f" {word} "
        for size in (3, 4, 5):
            found.update(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    return found


def rarity_of(bags: Sequence) -> dict[str, float]:
    """Inverse document frequency of every item among the bags."""
    count = Counter(item for bag in bags for item in set(bag))
    return {item: float(np.log((len(bags) + 1) / (n + 0.5))) for item, n in count.items()}


def word_overlap(
    first: Sequence[set[str]], second: Sequence[set[str]], rarity: dict[str, float]
) -> np.ndarray:
    """Shared weight of two texts' stems over the lighter text's weight, shape (first, second)."""

    def weight(bag: set[str]) -> float:
        return sum(rarity.get(item, 0.0) for item in bag)

    a, b = [weight(bag) for bag in first], [weight(bag) for bag in second]
    out = np.zeros((len(first), len(second)))
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            if shared := one & other:
                out[i, j] = weight(shared) / max(1e-9, min(a[i], b[j]))
    return out


def character_overlap(bags: Sequence[Counter[str]]) -> np.ndarray:
    """Cosine of rarity-weighted character runs, shape (texts, texts)."""
    rarity = rarity_of(bags)
    column = {item: k for k, item in enumerate(rarity)}
    matrix = np.zeros((len(bags), max(1, len(column))), np.float32)
    for row, bag in zip(matrix, bags, strict=True):
        for item, n in bag.items():
            row[column[item]] = (1 + np.log(n)) * (rarity[item] + 1)
    matrix /= np.maximum(1e-9, np.linalg.norm(matrix, axis=1, keepdims=True))
    return matrix @ matrix.T


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare stems are in news: inverse document frequencies, and that of stems not among them."""

    known: Mapping[str, float]
    unseen: float

    @classmethod
    def of(cls, raw: Mapping) -> Rarity:
        """From `claims.json`: stems by their rarity to one digit."""
        return cls(
            {s: float(value) for value, words in raw["stems"].items() for s in words.split()},
            float(raw["unseen"]),
        )

    def weight(self, bag: set[str]) -> float:
        """The rarity of a text's stems together."""
        return sum(self.known.get(stem, self.unseen) for stem in bag)


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted numbers.

    `centre` is the mean vector of news sentences; `weights` has one per name in FEATURES; `same` is the
    mean probability down to which claims of several articles are joined, `repeated` the stricter one for
    claims of one article, whose other claims are often near; `on_topic` the nearness of a comment to the article
    from which on it is on topic.
    """

    centre: np.ndarray
    weights: np.ndarray
    intercept: float
    same: float
    on_topic: float = 0.5
    repeated: float = 0.35
    rarity: Rarity = field(default_factory=lambda: Rarity({}, 1.0))

    @classmethod
    def of(cls, raw: object, where: str) -> Weights:
        """From `claims.json`.

        Raises:
            ModelError: it is not as expected.
        """
        try:
            centre = np.array(raw["centre"], np.float32)
            weights = np.array([raw["weights"][name] for name in FEATURES], float)
            found = cls(
                centre,
                weights,
                float(raw["intercept"]),
                float(raw["same"]),
                float(raw["on_topic"]),
                float(raw["repeated"]),
                Rarity.of(raw["rarity"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"{where}/{FILE}: not as expected ({error!r}); run `discourse models verify`"
            ) from error
        if not np.isfinite([*found.weights, found.intercept, found.same]).all() or centre.ndim != 1:
            raise ModelError(f"{where}/{FILE}: not as expected; run `discourse models verify`")
        return found


class Similarity:
    """Vectors of texts, and how surely two claims say the same."""

    def __init__(self, model: SequenceModel, weights: Weights) -> None:
        self.model, self.weights = model, weights

    @classmethod
    def load(cls) -> Similarity:
        """Loads the bundled stance encoder with the weights for claims.

        Raises:
            ModelError: a file is missing or damaged.
        """
        source = resolve(None, "stance")
        return cls(SequenceModel.load(source), Weights.of(source.side_file(FILE), source.location))

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Centred unit vectors, shape (texts, width), float32."""
        found = mean_vectors(self.model, texts) - self.weights.centre
        return found / np.maximum(1e-9, np.linalg.norm(found, axis=1, keepdims=True))

    def same(self, claims: Sequence[Claim]) -> np.ndarray:
        """Probability that two claims say the same, shape (claims, claims); 0 for two people's."""
        features = pair_features([c.text for c in claims], self.vectors([c.text for c in claims]))
        p = 1 / (1 + np.exp(-(features @ self.weights.weights + self.weights.intercept)))
        for i, one in enumerate(claims):
            for j, other in enumerate(claims[:i]):
                if same_person(one.speaker, other.speaker) is False:
                    p[i, j] = p[j, i] = 0.0
        return p

    def groups(self, claims: Sequence[Claim], threshold: float | None = None) -> list[list[int]]:
        """The claims in groups that say the same, as places; groups and places in order of appearance.

        `threshold` is the mean probability down to which they are joined, by default that for several articles.
        """
        threshold = self.weights.same if threshold is None else threshold
        return join(self.same(claims[:MOST_CLAIMS]), threshold) if claims else []


def pair_features(texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    """The features of every pair of texts, shape (texts, texts, FEATURES)."""
    bags = [stems(t) for t in texts]
    negated = np.array([bool(_NEGATION.search(t)) for t in texts])
    condition = np.array([bool(_CONDITION.match(t)) for t in texts])
    return np.stack(
        [
            vectors @ vectors.T,
            character_overlap([shingles(t) for t in texts]),
            word_overlap(bags, bags, rarity_of(bags)),
            negated[:, None] != negated[None],
            condition[:, None] != condition[None],
        ],
        axis=-1,
    ).astype(float)


def join(same: np.ndarray, threshold: float) -> list[list[int]]:
    """Average linkage (Sokal and Michener 1958) over probabilities, down to a mean of `threshold`."""
    if len(same) == 1:
        return [[0]]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = 1 - (same + same.T) / 2
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - threshold, "distance")
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(int(label), []).append(place)
    return list(groups.values())


def mean_vectors(model: SequenceModel, texts: Sequence[str]) -> np.ndarray:
    """Mean vectors of the tokens of each text's beginning, shape (texts, width), float32; a torch model is needed."""
    import torch

    encoder = model.network.model.base_model
    out = np.zeros((len(texts), encoder.config.hidden_size), np.float32)
    if not len(texts):
        return out
    encoded = model.tokenizer([t[: 12 * TOKENS] for t in texts], truncation=True, max_length=TOKENS)[
        "input_ids"
    ]
    with torch.inference_mode():
        for batch in batches_by_length([len(ids) for ids in encoded], BATCH_TOKENS):
            padded = model.tokenizer.pad({"input_ids": [encoded[i] for i in batch]}, return_tensors="pt")
            hidden = encoder(**padded.to(encoder.device)).last_hidden_state.float()
            mask = padded["attention_mask"][..., None]
            out[batch] = ((hidden * mask).sum(1) / mask.sum(1)).cpu().numpy()
    return out


@lru_cache(maxsize=1)
def bundled() -> Similarity:
    """The bundled model, loaded once."""
    return Similarity.load()
