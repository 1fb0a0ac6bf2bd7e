"""Structure: a flat page as it is rebuilt, against its lines with their comments and parents labelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from discourse.evaluate import metrics
from discourse.evaluate.comments import intervals
from discourse.evaluate.labelled import raw_rows
from discourse.readers.fields import given_id, string
from discourse.readers.flat import read_flat
from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.page import FlatPage
from discourse.readers.place import Place
from discourse.readers.source import Source, source_name
from discourse.schema import Comment, Discussion, UnreadableSource, UsageError

NO_LINES = "no line_start and line_end that are lines of the page"
BLANK = "lines of which none holds text"
OVERLAP = "lines that belong to another comment too"
NO_PARENT = "a parent that the file does not hold"
TWICE = "a comment_id that another comment has"
COUNTS = (
    "gold", "found", "boundary", "exact", "linked", "asked", "right", "above", "top",
)  # fmt: skip


class Rebuilds(Protocol):
    """What turns a flat page into a discussion."""

    def rebuild(self, page: FlatPage) -> Discussion:
        """The discussion on a page."""
        ...


@dataclass(frozen=True, slots=True)
class GoldComment:
    """A labelled comment of lines `start` to `end`, inclusive; `parent` is the first line of what it answers.

    `parent` is 0 at top level and None where it is not known.
    """

    start: int
    end: int
    parent: int | None


def read_gold(source: Source, page: FlatPage, intake: Intake) -> list[GoldComment]:
    """The labelled comments of a page, in the order of their lines.

    Raises:
        UnreadableSource: the file is missing, damaged, no table, or holds no comment of the page.
        UsageError: it holds several articles.
    """
    name = source_name(source)
    found: list[tuple[Place, Mapping]] = []
    articles: set[str | None] = set()
    for place, rows in raw_rows(source, ReadOptions(), {}, intake):
        for number, row in rows:
            articles.add(given_id(row.get("article_id")))
            if row.get("kind") != "article":
                intake.read += 1
                found.append((place.at(number), row))
    if len(articles) > 1:
        raise UsageError(f"{name}: holds {len(articles)} articles: structure is measured a page at a time")
    text = {line.number for line in page.lines} | {f.line for f in page.furniture}
    text |= {page.title_line} if page.title_line is not None else set()
    kept: list[tuple[Place, Mapping, int, int]] = []
    starts: dict[str, int] = {}
    taken: set[int] = set()
    for place, row in found:
        start, end = _line(row.get("line_start")), _line(row.get("line_end"))
        comment_id = given_id(row.get("comment_id", row.get("id")))
        lines = range(start, min(end, page.n_lines) + 1) if start and end else range(0)
        own = [line for line in lines if line in text]
        reason = None
        if not start or not end or not start <= end <= page.n_lines:
            reason = NO_LINES
        elif not own:
            reason = BLANK
        elif not taken.isdisjoint(own):
            reason = OVERLAP
        elif comment_id in starts:
            reason = TWICE
        if reason is not None:
            intake.reject(place.reject(reason, string(row.get("text")) or dict(row)))
            continue
        taken.update(own)
        kept.append((place, row, own[0], own[-1]))
        if comment_id is not None:
            starts[comment_id] = own[0]
    if not kept and intake.n_rejected:
        reason = intake.rejected.most_common(1)[0][0]
        raise UnreadableSource(f"{name}: holds no comment of {page.source}: {reason}")
    out = []
    for place, row, start, end in kept:
        parent_id = given_id(row.get("parent_id"))
        parent = 0 if parent_id is None else starts.get(parent_id)
        if parent is None or (parent and parent >= start):
            intake.reject(place.reject(NO_PARENT, string(row.get("text"))))
            parent = None
        out.append(GoldComment(start, end, parent))
    return sorted(out, key=lambda comment: comment.start)


def _line(value: object) -> int | None:
    """A line number; None for what is none."""
    text = given_id(value)
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def compare(
    truth: Sequence[GoldComment], found: Sequence[Comment]
) -> tuple[np.ndarray, list[float], list[bool]]:
    """Counts as in `COUNTS`, a row per labelled thread; and of links found, their probability and whether right.

    Comments found outside every labelled thread are in a row of their own, the first. Parents are asked of
    comments that start on a labelled line, but the first of the page, which has no choice.
    """
    first = {c.comment_id: c.line_start for c in found}
    mine = {c.line_start: c for c in found}
    threads, last = _threads(truth)
    rows = np.zeros((last + 1, len(COUNTS)))
    for comment in found:
        rows[_thread_at(truth, threads, comment.line_start), COUNTS.index("found")] += 1
    confidence: list[float] = []
    rights: list[bool] = []
    for i, (comment, thread) in enumerate(zip(truth, threads, strict=True)):
        match = mine.get(comment.start)
        row = dict.fromkeys(COUNTS, 0)
        row["gold"] = 1
        if match is not None:
            parent = 0 if match.parent_id is None else first[match.parent_id]
            row["boundary"] = 1
            row["exact"] = match.line_end == comment.end
            row["linked"] = parent == comment.parent
            if i and comment.parent is not None:
                row |= {
                    "asked": 1,
                    "right": parent == comment.parent,
                    "above": truth[i - 1].start == comment.parent,
                    "top": comment.parent == 0,
                }
                confidence.append(match.parent_confidence)
                rights.append(parent == comment.parent)
        rows[thread] += [row[name] for name in COUNTS]
    return rows, confidence, rights


def _threads(truth: Sequence[GoldComment]) -> tuple[list[int], int]:
    """The thread of each comment, from 1, and the number of the last; without a parent a new one starts."""
    thread_of: dict[int, int] = {}
    last = 0
    for comment in truth:
        if not comment.parent:
            last += 1
        thread_of[comment.start] = thread_of[comment.parent] if comment.parent else last
    return list(thread_of.values()), last


def _thread_at(truth: Sequence[GoldComment], threads: Sequence[int], line: int) -> int:
    """The thread whose comment stands at a line, or last before it; 0 for lines before the first."""
    above = sum(comment.start <= line for comment in truth)
    return threads[above - 1] if above else 0


def measure_structure(source: Source, page_source: Source, parser: Rebuilds, intake: Intake) -> dict:
    """The figures of one page.

    Raises:
        UnreadableSource: the page or the file is missing, or no gold can be used.
        UsageError: the file holds several articles.
    """
    page = read_flat(page_source)
    truth = read_gold(source, page, intake)
    found = parser.rebuild(page).comments
    rows, confidence, rights = compare(truth, found)
    if not rows[0].any():
        rows = rows[1:] if len(rows) > 1 else rows

    def figures(weights: np.ndarray) -> dict[str, float]:
        n = dict(zip(COUNTS, weights @ rows, strict=True))
        return {
            "boundary_f1": metrics.ratio(2 * n["boundary"], n["gold"] + n["found"]),
            "boundary_precision": metrics.ratio(n["boundary"], n["found"]),
            "boundary_recall": metrics.ratio(n["boundary"], n["gold"]),
            "exact_spans": metrics.ratio(n["exact"], n["gold"]),
            "end_to_end_links": metrics.ratio(n["linked"], n["gold"]),
            "parent_accuracy": metrics.ratio(n["right"], n["asked"]),
            "answers_above": metrics.ratio(n["above"], n["asked"]),
            "all_top_level": metrics.ratio(n["top"], n["asked"]),
        }

    units = list(range(len(rows)))
    total = dict(zip(COUNTS, rows.sum(0).astype(int).tolist(), strict=True))
    of = {"boundary_precision": total["found"]}
    of |= dict.fromkeys(("boundary_recall", "exact_spans", "end_to_end_links"), total["gold"])
    of |= dict.fromkeys(("parent_accuracy", "answers_above", "all_top_level"), total["asked"])
    return {
        "intervals": intervals(units, "threads"),
        **metrics.bootstrap(figures, units, of=of),
        "calibration_error": metrics.rounded(
            metrics.calibration_error(np.array(confidence), np.array(rights, float))
        ),
        "article_end": _article_end(truth, found),
        "comments": {name: total[name] for name in ("gold", "found", "boundary", "exact", "asked", "right")},
    }


def _article_end(truth: Sequence[GoldComment], found: Iterable[Comment]) -> dict:
    """On which line the comments begin; None for a page without any."""
    gold = truth[0].start if truth else None
    mine = min((c.line_start for c in found), default=None)
    return {"right": gold == mine, "first_comment": gold, "first_comment_found": mine}
