"""Spelling tricks put on training text: masked, leet, spaced and stretched profanities."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

LEET = {"a": "@4", "e": "3", "i": "!1", "o": "0", "s": "$5", "u": "*", "c": "(k", "l": "1"}
WORD = re.compile(r"[A-Za-z]{3,}")


def read_lexicon(data: Path) -> dict[str, str]:
    """Profanity in lower case -> its category, single words of letters only."""
    with (data / "profanity" / "surge_profanity_en.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {r["text"].lower(): r["category_1"] for r in rows if re.fullmatch(r"[A-Za-z]{3,}", r["text"])}


def mask(word: str, rng: random.Random) -> str:
    """The word as people write it to get past a filter."""
    how = rng.random()
    if how < 0.35:  # f**k, s***
        sign, kept = rng.choice("***#-_"), rng.choice((1, 1, len(word) - 1))
        head, tail = word[:1], word[-1:] if kept > 1 else ""
        return head + sign * (len(word) - 1 - len(tail)) + tail
    if how < 0.55:  # sh*t
        vowels = [i for i, c in enumerate(word) if c.lower() in "aeiou" and i]
        at = rng.choice(vowels or [len(word) // 2])
        return word[:at] + rng.choice("***@#$") + word[at + 1 :]
    if how < 0.85:  # a$$, b1tch
        out = "".join(
            rng.choice(LEET[c.lower()]) if c.lower() in LEET and rng.random() < 0.7 else c for c in word
        )
        return out if out != word else word[:1] + "*" + word[2:]
    if how < 0.93:  # f u c k
        return rng.choice(" .-").join(word)
    at = rng.randrange(len(word))  # fuuuuck
    return word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]


def disguise(text: str, lexicon: dict[str, str], rng: random.Random, share: float = 0.25) -> str:
    """The text with its profanities masked in a `share` of texts; now and then stars around harmless words.

    The stars keep the model from taking every asterisk for a covered profanity. Case is left alone:
    the tokenizer does not see it.
    """
    words = list(WORD.finditer(text))
    foul = [m for m in words if m.group().lower() in lexicon]
    if foul and rng.random() < share:
        for m in reversed(foul):
            if rng.random() < 0.8:
                text = text[: m.start()] + mask(m.group(), rng) + text[m.end() :]
    elif not foul and words and rng.random() < 0.04:
        m = rng.choice(words)
        sign = rng.choice(("*", "**", "_"))
        text = text[: m.start()] + sign + m.group() + sign + text[m.end() :]
    return text
