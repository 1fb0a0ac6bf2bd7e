"""Camps, drift, and the comments a discussion turns on, as the page shows them; each only where the figures have it."""

from __future__ import annotations

from collections.abc import Mapping

from discourse.report.html.view import Chart, Row, row
from discourse.report.layout import SIDE_MARKS
from discourse.report.wording import SIDE_WORDS, UNSURE_LABEL, percent
from discourse.schema.counts import plural

_SIDES = ("favor", "against")
_PLACES = ("first quarter", "second quarter", "third quarter", "last quarter")


def turning_charts(figures: Mapping) -> dict[str, Chart]:
    """The charts of camps and drift by their id; none where these were not measured."""
    made = [*_camps(figures.get("camps") or {}), *_drift(figures.get("drift") or {})]
    return {c.chart_id: c for c in made if any(r.value is not None for r in c.rows)}


def _camps(part: Mapping) -> list[Chart]:
    n = part.get("n", 0)
    if not n:
        return []
    named = [(_side(s), s) for s in (*_SIDES, "none")]
    counts = [part["counts"][tone] for _, tone in named]
    shares = tuple(
        Row(label, tone, count / n, None, None, percent(count / n), "", f"{count:,} of {n:,}", False)
        for (label, tone), count in zip(named, counts, strict=True)
    )
    camps = Chart("camps", f"Comments ({n:,})", shares, "comments")
    if not part["graph"]:
        return [camps]  # what crosses and is toxic stands with agreement and toxicity, from the same labels
    toxic = part["toxicity"]
    rows = [
        *((_side(s), toxic[s]) for s in _SIDES),
        (_side("none"), toxic["none"]),
        ("crossing", toxic["crossing"]),
        ("same side", toxic["not_crossing"]),
    ]
    crossing = (
        row("both sides sure", "answer", part["conflict"]),
        row("expected, all", "answer", part["expected_conflict"]),
    )
    return [
        camps,
        Chart("camps-conflict", "Replies that cross to the other camp", crossing, "replies"),
        Chart(
            "camps-toxic",
            "Toxic comments by camp",
            tuple(row(k, "toxic", e) for k, e in rows if e["n"]),
            "toxic",
        ),
    ]


def _drift(part: Mapping) -> list[Chart]:
    if not part:
        return []
    depths = [("all", part["on_topic"])]
    depths += [("top level" if d == "1" else f"depth {d}", e) for d, e in part["by_depth"].items() if e["n"]]
    places = [(name, e) for name, e in zip(_PLACES, part["by_position"], strict=True) if e["n"]]
    return [
        Chart("drift-depth", "By depth", tuple(row(k, "none", e) for k, e in depths), "on topic"),
        Chart("drift-place", "By place on the page", tuple(row(k, "none", e) for k, e in places), "on topic"),
    ]


def _side(side: str) -> str:
    return f"{SIDE_MARKS[side]} {SIDE_WORDS[side]}"


def turning_lists(figures: Mapping, place: Mapping[str, int]) -> dict[str, list[dict]]:
    """Lists of comments by the id of the element they go to: the comment's place in the data, and a note."""
    lists = {}
    for key in ("speakers", "central", "typical"):
        part = figures.get(key) or {}
        for side in _SIDES:
            lists[f"{key}-{side}"] = [
                {"at": place[q["comment_id"]], "note": _note(key, side, q)} for q in part.get(side, ())
            ]
    furthest = (figures.get("drift") or {}).get("furthest", ())
    lists["furthest"] = [{"at": place[q["comment_id"]], "note": ""} for q in furthest]
    return lists


def _note(key: str, side: str, quoted: Mapping) -> str:
    parts = [f"{SIDE_WORDS[side]} {percent(quoted['probability'])}"]
    if key == "central" or quoted.get("n_replies"):
        parts.append(plural(quoted["n_replies"], "direct reply", "direct replies"))
    if quoted["label_unsure"]:
        parts.append(UNSURE_LABEL)
    return ", ".join(parts)


def camp_odds(figures: Mapping, ids: list[str], scale: int) -> list[int | None] | None:
    """Each comment's probability of the camp for, in parts of `scale`.

    None where there are no camps, or none but the labels, which have a probability of their own.
    """
    camps = figures.get("camps") or {}
    known = {c["comment_id"]: c["favor"] for c in camps.get("comments", ())}
    if not known or not camps["graph"]:
        return None
    odds = (known.get(i) for i in ids)
    return [None if favor is None else round(scale * favor) for favor in odds]
