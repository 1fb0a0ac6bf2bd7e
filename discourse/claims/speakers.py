"""Who speaks: names behind surnames, roles and pronouns of one article."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from discourse.taggers.verbs import SPEAKERS

_TITLE_WORDS = (
    "mr mrs ms dr prof sen rep gov gen lt col sir lord lady dame us u.s u.s. uk eu un nato of the defense defence "
    "foreign prime former vice deputy acting chairman director leader spokesperson protection press attorney "
    "representative mp justice defence interior exterior treasury state health education british american french "
    "german russian ukrainian european israeli chinese canadian"
)
_TITLES = SPEAKERS | frozenset(_TITLE_WORDS.split())
_WORD = re.compile(r"[^\W_][\w.’'-]*")
NAME = r"(?:[A-Z][\w’'-]*\.?(?: (?:(?:of|de|van|von|der|bin|al|the) )?(?=[A-Z])[\w’'-]+\.?){0,7})"
PRONOUNS = frozenset(["he", "she", "they", "who"])
_FINITE = "is are was were would will could can may might must has have had did does do to"
_VERBAL = frozenset(_FINITE.split())
_NO_NAME = frozenset(
    ["which", "what", "where", "when", "nothing", "of", "in", "on", "at", "for", "from", "by", "with"]
)
LIKE = 0.84  # of two surnames spelt differently: Zelensky, Zelenskyy


def _without_titles(words: list[str]) -> list[str]:
    """A name's words after its last title."""
    last = max((i for i, w in enumerate(words) if w.lower().strip(".") in _TITLES), default=-1)
    return words[last + 1 :]


def bare(subject: str) -> str:
    """The subject without possessives, adverbs and surrounding marks."""
    subject = re.sub(r"['’]s$", "", subject)
    subject = re.sub(
        r"^(?:but|and|while|though|although|as|because|that|some|many) ", "", subject, flags=re.I
    )
    return subject.strip(" ,.;:–—-\"“”'‘’\0")


class People:
    """The people an article names, to find whom "the minister" or "he" means."""

    def __init__(self, text: str) -> None:
        self._by_surname: dict[str, Counter[str]] = {}
        self._roles: dict[str, str] = {}
        self.last: str | None = None
        for found in re.finditer(NAME, text):
            words = _WORD.findall(bare(found.group()))
            name = _without_titles(words)
            if 2 <= len(name) <= 3 and all(w[:1].isupper() and len(w) > 1 for w in (name[0], name[-1])):
                self._by_surname.setdefault(name[-1].lower(), Counter())[" ".join(name)] += 1
                for title in words[: len(words) - len(name)]:
                    if title.lower() in SPEAKERS:
                        self._roles.setdefault(title.lower(), " ".join(name))

    def name(self, subject: str) -> str | None:
        """The speaker in full; None where it is nobody one can name.

        Pronouns are taken for the last person who spoke.
        """
        subject = bare(subject)
        words = _WORD.findall(subject)
        if not words:
            return None
        if (
            not words
            or words[0].lower() in _NO_NAME
            or "what" in words
            or {w.lower() for w in words} & _VERBAL
        ):
            return None
        if len(words) == 1 and words[0].lower() in PRONOUNS:
            return self.last
        found = self._person(words) or self._role(words)
        if found is None and (words[0][:1].isupper() or {w.lower() for w in words} & SPEAKERS):
            found = re.sub(r"^(?:The|A|An) ", lambda m: m.group().lower(), subject)
        if found is not None:
            self.last = found
        return found

    def _person(self, words: list[str]) -> str | None:
        surname = words[-1].lower()
        if not words[-1][:1].isupper():
            return None
        if surname in self._by_surname:
            return self._by_surname[surname].most_common(1)[0][0]
        return None

    def _role(self, words: list[str]) -> str | None:
        if words[0].lower() not in ("the", "this") or words[-1].lower() not in SPEAKERS:
            return None
        return self._roles.get(words[-1].lower())


def same_person(first: str | None, second: str | None) -> bool | None:
    """Whether two speakers of different articles are one; None where either is not a person's name."""
    if first is None or second is None:
        return None
    a, b = first.split(), second.split()
    if first.lower() == second.lower():
        return True
    if not (_named(a) and _named(b)):
        return None
    return SequenceMatcher(None, a[-1].lower(), b[-1].lower(), autojunk=False).ratio() >= LIKE


def _named(words: list[str]) -> bool:
    return (
        1 <= len(words) <= 4
        and all(w[:1].isupper() for w in words)
        and not {w.lower() for w in words} & _TITLES
    )
