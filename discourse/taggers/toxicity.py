"""Toxicity of single comments through Detoxify's class and label set."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from discourse.nn.sequence import SequenceModel, pool
from discourse.nn.store import ModelSource, resolve
from discourse.schema import TOXICITY_LABELS, ModelError
from discourse.taggers.base import Reading, TagBatch

if TYPE_CHECKING:
    from detoxify import Detoxify

BUNDLED = "toxicity"
OFFICIAL = ("original", "unbiased", "multilingual", "original-small", "unbiased-small")
THRESHOLD = 0.5  # of models that bring no calibration of their own
WINDOW = 256
INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))


class ToxicityTagger:
    """Gives Detoxify's six labels as calibrated probabilities, and `toxic` at the threshold.

    Labels that a model does not know are None throughout.
    """

    name = "toxicity"

    def __init__(self, detoxify: Detoxify, calibration: dict | None = None, device: str = "cpu"):
        if "toxicity" not in detoxify.class_names:
            raise ModelError(
                f"toxicity model: none of its labels ({', '.join(detoxify.class_names)}) is named toxicity or toxic"
            )
        self.detoxify = detoxify
        self.sequences = SequenceModel(detoxify.model, detoxify.tokenizer, device)
        self.scales, self.threshold = read_calibration(calibration)

    @classmethod
    def load(cls, spec: str | None = None, device: str = "cpu") -> ToxicityTagger:
        """The tagger of a model: bundled (None), official by Detoxify's name, or local by path.

        A path is a Hugging Face folder, or a Detoxify checkpoint file with its config beside it.

        Raises:
            ModelError: it is missing, damaged, unknown or cannot be downloaded.
        """
        from discourse.taggers import detoxify_loading as loading

        if spec is None or spec == BUNDLED:
            source = resolve(None, BUNDLED)
            return cls(loading.from_folder(source.path, device), source.side_file("calibration.json"), device)
        if spec in OFFICIAL:
            return cls(loading.from_release(spec, device), None, device)
        path = Path(spec).expanduser()
        if path.is_dir():
            source = resolve(str(path), BUNDLED)
            return cls(loading.from_folder(path, device), source.side_file("calibration.json"), device)
        if path.is_file():
            side = ModelSource(path.name, str(path.parent), "local").side_file("calibration.json")
            return cls(loading.from_checkpoint(path, device), side, device)
        raise ModelError(unknown(spec))

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """The columns of TOXICITY_LABELS and `toxic`, one value per reading."""
        texts = [clean(r.text) for r in readings]
        scores, owners = self.sequences.logits(texts, window=WINDOW)
        logits = pool(scores, owners, len(texts), "max")
        columns: dict[str, list] = {}
        for label in TOXICITY_LABELS:
            if label not in self.detoxify.class_names:
                columns[label] = [None] * len(texts)
                continue
            scale, bias = self.scales.get(label, (1.0, 0.0))
            columns[label] = sigmoid(
                scale * logits[:, self.detoxify.class_names.index(label)] + bias
            ).tolist()
        columns["toxic"] = [p >= self.threshold for p in columns["toxicity"]]
        return TagBatch(columns)


def clean(text: str) -> str:
    """The text in one form of its letters (NFKC), without invisible characters and broken surrogates."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ")
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of logits, without overflow."""
    return 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -60, 60)))


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
    close = difflib.get_close_matches(spec, known, 1)
    hint = f"did you mean {close[0]!r}?" if close else f"give one of {', '.join(known)}, or a path"
    return f"toxicity model {spec!r}: no such file or folder, and no model of that name; {hint}"
