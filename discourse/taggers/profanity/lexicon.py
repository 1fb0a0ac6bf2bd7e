"""The words looked for: plain forms with root and frequency, respellings, severities, and a trie of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

from discourse.schema import ModelError


@dataclass(slots=True)
class Node:
    """A trie node: the letters that may follow, and the word that ends here with its respelling cost."""

    children: dict[str, Node] = field(default_factory=dict)
    word: str | None = None
    cost: float = 0.0


RESPELLING_COST = 0.5


@dataclass(frozen=True)
class Lexicon:
    """Plain words (`forms`: word -> root, log frequency), `respellings` (spelling -> word), root severities,
    words that count only when masked, words whose plain use the context decides, and the commonest words."""

    roots: dict[str, dict]
    forms: dict[str, tuple[str, float]]
    respellings: dict[str, str]
    masked_only: frozenset[str]
    ambiguous: frozenset[str]
    common: frozenset[str] = frozenset()

    @classmethod
    def from_dict(cls, data: dict | None) -> Lexicon:
        """The lexicon of a parsed lexicon.json.

        Raises:
            ModelError: the file is missing, or is not a lexicon.
        """
        if data is None:
            raise ModelError(
                "profanity model: no lexicon.json beside the weights; run `discourse models verify`"
            )
        try:
            return cls(
                roots=dict(data["roots"]),
                forms={w: (root, float(logf)) for w, (root, logf) in data["forms"].items()},
                respellings=dict(data["respellings"]),
                masked_only=frozenset(data["masked_only"]),
                ambiguous=frozenset(data["ambiguous"]),
                common=frozenset(data["common"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"profanity model: lexicon.json is damaged ({error!r})") from error

    def root(self, word: str) -> str:
        """The root of a word of the lexicon."""
        return self.forms[word][0]

    def severity(self, word: str | None) -> float | None:
        """The severity of a word, 1 (mild) to 3 (severe); None for a word not in the lexicon."""
        return float(self.roots[self.root(word)]["severity"]) if word in self.forms else None

    @cached_property
    def plain(self) -> dict[str, str]:
        """Words that count as they stand, and respellings, each with the word meant."""
        return {w: w for w in self.forms if w not in self.masked_only} | self.respellings

    @cached_property
    def memo(self) -> dict:
        """Room for the mask search to remember what it found in a chunk of text."""
        return {}

    @cached_property
    def shares(self) -> dict[str, float]:
        """The log share of each word among the words of its root, by frequency."""
        totals: dict[str, float] = {}
        for root, logf in self.forms.values():
            totals[root] = totals.get(root, 0.0) + math.expm1(logf) + 0.5
        return {
            w: math.log((math.expm1(logf) + 0.5) / totals[root]) for w, (root, logf) in self.forms.items()
        }

    @cached_property
    def trie(self) -> Node:
        """A trie of all forms and respellings."""
        top = Node()
        entries = [(w, w, 0.0) for w in self.forms]
        entries += [(s, w, RESPELLING_COST) for s, w in self.respellings.items() if len(s) > 2]
        for spelling, word, cost in sorted(entries):
            node = top
            for letter in spelling:
                node = node.children.setdefault(letter, Node())
            node.word, node.cost = word, cost
        return top
