"""The position an article takes or reports, in one sentence: what its readers can be for or against.

A stance model reads a proposition better than a piece of news ("the minister dismissed X" is a
fact; "the minister is right to dismiss X" is disputed), so a reported position is put that way.
The headline is taken where it states something; otherwise the sentence of the lede that does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from discourse.schema import Article
from discourse.taggers.casing import STOP, recased
from discourse.taggers.stance import clean
from discourse.taggers.verbs import (
    ADJECTIVE,
    FINDINGS,
    FINITE,
    LEMMA,
    OPINION,
    PARTICLES,
    PLURAL,
    REPORTING,
    SPEAKERS,
)

MAX_WORDS = 30
LEDE_SENTENCES = 6
LEDE_CHARACTERS = 6000


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|afternoon|evening|night))?"
_DATE = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?"
_WHEN = re.compile(rf",? (?:on|late|early|earlier(?: on)?) (?:{_DAY}|{_DATE}),?(?=\s|[.]|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|Jr|Sr|vs|No|Inc|Corp|etc|e\.g|i\.e)\.)$"
)
_BREAK = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")
_IMAGE = re.compile(r"\s\[[^\]]{1,30}\]$|!\[[^\]]*\]\([^)]*\)|https?://\S+")
_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .,/]+(?:and [A-Z][A-Z .]+)*|[^\W\d]\w*(?:, \w+\.?)?)(?: \([\w /]+\))?\s*(?:[–—]|\s-)\s+(?=\S+ \S+ \S+)"
)
_KICKER = re.compile(
    r"^(?:opinion|editorial|commentary|breaking(?: news)?|watch|video|analysis|update|exclusive|letters?)\s*[:|]\s*",
    re.I,
)
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—]{2,40}$")
_SAID = r"(?:said|says|say|added|stated|wrote|told|argued|warned|claimed|insisted|declared|explained)"
_SPEAKER_AFTER = re.compile(
    rf"[,”\"]+ (?:(?:he|she|they|it|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){{0,4}}|(?:the )?\w+(?: \w+)?) {_SAID}\b"
    r"|(?:said|says) [A-Z]|according to )[^“]*$"
)
_INTRO = re.compile(
    r"^(?:In|At|During|After|Before|Following|Speaking|Amid|With|As|While|On|Despite|For|Since|When|Under|Addressing)"
    r"\b[^,“\"]{3,140}, (?=\S+ \S+ \S+)"
)
_CLUTTER = re.compile(
    r",? while \w+ing .*$|, which .*$"
    r"|,? (?:at|during|in) (?:a|an|the) (?:\w+ )?(?:press conference|news conference|briefing|interview|statement)\b"
    r"(?! that).*$"
)
_CUT = re.compile(
    r";? and (?:also )?(?:say|claim|warn|call|insist|that)\b|[;,] | [–—-]{1,2} "
    r"| (?:while|after|during|amid|following|before|because|as part of|as) "
)
_AND = re.compile(r" (?:and|or|for|with|in|on) ")
_DOUBT = re.compile(
    r"\b(?:falsely|wrongly|baselessly|incorrectly|mistakenly|without evidence|denied that)\b", re.I
)
_WORD = re.compile(r"[\w’'.-]*\w")
_HAVE = re.compile(r" have(?: \w+ly| also)*\s*$")
_PLACE = re.compile(r"(?:in|at|near|into|off|over|after|on)\b", re.I)
_NO_VERB_AFTER = _set("to the a an of his her their its by no this that these those")


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb of saying or acting found in a sentence: where it stands, its plain form, and whether it shows a plural."""

    start: int
    end: int
    lemma: str
    plural: bool


def find_target(article: Article) -> str | None:
    """The article's position in a declarative sentence of at most about 30 words; None for an empty article."""
    title = recased(_headline(article.title), article.text[:LEDE_CHARACTERS])
    if title and (position := _position(title)) and (_states(title) or position != title):
        return _finish(position)
    best, best_score = None, float("-inf")
    for i, sentence in enumerate(_sentences(article.text)[:LEDE_SENTENCES]):
        position = _position(sentence)
        score = _score(sentence, position, title) - 0.5 * i
        if position and score > best_score:
            best, best_score = position, score
    if best is None or (title and best_score < 0):
        best = title or best
    return _finish(best) if best else None


