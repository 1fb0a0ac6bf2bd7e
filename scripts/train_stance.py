"""Trains `models/stance`: one pair encoder with two heads, toward the article and toward the parent.

    python scripts/train_stance.py --base work/base --out models/stance --work work/stance

Six labels stand side by side; each example carries the softmax loss of its own head only. Whole
groups (debates, threads) are kept out: a part to calibrate on, a part to report on; see `held`.
Then run scripts/evaluate_stance.py, which fits calibration.json and writes metrics.json.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from stance_data import (
    STANCE,
    UNKNOWN,
    Example,
    calibration_examples,
    claim_examples,
    inference_examples,
    opposed,
    training_examples,
    unlabelled_examples,
    written_examples,
    written_threads,
)
from torch.nn.functional import cross_entropy
from training import (
    DATA,
    Loop,
    average,
    batch_logits,
    check_teachers,
    export,
    labels_of,
    macro_f1,
    parameter_groups,
    seed_everything,
    token_batches,
    wake_pooler,
)

from discourse.taggers.stance import LABELS, WINDOW


def encode(tokenizer, examples: list[Example], length: int) -> list[dict]:
    """Token ids of each pair: the first segment cut to half a window, the comment to what `length` leaves."""
    firsts = list({e.first for e in examples})
    ids = tokenizer(firsts, add_special_tokens=False)["input_ids"]
    long = {
        f: tokenizer.decode(i[: WINDOW // 2])
        for f, i in zip(firsts, ids, strict=True)
        if len(i) > WINDOW // 2
    }
    pairs = [long.get(e.first, e.first) for e in examples], [e.second for e in examples]
    encoded = tokenizer(*pairs, truncation="only_second", max_length=length)
    return [{name: encoded[name][i] for name in encoded} for i in range(len(examples))]


def make_loss(
    model,
    tokenizer,
    encoded: list[dict],
    examples: list[Example],
    consistency: float = 0.0,
    taught: tuple[np.ndarray, float] | None = None,
):
    """A function of a batch of indices: each example's loss on its own head, weighted.

    With `consistency` inputs are read twice under different dropout, and the symmetric divergence of the
    two readings is added with that weight (R-Drop, Liang et al. 2021). With `taught`, a teacher's
    probabilities (examples, 3) and their weight against the labels, the loss is that of distillation
    (Hinton et al. 2015); inputs without a label have the teacher's part alone.
    """
    device = model.device
    heads, labels = (
        torch.tensor([getattr(e, n) for e in examples], device=device) for n in ("head", "label")
    )
    weights = torch.tensor([e.weight for e in examples], device=device)
    soft = torch.tensor(taught[0], dtype=torch.float32, device=device) if taught else None

    def loss(batch: list[int]):
        inputs = tokenizer.pad([encoded[i] for i in batch], return_tensors="pt").to(device)
        rows = torch.tensor(batch, device=device)
        readings = []
        for _ in range(2 if consistency else 1):
            logits = model(**inputs).logits.float().view(len(batch), 2, 3)
            readings.append(logits[torch.arange(len(batch), device=device), heads[rows]])
        losses = torch.zeros(len(batch), device=device)
        for reading in readings:
            hard = cross_entropy(reading, labels[rows], reduction="none", label_smoothing=0.05)
            if soft is not None:
                share = torch.where(labels[rows] == UNKNOWN, 1.0, taught[1])
                hard = (1 - share) * hard + share * cross_entropy(reading, soft[rows], reduction="none")
            losses = losses + hard / len(readings)
        if consistency:
            p, q = (r.log_softmax(-1) for r in readings)
            losses = losses + consistency * 0.5 * ((p.exp() - q.exp()) * (p - q)).sum(-1)
        return (losses * weights[rows]).sum() / weights[rows].sum()

    return loss


def probabilities(model, tokenizer, examples: list[Example], length: int, half: bool = False) -> np.ndarray:
    """Each example's own head's probabilities, shape (examples, 3), of its first `length` tokens; `half` as in `batch_logits`."""
    encoded = encode(tokenizer, examples, length)
    model.eval()
    out = np.zeros((len(examples), 3))
    for batch, logits in batch_logits(model, tokenizer, encoded, half):
        heads = [examples[i].head for i in batch]
        out[batch] = logits.view(len(batch), 2, 3)[torch.arange(len(batch)), heads].softmax(-1).numpy()
    return out


def taught_by(folders: list[Path], examples: list[Example], length: int, device: str) -> np.ndarray:
    """The mean of the teachers' probabilities, shape (examples, 3)."""
    check_teachers(folders, LABELS)
    total = np.zeros((len(examples), 3))
    for folder in folders:
        model, tokenizer = load_base(folder, device=device)
        total += probabilities(model, tokenizer, examples, length, half=True)
        del model
    return total / len(folders)


