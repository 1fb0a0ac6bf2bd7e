"""A dump with all that makes trouble downstream, and runs of it by taggers without models."""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))

from batch_stubs import TEXT, load  # noqa: E402

from discourse.batch import Settings, score  # noqa: E402

WORDS = TEXT.split()
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")',
    "+1 damn right",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "damn &lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;",
    "'; DROP TABLE comments; -- \" $text {{ 7*7 }} ${jndi:x}",
    'one, "two"\nthree\r\nfour d*mn',
    "\U0001f4a9\U0001f4a9 damn emoji before the word d*mn",
    "[click](javascript:alert(1)) caf\u00e9 na\u00efve \u202etxt.exe",
    "word " * 3000 + "damn",
)


def rows(count=240, seed=0, article=60, first=0):
    """Comments under articles, in threads, with times, authors and columns that need other names."""
    draw = random.Random(seed)
    made = []
    for i in range(first, first + count):
        group = i // article
        start = group * article
        row = {
            "comment_id": f"c{i}",
            "article_id": f"a{group}",
            "article_title": f"=Should the council ban cars {group}? <b>Yes</b>",
            "text": HOSTILE[i % 24]
            if i % 24 < len(HOSTILE)
            else " ".join(draw.choices(WORDS, k=8)) + f" {i}",
            "votes": draw.randrange(-5, 50),
            "Votes": f"@{i}",
            "run_id": f"-r{i}",
            'evil"]; drop': i % 2 == 0,
            "more": {"a": i},
            "=1+1": "x",
        }
        if i % 5:
            row["author"] = f"=reader{draw.randrange(30)}"
        if i % 4:
            row["posted_at"] = f"2026-03-{1 + i % 9:02d}T{i % 24:02d}:30:00.{i % 10}Z"
        if i > start and draw.random() < 0.6:
            row["parent_id"] = f"c{draw.randrange(start, i)}"
        made.append(row)
    return made


def make_run(folder, made, name="run", shard=50):
    """A run of the rows; gives its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    dump = folder / f"{name}.jsonl"
    dump.write_text("\n".join(map(json.dumps, made)) + "\n", encoding="utf-8")
    settings = Settings(load=load, shard_comments=shard)
    assert score([str(dump)], folder / name, settings).complete
    return folder / name
