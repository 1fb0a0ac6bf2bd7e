"""Who answers whom, given where the comments start: what speaks for a link, and the whole tree at once.

The line-level search reads forwards and lives with what it has decided. Once the comments are
known, their links are decided together: every pair gets a score, all trees in display order are
summed over, and the tree with the most expected right links is taken (`trees.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.structure import cues
from discourse.structure.features import PageEvidence, quotation_strength
from discourse.structure.told import Told
from discourse.structure.trees import best_tree, marginals

NEAR = 60  # comments back that are candidates; older ones only where they are quoted
SECTION = 300  # comments decided together on a long page
BACK = 60  # of which so many are read again with the next section
OPEN = 80  # open comments that a section starts with
_RULED_OUT = -400.0  # score of a parent that the page itself rules out
_CUES = (
    "you_start", "you", "opener", "join", "other_person", "first_person", "question", "short", "marked",
    "wholly_marked", "lower_start", "ellipsis_start", "log_length", "before_question",
)  # fmt: skip
_ROOT = ("bias", "opens", "opens_rank", "quotes_article", "quotes_comment", *_CUES)
_ABOVE = (
    "bias", "answers", "answers_all", "share", "is_best", "opens", "quotes", "quotes_other", "quotes_article", "asks", "length", "overlap", *_CUES,
)  # fmt: skip
_FURTHER = (*_ABOVE, "log_back", "second_above")
NAMES = tuple(
    f"link.{kind}.{name}"
    for kind, names in (("root", _ROOT), ("above", _ABOVE), ("further", _FURTHER))
    for name in names
)
_AT = {"root": 0, "above": len(_ROOT), "further": len(_ROOT) + len(_ABOVE)}
_PICKED = [cues.NAMES.index(name) for name in _CUES]


def link_rows(
    page: PageEvidence, spans: Sequence[tuple[int, int]], article_end: int, first: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Evidence for the links of comments `first` and later, whose lines are `spans`.

    Returns:
        Rows of evidence, shape (links, len(NAMES)), and for each the parent (0: the article, else
        the comment's number from 1) and the child's number from 1.
    """
    opens = page.opening_scores(article_end)
    starts, ends = np.array(spans).T
    top = opens[starts]
    rank = top.argsort().argsort() / max(1, len(spans) - 1)
    rows, parents, children = [], [], []
    for c in range(first, len(spans)):
        start, end = spans[c]
        matches = [m for line in range(start, end) for m in page.quotations[line]]
        of_article = quotation_strength(matches, 0, article_end)
        near = range(max(0, c - NEAR), c)
        far = {d for d in range(near.start) if any(spans[d][0] <= m.line < spans[d][1] for m in matches)}
        candidates = [*sorted(far), *near]
        own = page.cues[start, _PICKED]
        quoted = [quotation_strength(matches, *spans[d]) for d in candidates]
        of_comments = max(quoted, default=0.0)
        root = np.zeros(len(NAMES), np.float32)
        root[: len(_ROOT)] = [1.0, top[c], rank[c], of_article, of_comments, *own]
        rows.append(root)
        parents.append(0)
        children.append(c + 1)
        if not candidates:
            continue
        answers = page.scores.answers(starts[candidates], ends[candidates], start, start + 1)
        whole = page.scores.answers(starts[candidates], ends[candidates], start, end)
        recent = answers[-8:] - answers[-8:].max()
        shares = np.zeros(len(candidates))
        shares[-8:] = np.exp(recent) / np.exp(recent).sum()
        for d, answer, all_lines, share, quote in zip(
            candidates, answers, whole, shares, quoted, strict=True
        ):
            back = c - d
            state = [
                1.0, answer, all_lines, share, float(share == shares.max()), top[c], quote, max(0.0, of_comments - quote), of_article,
                page.asks_between(*spans[d]), math.log1p(page.length_between(*spans[d])) / 6, page.overlap(*spans[d], start), *own,
            ]  # fmt: skip
            kind = "above" if back == 1 else "further"
            if kind == "further":
                state += [math.log(back), float(back == 2)]
            row = np.zeros(len(NAMES), np.float32)
            row[_AT[kind] : _AT[kind] + len(state)] = state
            rows.append(row)
            parents.append(d + 1)
            children.append(c + 1)
    return np.stack(rows), np.array(parents), np.array(children)


