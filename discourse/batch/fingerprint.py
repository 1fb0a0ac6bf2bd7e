"""What a run is made of: sources, models and parameters, as hashes that tell one run from another."""

from __future__ import annotations

import glob
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from discourse import __version__
from discourse.batch.files import explained
from discourse.nn.store import resolve, sha256
from discourse.readers import ReadOptions
from discourse.readers.clean import clean_line
from discourse.readers.files import wanted
from discourse.readers.source import missing, source_name
from discourse.schema import ModelError, UnreadableSource

STDIN = "-"
MODELS = ("structure", "stance", "toxicity", "profanity")


def fingerprint(
    sources: Sequence[Mapping], models: Mapping[str, Mapping], parameters: Mapping[str, object]
) -> dict:
    """All that decides the rows of a run, as plain JSON."""
    return {
        "tool_version": __version__,
        "models": {name: dict(entry) for name, entry in models.items()},
        "parameters": dict(parameters),
        "sources": [dict(entry) for entry in sources],
    }


def digest(known: Mapping) -> str:
    """A fingerprint as one SHA-256."""
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


_NAMED = {"weight_limit": "int8 weights on this processor, at most"}


def differences(old: Mapping, new: Mapping) -> list[str]:
    """What tells two fingerprints apart, a clause each."""
    found = []
    if old.get("tool_version") != new["tool_version"]:
        found.append(f"discourse {old.get('tool_version')}, now {new['tool_version']}")
    for part in ("parameters", "models"):
        before, after = old.get(part, {}), new[part]
        for name in sorted({*before, *after}):
            if not _same(before.get(name), after.get(name)):
                found.append(
                    f"{part.removesuffix('s')} {_NAMED.get(name, name)} was {_say(before.get(name))}, is {_say(after.get(name))}"
                )
    before = {entry["path"]: entry for entry in old.get("sources", [])}
    after = {entry["path"]: entry for entry in new["sources"]}
    found += [
        f"source {clean_line(path)} has changed"
        for path in after
        if path in before and after[path] != before[path]
    ]
    found += [f"source {clean_line(path)} is new" for path in after if path not in before]
    found += [f"source {clean_line(path)} is not named now" for path in before if path not in after]
    if not found and list(before) != list(after):
        found.append("the sources come in another order")
    return found


def _same(before: object, after: object) -> bool:
    """True for equal values; models are compared by their files, however they are named."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and before.get("sha256"):
        return before["sha256"] == after.get("sha256")
    return before == after


def _say(value: object) -> str:
    if isinstance(value, Mapping):
        digest = value.get("sha256")
        return f"{value.get('model')}" + (f" ({digest[:12]})" if digest else "")
    return "not set" if value is None or value == {} else repr(value)


def hash_sources(sources: Sequence[str], out: Path) -> list[dict]:
    """Path, size and SHA-256 of every file that the sources name; streams (`is_stream`) are left out.

    Raises:
        UnreadableSource: a file is missing or unreadable, or the run folder lies inside a source.
    """
    return [_entry(path) for source in sources if not is_stream(source) for path in _files(source, out)]


def changed_since(entries: Sequence[Mapping]) -> str | None:
    """The first source whose size or time of change is no longer what it was when it was hashed."""
    for entry in entries:
        path = Path(entry["path"])
        if "state" in entry and (not path.exists() or _state(path) != entry["state"]):
            return entry["path"]
    return None


def _files(source: str, out: Path) -> Iterator[Path]:
    path = Path(source)
    if path.is_dir():
        if out.resolve().is_relative_to(path.resolve()):
            raise UnreadableSource(
                f"{source}: holds the run folder {out}; put --out outside of the folder to be read"
            )
        files = sorted(p for p in path.rglob("*") if p.is_file())
        yield from (p for p in files if wanted(str(p.relative_to(path))))
    elif path.exists():
        yield path
    elif glob.has_magic(source):
        found = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 (patterns may be absolute)
        yield from (Path(p) for p in found if Path(p).is_file())
    else:
        yield path


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _entry(path: Path) -> dict:
    try:
        state = _state(path)
        return {"path": str(path), "bytes": state[0], "sha256": sha256(path), "state": state}
    except FileNotFoundError:
        raise UnreadableSource(missing(source_name(path))) from None
    except OSError as error:
        raise UnreadableSource(f"{source_name(path)}: cannot be read: {error.strerror or error}") from error


def is_stream(source: str) -> bool:
    """True for what can be read only once: standard input, a pipe."""
    path = Path(source)
    return source == STDIN or (path.exists() and not path.is_file() and not path.is_dir())


class Spool(io.BufferedReader):
    """A stream kept in a file, since it is hashed before it is read; it goes by the stream's name."""

    def __init__(self, path: Path, name: str):
        super().__init__(io.FileIO(path))
        self._name = name

    @property
    def name(self) -> str:
        """What the stream is called."""
        return self._name


