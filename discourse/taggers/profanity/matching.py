"""Whether a string can be a mask of a word: letters read as they stand, signs as letters or as blots."""

from __future__ import annotations

from collections.abc import Iterator

from discourse.taggers.profanity.lexicon import Lexicon, Node

LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
        "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¢": "c", "#": "h", "^": "a", "§": "s"}  # fmt: skip
SWAPS = {"z": "s", "k": "c", "v": "u", "y": "i", "i": "l"}  # letters that stand for another sound alike
BLOTS = set("*#%&^~•●█■▪▮□○◦¤∗＊✱⁎")  # cover a letter anywhere
INNER = set("@$!?+_-.|/")  # cover a letter between others, or (dashes, low lines) in a run at the end
MASKS = BLOTS | INNER
OPENING = set("*#%&●█■▪▮∗＊✱")  # may cover the first letter
STRONG = BLOTS | set("@$!+=_|€£¢§")
MAX_COST = 2.6
MAX_EXTRA = 3  # letters that a run of stars may cover beyond its length
MAX_STEPS = 6000  # states looked at for one start
_State = tuple[int, Node, str, float, float, int, int, int]


def matches(text: str, start: int, lexicon: Lexicon) -> Iterator[tuple[int, str, float]]:
    """Every (end, word, cost) such that text[start:end] can be a mask of the word.

    Costs: a sign read as the letter it resembles 0.1, a blot for one letter 0.12, other signs 0.25, a
    letter that the blots do not cover 0.7, a blot too many 0.7, a lengthened letter 0.15.
    """
    stack: list[_State] = [(start, lexicon.trie, "", 0.0, 0.0, 0, 0, 0)]
    seen: dict[tuple[int, int, bool], float] = {}
    steps = 0
    while stack and steps < MAX_STEPS:
        steps += 1
        at, node, last, cost, evidence, hidden, covered, extra = stack.pop()
        key = (at, id(node), bool(extra))
        if seen.get(key, 99.0) <= cost:
            continue
        seen[key] = cost
        if node.word is not None and hidden and ends(text, start, at, evidence, hidden, covered, lexicon):
            total = cost + node.cost + _lone_star(text, start, at)
            if total <= MAX_COST:
                yield at, node.word, total
        if at >= len(text) or cost > MAX_COST:
            continue
        character = text[at]
        for letter, price, proof, masked in readings(text, at, start):
            if letter == "":
                stack.append((at + 1, node, last, cost + price, evidence, hidden + 1, covered, extra))
            elif letter == "any":
                roomy = character in "*#" and evidence >= 1
                for follower, child, more in _covered(node, MAX_EXTRA - extra if roomy else 0):
                    total = cost + price + 0.7 * more
                    stack.append(
                        (at + 1, child, follower, total, evidence, hidden + 1, covered + 1, extra + more)
                    )
            elif letter in node.children:
                child, total = node.children[letter], cost + price
                stack.append(
                    (at + 1, child, letter, total, evidence + proof, hidden + masked, covered, extra)
                )
        if character == last and character.isalpha() and character not in node.children:
            stack.append((at + 1, node, last, cost + 0.15, evidence, hidden, covered, extra))


def _covered(node: Node, extra: int) -> Iterator[tuple[str, Node, int]]:
    """The nodes one letter on, and up to `extra` letters further, each with its last letter and the surplus."""
    level = list(node.children.items())
    for more in range(min(extra, 2) + 1):
        for letter, child in level:
            yield letter, child, more
        level = [pair for _, child in level for pair in child.children.items()]


def _lone_star(text: str, start: int, end: int) -> float:
    """The price of a single star at either end, more often a footnote, a bullet or emphasis than a mask."""
    last = text[end - 1] in "*#" and text[end - 2 : end - 1] not in MASKS
    first = text[start] == "*" and text[start + 1 : start + 2].isalnum()
    return 0.8 if last or first else 0.0


def readings(text: str, at: int, start: int) -> Iterator[tuple[str, float, float, int]]:
    """How a character may be read: (letter, "any" or "" for none; cost; evidence; 1 if it hides something)."""
    character = text[at]
    if character.isalpha():
        yield character, 0.0, 1.0, 0
        if character in SWAPS:
            yield SWAPS[character], 0.6, 0.5, 0
        return
    before, after = text[at - 1 : at] if at > start else "", text[at + 1 : at + 2]
    if character not in "!|^#" or after.isalnum() or (after and after in "*$@"):
        for letter in LEET.get(character, ""):
            yield letter, 0.1, 0.8, 1
    if character in BLOTS:
        yield "any", 0.12 if character == "*" else 0.2, 0.0, 1
        if before and after.isalnum():
            yield "", 0.7, 0.0, 1
    elif character in "@$" and not before and after and after in MASKS:
        yield "any", 0.3, 0.0, 1
    elif character in INNER:
        run = before == character or after == character
        if character == ".":
            run = text[max(0, at - 2) : at + 3].count("...") == 0 and run
        inside = bool(before) and after != "" and (after.isalnum() or after in MASKS)
        if inside and character in "!?+|./":
            inside = text[at + 1 :].lstrip("".join(MASKS))[:1].isalnum()
        if inside and (character in "@$!?+_|" or run or (character == "/" and before in MASKS)):
            yield "any", 0.3 if character in "@$!_" or run else 0.6, 0.0, 1
        elif before == character and character in "-_":
            yield "any", 0.3, 0.0, 1
        if (
            inside
            and after.isalnum()
            and (character != "." or at - start > 1 or text[at + 2 : at + 3].isalnum())
        ):
            yield "", 0.3 if character == "-" else 0.7, 0.0, 1


def ends(
    text: str, start: int, end: int, evidence: float, hidden: int, covered: int, lexicon: Lexicon
) -> bool:
    """True where a word may end, with enough of it readable."""
    after = text[end : end + 1]
    if after.isalnum() or (after in BLOTS and text[end - 1] in BLOTS):
        return False
    word, length = text[start:end], end - start
    if covered and not any(c.isalpha() for c in word):
        return False
    if word[0].isdigit() and sum(c.isdigit() for c in word) * 2 >= length:
        return False
    bare = word.rstrip("".join(MASKS))
    trailing = len(word) - len(bare)
    few = trailing and word[-1] not in "$@" and (trailing < 3 or word[-1] not in BLOTS)
    known = bare in lexicon.forms or (bare in lexicon.common and not (word[-1] == "*" and length < 4))
    if few and known and len(bare) > 1:
        return False
    if word[-1] in ".!?|/":
        return False
    if trailing and word[-1] in "-_" and trailing < (3 if len(bare) == 1 else 2):
        return False
    return length >= 2 and evidence >= (0.8 if length < 8 else 1.6) and (evidence >= 1.6 or hidden >= 2)
