"""Examples for the profanity model: real swear words masked or left plain, real masks, innocent strings."""

from __future__ import annotations

import random
import re
from pathlib import Path

from profanity_data import training_texts
from profanity_styles import MASK_LIKE_INNOCENT, PLAIN_INNOCENT, SURNAMES, mask, weighted_style

from discourse.taggers.profanity.lexicon import Lexicon
from discourse.taggers.profanity.masks import Candidate, find
from discourse.taggers.profanity.model import COVERED, INNOCENT

RELIGION = re.compile(
    r"\b(heaven|satan|devil|eternal|sinner|bible|gospel|purgatory|afterlife|salvation|christ|torment)", re.I
)
NAMED = re.compile(r"^Dick(?:['’]s)? [A-Z][a-z]+")
# Innocent strings of the first pass that people hardly write without meaning the word (s***, a.s.s).
TELLING = re.compile(
    r"(?i)[a-z]{1,2}\*{2,}[a-z]{0,2}|[a-z]{1,2}[-_]{1,4}[a-z]{0,2}|[a@]?[$5]{1,2}|a[$5]s|@\$\$|c0ck|d1ck|p155|t1t5"
    r"|b1t|sh1t|(?:[a-z][.\- ]){2,}[a-z]|5hit"
)
Example = tuple[str, int, int, str]  # text, start, end, label


def crop(text: str, start: int, end: int, rng: random.Random) -> tuple[str, int, int]:
    """The comment cut to what a candidate's window can need, sometimes much shorter."""
    reach = 90 if rng.random() < 0.85 else rng.randrange(0, 60)
    low = max(0, start - reach)
    if low:
        low = max(low, text.find(" ", low, start) + 1)
    return text[low : end + reach], start - low, end - low


def masked_example(
    text: str, found: Candidate, lexicon: Lexicon, styles, rng: random.Random
) -> Example | None:
    """The comment with the word masked, labelled with its root; None where the search then misses it."""
    word = found.options[0][0]
    root = lexicon.root(word)
    text, start, end = crop(text, found.start, found.end, rng)
    surface = mask(text[start:end], root, styles(rng), rng)
    if surface is None or surface.lower() == text[start:end].lower():
        return None
    changed = text[:start] + surface + text[end:]
    for candidate in find(changed, lexicon):
        if candidate.start < start + len(surface) and start < candidate.end and not candidate.plain:
            if not candidate.options:
                return changed, candidate.start, candidate.end, COVERED
            if word in dict(candidate.options):
                return changed, candidate.start, candidate.end, root
    return None


def plain_label(text: str, found: Candidate, lexicon: Lexicon) -> str:
    """The root, or innocent where the words around say so (names, hell in talk of religion)."""
    word, rest = found.options[0][0], text[found.start : found.end + 40]
    around = text[max(0, found.start - 64) : found.end + 64]
    if word in ("dick", "dicks") and NAMED.match(rest) and not around.istitle():
        return INNOCENT
    if word == "hell" and RELIGION.search(around):
        return INNOCENT
    return lexicon.root(word)


def sentence(text: str, rng: random.Random) -> str:
    """A stretch of a clean comment, about two windows long."""
    words = text.split()
    at = rng.randrange(max(1, len(words) - 20))
    return " ".join(words[at : at + rng.randrange(6, 34)])


def innocent_example(texts: list[str], lexicon: Lexicon, rng: random.Random) -> list[Example]:
    """Innocent strings in a clean comment, as far as the search takes them for candidates."""
    base = sentence(rng.choice(texts), rng)
    words = base.split()
    kind = rng.random()
    if kind < 0.35:
        filler = rng.choice(PLAIN_INNOCENT).format(n=rng.choice(SURNAMES))
    elif kind < 0.93 or len(words) < 4:
        filler = rng.choice(MASK_LIKE_INNOCENT).format(
            w=rng.choice(words or ["x"]), d=rng.randrange(1000, 9999)
        )
    else:
        place = rng.randrange(len(words))
        filler = (
            mask(words[place], words[place].lower(), weighted_style(rng), rng)
            if len(words[place]) > 2
            else None
        )
        if filler is None:
            return []
        words = words[:place] + words[place + 1 :]
        changed, at = " ".join([*words[:place], filler, *words[place:]]), len(" ".join(words[:place]))
        return [
            (changed, c.start, c.end, INNOCENT) for c in find(changed, lexicon) if c.end > at and not c.plain
        ][:1]
    place = rng.choice((0, len(words), rng.randrange(len(words) + 1)))
    left, right = " ".join(words[:place]), " ".join(words[place:])
    glue = "\n" if filler.startswith("*") and rng.random() < 0.5 else " "
    changed = (left + glue if left else "") + filler + (glue + right if right else "")
    low, high = len(left), len(left) + 1 + len(filler)
    return [
        (changed, c.start, c.end, INNOCENT)
        for c in find(changed, lexicon)
        if c.start >= low - 1 and c.end <= high + 1
    ]


