"""Trains models/profanity: which candidates are profanity, and which root is behind the mask.

    python scripts/profanity_lexicon.py
    OMP_NUM_THREADS=1 python scripts/train_profanity.py --work work/profanity

Swear words found in real comments are masked in many ways (profanity_styles.py) or left plain; the
model reads 64 characters on either side. Innocent examples: masks that real comments carry, innocent
strings that look masked put into clean comments, and clean words under the same masks. A short second
pass adds respellings and thins out innocent strings that people hardly write without malice.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from profanity_data import training_texts
from profanity_examples import TELLING, Example, build, plain_label, second_pass
from training import DATA, Loop, fit_temperature, seed_everything, token_batches
from transformers import BertConfig, BertForSequenceClassification

from discourse.taggers.base import Reading
from discourse.taggers.profanity import ProfanityTagger
from discourse.taggers.profanity.lexicon import Lexicon
from discourse.taggers.profanity.masks import find
from discourse.taggers.profanity.model import COVERED, INNOCENT, encode, pad, vocabulary

SEED = 7
MAX_TOKENS = 9000
HELD_OUT = 3000
LABELS = Path(__file__).parent / "labels" / "profanity_threshold.jsonl"
THRESHOLDS = tuple(round(0.1 + 0.05 * i, 2) for i in range(17))


def fit_thresholds(data: Path, folder: Path) -> dict[str, float]:
    """Prior odds and thresholds fitted on real candidates of the training comments, read and labelled by hand.

    They are those that `natural_label` left out of training as not plain enough; labels are keyed by
    the number of the text in `training_texts`.
    """
    labels: dict[int, list[dict]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        labels.setdefault(label["text"], []).append(label)
    tagger = ProfanityTagger.load(str(folder))
    tagger.decision = replace(
        tagger.decision, threshold_masked=0.0, threshold_covered=0.0, prior_masked=0.0, prior_covered=0.0
    )
    scored: dict[str, list[tuple[float, bool]]] = {"masked": [], "covered": []}
    for number, (_, text, _) in enumerate(training_texts(data)):
        for label in labels.get(number, []):
            for span in tagger.predict([Reading("c", text[:3000])]).spans:
                if span.start < label["end"] and label["start"] < span.end:
                    name = "masked" if span.canonical else "covered"
                    scored[name].append((span.probability, label["label"] == "masked"))
    fitted = {}
    for name, pairs in scored.items():
        raw, gold = (np.array(column) for column in zip(*pairs, strict=True))
        raw = np.clip(raw, 1e-5, 1 - 1e-5)
        fitted[f"prior_{name}"] = prior = round(float(fit_prior(raw, gold)), 2)
        shifted = 1 / (1 + (1 - raw) / raw * np.exp(-prior))
        fitted[f"threshold_{name}"] = best = max(
            THRESHOLDS, key=lambda t, p=shifted, g=gold: (f1(p >= t, g), -abs(t - 0.5))
        )
        print(
            f"{name}: prior {prior}, threshold {best}, F1 {f1(shifted >= best, gold):.4f}, n {len(gold)}",
            flush=True,
        )
    return fitted


def fit_prior(raw: np.ndarray, gold: np.ndarray) -> float:
    """The log odds to add to the probabilities that minimises their log loss."""
    grid = np.linspace(0, 6, 121)
    odds = np.log(raw / (1 - raw))
    losses = [float(np.log1p(np.exp(-np.where(gold, 1, -1) * (odds + shift))).mean()) for shift in grid]
    return float(grid[int(np.argmin(losses))])


def plain_prior(data: Path, examples: list[Example], lexicon: Lexicon) -> float:
    """The log odds by which ambiguous plain words are oftener profane in comments than in the examples.

    The rules that find innocent uses in comments (`plain_label`) see only a part of them: their odds
    are halved.
    """
    real, made = Counter(), Counter()
    for source, text, _ in training_texts(data):
        for place in find(text[:3000], lexicon) if source != "davidson" else ():
            if place.plain and place.options[0][0] in lexicon.ambiguous:
                real[plain_label(text, place, lexicon) == INNOCENT] += 1
    for text, start, end, label in examples:
        if text[start:end].lower() in lexicon.ambiguous:
            made[label == INNOCENT] += 1
    return math.log(real[False] / max(1, real[True]) / 2) - math.log(made[False] / max(1, made[True]))


def f1(flags: np.ndarray, gold: np.ndarray) -> float:
    """The F1 of flags against labels."""
    return 2 * float((flags & gold).sum()) / max(1, int(flags.sum()) + int(gold.sum()))


def new_model(labels: list[str], vocab: dict[str, int]) -> BertForSequenceClassification:
    """An untrained context model."""
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=len(vocab), hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=384,
            max_position_embeddings=192, type_vocab_size=2, pad_token_id=vocab["[PAD]"],
            hidden_dropout_prob=0.05, attention_probs_dropout_prob=0.0, classifier_dropout=0.1,
            id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)}, attn_implementation="eager",
        )
    )  # fmt: skip


def train(
    model: BertForSequenceClassification,
    examples: list[Example],
    vocab: dict[str, int],
    rng: random.Random,
    rate: float,
    checkpoint: Path,
) -> None:
    """One pass over the examples, resumable from the checkpoint."""
    labels = model.config.label2id
    encoded = [(*encode(t, s, e, vocab), labels[label]) for t, s, e, label in examples]
    batches = token_batches([len(e[0]) for e in encoded], MAX_TOKENS, rng)

    def loss(batch: list[int]) -> torch.Tensor:
        inputs = pad([encoded[i][:2] for i in batch], vocab["[PAD]"])
        target = torch.tensor([encoded[i][2] for i in batch])
        return torch.nn.functional.cross_entropy(model(**inputs).logits.float(), target, label_smoothing=0.02)

    model.train()
    groups = [{"params": list(model.parameters()), "lr": rate}]
    loop = Loop(groups, loss, state={"model": model}, checkpoint=checkpoint, steps=len(batches))
    loop.run(batches)
    loop.save()
    model.eval()


def temperature_of(model: BertForSequenceClassification, held: list[Example], vocab: dict[str, int]) -> float:
    """The temperature fitted on held-out examples; prints how often the labels are right."""
    logits = []
    with torch.inference_mode():
        for at in range(0, len(held), 64):
            batch = [encode(*e[:3], vocab) for e in held[at : at + 64]]
            logits.append(model(**pad(batch, vocab["[PAD]"])).logits)
    scores = torch.cat(logits).numpy()
    gold = np.array([model.config.label2id[e[3]] for e in held])
    right = float((scores.argmax(1) == gold).mean())
    binary = float(((scores.argmax(1) == 0) == (gold == 0)).mean())
    temperature = fit_temperature(scores, gold)
    print(
        f"held out: label {right:.4f}, profane or not {binary:.4f}, temperature {temperature:.2f}", flush=True
    )
    return temperature


def store_calibration(folder: Path, **values: float) -> None:
    """Puts values into calibration.json, keeping the others."""
    path = folder / "calibration.json"
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(stored | values, indent=1) + "\n", encoding="utf-8")


def fit_calibration(data: Path, folder: Path, examples: list[Example], lexicon: Lexicon) -> None:
    """Fits priors and thresholds and writes them."""
    prior = round(plain_prior(data, examples, lexicon), 2)
    store_calibration(folder, prior_plain=prior, **fit_thresholds(data, folder))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path, default=Path("work/profanity"))
    parser.add_argument("--out", type=Path, default=Path("models/profanity"))
    parser.add_argument("--limit", type=int, default=120_000, help="examples of the first pass at most")
    parser.add_argument(
        "--rate", type=float, default=1e-3, help="learning rate; half of it in the second pass"
    )
    parser.add_argument(
        "--threshold-only", action="store_true", help="fit the thresholds of a trained model again"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rng = seed_everything(SEED)
    lexicon = Lexicon.from_dict(json.loads((arguments.out / "lexicon.json").read_text(encoding="utf-8")))
    labels, vocab = [INNOCENT, COVERED, *lexicon.roots], vocabulary()
    cache = arguments.work / "examples.pkl"
    if not cache.exists():
        arguments.work.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(build(arguments.data, lexicon, rng)))
    examples = pickle.loads(cache.read_bytes())
    if arguments.threshold_only:
        fit_calibration(arguments.data, arguments.out, examples, lexicon)
        return
    print(len(examples), Counter(e[3] for e in examples).most_common(12), flush=True)
    held, examples = examples[:HELD_OUT], examples[HELD_OUT:]
    model = new_model(labels, vocab)
    train(model, examples[: arguments.limit], vocab, rng, arguments.rate, arguments.work / "first.pt")
    again = second_pass(examples, lexicon, rng)
    train(model, again, vocab, rng, arguments.rate / 2, arguments.work / "second.pt")
    held = [e for e in held if not (e[3] == INNOCENT and TELLING.fullmatch(e[0][e[1] : e[2]]))]
    temperature = round(temperature_of(model, held, vocab), 3)
    model.half().save_pretrained(arguments.out)
    text = json.dumps(vocab, ensure_ascii=False, indent=0) + "\n"
    (arguments.out / "vocab.json").write_text(text, encoding="utf-8")
    store_calibration(arguments.out, temperature=temperature, threshold_plain=0.5, cost_weight=1.5)
    fit_calibration(arguments.data, arguments.out, examples, lexicon)


if __name__ == "__main__":
    main()
