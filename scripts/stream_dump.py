"""Streams a generated Reddit dump (Pushshift's form, .zst) through `discourse parse`; says memory and rate.

python scripts/stream_dump.py [--form reddit|disqus] [--gigabytes 5] [--seed 1] [--folder DIR] [--keep]

The rows have the fields of Pushshift's comments; texts are made of drawn words, replies answer one of the
last comments of their thread, and rows of many threads are mixed as in a month's dump. Submissions come
in between. `--form disqus` makes the same discussions a Disqus export, XML, compressed likewise. The dump is written first; what is measured is the import alone: wall time, processor time, and
the peak of its resident memory, as the system counts them for the process. The folder needs room for about
three times the size. Exits with 1 where memory passes 500 MB or a comment is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 500  # MB of resident memory
WORDS = [
    "the",
    "council",
    "should",
    "ban",
    "cars",
    "from",
    "our",
    "streets",
    "because",
    "nobody",
    "can",
    "breathe",
    "while",
    "trams",
    "are",
    "quiet",
    "and",
    "buses",
    "wait",
    "for",
    "people",
    "who",
    "never",
    "asked",
    "what",
    "it",
    "costs",
    "to",
    "build",
    "a",
    "bridge",
    "that",
    "no",
    "one",
    "crosses",
    "after",
    "dark",
]
OPEN = 400  # threads that are written to at a time


def rows(size: int, seed: int) -> Iterator[bytes]:
    """Lines of a dump until they are `size` bytes together."""
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=rng.randrange(4, 160))) for _ in range(20_000)]
    threads: deque[tuple[str, list[str]]] = deque()
    number = written = 0
    while written < size:
        number += 1
        if len(threads) < OPEN or number % 40 == 0:
            name = f"p{number:x}"
            threads.append((name, []))
            if len(threads) > OPEN:
                threads.popleft()
            row = {
                "id": name, "title": texts[number % 500][:90], "selftext": texts[number % 20_000], "subreddit": "trams",
                "author": f"reader_{rng.randrange(50_000)}", "created_utc": 1_600_000_000 + number, "num_comments": 0,
                "is_self": True, "permalink": f"/r/trams/comments/{name}/", "url": f"https://www.reddit.com/r/trams/comments/{name}/",
            }  # fmt: skip
        else:
            thread, said = threads[rng.randrange(len(threads))]
            name = f"c{number:x}"
            above = said[-rng.randrange(1, min(len(said), 12) + 1)] if said and rng.random() < 0.6 else None
            said.append(name)
            row = {
                "id": name, "name": f"t1_{name}", "link_id": f"t3_{thread}", "parent_id": f"t1_{above}" if above else f"t3_{thread}",
                "body": texts[rng.randrange(20_000)], "author": f"reader_{rng.randrange(50_000)}", "author_fullname": f"t2_{number:x}",
                "author_flair_css_class": None, "author_flair_text": None, "can_gild": True, "collapsed": False, "collapsed_reason": None,
                "controversiality": 0, "created_utc": 1_600_000_000 + number, "distinguished": None, "edited": False, "gilded": 0,
                "is_submitter": False, "no_follow": True, "permalink": f"/r/trams/comments/{thread}/_/{name}/", "removal_reason": None,
                "retrieved_on": 1_610_000_000 + number, "score": rng.randrange(-20, 300), "send_replies": True, "stickied": False,
                "subreddit": "trams", "subreddit_id": "t5_2qh33", "subreddit_type": "public",
            }  # fmt: skip
        line = json.dumps(row).encode() + b"\n"
        written += len(line)
        yield line


DISQUS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n',
    b"</disqus>\n",
)


def as_disqus(line: bytes) -> bytes:
    """A row of the dump as a thread or post of a Disqus export."""
    row = json.loads(line)
    if "link_id" not in row:
        return f'<thread dsq:id="{row["id"]}"><link>{row["url"]}</link><title>{row["title"]}</title></thread>\n'.encode()
    when = datetime.fromtimestamp(row["created_utc"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kind, _, above = row["parent_id"].partition("_")
    parent = f'<parent dsq:id="{above}"/>' if kind == "t1" else ""
    return (
        f'<post dsq:id="{row["id"]}"><message><![CDATA[<p>{row["body"]}</p>]]></message><createdAt>{when}</createdAt>'
        f"<isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>{row['author']}</name></author>"
        f'<thread dsq:id="{row["link_id"][3:]}"/>{parent}</post>\n'
    ).encode()


def write_dump(path: Path, size: int, seed: int, form: str) -> tuple[int, int]:
    """Writes the dump; gives its uncompressed size and its comments."""
    total = comments = 0
    with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as out:
        if form == "disqus":
            out.write(DISQUS[0])
        for line in rows(size, seed):
            comments += line.startswith(b'{"id": "c')
            line = as_disqus(line) if form == "disqus" else line
            out.write(line)
            total += len(line)
        if form == "disqus":
            out.write(DISQUS[1])
    return total, comments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--form", choices=("reddit", "disqus"), default="reddit")
    parser.add_argument("--gigabytes", type=float, default=5, help="of the dump as Reddit's, uncompressed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="where the dump and the output lie; default: a temporary one"
    )
    parser.add_argument("--keep", action="store_true", help="leave the dump there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        folder = options.folder if options.keep and options.folder else Path(made)
        dump, out = folder / "dump.zst", Path(made) / "out.jsonl"
        started = time.monotonic()
        size, comments = write_dump(dump, int(options.gigabytes * 1e9), options.seed, options.form)
        print(f"dump: {size / 1e9:.2f} GB, {comments:,} comments, {dump.stat().st_size / 1e9:.2f} GB as .zst, "
              f"written in {time.monotonic() - started:.0f} s", flush=True)  # fmt: skip
        started = time.monotonic()
        call = [sys.executable, "-m", "discourse", "parse", str(dump), "-o", str(out)]
        child = subprocess.Popen(call, cwd=ROOT, env=os.environ | {"TMPDIR": made})
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        if status:
            sys.exit(f"discourse parse ended with status {status}")
        with out.open("rb") as file:
            kept = sum(line.startswith(b'{"kind": "comment"') for line in file)
    peak = used.ru_maxrss / (1 if platform.system() != "Darwin" else 1024) * 1024 / 1e6
    busy = used.ru_utime + used.ru_stime
    print(
        f"{processor()}, Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(
        f"peak memory {peak:.0f} MB; wall {wall:.0f} s, processor {busy:.0f} s; kept {kept:,} of {comments:,} comments"
    )
    for name, seconds in (("wall", wall), ("processor", busy)):
        print(f"per second of {name} time: {size / 1e6 / seconds:.1f} MB, {comments / seconds:,.0f} comments")
    sys.exit(f"over {LIMIT} MB, or comments lost" if peak > LIMIT or kept != comments else 0)


def processor() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


if __name__ == "__main__":
    main()
