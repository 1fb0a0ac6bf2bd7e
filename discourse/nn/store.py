"""Where checkpoints come from: the bundled `models/`, a local folder, or a hub name.

Bundled checkpoints are read from the installed package (`discourse/_models`) or, in a checkout,
from the top-level `models/`. `models/manifest.json` lists the SHA-256 of every file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from discourse.schema import ModelError

MANIFEST = "manifest.json"


def models_dir() -> Path:
    """The folder of the bundled checkpoints.

    Raises:
        ModelError: neither the installed nor the checkout's folder is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_models", package.parent / "models"):
        if (folder / MANIFEST).is_file():
            return folder
    raise ModelError(
        f"bundled models not found: no {MANIFEST} in {package / '_models'} or {package.parent / 'models'}; "
        "reinstall discourse-analyzer, or restore models/ from the repository"
    )


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A checkpoint to load: `location` is a folder path or a hub name."""

    name: str
    location: str
    kind: str  # "bundled", "local" or "hub"

    @property
    def path(self) -> Path:
        """The local folder (meaningless for a hub name)."""
        return Path(self.location)

    def side_file(self, filename: str) -> dict | None:
        """A JSON file stored beside the weights (calibration, labels), or None if there is none.

        Raises:
            ModelError: the file is there but is no JSON.
        """
        if self.kind == "hub":
            return None
        path = self.path / filename
        if not path.is_file():
            return None
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: damaged ({error}); run `discourse models verify`") from error


def resolve(spec: str | None, default: str, *, hub: bool = True) -> ModelSource:
    """The source named by `spec`: None for the bundled `default`, a folder, or (with `hub`) a hub name.

    Raises:
        ModelError: a bundled model or a path that looks local is missing, or a bundled model's weights are not those of
            the manifest.
    """
    name = spec or default
    bundled = models_dir() / name if "/" not in name and "\\" not in name else None
    if bundled is not None and (bundled / "config.json").is_file():
        _check_weights(bundled)
        return ModelSource(name, str(bundled), "bundled")
    if spec is None:
        raise ModelError(
            f"bundled model {name!r} is missing from {models_dir()}; reinstall discourse-analyzer"
        )
    if Path(spec).is_dir():
        if not (Path(spec) / "config.json").is_file():
            raise ModelError(f"{spec}: no config.json there; give a Hugging Face checkpoint folder")
        return ModelSource(Path(spec).name, spec, "local")
    if not hub or spec.startswith((".", "/", "~")) or spec.endswith((".ckpt", ".pt", ".bin", ".safetensors")):
        raise ModelError(f"{spec}: no such checkpoint folder")
    return ModelSource(spec, spec, "hub")


def _check_weights(folder: Path) -> None:
    """Looks whether the weights of a bundled model are whole: safetensors reads zeros as well as numbers."""
    listed = manifest()["models"].get(folder.name, {}).get("files", {})
    for filename, expected in listed.items():
        path = folder / filename
        if path.suffix != ".safetensors" or not path.is_file():
            continue
        state = path.stat()
        if _sha256_of(path, state.st_size, state.st_mtime_ns) != expected:
            raise ModelError(
                f"{path}: damaged or changed: its SHA-256 differs from the manifest; run `discourse models verify`, "
                "then reinstall discourse-analyzer or restore the file"
            )


@lru_cache(maxsize=64)
def _sha256_of(path: Path, size: int, changed: int) -> str:
    """The SHA-256 of a file in the state that size and time of change tell."""
    return sha256(path)


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def manifest() -> dict:
    """The manifest of the bundled models: `{"models": {name: {"files": {file: sha256}, ...}}}`.

    Raises:
        ModelError: it is missing or is no JSON.
    """
    path = models_dir() / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: damaged ({error}); reinstall discourse-analyzer") from error


def verify() -> list[str]:
    """What is wrong with the bundled models, a line each; empty when every file matches its hash."""
    root = models_dir()
    problems = []
    for name, entry in sorted(manifest()["models"].items()):
        for filename, expected in sorted(entry["files"].items()):
            path = root / name / filename
            if not path.is_file():
                problems.append(f"{path}: missing")
            elif sha256(path) != expected:
                problems.append(f"{path}: SHA-256 differs from the manifest; the file is damaged or changed")
    return problems
