"""What the training scripts share: data, the base encoder, a resumable loop, and metrics.

Training text is read from a data folder (`--data`, default `../shared/data`) that is not part of
the repository; see docs/data.md for the sets and their licences.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

POOLER = 3.0  # scale of a fresh pooler
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def read_rows(path: Path) -> Iterator[dict]:
    """The rows of a gzip JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def seed_everything(seed: int) -> random.Random:
    """Seeds numpy and torch, and returns a generator of its own for sampling."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    return random.Random(seed)


def token_batches(lengths: Sequence[int], max_tokens: int, rng: random.Random) -> list[list[int]]:
    """Batches of similar length holding at most `max_tokens` padded tokens, in random order."""
    jittered = sorted(range(len(lengths)), key=lambda i: lengths[i] * rng.uniform(0.9, 1.1))
    batches: list[list[int]] = []
    width = 0
    for index in jittered:
        width = max(width, lengths[index])
        if not batches or width * (len(batches[-1]) + 1) > max_tokens:
            batches.append([])
            width = lengths[index]
        batches[-1].append(index)
    rng.shuffle(batches)
    return batches


def has_bfloat16(device: torch.device) -> bool:
    """True where bfloat16 is the faster; processors that emulate it are twenty times slower."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


class Loop:
    """Trains with AdamW, linear warm-up and decay, bfloat16 autocast where the device has it, and a checkpoint to resume from.

    `loss(batch)` takes whatever the batches hold and returns a scalar tensor. With `minutes` the rate
    decays toward the end of that time of steps, waiting for batches not counted, or of the steps if they
    end before it; with batches fewer than `steps` it does not come down.
    """

    def __init__(
        self,
        groups: list[dict],
        loss: Callable,
        *,
        state: dict[str, torch.nn.Module],
        checkpoint: Path,
        steps: int,
        minutes: float | None = None,
        warmup: float = 0.06,
        log_every: int = 50,
        save_every: int = 500,
    ):
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.loss, self.state, self.checkpoint = loss, state, checkpoint
        self.steps, self.log_every, self.save_every = steps, log_every, save_every
        self.seconds, self.warmup = 60 * minutes if minutes else math.inf, warmup
        self.step, self.spent = 0, 0.0
        self.device = next(next(iter(state.values())).parameters()).device
        self.bfloat16 = has_bfloat16(self.device)
        if checkpoint.exists():
            saved = torch.load(checkpoint, map_location=self.device, weights_only=True)
            for name, module in state.items():
                module.load_state_dict(saved[name])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.spent = saved["step"], saved.get("spent", 0.0)
            print(f"resumed at step {self.step} from {checkpoint}", flush=True)

    def save(self) -> None:
        """Writes the checkpoint atomically."""
        payload = {name: module.state_dict() for name, module in self.state.items()}
        payload |= {"optimizer": self.optimizer.state_dict(), "step": self.step, "spent": self.spent}
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save(payload, temporary)
        temporary.replace(self.checkpoint)

    def _set_rates(self, done: float) -> None:
        """Warms up over the first steps, then decays with the share of the training that is `done`."""
        factor = min(1.0, (done + 1 / self.steps) / self.warmup, (1 - done) / (1 - self.warmup))
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor

    def run(self, batches: Iterable) -> None:
        """Trains one step on each of `batches`, without those that the checkpoint has behind it."""
        parameters = [p for g in self.optimizer.param_groups for p in g["params"]]
        seen, total, since = 0, torch.zeros((), device=self.device), time.time()
        for batch in itertools.islice(batches, self.step, self.steps):
            started = time.time()
            done = max(self.step / self.steps, self.spent / self.seconds)
            if done >= 1:
                break
            self._set_rates(done)
            with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.bfloat16):
                loss = self.loss(batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step += 1
            total, seen = total + loss.detach(), seen + 1
            self.spent += time.time() - started
            if self.step % self.log_every == 0:
                left = min((self.steps - self.step) * (time.time() - since) / seen, self.seconds - self.spent)
                print(
                    f"step {self.step}/{self.steps} loss {float(total) / seen:.4f} {left / 60:.1f} min left",
                    flush=True,
                )
                total, since, seen = torch.zeros_like(total), time.time(), 0
            if self.step % self.save_every == 0:
                self.save()
        if self.step < self.steps and self.spent < self.seconds:
            print(
                f"the batches ended at step {self.step} of {self.steps}, before the rate came down",
                flush=True,
            )


@torch.inference_mode()
def batch_logits(
    model, tokenizer, encoded: Sequence[dict], half: bool = False
) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Reads encoded inputs, batch by batch: their places, and their logits in float32, shape (batch, labels).

    The model must be in `eval` mode. With `half` it computes in bfloat16 where that is fast. On a CPU the
    batches are such as its cache holds.
    """
    device = model.device
    tokens = 16_000 if device.type == "cuda" else 3_000
    for batch in token_batches([len(e["input_ids"]) for e in encoded], tokens, random.Random(0)):
        inputs = tokenizer.pad([encoded[i] for i in batch], return_tensors="pt").to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=half and has_bfloat16(device)):
            logits = model(**inputs).logits
        yield batch, logits.float().cpu()


def parameter_groups(model: torch.nn.Module, rate: float, head_rate: float, head: str) -> list[dict]:
    """The encoder at `rate` and parameters whose name holds `head` at `head_rate`; embeddings stay frozen."""
    model.base_model.embeddings.requires_grad_(False)
    encoder = [p for n, p in model.named_parameters() if p.requires_grad and head not in n]
    top = [p for n, p in model.named_parameters() if p.requires_grad and head in n]
    return [{"params": encoder, "lr": rate}, {"params": top, "lr": head_rate}]


def wake_pooler(model: torch.nn.Module) -> bool:
    """Starts a pooler as a scaled identity: the base's own has withered to near zero. False where there is none."""
    if (pooler := getattr(model.base_model, "pooler", None)) is None:
        return False
    with torch.no_grad():
        torch.nn.init.eye_(pooler.dense.weight).mul_(POOLER)
        pooler.dense.bias.zero_()
    return True


def labels_of(folder: Path) -> tuple[str, ...]:
    """The labels of a checkpoint, by which one of ours is told from a base encoder."""
    from transformers import AutoConfig

    return tuple(AutoConfig.from_pretrained(folder).id2label.values())


def check_teachers(folders: Sequence[Path], labels: Sequence[str]) -> None:
    """Ends the training where one of the folders holds no checkpoint with these labels."""
    for folder in folders:
        if labels_of(folder) != tuple(labels):
            raise SystemExit(f"{folder}: no checkpoint with the labels {', '.join(labels)}, so no teacher")


def export(model, tokenizer, folder: Path) -> None:
    """Writes a standard checkpoint in float16: config, safetensors, tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)
    model.float()


def average(folders: Sequence[Path], out: Path) -> None:
    """Writes the mean of classifiers trained from the same checkpoint (Wortsman et al. 2022, model soups)."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    models = [AutoModelForSequenceClassification.from_pretrained(f).float() for f in folders]
    mean = {
        name: torch.stack([m.state_dict()[name] for m in models]).mean(0)
        for name, value in models[0].state_dict().items()
        if value.is_floating_point()
    }
    models[0].load_state_dict(mean, strict=False)
    export(models[0], AutoTokenizer.from_pretrained(folders[0]), out)


def auc(scores: Sequence[float], labels: Sequence[int]) -> float:
    """Area under the ROC curve (Mann–Whitney, ties at half)."""
    scores, labels = np.asarray(scores, float), np.asarray(labels, bool)
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if not positives or not negatives:
        return math.nan
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, ranks) / counts)[inverse]
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def macro_f1(predicted: Sequence, gold: Sequence, classes: Sequence) -> float:
    """The unweighted mean of the classes' F1; a class absent from both counts as 0."""
    predicted, gold = np.asarray(predicted), np.asarray(gold)
    scores = []
    for name in classes:
        hit = float(((predicted == name) & (gold == name)).sum())
        both = float((predicted == name).sum() + (gold == name).sum())
        scores.append(2 * hit / both if both else 0.0)
    return float(np.mean(scores))


