"""Standard error and exit codes: one clear line for whatever goes wrong."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import typer

from discourse.schema import DiscourseError, Discussion, UsageError

HEARTBEAT = 30  # seconds between signs of life where there is no terminal

# Typer carries its own copy of click in some versions; this is the base of its usage errors in all.
_BadCall = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")


class Interrupted(DiscourseError):
    """The user ended it; the text says what to do to go on."""

    exit_code = 130


def say(text: str, *, quiet: bool = False) -> None:
    """A message line on standard error."""
    if not quiet:
        print(f"discourse: {text}", file=sys.stderr, flush=True)


def say_notes(discussions: Iterable[Discussion], *, quiet: bool = False) -> None:
    """What reading noticed about each source, a line each."""
    for discussion in discussions:
        for note in discussion.notes:
            say(f"{discussion.article.source}: {note}", quiet=quiet)


@contextmanager
def step(text: str, *, quiet: bool = False):
    """Shows what is being done: a spinner on a terminal, elsewhere a line every half minute."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(text, spinner="dots"):
            yield
    else:
        done = threading.Event()
        started = time.monotonic()

        def tick() -> None:
            while not done.wait(HEARTBEAT):
                say(f"still {text} ({time.monotonic() - started:.0f} s)")

        threading.Thread(target=tick, daemon=True).start()
        try:
            yield
        finally:
            done.set()


def write_text(text: str, destination: str) -> None:
    """Writes to a file, or to standard output for "-".

    Raises:
        UsageError: the file cannot be written.
    """
    if destination == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(destination).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{destination}: cannot be written: {error.strerror or error}") from error


def run(app) -> int:
    """The exit code of the command line: see the contract."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    out = sys.stdout
    try:
        code = app(standalone_mode=False) or 0
        if code == Interrupted.exit_code:  # what some versions of typer make of Ctrl-C
            say("interrupted")
        return code
    except DiscourseError as error:
        say(str(error))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        say("interrupted")
        return 130
    except BrokenPipeError:
        return _ended_by_reader(out)
    except SystemExit as error:  # what typer and rich make of a broken pipe
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        return _ended_by_reader(out)
    except _BadCall as error:
        error.show()
        return error.exit_code


def _ended_by_reader(out) -> int:
    """The exit code where whoever reads the output (`| head`) has enough; nothing more goes there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return 0
