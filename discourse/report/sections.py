"""Sections of the terminal report that read figures alone: camps, claims, drift, comments it turns on, shared claims."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from discourse.report.claims import claim_line
from discourse.report.layout import ANSWER, GREY, SIDE_MARKS, SIDE_STYLES, TOXIC, Page
from discourse.report.text import excerpt
from discourse.report.tree import line_range
from discourse.report.wording import SIDE_WORDS, UNSURE_LABEL, camps_note, label_foot, percent
from discourse.schema.counts import plural

CLAIMS_LIMIT = 8
_ANSWERED = {"support": "supporting", "contradict": "contradicting", "neither": "neither"}
_PARTS = ("first quarter", "second", "third", "last quarter")


def place_of(quoted: dict) -> str:
    """Where a comment stands: its lines, or its id."""
    return line_range(quoted["line_start"], quoted["line_end"], "line") or excerpt(quoted["comment_id"], 20)


def print_camps(page: Page, figures: dict) -> None:
    """Prints how many comments are on either side, what crosses, and toxicity by side."""
    part = figures["camps"]
    if not part["n"]:
        return
    page.section("Camps", "the side of each comment")
    counts = part["counts"]
    sizes = f"{counts['favor']:,} for, {counts['against']:,} against, {counts['none']:,} neither"
    if not part["graph"]:
        page.paragraph(
            f"{sizes}, by {part['method']}: sides read together over the reply graph were "
            "no better on validation threads."
        )
        page.paragraph(camps_note(figures), style=GREY)
        return
    page.paragraph(f"{sizes} (under {percent(part['sure'])} for either side), by {part['method']}.")
    page.paragraph(camps_note(figures), style=GREY)
    page.columns("", "replies")
    page.share_row("cross sides", part["conflict"], style=ANSWER)
    toxic = part["toxicity"]
    page.columns("toxic", "comments")
    names = {side: f"{SIDE_MARKS[side]} {SIDE_WORDS[side]}" for side in ("favor", "against")}
    for key, name in (names | {"crossing": "crossing", "not_crossing": "same side"}).items():
        if toxic[key]["n"]:
            page.share_row(name, toxic[key], style=TOXIC)


def print_claims(page: Page, part: dict | None) -> None:
    """Prints the article's claims: those that readers take up with what they make of them, then the others."""
    if part is None or not part["n"]:
        return
    page.section("What the article claims", "who says what, and what readers make of it")
    for item in [i for i in part["items"] if i["comments"]["n"]][:CLAIMS_LIMIT]:
        page.paragraph(claim_line(item), rows=3)
        counts = item["comments"]
        said = ", ".join(f"{word} {counts[key]}" for key, word in _ANSWERED.items() if counts[key])
        places = ", ".join(place_of(e) for e in item["examples"])
        page.paragraph(
            f"{plural(counts['n'], 'comment')} ({places}): {said or 'not asked'}", indent=4, style=GREY
        )
    silent = [i for i in part["items"] if not i["comments"]["n"]]
    if silent:
        page.paragraph(f"{plural(len(silent), 'claim')} drawing nothing:", style=GREY)
        for item in silent[:CLAIMS_LIMIT]:
            page.paragraph(claim_line(item), hang="· ", indent=4, rows=2, style=GREY)
        if len(silent) > CLAIMS_LIMIT:
            page.line((f"… {len(silent) - CLAIMS_LIMIT} more", GREY), indent=4)
    page.paragraph(f"Told apart: {part['criterion']}.", style=GREY)


def print_drift(page: Page, part: dict | None) -> None:
    """Prints how many comments stay on the article's topic, by depth and by place on the page."""
    if part is None or not part["on_topic"]["n"]:
        return
    page.section("Drift", "comments on the article's topic")
    page.columns("", "on topic")
    page.share_row("all", part["on_topic"])
    page.line(("by depth", GREY))
    for depth, figures in part["by_depth"].items():
        if figures["n"]:
            page.share_row("top level" if depth == "1" else f"depth {depth}", figures)
    page.line(("by place on the page", GREY))
    for name, figures in zip(_PARTS, part["by_position"], strict=True):
        if figures["n"]:
            page.share_row(name, figures)
    page.paragraph(f"{part['criterion'][:1].upper()}{part['criterion'][1:]}.", style=GREY)


def print_side(page: Page, part: dict, side: str) -> None:
    """Prints the heading over the comments quoted for a side, with a warning where few are labelled so."""
    page.line((f"{SIDE_MARKS[side]} {SIDE_WORDS[side]}", "bold " + SIDE_STYLES[side]))
    if not part[side]:
        page.line(("none", GREY), indent=4)
    elif warning := part["warnings"][side]:
        page.paragraph(warning, hang="! ", indent=4)


def print_quoted_for(page: Page, side: str, quoted: dict, replies: str = "") -> None:
    """Prints where a comment quoted for a side stands, and how likely the side is by its own words."""
    unsure = f"; {UNSURE_LABEL}" if quoted["label_unsure"] else ""
    note = f"  {SIDE_WORDS[side]} {percent(quoted['probability'])}{replies}{unsure}"
    page.line(place_of(quoted), (note, GREY), indent=4)


def print_turning(page: Page, figures: dict, quote: Callable[[dict], None]) -> None:
    """Prints the comments that the discussion turns on, and those most like the others; `quote` prints one."""
    for key, title in (("central", "Most central comments"), ("typical", "Most typical comments")):
        part = figures[key]
        if part is None or not any(part[side] for side in SIDE_STYLES if side in part):
            continue
        page.section(title, "of each camp")
        for side in ("favor", "against"):
            print_side(page, part, side)
            for quoted in part[side]:
                replies = ""
                if key == "central":
                    replies = f", {plural(quoted['n_replies'], 'direct reply', 'direct replies')}"
                print_quoted_for(page, side, quoted, replies)
                quote(quoted)
        page.paragraph(f"Ranked by: {part['criterion']}.{label_foot(part)}", style=GREY)


def render_shared(shared: dict | None, console: Console) -> None:
    """Prints which claims several articles carry; nothing for one article alone."""
    if not shared:
        return
    page = Page(console)
    page.section("Claims shared by articles", f"of {shared['n_articles']} articles, the most carried first")
    for number, article in enumerate(shared["articles"], 1):
        name = excerpt(article["title"] or article["source"] or article["article_id"], 90)
        page.paragraph(name, hang=f"{number}  ")
    if not shared["claims"]:
        page.line(("No claim is carried by two of them.", GREY))
        return
    for item in shared["claims"]:
        numbers = " ".join(str(i + 1) for i in item["articles"])
        page.paragraph(claim_line(item), hang=f"{item['n_articles']} of {shared['n_articles']}  ", rows=3)
        page.line((f"articles {numbers}", GREY), indent=10)
    page.paragraph(
        "Claims are matched by words and sense; two people's are never one. Some are missed, some joined "
        "that differ.",
        style=GREY,
    )
