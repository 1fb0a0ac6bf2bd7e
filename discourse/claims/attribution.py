"""Who says what in an article: direct quotation and reported speech with their speakers.

Read by rule, since what a sentence attributes is marked by its grammar: a verb of saying with its
subject before or after the words, "according to", a participle that goes on ("..., warning that ..."),
quotation marks, a headline's colon. One claim is one proposition of one speaker; sentences that a
speaker coordinates ("that A, that B and that C") are parted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from discourse.claims.sentences import Sentence, paragraphs, split
from discourse.claims.speakers import NAME, People, bare
from discourse.schema import Article
from discourse.taggers.verbs import FINITE, LEMMA, REPORTING, SPEAKERS

FEWEST_WORDS = 4  # of a claim
MOST_WORDS = 60
MOST_CLAIMS = 200
MOST_VERBS = 12  # of a sentence
SUBJECT_REACH = 220  # characters before a verb in which its subject is looked for
LONGEST_SENTENCE = 1500
MOST_CHARACTERS = 200_000  # of an article that are read

_ACTING = (
    "dismiss reject oppose rule condemn criticize criticise denounce demand vow pledge promise refuse propose endorse "
    "support back deny urge accuse"
)
_ACTS = frozenset(_ACTING.split())
_SPEAKING = (
    "say says said saying|state states stated|tell tells told telling|claim claims claimed claiming|argue argues argued arguing"
    "|warn warns warned warning|insist insists insisted insisting|add adds added adding|write writes wrote|continue continued"
    "|explain explains explained|declare declares declared|note notes noted noting|stress stresses stressed stressing"
    "|emphasize emphasizes emphasized emphasizing|emphasise emphasised emphasising|suggest suggests suggested suggesting"
    "|caution cautions cautioned cautioning|assert asserts asserted asserting|reiterate reiterates reiterated reiterating"
    "|announce announces announced announcing|believe believes believed|think thinks thought|predict predicted predicting"
    "|conclude concluded concluding|contend contends contended|maintain maintains maintained|acknowledge acknowledged "
    "acknowledging|concede conceded|admit admits admitted admitting|express expressed expresses|stating|advise advised"
    "|confirm confirms confirmed confirming|reply replied|respond responded|reinforce reinforced|underline underlines underlined"
    "|inform informed|prompt prompted|declare declaring|highlight highlighted highlighting|call for|called for|tweet tweeted|stand stands"
)
_PUSHING = {"push": "push", "pushes": "push", "pushed": "push", "called": "call", "calls": "call"}
_SAYING = {
    form: group.split()[0] for group in _SPEAKING.split("|") for form in group.split() if form != "for"
}
_VERBS = sorted(
    {*_SAYING, *_PUSHING, *(f for f, lemma in LEMMA.items() if lemma in _ACTS or lemma in REPORTING)}, key=len
)
_VERB = re.compile(rf"\b(?:{'|'.join(map(re.escape, reversed(_VERBS)))})\b")
_ADVERB = r"(?:(?:also|long|still|then|later|further|again|repeatedly|once|now|clearly|\w+ly|has|have|had|instead)\s+)*"
_ROLE = rf"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir)\s+)?(?:[\w’'.-]+\s+){{0,4}}?(?i:{'|'.join(sorted(SPEAKERS))})"
_SUBJECT = rf"(?:{NAME}|{_ROLE}|[Hh]e|[Ss]he|[Tt]hey)"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WHEN = rf"(?:,?\s+(?:on|late|earlier|early)\s+(?:on\s+)?(?:{_DAY}|{_MONTH} \d+)(?:\s(?:morning|evening|night))?,?)?"
_BEFORE = re.compile(
    rf"(?P<subject>{_SUBJECT})(?:,\s(?P<apposed>[^,“\"\0]{{3,80}}),)?(?:,? who)?{_WHEN},?\s+{_ADVERB}$"
)
_NO_SPEAKER = re.compile(rf".*['’]s?$|(?:{_DAY}|{_MONTH}|[Tt]his|[Tt]hat|It|Here|There)$")
_AFTER = re.compile(rf"\s+(?P<subject>{_SUBJECT})\b")
_ACCORDING = re.compile(rf"(?:^|,?\s)[Aa]ccording to (?P<subject>{_SUBJECT})\b")
_HEAD_COLON = re.compile(r"^([^:]{3,60}): (.{12,})$")
_LISTENER = r"(?:\s(?:to\s)?(?:the\s)?(?:[\w’'-]+\s){0,3}?(?:allies|reporters|journalists|lawmakers|audience|CNN|BBC|AP|Reuters|NBC|CBS|Fox News|parliament|them|him|us))?"
_WHERE = r"(?:\s(?:on|in|at|during|late|earlier|early|last|this|after)\s[^,“\"\0]{2,60}?)?"
_OPENS_CONTENT = re.compile(
    rf"^(?:\sfirm that\s|{_LISTENER}(?:\s(?:earlier|later))?{_WHERE}(?:\s{_DAY})?\s?[,:]?\s*that\s+|{_LISTENER}(?:\s{_DAY})?\s?[,:]?\s*)"
)
_ENDS_FRAME = re.compile(
    rf"^{_LISTENER}{_WHERE}(?:,? (?:according to|in an?|as|referring|adding|on)\b[^“\"\0]*)?[\s.,;:!?]*$"
)
_PARTED = re.compile(r",?[”\"]? and (?:also )?that\s|,[”\"]? that\s|[,;] (?:and |but )?that\s")
_CLAUSE = re.compile(r"[,;—–]\s*(?:which|who|while|as|although|though|marking|in one of)\s|\s?—\s?|\s–\s")
_NEED = re.compile(r"The (?:need|necessity|importance|impracticality|right) (?:for|of|to)\b")
_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .,/]+(?: and [A-Z][A-Z .]+)*|[^\W\d]\w*(?:, \w+\.?)?)(?: \([\w /]+\))?\s*(?:[–—]|\s-)\s+(?=\S+ \S+ \S+)"
)
_ANAPHOR = re.compile(r"^(?:this|that|it|these|those|such)\b", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article lets somebody say: `text` is theirs, in their own words where `quoted`.

    `paragraph` counts the lines of the article's text from 0; -1 is the headline. `act` is the verb
    where the speaker acts on something rather than saying it ("dismiss", "reject"): `text` then
    starts with that verb.
    """

    speaker: str
    text: str
    quoted: bool
    paragraph: int
    act: str | None = None


