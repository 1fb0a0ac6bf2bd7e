"""The language of a comment, from character n-grams (py3langid, after Lui & Baldwin 2012)."""

from __future__ import annotations

import re
from functools import lru_cache

ENGLISH = "en"
SURE = 0.4  # share of the likeliest language below which nothing is said
UNLIKELY = 0.02  # share of English below which a comment is taken for another language
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|/[ur]/\w+")
_NO_LANGUAGE = frozenset(("zxx", "und", "mul"))
READ = 2000  # characters


@lru_cache(maxsize=1)
def _identifier():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def load() -> None:
    """Loads the identifier, so that no request waits for it."""
    _identifier()


def detect(text: str) -> str:
    """ISO 639 code of the text's language; English unless another one is plain.

    Short comments, shouts and names are often taken for Danish or Tagalog by chance; refusing them
    would leave them unscored.
    """
    text = _ADDRESS.sub(" ", text[:READ])
    if sum(map(str.isalpha, text)) < 4:
        return ENGLISH
    shares = dict(_identifier().rank(text))
    best = max(shares, key=shares.__getitem__)
    if best in _NO_LANGUAGE or shares[best] < SURE or shares.get(ENGLISH, 0.0) >= UNLIKELY:
        return ENGLISH
    return best


def base(tag: str) -> str:
    """The language of a BCP 47 tag: `en` of `en-US`."""
    return tag.strip().lower().replace("_", "-").partition("-")[0]
