"""What the stance model learns from: every set as examples of its two heads, and which groups are held out.

See docs/data.md for the sets. An example stands for one labelled input of one head.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training import read_rows

from discourse.taggers.stance import ARTICLE_LABELS, PARENT_LABELS, article_input, parent_input

LABELS_HERE = Path(__file__).resolve().parent / "labels"
ARTICLE, PARENT = 0, 1
STANCE = {name.split(":")[1]: i for i, name in enumerate(ARTICLE_LABELS)}
REPLY = {name.split(":")[1]: i for i, name in enumerate(PARENT_LABELS)}
UNSURE = {"threads": 0.8, "ours": 0.7}  # weight of what a reader was not sure of
OPPOSITE = {"favor": "against", "against": "favor", "none": "none"}
_QUOTE_TAG = re.compile(r"\[/?quotes?(?:=[^\]\n]*)?\]", re.I)
SDQC = {
    "support": REPLY["agree"],
    "deny": REPLY["disagree"],
    "query": REPLY["neutral"],
    "comment": REPLY["neutral"],
}


UNKNOWN = -100  # the label of an input that only a teacher reads


@dataclass(frozen=True, slots=True)
class Example:
    """One input of one head with its label or UNKNOWN; `group` is what must not be split."""

    first: str
    second: str
    head: int
    label: int
    group: str
    source: str
    weight: float = 1.0


def held(group: str, share: float) -> bool:
    """True for a fixed `share` of groups, chosen by hash."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) / 2**32 < share


def part_of(source: str, group: str) -> str:
    """`train`, `calibrate` or `report`, the same for every set that shares the group.

    ARC and VAST share debates: 10 % are for the report and 5 % for calibration. A tenth of the labelled
    threads (other than MT-CSD's, whose comments are in another set too) and of DEBAGREEMENT's
    training submissions calibrate; those are reported on sets of their own.
    """
    if source in ("arc", "vast"):
        return "report" if held(group, 0.10) else "calibrate" if held(group, 0.16) else "train"
    if source in ("threads", "debagreement"):
        return "calibrate" if held(group, 0.1) and not group.startswith("mt-csd") else "train"
    return "train"


def stance_example(
    row: dict, source: str, *, label: str = "label", parent: str | None = None, weight: float = 1.0
):
    """The article-head example of a row."""
    group = str(row.get("group") or row.get("thread") or row.get("id"))
    pair = article_input(row["target"], parent, row["text"])
    return Example(*pair, ARTICLE, STANCE[row[label]], group, source, weight)


def reply_example(row: dict, source: str, *, label: int, weight: float = 1.0) -> Example:
    """The parent-head example of a row."""
    group = str(row.get("group") or row.get("thread") or row.get("id"))
    return Example(*parent_input(row["parent_text"], row["text"]), PARENT, label, group, source, weight)


def plain(text: str) -> str:
    """A forum's comment without the tags that its quotation marks left."""
    return _QUOTE_TAG.sub(" ", text)


def other_targets() -> dict[str, dict]:
    """By thread, its target in other words (`paraphrase`) and the other side's position (`opposite`)."""
    with (LABELS_HERE / "threads_targets.jsonl").open(encoding="utf-8") as file:
        return {row["thread"]: row for row in map(json.loads, file)}


def our_rows(data: Path) -> Iterator[dict]:
    """The threads labelled for this project, in the form of `threads_labelled`; texts from `threads/`."""
    with (LABELS_HERE / "threads_stance.jsonl").open(encoding="utf-8") as file:
        labels = {(row["thread"], row["id"]): row for row in map(json.loads, file)}
    targets = {name: row["target"] for name, row in other_targets().items() if "target" in row}
    for name in ("train_iac", "train_reddit"):
        for thread in read_rows(data / f"threads/{name}.jsonl.gz"):
            key = f"{thread['source']}|{thread['thread']}"
            texts = {c["id"]: c["text"] for c in thread["comments"]}
            for comment in thread["comments"]:
                if label := labels.get((key, comment["id"])):
                    parent = texts.get(comment["parent"])
                    yield label | {
                        "target": targets[key],
                        "parent_id": comment["parent"],
                        "parent_text": parent,
                        "text": comment["text"],
                        "quotes": comment.get("quotes"),
                    }