@dataclass(frozen=True, slots=True)
class _Attribution:
    """A verb of saying with its subject: the range of the sentence it takes up, and whether words come first."""

    start: int
    end: int
    subject: str
    form: str
    inverted: bool


def find_claims(article: Article) -> list[Claim]:
    """The claims of an article in order; `deduplicate` in `similarity` joins those said twice."""
    text = article.text[:MOST_CHARACTERS]
    people = People(f"{article.title or ''}\n{text}")
    found: list[Claim] = []
    if article.title:
        found += _headline(article.title, people)
    for number, paragraph in enumerate(paragraphs(text)):
        found += (
            replace(claim, paragraph=number)
            for claim in _of_paragraph(split(_without_dateline(paragraph)), people)
        )
        if len(found) >= MOST_CLAIMS:
            break
    return found[:MOST_CLAIMS]


def _without_dateline(paragraph: str) -> str:
    return _DATELINE.sub("", paragraph, count=1)


def _of_paragraph(sentences: list[Sentence], people: People) -> Iterator[Claim]:
    """The claims of a paragraph; a quotation without a speaker of its own is the paragraph's speaker's."""
    waiting: list[Sentence] = []
    speaker: str | None = None
    for sentence in sentences:
        if sentence.wholly_quoted:
            if speaker is None:
                waiting.append(sentence)
            else:
                yield from _quotation(sentence.text, speaker)
            continue
        claims = list(_of_sentence(sentence, people))
        if claims:
            speaker = claims[-1].speaker
            for held in waiting:
                yield from _quotation(held.text, speaker)
            waiting = []
        elif sentence.quoted and speaker and _share_quoted(sentence) > 0.7:
            claims = list(_quotation(sentence.text, speaker))
        yield from claims
    if waiting and people.last:
        for held in waiting:
            yield from _quotation(held.text, people.last)


def _share_quoted(sentence: Sentence) -> float:
    return sum(b - a for a, b in sentence.quoted) / max(1, len(sentence.text))


def _quotation(text: str, speaker: str) -> Iterator[Claim]:
    content = _tidy(text)
    if _says(content, quoted=True):
        yield Claim(speaker, content, True, 0)


