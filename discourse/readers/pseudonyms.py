"""Authors as keyed hashes, and their names as far as comments mention them.

The same name under the same key gives the same pseudonym everywhere, so discussions stay connected;
without the key nobody can try names out. Replaced in texts: @handles, u/handles, and the names of
authors of the same discussion: where they stand as written, and for names that no ordinary word looks
like (digits, underscores, capitals inside, several words) in any capitals. A one-word name in small
letters, "the" say, is replaced only where it is addressed: behind @, or before a comma or colon at
the beginning of a line.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from discourse.readers.page import FlatPage
from discourse.schema import Discussion

_HANDLE = re.compile(r"(?<![\w/.@])(@|/?u/)([A-Za-z0-9_][\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\w[\w.'-]*\w|\w")
_PERSONAL = re.compile(
    r"author|user|speaker|handle|screen_?name|e?mail|^ip$|ip_?addr|remote_addr|avatar|^by$", re.IGNORECASE
)
_ADDRESSED = re.compile(r"^(\W{0,3})([\w.-]{2,40})(?=[,:])", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+$|/\S+/\S*$")
_SEGMENT = re.compile(r"(?<=[/=])@?[^/?#&=]+")
_DIGITS = 12


class Pseudonyms:
    """Hashes names with a key (16 bytes or more are advised)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The pseudonym of a name; names that differ in capitals or a leading @ are one person."""
        folded = name.strip().lstrip("@").casefold()
        found = self._known.get(folded)
        if found is None:
            digest = hmac.new(self._key, folded.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
            if len(self._known) > 100_000:
                self._known.clear()
            found = self._known[folded] = f"user_{digest[:_DIGITS]}"
        return found

    def discussion(self, discussion: Discussion) -> Discussion:
        """The discussion without the names of its readers."""
        names = _Names(self, {c.author for c in discussion.comments if c.author})
        comments = tuple(
            replace(
                comment,
                author=None if comment.author is None else self.of(comment.author),
                text=names.hide(comment.text),
                extra={name: self._extra(name, value, names) for name, value in comment.extra.items()},
            )
            for comment in discussion.comments
        )
        return replace(discussion, comments=comments)

    def page(self, page: FlatPage) -> FlatPage:
        """A flat page without the names that stand over its comments, in its texts too, and without handles."""
        said = {name for heading in page.headings for name in (heading.author, heading.answers) if name}
        names = _Names(self, said)
        of = lambda name: None if name is None else self.of(name)  # noqa: E731
        return replace(
            page,
            lines=tuple(replace(line, text=names.hide(line.text)) for line in page.lines),
            furniture=tuple(replace(piece, text=names.hide_all(piece.text)) for piece in page.furniture),
            headings=tuple(replace(h, author=of(h.author), answers=of(h.answers)) for h in page.headings),
        )

    def _extra(self, name: str, value: object, names: _Names) -> object:
        if isinstance(value, Mapping):
            return {inner: self._extra(inner, v, names) for inner, v in value.items()}
        if isinstance(value, list):
            return [self._extra(name, inner, names) for inner in value]
        if _PERSONAL.search(name) and not isinstance(value, bool) and value is not None:
            return self.of(str(value))
        if not isinstance(value, str):
            return value
        return names.hide_address(value) if _ADDRESS.match(value) else names.hide(value)


class _Names:
    """The names of a discussion, found in its texts."""

    def __init__(self, pseudonyms: Pseudonyms, names: set[str]) -> None:
        self._of = pseudonyms.of
        self._as_written = {n for n in names if len(n) >= 2}
        self._all = {n.lstrip("@").casefold() for n in names}
        self._plain = {n for n in names if n.islower() and n.isalpha()}
        self._exact = {n for n in names if " " not in n and n.isalpha() and n.istitle()}
        odd = {n for n in names if n not in self._plain and n not in self._exact and len(n) >= 3}
        self._folded = {n.casefold(): n for n in odd}
        lengths: dict[str, set[int]] = {}  # of the names, by their first word
        for folded in self._folded:
            if word := _WORD.search(folded):
                lengths.setdefault(word[0], set()).add(len(folded))
        self._by_first = {first: sorted(those, reverse=True) for first, those in lengths.items()}

    @cached_property
    def _starts(self) -> tuple[re.Pattern[str] | None, dict[str, list[int]]]:
        """What finds the first letters of names as written; by their first two, how long names are, longest first."""
        lengths: dict[str, set[int]] = {}
        for name in self._as_written:
            lengths.setdefault(name[:2], set()).add(len(name))
        letters = "".join(re.escape(letter) for letter in sorted({start[0] for start in lengths}))
        found = {start: sorted(those, reverse=True) for start, those in lengths.items()}
        return re.compile(f"[{letters}]") if letters else None, found

    def hide(self, text: str) -> str:
        text = _EMAIL.sub(lambda m: self._of(m[0]), text) if "@" in text else text
        if "@" in text or "u/" in text:
            text = _HANDLE.sub(self._handle, text)
        if self._plain:
            text = _ADDRESSED.sub(lambda m: m[1] + self._of(m[2]) if m[2] in self._plain else m[0], text)
        return self._hide_names(text) if self._by_first or self._exact else text

    def hide_all(self, text: str) -> str:
        """A line that is about readers, without any of their names, however common a word one is."""
        letters, lengths = self._starts
        parts, at = [], 0
        for letter in letters.finditer(text) if letters else ():
            start = letter.start()
            if start < at:
                continue
            for length in lengths.get(text[start : start + 2], ()):
                if (name := text[start : start + length]) in self._as_written:
                    parts += [self.hide(text[at:start]), self._of(name)]
                    at = start + length
                    break
        return "".join([*parts, self.hide(text[at:])])

    def hide_address(self, url: str) -> str:
        """An address without the names that are steps of its path (`https://example.org/@ann/17`)."""
        return self.hide(_SEGMENT.sub(self._step, url))

    def _step(self, match: re.Match[str]) -> str:
        name = match[0].lstrip("@")
        return match[0].replace(name, self._of(name)) if name.casefold() in self._all else match[0]

    def _handle(self, match: re.Match[str]) -> str:
        name = match[2].rstrip(".-")
        return match[1] + self._of(name) + match[2][len(name) :]

    def _hide_names(self, text: str) -> str:
        parts, at = [], 0
        for word in _WORD.finditer(text):
            if word.start() < at:
                continue
            end = self._end_of_name(text, word)
            if end:
                parts += [text[at : word.start()], self._of(text[word.start() : end])]
                at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _end_of_name(self, text: str, word: re.Match[str]) -> int | None:
        if word[0] in self._exact:
            return word.end()
        for length in self._by_first.get(word[0].casefold(), ()):
            end = word.start() + length
            if text[word.start() : end].casefold() in self._folded and not text[end : end + 1].isalnum():
                return end
        return None
