"""The context model: a small character transformer that reads a candidate in its comment.

A standard `BertForSequenceClassification` checkpoint whose token ids are characters (vocab.json) and
whose labels are "innocent", "covered" (a profanity of which nothing is left) and the roots of the lexicon.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from discourse.nn.batching import batches_by_length
from discourse.nn.onnx_network import OnnxNetwork
from discourse.nn.sequence import quiet_transformers
from discourse.nn.store import ModelSource
from discourse.schema import DiscourseError, ModelError

CONTEXT = 64  # characters read on either side of the candidate
SURFACE = 28  # of a longer candidate, its two ends
INNOCENT, COVERED = "innocent", "covered"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[LETTER]", "[SIGN]", "[HIDDEN]")
BATCH_TOKENS = 8192


def vocabulary() -> dict[str, int]:
    """The characters read as themselves, and the classes of all others, with their ids."""
    characters = [chr(c) for c in range(0x20, 0x7F)] + list("\n’‘“”–—…•●█£€¢§°×")
    return {token: i for i, token in enumerate([*SPECIAL, *characters])}


def encode(text: str, start: int, end: int, vocab: dict[str, int]) -> tuple[list[int], list[int]]:
    """Token ids and segments (1 on the candidate) of a candidate with its context."""
    surface = text[start:end]
    if len(surface) > SURFACE:
        surface = surface[: SURFACE // 2] + surface[-SURFACE // 2 :]
    left, right = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    sep = vocab["[SEP]"]
    before = [vocab["[CLS]"], *(_id(c, vocab) for c in left), sep]
    middle = [_id(c, vocab) for c in surface]
    after = [sep, *(_id(c, vocab) for c in right)]
    return before + middle + after, [0] * len(before) + [1] * len(middle) + [0] * len(after)


def _id(character: str, vocab: dict[str, int]) -> int:
    known = vocab.get(character)
    if known is not None:
        return known
    if character.isalpha():
        return vocab["[LETTER]"]
    if character.isspace():
        return vocab[" "]
    return vocab["[SIGN]"] if character.isprintable() else vocab["[HIDDEN]"]


class ContextModel:
    """The transformer with its character vocabulary."""

    def __init__(self, model, vocab: dict[str, int], device: str = "cpu"):
        """`model` is a torch module, or a network of ONNX Runtime."""
        self.vocab, self.device = vocab, device
        if isinstance(model, OnnxNetwork):
            self.model, self.labels = model, model.labels
            return
        import torch

        self.model = model.to(device=device, dtype=torch.float32).eval()
        names = model.config.id2label
        self.labels = [names[i] for i in range(len(names))]

    @classmethod
    def load(cls, source: ModelSource, device: str = "cpu", backend: str = "torch") -> ContextModel:
        """Loads a checkpoint in float32, whatever the backend: the model is small and rarely asked.

        Raises:
            UsageError: the backend is not installed.
            ModelError: the checkpoint is missing or damaged, or is no profanity model.
        """
        vocab = source.side_file("vocab.json")
        if vocab is None:
            raise ModelError(
                f"profanity model {source.location!r}: no vocab.json; give a local checkpoint folder"
            )
        try:
            if backend == "onnx":
                model = OnnxNetwork.load(source, int8=False)
                size = model.vocabulary
            else:
                quiet_transformers()
                from transformers import BertForSequenceClassification

                model = BertForSequenceClassification.from_pretrained(source.location, local_files_only=True)
                size = model.config.vocab_size
            loaded = cls(model, vocab, device)
            missing = {*SPECIAL, " "} - set(vocab) | {INNOCENT, COVERED} - set(loaded.labels)
            if missing or max(vocab.values()) >= size:
                raise ValueError(f"not a profanity model (lacks {sorted(missing)})")
        except DiscourseError:
            raise
        except Exception as error:  # transformers raises whatever its readers raise
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"profanity model {source.location!r} could not be loaded: {reason}; run `discourse models verify`"
            ) from error
        return loaded

    def probabilities(self, items: Sequence[tuple[str, int, int]], temperature: float = 1.0) -> np.ndarray:
        """Label probabilities of (text, start, end), shape (items, labels); equal readings are scored once."""
        encoded = [encode(*item, self.vocab) for item in items]
        index: dict[tuple, int] = {}
        rows = [index.setdefault((tuple(ids), tuple(kinds)), len(index)) for ids, kinds in encoded]
        distinct = list(index)
        z = (
            self.model.logits(distinct) if isinstance(self.model, OnnxNetwork) else self._torch(distinct)
        ) / temperature
        z = np.exp(z - z.max(1, keepdims=True)) if len(z) else z
        return (z / z.sum(1, keepdims=True))[rows] if len(z) else z

    def _torch(self, distinct: list[tuple]) -> np.ndarray:
        import torch

        logits = np.zeros((len(distinct), len(self.labels)), np.float32)
        with torch.inference_mode():
            for batch in batches_by_length([len(ids) for ids, _ in distinct], BATCH_TOKENS):
                inputs = pad([distinct[i] for i in batch], self.vocab["[PAD]"])
                logits[batch] = (
                    self.model(**{k: v.to(self.device) for k, v in inputs.items()}).logits.cpu().numpy()
                )
        return logits


def pad(pairs: Sequence[tuple], pad_id: int) -> dict:
    """Model inputs (ids, segments, mask) of shape (pairs, longest)."""
    import torch

    width = max(len(ids) for ids, _ in pairs)
    ids = torch.full((len(pairs), width), pad_id, dtype=torch.long)
    kinds = torch.zeros((len(pairs), width), dtype=torch.long)
    mask = torch.zeros((len(pairs), width), dtype=torch.long)
    for row, (tokens, segments) in enumerate(pairs):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        kinds[row, : len(tokens)] = torch.tensor(segments)
        mask[row, : len(tokens)] = 1
    return {"input_ids": ids, "token_type_ids": kinds, "attention_mask": mask}
