"""The report's sentences: the finding in one, the warnings, the limits."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.report.intervals import SMALL_SAMPLE
from discourse.schema import STANCES_ARTICLE, Discussion
from discourse.schema.counts import plural

SIDE_WORDS = {"favor": "for", "against": "against", "none": "neither"}
_PARTS = {"all": "comments", "top_level": "top-level comments", "authors": "authors"}
_ANSWERS = {**SIDE_WORDS, "not_toxic": "not toxic"}
_ESTIMATED = {
    "counted": "labels counted",
    "expected": "expected from the labels' probabilities",
    "corrected": "corrected for the classifier's mistakes",
}
FEW_THREADS = 10
WIDE = 0.4  # of an interval that says little
FEW_OF_SIDE = 5  # comments; one wrong label among fewer is a large part of what is quoted for the side
NO_TARGET = (
    'Say what stance is measured toward: --target "…", or a column with the article\'s title '
    "(--map article_title=NAME)"
)
UNSURE_LABEL = "label unsure"
_BY_PAGE = "told by the page (a name, a mention or the margins)"
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


def estimated(part: dict) -> str:
    """How the shares shown of a split, or of replies, were made, in words that follow "Shares"."""
    if part["shown"] == "reviewed":
        return f"from what people say of {told_by_people(part['review'], part['n'])}"
    how = _ESTIMATED[part["shown"]]
    return f"{how} with {part['correction']['method']}" if part["shown"] == "corrected" else how


def told_by_people(review: dict, n: int) -> str:
    """How many of `n` comments people judged and how, and what is said of the others; follows "what people say of"."""
    counts = [(name, count) for name, count in review["counts"].items() if count]
    answers = ", ".join(f"{count:,.4g} {_ANSWERS.get(name, name)}" for name, count in counts)
    split = f"; evenly split on {review['n_split']:,}, which count in parts" if review["n_split"] else ""
    if review["n"] == n:
        return f"all {plural(n, 'comment')} ({answers}{split})"
    return (
        f"{plural(review['n'], 'comment')} ({answers}{split}); the others are estimated from these and from our labels, "
        "which holds where they were picked at random"
    )


def narrowing(split: dict) -> str:
    """What would narrow the intervals of the split over all comments, where they are wide and nobody judged any; else empty."""
    limits = [(e["low"], e["high"]) for e in split[split["shown"]].values()]
    wide = any(low is not None and high is not None and high - low > WIDE for low, high in limits)
    if split["shown"] == "reviewed" or not wide:
        return ""
    return (
        " They narrow when people judge some comments, drawn at random: `discourse review sheet` "
        "(docs/review.md)."
    )


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


def links_told(structure: dict) -> list[str]:
    """How the links of replies are known and how sure those are that are not given, then the top-level comments' places."""
    n, not_given = structure["n"], structure["n_inferred"]
    counts = {
        "given by the source": structure["n_given"],
        _BY_PAGE: structure["n_told"],
        "inferred from the text": not_given - structure["n_told"],
    }
    known = [(k, how) for how, k in counts.items() if k]
    found = []
    if len(known) == 1:
        found = [f"{_all(n)} from reply to parent {_are(n)} {known[0][1]}"]
    elif known:
        (first, how), *rest = known
        said = ", ".join(f"{k:,} {other}" for k, other in rest)
        found = [f"Of {n:,} links from reply to parent, {first:,} {_are(first)} {how}, {said}"]
    if not_given:
        whose = f" of the {not_given:,} not given" if len(known) > 1 and not_given > 1 else ""
        found[0] += (
            f": mean confidence{whose} {percent(structure['mean_parent_confidence'])}, "
            f"{structure['n_unsure']:,} of {not_given:,} unsure (under 50%)"
        )
    found = [sentence + "." for sentence in found]
    return found + [f"{doubt[:1].upper()}{doubt[1:]}." for doubt in _top_level_doubts(structure["top_level"])]


def _all(n: int) -> str:
    return {1: "The one link", 2: "Both links"}.get(n, f"All {n:,} links")


def links_counted(structure: dict) -> str:
    """The links that are not given, counted with the noun they go by."""
    word = "link that the source does not give" if structure["n_told"] else "inferred link"
    many = "links that the source does not give" if structure["n_told"] else None
    return plural(structure["n_inferred"], word, many)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _top_level_doubts(top: dict) -> list[str]:
    """What is doubtful of comments that stand as top level, a clause each."""
    found = []
    if k := top["n_unsure"]:
        found.append(
            f"{k:,} of {plural(top['n'], 'top-level comment')} may be {'a reply' if k == 1 else 'replies'}: "
            "that nobody is answered is under 50% sure"
        )
    if k := top["n_orphan"]:
        found.append(
            f"{plural(k, 'comment')} {'answers one' if k == 1 else 'answer ones'} that the source does not hold, "
            f"and {'stands' if k == 1 else 'stand'} as top level"
        )
    return found


def camps_note(figures: dict) -> str:
    """That camps count labels or comments one by one, and so differ from the shares of the split."""
    counted = "comments counted by their likelier side" if figures["camps"]["graph"] else "labels counted"
    start = f"These are {counted}, not corrected for the classifier's mistakes."
    shown = figures["split"]["all"]["shown"]
    if shown == "corrected":
        return (
            f"{start} The shares of “How readers split” are corrected: the two differ where it mistakes one "
            "side for another."
        )
    if shown == "reviewed":
        return f"{start} The shares of “How readers split” go by what people say of some comments."
    if shown == "expected":
        return (
            f"{start} The shares of “How readers split” add up the labels' probabilities: the two differ where "
            "labels are unsure."
        )
    return start