def _score(sentence: str, position: str, title: str | None) -> float:
    """How much a sentence of the lede looks like the article's position."""
    words = {w.lower() for w in _WORD.findall(sentence)}
    score = 2.0 * (" is right " in position or " are right " in position)
    score += bool(words & {"should", "must", "need", "needs", "cannot", "wrong", "right", "never"})
    score -= 3.0 * (not _states(sentence) or len(words) < 5)
    score -= 2.0 * bool(re.match(r"[“\"'‘]?(?:he|she|they|it|i|we|you|this|these|that)\b", sentence, re.I))
    topic = {w.lower() for w in _WORD.findall(title or "")} - STOP
    return score + 2.0 * len(topic & words) / len(topic) if topic else score


def _headline(title: str | None) -> str | None:
    """The title without kicker and site name, None where nothing is left."""
    title = _KICKER.sub("", _plain(title or ""))
    site = _SITE.search(title)
    if site and not _states(site.group()) and len(title[: site.start()].split()) >= 3:
        title = title[: site.start()]
    return title or None


def _plain(text: str) -> str:
    """The line without images, addresses, control characters and needless space."""
    return clean(_IMAGE.sub(" ", text))


def _sentences(text: str) -> list[str]:
    """The sentences of the article's beginning, without lines that hold no sentence where others do."""
    found: list[str] = []
    for line in text[:LEDE_CHARACTERS].splitlines():
        start = 0
        line = _plain(line)
        for gap in _BREAK.finditer(line):
            if not _ABBREVIATION.search(line[start : gap.start()]):
                found.append(line[start : gap.end()].strip())
                start = gap.end()
        found.append(line[start:].strip())
    found = [s for s in found if s]
    return [s for s in found if len(s.split()) >= 5 and re.search(r"[.!?][\"”’')]*$", s)] or found


def _states(text: str) -> bool:
    """True where the text holds a finite verb and is no question."""
    words = [w.lower() for w in _WORD.findall(text)]
    return len(words) >= 4 and not text.rstrip("\"”’' ").endswith("?") and any(w in FINITE for w in words)


def _verb(text: str) -> _Verb | None:
    """The first finite verb after the subject, if it is one of saying or acting."""
    words = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]
    for i, (word, start, end) in enumerate(words[1:18], 1):
        before = words[i - 1][0]
        lemma = LEMMA.get(word) or (word if word in PLURAL and re.search(r"[^'’s]s$", before) else None)
        if lemma is None and word in FINITE - PLURAL and word not in ("has", "have", "had"):
            return None
        if not lemma or before in _NO_VERB_AFTER or before.endswith(("’s", "'s", "s’", "s'")):
            continue
        after = words[i + 1][0] if i + 1 < len(words) else ""
        if after not in PARTICLES.get(lemma, (after,)):
            return None
        if lemma in ("support", "demand") and word not in LEMMA and after == "for":
            continue  # a noun: "Harris support for the fence"
        plural = word not in LEMMA or _HAVE.search(text[:start]) is not None
        if before in ("has", "have", "had"):
            start = words[i - 1][1]
        return _Verb(start, end, lemma, plural) if start and text[:start].count(",") < 3 else None
    return None


def _holder(subject: str) -> str | None:
    """Who holds a position, without apposition and adverbs; None where it is nobody one can name."""
    subject = re.sub(r",.*$", "", subject).strip()
    words = re.sub(r"(?: \w+ly| also| has| have| had)+$", "", subject).split()
    named = (
        len(words) == 1 or any(w[:1].isupper() for w in words[1:]) or {w.lower() for w in words} & SPEAKERS
    )
    if not 1 <= len(words) <= 12 or not named or not words[0][:1].isalpha() or words[0].lower() in FINDINGS:
        return None
    return " ".join(words)


def _right(holder: str, plural: bool = False) -> str:
    """The holder with "is right" or "are right"; `plural` where its verb shows that it is many."""
    if holder == "I":
        return "I am right"
    looks_plural = re.search(r"\band\b|(?:s|[Ss]enators|[Pp]olice)$", holder)
    plural = (
        plural
        or (looks_plural and not re.search(r"(?:[A-Z]\w+|ss|us|is)$", holder))
        or (holder.endswith("s") and holder.split()[-1].lower() in SPEAKERS)
    )
    return f"{holder} {'are' if plural else 'is'} right"


