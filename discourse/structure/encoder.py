"""Line encodings: every line of a page read once by the fine-tuned encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from discourse.nn.batching import batches_by_length
from discourse.nn.sequence import BATCH_TOKENS, loading_error, quiet_transformers
from discourse.nn.store import ModelSource
from discourse.structure.pairs import Dense, PairScorer

if TYPE_CHECKING:
    import torch

HEADS = "heads.safetensors"
MAX_TOKENS = 96
TAIL_TOKENS = 24


def clip(ids: list[int], limit: int = MAX_TOKENS, tail: int = TAIL_TOKENS) -> list[int]:
    """The first tokens of a long line and its last ones: a line's end often says what it answers."""
    return ids if len(ids) <= limit else ids[: limit - tail] + ids[-tail:]


def shorten(line: str, limit: int = 4000) -> str:
    """A very long line's two ends, which is all that `clip` leaves of it, before it costs time to tokenise."""
    return line if len(line) <= limit else f"{line[: limit // 2]} {line[-limit // 2 :]}"


def encode_ids(tokenizer, lines: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Padded token ids and mask of the lines, each of shape (lines, tokens)."""
    import torch

    rows = [clip(ids) for ids in tokenizer([shorten(line) for line in lines])["input_ids"]]
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

    `encode` reads lines once; the other methods score pairs from their vectors, in numpy, so that
    they cost next to nothing. A comment's vector is the mean of its lines' vectors.
    """

    def __init__(self, encoder, heads: dict[str, np.ndarray], tokenizer):
        self.encoder = encoder.float().eval()
        self.tokenizer = tokenizer
        self._register = Dense.of(heads, "register_head")
        self._opening = (Dense.of(heads, "opening_head.0"), Dense.of(heads, "opening_head.2"))
        self._topic = PairScorer.of(heads, "topic")
        self._go_on_line = PairScorer.of(heads, "go_on_line")
        self._go_on_comment = PairScorer.of(heads, "go_on_comment")
        self._answer = PairScorer.of(heads, "answer")

    @classmethod
    def load(cls, source: ModelSource) -> LineEncoder:
        """Loads encoder, heads and tokenizer from a local checkpoint folder.

        Raises:
            ModelError: a file is missing or damaged.
        """
        quiet_transformers()
        from safetensors.numpy import load_file
        from transformers import AutoModel, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(source.location, local_files_only=True)
            encoder = AutoModel.from_pretrained(
                source.location, local_files_only=True, add_pooling_layer=False
            )
            heads = {name: value.astype(np.float32) for name, value in load_file(source.path / HEADS).items()}
            return cls(encoder, heads, tokenizer)
        except Exception as error:  # the libraries raise whatever their readers raise
            raise loading_error(source, error) from error

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
                hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
                out[batch] = mean_pool(hidden, mask).numpy()
        return out[[distinct[line] for line in lines]]

    def article_prose(self, vectors: np.ndarray) -> np.ndarray:
        """Logits that lines are article prose rather than comments, shape (lines,)."""
        return self._register(vectors)[:, 0]

    def opens(self, article: np.ndarray, lines: np.ndarray) -> np.ndarray:
        """Logits that lines open a top-level comment; article (width,), lines (n, width) -> (n,)."""
        first, last = self._opening
        return last(np.maximum(first(lines), 0))[:, 0] + self._topic(
            np.broadcast_to(article, lines.shape), lines
        )

    def goes_on(self, comments: np.ndarray, before: np.ndarray, line: np.ndarray) -> np.ndarray:
        """Logits that lines go on from comments, given the lines before them.

        All (n, width), or (width,) where one line stands against all comments -> (n,).
        """
        line = np.broadcast_to(line, comments.shape)
        from_line = self._go_on_line(np.broadcast_to(before, comments.shape), line)
        return from_line + self._go_on_comment(comments, line)

    def answers(self, comments: np.ndarray, line: np.ndarray) -> np.ndarray:
        """Logits that a line answers each of the comments (n, width); line (width,) -> (n,)."""
        return self._answer(comments, np.broadcast_to(line, comments.shape))
