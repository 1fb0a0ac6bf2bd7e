"""What a line looks like: a sentence, a headline, a list entry, a reader's voice."""

from __future__ import annotations

import re

from discourse.readers.clean import ZERO_WIDTH

LONG = 400  # characters; no furniture but images, tickers and notices is longer
_PREFIX = 4000  # characters of a line that are looked at; enough to know a paragraph

_BULLET = re.compile(r"^(?:[•●▪■◦‣⁃·»›→✓✔➤▶*+–—-]|\|)\s+(?=\S)")
_FINAL = re.compile(r"[.!?…][\"'”’»)\]*_]*$")
_TRUNCATED = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^'’]|['’](?=\w))*(?:['’](?!\w)|$)")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_STOP = frozenset(
    [
        "about",
        "after",
        "against",
        "all",
        "also",
        "and",
        "any",
        "are",
        "been",
        "but",
        "can",
        "did",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "her",
        "him",
        "his",
        "how",
        "into",
        "its",
        "just",
        "more",
        "most",
        "new",
        "not",
        "now",
        "off",
        "one",
        "our",
        "out",
        "over",
        "said",
        "says",
        "she",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_VOICE = re.compile(
    r"^(?:@\w|you\b|your\b|yes\b|no,|nope\b|yeah\b|yep\b|agreed?\b|exactly\b|lol\b|i\b|i['’]m\b|my\b|sorry\b|thanks?\b|so you\b"
    r"|well,|oh\b|wow\b|what a\b|and you\b|but you\b|are you\b|do you\b|did you\b|why (?:do|are|don['’]t) you\b)"
    r"|\b(?:lol|lmao|wtf|imho|imo|btw)\b|[!?]{2,}|\bi (?:think|don['’]t|doubt|wonder|guess|hope|agree|disagree|love|hate)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]y|me|[Yy]ou|[Yy]our|[Yy]ou['’](?:re|ve|ll|d))\b|[?!]$|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_SPEAKING = frozenset(
    [
        "i",
        "i'm",
        "i've",
        "i'd",
        "i'll",
        "we",
        "we're",
        "we've",
        "my",
        "our",
        "me",
        "you",
        "your",
        "you're",
        "he",
        "she",
        "it",
        "they",
        "was",
        "were",
        "is",
        "are",
        "am",
        "have",
        "has",
        "had",
        "did",
        "do",
        "does",
        "will",
        "would",
        "can",
        "could",
        "should",
        "been",
    ]
)
_TYPOGRAPHY = str.maketrans("’‘“”–—\xa0", "''\"\"-- ", ZERO_WIDTH)
_FOLD_ENDS = " \t:*_»›→>|•·●#"


def fold(text: str) -> str:
    """A short line reduced for comparison: case, bullets, typographic quotes, a final colon gone."""
    folded = _BULLET.sub("", text.strip())
    folded = folded.lower() if folded.isascii() else folded.translate(_TYPOGRAPHY).casefold()
    return " ".join(folded.strip(_FOLD_ENDS).split())


def words_of(text: str) -> list[str]:
    """The words of a line (of its first 4,000 characters)."""
    return _WORD.findall(text[:_PREFIX])


def key_words(text: str) -> set[str]:
    """The first five letters of each word that says something, for telling what two lines share."""
    lowered = (word.casefold() for word in words_of(text))
    return {word[:5] for word in lowered if len(word) > 2 and word not in _STOP}


def is_bullet(text: str) -> bool:
    """True for a line that begins with a list mark."""
    return bool(_BULLET.match(text))


def is_truncated(text: str) -> bool:
    """True for a teaser that breaks off: "said Monday tha..."."""
    return bool(_TRUNCATED.search(text[-12:]))


def ends_sentence(text: str) -> bool:
    """True where the last visible character closes a sentence."""
    return bool(_FINAL.search(text[-12:]))


def is_sentence(text: str, least: int = 4) -> bool:
    """True for a line of at least `least` words that closes like a sentence and does not break off."""
    return ends_sentence(text) and not is_truncated(text) and len(words_of(text)) >= least


def is_prose(text: str, least: int = 14) -> bool:
    """True for a line that reads like a paragraph: a sentence, mostly in small letters."""
    if not is_sentence(text, least) or is_bullet(text):
        return False
    words = words_of(text)
    return sum(word[0].islower() for word in words) >= 0.4 * len(words) or not any(
        word[0].islower() or word[0].isupper() for word in words
    )


def title_case_share(text: str) -> float:
    """The share of words of four letters and more that begin with a capital."""
    words = [word for word in words_of(text) if len(word) >= 4]
    return sum(word[0].isupper() or word[0].isdigit() for word in words) / len(words) if words else 0.0


def is_headline(text: str) -> bool:
    """True for a line that could head a story: 3 to 30 words, a capital first, no full stop or Title Case."""
    if len(text) > 250 or text.endswith((",", ";", ":")):
        return False
    if text.endswith(".") and (title_case_share(text) < 0.8 or len(words_of(text)) < 5):
        return False
    first = text.lstrip("\"'“‘#*[( ")[:1]
    return 3 <= len(words_of(text)) <= 30 and (first.isupper() or first.isdigit() or first in "$€£")


def speaks(text: str) -> bool:
    """True for a line of several words with a pronoun or an auxiliary verb among them, which names have not."""
    words = [word.strip('.,!?"“”()').casefold() for word in text.replace("’", "'").split()]
    return len(words) > 1 and not _SPEAKING.isdisjoint(words)


def could_be_reader(text: str) -> bool:
    """True for a line with a trace of a person speaking; weaker than `has_reader_voice`."""
    own = _QUOTED.sub(" ", text[:_PREFIX]).strip()
    return own[:1].islower() or bool(_PERSON.search(own)) or has_reader_voice(own)


def has_reader_voice(text: str) -> bool:
    """True for a line that talks like a reader (I, you, slang), quotations left out."""
    return bool(_VOICE.search(_QUOTED.sub(" ", text[:_PREFIX]).strip()))
