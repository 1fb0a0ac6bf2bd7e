"""The pool of comments the toxicity model learns from, its held-out slices, and the spelling tricks.

Six labels per row in the order of `discourse.schema.TOXICITY_LABELS`, as probabilities; None where a
source does not say. Two implications fill gaps: a comment that is not toxic has none of the other
five labels, and an insult or an attack on an identity is toxic.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stance_data import LABELS_HERE, held, our_rows, plain
from toxicity_masks import disguise, read_lexicon
from toxicity_sentences import sentences
from training import read_rows

from discourse.schema import TOXICITY_LABELS

CLEAN = 0.02  # target for comments that moderators let stand, unlabelled otherwise
NOT_INSULTING = 0.1  # toxicity of a comment labelled "no insult": it may still be obscene
NOT_HATEFUL = 0.15  # toxicity of a comment labelled "no hate": it may still be rude
PASSES = {"threads": 2, "ours_toxic": 2, "pairs": 2, "insults": 2}  # others: 1
SENTENCES = 2400
AGAIN = 0.35  # share of the civil and news rows read a second time
IN_DOMAIN = ("threads", "threads_toxic", "ours", "ours_toxic", "insults", "pairs")
WRITTEN = ("pairs", "sentences")  # texts written to fit their labels, which are therefore certain
MEANT = {"threat": "threat", "calm": "identity_attack"}  # by kind of pair, what else its toxic comment is
WIKIPEDIA = ("jigsaw", "jigsaw_lower", "jigsaw_ak", "jigsaw_clean", "wiki_context")


@dataclass(frozen=True, slots=True)
class Row:
    """A comment with its six labels (None: unknown); `group` is what must not be split.

    `plain` is the text before spelling tricks were put on it, which a teacher reads; empty where there are none.
    """

    text: str
    labels: tuple[float | None, ...]
    source: str
    group: str
    plain: str = ""


def key(text: str) -> str:
    """The letters and digits of the first hundred or so characters: equal for copies of a comment."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())[:80]


def labels_of(row: dict) -> tuple[float | None, ...]:
    """The row's labels, with what "not toxic" implies filled in."""
    values = [row.get(name) for name in TOXICITY_LABELS]
    if values[0] == 0:
        values = [0.0 if v is None else v for v in values]
    return tuple(None if v is None else float(v) for v in values)


def only(name: str, value: float, toxicity: float | None = None) -> tuple[float | None, ...]:
    """Labels with one known value, and perhaps toxicity."""
    values: list[float | None] = [None] * len(TOXICITY_LABELS)
    values[0] = toxicity
    values[TOXICITY_LABELS.index(name)] = value
    return tuple(values)


def threads(data: Path, part: str) -> list[Row]:
    """The comments of threads_labelled (train or valid), grouped by thread."""
    zero = (0.0,) * len(TOXICITY_LABELS)
    rows = []
    for r in read_rows(data / "threads_labelled" / f"{part}.jsonl.gz"):
        labels = only("toxicity", 1.0) if r["toxic"] else zero
        rows.append(Row(r["text"], labels, "threads", r["thread"]))
    return rows


def our_threads(data: Path) -> tuple[list[Row], list[Row]]:
    """The comments of the threads labelled for this project (docs/labels.md): held-out threads, and the rest."""
    zero = (0.0,) * len(TOXICITY_LABELS)
    rows = [
        Row(r["text"], only("toxicity", 1.0) if r["toxic"] else zero, "ours", r["thread"])
        for r in our_rows(data)
    ]
    return [r for r in rows if held(r.group, 0.1)], [r for r in rows if not held(r.group, 0.1)]


def pairs(name: str) -> list[Row]:
    """Comments of a file written in pairs for this project: one civil, one toxic, of nearly the same words."""
    zero = (0.0,) * len(TOXICITY_LABELS)
    rows = []
    for line in (LABELS_HERE / name).read_text(encoding="utf-8").splitlines():
        kind, civil, toxic = line.split("\t")
        labels = only(MEANT.get(kind, "toxicity"), 1.0, 1.0)
        rows += [Row(civil, zero, "pairs", kind), Row(toxic, labels, "pairs", kind)]
    return rows