def thread_examples(
    rows: Iterable[dict], rng: random.Random | None = None, source: str = "threads"
) -> list[Example]:
    """Both heads' examples of labelled threads.

    With `rng`, for training: half of the quoted passages lead the text, and of the targets a quarter are
    paraphrased and a quarter turned into the other side's, with the label turned too, so that the target
    must be read.
    """
    out = []
    others = other_targets() if rng else {}
    for row in rows:
        weight = 1.0 if row["sure"] else UNSURE[source]
        row = row | {"text": plain(row["text"]), "parent_text": plain(row["parent_text"] or "") or None}
        chance = rng.random() if rng else 1.0
        if chance < 0.5 and "opposite" in (other := others.get(row["thread"], {})):
            if chance < 0.25:
                row["target"] = other["paraphrase"]
            else:
                row |= {"target": other["opposite"], "stance_article": OPPOSITE[row["stance_article"]]}
        if rng and row.get("quotes") and rng.random() < 0.5:
            quotes = row["quotes"] if isinstance(row["quotes"], str) else " ".join(map(str, row["quotes"]))
            row = row | {"text": f'"{quotes[:160]}" {row["text"]}'}
        out.append(
            stance_example(row, source, label="stance_article", parent=row["parent_text"], weight=weight)
        )
        if row["stance_parent"] and row["parent_text"]:
            out.append(reply_example(row, source, label=REPLY[row["stance_parent"]], weight=weight))
    return out


def arc_examples(data: Path) -> list[Example]:
    """Reader comments against the two positions of their debate."""
    return [stance_example(r, "arc") for r in read_rows(data / "stance/arc_article.jsonl.gz")]


def vast_examples(data: Path) -> list[Example]:
    """The same comments against many topics.

    The rows of random topics (`synthetic_none`) have lost them: all but one of 2,313 hold a topic that the
    same comment has a label for. They are given a topic of another debate, drawn by their id. Topics
    that a comment is labelled both for and against are left out.
    """
    rows = list(read_rows(data / "stance/vast_train.jsonl.gz"))
    given: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if not row["synthetic_none"]:
            given.setdefault((row["text"], row["target"]), set()).add(row["label"])
    topics = sorted({(r["group"], r["target"]) for r in rows})
    out = []
    for row in rows:
        if row["synthetic_none"]:
            draw = random.Random(f"{row['id']} {row['target']}")
            group, topic = draw.choice(topics)
            while group == row["group"]:
                group, topic = draw.choice(topics)
            out.append(stance_example(row | {"target": topic}, "vast"))
        elif len(given[row["text"], row["target"]]) == 1:
            out.append(stance_example(row, "vast"))
    return out


def mtcsd_examples(path: Path) -> list[Example]:
    """Comments of Reddit branches; the last of the context is the parent."""
    return [stance_example(r, "mtcsd", parent=(r["context"] or [None])[-1]) for r in read_rows(path)]


def debagreement_examples(path: Path) -> list[Example]:
    """Reddit reply pairs, weighted by the raters' agreement."""
    return [
        reply_example(
            r, "debagreement", label=REPLY[r["label"]], weight=1.0 if r["agreement_fraction"] > 0.9 else 0.8
        )
        for r in read_rows(path)
    ]


def off_topic(rows: list[dict], count: int, rng: random.Random) -> list[Example]:
    """Top-level comments against the position of some other thread: none."""
    out = []
    for row in rng.sample([r for r in rows if r["parent_id"] is None], count):
        other = rng.choice(rows)
        if other["thread"] != row["thread"]:
            out.append(stance_example(row | {"target": other["target"], "label": "none"}, "threads"))
    return out


def claim_examples(data: Path, rng: random.Random) -> list[Example]:
    """Short pairs that train first: claims for and against a thesis, and tweets; what a side is, cheaply."""
    stance = data / "stance"
    out = [
        *(stance_example(r, "perspectrum") for r in read_rows(stance / "perspectrum.jsonl.gz")),
        *(stance_example(r, "ibm") for r in read_rows(stance / "ibm_claims.jsonl.gz")),
        *(stance_example(r, "semeval") for r in read_rows(stance / "semeval2016_train.jsonl.gz")),
    ]
    rng.shuffle(out)
    return out


