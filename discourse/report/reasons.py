"""Why each comment is said to answer another, on a terminal: `discourse parse --explain`."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from discourse.report.layout import GREY, Page
from discourse.report.text import excerpt
from discourse.report.tree import line_range
from discourse.report.wording import percent
from discourse.schema import Comment, Discussion

TOLD = {
    "indentation": "its indentation",
    "name": "naming who is answered",
    "mention": "a mention at its start",
}
"""How a page itself tells a comment's parent, by `parent_source`."""
MOST = 3  # kinds of evidence named for a link
LEAST = 0.1  # log odds below which evidence says nothing worth naming


def render_reasons(discussion: Discussion, console: Console) -> None:
    """Prints, for each inferred link, what spoke for it and for the likeliest other parent.

    Reads what `StructureParser(explain=True)` left in the comments' `extra`; prints nothing without.
    """
    page = Page(console)
    by_id = {c.comment_id: c for c in discussion.comments}
    explained = [c for c in discussion.comments if "spoke_for_parent" in c.extra]
    if not explained:
        return
    page.blank()
    page.paragraph(
        "What spoke for each link, in log odds beside the mean of all comments that could have been answered. "
        "Links are decided together: one may win on what its neighbours need.",
        style=GREY,
        indent=0,
    )
    for comment in explained:
        parent = by_id.get(comment.parent_id) if comment.parent_id is not None else None
        verb = "answers" if comment.line_start == comment.line_end else "answer"
        said = f"{_name(comment)} {verb} {_name(parent)} ({percent(comment.parent_confidence)}): "
        if comment.parent_source in TOLD:
            how = f"the page says so, by {TOLD[comment.parent_source]}"
            if parent is None and comment.parent_source == "name":
                how = "the page names who is answered in its replies, and nobody here"
            page.paragraph(said + how, indent=0)
            continue
        said += _evidence(comment.extra["spoke_for_parent"])
        page.paragraph(said, indent=0)
        other = comment.extra.get("runner_up")
        if other:
            second = by_id.get(comment.extra["runner_up_id"]) if other == "comment" else None
            confidence = comment.extra["runner_up_confidence"]
            evidence = _evidence(comment.extra["spoke_for_runner_up"])
            page.paragraph(
                f"rather than {_name(second)} ({percent(confidence)}): {evidence}", style=GREY, indent=4
            )


def _name(comment: Comment | None) -> str:
    if comment is None:
        return "the article"
    return line_range(comment.line_start, comment.line_end, "line") or excerpt(comment.comment_id, 20)


def _evidence(speaks: Mapping[str, float]) -> str:
    telling = sorted(((v, k) for k, v in speaks.items() if v >= LEAST), reverse=True)[:MOST]
    return ", ".join(f"{name} +{value:.1f}" for value, name in telling) or "nothing of its own"