def validate(model, tokenizer, data: Path, length: int = WINDOW) -> dict[str, float]:
    """Log loss and macro-F1 by source and head on the held-out slices, to choose a checkpoint by; uncalibrated.

    `order` is the share of written positions and comments answered, each under both targets, where what speaks
    for the target is nearer to favor than what speaks against it.
    """
    pool = calibration_examples(data) + written_examples("positions_valid.tsv")
    pool += written_threads("positions_threads_valid.tsv")
    p = probabilities(model, tokenizer, pool, length)
    labels = np.array([e.label for e in pool])
    out = {}
    for source, head in sorted({(e.source, e.head) for e in pool}):
        at = np.array([i for i, e in enumerate(pool) if (e.source, e.head) == (source, head)])
        name = f"{source}:{'parent' if head else 'article'}"
        out[name + " loss"] = round(float(-np.log(p[at, labels[at]]).mean()), 4)
        out[name + " f1"] = round(macro_f1(p[at].argmax(1), labels[at], range(3)), 3)
    side = p[:, STANCE["favor"]] - p[:, STANCE["against"]]
    pairs = opposed([e if e.source == "written" else None for e in pool])
    out["order"] = round(float(np.mean([side[a] > side[b] for a, b in pairs])), 3)
    return out


def load_base(folder: Path, dropout: float = 0.1, device: str = "cpu"):
    """A base encoder with six fresh labels, or a stance checkpoint to train on; and its tokenizer.

    `dropout` is that of hidden layers; attention has none.
    """
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={name: i for i, name in enumerate(LABELS)},
        attn_implementation="eager" if device == "cpu" else None,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=dropout,
    )
    model.float()
    if labels_of(folder) != LABELS:
        wake_pooler(model)
    return model.to(device), AutoTokenizer.from_pretrained(folder)


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
        "--average",
        nargs="+",
        type=Path,
        help="no training: write the mean of these checkpoints to --out, and validate it",
    )
    parser.add_argument("--consistency", type=float, default=0.0, help="weight of R-Drop's divergence")
    parser.add_argument("--minutes", type=float, help="stop after so long (the rate decays toward it)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--length", type=int, default=128, help="tokens of a training input")
    parser.add_argument(
        "--inference", type=Path, help="SNLI as gzip JSON Lines, read in each pass (docs/data.md)"
    )
    parser.add_argument("--teachers", nargs="+", type=Path, default=[], help="checkpoints to learn from")
    parser.add_argument(
        "--taught", type=float, default=0.6, help="weight of the teachers where there is a label"
    )
    parser.add_argument(
        "--unlabelled", type=float, default=1.0, help="share of the unlabelled the teachers read"
    )
    parser.add_argument("--without", nargs="*", default=[], help="sources to leave out, e.g. threads")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    if arguments.average:
        average(arguments.average, arguments.out)
        model, tokenizer = load_base(arguments.out, device=arguments.device)
        print(json.dumps(validate(model, tokenizer, arguments.data)), flush=True)
        return
    rng = seed_everything(arguments.seed)
    without = set(arguments.without)
    examples = []
    for _ in range(arguments.passes):
        claims = [e for e in claim_examples(arguments.data, rng) if e.source not in without]
        examples += claims[: int(arguments.claims * len(claims))]
        examples += training_examples(
            arguments.data, rng, without, arguments.near, arguments.far, arguments.written
        )
        if arguments.inference and "snli" not in without:
            examples += inference_examples(arguments.inference)
    if arguments.teachers and arguments.unlabelled and "unlabelled" not in without:
        pool = unlabelled_examples(arguments.data)
        examples += rng.sample(pool, int(arguments.unlabelled * len(pool)))
    worker, workers = arguments.worker
    rng.shuffle(examples)
    examples = examples[worker::workers]
    print(len(examples), "examples", Counter((e.source, e.head) for e in examples), flush=True)
    taught = None
    if arguments.teachers:
        soft = taught_by(arguments.teachers, examples, arguments.length, arguments.device)
        taught = soft, arguments.taught
    model, tokenizer = load_base(arguments.base, arguments.dropout, arguments.device)
    encoded = encode(tokenizer, examples, arguments.length)
    lengths = [len(e["input_ids"]) for e in encoded]
    print(f"{sum(lengths) / len(lengths):.1f} tokens per input", flush=True)
    batches = token_batches(lengths, arguments.tokens, rng)
    model.train()
    loop = Loop(
        parameter_groups(model, arguments.rate, 1e-3, "classifier"),
        make_loss(model, tokenizer, encoded, examples, arguments.consistency, taught),
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
