"""Where a profanity may stand, masked or plain, and which words of the lexicon may be behind it.

The search is generous: it looks for strings that a mask can turn into a word of the lexicon. Whether
one is a profanity is for the context model to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from discourse.taggers.profanity.lexicon import Lexicon, Node
from discourse.taggers.profanity.matching import BLOTS, LEET, MASKS, OPENING, STRONG, matches
from discourse.taggers.profanity.normalise import Normal, normalise

MAX_CHUNK = 160  # a longer run without a space is cut at its commas, slashes and brackets; of what is
# still longer, only the two ends are searched
EDGE = 64
_CHUNK = re.compile(r"[^\s\u2e80-\ud7ff]+")  # scripts without spaces part chunks too
_PART = re.compile(r"[^,;:/()<>\"|&=\\]+")
_WORD = re.compile(r"[a-z0-9]+")
_EDGES = ".,;:?!'\"()[]{}<>…-–—“”‘’/\\"
_ENTITY = re.compile(r"&(?:#x?[0-9a-f]{1,6}|[a-z]{2,8});")
_ADDRESS = re.compile(r"https?:|www\.|\.(?:com|org|net|html?|php)\b|[a-z0-9._]@[a-z0-9-]+\.[a-z]")
_SUSPICIOUS = re.compile(r"[*#$@%&^~+=_|•●█■▪▮×·°□○◦¤¿∗＊✱⁎€£¢§0-9]|[a-z][!?.'-]+[a-z]|[a-z]--")
_GRAWLIX = re.compile(r"(?<![*#$@%&!^?~\w])[*#$@%&!^?~]{2,11}[*#$@%&^](?![*#$@%&^~\w])")
_SPACED = re.compile(
    r"(?<![^\W_])(?:[a-z0-9@$!](?: {1,3}[a-z0-9@$!]){2,48}|[a-z0-9@$!]([._\-*~/|,+·•] ?)[a-z0-9@$!](?:\1[a-z0-9@$!]){1,23})(?![^\W_])"
)
_STARRED = re.compile(r"(?:[a-z0-9]\*){3,}[a-z0-9]")  # here the stars only part the letters
_STRETCH = re.compile(r"(.)\1+")
_STAMMERED = {"f-ing": "fucking", "f'ing": "fucking", "f-in": "fuckin", "f'in": "fuckin", "f'n": "fucking", "f-n": "fucking",
              "f-ed": "fucked", "f'ed": "fucked", "f-er": "fucker", "f-ers": "fuckers", "f.ing": "fucking",
              "mf-er": "motherfucker", "mf-ing": "motherfucking", "f'd": "fucked", "a-hole": "asshole",
              "a-holes": "assholes", "b-tch": "bitch", "sh-t": "shit", "effin'": "fucking"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place (raw offsets) where one of `options` may stand: (word, cost of the mask), cheapest first.

    No options: covered altogether. `plain`: every letter is readable, nothing is hidden.
    """

    start: int
    end: int
    options: tuple[tuple[str, float], ...]
    plain: bool


def find(text: str, lexicon: Lexicon) -> list[Candidate]:
    """The candidates of `text`, in order, not overlapping."""
    normal = normalise(text)
    found = list(_plain_words(normal, lexicon))
    if _SUSPICIOUS.search(normal.text):
        found += _masked_words(normal.text, lexicon)
    found += _spaced_words(normal.text, lexicon)
    chosen: list[tuple[int, int, tuple]] = []
    taken = bytearray(len(normal.text))
    for start, end, options, _ in sorted(found, key=lambda f: (-f[3], f[0], -f[1])):
        if 1 not in taken[start:end]:
            taken[start:end] = b"\x01" * (end - start)
            chosen.append((start, end, options))
    out = []
    for start, end, options in sorted(chosen):
        first, last = normal.starts[start], normal.ends[end - 1]
        out.append(Candidate(first, last, options, _is_plain(text[first:last], options)))
    return out


def _is_plain(surface: str, options: tuple) -> bool:
    """True when the surface is the word itself, apart from case, hyphens and lengthened letters."""
    parts = surface.lower().replace("_", "-").split("-")
    letters = "".join(parts)
    if (
        not options
        or not (letters.isascii() and letters.isalpha())
        or (len(parts) > 1 and min(map(len, parts)) < 2)
    ):
        return False
    word = options[0][0]
    return letters == word or (
        _STRETCH.sub(r"\1", letters) == _STRETCH.sub(r"\1", word) and len(letters) >= len(word)
    )


