"""Writes models/manifest.json: every model file with its SHA-256, and what was measured.

    python scripts/write_manifest.py

The figures are read from each model's metrics.json, as its evaluate script wrote them.
"""

from __future__ import annotations

import json
from pathlib import Path

from discourse.nn.store import MANIFEST, sha256

MODELS = Path(__file__).resolve().parents[1] / "models"
LIMIT, LIMIT_EACH = 140e6, 46e6


def entry(folder: Path) -> dict:
    """A model's manifest entry; card.json beside the weights gives its words and headline figures."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    measured = []
    for line in card.pop("headline"):
        value = metrics
        for key in line["path"]:
            value = value[key]
        low, high = value["interval"] if "interval" in value else (value["low"], value["high"])
        measured.append(f"{line['label']} {value['value']:.3f} [{low:.3f}, {high:.3f}]")
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return card | {
        "measured": measured,
        "bytes": sum(f.stat().st_size for f in files),
        "files": {f.relative_to(folder).as_posix(): sha256(f) for f in files},
    }


def main() -> None:
    entries = {f.name: entry(f) for f in sorted(MODELS.iterdir()) if (f / "config.json").is_file()}
    for name, one in entries.items():
        print(f"{name}: {one['bytes'] / 1e6:.1f} MB; " + "; ".join(one["measured"]))
        if one["bytes"] > LIMIT_EACH:
            raise SystemExit(f"{name}: {one['bytes']} bytes, more than {LIMIT_EACH:.0f}")
    total = sum(e["bytes"] for e in entries.values())
    if total > LIMIT:
        raise SystemExit(f"{total} bytes together, more than {LIMIT:.0f}")
    (MODELS / MANIFEST).write_text(json.dumps({"models": entries}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
