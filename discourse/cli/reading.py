"""What commands that read a source share: their options checked, and what is said once it has been read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.cli.messages import say
from discourse.cli.options import KEY
from discourse.cli.outputs import same_file
from discourse.schema import UnreadableSource, UsageError

if TYPE_CHECKING:
    from discourse.readers import Intake, ReadOptions, Reject

NOTES = 20  # remarks about a source that are printed


def reading_options(
    columns: list[str] | None, rebuild: bool, pseudonymize: bool, key_file: str | None
) -> ReadOptions:
    """The options as readers take them.

    Raises:
        UsageError: a `--map` is malformed, or a key is asked for and missing.
    """
    from discourse.readers import ReadOptions
    from discourse.readers.rows import column_map

    key = _key(key_file) if pseudonymize else None
    return ReadOptions(map=column_map(columns or []), rebuild=rebuild, pseudonym_key=key)


def once_each(sources: list[str], *, quiet: bool = False) -> list[str]:
    """The sources, without those that name a file named before, be it by a link or by its folder; says so of each.

    What an archive holds is not looked at, nor whether two folders or globs share files.
    """
    from discourse.readers.source import STDIN, source_name

    kept: list[str] = []
    for source in sources:
        found = next(
            (
                k
                for k in kept
                if k == source or (STDIN not in (k, source) and same_file(Path(k), Path(source)))
            ),
            None,
        )
        if found is None:
            kept.append(source)
        elif source == STDIN:
            say("-: standard input can be read once: named twice", quiet=quiet)
        else:
            say(f"{source_name(source)}: named before, as {source_name(found)}: read once", quiet=quiet)
    held = {path: source for source in kept for path in _files_of(source)}
    for source in [source for source in kept if source != STDIN and Path(source).is_file()]:
        if (folder := held.get(os.path.realpath(source))) is not None:
            kept.remove(source)
            say(f"{source_name(source)}: is in {source_name(folder)}, named too: read once", quiet=quiet)
    return kept


def _files_of(source: str) -> list[str]:
    """The files of a folder or glob as the system knows them; none for a single file, or where reading will say what is wrong."""
    from discourse.readers.files import paths_in
    from discourse.readers.source import STDIN

    try:
        return (
            []
            if source == STDIN
            else [os.path.realpath(path) for path in paths_in(Path(source), source) or ()]
        )
    except (UnreadableSource, OSError, ValueError):
        return []


def check_target(target: str | None) -> None:
    """Refuses a target that says nothing, which would pass for none given.

    Raises:
        UsageError: the target is empty.
    """
    if target is not None and not target.strip():
        raise UsageError(
            '--target is empty: give a position, as in --target "trams should be free", or leave it out'
        )


def _key(key_file: str | None) -> bytes:
    if key_file is None:
        key = os.environ.get(KEY, "").encode("utf-8", "surrogateescape")
    else:
        try:
            key = Path(key_file).read_bytes()
        except OSError as error:
            raise UsageError(f"{key_file}: the key cannot be read: {error.strerror or error}") from error
    key = key.strip()
    if not key:
        raise UsageError(
            f"--pseudonymize needs a key: set {KEY}, or name a file that holds one with --key-file"
        )
    if len(key) < 16:
        say("the key of --pseudonymize is short: names can be guessed; take 16 characters or more")
    return key


def say_intake(source: str, intake: Intake, *, quiet: bool = False) -> None:
    """What reading noticed, and its one line of counts."""
    for note in intake.notes[:NOTES]:
        say(note, quiet=quiet)
    if len(intake.notes) > NOTES:
        say(f"and {len(intake.notes) - NOTES} more remarks", quiet=quiet)
    say(f"{source}: {intake.summary()}", quiet=quiet)


class RejectFile:
    """A file of rejects as JSON Lines, made with the first one; `word` names the number of the place: "line", say."""

    def __init__(self, path: str | None, word: str = "line") -> None:
        self.path, self.word = path, word
        self._file = None

    def __call__(self, reject: Reject) -> None:
        if self.path is None:
            return
        if self._file is None:
            try:
                self._file = Path(self.path).open("w", encoding="utf-8", errors="replace")  # noqa: SIM115
            except OSError as error:
                raise UsageError(f"{self.path}: cannot be written: {error.strerror or error}") from error
        named = {self.word if key == "line" else key: value for key, value in asdict(reject).items()}
        self._file.write(json.dumps(named, ensure_ascii=False) + "\n")

    def say(self, *, quiet: bool = False) -> None:
        """Says where the rejects are, if there are any."""
        if self._file is not None:
            say(f"what was rejected is in {self.path}", quiet=quiet)

    def close(self) -> None:
        """Ends the file; removes what an earlier run left where this one rejected nothing."""
        if self._file is not None:
            self._file.close()
        elif self.path is not None:
            Path(self.path).unlink(missing_ok=True)


def rejects_path(output: str | None) -> str | None:
    """Where the rejects of an import that writes to `output` go; None where they go nowhere."""
    return f"{output}.rejects.jsonl" if output not in (None, "-") else None


@contextmanager
def rejects_beside(output: str | None) -> Iterator[RejectFile]:
    """The rejects of an import that writes to `output`: in OUTPUT.rejects.jsonl."""
    file = RejectFile(rejects_path(output))
    try:
        yield file
    finally:
        file.close()
