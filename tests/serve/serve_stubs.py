"""Taggers without models, and a service of them as a program that can be killed.

python serve_stubs.py SETTINGS_JSON [SECONDS_PER_TEXT]
"""

import hashlib
import json
import sys
import time
from pathlib import Path

from discourse.schema import TOXICITY_LABELS, Span
from discourse.serve import ServeSettings
from discourse.serve.server import serve
from discourse.taggers.base import TagBatch

POISON = "POISON"


def number(*parts):
    """A number in 0..1 that depends on the parts and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4]) / 2**32


class Toxicity:
    name = "toxicity"

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def predict(self, readings):
        time.sleep(self.seconds * len(readings))
        if any(POISON in r.text for r in readings):
            raise RuntimeError(f"cannot read {[r.text for r in readings]}")
        columns = {label: [number(label, r.text) for r in readings] for label in TOXICITY_LABELS}
        return TagBatch(columns | {"toxic": [v > 0.8 for v in columns["toxicity"]]})


class Stance:
    name = "stance"

    def predict(self, readings):
        favor = [number(r.text, r.target, len(r.branch)) for r in readings]
        return TagBatch(
            {
                "target": [r.target for r in readings],
                "stance_article": ["favor" if v > 0.5 else "none" for v in favor],
                "stance_article_favor": favor,
                "stance_parent": [None if r.parent is None else "neutral" for r in readings],
            }
        )


class Profanity:
    name = "profanity"

    def likeliest(self, texts):
        return [0.9 if "damn" in text else 0.0 for text in texts]

    def predict(self, readings):
        spans = [
            Span(r.comment_id, r.text.find("damn"), r.text.find("damn") + 4, "damn", "damn", "plain", 0.9)
            for r in readings
            if "damn" in r.text
        ]
        columns = {"n_masked": [0] * len(readings)}
        return TagBatch(columns | {"text_masked": [r.text.replace("damn", "d***") for r in readings]}, spans)


def load(seconds=0.0):
    """The stub taggers, the slow one with so many seconds of work a text."""
    return (Stance(), Toxicity(seconds), Profanity())


def main():
    settings = json.loads(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    for name in ("keys", "suggestions"):
        if settings.get(name):
            settings[name] = Path(settings[name])
    serve(
        ServeSettings(**settings),
        lambda text: print(text, file=sys.stderr, flush=True),
        lambda _: load(seconds),
    )


if __name__ == "__main__":
    main()