Found = tuple[int, int, tuple[tuple[str, float], ...], float]


def _plain_words(normal: Normal, lexicon: Lexicon) -> Iterator[Found]:
    text, plain = normal.text, lexicon.plain
    previous = None
    for match in _WORD.finditer(text):
        token, start, end = match.group(), match.start(), match.end()
        before = text[start - 1] if start else " "
        word = plain.get(token)
        if previous is not None and before in "-_" and previous[1] == start - 1:
            joined = plain.get(text[previous[0] : previous[1]] + token)
            if joined:
                yield previous[0], end, ((joined, 0.0),), float(end - previous[0])
        previous = (start, end)
        if word is None and len(token) > 3:
            word = _unstretched(token, plain)
        if word is None or _in_handle(text, start) or _in_address(text, start, end):
            continue
        yield start, end, ((word, 0.0),), float(end - start)


def _in_handle(text: str, start: int) -> bool:
    """True inside an @name."""
    first = start
    while first > max(0, start - 40) and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    return text[first - 1 : first] == "@"


def _in_address(text: str, start: int, end: int) -> bool:
    """True inside a web or mail address or a handle, where a word is part of a name."""
    left = max(text.rfind(" ", max(0, start - 80), start), text.rfind("\n", max(0, start - 80), start)) + 1
    right = end
    while right < min(len(text), end + 40) and not text[right].isspace():
        right += 1
    chunk = text[max(left, start - 80) : right]
    return ("." in chunk or ":" in chunk) and _ADDRESS.search(chunk) is not None


@lru_cache(maxsize=8192)
def _has_stretch(token: str) -> bool:
    return any(token[i] == token[i + 1] == token[i + 2] for i in range(len(token) - 2)) or (
        token[-1] == token[-2] and token[-1] not in "sl"
    )


def _unstretched(token: str, plain: dict[str, str]) -> str | None:
    """The word behind lengthened letters ("shiiit"), if any."""
    if len(token) > 60 or not _has_stretch(token):
        return None
    for keep in (r"\1\1", r"\1"):
        word = plain.get(_STRETCH.sub(keep, token))
        if word:
            return word
    shorter = re.sub(r"(.)\1{2,}", r"\1", token)
    return plain.get(shorter) or plain.get(re.sub(r"(.)\1$", r"\1", token))


def _masked_words(text: str, lexicon: Lexicon) -> Iterator[Found]:
    for chunk in _CHUNK.finditer(text):
        piece, offset = chunk.group(), chunk.start()
        if not _is_suspicious(piece):
            continue
        for part, shift in _parts(piece):
            if _ADDRESS.search(part) and "*" not in part:
                continue
            for start, end, options, gain in _search(part, lexicon):
                yield offset + shift + start, offset + shift + end, options, gain
    for match in _GRAWLIX.finditer(text):
        signs = set(match.group())
        if _alone(text, match.start(), match.end()):
            continue  # a rule between paragraphs
        if signs == {"*"} or (len(signs) > 1 and signs - set("!?") and len(signs - set("!?~^")) > 1):
            yield match.start(), match.end(), (), 0.5