def crossing_told(crossing: dict) -> str:
    """What "cross sides" counts among which replies, and how many do where both comments take a side."""
    every, sided = crossing["of_replies"], crossing["of_replies_between_sided"]
    if not every["n"]:
        return ""
    told = (
        f"“Cross sides” counts, among all replies ({every['n']:,}), those labelled on the other side than the comment they "
        "answer."
    )
    if not sided["n"]:
        return f"{told} No reply stands between two comments that both take a side."
    return (
        f"{told} Among only the replies between comments that both take a side ({sided['n']:,}), "
        f"{sided['count']:,} {'crosses' if sided['count'] == 1 else 'cross'}."
    )


NOT_CROSSING = "“Not crossing”: all other replies, to the same side or where either comment takes none."


def toxic_from(toxicity: dict) -> str:
    """What is counted as toxic, with the threshold where it is known."""
    threshold = toxicity.get("threshold")
    return "comments over the threshold" + ("" if threshold is None else f" of {percent(threshold)}")


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
        return "An article was found, and no comments."
    if n == 0:
        return "Neither an article nor comments were found."
    if n == figures["comments"]["n_removed"]:
        return f"{_every_comment(n)} deleted or removed: there is nothing to tell of readers."
    split, threads = figures["split"]["all"], plural(figures["comments"]["n_threads"], "thread")
    if split["n"] == 0:
        unknown = "stance was not tagged: how readers split is unknown"
        advice = "" if has_article or figures["article"]["target"] else f". {NO_TARGET}"
        return f"{plural(n, 'comment')} in {threads}; {unknown}{advice}."
    about = "the article" if has_article else "the target"
    if split["n"] == 1:
        side = next(s for s in STANCES_ARTICLE if split["counted"][s]["count"])
        return f"There is one comment, labelled {_position(side, about)}; one comment shows no split."
    if split["mostly_prior"]:
        return f"Too few comments on {about} to tell how readers split: {_labelled(split)}."
    opening = (
        f"Too few comments on {about} for a firm finding" if split["small_sample"] else _lean(split, about)
    )
    known = split["shown"] == "counted" or (split["review"] or {}).get("n") == split["n"]
    how = "" if known else "an estimated "
    return f"{opening}: of {split['n']:,}, {how}{_shares(split)}."


def _every_comment(n: int) -> str:
    return {1: "The one comment was", 2: "Both comments were"}.get(n, f"All {n:,} comments were")


def removed_note(comments: dict) -> str:
    """How many comments have no part in the figures since they were deleted or removed; empty if none."""
    n, answers = comments["n_removed"], comments["n_answers_to_removed"]
    if not n:
        return ""
    note = (
        f"{plural(n, 'comment')} {'was' if n == 1 else 'were'} deleted or removed: "
        f"{'it stands' if n == 1 else 'they stand'} in the tree, but {'has' if n == 1 else 'have'} no part in the "
        "figures, as nobody can read what was said"
    )
    if not answers:
        return note
    return f"{note}; nor in agreement {'has the comment that answers' if answers == 1 else f'have the {answers:,} comments that answer'} {'it' if n == 1 else 'them'}"


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


def _labelled(split: dict) -> str:
    """How many comments are labelled for which side, without shares."""
    counts = [(split["counted"][side]["count"], SIDE_WORDS[side]) for side in STANCES_ARTICLE]
    (first, word), *rest = sorted((c for c in counts if c[0]), key=lambda c: -c[0])
    said = "".join(f", {k:,} {other}" for k, other in rest)
    return f"of {split['n']:,}, {first:,} {_are(first)} labelled {word}{said}; single labels are often wrong"


def mostly_prior(split: dict, parts: Sequence[str]) -> str:
    """That shares of those parts of the split which are shown say little of these comments; empty where none is so."""
    shown = [key for key in parts if split[key] is not None and split[key]["n"] > 1]
    few = [_PARTS[key] for key in shown if split[key]["mostly_prior"]]
    if not few:
        return ""
    if len(few) == len(shown):
        return (
            "Too few comments to tell: the shares below are mostly what pages in general are like, not what these "
            "comments say."
        )
    return (
        f"Too few {' and '.join(few)} to tell: their shares below are mostly what pages in general are like."
    )


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
    n, found = comments["n"] - comments["n_removed"], list(discussion.notes or ())
    if left_out := removed_note(comments):
        found.append(left_out)
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
        found.append(
            f"{structure['n_unsure']:,} of {links_counted(structure)} "
            f"{_are(structure['n_unsure'])} unsure (under 50%)"
        )
    found += _top_level_doubts(structure["top_level"])
    if split["n"] and figures["article"]["target"] is None:
        found.append("no target is recorded: what stance was measured toward is unknown")
    if n_targets > 1:
        found.append(f"stance was measured toward {n_targets} targets; the split mixes them")
    if split["n_not_tagged"]:
        found.append(f"{split['n_not_tagged']} of {n} comments have no stance toward the target")
    return found