def link_scores(
    rows: np.ndarray, parents: np.ndarray, children: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Scores by parent and child, shape (n + 1, n + 1); links without evidence are out of the question."""
    n = int(children.max())
    scores = np.full((n + 1, n + 1), -40.0)
    scores[parents, children] = rows @ weights
    return scores


@dataclass(frozen=True, slots=True)
class Section:
    """Comments decided together: links' rows of evidence and, for each, parent and child within the section.

    `numbers` are the page's comments, those from `first` to `stop` decided here; `probabilities` and
    `tree` number them from 1, the article being 0.
    """

    numbers: list[int]
    first: int
    stop: int
    rows: np.ndarray
    parents: np.ndarray
    children: np.ndarray
    probabilities: np.ndarray
    tree: list[int]

    def on_page(self, node: int) -> int:
        """The page's number of a node of the section; -1 for the article."""
        return self.numbers[node - 1] if node else -1


def sections(
    page: PageEvidence,
    spans: Sequence[tuple[int, int]],
    article_end: int,
    weights: np.ndarray,
    told: Sequence[Told | None] = (),
) -> Iterator[Section]:
    """Decides all links, SECTION comments at a time.

    Of each section the last BACK comments only show what follows: they are decided with the next,
    which starts with what the comments so far have left open to answer. `told` is what the page itself
    says of each comment's parent, if anything.
    """
    decided: list[int] = []
    while len(decided) < len(spans):
        done = len(decided)
        stop = min(len(spans), done + SECTION)
        spine = _spine(decided)
        numbers = [*spine, *range(done, stop)]
        rows, parents, children = link_rows(page, [spans[i] for i in numbers], article_end, first=len(spine))
        scores = link_scores(rows, parents, children, weights)
        if told:
            _rule_out(scores, numbers, told, len(spine))
        above = np.arange(len(spine))
        scores[above, above + 1] = 0.0  # decided before
        probabilities, _ = marginals(scores)
        kept = stop - done if stop == len(spans) else SECTION - BACK
        first = len(spine)
        section = Section(
            numbers, first, first + kept, rows, parents, children, probabilities, best_tree(probabilities)
        )
        yield section
        decided += [section.on_page(section.tree[i + 1]) for i in range(first, first + kept)]


def link_comments(
    page: PageEvidence,
    spans: Sequence[tuple[int, int]],
    article_end: int,
    weights: np.ndarray,
    told: Sequence[Told | None] = (),
) -> list[tuple[int, float]]:
    """The parent of every comment (-1: the article) and its probability; `told` as in `sections`."""
    return [
        (section.on_page(section.tree[child]), float(section.probabilities[section.tree[child], child]))
        for section in sections(page, spans, article_end, weights, told)
        for child in range(section.first + 1, section.stop + 1)
    ]


def _rule_out(scores: np.ndarray, numbers: Sequence[int], told: Sequence[Told | None], first: int) -> None:
    """Of a section's scores, in place, takes the parents that the page rules out."""
    for at in range(first, len(numbers)):
        said = told[numbers[at]]
        if said is None:
            continue
        ruled = [node for node in range(at + 1) if (numbers[node - 1] if node else -1) not in said.parents]
        if len(ruled) <= at:
            scores[ruled, at + 1] = _RULED_OUT


def _spine(decided: Sequence[int]) -> list[int]:
    """The last comment and its ancestors, from the top; of very deep ones those near either end."""
    spine: list[int] = []
    node = len(decided) - 1
    while node >= 0:
        spine.append(node)
        node = decided[node]
    spine.reverse()
    return spine if len(spine) <= OPEN else [*spine[: OPEN // 4], *spine[-(OPEN - OPEN // 4) :]]
