"""Figures as the page shows them: rows of bars with their words, made from `summarize` and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discourse.report.layout import FEW, SIDE_MARKS
from discourse.report.wording import SIDE_WORDS, interval, percent
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, TOXICITY_LABELS
from discourse.schema.counts import plural


@dataclass(frozen=True, slots=True)
class Row:
    """A share or mean with its limits (0..1, None if unknown) and the words beside it."""

    label: str
    tone: str
    value: float | None
    low: float | None
    high: float | None
    shown: str
    limits: str
    count: str
    few: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title; `count_title` heads the column that says how many of how many."""

    chart_id: str
    title: str
    rows: tuple[Row, ...]
    count_title: str = "labelled"

    @property
    def spoken(self) -> str:
        """The chart in words, for those who hear the page."""
        rows = (
            f"{r.label} {r.shown}" + (f", 95% interval {r.limits}" if r.limits else "") for r in self.rows
        )
        return f"{self.title}: {'; '.join(rows)}."

    def as_dict(self) -> dict:
        """What the script draws."""
        names = ("label", "tone", "value", "low", "high", "shown", "limits", "few")
        return {
            "spoken": self.spoken,
            "rows": [{name: getattr(row, name) for name in names} for row in self.rows],
        }


def charts(figures: dict) -> dict[str, Chart]:
    """Every chart of an article's page by its id; those without a single known value are left out."""
    made = [*_split(figures["split"]), _agreement(figures["agreement"]), *_toxicity(figures["toxicity"])]
    return {c.chart_id: c for c in made if any(r.value is not None for r in c.rows)}


def _split(split: dict) -> list[Chart]:
    made = []
    for key, title in (("all", "All comments"), ("top_level", "Top-level comments")):
        part = split[key]
        if part["n"] == 1:
            continue  # one comment shows no split
        shares, counted = part[part["shown"]], part["counted"]
        rows = tuple(
            row(f"{SIDE_MARKS[s]} {SIDE_WORDS[s]}", s, shares[s], _of(counted[s])) for s in STANCES_ARTICLE
        )
        made.append(Chart(f"split-{key}", f"{title} ({part['n']:,})", rows))
    return made


def _agreement(part: dict) -> Chart:
    shares, counted = part[part["shown"]], part["counted"]
    rows = [row(name, "answer", shares[name], _of(counted[name])) for name in STANCES_PARENT]
    rows.append(row("cross sides", "answer", part["crossing"]["of_replies"]))
    return Chart("agreement", f"Replies ({part['n']:,})", tuple(rows))


def _toxicity(part: dict) -> list[Chart]:
    sides = [(f"{SIDE_MARKS[s]} {SIDE_WORDS[s]}", part["by_side"][s]) for s in STANCES_ARTICLE]
    depths = [
        ("top level" if d == "1" else f"depth {d}", p) for d, p in part["by_depth"].items() if p["toxic"]["n"]
    ]
    replies = [
        ("crossing sides", part["replies"]["crossing"]),
        ("not crossing", part["replies"]["not_crossing"]),
    ]
    groups = (("side", "By side", sides), ("depth", "By depth", depths), ("replies", "In replies", replies))
    made = [
        Chart(f"toxic-{key}", title, tuple(row(label, "toxic", p["toxic"]) for label, p in parts), "toxic")
        for key, title, parts in groups
    ]
    kinds = [
        (name.replace("_", " "), part["toxicity"] if name == "toxicity" else part["labels"][name])
        for name in TOXICITY_LABELS
    ]
    rows = tuple(row(label, "toxic", mean, f"{mean['n']:,}") for label, mean in kinds)
    return [*made, Chart("toxic-kinds", "Mean probability of each kind", rows, "comments")]


def row(label: str, tone: str, estimate: dict, count: str | None = None) -> Row:
    """A row of an estimate: a dictionary with `share` or `mean`, its limits and its number of comments."""
    value = estimate.get("share", estimate.get("mean"))
    return Row(
        label,
        tone,
        value,
        estimate["low"],
        estimate["high"],
        percent(value),
        interval(estimate["low"], estimate["high"]) if value is not None else "",
        _of(estimate) if count is None else count,
        bool(estimate["n"]) and estimate["small_sample"],
    )


def _of(estimate: dict) -> str:
    return f"{estimate['count']:,} of {estimate['n']:,}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number at the top of the page, with a line under it and the section that tells more."""

    name: str
    value: str
    note: str
    section: str


def facts(figures: dict) -> list[Fact]:
    """The few numbers that a reader in a hurry takes along."""
    counts, links = figures["comments"], figures["structure"]
    made = [
        Fact(
            plural(counts["n"], "comment").partition(" ")[2],
            f"{counts['n']:,}",
            f"in {plural(counts['n_threads'], 'thread')}, down to depth {counts['max_depth']}"
            + (f", by {plural(counts['n_authors'], 'author')}" if counts["n_authors"] else "")
            + (f"; {counts['n_removed']:,} deleted or removed" if counts["n_removed"] else ""),
            "comments",
        )
    ]
    answers = figures["agreement"]
    if answers["n"]:
        part = answers[answers["shown"]]["disagree"]
        made.append(Fact("of replies disagree", percent(part["share"]), _limits(part), "agreement"))
    toxic = figures["toxicity"]["reviewed"] or figures["toxicity"]["toxic"]
    if toxic["n"]:
        made.append(Fact("toxic comments", percent(toxic["share"]), _limits(toxic), "toxicity"))
    if links["n"] and not links["n_inferred"]:
        made.append(Fact("of links given", "100%", "by the source: who answers whom is known", "comments"))
    elif links["n"]:
        given = f"; {links['n_given']:,} given" if links["n_given"] else ""
        known = {0: "inferred links", links["n_inferred"]: "links the page tells"}
        made.append(
            Fact(
                f"mean confidence of {known.get(links['n_told'], 'links told or inferred')}",
                percent(links["mean_parent_confidence"]),
                f"{links['n_unsure']:,} of {links['n_inferred']:,} unsure{given}",
                "method",
            )
        )
    return made


def _limits(estimate: dict) -> str:
    limits = interval(estimate["low"], estimate["high"])
    few = f", few comments{FEW}" if estimate["small_sample"] else ""
    return (f"95% interval {limits}" if limits else "no interval") + few


def headline_parts(headline: str) -> tuple[str, list[str]]:
    """The finding as a title and, in pieces, the numbers after its colon; every second piece is an interval.

    Without a colon there are no pieces.
    """
    finding, _, numbers = headline.partition(": ")
    return finding, re.split(r"(\([^)]*\))", numbers) if numbers else []
