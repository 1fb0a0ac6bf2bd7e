"""What training and evaluation of the profanity tagger share: comments, and which rows are set aside."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from training import read_rows

MIXED = ("civil_spans", "insults_train", "jigsaw")  # half of the rows train, half are set aside
TRAIN_ONLY = ("davidson", "wiki_context", "youtube", "dynahate")
HELD_OUT = ("insults_valid", "ucc_valid")
THREADS = ("train_reddit", "train_mtcsd", "train_iac")


def is_set_aside(name: str, index: int) -> bool:
    """True for the rows that only the evaluation reads."""
    if name in HELD_OUT:
        return True
    return name in MIXED and zlib.crc32(f"{name}:{index}".encode()) % 2 == 0


def set_aside(data: Path) -> Iterator[tuple[str, int, dict]]:
    """The rows set aside, with data set and row index."""
    for name in (*HELD_OUT, *MIXED):
        for index, row in enumerate(read_rows(data / "toxicity" / f"{name}.jsonl.gz")):
            if is_set_aside(name, index):
                yield name, index, row


def training_texts(data: Path) -> Iterator[tuple[str, str, float | None]]:
    """Comments to train on, as (data set, text, toxicity or None); texts that are also set aside left out."""
    kept_back = {row["text"].strip().lower() for _, _, row in set_aside(data)}
    for name in (*MIXED, *TRAIN_ONLY):
        for index, row in enumerate(read_rows(data / "toxicity" / f"{name}.jsonl.gz")):
            if not is_set_aside(name, index) and row["text"].strip().lower() not in kept_back:
                yield name, row["text"], row.get("toxicity")
    for name in THREADS:
        for row in read_rows(data / "threads" / f"{name}.jsonl.gz"):
            for comment in row["comments"]:
                if comment["text"]:
                    yield name, comment["text"], None
    seen = set()
    for row in read_rows(data / "stance" / "arc_article.jsonl.gz"):
        if row["text"] not in seen:
            seen.add(row["text"])
            yield "arc_article", row["text"], 0.0
