"""Toxicity of single comments through Detoxify's class and label set."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from discourse.nn.sequence import SequenceModel, pool
from discourse.nn.store import ModelSource, resolve
from discourse.schema import TOXICITY_LABELS, ModelError
from discourse.schema.nearest import did_you_mean
from discourse.taggers.base import CLOSE, Reading, TagBatch

if TYPE_CHECKING:
    from detoxify import Detoxify

BUNDLED = "toxicity"
OFFICIAL = ("original", "unbiased", "multilingual", "original-small", "unbiased-small")
THRESHOLD = 0.5  # of models that bring no calibration of their own
WINDOW = 256
RENAMED = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}
INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))


class ToxicityTagger:
    """Gives Detoxify's six labels as calibrated probabilities, and `toxic` at the threshold.

    Labels that a model does not know are None throughout.
    """

    name = "toxicity"

    def __init__(
        self,
        detoxify: Detoxify | None,
        calibration: dict | None = None,
        device: str = "cpu",
        sequences: SequenceModel | None = None,
        backend: str = "torch",
    ):
        """`detoxify` brings model, tokenizer and labels; without it `sequences` does, under Detoxify's names."""
        self.detoxify = detoxify
        self.sequences = sequences or SequenceModel(detoxify.model, detoxify.tokenizer, device, backend)
        names = detoxify.class_names if detoxify else [RENAMED.get(n, n) for n in self.sequences.labels]
        if "toxicity" not in names:
            raise ModelError(
                f"toxicity model: none of its labels ({', '.join(names)}) is named toxicity or toxic"
            )
        self.class_names = list(names)
        self.scales, self.threshold = read_calibration(calibration)

    @classmethod
    def load(cls, spec: str | None = None, device: str = "cpu", backend: str = "torch") -> ToxicityTagger:
        """The tagger of a model: bundled (None), official by Detoxify's name, or local by path.

        A path is a Hugging Face folder, or a Detoxify checkpoint file with its config beside it.

        Raises:
            UsageError: the backend is not installed.
            ModelError: it is missing, damaged, unknown, cannot be downloaded, or is none for the backend.
        """
        if backend == "onnx":
            if spec in OFFICIAL:
                raise ModelError(f"toxicity model {spec!r} is a torch checkpoint; use --backend torch")
            source = resolve(spec, BUNDLED)
            sequences = SequenceModel.load(source, backend=backend)
            return cls(None, source.side_file("calibration.json"), sequences=sequences)
        from discourse.taggers import detoxify_loading as loading

        if spec is None or spec == BUNDLED:
            source = resolve(None, BUNDLED)
            side = source.side_file("calibration.json")
            return cls(loading.from_folder(source.path, device), side, device, backend=backend)
        if spec in OFFICIAL:
            return cls(loading.from_release(spec, device), None, device, backend=backend)
        path = Path(spec).expanduser()
        if path.is_dir():
            source = resolve(str(path), BUNDLED)
            side = source.side_file("calibration.json")
            return cls(loading.from_folder(path, device), side, device, backend=backend)
        if path.is_file():
            side = ModelSource(path.name, str(path.parent), "local").side_file("calibration.json")
            return cls(loading.from_checkpoint(path, device), side, device, backend=backend)
        raise ModelError(unknown(spec))

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """The columns of TOXICITY_LABELS and `toxic`, one value per reading."""
        texts = [clean(r.text) for r in readings]
        scores, owners = self.sequences.logits(texts, window=WINDOW)
        logits = pool(scores, owners, len(texts), "max")
        if self.sequences.quantized and (close := self._close(logits)):
            scores, owners = self.sequences.logits([texts[i] for i in close], window=WINDOW, exact=True)
            logits[close] = pool(scores, owners, len(close), "max")
        columns: dict[str, list] = {}
        for label in TOXICITY_LABELS:
            if label not in self.class_names:
                columns[label] = [None] * len(texts)
                continue
            columns[label] = self._probabilities(logits, label).tolist()
        columns["toxic"] = [p >= self.threshold for p in columns["toxicity"]]
        return TagBatch(columns)

    def _probabilities(self, logits: np.ndarray, label: str) -> np.ndarray:
        scale, bias = self.scales.get(label, (1.0, 0.0))
        return sigmoid(scale * logits[:, self.class_names.index(label)] + bias)

    def _close(self, logits: np.ndarray) -> list[int]:
        """The rows whose `toxic` a small error might turn."""
        distance = np.abs(self._probabilities(logits, "toxicity") - self.threshold)
        return np.flatnonzero(distance < CLOSE).tolist()


def clean(text: str) -> str:
    """The text in one form of its letters (NFKC), without invisible characters and broken surrogates."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ")
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of logits, without overflow."""
    return 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -60, 60)))


def known_threshold(spec: str | None = None) -> float:
    """From which probability of toxicity on the tagger of a model calls a comment toxic; `spec` as in `load`.

    Raises:
        ModelError: its calibration is missing or damaged.
    """
    if spec is not None and not Path(spec).expanduser().is_dir():
        return THRESHOLD
    return read_calibration(resolve(spec, "toxicity").side_file("calibration.json"))[1]


def read_calibration(calibration: dict | None) -> tuple[dict[str, tuple[float, float]], float]:
    """Scale and bias per label, and the threshold; none and 0.5 where a model brings no calibration.

    Raises:
        ModelError: a number is missing or out of range.
    """
    if calibration is None:
        return {}, THRESHOLD
    try:
        scales = {n: (float(v["scale"]), float(v["bias"])) for n, v in calibration["labels"].items()}
        threshold = float(calibration["threshold"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"toxicity model: calibration.json is damaged ({error!r})") from error
    numbers = [number for pair in scales.values() for number in pair]
    if not all(map(math.isfinite, numbers)) or not all(s > 0 for s, _ in scales.values()):
        raise ModelError("toxicity model: calibration.json: scales must be positive and finite")
    if not 0 < threshold < 1:
        raise ModelError(f"toxicity model: calibration.json: threshold {threshold} is not between 0 and 1")
    return scales, threshold


def unknown(spec: str) -> str:
    """What to say of a name or path that is nothing we know."""
    known = (BUNDLED, *OFFICIAL)
    hint = did_you_mean(spec, known) or f"give one of {', '.join(known)}, or a path"
    return f"toxicity model {spec!r}: no such file or folder, and no model of that name; {hint}"
