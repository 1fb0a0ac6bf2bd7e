"""Discussions made by hand for the tests of the report."""

from __future__ import annotations

from dataclasses import replace

from discourse.schema import Article, Comment, Discussion, Span, Tags

ARTICLE = Article(
    "a1",
    "Council will close the old harbour bridge to cars",
    "The council will close the old harbour bridge to cars from May.\nTraders fear for their trade.",
    source="bridge.txt",
    line_start=1,
    line_end=2,
)
TARGET = "The old harbour bridge should be closed to cars."
_STANCE = {"f": (0.8, 0.1, 0.1), "a": (0.1, 0.8, 0.1), "n": (0.1, 0.1, 0.8)}
_NAMES = {"f": "favor", "a": "against", "n": "none"}
_ANSWER = {"+": (0.8, 0.1, 0.1), "-": (0.1, 0.8, 0.1), "=": (0.1, 0.1, 0.8)}
_ANSWER_NAMES = {"+": "agree", "-": "disagree", "=": "neutral"}


def comment(i: int, parent: int | None = None, depth: int = 1, root: int | None = None, **fields) -> Comment:
    """Comment number `i` on line `i + 3`, answering number `parent`."""
    values = {
        "comment_id": f"c{i}",
        "article_id": "a1",
        "parent_id": None if parent is None else f"c{parent}",
        "root_id": f"c{i if root is None else root}",
        "depth": depth,
        "position": i,
        "author": None,
        "posted_at": None,
        "text": f"Remark number {i} about the bridge, long enough to be read with pleasure.",
        "line_start": i + 3,
        "line_end": i + 3,
        "parent_source": "given",
        "parent_confidence": 1.0,
    }
    return Comment(**values | fields)


def tags(side: str = "n", answer: str | None = None, toxicity: float = 0.05, **fields) -> Tags:
    """Tags of side f, a or n, answering + (agree), - (disagree) or = (neutral); toxic from 0.5 on."""
    f, a, n = _STANCE[side]
    values: dict = {
        "target": TARGET,
        "stance_article": _NAMES[side],
        "stance_article_favor": f,
        "stance_article_against": a,
        "stance_article_none": n,
        "toxicity": toxicity,
        "toxic": toxicity >= 0.5,
        "n_masked": 0,
    }
    if answer:
        agree, disagree, neutral = _ANSWER[answer]
        values |= {
            "stance_parent": _ANSWER_NAMES[answer],
            "stance_parent_agree": agree,
            "stance_parent_disagree": disagree,
            "stance_parent_neutral": neutral,
        }
    return Tags(**values | fields)


def discussion(rows: list[tuple[Comment, Tags]], spans: tuple[Span, ...] = (), **fields) -> Discussion:
    """A tagged discussion; where `text_masked` is missing the text stands for it: nothing to cover."""
    comments = tuple(c for c, _ in rows)
    covered = tuple(t if t.text_masked is not None else replace(t, text_masked=c.text) for c, t in rows)
    return Discussion(ARTICLE, comments, covered, spans, **fields)


def flat(sides: str, toxicity: float = 0.05) -> Discussion:
    """Top-level comments only, one per letter."""
    return discussion([(comment(i), tags(side, toxicity=toxicity)) for i, side in enumerate(sides)])


def harbour() -> Discussion:
    """Forty comments in ten threads of four: the against side is toxic, mostly when it crosses."""
    rows: list[tuple[Comment, Tags]] = []
    spans: list[Span] = []
    for thread in range(10):
        first = 4 * thread
        side = "f" if thread < 3 else "a"
        other = "a" if side == "f" else "f"
        inferred = {"parent_source": "inferred", "parent_confidence": 0.4 if thread == 2 else 0.9}
        rude = {
            "text": "You d**n fool, nobody drives there.",
            "text_masked": "You d*** fool, nobody drives there.",
        }
        rows.append((comment(first), tags(side)))
        reply = comment(first + 1, first, 2, first, text=rude["text"], **inferred)
        rows.append((reply, tags(other, "-", 0.9, n_masked=1, text_masked=rude["text_masked"])))
        spans.append(Span(reply.comment_id, 4, 8, "d**n", "damn", "masked", 0.97))
        rows.append((comment(first + 2, first + 1, 3, first, **inferred), tags(side, "-", 0.3)))
        rows.append((comment(first + 3, first, 2, first, **inferred), tags("n", "+")))
    return discussion(rows, tuple(spans))
