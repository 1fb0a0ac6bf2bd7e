"""Sequence-classification checkpoints: texts (or pairs of texts) in, logits out, in torch or ONNX Runtime."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import numpy as np

from discourse.nn.batching import batches_by_length
from discourse.nn.onnx_network import OnnxNetwork
from discourse.nn.store import ModelSource
from discourse.schema import ModelError

WINDOW = 256  # tokens a window holds, special ones included
STRIDE = 48  # tokens two neighbouring windows share
MAX_WINDOWS = 24  # windows read of one text; beyond that an even sample of them
BATCH_TOKENS = 4096
GPU_BATCH = (16_384, 512)  # tokens and inputs
HALVES = {"torch-fp16": "float16", "torch-bf16": "bfloat16"}  # backends and what torch calls their numbers


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


class TorchNetwork:
    """A classifier of token ids in torch.

    `backend` is `torch` (float32 throughout), or one of HALVES, whose matrix products are in 16 bits unless
    exact logits are asked for. On a GPU batches are larger, go there from pinned memory, and come back together.
    """

    def __init__(self, model, tokenizer, device: str = "cpu", backend: str = "torch"):
        import torch

        self.model = model.to(device=device, dtype=torch.float32).eval()
        self._pad, self._device = tokenizer.pad, torch.device(device)
        self._half = getattr(torch, HALVES[backend]) if backend in HALVES else None
        self.rough = self._half is not None  # unless exact logits are asked for
        names = model.config.id2label
        self.labels = [names[i] for i in range(len(names))]
        self.positions = int(getattr(model.config, "max_position_embeddings", 0) or 0)
        self.weights = sum(p.numel() for name, p in model.named_parameters() if "embedding" not in name)

    def logits(self, encoded: Sequence[dict], *, exact: bool = False) -> np.ndarray:
        """Logits of shape (inputs, labels), float32; `exact` asks for float32 arithmetic."""
        import torch

        lengths = [len(e["input_ids"]) for e in encoded]
        on_gpu = self._device.type == "cuda"
        batches = list(batches_by_length(lengths, *(GPU_BATCH if on_gpu else (BATCH_TOKENS,))))
        half = None if exact else self._half
        found = []
        with torch.inference_mode(), torch.autocast(self._device.type, half, enabled=half is not None):
            for batch in batches:
                inputs = self._pad([encoded[i] for i in batch], return_tensors="pt")
                if on_gpu:
                    inputs = {
                        name: value.pin_memory().to(self._device, non_blocking=True)
                        for name, value in inputs.items()
                    }
                else:
                    inputs = inputs.to(self._device)
                found.append(self.model(**inputs).logits.float())
        out = np.zeros((len(encoded), len(self.labels)), np.float32)
        if found:
            out[[i for batch in batches for i in batch]] = torch.cat(found).cpu().numpy()
        return out


class SequenceModel:
    """A classification model with its tokenizer, scoring each distinct input once.

    Long texts are read in overlapping windows; `logits` returns a row per window and `pool`
    brings them back to one row per input.
    """

    def __init__(self, model, tokenizer, device: str = "cpu", backend: str = "torch"):
        """`model` is a torch module or a network; `tokenizer` of the transformers or the tokenizers library."""
        if not isinstance(model, OnnxNetwork):
            model = TorchNetwork(model, tokenizer, device, backend)
        self.network = model
        self.model = getattr(self.network, "model", None)  # the torch module, where there is one
        self.tokenizer, self.device = tokenizer, device
        self._tokenizing = threading.Lock()  # tokenizers hold the window they cut to as a state

    @classmethod
    def load(cls, source: ModelSource, device: str = "cpu", backend: str = "torch") -> SequenceModel:
        """Loads a checkpoint: in torch (float32, or HALVES), in ONNX Runtime with linear layers in int8.

        Raises:
            UsageError: the backend is not installed.
            ModelError: the checkpoint is missing, damaged, no sequence classifier, or none for the backend.
        """
        if backend == "onnx":
            return cls(OnnxNetwork.load(source), load_tokenizer(source))
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
        return cls(model, tokenizer, device, backend)

    @property
    def quantized(self) -> bool:
        """True where logits come from rough arithmetic (int8, 16 bits), and exact ones can be asked for."""
        return self.network.rough

    @property
    def labels(self) -> list[str]:
        """Label names in the order of the logits."""
        return self.network.labels

    def logits(
        self,
        texts: Sequence[str],
        pairs: Sequence[str] | None = None,
        *,
        window: int = WINDOW,
        exact: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Scores `texts`, or `(texts[i], pairs[i])` as two-segment inputs.

        Of a pair, the first text is cut to half a window and the second is read in windows. `exact`
        asks for float32 throughout, which makes a difference only where the model is `quantized`.

        Returns:
            Logits of shape (windows, labels), float32, and the owner of each window, shape
            (windows,), as an index into `texts`; owners ascend.
        """
        keys = list(texts) if pairs is None else list(zip(texts, pairs, strict=True))
        distinct = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        encoded, owners = self._windows(list(distinct), window)
        scores = self.network.logits(encoded, exact=exact)
        rows = [[] for _ in distinct]
        for row, owner in enumerate(owners):
            rows[owner].append(row)
        index = [(i, row) for i, key in enumerate(keys) for row in rows[distinct[key]]]
        if not index:
            return np.zeros((0, scores.shape[1]), np.float32), np.zeros(0, np.int64)
        return scores[[row for _, row in index]], np.array([i for i, _ in index], np.int64)

    def _windows(self, keys: list, window: int) -> tuple[list, list[int]]:
        window = min(window, self.network.positions or window)
        with self._tokenizing:
            if isinstance(self.network, OnnxNetwork):
                pieces = windows(self.tokenizer, keys, window)
            else:
                pieces = [self._pieces(key, window) for key in keys]
        encoded, owners = [], []
        for owner, own in enumerate(pieces):
            chosen = range(len(own))
            if len(own) > MAX_WINDOWS:
                chosen = np.linspace(0, len(own) - 1, MAX_WINDOWS).round().astype(int).tolist()
            encoded += [own[piece] for piece in chosen]
            owners += [owner] * len(chosen)
        return encoded, owners

    def _pieces(self, key, window: int) -> list[dict]:
        """The windows of a text or pair by a tokenizer of the transformers library."""
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
        names = [n for n in ("input_ids", "token_type_ids", "attention_mask") if n in pieces]
        return [{name: pieces[name][i] for name in names} for i in range(len(pieces["input_ids"]))]