def unlabelled(data: Path) -> list[Row]:
    """The comments of the training threads that nobody labelled, for a teacher to read.

    Threads of which a comment is held out are left out whole, and copies of comments to measure with.
    """
    nothing = (None,) * len(TOXICITY_LABELS)
    pool = load(data)
    held = {r.group for name in ("threads", "ours") for r in pool.valid[name]}
    known = {key(plain(r.text)) for part in our_threads(data) for r in part}
    known |= {key(plain(r.text)) for part in ("train", "valid") for r in threads(data, part)}
    known |= {key(r.text) for part in (*pool.valid.values(), *pool.test.values()) for r in part}
    for name in ("insults_valid", "ucc_valid"):
        known |= {key(r["text"]) for r in read_rows(data / "toxicity" / f"{name}.jsonl.gz")}
    rows = []
    for name in ("train_iac", "train_reddit", "train_mtcsd"):
        for thread in read_rows(data / f"threads/{name}.jsonl.gz"):
            group = f"{thread['source']}|{thread['thread']}"
            if group in held:
                continue
            texts = (plain(c["text"]) for c in thread["comments"])
            rows += [
                Row(t, nothing, "unlabelled", group) for t in texts if key(t) not in known and len(t) > 8
            ]
    return rows


def toxicity_set(data: Path, name: str) -> list[Row]:
    """The rows of a file of toxicity/ with labels as given; the group is the text itself."""
    rows = read_rows(data / "toxicity" / f"{name}.jsonl.gz")
    return [Row(r["text"], labels_of(r), r.get("source") or name, key(r["text"])) for r in rows]


def news(data: Path, rng: random.Random) -> list[Row]:
    """Up to two passages of 80 to 360 characters of each moderated NYT comment, nearly all of them civil.

    Passages, because the comments are longer than most: length must not tell clean from toxic.
    """
    texts: dict[str, str] = {}
    for name in ("arc_article", "vast_train"):
        for r in read_rows(data / "stance" / f"{name}.jsonl.gz"):
            texts.setdefault(key(r["text"]), r["text"])
    rows = []
    for group, text in texts.items():
        pieces, length = [""], rng.randint(80, 360)
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            if len(pieces[-1]) >= length:
                pieces.append("")
                length = rng.randint(80, 360)
            pieces[-1] = f"{pieces[-1]} {sentence}".strip()
        for piece in rng.sample(pieces, min(2, len(pieces))):
            rows.append(Row(piece, (CLEAN, *(0.0,) * 5), "news", group))
    return rows


def written(rng: random.Random) -> list[Row]:
    """Sentence pairs of our own on which one turn decides; see toxicity_sentences.py."""
    zero = (0.0,) * len(TOXICITY_LABELS)
    return [
        Row(text, only("toxicity", 1.0) if toxic else zero, "sentences", key(text))
        for text, toxic in dict(sentences(rng, SENTENCES)).items()
    ]


def sample(rows: list[Row], rng: random.Random, toxic: int, clean: int) -> list[Row]:
    """At most so many rows that are toxic and that are not."""
    yes = [r for r in rows if (r.labels[0] or 0) >= 0.5]
    no = [r for r in rows if (r.labels[0] or 0) < 0.5]
    parts = ((yes, toxic), (no, clean))
    return [r for part, n in parts for r in (part if n >= len(part) else rng.sample(part, n))]


