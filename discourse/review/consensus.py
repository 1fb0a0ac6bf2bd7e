"""What most reviewers say of a comment of a run, beside our tags of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from discourse.export.source import RunTables
from discourse.review.judgements import Marked, text_key
from discourse.review.store import read
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, Judged

QUESTIONS: Mapping[str, tuple] = {
    "stance_article": STANCES_ARTICLE,
    "stance_parent": STANCES_PARENT,
    "toxic": (True, False),
}
"""The questions with one answer, and the answers."""


@dataclass(slots=True)
class Reviewed:
    """A comment with our tags and what people say of it, one row and its marks each."""

    ours: dict
    spans: list[dict]
    human: list[tuple[dict, tuple[Marked, ...]]]

    def answers(self, question: str) -> tuple[list, int]:
        """What reviewers answered, and how many answers were left out: stances toward another target than ours."""
        given = [row for row, _ in self.human if row[question] is not None]
        kept = [
            row[question]
            for row in given
            if question != "stance_article" or row["target"] in (None, self.ours["target"])
        ]
        return kept, len(given) - len(kept)


def most(answers: Sequence) -> tuple:
    """The answers given most often: one, several for a tie, none for no answer."""
    counts = Counter(answers)
    return tuple(answer for answer, n in counts.items() if n == max(counts.values()))


def reviewed(source: RunTables, human: Mapping) -> tuple[list[Reviewed], int]:
    """The comments of a run that people judged, and how many judgements are of a text that the run no longer has.

    `human` are the run's human tags (`store.read`).
    """
    by_comment: dict[tuple[str, str], list] = {}
    for (article, comment, _, _), said in human.items():
        by_comment.setdefault((article, comment), []).append(said)
    found, known = [], 0
    for part in source.rows():
        for row in part.comments:
            key = (row["article_id"], row["comment_id"])
            said = by_comment.pop(key, None)
            if said is None:
                continue
            current = text_key(row["text"])
            kept = [s for s in said if s[0]["text_key"] == current]
            known += len(kept)
            if kept:
                found.append(Reviewed(row, part.spans.get(key, []), kept))
    return found, len(human) - known


def judged(folder: str | Path) -> dict[str, dict[str, Judged]]:
    """What most people say of the comments of a run, by article and comment; empty where nobody judged any.

    Raises:
        UnreadableSource: there is no run in the folder, or a part of it is damaged.
        UsageError: the human tags are damaged.
    """
    source = RunTables.open(folder, partial=True)
    human = read(source.run.folder)
    found: dict[str, dict[str, Judged]] = {}
    for comment in reviewed(source, human)[0] if human else ():
        said = Judged(**{question: most(comment.answers(question)[0]) for question in QUESTIONS})
        if said != Judged():
            found.setdefault(comment.ours["article_id"], {})[comment.ours["comment_id"]] = said
    return found
