"""Taggers without models, a dump to tag, and a run of them as a program that can be killed.

python batch_stubs.py DUMP OUT [--workers N] [--engine E] [--shard N]
"""

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from discourse.batch import Settings, score
from discourse.schema import Span
from discourse.taggers.base import TagBatch

POISON = "POISON"
TEXT = "the council should ban cars from our streets because nobody can breathe damn it no yes why d*mn"
WORDS = TEXT.split()


def number(*parts):
    """A number in 0..1 that depends on the parts and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4]) / 2**32


def pause(count):
    time.sleep(float(os.environ.get("STUB_DELAY", 0)) * count)


class Toxicity:
    name = "toxicity"

    def predict(self, readings):
        pause(len(readings))
        if any(POISON in r.text for r in readings):
            raise RuntimeError("cannot read \x1b[31mthis")
        crash = os.environ.get("STUB_CRASH")
        if crash and any("CRASH" in r.text for r in readings) and not Path(crash).exists():
            Path(crash).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        values = [number(r.text) for r in readings]
        return TagBatch({"toxicity": values, "toxic": [v > 0.8 for v in values]})


class Stance:
    """Reads a thread as a whole: the probability depends on how many ancestors are in the batch."""

    name = "stance"

    def predict(self, readings):
        assert len({r.comment_id for r in readings}) == len(readings)
        above = {r.comment_id: r.parent_id for r in readings}
        favor, parent = [], []
        for reading in readings:
            depth, at = 0, reading.parent_id
            while at in above:
                depth, at = depth + 1, above[at]
            favor.append(number(reading.text, reading.target, depth))
            known = reading.parent is not None
            parent.append(
                ("agree" if number(reading.text, reading.parent) > 0.5 else "disagree") if known else None
            )
        return TagBatch(
            {
                "target": [r.target for r in readings],
                "stance_article": ["favor" if v > 0.5 else "none" for v in favor],
                "stance_article_favor": favor,
                "stance_parent": parent,
            }
        )


class Profanity:
    name = "profanity"

    def predict(self, readings):
        spans = []
        for reading in readings:
            for word, kind in (("damn", "plain"), ("d*mn", "masked")):
                at = reading.text.find(word)
                if at >= 0:
                    spans.append(Span(reading.comment_id, at, at + 4, word, "damn", kind, 0.9))
        counts = [int("d*mn" in r.text) for r in readings]
        return TagBatch(
            {"n_masked": counts, "text_masked": [r.text.replace("damn", "d***") for r in readings]}, spans
        )


def load(job):
    """The stub taggers; `job` is not looked at."""
    return (Stance(), Toxicity(), Profanity())


def write_dump(path, count, seed=0, duplicates=0.3, article=40, lines=()):
    """A JSON Lines dump of `count` comments in threads, some texts more than once; gives the path."""
    draw = random.Random(seed)
    texts, rows = [], list(lines)
    for i in range(count):
        thread = i // article
        if texts and draw.random() < duplicates:
            text = draw.choice(texts)
        else:
            text = " ".join(draw.choices(WORDS, k=draw.randint(3, 40))) + f" {draw.randrange(10**6)}"
        texts.append(text)
        first = thread * article
        parent = draw.randrange(first, i) if i > first and draw.random() < 0.6 else None
        row = {"id": f"c{i}", "thread_id": f"t{thread}", "text": text, "votes": draw.randrange(50)}
        row |= {
            "author": f"reader{draw.randrange(99)}",
            "article_title": f"The council should ban cars {thread}",
        }
        if parent is not None:
            row["parent_id"] = f"c{parent}"
        if i % 7 == 0:
            row["tags"] = ["a", i]
        rows.append(json.dumps(row))
    Path(path).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return Path(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dump")
    parser.add_argument("out")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--shard", type=int, default=100)
    asked = parser.parse_args()
    settings = Settings(load=load, workers=asked.workers, engine=asked.engine, shard_comments=asked.shard)
    outcome = score([asked.dump], asked.out, settings)
    print(json.dumps({"complete": outcome.complete, "scored_now": outcome.scored_now}))
    return 0 if outcome.complete else 130


if __name__ == "__main__":
    # workers import this file by its name, not as __main__
    sys.path.insert(0, str(Path(__file__).parent))
    from batch_stubs import main as run

    sys.exit(run())
