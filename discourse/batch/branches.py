"""The texts above a comment, for articles of any size, in bounded memory."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from discourse.batch.files import explained

DEPTH = 8  # ancestors that travel with a comment, the nearest ones
CLIP = 2000  # characters kept of an ancestor, from both its ends; taggers read 300
HELD = 20_000  # comments of an article held in memory; earlier ones lie in a file


def clip(text: str) -> str:
    """The text, or its two ends where it is longer than a tagger would read."""
    if len(text) <= CLIP:
        return text
    text = " ".join(text.split())
    return text if len(text) <= CLIP else f"{text[: CLIP // 2]} … {text[-CLIP // 2 :]}"


class Branches:
    """The comments of one article met so far: parent and clipped text, by id."""

    def __init__(self, spill: Path, held: int = HELD):
        self._spill, self._held = spill, held
        self._recent: OrderedDict[str, tuple[str | None, str]] = OrderedDict()
        self._store: sqlite3.Connection | None = None

    def clear(self) -> None:
        """Forgets all: another article begins."""
        self._recent.clear()
        if self._store is not None:
            self._store.close()
            self._store = None
            with suppress(OSError):
                self._spill.unlink(missing_ok=True)

    def add(self, comment_id: str, parent_id: str | None, text: str) -> tuple[str, ...]:
        """Notes a comment and gives the texts above it, from the outermost to the parent."""
        branch: list[str] = []
        above = self._find(parent_id)
        while above is not None and len(branch) < DEPTH:
            branch.append(above[1])
            above = self._find(above[0])
        self._recent[comment_id] = (parent_id, clip(text))
        if len(self._recent) > self._held:
            self._move_out()
        return tuple(reversed(branch))

    def _find(self, comment_id: str | None) -> tuple[str | None, str] | None:
        if comment_id is None:
            return None
        if (found := self._recent.get(comment_id)) is not None:
            return found
        if self._store is None:
            return None
        return self._store.execute(
            "select parent, text from comments where id = ?", (_utf8(comment_id),)
        ).fetchone()

    def _move_out(self) -> None:
        with explained(self._spill):
            if self._store is None:
                self._spill.unlink(missing_ok=True)
                self._store = sqlite3.connect(self._spill)
                self._store.execute("pragma journal_mode = off")
                self._store.execute("pragma synchronous = off")
                self._store.execute("create table comments (id text primary key, parent text, text text)")
            moved = [self._recent.popitem(last=False) for _ in range(len(self._recent) // 2)]
            try:
                self._store.executemany(
                    "insert or replace into comments values (?, ?, ?)",
                    [(_utf8(key), _utf8(parent), _utf8(text)) for key, (parent, text) in moved],
                )
                self._store.commit()
            except sqlite3.OperationalError as error:
                raise OSError(None, str(error)) from error


def _utf8(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "replace").decode()