def load_tokenizer(source: ModelSource):
    """The tokenizer of a checkpoint by the tokenizers library alone.

    Raises:
        ModelError: there is none, or it is damaged.
    """
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        return Tokenizer.from_file(str(source.path / "tokenizer.json"))
    except Exception as error:  # the library raises bare exceptions
        raise loading_error(source, error) from error


def windows(tokenizer, keys: Sequence, window: int) -> list[list[tuple[list[int], list[int]]]]:
    """The windows of each text or pair, as (token ids, token types), by a tokenizer of the tokenizers library.

    The same as transformers makes them, all keys at once.
    """
    if not keys:
        return []
    tokenizer.no_padding()
    tokenizer.no_truncation()
    strategy = "longest_first"
    if isinstance(keys[0], tuple):
        firsts = list(dict.fromkeys(first for first, _ in keys))
        cut = {}
        for first, piece in zip(
            firsts, tokenizer.encode_batch(firsts, add_special_tokens=False), strict=True
        ):
            long = len(piece.ids) > window // 2
            cut[first] = (
                tokenizer.decode(piece.ids[: window // 2], skip_special_tokens=False) if long else first
            )
        keys = [(cut[first], second) for first, second in keys]
        strategy = "only_second"
    tokenizer.enable_truncation(window, stride=min(STRIDE, window // 4), strategy=strategy)
    return [
        [(piece.ids, piece.type_ids) for piece in (encoding, *encoding.overflowing)]
        for encoding in tokenizer.encode_batch(keys)
    ]


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
