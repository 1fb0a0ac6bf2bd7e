"""Trains the toxicity model, calibrates it on held-out slices, and writes models/toxicity.

    python scripts/train_toxicity.py --base work/base --work work/toxicity --out models/toxicity

Start it again with the same line and it goes on from the last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from toxicity_data import WIKIPEDIA, WRITTEN, Data, Row, load, passes, read_lexicon, unlabelled
from training import (
    DATA,
    Loop,
    auc,
    average,
    batch_logits,
    check_teachers,
    expected_calibration_error,
    export,
    labels_of,
    parameter_groups,
    seed_everything,
    token_batches,
    wake_pooler,
)
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from discourse.nn.sequence import SequenceModel, pool
from discourse.schema import TOXICITY_LABELS
from discourse.taggers.toxicity import WINDOW, clean

MAX_LENGTH = 128
LABEL_WEIGHTS = (2.0, 1.0, 1.0, 1.0, 1.0, 1.0)
RESAMPLES = 500  # of the held-out rows, to choose the threshold by
JIGSAW_TOXIC = 0.097  # share of toxic comments at natural prevalence, in the raw Jigsaw rows


def build(base: Path, device: str = "cpu"):
    """The encoder with a fresh head of six independent labels, or a toxicity checkpoint to train on.

    A fresh pooler starts as a scaled identity (see the stance card).
    """
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(TOXICITY_LABELS),
        id2label=dict(enumerate(TOXICITY_LABELS)),
        label2id={name: i for i, name in enumerate(TOXICITY_LABELS)},
        problem_type="multi_label_classification",
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager" if device == "cpu" else None,
        dtype=torch.float32,
    ).to(device)
    if labels_of(base) != tuple(TOXICITY_LABELS) and wake_pooler(model):
        torch.nn.init.normal_(model.classifier.weight, std=0.02)
        torch.nn.init.zeros_(model.classifier.bias)
    return model


def train(model, tokenizer, data: Data, lexicon: dict, checkpoint: Path, options: argparse.Namespace) -> None:
    """Fits the model on the two passes over the pool, with teachers also on the unlabelled, or on the first `steps` batches."""
    rng = seed_everything(options.seed)
    limit, steps = options.limit, options.steps
    rows: list[Row] = []
    batches: list[list[int]] = []
    ids: list[list[int]] = []
    unknown = unlabelled(options.data) if options.teachers and options.unlabelled else []
    unknown = rng.sample(unknown, int(options.unlabelled * len(unknown)))
    for number, part in enumerate(
        passes(data, lexicon, options.seed, options.far, options.near, options.pairs)
    ):
        part = part + unknown[number::2]
        part = rng.sample(part, limit) if limit else part
        tokens = tokenizer([r.text for r in part], truncation=True, max_length=MAX_LENGTH)["input_ids"]
        for batch in token_batches([len(t) for t in tokens], options.tokens, rng):
            batches.append([i + len(rows) for i in batch])
        rows += part
        ids += tokens
    print(f"{len(rows)} rows, {sum(map(len, ids)):,} tokens, {len(batches)} steps", flush=True)
    targets = np.array([[np.nan if v is None else v for v in r.labels] for r in rows], np.float32)
    known = torch.from_numpy(~np.isnan(targets)).float() * torch.tensor(LABEL_WEIGHTS)
    targets = torch.from_numpy(np.nan_to_num(targets))
    criterion = torch.nn.BCEWithLogitsLoss(reduction="none")

    device = model.device
    known, targets = known.to(device), targets.to(device)
    soft = None
    if options.teachers:
        soft = torch.zeros(len(rows), len(TOXICITY_LABELS))
        apart = [bool(options.wiki_teachers) and r.source in WIKIPEDIA for r in rows]
        for teachers, which in ((options.wiki_teachers, True), (options.teachers, False)):
            if part := [i for i, own in enumerate(apart) if own == which]:
                soft[part] = taught_by(teachers, [rows[i] for i in part], str(device))
        soft = soft.to(device)
        shares = torch.tensor([taught_share(r, options.taught) for r in rows], device=device)

    def loss(batch: list[int]) -> torch.Tensor:
        inputs = tokenizer.pad({"input_ids": [ids[i] for i in batch]}, return_tensors="pt").to(device)
        logits, at = model(**inputs).logits.float(), torch.tensor(batch, device=device)
        hard = criterion(logits, targets[at]) * known[at]
        if soft is None:
            return hard.sum() / known[at].sum().clamp(min=1)
        hard = hard.sum(1) / known[at].sum(1).clamp(min=1)
        return ((1 - shares[at]) * hard + shares[at] * criterion(logits, soft[at]).mean(1)).mean()

    model.train()
    loop = Loop(
        parameter_groups(model, options.rate, 10 * options.rate, "classifier"),
        loss,
        state={"model": model},
        checkpoint=checkpoint,
        steps=min(steps or len(batches), len(batches)),
        minutes=options.minutes,
        save_every=300,
    )
    loop.run(batches)
    loop.save()
    model.eval()


def taught_share(row: Row, taught: float) -> float:
    """The teachers' weight against a row's labels: none where they are certain, all where there are none."""
    if row.source in WRITTEN:
        return 0.0
    return 1.0 if all(v is None for v in row.labels) else taught


def taught_by(folders: list[Path], rows: list[Row], device: str) -> torch.Tensor:
    """The mean of the teachers' probabilities of the rows, shape (rows, 6) (distillation, Hinton et al. 2015).

    They read the texts as they were before spelling tricks.
    """
    total = torch.zeros(len(rows), len(TOXICITY_LABELS))
    for folder in folders:
        model, tokenizer = build(folder, device).eval(), AutoTokenizer.from_pretrained(folder)
        ids = tokenizer([r.plain or r.text for r in rows], truncation=True, max_length=MAX_LENGTH)[
            "input_ids"
        ]
        for batch, logits in batch_logits(model, tokenizer, [{"input_ids": i} for i in ids], half=True):
            total[batch] += logits.sigmoid()
    return total / len(folders)


def lean(model, shares: list[tuple[str, str, float]]) -> None:
    """Makes logits of labels the weighted means of their own (weight 1) and others', in the classifier's weights.

    A read-out of several labels, as in stacking (Wolpert 1992), folded into the last layer: what is obscene
    or an insult is mostly toxic, too, and each label is taught by rows that the others lack. `shares` are labels, those
    they lean on, and weights. Leaning a model that leans compounds: `calibration.json` keeps what was done.

    Raises:
        ValueError: a pair is there twice.
    """
    if len({pair[:2] for pair in shares}) < len(shares):
        raise ValueError("a label is to lean on another one twice")
    mix = torch.eye(len(TOXICITY_LABELS))
    for label, other, share in shares:
        mix[TOXICITY_LABELS.index(label), TOXICITY_LABELS.index(other)] = share
    mix = (mix / mix.sum(1, keepdim=True)).to(model.device)
    with torch.no_grad():
        for parameter in (model.classifier.weight, model.classifier.bias):
            parameter.copy_(mix @ parameter)


def read_share(text: str) -> tuple[str, str, float]:
    """`toxicity:obscene=0.1` as two different labels and a weight.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        labels, share = text.split("=")
        label, other = labels.split(":")
        if label == other or not {label, other} <= set(TOXICITY_LABELS) or not 0 <= float(share) < math.inf:
            raise ValueError(text)
        return label, other, float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: give LABEL:OTHER=WEIGHT, two of {', '.join(TOXICITY_LABELS)}"
        ) from None


