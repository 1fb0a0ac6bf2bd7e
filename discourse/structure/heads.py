"""The light heads over line encodings that score the parser's actions.

Every line is encoded once. A comment's vector is the mean of its lines' vectors; a pair is scored
from two vectors, so that a page costs one reading by the encoder whatever the number of candidates.
"""

from __future__ import annotations

import torch
from torch import nn

KEY = 128


class PairHead(nn.Module):
    """Scores (context, line) pairs: a directed dot product plus a small perceptron on both and their product.

    Shapes: context and line (..., width) -> (...).
    """

    def __init__(self, width: int, hidden: int = 96):
        super().__init__()
        self.query = nn.Linear(width, KEY)
        self.key = nn.Linear(width, KEY)
        self.hidden = nn.Linear(3 * width, hidden)
        self.out = nn.Linear(hidden, 1)
        self.scale = KEY**-0.5

    def forward(self, context: torch.Tensor, line: torch.Tensor) -> torch.Tensor:
        dot = (self.query(line) * self.key(context)).sum(-1) * self.scale
        mixed = torch.cat([context, line, context * line], -1)
        return dot + self.out(torch.relu(self.hidden(mixed))).squeeze(-1)


class Heads(nn.Module):
    """What a line says about the parser's next action.

    - `register`: (n, width) -> (n,) logit that a line is article prose rather than a comment;
    - `ends_article`: the line before and this line -> does the first comment start here?
    - `opening`: (n, width) -> (n,) logit that a line opens a top-level comment;
    - `goes_on`: the comment so far, the line before and this line -> does the comment go on?
    - `answers`: a comment and a line -> does the line answer that comment?
    """

    def __init__(self, width: int):
        super().__init__()
        self.register_head = nn.Linear(width, 1)
        self.opening_head = nn.Sequential(nn.Linear(width, 96), nn.ReLU(), nn.Linear(96, 1))
        self.start_head = nn.Sequential(nn.Linear(width, 96), nn.ReLU(), nn.Linear(96, 1))
        self.topic = PairHead(width, 32)
        self.first = PairHead(width, 64)
        self.go_on_line = PairHead(width)
        self.go_on_comment = PairHead(width, 32)
        self.answer = PairHead(width, 128)

    def register(self, line: torch.Tensor) -> torch.Tensor:
        return self.register_head(line).squeeze(-1)

    def ends_article(self, before: torch.Tensor, line: torch.Tensor) -> torch.Tensor:
        return self.first(before, line)

    def opening(self, article: torch.Tensor, line: torch.Tensor) -> torch.Tensor:
        return self.opening_head(line).squeeze(-1) + self.topic(article, line)

    def goes_on(self, comment: torch.Tensor, before: torch.Tensor, line: torch.Tensor) -> torch.Tensor:
        alone = self.start_head(line).squeeze(-1)
        return alone + self.go_on_line(before, line) + self.go_on_comment(comment, line)

    def answers(self, comment: torch.Tensor, line: torch.Tensor) -> torch.Tensor:
        return self.answer(comment, line)
