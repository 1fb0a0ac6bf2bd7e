"""What speaks for each action: the evidence the parser weighs, by name.

A `PageEvidence` holds everything about a page that does not depend on the parser's state: line
vectors, quotations, cues. `action_rows` turns it, at one line and one frontier, into a matrix with
one row per action; `weights.py` says what each column counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from discourse.structure import cues
from discourse.structure.encoder import LineEncoder
from discourse.structure.frontier import Action, Frontier, Kind, Node
from discourse.structure.pairs import running_sums
from discourse.structure.quotation import Match, find_quotations

STATE = {
    Kind.GO_ON: (
        "bias", "goes_on", "answers_own_parent", "quotes_own_parent", "quotes_itself",
        "quotes_elsewhere", "quotes_article", "top_level", "only_quotes_so_far",
    ),
    Kind.OPEN: (
        "bias", "opens", "quotes_article", "quotes_comment", "depth", "log_depth", "best_answer", "goes_on",
    ),
    Kind.ANSWER_LAST: (
        "bias", "answers", "opens", "quotes", "quotes_best", "quotes_other", "quotes_article", "target_question",
        "target_length", "target_lines", "depth", "overlap", "is_best_answer",
    ),
    Kind.ANSWER_UP: (
        "bias", "answers", "opens", "quotes", "quotes_best", "quotes_other", "quotes_article", "target_question",
        "target_length", "target_lines", "depth", "overlap", "is_best_answer", "steps_up", "log_steps_up", "replies",
        "is_top_level",
    ),
}  # fmt: skip
COLUMNS = {kind: STATE[kind] + cues.NAMES for kind in Kind}
OFFSETS = dict(zip(Kind, np.cumsum([0, *(len(COLUMNS[k]) for k in Kind)])[:-1].tolist(), strict=True))
WIDTH = sum(len(COLUMNS[k]) for k in Kind)


def column_names() -> list[str]:
    """Names of the columns of `action_rows`, as "kind.evidence"."""
    return [f"{kind.name.lower()}.{name}" for kind in Kind for name in COLUMNS[kind]]


class PageEvidence:
    """The evidence of a page's lines, read once.

    `lines` are all content lines, article first; `after_blank` says which follow a blank line,
    `after_mark` which follow something a page puts between comments (a name, a time, a reply button).
    """

    def __init__(
        self,
        lines: Sequence[str],
        after_blank: Sequence[bool],
        encoder: LineEncoder,
        after_mark: Sequence[bool] | None = None,
    ):
        self.lines = list(lines)
        self.encoder = encoder
        self.vectors = encoder.encode(self.lines)
        self.sums = running_sums(self.vectors)
        self.scores = encoder.page_scores(self.vectors, self.sums)
        self.quotations = find_quotations(self.lines)
        self.cues = cues.cue_matrix(self.lines, after_blank, after_mark)
        self.prose = encoder.article_prose(self.vectors)
        self.first_comment = encoder.ends_article(self.vectors)
        self.words = [frozenset(_content_words(line)) for line in self.lines]
        counts: dict[str, int] = {}
        for words in self.words:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        self.rarity = {w: math.log(1 + len(self.lines) / n) for w, n in counts.items()}
        self._quoting = cues.NAMES.index("wholly_marked")
        self._questions = np.concatenate([[0.0], self.cues[:, cues.NAMES.index("question")].cumsum()])
        self._lengths = np.concatenate([[0], np.cumsum([len(line) for line in self.lines])])

    def mean(self, start: int, end: int) -> np.ndarray:
        """The vector of lines [start, end)."""
        return ((self.sums[end] - self.sums[start]) / max(1, end - start)).astype(np.float32)

    def opening_scores(self, article_end: int) -> np.ndarray:
        """Logits that each line opens a top-level comment, given where the article ends."""
        return self.encoder.opens(self.mean(0, max(1, article_end)), self.vectors)

    def quotes_only(self, start: int, end: int) -> bool:
        """True when lines [start, end) are nothing but quotations."""
        return all(self.is_quotation(i) for i in range(start, end))

    def is_quotation(self, line: int) -> bool:
        """True for a line that is one marked quotation, or a copy of an earlier line."""
        best = self.quotations[line][0] if self.quotations[line] else None
        return bool(self.cues[line, self._quoting]) or (
            best is not None and best.share >= 0.75 and best.words >= 4
        )

    def overlap(self, start: int, end: int, line: int) -> float:
        """Shared content words of lines [start, end) and a line, weighted by rarity, 0..1."""
        own = self.words[line]
        if not own:
            return 0.0
        total = sum(self.rarity[w] for w in own)
        seen = frozenset().union(*self.words[start : min(end, start + 12)])
        return sum(self.rarity[w] for w in own & seen) / total

    def asks(self, node: Node) -> float:
        """1.0 for a comment with a line that ends as a question, else 0.0."""
        return self.asks_between(node.start, node.end)

    def length(self, node: Node) -> int:
        """Characters in a comment."""
        return self.length_between(node.start, node.end)

    def asks_between(self, start: int, end: int) -> float:
        """1.0 where one of lines [start, end) ends as a question, else 0.0."""
        return float(self._questions[end] > self._questions[start])

    def length_between(self, start: int, end: int) -> int:
        """Characters in lines [start, end)."""
        return int(self._lengths[end] - self._lengths[start])


def _content_words(line: str) -> list[str]:
    return [w for w in line[:4000].lower().replace("’", "'").split() if len(w) > 4]


def _strength(match: Match) -> float:
    return min(match.words, 24) / 24 + match.share


def quotation_strength(matches: Sequence[Match], start: int, end: int) -> float:
    """How strongly matches show that one of lines [start, end) is quoted: 0 (not at all) to 2."""
    return max((_strength(m) for m in matches if start <= m.line < end), default=0.0)


def _ranges(nodes: Sequence[Node]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([n.start for n in nodes]), np.array([n.end for n in nodes])


def goes_on_scores(page: PageEvidence, line: int, nodes: Sequence[Node]) -> np.ndarray:
    """`goes_on` of the line after each of the nodes."""
    return page.scores.goes_on(*_ranges(nodes), line)


def answer_scores(page: PageEvidence, line: int, nodes: Sequence[Node]) -> np.ndarray:
    """`answers` of the line to each of the nodes."""
    return page.scores.answers(*_ranges(nodes), line, line + 1)


def action_rows(
    page: PageEvidence,
    line: int,
    frontier: Frontier,
    choices: Sequence[Action],
    article_end: int,
    opens: float,
    goes_on: float,
    answers: Sequence[float],
) -> np.ndarray:
    """Evidence for each of `choices`, shape (choices, WIDTH).

    `opens` and `goes_on` are the heads' scores of the line, `answers` those toward each node of the
    frontier.
    """
    matches = page.quotations[line]
    own = page.cues[line]
    of_article = quotation_strength(matches, 0, article_end)
    of_nodes = [quotation_strength(matches, n.start, n.end) for n in frontier]
    of_comments = quotation_strength(matches, article_end, line)
    best_quoted = max(of_nodes, default=0.0)
    best_answer = max(answers, default=0.0)
    depth = len(frontier)
    rows = np.zeros((len(choices), WIDTH), np.float32)
    for row, action in zip(rows, choices, strict=True):
        kind = action.kind
        if kind is Kind.GO_ON:
            last = frontier[-1]
            parent_quoted = of_nodes[-2] if depth > 1 else of_article
            state = [
                1.0, goes_on, answers[-2] if depth > 1 else opens,                parent_quoted, of_nodes[-1], float(of_comments > max(of_nodes[-2:])), of_article,
                float(depth == 1), float(page.quotes_only(max(last.start, last.end - 4), last.end)),
            ]  # fmt: skip
        elif kind is Kind.OPEN:
            state = [1.0, opens, of_article, of_comments, depth / 10, math.log1p(depth), best_answer, goes_on]
        else:
            node = frontier[action.target]
            quoted = of_nodes[action.target]
            state = [
                1.0, answers[action.target], opens, quoted, float(quoted > 0 and quoted == best_quoted),
                max(0.0, best_quoted - quoted), of_article, page.asks(node), math.log1p(page.length(node)) / 6,
                math.log1p(min(node.end - node.start, 6)), depth / 10, page.overlap(node.start, node.end, line),
                float(answers[action.target] == best_answer),
            ]  # fmt: skip
            if kind is Kind.ANSWER_UP:
                steps = depth - 1 - action.target
                state += [steps / 10, math.log1p(steps), math.log1p(node.replies), float(action.target == 0)]
        offset = OFFSETS[kind]
        row[offset : offset + len(state)] = state
        row[offset + len(state) : offset + len(COLUMNS[kind])] = own
    return rows
