"""Who answers whom, given where the comments start: what speaks for a link, and the whole tree at once.

The line-level search reads forwards and lives with what it has decided. Once the comments are
known, their links are decided together: every pair gets a score, all trees in display order are
summed over, and the tree with the most expected right links is taken (`trees.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from discourse.structure import cues
from discourse.structure.features import PageEvidence, quotation_strength
from discourse.structure.trees import best_tree, marginals

NEAR = 60  # comments back that are candidates; older ones only where they are quoted
SECTION = 300  # comments decided together on a long page
BACK = 60  # of which so many are read again with the next section
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
    means = np.stack([page.mean(a, b) for a, b in spans])
    starts = np.array([a for a, _ in spans])
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
        answers = page.encoder.answers(means[candidates], page.vectors[start])
        whole = page.encoder.answers(means[candidates], means[c])
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


def link_comments(
    page: PageEvidence, spans: Sequence[tuple[int, int]], article_end: int, weights: np.ndarray
) -> list[tuple[int, float]]:
    """The parent of every comment (-1: the article) and its probability.

    Pages of more than SECTION comments are decided section by section, each with the end of the one
    before it; a section starts at a comment that has been found to be top level.
    """
    out: list[tuple[int, float]] = []
    done = 0
    while done < len(spans):
        stop = min(len(spans), done + SECTION)
        part = spans[done:stop]
        scores = link_scores(*link_rows(page, part, article_end), weights)
        links, _ = marginals(scores)
        parents = best_tree(links)[1:]
        keep = len(part)
        if stop < len(spans):
            tops = [i for i, p in enumerate(parents) if p == 0 and i > BACK]
            keep = tops[-1] if tops else len(part)
        out += [(p - 1 + done if p else -1, float(links[p, i + 1])) for i, p in enumerate(parents[:keep])]
        done += keep
    return out
