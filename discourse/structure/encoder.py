"""Line encodings: every line of a page read among its neighbours by the fine-tuned encoder.

Lines are packed into windows, "[CLS] line [SEP] line [SEP] ...", so that a line's vector knows what
stands before and after it (as in sequential sentence classification, Cohan et al. 2019). The cost
is that of reading the page about twice, whatever the parser then does with the vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from discourse.nn.sequence import loading_error, quiet_transformers
from discourse.nn.store import ModelSource
from discourse.structure.pairs import Dense, PageScores, PairScorer, RangePairs

if TYPE_CHECKING:
    import torch

HEADS = "heads.safetensors"
MAX_TOKENS = 72  # of a line
TAIL_TOKENS = 24
WINDOW_TOKENS = 448
WINDOWS_AT_ONCE = 6


def clip(ids: list[int], limit: int = MAX_TOKENS, tail: int = TAIL_TOKENS) -> list[int]:
    """The first tokens of a long line and its last ones: a line's end often says what it answers."""
    return ids if len(ids) <= limit else ids[: limit - tail] + ids[-tail:]


def shorten(line: str, limit: int = 4000) -> str:
    """A very long line's two ends, which is all that `clip` leaves of it, before it costs time to tokenise."""
    return line if len(line) <= limit else f"{line[: limit // 2]} {line[-limit // 2 :]}"


def line_ids(tokenizer, lines: Sequence[str]) -> list[list[int]]:
    """Clipped token ids of every line, without special tokens."""
    encoded = tokenizer([shorten(line) for line in lines], add_special_tokens=False)
    return [clip(ids) for ids in encoded["input_ids"]]


def windows_of(lengths: Sequence[int], limit: int = WINDOW_TOKENS) -> list[tuple[int, int]]:
    """Windows [start, end) over lines of the given token counts, each half over the one before it.

    Every line is in at least one window of at most `limit` tokens.
    """
    cost = [n + 1 for n in lengths]
    windows: list[tuple[int, int]] = []
    start = 0
    while start < len(cost):
        end, used = start, 1
        while end < len(cost) and (end == start or used + cost[end] <= limit):
            used += cost[end]
            end += 1
        windows.append((start, end))
        if end == len(cost):
            break
        half, used = start, 0
        while half < end - 1 and used + cost[half] <= limit // 2:
            used += cost[half]
            half += 1
        start = max(half, start + 1)
    return windows


def central_windows(windows: Sequence[tuple[int, int]], lengths: Sequence[int]) -> list[int]:
    """For every line the window that shows most of what stands on its nearer side."""
    total = np.concatenate([[0], np.cumsum([n + 1 for n in lengths])])
    best = [(-1.0, -1)] * len(lengths)
    for w, (start, end) in enumerate(windows):
        for line in range(start, end):
            left = total[line] - total[start] if start else np.inf
            right = total[end] - total[line + 1] if end < len(lengths) else np.inf
            best[line] = max(best[line], (float(min(left, right)), -w))
    return [-w for _, w in best]


def window_vectors(
    encoder, rows: Sequence[Sequence[int]], windows: Sequence[Sequence[int]], special: tuple[int, int, int]
) -> torch.Tensor:
    """Vectors of the lines in each window, (sum of window lengths, width), window after window.

    `rows` are token ids by line, `windows` lists of line numbers, `special` the ids of [CLS], [SEP]
    and [PAD]. A line's vector is the mean of its tokens' and of the [SEP] after it.
    """
    import torch

    cls, sep, pad = special
    packed, owners, count = [], [], 0
    for lines in windows:
        ids, owner = [cls], [-1]
        for line in lines:
            ids += [*rows[line], sep]
            owner += [count] * (len(rows[line]) + 1)
            count += 1
        packed.append(ids)
        owners.append(owner)
    width = max(map(len, packed))
    device = encoder.device
    ids = torch.tensor([p + [pad] * (width - len(p)) for p in packed]).to(device)
    mask = torch.tensor([[1] * len(p) + [0] * (width - len(p)) for p in packed]).to(device)
    owner = torch.tensor([o + [-1] * (width - len(o)) for o in owners]).flatten()
    hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state.flatten(0, 1).float()
    kept = (owner >= 0).nonzero()[:, 0]
    sizes = torch.bincount(owner[kept], minlength=count)[:, None].to(device)
    owner, kept = owner[kept].to(device), kept.to(device)
    return torch.zeros(count, hidden.shape[1], device=device).index_add(0, owner, hidden[kept]) / sizes