def hold_out(rows: list[Row], count: int, rng: random.Random) -> tuple[list[Row], list[Row]]:
    """At least `count` rows in whole groups, and the rest."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    names = sorted(groups)
    rng.shuffle(names)
    held: list[Row] = []
    while len(held) < count:
        held += groups.pop(names.pop())
    return held, [r for name in sorted(groups) for r in groups[name]]


@dataclass(frozen=True, slots=True)
class Data:
    """Training rows by source, validation slices by name, and the held-out Jigsaw test."""

    train: dict[str, list[Row]]
    valid: dict[str, list[Row]]
    test: dict[str, list[Row]]


def load(data: Path, seed: int = 0) -> Data:
    """The pool and its slices; no row of a slice or of an evaluation set has a copy in training."""
    rng = random.Random(seed)
    by_source: dict[str, list[Row]] = {}
    for row in toxicity_set(data, "jigsaw"):
        by_source.setdefault(row.source, []).append(row)
    test, rest = hold_out(by_source["jigsaw"], 2000, rng)
    valid_raw, raw = hold_out(rest, 1200, rng)
    valid_lower, lower = hold_out(by_source["jigsaw_lower"], 1500, rng)
    valid_threads, labelled = hold_out(threads(data, "train"), 1150, rng)
    valid_ours, ours = our_threads(data)
    insults = [
        Row(r.text, only("insult", r.labels[4], 1.0 if r.labels[4] else NOT_INSULTING), "insults", r.group)
        for r in toxicity_set(data, "insults_train")
    ]
    valid_insults, insults = hold_out(insults, 450, rng)
    hate = [
        Row(
            r.text,
            only("identity_attack", r.labels[5], 1.0 if r.labels[5] else NOT_HATEFUL),
            "dynahate",
            r.group,
        )
        for r in toxicity_set(data, "dynahate")
    ]
    tweets = toxicity_set(data, "davidson")
    tweets = [
        Row(re.sub(r"^[!\s\"]*RT\s+@\S+\s*|https?://\S+|&#\d+;", "", r.text), *_rest(r)) for r in tweets
    ]
    hateful = [r for r in tweets if r.labels[5]]
    train = {
        "threads": labelled,
        "threads_toxic": [r for r in labelled if r.labels[0]],
        "ours": ours,
        "ours_toxic": [r for r in ours if r.labels[0]],
        "civil": toxicity_set(data, "civil_spans"),
        "news": news(data, rng),
        "insults": insults,
        "dynahate": hate,
        "jigsaw": raw,
        "jigsaw_lower": lower,
        "jigsaw_ak": by_source["jigsaw_ak"],
        "jigsaw_clean": by_source["jigsaw_clean"],
        "wiki_context": toxicity_set(data, "wiki_context"),
        "davidson": hateful + sample([r for r in tweets if not r.labels[5]], rng, 900, 2200),
        "youtube": toxicity_set(data, "youtube"),
        "sentences": written(rng),
        "pairs": pairs("toxicity_pairs.tsv"),
    }
    valid = {
        "threads": valid_threads,
        "ours": valid_ours,
        "jigsaw": valid_raw,
        "jigsaw_lower": valid_lower,
        "insults": valid_insults,
        "pairs": pairs("toxicity_pairs_valid.tsv"),
    }
    held = {key(r.text) for rows in (test, *valid.values()) for r in rows}
    held |= {key(r.text) for r in threads(data, "valid")}
    for name in ("insults_valid", "ucc_valid"):
        held |= {key(r["text"]) for r in read_rows(data / "toxicity" / f"{name}.jsonl.gz")}

    def kept(rows: list[Row]) -> list[Row]:
        return [r for r in rows if key(r.text) and key(r.text) not in held]

    train = {name: kept(rows) for name, rows in train.items()}
    return Data(train, valid, {"jigsaw": unseen(test, train)})


def shingles(text: str, size: int = 5) -> set[tuple[str, ...]]:
    """The runs of `size` words of a text."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def unseen(rows: list[Row], train: dict[str, list[Row]]) -> list[Row]:
    """The rows of which no more than half of the five-word runs stand anywhere in what training may read.

    Finds copies that were edited (one Jigsaw part has its contractions and signs taken out) and the
    welcome and warning templates of Wikipedia.
    """
    asked = [shingles(r.text) for r in rows]
    wanted = set().union(*asked)
    found = {s for part in train.values() for r in part for s in shingles(r.text) if s in wanted}
    return [r for r, own in zip(rows, asked, strict=True) if len(own & found) <= len(own) / 2]


def _rest(row: Row) -> tuple:
    return row.labels, row.source, row.group


def passes(
    data: Data, lexicon: dict[str, str], seed: int = 0, far: float = 1.0, near: float = 1.0, pairs: int = 1
) -> Iterator[list[Row]]:
    """Two lists of rows to read one after the other: everything, then the in-domain rows again.

    Of the sets out of the domain only the share `far` is read, of those in it, but for the written pairs, the
    share `near`, the same in both lists: less, where the model has read them before. The pairs are in each list `pairs` times.
    Some of the texts have their profanities disguised, or harmless words in odd spelling.
    """
    rng = random.Random(seed)
    shares = {name: near if name in IN_DOMAIN else far for name in data.train}
    chosen = {
        name: part if name == "pairs" else rng.sample(part, int(shares[name] * len(part)))
        for name, part in data.train.items()
    }
    for number in range(2):
        rows: list[Row] = []
        for name, part in chosen.items():
            if number < PASSES.get(name, 1):
                rows += part * (pairs if name == "pairs" else 1)
            elif name in ("civil", "news"):
                rows += rng.sample(part, int(AGAIN * len(part)))
        yield [Row(disguise(r.text, lexicon, rng), *_rest(r), plain=r.text) for r in rows]


__all__ = [
    "WIKIPEDIA",
    "WRITTEN",
    "Data",
    "Row",
    "key",
    "load",
    "passes",
    "read_lexicon",
    "threads",
    "toxicity_set",
    "unlabelled",
]
