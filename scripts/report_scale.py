"""How long the report of a large run takes beyond scoring, how much memory, how large its pages are.

    python scripts/report_scale.py [--comments 100000] [--articles 500] [--largest 10000] [--keep FOLDER]

The run is made by taggers that draw their answers from a hash of the text, so that no model is asked: only
what comes after scoring is measured, on `discourse report RUN --html`. Texts are lines of the seeds, drawn at
random with a number each; a tenth holds a profanity. Sizes of articles fall as 1 / rank from the largest. What
this does not show: other texts, other trees, and how long scoring takes (`scripts/benchmark.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from discourse.batch import Settings, score
from discourse.schema import TOXICITY_LABELS, Span
from discourse.taggers.base import TagBatch

ROOT = Path(__file__).resolve().parents[1]
WORD = "damn"


def number(*parts: object) -> float:
    """A number in 0..1 that depends on the parts and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4]) / 2**32


def draw(labels: tuple[str, ...], *parts: object) -> list[float]:
    """Probabilities of labels, one of them large."""
    weights = [number(label, *parts) ** 4 + 0.01 for label in labels]
    return [w / sum(weights) for w in weights]


class Toxicity:
    name = "toxicity"

    def predict(self, readings):
        columns = {name: [number(name, r.text) ** 3 for r in readings] for name in TOXICITY_LABELS}
        return TagBatch(columns | {"toxic": [p > 0.5 for p in columns["toxicity"]]})


class Stance:
    name = "stance"

    def predict(self, readings):
        columns: dict[str, list] = {}
        for name, labels in (
            ("stance_article", ("favor", "against", "none")),
            ("stance_parent", ("agree", "disagree", "neutral")),
        ):
            rows = [
                draw(labels, r.text) if name == "stance_article" or r.parent is not None else None
                for r in readings
            ]
            columns[name] = [row and labels[row.index(max(row))] for row in rows]
            for i, label in enumerate(labels):
                columns[f"{name}_{label}"] = [row and row[i] for row in rows]
        return TagBatch(columns)


class Profanity:
    name = "profanity"

    def predict(self, readings):
        spans, covered = [], []
        for reading in readings:
            at = reading.text.find(WORD)
            covered.append(reading.text if at < 0 else reading.text.replace(WORD, "d***", 1))
            if at >= 0:
                spans.append(Span(reading.comment_id, at, at + len(WORD), WORD, WORD, "masked", 0.9))
        masked = [int(WORD in r.text) for r in readings]
        return TagBatch({"n_masked": masked, "text_masked": covered}, spans)


def load(job) -> list:
    """The taggers of a run that asks no model."""
    return [Toxicity(), Stance(), Profanity()]


def sizes(comments: int, articles: int, largest: int) -> list[int]:
    """How many comments each article has; they add up."""
    rest, left = comments - largest, articles - 1
    weights = [1 / rank for rank in range(2, articles + 1)]
    made = [largest, *(max(1, min(largest, int(rest * w / sum(weights)))) for w in weights)]
    for i in range(comments - sum(made)):
        made[1 + i % left] += 1
    return made


def dump(path: Path, comments: int, articles: int, largest: int) -> None:
    """Writes the comments as JSON Lines."""
    lines = [
        line.strip()
        for seed in sorted((ROOT / "seeds").glob("*.txt"))
        for line in seed.read_text(encoding="utf-8", errors="replace").splitlines()
        if 20 < len(line) < 1200
    ]
    chance = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        done = 0
        for article, size in enumerate(sizes(comments, articles, largest)):
            for i in range(size):
                text = f"{chance.choice(lines)} {WORD if chance.random() < 0.1 else ''} {done}"
                row = {
                    "comment_id": f"c{done}",
                    "article_id": f"a{article}",
                    "article_title": f"Article {article}: {chance.choice(lines)[:60]}",
                    "text": text,
                    "author": f"reader {chance.randrange(5000)}",
                    "posted_at": f"2026-{1 + article % 9:02d}-{1 + i % 28:02d}T{i % 24:02d}:00:00Z",
                }
                if i and chance.random() < 0.65:
                    row["parent_id"] = f"c{done - 1 - chance.randrange(min(i, 30))}"
                file.write(json.dumps(row) + "\n")
                done += 1


def main() -> int:
    """Prints the measurement; 1 where a page or the time is over the limits of the project."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--largest", type=int, default=10_000, help="comments of the largest article")
    parser.add_argument("--keep", type=Path, help="leave run and pages in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run = folder / "run"
        if not run.exists():
            dump(folder / "dump.jsonl", options.comments, options.articles, options.largest)
            assert score([str(folder / "dump.jsonl")], run, Settings(load=load)).complete
        command = [sys.executable, "-m", "discourse", "report", str(run), "--no-tree", "--quiet"]
        command += ["--html", str(folder / "report.html"), "--json", str(folder / "report.json")]
        started = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        pages = [folder / "report.html", *(folder / "report-articles").glob("*.html")]
        largest = max(page.stat().st_size for page in pages) / 1e6
        total = sum(page.stat().st_size for page in pages) / 1e6
    print(
        f"{options.comments:,} comments, {options.articles:,} articles, largest {options.largest:,}: {seconds:.0f} s by the clock, "
        f"{used.ru_utime + used.ru_stime:.0f} s of processor, {used.ru_maxrss / 1e6:.1f} GB at its peak; "
        f"{len(pages):,} pages, the largest {largest:.1f} MB, {total:.0f} MB in all; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return int(seconds > 120 or largest > 5)


if __name__ == "__main__":
    sys.exit(main())