def natural_label(
    source: str, toxicity: float | None, text: str, found: Candidate, lexicon: Lexicon
) -> str | None:
    """A label for a mask that a real comment carries, None where it is not plain enough."""
    if found.options:
        surface = text[found.start : found.end]
        letters = sum(c.isalpha() for c in surface)
        if source == "arc_article":
            return INNOCENT if letters * 2 < len(surface) else None
        sure = (
            letters * 2 >= len(surface)
            and len(surface) > 3
            and ".." not in surface
            and found.options[0][1] < 1.0
        )
        return lexicon.root(found.options[0][0]) if sure else None
    line = text.rfind("\n", 0, found.start) + 1
    before, after = text[line : found.start].strip(), text[found.end : found.end + 1]
    if not before or source in ("arc_article", "wiki_context"):
        return INNOCENT
    return COVERED if before[-1].isalpha() and after in (" ", "", ".", ",", "!", "?", '"') else None


def build(data: Path, lexicon: Lexicon, rng: random.Random) -> list[Example]:
    """All training examples, shuffled."""
    words: dict[str, list[tuple[str, Candidate]]] = {}
    clean, examples = [], []
    for source, text, toxicity in training_texts(data):
        text = text[:3000]
        found = find(text, lexicon)
        if not found and (source == "arc_article" or toxicity == 0 or rng.random() < 0.1) and len(text) > 40:
            clean.append(text)
        for candidate in found:
            if candidate.plain:
                if source != "davidson" or rng.random() < 0.35:
                    words.setdefault(candidate.options[0][0], []).append((text, candidate))
            elif label := natural_label(source, toxicity, text, candidate, lexicon):
                examples.extend(
                    [(*crop(text, candidate.start, candidate.end, rng), label)]
                    * (1 if label == INNOCENT else 2)
                )
    print(f"{len(examples)} natural masks, {len(clean)} clean comments", flush=True)
    for word, places in words.items():
        rng.shuffle(places)
        for text, candidate in places[:900]:
            label = plain_label(text, candidate, lexicon)
            examples.append((*crop(text, candidate.start, candidate.end, rng), label))
            if label == INNOCENT or word in ("hell",) and rng.random() < 0.6:
                continue
            for _ in range(4 if len(places) < 900 else 6):
                if made := masked_example(text, candidate, lexicon, weighted_style, rng):
                    examples.append(made)
    wanted = len(examples) // 2
    innocent: list[Example] = []
    while len(innocent) < wanted:
        innocent += innocent_example(clean, lexicon, rng)
    examples += [(*crop(t, s, e, rng), label) for t, s, e, label in innocent]
    rng.shuffle(examples)
    return examples


def second_pass(examples: list[Example], lexicon: Lexicon, rng: random.Random) -> list[Example]:
    """Examples for a short second pass: respellings added, telling innocent strings thinned out."""
    spellings: dict[str, list[str]] = {}
    for spelling, word in lexicon.respellings.items():
        spellings.setdefault(word, []).append(spelling)
    innocent, foul, plain = [], [], []
    for example in examples:
        text, start, end, label = example
        surface = text[start:end]
        if label != INNOCENT:
            foul.append(example)
            if surface.lower() in spellings:
                plain.append(example)
        elif not (TELLING.fullmatch(surface) and rng.random() < 0.9):
            innocent.append(example)
    respelled = []
    while plain and len(respelled) < 3000:
        text, start, end, label = rng.choice(plain)
        surface = text[start:end]
        spelling = rng.choice(spellings[surface.lower()])
        if surface.isupper():
            spelling = spelling.upper()
        elif surface[:1].isupper():
            spelling = spelling.capitalize()
        respelled.append((text[:start] + spelling + text[end:], start, start + len(spelling), label))
    rng.shuffle(foul)
    rng.shuffle(innocent)
    out = respelled + foul[:14000] + innocent[:6500]
    rng.shuffle(out)
    return out
