"""Puts the current output of `discourse report` on seed 004 into README.md.

python scripts/capture.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(<!-- capture: discourse (.*?) -->\n```\n).*?(```\n<!-- end of capture -->)", re.S)


def main() -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    found = BLOCK.search(text)
    arguments = found.group(2).split()
    done = subprocess.run(
        [sys.executable, "-m", "discourse", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    captured = "\n".join(line.rstrip() for line in done.stdout.strip("\n").split("\n"))
    readme.write_text(
        text[: found.start()] + found.group(1) + captured + "\n" + found.group(3) + text[found.end() :],
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