def special_ids(tokenizer) -> tuple[int, int, int]:
    """Ids of the tokens that start a window, end a line, and pad."""
    return tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id


class LineEncoder:
    """The shipped line encoder with its heads.

    `encode` reads a page's lines; the other methods score them from their vectors, in numpy, so
    that they cost next to nothing. A comment's vector is the mean of its lines' vectors.
    """

    def __init__(self, encoder, heads: dict[str, np.ndarray], tokenizer):
        self.encoder = encoder.float().eval()
        self.tokenizer = tokenizer
        self._register = Dense.of(heads, "register_head")
        self._opening = (Dense.of(heads, "opening_head.0"), Dense.of(heads, "opening_head.2"))
        self._start = (Dense.of(heads, "start_head.0"), Dense.of(heads, "start_head.2"))
        self._topic = PairScorer.of(heads, "topic")
        self._first = PairScorer.of(heads, "first")
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
        """Vectors of a page's lines in order, shape (lines, width), float32."""
        import torch

        out = np.zeros((len(lines), self.encoder.config.hidden_size), np.float32)
        if not lines:
            return out
        rows = line_ids(self.tokenizer, lines)
        lengths = [len(row) for row in rows]
        windows = windows_of(lengths)
        chosen = np.array(central_windows(windows, lengths))
        special = special_ids(self.tokenizer)
        with torch.inference_mode():
            for first in range(0, len(windows), WINDOWS_AT_ONCE):
                batch = range(first, min(first + WINDOWS_AT_ONCE, len(windows)))
                members = [list(range(*windows[w])) for w in batch]
                vectors = window_vectors(self.encoder, rows, members, special).numpy()
                flat = np.concatenate([np.array(m) for m in members])
                owner = np.repeat(list(batch), [len(m) for m in members])
                wanted = chosen[flat] == owner
                out[flat[wanted]] = vectors[wanted]
        return out

    def article_prose(self, vectors: np.ndarray) -> np.ndarray:
        """Logits that lines are article prose rather than comments, shape (lines,)."""
        return self._register(vectors)[:, 0]

    def ends_article(self, vectors: np.ndarray) -> np.ndarray:
        """Scores that each line is the first comment's first, shape (lines,); the first line's is -inf."""
        out = np.full(len(vectors), -np.inf, np.float32)
        if len(vectors) > 1:
            out[1:] = self._first(vectors[:-1], vectors[1:])
        return out

    def opens(self, article: np.ndarray, lines: np.ndarray) -> np.ndarray:
        """Logits that lines open a top-level comment; article (width,), lines (n, width) -> (n,)."""
        first, last = self._opening
        return last(np.maximum(first(lines), 0))[:, 0] + self._topic(
            np.broadcast_to(article, lines.shape), lines
        )

    def page_scores(self, vectors: np.ndarray, sums: np.ndarray) -> PageScores:
        """The pair heads over a page of lines; vectors (lines, width), and their `running_sums`."""
        first, last = self._start
        alone = last(np.maximum(first(vectors), 0))[:, 0]
        alone[1:] += self._go_on_line(vectors[:-1], vectors[1:])
        return PageScores(
            RangePairs(self._answer, vectors, sums), RangePairs(self._go_on_comment, vectors, sums), alone
        )