def _position(sentence: str) -> str:
    """The sentence as a proposition: attribution turned into "is right", datelines and clutter out."""
    text = _WHEN.sub(" ", _DATELINE.sub("", sentence)).strip()
    if re.match(r"Why .*[^?]$", text) and _states(text):
        text = text[4:]
    colon = re.match(r"([^:]{3,45}): (.{8,})$", text)
    if colon and (position := _from_colon(*colon.groups())):
        return position
    text = _CLUTTER.sub("", _SPEAKER_AFTER.sub("", text))
    main = _INTRO.sub("", text)
    text = main if _states(main) else text
    if _DOUBT.search(text):
        return text
    verb = _verb(text)
    return _reported(text, verb) if verb else _told(text)


def _reported(text: str, verb: _Verb) -> str:
    """What `verb` states or does, as something its subject is right about; facts reported stay as they are."""
    subject, rest = text[: verb.start].strip(" ,"), re.sub(rf"^{_DAY} ", "", text[verb.end :].strip())
    holder = _holder(subject)
    if verb.lemma in REPORTING and not (verb.lemma == "rule" and rest.startswith("out ")):
        clause = re.match(r"(?:[^,“\"]{0,60}? )?that (.+)$", rest)
        said = clause[1] if clause else rest if _states(rest) and verb.lemma != "tell" else None
        if said and subject.lower().split()[-1] in FINDINGS:
            return said
        return (
            f"{_right(holder, verb.plural)} that {said}" if said and holder and OPINION.search(said) else text
        )
    if holder is None or _PLACE.match(rest):  # "the lorry overturned on the motorway" is nobody's position
        return text
    if verb.lemma in ("vote", "want", "seek", "agree") and rest.startswith("to "):
        return f"{_right(holder, verb.plural)} {rest}"
    return f"{_right(holder, verb.plural)} to {verb.lemma} {_coordinate(rest)}".strip()


def _told(text: str) -> str:
    """A sentence such as "X came to Paris to tell allies that ..." as "X is right that ..."; others as they are."""
    told = re.search(
        r" to (?:tell|inform|warn|say|argue|announce|insist|stress)\b[^,“\"]{0,60}? that (.+)$", text
    )
    first = next((m.start() for m in _WORD.finditer(text) if m.start() and m.group().lower() in FINITE), None)
    holder = _holder(text[:first]) if told and first and first < told.start() else None
    return f"{_right(holder)} that {told[1]}" if holder and OPINION.search(told[1]) else text


def _from_colon(first: str, second: str) -> str | None:
    """The position of a headline such as "Minister: Tax is wrong" or "Tax is wrong: Minister"."""
    quoted = re.match(r"(.*[^\W\d]) ['‘\"“](\w+)['’\"”]$", second)
    if quoted and ADJECTIVE.search(quoted[2].lower()) and not _states(second):
        second = f"{quoted[1]} is {quoted[2].lower()}"
    if _states(second) and not _states(first):
        spoken = {w.lower() for w in first.split()} & SPEAKERS
        return f"{_right(first)} that {second}" if spoken else _position(second)
    if _states(first) and len(second.split()) <= 4:
        return f"{_right(second)} that {first}"
    return None


def _coordinate(rest: str) -> str:
    """What follows the verb, with a second verb of the same subject in its plain form."""
    for joint in re.finditer(r"(?:,| and|, and) (\w+)(?= )", rest):
        lemma = LEMMA.get(joint[1].lower())
        if lemma in REPORTING:
            return f"{rest[: joint.start()]} and {lemma} {rest[joint.end() :].strip()}"
    return rest


def _finish(text: str) -> str | None:
    """The sentence without quotation marks or full stop, within the word limit; None if nothing is left."""
    text = re.sub(r"[“”\"]|(?<!\w)['‘]|['’](?!\w)", "", text)
    text = re.sub(r"\s+([,.;:])", r"\1", " ".join(text.split())).rstrip(" .,;:-–—")
    for pattern in (_CUT, _AND):
        if len(text.split()) > MAX_WORDS:
            left = [text[: m.start()] for m in pattern.finditer(text)]
            text = next((t for t in reversed(left) if 8 <= len(t.split()) <= MAX_WORDS and _states(t)), text)
    words = text.split()
    text = " ".join(words[:MAX_WORDS]).rstrip(" .,;:-–—")[:400]
    return text[:1].upper() + text[1:] or None
