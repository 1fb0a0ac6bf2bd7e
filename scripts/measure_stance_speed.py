"""Times both stances on 1,000 comments of labelled threads, with peak memory; writes the card's line.

python scripts/measure_stance_speed.py [--write]
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

import torch
from cards import write_between
from training import DATA, read_rows

from discourse.taggers.base import Reading
from discourse.taggers.stance import StanceTagger

START, END = "<!-- speed -->", "<!-- /speed -->"
COMMENTS = 1000


def readings(folder: Path) -> list[Reading]:
    """The first comments of the labelled threads, replies with their parent."""
    out = []
    for row in read_rows(folder / "threads_labelled/train.jsonl.gz"):
        branch = (row["parent_text"],) if row["parent_text"] else ()
        out.append(Reading(row["id"], row["text"], branch, row["target"]))
        if len(out) == COMMENTS:
            break
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/stance"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the line into the card")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    batch = readings(arguments.data)
    tagger = StanceTagger.load()
    busy = os.getloadavg()[0]
    started, used = time.perf_counter(), time.process_time()
    tagger.predict(batch)
    wall, processor = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    replies = sum(bool(r.branch) for r in batch)
    words = sum(len(r.text.split()) for r in batch) / len(batch)
    line = (
        f"Speed: both stances of {len(batch):,} comments ({replies:,} replies; {words:.0f} words on average) took "
        f"{wall:.0f} s ({processor:.0f} s of processor time) with {arguments.threads} threads, "
        f"{memory:.2f} GB at the peak; load average before it {busy:.1f}."
    )
    print(line)
    if arguments.write:
        write_between(arguments.model / "README.md", START, END, line)


if __name__ == "__main__":
    main()