def _alone(text: str, start: int, end: int) -> bool:
    """True where nothing but space shares the line, in a text of several lines."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    left, right = before.rstrip(" \t")[-1:], after.lstrip(" \t")[:1]
    return left in ("", "\n") and right in ("", "\n") and (left or right) != ""


def _parts(piece: str) -> Iterator[tuple[str, int]]:
    """The chunk, or the pieces of it worth searching where it is very long, with their offsets."""
    if len(piece) <= MAX_CHUNK:
        yield piece, 0
        return
    for match in _PART.finditer(piece):
        part, shift = match.group(), match.start()
        if len(part) <= MAX_CHUNK:
            yield part, shift
        else:
            yield part[:EDGE], shift
            yield part[-EDGE:], shift + len(part) - EDGE


def _is_suspicious(piece: str) -> bool:
    core = piece.strip(_EDGES)
    if not core or core.isalpha() or core.isdigit():
        return (
            len(piece) > 2
            and (not STRONG.isdisjoint(piece) or "--" in piece)
            and not core.isdigit()
            and core != ""
        )
    return True


def _search(piece: str, lexicon: Lexicon) -> tuple[Found, ...]:
    """The best matches of a chunk; remembered, since masked spellings and odd tokens recur."""
    cache = lexicon.memo
    if piece not in cache:
        if len(cache) > 20000:
            cache.clear()
        cache[piece] = tuple(_search_chunk(piece, lexicon))
    return cache[piece]


def _search_chunk(piece: str, lexicon: Lexicon) -> Iterator[Found]:
    text = _unwrapped(_ENTITY.sub(lambda m: " " * len(m.group()), piece))
    handle = text[:1] == "@" and text[1:2].isalpha() or text[1:2] == "@"
    if text[:2] == "@a" or _STARRED.fullmatch(text.strip(_EDGES)):
        return
    for start in _starts(text):
        if handle and start > text.index("@"):
            break
        if text[start] in BLOTS and _leads_word(text[start:], lexicon):
            continue
        best: dict[int, dict[str, float]] = {}
        for end, word, cost in matches(text, start, lexicon):
            options = best.setdefault(end, {})
            options[word] = min(cost, options.get(word, 9.0))
        for end, options in best.items():
            ranked = tuple(sorted(options.items(), key=lambda o: (o[1], -lexicon.forms[o[0]][1], o[0]))[:12])
            yield start, end, ranked, (end - start) - 1.2 * ranked[0][1]
    for spelling, word in _STAMMERED.items():
        at = text.find(spelling)
        if at >= 0 and not text[at - 1 : at].isalnum() and not text[at + len(spelling) :][:1].isalnum():
            yield at, at + len(spelling), ((word, 0.5),), len(spelling) - 0.5


def _unwrapped(text: str) -> str:
    """The chunk without signs of emphasis around it (*so*, **so**, _so_), same length."""
    core = text.strip(_EDGES)
    for sign in "*_~":
        left = len(core) - len(core.lstrip(sign))
        if left and len(core) - len(core.rstrip(sign)) == left and core.strip(sign):
            at = text.index(core)
            return text[:at] + " " * left + core.strip(sign) + " " * left + text[at + len(core) :]
    return text


def _leads_word(text: str, lexicon: Lexicon) -> bool:
    """True where blots stand before a word that needs no letter more (a bullet, a footnote sign)."""
    rest = text.lstrip("".join(MASKS))
    word = _WORD.match(rest)
    if word is not None and len(text) - len(rest) >= 3 and len(word.group()) in (1, 4):
        return False
    return word is not None and (word.group() in lexicon.common or word.group() in lexicon.plain)


def _starts(text: str) -> Iterator[int]:
    for i, character in enumerate(text):
        before = text[i - 1] if i else " "
        if character.isalnum():
            if not before.isalnum():
                yield i
        elif character in "@$" or (
            character in OPENING
            and not (before in MASKS or before.isalnum())
            and (character == "*" or text[i + 1 : i + 2] in MASKS)
        ):
            yield i


def _spaced_words(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Words written with their letters apart: f u c k, s.h.i.t."""
    for match in _SPACED.finditer(text):
        run = match.group()
        places = [i for i in range(len(run)) if run[i] in "@$!" or run[i].isalnum()]
        readings = [LEET.get(run[i], run[i]) for i in places]
        dotted = " " not in run
        first = 0
        while first < len(places) - 2:
            best: Found | None = None
            for last, word in _spelled(readings, first, lexicon.trie):
                whole = first == 0 and last == len(places) - 1
                if whole or (not dotted and (first == 0 or last == len(places) - 1 or last - first >= 3)):
                    begin, length = match.start() + places[first], places[last] + 1 - places[first]
                    best, after = (begin, begin + length, ((word, 0.4),), float(length)), last + 1
            if best:
                yield best
            first = after if best else first + 1


def _spelled(readings: list[str], first: int, node: Node) -> Iterator[tuple[int, str]]:
    """Every (last index, word) that the readings from `first` on spell."""
    nodes = [node]
    for index in range(first, len(readings)):
        nodes = [n.children[letter] for n in nodes for letter in readings[index] if letter in n.children]
        if not nodes:
            return
        for n in nodes:
            if n.word is not None and n.cost == 0.0 and index - first >= 2:
                yield index, n.word
