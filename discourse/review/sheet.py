"""A sheet of comments drawn at random, for people to fill in with any spreadsheet, and the way back.

A row has the comment as its reader meets it (the article, the position, what it answers, its text) and open cells for the
answers; our tags are not shown, so that they do not lead. An open cell says nothing: what was said before stays. Rows are known again by their `key` alone: spreadsheets change
ids of many digits, line breaks and quotation marks.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from discourse.batch.run import Run
from discourse.export.csvfiles import line
from discourse.export.source import RunTables
from discourse.readers.items import excerpt_of
from discourse.review.judgements import SHEET, Judgement, text_key
from discourse.review.store import read
from discourse.schema import UnreadableSource
from discourse.schema.nearest import nearest

ANSWERS: Mapping[str, Mapping[str, object]] = {
    "stance_article": {
        "favor": "favor",
        "favour": "favor",
        "for": "favor",
        "against": "against",
        "none": "none",
        "neither": "none",
    },
    "stance_parent": {"agree": "agree", "disagree": "disagree", "neutral": "neutral"},
    "toxic": {
        "yes": True,
        "y": True,
        "true": True,
        "1": True,
        "toxic": True,
        "no": False,
        "n": False,
        "false": False,
        "0": False,
        "not toxic": False,
    },
}
"""The open columns: what may stand in a cell, in upper or lower case, and the answer it is."""
KEY = "key"
COLUMNS = (KEY, "article", "place", "target", "answers", "text", *ANSWERS, "reviewer")
LONGEST = 20_000  # characters of a cell; spreadsheets hold 32,767


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many comments a sheet holds, and of how many that nobody has judged yet they were drawn."""

    n: int
    of: int


def key_of(article_id: str, comment_id: str, text: str) -> str:
    """What names a comment in a sheet; begins with a letter, so that no spreadsheet takes it for a number."""
    named = "\0".join((article_id, comment_id, text_key(text)))
    return "c" + hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:15]


def write_sheet(
    folder: str | Path, file: TextIO, n: int, *, articles: Sequence[str] = (), seed: int = 0
) -> Drawn:
    """Draws comments of a run at random, without those that people have judged already, and writes them as CSV.

    Args:
        folder: the run folder.
        file: where to write; cells are safe to open in a spreadsheet.
        n: how many comments, or all that are left.
        articles: ids of articles to draw from; all without.
        seed: the same one draws the same comments, as long as nobody judges any.

    Raises:
        UnreadableSource: there is no run, it is not complete, a part of it is damaged, or it has no such article or no comment
            left.
        UsageError: the human tags of the run are damaged.
    """
    Run.open(folder)  # of a run that is not complete, what is scored is no random part
    source = RunTables.open(folder)
    done = {key[:2] for key in read(source.run.folder)}
    wanted, met = set(articles), set()
    rng = random.Random(seed)
    chosen: list[tuple[int, dict]] = []
    left = 0
    for part in source.rows():
        texts = {(row["article_id"], row["comment_id"]): row["text"] for row in part.comments}
        for row in part.comments:
            named = (row["article_id"], row["comment_id"])
            if wanted and row["article_id"] not in wanted:
                continue
            met.add(row["article_id"])
            if named in done or not (row["text"] or "").strip():
                continue
            article = part.articles.get(row["article_id"], {}).get("title") or row["article_id"]
            answered = texts.get((row["article_id"], row["parent_id"]))
            entry = (left, row | {"article": article, "answers": answered})
            left += 1
            if len(chosen) < n:  # reservoir sampling (Vitter 1985, algorithm R)
                chosen.append(entry)
            elif (at := rng.randrange(left)) < n:
                chosen[at] = entry
    if missing := sorted(wanted - met):
        raise UnreadableSource(
            f"{folder}: no comment of the run stands under the article {missing[0]!r}; ids stand in the column article_id of {folder}/articles"
        )
    if not left:
        raise UnreadableSource(
            f"{folder}: people have judged every comment there is; nothing is left to draw"
        )
    file.write(line(COLUMNS))
    for _, row in sorted(chosen, key=lambda entry: entry[0]):
        file.write(line(_cells(row)))
    return Drawn(len(chosen), left)


def _cells(row: Mapping) -> list[object]:
    lines = [n for n in (row["line_start"], row["line_end"]) if n is not None]
    place = (
        f"line {' to '.join(map(str, dict.fromkeys(lines)))}" if lines else f"comment {row['position'] + 1}"
    )
    shown = [
        key_of(row["article_id"], row["comment_id"], row["text"]),
        row["article"],
        place,
        row["target"],
        row["answers"],
        row["text"],
    ]
    return [_cut(value) for value in shown] + [""] * (len(COLUMNS) - len(shown))


def _cut(value: str | None) -> str:
    value = value or ""
    return value if len(value) <= LONGEST else value[:LONGEST] + " [cut]"


def is_sheet(record: Mapping) -> bool:
    """True for a row of a sheet."""
    return KEY in record and any(name in record for name in ANSWERS)


def judgements(record: Mapping, skipped: list[str]) -> Iterator[Judgement]:
    """The judgement of a row, if a cell of it is filled in; of cells that hold no answer, what is wrong with each."""
    said: dict[str, object] = {}
    wrong: list[str] = []
    for name, answers in ANSWERS.items():
        value = record.get(name)
        given = " ".join(str("" if value is None else value).split()).lower()
        if not given:
            continue
        if given in answers:
            said[name] = answers[given]
        else:
            wrong.append(_no_answer(name, value, given))
    if not said and not wrong:
        skipped.append("rows without an answer")
        return
    yield Judgement(
        reviewer=str(record.get("reviewer") or "").strip() or SHEET,
        origin=SHEET,
        text="",
        key=str(record[KEY] or "").strip(),
        target=str(record.get("target") or "") or None if "stance_article" in said else None,
        wrong=tuple(what + _kept(what, len(wrong)) if said else what for what in wrong),
        place=str(record.get("place") or "").strip(),
        **said,
    )


def _no_answer(name: str, value: object, given: str) -> str:
    """What is wrong with a cell, the answers that there are, and the one that was likely meant."""
    answers = ANSWERS[name]
    first = {answer: word for word, answer in reversed(answers.items())}
    words = sorted(first.values(), key=list(answers).index)
    close = nearest(given, answers)
    meant = f"; did you mean {first[answers[close]]}?" if close else ""
    return f"{name} is {excerpt_of(value)[:40]!r}: none of {', '.join(words)}{meant}"


def _kept(what: str, wrong: int) -> str:
    """Goes on after what is wrong with a cell, where other cells of the row are right."""
    return (
        " " if what.endswith("?") else ". "
    ) + f"The {'other' if wrong == 1 else 'right'} cells of the row were kept."