def raw_logits(model, tokenizer, rows: list[Row]) -> np.ndarray:
    """Logits of shape (rows, 6), windows pooled as the tagger pools them."""
    texts = [clean(r.text) for r in rows]
    scores, owners = SequenceModel(model, tokenizer, str(model.device)).logits(texts, window=WINDOW)
    return pool(scores, owners, len(texts), "max")


def platt(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The scale and bias that minimise the log loss of sigmoid(scale * logit + bias) (Platt 1999)."""
    x, y, w = (torch.tensor(v, dtype=torch.float64) for v in (logits, labels, weights))
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        z = parameters[0] * x + parameters[1]
        value = (
            torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none") * w
        ).sum() / w.sum()
        value = value + 1e-3 * (parameters[0] - 1) ** 2
        value.backward()
        return value

    optimizer.step(closure)
    scale, bias = parameters.detach().tolist()
    return scale, bias


def calibrate(logits: dict[str, np.ndarray], rows: dict[str, list[Row]]) -> dict:
    """Scale and bias per label, and the threshold of `toxic`, all from the validation slices.

    The toxic-heavy jigsaw_lower slice is reweighted to Jigsaw's natural share of toxic comments, so
    that labels rare in the raw slice can be fitted.
    """
    names = ("threads", "ours", "jigsaw", "jigsaw_lower")
    x = np.concatenate([logits[n] for n in names])
    y = np.array([[np.nan if v is None else v for v in r.labels] for n in names for r in rows[n]], float)
    weights = np.ones(len(x))
    lower = np.array([r.source == "jigsaw_lower" for n in names for r in rows[n]])
    rate = y[lower, 0].mean()
    weights[lower] = np.where(y[lower, 0] >= 0.5, JIGSAW_TOXIC / rate, (1 - JIGSAW_TOXIC) / (1 - rate))
    fitted = {}
    for i, name in enumerate(TOXICITY_LABELS):
        use = ~np.isnan(y[:, i]) & (~lower if i == 0 else True)
        if i:  # of the threads only the clean ones state these labels: they would tilt the fit
            use &= np.array([r.source not in ("threads", "ours") for n in names for r in rows[n]])
        scale, bias = platt(x[use, i], y[use, i], weights[use])
        fitted[name] = {"scale": round(scale, 4), "bias": round(bias, 4), "positives": int(y[use, i].sum())}
    scale, bias = fitted["toxicity"]["scale"], fitted["toxicity"]["bias"]
    keep = ~lower
    p, gold = 1 / (1 + np.exp(-(scale * x[keep, 0] + bias))), y[keep, 0] >= 0.5
    best = round(steady_threshold(p, gold), 2)
    chosen = p >= best
    return {
        "labels": fitted,
        "threshold": best,
        "threshold_from": {
            "slices": "threads_labelled/train and our labelled threads (held-out threads), jigsaw raw, validation",
            "rule": f"largest F1, mean over {RESAMPLES} bootstrap samples",
            "precision": round(float((chosen & gold).sum() / max(1, chosen.sum())), 3),
            "recall": round(float((chosen & gold).sum() / max(1, gold.sum())), 3),
            "rows": int(keep.sum()),
            "toxic": int(gold.sum()),
        },
        "validation_ece": round(expected_calibration_error(p, gold), 4),
    }


def steady_threshold(probabilities: np.ndarray, gold: np.ndarray) -> float:
    """The threshold of largest F1, as the mean over bootstrap samples of the rows (bagging, Breiman 1996).

    F1 is nearly flat around its peak, so the peak of one sample is an accident. Both arrays have the shape (rows,); tried are
    thresholds from 0.1 to 0.89. Rows are drawn one by one although those of a thread are alike: the mean alone is used.

    Raises:
        ValueError: all rows have one label.
    """
    if gold.all() or not gold.any():
        raise ValueError("no threshold can be found where all rows have one label")
    rng = np.random.default_rng(0)
    grid = np.arange(0.1, 0.9, 0.01)
    found = []
    for _ in range(RESAMPLES):
        i = rng.integers(0, len(gold), len(gold))
        found.append(max((f1(probabilities[i] >= t, gold[i]), t) for t in grid)[1])
    return float(np.mean(found))


def report(logits: dict[str, np.ndarray], rows: dict[str, list[Row]]) -> dict[str, float]:
    """AUC by validation slice and label, to choose a checkpoint by."""
    found = {}
    for name, part in rows.items():
        for i in (0, 4, 5):
            known = [
                (x[i], r.labels[i])
                for x, r in zip(logits[name], part, strict=True)
                if r.labels[i] is not None
            ]
            value = auc([x for x, _ in known], [y >= 0.5 for _, y in known])
            if value == value:
                found[f"{name} {TOXICITY_LABELS[i]}"] = round(value, 4)
    return found


def f1(predicted: np.ndarray, gold: np.ndarray) -> float:
    """F1 of the positive class."""
    return float(2 * (predicted & gold).sum() / max(1, predicted.sum() + gold.sum()))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--base", type=Path, default=Path("work/base"))
    parser.add_argument("--work", type=Path, default=Path("work/toxicity"))
    parser.add_argument("--out", type=Path, default=Path("models/toxicity"))
    parser.add_argument("--limit", type=int, help="rows per pass, for a smoke test")
    parser.add_argument("--steps", type=int, help="stop after so many steps (default: both passes)")
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate of the encoder")
    parser.add_argument("--far", type=float, default=1.0, help="share read of the sets out of the domain")
    parser.add_argument("--near", type=float, default=1.0, help="share read of the sets in the domain")
    parser.add_argument(
        "--pairs", type=int, default=1, help="how often the written pairs are read in each of the two passes"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the order; the slices are always the same")
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens per batch")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--minutes", type=float, help="stop after so long (the rate decays toward it)")
    parser.add_argument("--teachers", nargs="+", type=Path, default=[], help="checkpoints to learn from")
    parser.add_argument(
        "--wiki-teachers",
        nargs="+",
        type=Path,
        default=[],
        help="checkpoints to learn from on Wikipedia's comments, in place of the others",
    )
    parser.add_argument("--taught", type=float, default=0.6, help="weight of the teachers against the labels")
    parser.add_argument(
        "--unlabelled", type=float, default=1.0, help="share of the unlabelled the teachers read"
    )
    parser.add_argument(
        "--average", nargs="+", type=Path, help="no training: calibrate the mean of these checkpoints"
    )
    parser.add_argument(
        "--lean",
        nargs="+",
        type=read_share,
        default=[],
        metavar="LABEL:OTHER=WEIGHT",
        help="make a label's logit the mean of its own and others' so weighted, after training or averaging",
    )
    arguments = parser.parse_args()
    if arguments.wiki_teachers and not arguments.teachers:
        parser.error("--wiki-teachers needs --teachers for the other comments")
    check_teachers([*arguments.teachers, *arguments.wiki_teachers], TOXICITY_LABELS)
    torch.set_num_threads(arguments.threads)
    seed_everything(0)
    data = load(arguments.data)
    for part in (data.train, data.valid):
        print({name: len(rows) for name, rows in part.items()}, flush=True)
    if arguments.average:
        average(arguments.average, arguments.out)
        tokenizer = AutoTokenizer.from_pretrained(arguments.out)
        model = build(arguments.out, arguments.device).eval()
    else:
        tokenizer = AutoTokenizer.from_pretrained(arguments.base)
        model = build(arguments.base, arguments.device)
        checkpoint = arguments.work / ("smoke.pt" if arguments.limit else "checkpoint.pt")
        train(model, tokenizer, data, read_lexicon(arguments.data), checkpoint, arguments)
    if arguments.lean:
        lean(model, arguments.lean)
    if arguments.lean or not arguments.average:
        model.config.attention_probs_dropout_prob = 0.1
        export(model.cpu(), tokenizer, arguments.out)
        model.to(arguments.device)
    valid = {n: rows[: arguments.limit] for n, rows in data.valid.items()}
    logits = {name: raw_logits(model, tokenizer, rows) for name, rows in valid.items()}
    print(json.dumps(report(logits, valid)), flush=True)
    result = calibrate(logits, valid) | ({"lean": arguments.lean} if arguments.lean else {})
    (arguments.out / "calibration.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
