"""Line encodings: every line of a page read once by the fine-tuned encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from discourse.nn.batching import batches_by_length
from discourse.nn.sequence import BATCH_TOKENS, quiet_transformers
from discourse.nn.store import ModelSource
from discourse.schema import ModelError

if TYPE_CHECKING:
    import torch

HEADS = "heads.safetensors"
MAX_TOKENS = 96
TAIL_TOKENS = 24


def clip(ids: list[int], limit: int = MAX_TOKENS, tail: int = TAIL_TOKENS) -> list[int]:
    """The first tokens of a long line and its last ones: a line's end often says what it answers."""
    return ids if len(ids) <= limit else ids[: limit - tail] + ids[-tail:]


def encode_ids(tokenizer, lines: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Padded token ids and mask of the lines, each of shape (lines, tokens)."""
    import torch

    rows = [clip(ids) for ids in tokenizer([line[:4000] for line in lines])["input_ids"]]
    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), tokenizer.pad_token_id)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of the token vectors: (lines, tokens, width) and (lines, tokens) -> (lines, width)."""
    weight = mask[..., None].to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1)


class LineEncoder:
    """The shipped line encoder with its heads.

    `encode` reads lines once; the other methods score pairs from their vectors, so that they cost
    next to nothing. A comment's vector is the mean of its lines' vectors.
    """

    def __init__(self, encoder, heads, tokenizer):
        self.encoder = encoder.float().eval()
        self.heads = heads.float().eval()
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, source: ModelSource) -> LineEncoder:
        """Loads encoder, heads and tokenizer from a local checkpoint folder.

        Raises:
            ModelError: a file is missing or damaged.
        """
        quiet_transformers()
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer

        from discourse.structure.heads import Heads

        try:
            tokenizer = AutoTokenizer.from_pretrained(source.location, local_files_only=True)
            encoder = AutoModel.from_pretrained(source.location, local_files_only=True, add_pooling_layer=False)
            heads = Heads(encoder.config.hidden_size)
            heads.load_state_dict(load_file(source.path / HEADS))
        except Exception as error:  # the libraries raise whatever their readers raise
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"model {source.location!r} could not be loaded: {reason}; run `discourse models verify`") from error
        return cls(encoder, heads, tokenizer)

    def encode(self, lines: Sequence[str]) -> np.ndarray:
        """Vectors of the lines, shape (lines, width), float32; identical lines are read once."""
        import torch

        distinct = {line: i for i, line in enumerate(dict.fromkeys(lines))}
        texts = list(distinct)
        out = np.zeros((len(texts), self.encoder.config.hidden_size), np.float32)
        lengths = [min(len(t.split()) * 3 // 2 + 4, MAX_TOKENS) for t in texts]
        with torch.inference_mode():
            for batch in batches_by_length(lengths, BATCH_TOKENS):
                ids, mask = encode_ids(self.tokenizer, [texts[i] for i in batch])
                out[batch] = mean_pool(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask).numpy()
        return out[[distinct[line] for line in lines]]

    def article_prose(self, vectors: np.ndarray) -> np.ndarray:
        """Logits that lines are article prose rather than comments, shape (lines,)."""
        return self._score(self.heads.register, vectors)

    def opens(self, article: np.ndarray, lines: np.ndarray) -> np.ndarray:
        """Logits that lines open a top-level comment; article (width,), lines (n, width) -> (n,)."""
        return self._score(self.heads.opening, np.broadcast_to(article, lines.shape), lines)

    def goes_on(self, comments: np.ndarray, before: np.ndarray, line: np.ndarray) -> np.ndarray:
        """Logits that a line goes on from comments (n, width); before and line (width,) -> (n,)."""
        shape = comments.shape
        return self._score(
            self.heads.goes_on, comments, np.broadcast_to(before, shape), np.broadcast_to(line, shape)
        )

    def answers(self, comments: np.ndarray, line: np.ndarray) -> np.ndarray:
        """Logits that a line answers each of the comments (n, width); line (width,) -> (n,)."""
        return self._score(self.heads.answers, comments, np.broadcast_to(line, comments.shape))

    @staticmethod
    def _score(head, *arrays: np.ndarray) -> np.ndarray:
        import torch

        with torch.inference_mode():
            return head(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays)).numpy()