def expected_calibration_error(
    probabilities: Sequence[float], correct: Sequence[int], bins: int = 15
) -> float:
    """Mean gap between stated probability and observed rate over equal-width bins (Naeini et al. 2015)."""
    p, y = np.asarray(probabilities, float), np.asarray(correct, float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[which == b].sum() - y[which == b].sum()) for b in range(bins)) / max(1, len(p)))


def error_of_calibrated(
    probabilities: Sequence[float], repeats: int = 500, seed: int = 0
) -> dict[str, float]:
    """The calibration error that a calibrated model would show on as many rows: `mean`, and `high`, which 2.5 % exceed.

    With few rows it is far from zero. Whether a row is right is drawn from its stated probability (consistency
    resampling, Bröcker and Smith 2007, Weather and Forecasting 22).
    """
    p, rng = np.asarray(probabilities, float), np.random.default_rng(seed)
    drawn = [expected_calibration_error(p, rng.random(len(p)) < p) for _ in range(repeats)]
    return {"mean": round(float(np.mean(drawn)), 3), "high": round(float(np.quantile(drawn, 0.975)), 3)}


def bootstrap(
    metric: Callable[[np.ndarray], float], groups: Sequence, repeats: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """A 95 % percentile interval of `metric(indices)`, resampling whole groups.

    Pass `range(n)` as groups to resample single items.
    """
    members: dict = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    blocks = [np.array(m) for m in members.values()]
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(repeats):
        chosen = rng.integers(0, len(blocks), len(blocks))
        values.append(metric(np.concatenate([blocks[i] for i in chosen])))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that minimises the log loss of softmax(logits / T) (Guo et al. 2017)."""
    grid = np.exp(np.linspace(math.log(0.3), math.log(5.0), 200))
    losses = []
    for t in grid:
        z = logits / t
        z = z - z.max(1, keepdims=True)
        losses.append(float((np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), labels]).mean()))
    return float(grid[int(np.argmin(losses))])