def spool(source: str, path: Path) -> dict:
    """Writes a stream to a file and gives its entry among the sources.

    Raises:
        UsageError: the file cannot be written.
    """
    with explained(path), path.open("wb") as file:
        if source == STDIN:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        else:
            with Path(source).open("rb") as stream:
                shutil.copyfileobj(stream, file, 1 << 20)
    return {"path": source, "bytes": path.stat().st_size, "sha256": sha256(path)}


def model_entry(name: str, spec: str | None) -> dict:
    """Which model answers to a name: what was asked for, and the SHA-256 over its files.

    Official Detoxify models and names on the hub have no hash here: the first are checked when they
    are loaded, the second are what the hub gives.

    Raises:
        ModelError: a bundled or local model is missing.
    """
    path = Path(spec).expanduser() if spec else None
    if path is not None and path.is_file():
        return {"model": spec, "sha256": sha256(path)}
    if path is None or path.is_dir() or "/" in spec:
        source = resolve(str(path) if path else None, name)
        folder = source.path if source.kind != "hub" else None
    else:
        folder = None
    if folder is None:
        return {"model": spec, "sha256": None}
    digest = hashlib.sha256()
    for file in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix != ".md"):
        try:
            digest.update(f"{file.name}\0{sha256(file)}\n".encode())
        except OSError as error:
            raise ModelError(f"{file}: cannot be read: {error.strerror}") from error
    return {"model": spec or f"{name} (bundled)", "sha256": digest.hexdigest()}


def thresholds(specs: Mapping[str, str | None], toxicity_threshold: float | None = None) -> dict:
    """What turns scores into labels, per model, as stored beside its weights; empty where it brings nothing.

    `toxicity_threshold` takes the place of the toxicity model's own.
    """
    found = {}
    for name in ("stance", "toxicity", "profanity"):
        spec = specs.get(name)
        if spec is not None and not Path(spec).expanduser().is_dir():
            found[name] = {}
            continue
        stored = resolve(spec, name).side_file("calibration.json") or {}
        found[name] = {
            key: value
            for key, value in stored.items()
            if isinstance(value, int | float)
            or (isinstance(value, Mapping) and {"temperature", "scale"} & set(value))
        }
    if toxicity_threshold is not None:
        found["toxicity"]["threshold"] = toxicity_threshold
    return found


def parameters(
    options: ReadOptions,
    *,
    target: str | None,
    run_by: Mapping[str, object],
    toxicity_threshold: float | None = None,
) -> dict:
    """The parameters that decide the rows (`run_by`: see `taggers.backends`); of a key only its hash."""
    chosen: dict[str, object] = {"target": target, **run_by}
    if toxicity_threshold is not None:
        chosen["toxicity_threshold"] = toxicity_threshold
    for field in fields(options):
        value = getattr(options, field.name)
        if isinstance(value, bytes):
            value = hashlib.sha256(value).hexdigest()[:16]
        chosen[field.name] = dict(value) if isinstance(value, Mapping) else value
    return chosen