def written_examples(name: str) -> list[Example]:
    """Positions with comments for, against and neither, written for this project; both heads.

    Each comment stands under the position and under its opposite, so that it cannot be told without; the
    other side's comment, or position, disagrees as a reply.
    """
    out = []
    with (LABELS_HERE / name).open(encoding="utf-8") as file:
        for line in file:
            position, opposite, pro, con, neither = line.rstrip("\n").split("\t")
            for target, supports, opposes in ((position, pro, con), (opposite, con, pro)):
                for text, label in ((supports, "favor"), (opposes, "against"), (neither, "none")):
                    row = {"target": target, "text": text, "label": label, "group": position}
                    out.append(stance_example(row, "written"))
                for text, label in ((supports, "agree"), (opposes, "disagree")):
                    row = {"parent_text": target, "text": text, "group": position}
                    out.append(reply_example(row, "written", label=REPLY[label]))
            row = {"parent_text": pro, "text": con, "group": position}
            out.append(reply_example(row, "written", label=REPLY["disagree"]))
    return out


def written_threads(name: str) -> list[Example]:
    """Positions with comments as `written_examples`, and replies for and against them; both heads.

    A reply's side follows from the side of the comment and from whether it supports it.
    """
    out = []
    with (LABELS_HERE / name).open(encoding="utf-8") as file:
        for line in file:
            position, opposite, pro, con, neither, *replies = line.rstrip("\n").split("\t")
            supports_pro, rejects_pro, supports_con, rejects_con, aside = replies
            inputs = [
                (None, pro, "favor", None),
                (None, con, "against", None),
                (None, neither, "none", None),
                (pro, supports_pro, "favor", "agree"),
                (pro, rejects_pro, "against", "disagree"),
                (con, supports_con, "against", "agree"),
                (con, rejects_con, "favor", "disagree"),
                (pro, aside, "none", "neutral"),
                (position, pro, None, "agree"),
                (position, con, None, "disagree"),
                (opposite, con, None, "agree"),
                (opposite, pro, None, "disagree"),
                (pro, con, None, "disagree"),
                (con, pro, None, "disagree"),
            ]
            for parent, text, side, relation in inputs:
                row = {"text": text, "group": position, "parent_text": parent}
                if side:
                    out.append(
                        stance_example(row | {"target": position, "label": side}, "written", parent=parent)
                    )
                    other = row | {"target": opposite, "label": OPPOSITE[side]}
                    out.append(stance_example(other, "written", parent=parent))
                if relation:
                    out.append(reply_example(row, "written", label=REPLY[relation]))
    return out


def opposed(examples: Iterable[Example | None]) -> list[tuple[int, int]]:
    """Places of what is for and what is against the same target under the same comment; None is passed over."""
    sides: dict[tuple[str, str], dict[int, int]] = {}
    for i, e in enumerate(examples):
        if e is not None and e.head == ARTICLE:
            sides.setdefault((e.group, e.first), {})[e.label] = i
    favor, against = STANCE["favor"], STANCE["against"]
    return [(s[favor], s[against]) for s in sides.values() if {favor, against} <= s.keys()]


def inference_examples(path: Path) -> list[Example]:
    """Natural language inference (SNLI): a text favours what follows from it and is against what contradicts it.

    Seven pairs in ten are of the article head, the hypothesis for a target and the premise for a comment; of
    the others the premise is the parent and the hypothesis the reply.
    """
    sides = {
        "entailment": ("favor", "agree"),
        "contradiction": ("against", "disagree"),
        "neutral": ("none", "neutral"),
    }
    out = []
    for row in read_rows(path):
        side, relation = sides[row["label"]]
        pair = {"target": row["hypothesis"], "text": row["premise"], "label": side, "group": row["premise"]}
        if held(row["premise"] + row["hypothesis"], 0.7):
            out.append(stance_example(pair, "snli"))
        else:
            pair |= {"parent_text": row["premise"], "text": row["hypothesis"]}
            out.append(reply_example(pair, "snli", label=REPLY[relation]))
    return out


