"""Trains `models/stance`: one pair encoder with two heads, toward the article and toward the parent.

    python scripts/train_stance.py --base work/base --out models/stance --work work/stance

Six labels stand side by side; each example carries the softmax loss of its own head only. Whole
groups (debates, threads) are kept out: a part to calibrate on, a part to report on; see `held`.
Then run scripts/evaluate_stance.py, which fits calibration.json and writes metrics.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from training import (
    DATA,
    Loop,
    average,
    export,
    macro_f1,
    parameter_groups,
    read_rows,
    seed_everything,
    token_batches,
)

from discourse.taggers.stance import (
    ARTICLE_LABELS,
    LABELS,
    PARENT_LABELS,
    WINDOW,
    article_input,
    parent_input,
)

LABELS_HERE = Path(__file__).resolve().parent / "labels"
ARTICLE, PARENT = 0, 1
LENGTH = 128  # tokens of a training input
POOLER = 3.0  # scale of the pooler at the start
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


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled input of one head; `group` is what must not be split."""

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


def encode(tokenizer, examples: list[Example]) -> list[dict]:
    """Token ids of each pair: the first segment cut to half a window, the comment to what `LENGTH` leaves."""
    firsts = list({e.first for e in examples})
    ids = tokenizer(firsts, add_special_tokens=False)["input_ids"]
    long = {
        f: tokenizer.decode(i[: WINDOW // 2])
        for f, i in zip(firsts, ids, strict=True)
        if len(i) > WINDOW // 2
    }
    pairs = [long.get(e.first, e.first) for e in examples], [e.second for e in examples]
    encoded = tokenizer(*pairs, truncation="only_second", max_length=LENGTH)
    return [{name: encoded[name][i] for name in encoded} for i in range(len(examples))]


def make_loss(model, tokenizer, encoded: list[dict], examples: list[Example], consistency: float = 0.0):
    """A function of a batch of indices: each example's loss on its own head, weighted.

    With `consistency` inputs are read twice under different dropout, and the symmetric divergence of the
    two readings is added with that weight (R-Drop, Liang et al. 2021).
    """

    def loss(batch: list[int]):
        inputs = tokenizer.pad([encoded[i] for i in batch], return_tensors="pt").to(model.device)
        own = torch.tensor([examples[i].head for i in batch], device=model.device)
        labels = torch.tensor([examples[i].label for i in batch], device=model.device)
        weights = torch.tensor([examples[i].weight for i in batch], device=model.device)
        readings = []
        for _ in range(2 if consistency else 1):
            logits = model(**inputs).logits.float().view(len(batch), 2, 3)
            readings.append(logits[torch.arange(len(batch), device=model.device), own])
        losses = torch.stack(
            [cross_entropy(r, labels, reduction="none", label_smoothing=0.05) for r in readings]
        )
        losses = losses.mean(0)
        if consistency:
            p, q = (r.log_softmax(-1) for r in readings)
            losses = losses + consistency * 0.5 * ((p.exp() - q.exp()) * (p - q)).sum(-1)
        return (losses * weights).sum() / weights.sum()

    return loss


def probabilities(model, tokenizer, examples: list[Example]) -> np.ndarray:
    """Each example's own head's probabilities, shape (examples, 3), of its first `LENGTH` tokens."""
    encoded = encode(tokenizer, examples)
    out = np.zeros((len(examples), 3))
    rng = random.Random(0)
    with torch.inference_mode():
        for batch in token_batches([len(e["input_ids"]) for e in encoded], 16_000, rng):
            inputs = tokenizer.pad([encoded[i] for i in batch], return_tensors="pt").to(model.device)
            logits = model(**inputs).logits.float().view(len(batch), 2, 3)
            own = logits[torch.arange(len(batch)), [examples[i].head for i in batch]]
            out[batch] = own.softmax(-1).cpu().numpy()
    return out


def validate(model, tokenizer, data: Path) -> dict[str, float]:
    """Log loss and macro-F1 by source and head on the held-out slices, to choose a checkpoint by; uncalibrated.

    `order` is the share of written positions whose comment for is nearer to favor than the comment against.
    """
    pool = calibration_examples(data) + written_examples("positions_valid.tsv")
    p = probabilities(model.eval(), tokenizer, pool)
    labels = np.array([e.label for e in pool])
    out = {}
    for source, head in sorted({(e.source, e.head) for e in pool}):
        at = np.array([i for i, e in enumerate(pool) if (e.source, e.head) == (source, head)])
        name = f"{source}:{'parent' if head else 'article'}"
        out[name + " loss"] = round(float(-np.log(p[at, labels[at]]).mean()), 4)
        out[name + " f1"] = round(macro_f1(p[at].argmax(1), labels[at], range(3)), 3)
    written = [i for i, e in enumerate(pool) if e.source == "written" and e.head == ARTICLE]
    sides: dict[tuple[str, str], dict[int, float]] = {}
    for i in written:
        sides.setdefault((pool[i].group, pool[i].first), {})[pool[i].label] = p[i, 0] - p[i, 1]
    out["order"] = round(
        float(np.mean([s[STANCE["favor"]] > s[STANCE["against"]] for s in sides.values()])), 3
    )
    return out


def load_base(folder: Path, dropout: float = 0.1):
    """The base encoder with six fresh labels, or a stance checkpoint to train on; and its tokenizer.

    `dropout` is that of hidden layers; attention has none.
    """
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    fresh = tuple(AutoConfig.from_pretrained(folder).id2label.values()) != LABELS

    model = AutoModelForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={name: i for i, name in enumerate(LABELS)},
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=dropout,
    )
    model.float()
    if fresh:
        with torch.no_grad():  # the base was trained without its pooler, which has withered to near zero
            torch.nn.init.eye_(model.bert.pooler.dense.weight).mul_(POOLER)
            model.bert.pooler.dense.bias.zero_()
    return model, AutoTokenizer.from_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--work", type=Path, default=Path("work/stance"), help="where the checkpoint to resume from goes"
    )
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--tokens", type=int, default=2400, help="padded tokens per batch")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passes", type=int, default=1, help="how often the sets are gone through")
    parser.add_argument(
        "--claims",
        type=float,
        default=1.0,
        help="share of the claim pairs read; fewer where they trained before",
    )
    parser.add_argument("--written", type=float, default=0.0, help="share read of the written positions")
    parser.add_argument("--near", type=float, default=1.0, help="share read of the labelled threads")
    parser.add_argument(
        "--far", type=float, default=1.0, help="share read of the sets other than labelled threads"
    )
    parser.add_argument("--steps", type=int, help="stop after this many batches (the rate decays toward it)")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument(
        "--worker",
        nargs=2,
        type=int,
        default=(0, 1),
        metavar=("K", "N"),
        help="read only the K-th of N parts of the examples, counted from 0, for checkpoints to be averaged",
    )
    parser.add_argument(
        "--average", nargs="+", type=Path, help="no training: write the mean of these checkpoints to --out"
    )
    parser.add_argument("--consistency", type=float, default=0.0, help="weight of R-Drop's divergence")
    parser.add_argument("--minutes", type=float, help="stop after so long (the rate decays toward it)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--without", nargs="*", default=[], help="sources to leave out, e.g. threads")
    arguments = parser.parse_args()

    if arguments.average:
        average(arguments.average, arguments.out)
        model, tokenizer = load_base(arguments.out)
        print(json.dumps(validate(model.to(arguments.device), tokenizer, arguments.data)), flush=True)
        return
    torch.set_num_threads(arguments.threads)
    rng = seed_everything(arguments.seed)
    without = set(arguments.without)
    examples = []
    for _ in range(arguments.passes):
        claims = [e for e in claim_examples(arguments.data, rng) if e.source not in without]
        examples += claims[: int(arguments.claims * len(claims))]
        examples += training_examples(
            arguments.data, rng, without, arguments.near, arguments.far, arguments.written
        )
    worker, workers = arguments.worker
    rng.shuffle(examples)
    examples = examples[worker::workers]
    print(len(examples), "examples", Counter((e.source, e.head) for e in examples), flush=True)
    model, tokenizer = load_base(arguments.base, arguments.dropout)
    model.to(arguments.device)
    encoded = encode(tokenizer, examples)
    lengths = [len(e["input_ids"]) for e in encoded]
    print(f"{sum(lengths) / len(lengths):.1f} tokens per input", flush=True)
    batches = token_batches(lengths, arguments.tokens, rng)
    model.train()
    loop = Loop(
        parameter_groups(model, arguments.rate, 1e-3, "classifier"),
        make_loss(model, tokenizer, encoded, examples, arguments.consistency),
        state={"model": model},
        checkpoint=arguments.work / "checkpoint.pt",
        steps=min(len(batches), arguments.steps or len(batches)),
        minutes=arguments.minutes,
        log_every=50,
        save_every=200,
    )
    loop.run(batches)
    print(json.dumps(validate(model, tokenizer, arguments.data)), flush=True)
    export(model.cpu(), tokenizer, arguments.out)


if __name__ == "__main__":
    main()
