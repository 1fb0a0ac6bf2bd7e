"""Ways people mask a word, and innocent strings that look masked, for training and the synthetic test."""

from __future__ import annotations

import random
from collections.abc import Callable

VOWELS = "aeiou"
SIGNS = "@#$%&*^!"
LEET = {"a": "@4", "s": "$5", "i": "!1", "o": "0", "e": "3", "t": "7+", "l": "1", "g": "9", "b": "8"}
CYRILLIC = {
    "a": "а",
    "e": "е",
    "o": "о",
    "c": "с",
    "p": "р",
    "x": "х",
    "y": "у",
    "i": "і",
    "s": "ѕ",
    "h": "һ",
    "k": "к",
}
ACCENTS = {"a": "á", "e": "é", "i": "í", "o": "ö", "u": "ü", "n": "ñ"}


def _core(word: str, root: str) -> tuple[int, int]:
    """Where the root stands in the word (its first letters, for roots that change)."""
    low = word.lower()
    for stub in (root, root[:-1], root[:3]):
        at = low.find(stub)
        if at >= 0:
            return at, min(len(word), at + len(root))
    return 0, len(word)


def _put(word: str, places: list[int], sign: Callable[[], str]) -> str | None:
    if not places or not 0 < len(places) < len(word):
        return None
    out = list(word)
    for place in places:
        out[place] = sign()
    return "".join(out)


def mask(word: str, root: str, style: str, rng: random.Random) -> str | None:
    """The word in a masking style; None where the style does not fit it."""
    a, b = _core(word, root)
    inner = list(range(a + 1, b - 1)) if b - a > 3 else list(range(a + 1, b))
    vowels = [i for i in range(a, b) if word[i].lower() in VOWELS and i > 0]
    star, sign, low = (lambda: "*"), (lambda: rng.choice(SIGNS)), word.lower()

    def swap(table: dict[str, str], share: float) -> str | None:
        places = [i for i, c in enumerate(low) if c in table]
        if not places:
            return None
        chosen = {i for i in places if rng.random() < share} or {rng.choice(places)}
        return "".join(rng.choice(table[low[i]]) if i in chosen else c for i, c in enumerate(word))

    def fill(text: str) -> str | None:
        return word[: inner[0]] + text + word[inner[-1] + 1 :] if inner else None

    at = rng.randrange(1, len(word)) if len(word) > 1 else 1
    ways: dict[str, Callable[[], str | None]] = {
        "inner_star": lambda: _put(word, inner, star),
        "first_vowel": lambda: _put(word, vowels[:1], star),
        "vowels": lambda: _put(word, vowels, star),
        "tail": lambda: _put(word, list(range(a + 1, b)), star),
        "tail_two": lambda: _put(word, list(range(a + 2, b)), star),
        "one": lambda: _put(word, [rng.randrange(a + 1, b)] if b - a > 1 else [], star),
        "whole_inner": lambda: _put(word, list(range(1, len(word) - 1)), star),
        "whole_tail": lambda: _put(word, list(range(1, len(word))), star),
        "head": lambda: _put(word, list(range(a, b)), star) if b < len(word) else None,
        "signs": lambda: _put(word, inner, sign),
        "one_sign": lambda: _put(word, vowels[:1] or inner[:1], sign),
        "leet": lambda: swap(LEET, 0.6),
        "dollar": lambda: word.replace("s", "$").replace("S", "$") if "s" in low else None,
        "at": lambda: word.replace("a", "@").replace("A", "@") if "a" in low else None,
        "exclaim": lambda: word.replace("i", "!").replace("I", "!") if "i" in low else None,
        "dashes": lambda: _put(word, inner, lambda: "-"),
        "tail_dashes": lambda: _put(word, list(range(a + 1, b)), lambda: "-") if b - a > 3 else None,
        "inserted": lambda: word[:at] + "*" + word[at:],
        "letters_star": lambda: "*".join(word),
        "spaced": lambda: " ".join(word),
        "dashed": lambda: "-".join(word),
        "fewer": lambda: fill("*") if len(inner) > 1 else None,
        "more": lambda: fill("*" * (len(inner) + 1)),
        "full": lambda: "*" * max(3, len(word) + rng.choice((0, 0, 0, -1, 1))),
        "full_signs": lambda: "".join(rng.choice(SIGNS[:-1]) for _ in range(max(4, len(word)))),
        "cyrillic": lambda: swap(CYRILLIC, 0.5),
        "accent": lambda: swap(ACCENTS, 0.5),
        "hidden": lambda: word[:at] + rng.choice("\u200b\u200c\u00ad\u2060") + word[at:],
        "bullets": lambda: _put(word, inner, lambda: rng.choice("•●█")) if rng.random() < 2 else None,
        "hashes": lambda: _put(word, inner, lambda: "#"),
        "low_line": lambda: _put(word, inner, lambda: "_"),
        "dotted": lambda: ".".join(word),
        "percent_one": lambda: _put(word, vowels[:1] or inner[:1], lambda: "%"),
    }
    return ways[style]()


STYLES = {"inner_star": 14, "first_vowel": 14, "vowels": 5, "tail": 9, "tail_two": 5, "one": 6, "whole_inner": 4, "whole_tail": 4,
          "head": 3, "signs": 8, "one_sign": 5, "leet": 7, "dollar": 5, "at": 4, "exclaim": 4, "dashes": 3,
          "tail_dashes": 1, "inserted": 3, "letters_star": 1, "spaced": 3, "dashed": 1, "fewer": 3, "more": 2, "full": 5,
          "full_signs": 3, "cyrillic": 1, "accent": 1, "hidden": 1}  # fmt: skip
