"""A headline in Title Case put as the article's own text would write it: common words small, names as names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

STOP = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "as", "at", "by", "with", "from", "is", "are", "was", "be", "it",
     "its", "his", "her", "their", "that", "this"]
)  # fmt: skip
_TITLE_CASE = 0.6  # share of words with a capital from which a line is in Title Case
_WORD = re.compile(r"[^\W_][\w’'.-]*\w|[^\W_]")
_POSSESSIVE = re.compile(r"['’]s?$")
# Between the words of one name.
_LINKS = frozenset(["of", "the", "and", "for", "de", "la", "von", "van", "bin", "al"])


@dataclass(slots=True)
class _Usage:
    """How a text writes words: `names` are neighbours with capitals; `single` counts words that alone have one within
    a sentence, `small` those without, `inner` those with a capital inside."""

    names: set[tuple[str, ...]] = field(default_factory=set)
    single: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    inner: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, text: str) -> _Usage:
        """What the lines of a text tell that are not in Title Case themselves."""
        usage = cls()
        for line in text.splitlines():
            words = line.split()
            if not _in_title_case(words):
                usage._read(words)
        return usage

    def _read(self, words: Sequence[str]) -> None:
        bare = [_bare(word) for word in words]
        paired = set()
        for pair in _pairs(bare):
            begins = pair[0] == 0 or words[pair[0] - 1][-1] in '.!?:”"'
            if not (begins and bare[pair[0]].lower() in STOP) and words[pair[0]][-1] not in ",;:.!?)":
                self.names.add(tuple(bare[i] for i in pair))
                paired |= set(pair)
        for i, word in enumerate(bare):
            if word[:1].islower():
                self.small[word.lower()] += 1
            elif i and i not in paired and (words[i - 1][-1].isalnum() or words[i - 1][-1] == ","):
                self.single[word] += words[i][0].isupper()
            if _inner_capital(word):
                self.inner.add(word)

    def is_common(self, word: str) -> bool:
        """True for a word that the text writes small, if not only now and then."""
        lower = word.lower()
        if lower in STOP:
            return word not in self.inner
        return word not in self.inner and self.small[lower] > 0 and self.single[word] <= self.small[lower]


def recased(title: str | None, text: str) -> str | None:
    """The title; if it is in Title Case, with the words that the text writes small written small.

    A word of a name stays as it is: one that the text, too, writes with a capital inside ("US"), one that stands in
    the text with the same neighbour and both with capitals ("Main Street"), one that has a capital within the text's
    sentences more often than none ("May").
    """
    words = (title or "").split()
    if not _in_title_case(words):
        return title
    usage = _Usage.of(text)
    bare = [_bare(word) for word in words]
    named = {i for pair in _pairs(bare) if tuple(bare[i] for i in pair) in usage.names for i in pair}
    return (
        " ".join(
            word.lower() if i and i not in named and usage.is_common(bare[i]) else word
            for i, word in enumerate(words)
        )
        or None
    )


def _in_title_case(words: Sequence[str]) -> bool:
    return sum(w[:1].isupper() for w in words) >= _TITLE_CASE * len(words)


def _pairs(bare: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of neighbours that both have a capital, perhaps with one small word such as "of" between them."""
    for i in range(len(bare) - 1):
        if not bare[i][:1].isupper():
            continue
        if bare[i + 1][:1].isupper():
            yield i, i + 1
        if bare[i + 1].lower() in _LINKS and i + 2 < len(bare) and bare[i + 2][:1].isupper():
            yield i, i + 2


def _inner_capital(word: str) -> bool:
    return any(c.isupper() for c in word[1:])


def _bare(word: str) -> str:
    """The word without punctuation around it and without a possessive's ending."""
    found = _WORD.search(word)
    return _POSSESSIVE.sub("", found[0]) if found else ""