def _of_sentence(sentence: Sentence, people: People) -> Iterator[Claim]:
    """The claims of one sentence; none of one longer than news sentences ever are."""
    if len(sentence.text) > LONGEST_SENTENCE:
        return
    text, frame = sentence.text, sentence.frame
    heads = _attributions(frame)
    named = [(head, people.name(head.subject)) for head in heads]
    named = [(head, name) for head, name in named if name]
    if not named:
        if (by := _ACCORDING.search(frame)) and (name := people.name(by["subject"])):
            content = text[by.end() :] if by.start() < 3 else text[: by.start()]
            yield from _contents(content, name, None, quoted=False)
        return
    for i, (head, name) in enumerate(named):
        stop = named[i + 1][0].start if i + 1 < len(named) else len(text)
        begin = named[i - 1][0].end if i else 0
        before, after = text[begin : head.start], text[head.end : stop]
        act = _act(head, text)
        if i == 0 and _comes_after(before, frame[head.end : stop], head):
            rest = text[head.end : stop]
            yield from _contents(before, name, None, quoted=bool(_quoted_words(sentence, begin, head.start)))
            goes_on = re.search(r"[“\"]", rest)
            if goes_on:
                yield from _contents(rest[goes_on.start() :], name, None, quoted=True)
            continue
        opening = _OPENS_CONTENT.match(frame[head.end : stop])
        offset = opening.end() if opening else 0
        content = after[offset:]
        if i and (which := re.search(r"([\w’'-]+), which\s*$", text[begin : head.start])):
            content = f"{which[1]} {content}"
        elif act is None and re.fullmatch(r"\s*[\"“]?(?:They|He|She|It|We|There|That)[\"”]?,\s*", before):
            content = f"{before.rstrip(' ,')} {content.lstrip(' ,')}"
        share = _quoted_words(sentence, head.end + offset, stop) / max(1, len(content.split()))
        yield from _contents(
            content if act is None else f"{head.form} {after.strip()}", name, act, share > 0.6
        )


def _comes_after(before: str, rest: str, head: _Attribution) -> bool:
    """True where the words said stand before their speaker: "..., said X." or "..., X said."""
    if len(before.split()) < FEWEST_WORDS:
        return False
    if re.search(r"[,?!…][”\"’']\s*$|[”\"’'],\s*$", before) and re.match(r"[“\"‘']", before.lstrip()):
        return True
    closed = re.search(r"[,?!][”\"’']?\s*$", before)
    return bool(closed) and (head.inverted or bool(_ENDS_FRAME.match(rest)))


def _quoted_words(sentence: Sentence, start: int, end: int) -> int:
    return sum(
        len(sentence.text[max(a, start) : min(b, end)].split())
        for a, b in sentence.quoted
        if a < end and b > start
    )


def _act(head: _Attribution, text: str) -> str | None:
    lemma = _PUSHING.get(head.form) or (LEMMA.get(head.form) if head.form not in _SAYING else None)
    if head.form in _PUSHING:
        return lemma
    if lemma == "rule":
        return "rule out" if text[head.end :].startswith(" out ") else None
    return lemma if lemma in _ACTS else None


