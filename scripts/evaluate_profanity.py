"""Measures the profanity tagger on rows that no training saw, and writes models/profanity/metrics.json.

    python scripts/evaluate_profanity.py [--baselines FOLDER_OF_INSTALLED_PACKAGES]

Real masks: scripts/labels/profanity_real.jsonl (data set, row, offsets, canonical; no text). Over all
rows set aside, a flag that meets no labelled mask counts against the tagger, except where the label is
"unsure". Synthetic masks: plain swear words of the rows set aside, masked in the styles of training and
in styles kept out of it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from packaged import packaged
from profanity_data import set_aside
from profanity_styles import HELD_OUT_STYLES, STYLES, mask
from training import DATA, bootstrap

from discourse.taggers.base import Reading
from discourse.taggers.profanity import ProfanityTagger
from discourse.taggers.profanity.masks import find

LABELS = Path(__file__).parent / "labels" / "profanity_real.jsonl"
PLAIN = Path(__file__).parent / "labels" / "profanity_plain.jsonl"
Key = tuple[str, int]


def load_labels(path: Path) -> dict[Key, list[dict]]:
    """The labelled spans by row."""
    out: dict[Key, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        out.setdefault((label["set"], label["row"]), []).append(label)
    return out


def meets(span, label: dict) -> bool:
    """True where a span and a label share characters."""
    return span.start < label["end"] and label["start"] < span.end


def predict(tagger: ProfanityTagger, texts: Sequence[str]) -> list[list]:
    """The masked spans of each text."""
    out: list[list] = [[] for _ in texts]
    for at in range(0, len(texts), 512):
        readings = [Reading(str(i), texts[i]) for i in range(at, min(at + 512, len(texts)))]
        for span in tagger.predict(readings).spans:
            if span.kind == "masked":
                out[int(span.comment_id)].append(span)
    return out


def compare(flags: list[list], labels: list[list[dict]]) -> np.ndarray:
    """Counts per row, columns: found, missed, false, named right, with a word to name, innocent, innocent flagged."""
    rows = np.zeros((len(flags), 7))
    for i, (spans, known) in enumerate(zip(flags, labels, strict=True)):
        masked = [k for k in known if k["label"] == "masked"]
        for label in masked:
            hits = [s for s in spans if meets(s, label)]
            rows[i, 0 if hits else 1] += 1
            if hits and label["canonical"]:
                rows[i, 4] += 1
                rows[i, 3] += any(s.canonical in (label["canonical"], *label.get("also", ())) for s in hits)
        rows[i, 2] = sum(not any(meets(s, k) for k in known if k["label"] != "innocent") for s in spans)
        innocent = [k for k in known if k["label"] == "innocent"]
        rows[i, 5] = len(innocent)
        rows[i, 6] = sum(any(meets(s, k) for s in spans) for k in innocent)
    return rows


def figures(rows: np.ndarray, repeats: int = 1000) -> dict:
    """Precision, recall, F1, right-word rate and innocent look-alikes flagged, each with its 95 % interval.

    Rows without label or flag add nothing to any of them and are left out of the resampling.
    """
    rows = rows[rows.any(axis=1)]

    def ratio(top: Callable, bottom: Callable) -> dict:
        def metric(chosen: np.ndarray) -> float:
            t = rows[chosen].sum(0)
            return float(top(t) / bottom(t)) if bottom(t) else float("nan")

        everything = np.arange(len(rows))
        low, high = bootstrap(metric, everything, repeats)
        return {"value": round(metric(everything), 4), "interval": [round(low, 4), round(high, 4)]}

    total = rows.sum(0)
    return {
        "masked_spans": int(total[0] + total[1]),
        "innocent_lookalikes": int(total[5]),
        "false_flags": int(total[2]),
        "precision": ratio(lambda t: t[0], lambda t: t[0] + t[2]),
        "recall": ratio(lambda t: t[0], lambda t: t[0] + t[1]),
        "f1": ratio(lambda t: 2 * t[0], lambda t: 2 * t[0] + t[1] + t[2]),
        "right_word_of_found": ratio(lambda t: t[3], lambda t: t[4]),
        "innocent_flagged": ratio(lambda t: t[6], lambda t: t[5]),
    }


def per_thousand(counts: Sequence[int]) -> dict:
    """Comments with a flag per 1,000, with its 95 % interval."""
    hit = np.array([c > 0 for c in counts], float)
    low, high = bootstrap(lambda i: 1000 * hit[i].mean(), np.arange(len(hit)))
    return {
        "comments": len(hit),
        "value": round(1000 * hit.mean(), 3),
        "interval": [round(low, 3), round(high, 3)],
    }


def synthetic(
    tagger: ProfanityTagger, texts: Sequence[str], styles: Sequence[str], count: int = 2000
) -> dict:
    """Found and rightly named shares of masks put on real sentences; covered ones count only as found."""
    rng = random.Random(11)
    places = [
        (t, c)
        for t in texts
        for c in find(t, tagger.lexicon)
        if c.plain and c.options[0][0] not in tagger.lexicon.ambiguous
    ]
    rng.shuffle(places)
    made: list[tuple[str, int, int, str, str]] = []
    for text, place in places * 4:
        if len(made) >= count:
            break
        style, word = rng.choice(list(styles)), place.options[0][0]
        surface = mask(text[place.start : place.end], tagger.lexicon.root(word), style, rng)
        if surface and surface.lower() != text[place.start : place.end].lower():
            end = place.start + len(surface)
            made.append((text[: place.start] + surface + text[place.end :], place.start, end, word, style))
    rows, by_style = [], {}
    for (_, start, end, word, style), spans in zip(made, predict(tagger, [m[0] for m in made]), strict=True):
        hits = [s for s in spans if s.start < end and start < s.end]
        named = style not in ("full", "full_signs")
        row = [
            float(bool(hits)),
            float(any(s.canonical == word for s in hits)) if named and hits else float("nan"),
        ]
        rows.append(row)
        by_style.setdefault(style, []).append(row)
    table = np.array(rows)

    def rate(column: int) -> dict:
        low, high = bootstrap(lambda i: float(np.nanmean(table[i, column])), np.arange(len(table)))
        return {
            "value": round(float(np.nanmean(table[:, column])), 4),
            "interval": [round(low, 4), round(high, 4)],
        }

    return {
        "masks": len(table), "found": rate(0), "right_word_of_found": rate(1),
        "found_by_style": {s: round(float(np.mean([r[0] for r in v])), 3) for s, v in sorted(by_style.items())},
    }  # fmt: skip


def comment_level(
    decide: Callable[[Sequence[str]], Sequence[bool]],
    masked: list[str],
    innocent: list[str],
    clean: list[str],
) -> dict:
    """Comments flagged: with a masked profanity and no plain one, with an innocent look-alike, clean ones."""
    out = {}
    for name, texts in (("masked", masked), ("innocent", innocent), ("clean", clean)):
        flags = np.array(list(decide(texts)), float)
        low, high = bootstrap(lambda i, f=flags: float(f[i].mean()), np.arange(len(flags)))
        out[name] = {
            "comments": len(texts),
            "flagged": round(float(flags.mean()), 4),
            "interval": [round(low, 4), round(high, 4)],
        }
    return out


def baselines(folder: Path, *groups: list[str]) -> dict:
    """The same comments read by better_profanity and alt-profanity-check, where they can be imported."""
    out = {}
    try:
        profanity = packaged(folder, "better_profanity").profanity
        out["better_profanity"] = comment_level(
            lambda ts: [profanity.contains_profanity(t[:1000]) for t in ts], *groups
        )
    except Exception as error:
        out["better_profanity"] = {"not measured": repr(error)}
    try:
        check = packaged(folder, "profanity_check").predict
        out["alt-profanity-check"] = comment_level(lambda ts: check(list(ts)), *groups)
    except Exception as error:
        out["alt-profanity-check"] = {"not measured": repr(error)}
    return out


def plain_words(tagger: ProfanityTagger, texts: dict[Key, str]) -> dict:
    """Of ambiguous plain words (dick, hell, ass): the shares flagged where they are profanity and where not."""
    flagged: dict[str, list[float]] = {"plain": [], "innocent": []}
    for key, labels in load_labels(PLAIN).items():
        spans = tagger.predict([Reading("c", texts[key])]).spans
        for label in labels:
            flagged[label["label"]].append(float(any(meets(s, label) for s in spans)))
    out = {}
    for name, hits in flagged.items():
        table = np.array(hits)
        low, high = bootstrap(lambda i, h=table: float(h[i].mean()), np.arange(len(hits)))
        out[name] = {
            "words": len(hits),
            "flagged": round(float(np.mean(hits)), 4),
            "interval": [round(low, 4), round(high, 4)],
        }
    return out


def speed(tagger: ProfanityTagger, texts: Sequence[str]) -> dict:
    """Comments per second, for comments without candidates and for all."""
    quiet = [t for t in texts if not find(t, tagger.lexicon)][:3000]
    out = {}
    for name, chosen in (("no_candidate", quiet), ("all", list(texts)[:3000])):
        readings = [Reading(str(i), t) for i, t in enumerate(chosen)]
        started = time.perf_counter()
        tagger.predict(readings)
        out[name] = round(len(readings) / (time.perf_counter() - started), 1)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", help="checkpoint folder (default: the bundled one)")
    parser.add_argument("--out", type=Path, default=Path("models/profanity/metrics.json"))
    parser.add_argument("--baselines", type=Path, help="folder with better_profanity and alt-profanity-check")
    arguments = parser.parse_args()
    tagger, labelled = ProfanityTagger.load(arguments.model), load_labels(LABELS)
    rows = [(name, index, row) for name, index, row in set_aside(arguments.data)]
    texts = [row["text"] for _, _, row in rows]
    known = [labelled.get((name, index), []) for name, index, _ in rows]
    flags = predict(tagger, texts)
    counts = compare(flags, known)
    document: dict = {"real": figures(counts), "real_by_set": {}}
    for name in dict.fromkeys(n for n, _, _ in rows):
        document["real_by_set"][name] = figures(counts[[i for i, r in enumerate(rows) if r[0] == name]], 300)

    everything = [[s for s in find(t, tagger.lexicon) if not s.plain] for t in texts]
    for spans in everything:
        spans[:] = [_Flag(s.start, s.end, s.options[0][0] if s.options else None) for s in spans]
    document["search_alone"] = figures(compare(everything, known), 300)

    masked_rows = {i for i, k in enumerate(known) if any(x["label"] != "innocent" for x in k)}
    clean = [
        i
        for i, (_, _, row) in enumerate(rows)
        if i not in masked_rows and (row.get("toxicity") == 0 or row.get("healthy") == 1)
    ]
    document["flags_per_1000_clean"] = per_thousand([len(flags[i]) for i in clean])
    sources = [t for i, t in enumerate(texts) if i not in masked_rows]
    document["synthetic_known_styles"] = synthetic(tagger, sources, list(STYLES))
    document["synthetic_held_out_styles"] = synthetic(tagger, sources, HELD_OUT_STYLES)

    document["plain_ambiguous"] = plain_words(tagger, {(n, i): row["text"] for n, i, row in rows})
    plain = [any(c.plain for c in find(t, tagger.lexicon)) for t in texts]
    groups = (
        [
            texts[i]
            for i in sorted(masked_rows)
            if not plain[i] and any(k["label"] == "masked" for k in known[i])
        ],
        [texts[i] for i, k in enumerate(known) if k and i not in masked_rows and not plain[i]],
        [texts[i] for i in clean if not plain[i]],
    )
    rng = random.Random(5)  # better_profanity reads about three comments a second: a sample of each group
    groups = tuple(rng.sample(g, min(n, len(g))) for g, n in zip(groups, (130, 130, 180), strict=True))
    document["comment_level"] = {
        "discourse": comment_level(lambda ts: [bool(f) for f in predict(tagger, ts)], *groups)
    }
    if arguments.baselines:
        document["comment_level"] |= baselines(arguments.baselines, *groups)
    document["comments_per_second"] = speed(tagger, [t for t in texts if 60 < len(t) < 400])
    arguments.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in document.items() if k != "real_by_set"}, indent=1))


class _Flag:
    """A candidate taken as a flag, for the figures of the search alone."""

    def __init__(self, start: int, end: int, canonical: str | None):
        self.start, self.end, self.canonical = start, end, canonical


if __name__ == "__main__":
    main()
