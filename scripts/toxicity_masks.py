"""Spelling tricks put on training text: masked, leet, spaced and stretched words, profanities and others."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

LEET = {"a": "@4", "e": "3", "i": "!1", "o": "0", "s": "$5", "u": "*", "c": "(k", "l": "1"}
WORD = re.compile(r"[A-Za-z]{3,}")
PLAYED = 0.08  # share of texts without a profanity that get words in odd spelling


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
    return rng.choice(" .-").join(word) if how < 0.93 else stretch(word, rng)


def stretch(word: str, rng: random.Random) -> str:
    """The word with one letter repeated: fuuuuck, goooood."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]


def play(word: str, rng: random.Random) -> str:
    """The word in an odd spelling that hides nothing: w0rld, w o r l d, wooorld, *world*."""
    how = rng.random()
    if how < 0.45:
        return "".join(
            rng.choice(LEET[c]) if c in LEET and c != "u" and rng.random() < 0.7 else c for c in word.lower()
        )
    if how < 0.65:
        return rng.choice(" .-").join(word)
    if how < 0.85:
        return stretch(word, rng)
    sign = rng.choice(("*", "**", "_"))
    return sign + word + sign


def disguise(text: str, lexicon: dict[str, str], rng: random.Random, share: float = 0.25) -> str:
    """The text with its profanities masked in a `share` of texts; of those without any, some in odd spelling.

    What is said stays the same. The odd spelling of harmless words keeps the model from taking every asterisk and
    digit for a covered profanity. Case is left alone: the tokenizer does not see it.
    """
    words = list(WORD.finditer(text))
    foul = [m for m in words if m.group().lower() in lexicon]
    if foul and rng.random() < share:
        chosen, change = [m for m in foul if rng.random() < 0.8], mask
    elif not foul and words and rng.random() < PLAYED:
        chosen, change = rng.sample(words, min(len(words), rng.choice((1, 1, 2, 3, 5)))), play
    else:
        return text
    for m in sorted(chosen, key=lambda m: -m.start()):
        text = text[: m.start()] + change(m.group(), rng) + text[m.end() :]
    return text