def _attributions(frame: str) -> list[_Attribution]:
    """The verbs of saying outside quotations that have a subject, in order.

    A verb without one of its own ("X dismissed A and said B", "..., warning that") has the former's.
    """
    found: list[_Attribution] = []
    for verb in islice(_VERB.finditer(frame), MOST_VERBS):
        form = verb.group()
        left = max(0, verb.start() - SUBJECT_REACH)
        head = frame[left : verb.start()]
        lemma = _SAYING.get(form) or _PUSHING.get(form) or LEMMA.get(form)
        if lemma in ("rule",) and not frame[verb.end() :].startswith(" out"):
            continue
        if lemma == "call" and not re.match(r" (?:for|on)\b", frame[verb.end() :]):
            continue
        if lemma == "stand" and not frame[verb.end() :].startswith(" firm that"):
            continue
        own = None if form.endswith("ing") else _BEFORE.search(head)
        if (
            own
            and not re.search(r"\b(?:to|of|by|the|a|an)\s+$", head)
            and not _NO_SPEAKER.match(own["subject"])
        ):
            subject = own["subject"]
            if own["apposed"] and re.fullmatch(NAME, own["apposed"]):
                subject = own["apposed"]
            found.append(_Attribution(left + own.start(), verb.end(), subject, form, False))
            continue
        behind = _AFTER.match(frame, verb.end())
        if behind and re.search(r"[,\0”\"’'?!]\s*$", head) and not form.endswith("ing"):
            found.append(_Attribution(verb.start(), behind.end(), behind["subject"], form, True))
            continue
        joined = re.search(
            r"(?:\b(?:and|but|yet) (?:also )?|, (?:but |then )?(?:also )?|, while |\bto )$", head
        )
        if joined and found and (form.endswith("ing") or joined.group() != "to "):
            if form.endswith("ing") and not re.match(r"\s(?:that\b|\w+ )", frame[verb.end() :]):
                continue
            found.append(_Attribution(left + joined.start(), verb.end(), found[-1].subject, form, False))
            continue
        telling = re.search(rf"(?P<subject>{_SUBJECT})\b[^,“\"\0]{{1,160}}\bto $", head)
        if telling and not found and re.match(r"[^“\"\0]{0,60}\bthat\b", frame[verb.end() :]):
            found.append(_Attribution(verb.start(), verb.end(), telling["subject"], form, False))
    return found


def _contents(text: str, speaker: str, act: str | None, quoted: bool) -> Iterator[Claim]:
    """The propositions in what a speaker says."""
    parts = [text] if quoted else _PARTED.split(text)
    for part in parts:
        content = _tidy(part)
        if not quoted and (aside := _CLAUSE.search(content)) and len(content[: aside.start()].split()) >= 5:
            content = _tidy(content[: aside.start()])
        if _says(content, quoted) or (act and _acts_on_something(content)) or _NEED.match(content):
            yield Claim(speaker, content, quoted, 0, act)


def _tidy(text: str) -> str:
    """The words of a claim: no marks around or inside, no conjunction in front, a capital first."""
    text = re.sub(r"[“”\"\0]", "", text)
    text, n = re.subn(r"(?<!\w)['‘](?=\w)", "", text)
    text = re.sub(r"(?<=[\w,.!?])['’](?!\w)", "", text, count=n) if n else text
    text = re.sub(r"\s+([,.;:])", r"\1", re.sub(r"([,.;:])(?:\s*[,.;:])+", r"\1", " ".join(text.split())))
    text = re.sub(r"^(?:that(?! said)|and|but|so)\b,?\s+", "", text.strip(" ,;:–—-"), flags=re.I)
    text = re.sub(r"(?:,? (?:which|who|and|but|while|as|that))+$", "", text.rstrip(" .,;:–—-"))
    return text[:1].upper() + text[1:]


def _says(content: str, quoted: bool) -> bool:
    """True for a proposition: some words with a finite verb, and no bare "this" without its antecedent."""
    words = content.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or content.endswith("?"):
        return False
    if quoted and len(words) > FEWEST_WORDS:
        return True
    if not quoted and _ANAPHOR.match(content) and len(words) < 8:
        return False
    return any(
        w.lower().strip(".,;:!?") in FINITE
        or w.lower().endswith(("ed", "ects", "ants", "ends"))
        or re.search(r"['’](?:s|re|ll|ve|d|m|t)$", w)
        for w in words
    )


def _acts_on_something(content: str) -> bool:
    words = content.lower().split()
    return FEWEST_WORDS <= len(words) <= MOST_WORDS and words[1] not in (
        "such",
        "this",
        "that",
        "it",
        "these",
        "those",
    )


def _headline(title: str, people: People) -> Iterator[Claim]:
    """What a headline lets somebody say: "X: A", "A: X", "A, X says", "X rules out A, says B"."""
    (sentence, *_) = split(" ".join(paragraphs(title))) or [Sentence("")]
    claims = list(_of_sentence(sentence, people))
    colon = _HEAD_COLON.match(bare(sentence.text))
    if not claims and colon and {w.lower() for w in colon[1].split()} & SPEAKERS:
        name = people.name(f"the {colon[1].split()[-1].lower()}") or colon[1]
        content = _tidy(colon[2])
        if len(content.split()) >= FEWEST_WORDS:
            claims = [Claim(name, content, False, -1)]
    yield from (replace(claim, paragraph=-1) for claim in claims)
