"""The report's sentences: the finding in one, the warnings, the limits."""

from __future__ import annotations

from discourse.report.intervals import SMALL_SAMPLE
from discourse.schema import STANCES_ARTICLE, Discussion
from discourse.schema.counts import plural

SIDE_WORDS = {"favor": "for", "against": "against", "none": "neither"}
FEW_THREADS = 10
FEW_OF_SIDE = 5  # comments; one wrong label among fewer is a large part of what is quoted for the side
UNSURE_LABEL = "label unsure"
UNSURE_PERCENT = 50  # a side less likely than that is more likely wrong than right

LIMITS = (
    "Labels are made by statistical models; single ones are often wrong, irony and quoted text above all.",
    "Stance is measured toward the target named in the report; a comment about something else counts as "
    "neither.",
    "Toxicity models rate dialect and reclaimed slurs too high; figures describe a discussion, not its "
    "authors, and are no ground for automated punishment.",
    "Intervals (95%) allow for replies of one thread being alike and for unsure labels; they do not "
    "allow for models that err otherwise here than where they were measured.",
)


def whole_percent(share: float) -> int:
    """A share in whole per cent, halves up; by way of hundredths of a per cent, as the page's script has them."""
    return (round(10_000 * share) + 50) // 100


def percent(share: float | None) -> str:
    """A share as whole per cent: "41%", "<1%", or "n/a" where nothing is known."""
    if share is None:
        return "n/a"
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{whole_percent(share)}%"


def interval(low: float | None, high: float | None) -> str:
    """The limits of an interval as "29–54%", empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{whole_percent(low)}–{whole_percent(high)}%"


def covered(correction: dict | None) -> str:
    """How often the intervals held on threads they were not made from, as a sentence; empty if unknown."""
    coverage = correction and correction["coverage"]
    if not coverage:
        return ""
    return (
        f" On {coverage['threads']} held-out threads they held the true share "
        f"{percent(coverage['held'])} of the time."
    )


def side_warning(side: str, n: int) -> str | None:
    """What to say beside comments quoted for a side that `n` are labelled on; None where these are no few."""
    if not 0 < n < FEW_OF_SIDE:
        return None
    are = "is" if n == 1 else "are"
    return (
        f"only {plural(n, 'comment')} {are} labelled {SIDE_WORDS[side]}, and single labels are often wrong: "
        "read before you quote"
    )


def label_foot(part: dict) -> str:
    """A sentence on what is meant by an unsure label, where comments quoted for a side have one; else empty."""
    unsure = any(quoted["label_unsure"] for side in ("favor", "against") for quoted in part[side])
    return f" “{UNSURE_LABEL}”: the probability shown is under {UNSURE_PERCENT}%." if unsure else ""


def no_exchange(part: dict) -> str:
    """Why no exchange is listed as sharp."""
    n = part["n_disagreeing"]
    if not n:
        return "None: no reply is labelled as disagreeing."
    return f"None: {plural(n, 'reply disagrees', 'replies disagree')}, none is likely enough to be toxic too."


def headline(figures: dict, *, has_article: bool) -> str:
    """The finding in one sentence, with its uncertainty."""
    n = figures["comments"]["n"]
    if n == 0 and has_article:
        return "The page holds an article and no comments."
    if n == 0:
        return "Neither an article nor comments were found."
    split, threads = figures["split"]["all"], plural(figures["comments"]["n_threads"], "thread")
    if split["n"] == 0:
        return f"{plural(n, 'comment')} in {threads}; stance was not tagged: how readers split is unknown."
    about = "the article" if has_article else "the target"
    if split["n"] == 1:
        side = next(s for s in STANCES_ARTICLE if split["counted"][s]["count"])
        return f"There is one comment, labelled {_position(side, about)}; one comment shows no split."
    opening = (
        f"Too few comments on {about} for a firm finding" if split["small_sample"] else _lean(split, about)
    )
    how = "" if split["shown"] == "counted" else "an estimated "
    return f"{opening}: of {split['n']:,}, {how}{_shares(split)}."


def _position(side: str, about: str) -> str:
    return "taking no side" if side == "none" else f"{SIDE_WORDS[side]} {about}"


def _lean(split: dict, about: str) -> str:
    """Who leads: clear majority, clear lead, or nothing to tell the sides apart by."""
    shares, (first, second, _) = split[split["shown"]], _leading(split)
    if shares["none"]["low"] is not None and shares["none"]["low"] > 0.5:
        return f"Most comments take no side on {about}"
    if not split["lead"]["clear"]:
        return f"Comments on {about} do not lean clearly either way"
    if shares[first]["low"] is not None and shares[first]["low"] > 0.5:
        return f"Most comments are {SIDE_WORDS[first]} {about}"
    return f"More comments are {SIDE_WORDS[first]} {about} than {SIDE_WORDS[second]} it"


def _leading(split: dict) -> tuple[str, str, str]:
    """The sides, the leading one first, then neither."""
    return ("favor", "against", "none") if split["lead"]["side"] == "favor" else ("against", "favor", "none")


def _shares(split: dict) -> str:
    """The shares of the table of all comments, with its intervals."""
    shares, sides = split[split["shown"]], _leading(split)
    return ", ".join(
        f"{percent(shares[s]['share'])} {_spelled(shares[s], first=s == sides[0])} {SIDE_WORDS[s]}"
        for s in sides
    )


def _spelled(estimate: dict, *, first: bool) -> str:
    limits = interval(estimate["low"], estimate["high"])
    return f"({'95% interval ' if first else ''}{limits})" if limits else "(no interval)"


def warnings(figures: dict, discussion: Discussion, n_targets: int) -> list[str]:
    """What a reader must know before quoting a figure of this discussion."""
    comments, structure, split = figures["comments"], figures["structure"], figures["split"]["all"]
    n, found = comments["n"], list(discussion.notes or ())
    if n == 0:
        return found
    if n < SMALL_SAMPLE:
        found.append(f"only {plural(n, 'comment')}, under {SMALL_SAMPLE}: shares are hints, not findings")
    elif comments["n_threads"] < FEW_THREADS:
        found.append(
            f"only {plural(comments['n_threads'], 'thread')}: replies of a thread are alike, "
            "so intervals are rough"
        )
    if structure["n_unsure"]:
        found.append(f"{structure['n_unsure']} of {structure['n']} links to a parent are unsure (under 50%)")
    if split["n"] and figures["article"]["target"] is None:
        found.append("no target is recorded: what stance was measured toward is unknown")
    if n_targets > 1:
        found.append(f"stance was measured toward {n_targets} targets; the split mixes them")
    if split["n_not_tagged"]:
        found.append(f"{split['n_not_tagged']} of {n} comments have no stance toward the target")
    return found
