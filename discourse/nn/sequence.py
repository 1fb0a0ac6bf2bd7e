"""Sequence-classification checkpoints: texts (or pairs of texts) in, logits out."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from discourse.nn.batching import batches_by_length
from discourse.nn.store import ModelSource
from discourse.schema import ModelError

WINDOW = 256  # tokens a window holds, special ones included
STRIDE = 48  # tokens two neighbouring windows share
MAX_WINDOWS = 24  # windows read of one text; beyond that an even sample of them
BATCH_TOKENS = 4096


def quiet_transformers() -> None:
    """Keeps the library's progress bars and advice off the user's terminal."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def loading_error(source: ModelSource, error: Exception) -> ModelError:
    """The one clear line for a checkpoint that a library refuses."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    advice = {"hub": "check the name and the network", "bundled": "run `discourse models verify`"}
    return ModelError(
        f"model {source.location!r} could not be loaded: {reason}; "
        + advice.get(source.kind, "give a whole Hugging Face checkpoint")
    )


class SequenceModel:
    """A classification model with its tokenizer, scoring each distinct input once.

    Long texts are read in overlapping windows; `logits` returns a row per window and `pool`
    brings them back to one row per input.
    """

    def __init__(self, model, tokenizer, device: str = "cpu"):
        import torch

        self.model = model.to(device=device, dtype=torch.float32).eval()
        self.tokenizer = tokenizer
        self.device = device

    @classmethod
    def load(cls, source: ModelSource, device: str = "cpu") -> SequenceModel:
        """Loads a checkpoint in float32.

        Raises:
            ModelError: the checkpoint is missing, damaged, or no sequence classifier.
        """
        quiet_transformers()
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        local = source.kind != "hub"
        try:
            tokenizer = AutoTokenizer.from_pretrained(source.location, local_files_only=local)
            model = AutoModelForSequenceClassification.from_pretrained(
                source.location, local_files_only=local
            )
        except Exception as error:  # transformers raises whatever its readers raise
            raise loading_error(source, error) from error
        return cls(model, tokenizer, device)

    @property
    def labels(self) -> list[str]:
        """Label names in the order of the logits."""
        names = self.model.config.id2label
        return [names[i] for i in range(len(names))]

    def logits(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, window: int = WINDOW
    ) -> tuple[np.ndarray, np.ndarray]:
        """Scores `texts`, or `(texts[i], pairs[i])` as two-segment inputs.

        Of a pair, the first text is cut to half a window and the second is read in windows.

        Returns:
            Logits of shape (windows, labels), float32, and the owner of each window, shape
            (windows,), as an index into `texts`; owners ascend.
        """
        keys = list(texts) if pairs is None else list(zip(texts, pairs, strict=True))
        distinct = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        encoded, owners = self._windows(list(distinct), window)
        scores = self._run(encoded)
        rows = [[] for _ in distinct]
        for row, owner in enumerate(owners):
            rows[owner].append(row)
        index = [(i, row) for i, key in enumerate(keys) for row in rows[distinct[key]]]
        if not index:
            return np.zeros((0, scores.shape[1]), np.float32), np.zeros(0, np.int64)
        return scores[[row for _, row in index]], np.array([i for i, _ in index], np.int64)

    def _windows(self, keys: list, window: int) -> tuple[list[dict], list[int]]:
        window = min(window, int(getattr(self.model.config, "max_position_embeddings", window) or window))
        encoded, owners = [], []
        for owner, key in enumerate(keys):
            if isinstance(key, tuple):
                first = self.tokenizer(key[0], add_special_tokens=False)["input_ids"]
                if len(first) > window // 2:
                    key = (self.tokenizer.decode(first[: window // 2]), key[1])
                arguments, truncation = key, "only_second"
            else:
                arguments, truncation = (key,), "longest_first"
            pieces = self.tokenizer(
                *arguments,
                truncation=truncation,
                max_length=window,
                stride=min(STRIDE, window // 4),
                return_overflowing_tokens=True,
            )
            count = len(pieces["input_ids"])
            chosen = range(count)
            if count > MAX_WINDOWS:
                chosen = np.linspace(0, count - 1, MAX_WINDOWS).round().astype(int).tolist()
            for piece in chosen:
                names = (n for n in ("input_ids", "token_type_ids", "attention_mask") if n in pieces)
                encoded.append({name: pieces[name][piece] for name in names})
                owners.append(owner)
        return encoded, owners

    def _run(self, encoded: list[dict]) -> np.ndarray:
        import torch

        out = np.zeros((len(encoded), self.model.config.num_labels), np.float32)
        lengths = [len(e["input_ids"]) for e in encoded]
        with torch.inference_mode():
            for batch in batches_by_length(lengths, BATCH_TOKENS):
                inputs = self.tokenizer.pad([encoded[i] for i in batch], return_tensors="pt").to(self.device)
                out[batch] = self.model(**inputs).logits.float().cpu().numpy()
        return out


def pool(scores: np.ndarray, owners: np.ndarray, count: int, how: str) -> np.ndarray:
    """Brings window scores of shape (windows, labels) back to one row per input, shape (count, labels).

    `how` is "max" (a label holds if it holds anywhere) or "mean" (the text as a whole).
    """
    out = np.zeros((count, scores.shape[1]), np.float32)
    if how == "max":
        out[:] = -np.inf
        np.maximum.at(out, owners, scores)
    elif how == "mean":
        np.add.at(out, owners, scores)
        out /= np.maximum(np.bincount(owners, minlength=count), 1)[:, None]
    else:
        raise ValueError(f"unknown pooling {how!r}")
    return out
