"""Where a command writes: never over what it reads, and no two outputs into one file."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from discourse.schema import UsageError

STANDARD = "-"
_HUMAN = "human"  # what people say of a run's comments, kept in its folder


def check_outputs(outputs: Mapping[str, object], inputs: Iterable[object]) -> None:
    """Looks, before anything is read or written, whether an output would destroy an input or another output.

    Files are compared as the system knows them, so by symlinks and hard links too. In a folder or a glob those
    files count that would be read; in a run folder those that are of the run.

    Args:
        outputs: option -> the file that it writes; None and "-" are passed over.
        inputs: the files, folders and globs that are read, "-" for standard input; None is passed over.

    Raises:
        UsageError: an output is an input, lies in a folder that is read, or is another output.
    """
    written = [(name, Path(str(path))) for name, path in outputs.items() if path not in (None, STANDARD)]
    read = [str(source) for source in inputs if source is not None]
    for i, (name, path) in enumerate(written):
        for source in read:
            if (found := _read_from(source, path)) is not None:
                raise UsageError(
                    f"{path}: {name} would write over {found}, which is read: name another file, "
                    "outside of what is read"
                )
        for other, earlier in written[:i]:
            if same_file(path, earlier):
                raise UsageError(f"{path}: {other} and {name} write to the same file: name two")


def _read_from(source: str, path: Path) -> str | None:
    """What of a source a file written to `path` would take the place of; None where it is apart."""
    if source == STANDARD:
        return "standard input" if _is_standard_input(path) else None
    folder = Path(source)
    if folder.is_dir():
        return _read_in(folder, path)
    matches: Iterator[str] = iter(())
    if not os.path.lexists(source) and glob.has_magic(source) and path.exists():
        matches = glob.iglob(source, recursive=True)  # noqa: PTH207 - also absolute patterns
    return next((name for name in (source, *matches) if same_file(path, Path(name))), None)


def _read_in(folder: Path, path: Path) -> str | None:
    from discourse.batch import Run
    from discourse.batch.names import OURS
    from discourse.readers.files import wanted

    run = Run.is_run(folder)
    inside = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    if inside[0].is_relative_to(inside[1]):
        place = inside[0].relative_to(inside[1])
        if place.parts and (place.parts[0] in {*OURS, _HUMAN} if run else wanted(str(place))):
            return f"a file of the {'run' if run else 'folder'} {folder}"
    if not path.is_file():
        return None
    files = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return next((str(file) for file in files if same_file(path, file)), None)


def _is_standard_input(path: Path) -> bool:
    try:
        return path.is_file() and os.path.samestat(os.fstat(sys.stdin.fileno()), path.stat())
    except (OSError, ValueError, AttributeError):  # no standard input, or none with a number
        return False


def same_file(one: Path, other: Path) -> bool:
    """True for two names of one file, there or not; devices and pipes, which keep nothing, are never the same."""
    try:
        if one.exists() and other.exists():
            return one.is_file() and one.samefile(other)
        return os.path.realpath(one) == os.path.realpath(other)
    except (OSError, ValueError):  # whoever opens it says what is wrong
        return False