HELD_OUT_STYLES = ("bullets", "hashes", "low_line", "dotted", "percent_one")

SURNAMES = ("Cheney", "Durbin", "Clark", "Morris", "Tracy", "Armey", "Gephardt", "Nixon", "Smith", "Johnson", "Lugar",
            "Turpin", "Francis", "Grayson", "Wolf", "Enberg", "Vitale", "Advocaat", "Costolo", "Blumenthal", "Van Dyke")  # fmt: skip
PLAIN_INNOCENT = (
    "Dick {n}", "Dick {n}", "Dick {n}", "former vice president Dick {n}", "Sen. Dick {n}", "my uncle Dick", "Moby Dick",
    "Dick's Sporting Goods", "Philip K. Dick", "Tom, Dick and Harry", "Dick and Jane", "a Dick {n} speech",
    "a cock and bull story", "the cock crowed twice", "cock fighting", "he kept a cock and six hens", "a turkey cock",
    "cocks and hens", "Pussy Riot", "the pussy willow by the pond", "a pussy cat", "he rode on an ass", "Balaam's ass",
    "a wild ass", "an ass and a foal", "an ox or an ass", "prick your finger", "prick up their ears", "pricks of conscience",
    "the bitch had a litter of six puppies", "a two-year-old spayed bitch", "blue tits and robins", "a pair of great tits",
    "the craps table", "shooting craps in Vegas", "Hell's Kitchen", "Hell's Angels", "heaven and hell", "the gates of hell",
    "Hell or eternal life", "the doctrine of hell", "Heaven, Hell and Purgatory", "the flames of hell, says the Bible",
    "a bastard sword", "bastard file and rasp", "retard the timing", "to retard growth", "retarded growth of the crop",
    "my truck's tranny fluid", "rebuilt the tranny and the clutch", "Kike Hernandez", "a pack of fags and a pint",
    "William the Bastard", "turd ferguson is a Thrush, Turdus", "a cock pheasant", "the stop cock was leaking",
    "half cock", "ass and mule breeding", "bitch, sire and stud", "fags from the corner shop", "damned souls in Dante",
)  # fmt: skip
MASK_LIKE_INNOCENT = (
    "****", "*****", "***", "**** {w} ****", "***** {w}", "*** {w} ***", "rated **** by the guide", "a ***** hotel",
    "card ending ****{d}", "password: *******", "login {w} / ******", "**** out of *****", "{w} **** {w}",
    "~*~*~", "*-*-*", "$%&", "%$#", "&*^", "press *#*# then dial", "dial *#06#", "hold shift and type @#$%^&*",
    "the keys !@#$%^&*()", "regex: [@#$%^&*]", "symbols such as #$%& are not allowed", "a*s + b*t", "f = a**s", "x = p**s",
    "int **s", "char *s, **p", "c**2 + d**2", "p*s*s", "t*t*s", "a*b*s", "f(a**n)", "s**2", "n**k", "d**n for each n",
    "c**n grows", "h**l", "p**q", "rate s*** and c*** for each", "grade a** or b***", "b** and c**", "A** rating",
    "AA*, A*, A**", "note d***", "see a*** below", "s--t", "word s---d", "A--S", "t--s", "p--s", "h--l", "b---h",
    "f___ in the blank: f___", "s__t", "c__t", "d__k", "a__e", "s_it", "h_ll", "c_ck", "fill in d_ck",
    "hangman: s_i_", "hangman: _a_s", "a$s", "b1t", "h3ll0 w0rld", "SH1T-4 part", "A55", "model A55 phone", "C0CK", "route A55",
    "the A55 road", "BMW 5HIT", "a55 motorway near Chester", "Galaxy A55", "D1CK", "serial P155", "T1T5", "class A5$", "Ke$ha", "A$AP",
    "the S.H.I.T", "A.S.S", "U.S.S.R", "T.I.T.S", "A S S", "vitamins a s s", "C.U.M", "A-S-S", "s h i", "a, s, s", "F.A.G",
    "C.R.A.P", "D.A.M.N", "a c u n", "he spelled out h e l l o", "p i s s a", "a-s-s-e-t", "c-o-c-k-p-i-t", "the A.R.S.E",
    "C O C K T A I L", "D I C K E N S", "A S S E M B L Y", "H E L L O", "S H I T A K E", "#a**", "as*", "as*", "such as*", "as* {w}", "as*{w}", "p*sin(x)", "2*pi*n", "cos*sin*s", "f*c*k + g", "t-i-t for tat",
    "T.I.T for tat", "as*\n", "known as* the", "p.s.s", "d.n", "$%y", "T-S-T", "c++k", "b&c&h", "^_^ *-*", "(*_*)", "$hipping", "c@t", "f@x",
    "w****", "t***", "J***s", "P****", "T****", "T***p", "w***s", "t**t", "H*** B****",
)  # fmt: skip


def weighted_style(rng: random.Random) -> str:
    """A style of training, drawn as often as people seem to use it."""
    return rng.choices(list(STYLES), list(STYLES.values()))[0]
