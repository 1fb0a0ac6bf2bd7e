"""API keys: random, handed out once, kept as hashes in a file of lines `NAME SHA256`."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from discourse.schema import UsageError

_NAME = re.compile(r"[\w.@-]{1,64}")
_LINE = re.compile(r"([\w.@-]{1,64})\s+([0-9a-f]{64})")


class Keys:
    """The keys in a file; read again when it changes, so that a line taken out is a key withdrawn.

    A file that is gone lets nobody in. While it is there and cannot be read, or a line of it is no key, the keys of
    before hold, and `say` is told once why.
    """

    def __init__(self, path: Path, say: Callable[[str], None] = print):
        self.path, self._say = path, say
        self._told: str | None = None
        self._stamp: tuple | None = None
        self._names: dict[str, str] = {}
        self.read()

    def read(self) -> None:
        """Reads the file anew.

        Raises:
            UsageError: it cannot be read, or a line is no key.
        """
        try:
            stamp = self._stamp_now()
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise UsageError(
                f"{self.path}: the keys cannot be read: {getattr(error, 'strerror', None) or error}; "
                f"make one with: discourse serve --keys {self.path} --new-key NAME"
            ) from error
        names = {}
        for number, line in enumerate(lines, 1):
            line = line.partition("#")[0].strip()
            if not line:
                continue
            found = _LINE.fullmatch(line)
            if not found:
                raise UsageError(f"{self.path}, line {number}: not NAME SHA256, which --new-key writes")
            names[found[2]] = found[1]
        self._stamp, self._names, self._told = stamp, names, None

    def name_of(self, key: str) -> str | None:
        """Whose key it is; None where it is nobody's."""
        try:
            if self._stamp_now() != self._stamp:
                self.read()
        except (OSError, UsageError) as error:
            if not os.path.lexists(self.path):
                self._stamp, self._names = None, {}
            self._tell(str(error))
        return self._names.get(_hash(key))

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            held = "the keys read before still hold" if self._names else "nobody is let in"
            self._say(f"keys: {reason}; {held} until that is put right")

    def _stamp_now(self) -> tuple:
        stat = self.path.stat()
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


def new_key(path: Path, name: str) -> str:
    """Makes a key, adds its hash to the file, and gives the key.

    Raises:
        UsageError: the name is no name or is taken, or the file cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"--new-key {name!r}: a name has letters, digits and . _ @ - only, at most 64")
    if path.exists() and name in Keys(path)._names.values():
        raise UsageError(f"{path}: there is a key named {name!r}; take its line out to withdraw it")
    key = secrets.token_urlsafe(32)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            start = (
                "\n" if size and os.pread(file, 1, size - 1) != b"\n" else ""
            )  # an editor may leave no end
            os.write(file, f"{start}{name} {_hash(key)}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    return key


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