def unlabelled_examples(data: Path) -> list[Example]:
    """Comments of the training threads for a teacher to read: against their targets in all wordings, and their parents.

    A thread without a labelled target has its title for one. Threads held out for calibration are left out, and
    those that a set to report on holds a comment of.
    """
    reported = {plain(r["text"]) for r in read_rows(data / "stance/mtcsd_valid.jsonl.gz")}
    reported |= {plain(r["text"]) for r in read_rows(data / "threads_labelled/valid.jsonl.gz")}
    reported = {text for text in reported if len(text) > 40}
    others, out = other_targets(), []
    targets = {name: row["target"] for name, row in others.items() if "target" in row}
    targets |= {r["thread"]: r["target"] for r in read_rows(data / "threads_labelled/train.jsonl.gz")}
    for name in ("train_iac", "train_reddit", "train_mtcsd"):
        for thread in read_rows(data / f"threads/{name}.jsonl.gz"):
            key = f"{thread['source']}|{thread['thread']}"
            if part_of("threads", key) != "train":
                continue
            title = thread.get("title") or ""
            asked = [targets[key], *others.get(key, {}).values()] if key in targets else [title]
            asked = [a for a in dict.fromkeys(asked) if len(a.split()) > 2 and a != key]
            texts = {c["id"]: plain(c["text"]) for c in thread["comments"]}
            if reported & set(texts.values()):
                continue
            for comment in thread["comments"]:
                text, parent = texts[comment["id"]], texts.get(comment["parent"])
                row = {"text": text, "parent_text": parent, "group": key}
                for target in asked:
                    pair = article_input(target, parent, text)
                    out.append(Example(*pair, ARTICLE, UNKNOWN, key, "unlabelled"))
                if parent:
                    out.append(reply_example(row, "unlabelled", label=UNKNOWN))
    return out


def training_examples(
    data: Path,
    rng: random.Random,
    without: set[str],
    near: float = 1.0,
    far: float = 1.0,
    written: float = 0.0,
) -> list[Example]:
    """What trains beside the claims.

    The share `near` of labelled threads, `far` of each set further off, `written` of the positions written
    for this project.
    """

    def sample(examples: list[Example], count: int, share: float = far) -> list[Example]:
        kept = [e for e in examples if part_of(e.source, e.group) == "train" and e.source not in without]
        return rng.sample(kept, int(share * min(count, len(kept))))

    stance, reply = data / "stance", data / "reply_stance"
    labelled = data / "threads_labelled/train.jsonl.gz"
    spinos = read_rows(stance / "spinos.jsonl.gz")
    mask = read_rows(reply / "subreddit_mask.jsonl.gz")
    rumour = [r for r in read_rows(reply / "rumoureval_train.jsonl.gz") if r["parent_text"]]
    comments = rng.sample([r for r in rumour if r["label"] == "comment"], 200)
    rumour = [r for r in rumour if r["label"] in ("query", "deny")] + comments
    everything = 10**9
    return [
        *sample(thread_examples(read_rows(labelled), rng), everything, near),
        *sample(thread_examples(our_rows(data), rng, "ours"), everything, near),
        *sample(off_topic(list(read_rows(labelled)), 800, rng), everything, near),
        *sample(written_examples("positions.tsv"), everything, written),
        *sample(written_threads("positions_threads.tsv"), everything, written),
        *sample(arc_examples(data), everything),
        *sample(vast_examples(data), 8000),
        *sample(mtcsd_examples(stance / "mtcsd_train.jsonl.gz"), everything),
        *sample(
            [stance_example(r, "spinos", parent=r["parent_text"] or r["post_text"]) for r in spinos], 2000
        ),
        *sample(debagreement_examples(reply / "debagreement_train.jsonl.gz"), everything),
        *sample([reply_example(r, "mask", label=REPLY[r["label"]]) for r in mask], everything),
        *sample([reply_example(r, "rumoureval", label=SDQC[r["label"]], weight=0.7) for r in rumour], 600),
    ]


def calibration_examples(data: Path) -> list[Example]:
    """The held-out slices that temperatures and biases are fitted on."""
    pool = [
        *thread_examples(read_rows(data / "threads_labelled/train.jsonl.gz")),
        *arc_examples(data),
        *vast_examples(data),
        *debagreement_examples(data / "reply_stance/debagreement_train.jsonl.gz"),
    ]
    return [e for e in pool if part_of(e.source, e.group) == "calibrate"]
