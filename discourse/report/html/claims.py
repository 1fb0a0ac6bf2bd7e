"""The article's claims as the page shows them, from the figures alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from discourse.report.text import clean
from discourse.report.wording import percent
from discourse.schema.counts import plural

_ANSWERS = (
    ("support", "favor", "+", "support"),
    ("contradict", "against", "−", "contradict"),
    ("neither", "none", "·", "neither"),
)
_WORDS = {
    "support": "supports it",
    "contradict": "contradicts it",
    "neither": "neither supports nor contradicts it",
}


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim: who says it, what, how often it is taken up and with what answers, and comments about it."""

    speaker: str
    text: str
    quoted: bool
    counts: str = ""
    parts: tuple[dict, ...] = ()
    examples: tuple[dict, ...] = ()

    @classmethod
    def named(cls, item: Mapping) -> ClaimView:
        """Who says a claim, and what; what they do goes into one sentence."""
        text, speaker = clean(item["claim"]), clean(item["speaker"] or "")
        if item.get("act"):
            speaker, text = "", f"{speaker} {text[:1].lower()}{text[1:]}"
        return cls(speaker, text, bool(item.get("quoted")) and not item.get("act"))

    def as_dict(self) -> dict:
        """What the script draws."""
        return {"spoken": self.counts, "parts": list(self.parts), "examples": list(self.examples)}


def claims_of(figures: Mapping, place: Mapping[str, int]) -> tuple[list[ClaimView], list[ClaimView]]:
    """The claims that readers take up, and those they do not; both empty where claims were not read.

    `place` tells where a comment stands in the page's data.
    """
    found = figures.get("claims") or {}
    views = [_view(item, place) for item in found.get("items", ())]
    return [v for v in views if v.parts], [v for v in views if not v.parts]


def _view(item: Mapping, place: Mapping[str, int]) -> ClaimView:
    counts = item["comments"]
    known = [(tone, sign, word, counts[name]) for name, tone, sign, word in _ANSWERS if counts.get(name)]
    told = "; ".join(f"{sign} {n:,} {word}" for _, sign, word, n in known)
    parts = [{"tone": tone, "n": n} for tone, _, _, n in known]
    if counts["n"] and not parts:  # taken up, but stance toward it was not asked for
        parts = [{"tone": "none", "n": counts["n"]}]
    return replace(
        ClaimView.named(item),
        counts=plural(counts["n"], "comment") + (f": {told}" if told else ""),
        parts=tuple(parts),
        examples=tuple(
            {"at": place[e["comment_id"]], "note": _note(e)}
            for e in item.get("examples", ())
            if e["comment_id"] in place
        ),
    )


def _note(example: Mapping) -> str:
    said = ["quotes it"] if example.get("quotes") else []
    if example.get("answer"):
        said.append(f"{_WORDS[example['answer']]} {percent(example.get('probability'))}")
    return ", ".join(said) or "speaks of it"
