"""Verbs of saying and of public action with their forms, and other word lists that news sentences are read by."""

from __future__ import annotations

import re

_REPORTING = (
    "say claim argue warn insist state declare believe think suggest contend maintain assert note explain admit "
    "acknowledge concede stress emphasize emphasise announce predict reiterate conclude find estimate add"
)
_ACTING = (
    "dismiss reject oppose back support defend praise condemn criticize criticise slam denounce urge demand vow "
    "pledge promise refuse decline rule call accuse blame deny endorse propose ban veto approve block order sue "
    "pardon overturn uphold withdraw suspend sign impose allow legalize legalise repeal reverse abandon indict search "
    "send recognize recognise sanction restrict require boycott cancel adopt pass vote seek want agree tell inform "
    "strike scrap resign ask appeal challenge protest welcome applaud mock ridicule"
)
_IRREGULAR = {
    "say": ("said",), "think": ("thought",), "find": ("found",), "withdraw": ("withdrew", "withdrawn"),
    "send": ("sent",), "seek": ("sought",), "tell": ("told",), "strike": ("struck",),
}  # fmt: skip
_DOUBLED = frozenset(["ban", "scrap", "slam"])

_OTHER_FINITE = (
    "is are was were be been isn't aren't wasn't weren't isn’t aren’t wasn’t weren’t am it's it’s that's that’s "
    "has have had hasn't haven't hasn’t haven’t do does did don't doesn't didn't don’t doesn’t didn’t "
    "will would can could may might must should shall won't wouldn't can't couldn't shouldn't cannot mustn't "
    "won’t wouldn’t can’t couldn’t shouldn’t mustn’t "
    "wins won hits hit dies died kills killed gets got makes made takes took goes went comes came shows showed faces "
    "faced leads led helps helped needs needed keeps kept loses lost gives gave gains rises rose falls fell grows grew "
    "becomes became begins began means meant works worked turns turned runs ran holds held brings brought hurts "
    "deserves deserve seems seem looks looked feels felt knows knew sees saw plays played puts arrives arrived "
    "meets met moves moved returns returned remains remained starts started opens opened fails failed saves saved "
    "drives drove pays paid sells sold builds built uses used reveals revealed proves proved causes caused ruins "
    "creates created destroys destroyed spreads threatens risks deserve matter matters belongs belong crashed crashes "
    "launches launched ends ended raises raised closes closed threatened "
    "appeared appears delivered delivers released releases reported reports need let's let’s"
)

_FINDINGS = "study studies report poll survey research data analysis"
_SPEAKERS = (
    "minister secretary president senator governor mayor official officials expert experts study report poll judge ceo "
    "chief pope king queen prince chancellor premier congressman congresswoman scientists researchers police lawyer "
    "lawyers analyst analysts ambassador envoy general professor economist economists spokesman spokeswoman survey "
    "court ministry kremlin pentagon un nato council senate congress house parliament government board committee union "
    "church party administration agency commission democrats republicans conservatives liberals"
)
_PLURAL = "say want reject oppose support vote urge demand believe argue warn think seek agree refuse"

_ADJECTIVE = (
    r"\w+(?:ic|able|ible|ful|less|ous|ive|al|ent|ant|ary|ish)|un\w+|wrong|right|dead|safe|bad|good|evil|fake|over|fair|"
    r"stupid|crazy|insane|great|weak|strong|sick|wise|cruel|huge|madness|nonsense|real|true|false"
)
ADJECTIVE = re.compile(rf"(?:{_ADJECTIVE})\Z")
OPINION = re.compile(
    r"\b(?:should|must|ought|needs?|cannot|never|deserves?|wrong|right|better|worse|best|worst)\b"
    rf"|\b(?:is|are|was|were|be|being) (?:not )?(?:an? |the )?(?:\w+ly |too |very |so )?(?:{_ADJECTIVE}|disgrace|mistake|"
    r"failure|waste|threat|crime|scandal|shame|success|victory|lie|hoax|danger|priority)\b",
    re.I,
)


def _forms(verb: str) -> tuple[str, ...]:
    """The plain, third-person and past forms of a verb."""
    soft = re.search(r"[^aeiou]y$", verb)
    third = verb[:-1] + "ies" if soft else verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")
    past = (
        verb[:-1] + "ied" if soft else verb + verb[-1] + "ed" if verb in _DOUBLED else verb.rstrip("e") + "ed"
    )
    return third, *_IRREGULAR.get(verb, (past,))


REPORTING = frozenset(_REPORTING.split()) | {"tell", "inform", "rule"}
FINDINGS, SPEAKERS = frozenset(_FINDINGS.split()), frozenset(_SPEAKERS.split())
PLURAL = frozenset(_PLURAL.split())  # plain forms that are hardly ever nouns after a plural
PARTICLES = {"rule": ("out", "that", "against"), "strike": ("down",)}
LEMMA = {form: verb for verb in f"{_REPORTING} {_ACTING}".split() for form in _forms(verb)}
FINITE = frozenset(_OTHER_FINITE.split()) | frozenset(LEMMA) | PLURAL
