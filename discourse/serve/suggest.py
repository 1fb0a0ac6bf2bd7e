"""What clients say a score should have been: a file that only grows, a JSON object a line."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from discourse.schema import UsageError
from discourse.serve.errors import invalid
from discourse.serve.perspective import SuggestRequest, check_context, checked_text
from discourse.serve.scorer import ATTRIBUTES, EXPERIMENTAL


def suggestion(request: SuggestRequest, now: datetime | None = None) -> dict:
    """The line of a request: `time`, `text`, `attributeScores` (the summaries), each of them under its column's name, and
    `spanScores`.

    `discourse review import` reads the first three, `discourse evaluate` the columns (those of a run, and
    `profanity`).

    Raises:
        ApiError: there is no text, no score, or an attribute that is not ours.
    """
    text = checked_text(request.comment)
    check_context(request.context)
    summaries, columns, spans = {}, {}, {}
    for name, given in (request.attribute_scores or {}).items():
        own = name.removesuffix(EXPERIMENTAL)
        if own not in ATTRIBUTES:
            raise invalid(f"Unknown requested attribute: {name[:80]}")
        if given and given.summary_score:
            value = columns[ATTRIBUTES[own][1]] = _checked(name, given.summary_score.value)
            summaries[own] = {"summaryScore": {"value": value}}
        for span in (given.span_scores if given else None) or []:
            value = _checked(name, span.score.value if span.score else None)
            spans.setdefault(own, []).append({"begin": span.begin, "end": span.end, "value": value})
    if not summaries and not spans:
        raise invalid("Missing attribute_scores")
    line = {"time": _stamp(now), "text": text, "attributeScores": summaries, **columns}
    for name, value in (
        ("spanScores", spans),
        ("context", request.context.texts() if request.context else None),
        ("languages", request.languages),
        ("communityId", request.community_id),
        ("sessionId", request.session_id),
        ("clientToken", request.client_token),
    ):
        if value:
            line[name] = value
    return line


def _checked(name: str, value: float | None) -> float:
    value = 0.0 if value is None else value  # as protocol buffers write a zero
    if not 0 <= value <= 1:
        raise invalid(f"Score of attribute {name} is not between 0 and 1")
    return value


def _stamp(now: datetime | None) -> str:
    now = now or datetime.now(UTC)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Suggestions:
    """The file; a line is there whole and on disk when `add` returns, or not at all.

    Several processes may add to one file.
    """

    def __init__(self, path: Path):
        self.path = path
        self._lock = threading.Lock()
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with self._alone():
                self._mend()
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error

    def add(self, line: Mapping[str, object]) -> None:
        """Adds a line.

        Raises:
            OSError: the disk is full or gone; the file is as it was.
        """
        data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._alone():
            size = os.fstat(self._file).st_size
            try:
                if os.write(self._file, data) != len(data):
                    raise OSError(f"{self.path}: only a part was written")
                os.fsync(self._file)
            except OSError:
                os.ftruncate(self._file, size)
                raise

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def _mend(self) -> None:
        """Cuts off a last line that a power cut left without its end."""
        size = os.fstat(self._file).st_size
        end = size
        while end:
            begin = max(0, end - 65536)
            block = os.pread(self._file, end - begin, begin)
            if (at := block.rfind(b"\n")) >= 0:
                end = begin + at + 1
                break
            end = begin
        if end != size:
            os.ftruncate(self._file, end)

    def _alone(self) -> _Alone:
        return _Alone(self._lock, self._file)


class _Alone:
    """Keeps other threads and processes off the file."""

    def __init__(self, lock: threading.Lock, file: int):
        self._lock, self._file = lock, file

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()
