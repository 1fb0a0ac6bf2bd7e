"""How many English comments the service takes for another language, and would refuse.

python scripts/evaluate_language.py [--data ../shared/data]
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from discourse.serve import language


def main() -> None:
    """Prints the share for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    for name in ("threads_labelled/train", "threads_labelled/valid", "toxicity/ucc_valid"):
        with gzip.open(arguments.data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            texts = [text for line in file if (text := json.loads(line)["text"].strip())]
        refused = [(found, text) for text in texts if (found := language.detect(text)) != language.ENGLISH]
        print(f"{name}: {len(refused)} of {len(texts):,} English comments taken for another language")
        for found, text in refused:
            print(f"  {found}: {' '.join(text.split())[:100]}")


if __name__ == "__main__":
    main()
