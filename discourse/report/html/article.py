"""The page of one article: its figures, its comments and their tags."""

from __future__ import annotations

from discourse.report.furniture import set_aside
from discourse.report.html.claims import claims_of
from discourse.report.html.data import SCALE, comment_columns
from discourse.report.html.shell import render_page
from discourse.report.html.turning import camp_odds, turning_charts, turning_lists
from discourse.report.html.view import charts, facts, headline_parts
from discourse.report.text import clean, heading
from discourse.report.tree import line_range
from discourse.report.wording import estimated
from discourse.schema import TOXICITY_LABELS, Discussion
from discourse.schema.counts import plural

_TITLE_CELLS = 160
_WORDS = 60


def article_page(
    discussion: Discussion, figures: dict, *, show_profanity: bool = False, overview: str | None = None
) -> str:
    """The page as HTML. `figures` are those of `summarize(discussion)`; nothing is computed again.

    Profanity is covered at first unless `show_profanity`. `overview` is the address of the page
    over several articles that this one belongs to.
    """
    drawn = charts(figures) | turning_charts(figures)
    finding, numbers = headline_parts(figures["headline"])
    columns = comment_columns(discussion)
    place = _places(columns["id"])
    heard, unheard = claims_of(figures, place)
    columns["camp"] = camp_odds(figures, columns["id"], SCALE)
    data = {
        "scale": SCALE,
        "covered": not show_profanity,
        "threshold": None if (t := figures["toxicity"]["threshold"]) is None else round(SCALE * t),
        "labels": [name.replace("_", " ") for name in TOXICITY_LABELS],
        "charts": {key: chart.as_dict() for key, chart in drawn.items()},
        "comments": columns,
        "words": _words(figures["profanity"]["masked"]),
        "claims": [claim.as_dict() for claim in heard],
        "turning": turning_lists(figures, place),
        **_highlights(figures, place),
    }
    return render_page(
        "article",
        "article" if figures["comments"]["n"] else "empty",
        data,
        page_title=f"{page_title(discussion)} – how readers answered",
        title=page_title(discussion),
        where=_where(discussion),
        article=discussion.article,
        paragraphs=[clean(line) for line in discussion.article.text.splitlines() if clean(line)],
        target=clean(figures["article"]["target"] or ""),
        finding=finding,
        numbers=numbers,
        facts=facts(figures) if figures["comments"]["n"] else [],
        charts=drawn,
        claims=heard,
        unheard=unheard,
        claims_criterion=(figures.get("claims") or {}).get("criterion"),
        estimated=estimated(figures["split"]["all"]).replace("'", "’"),
        estimated_replies=estimated(figures["agreement"]).replace("'", "’"),
        figures=figures,
        aside=set_aside(discussion, " (menus, share bars)"),
        n_not_looked=columns["looked"].count(False),
        looked=bool(figures["profanity"]["masked"]["comments"]["n"]),
        overview=overview,
        warnings=[clean(w) for w in figures["warnings"]],
    )


def page_title(discussion: Discussion) -> str:
    """The article's title, else its first words, else the name of its source."""
    article = discussion.article
    return (
        heading(article.title or "", _TITLE_CELLS)
        or heading(article.text, _TITLE_CELLS)
        or clean(article.source or article.article_id)
    )


def _where(discussion: Discussion) -> str:
    article = discussion.article
    published = article.published_at.strftime("%Y-%m-%d") if article.published_at else ""
    parts = [
        clean(article.source or article.url or ""),
        line_range(article.line_start, article.line_end, "line"),
        plural(len(article.text.split()), "word"),
        published,
    ]
    return " · ".join(p for p in parts if p)


def _words(masked: dict) -> list[dict]:
    unknown = [{"word": None, "n": masked["n_word_unknown"]}] if masked["n_word_unknown"] else []
    return [*masked["by_word"][:_WORDS], *unknown]


def _places(ids: list[str]) -> dict[str, int]:
    """Where each comment stands in the columns."""
    place: dict[str, int] = {}
    for k, comment_id in enumerate(ids):
        place.setdefault(comment_id, k)
    return place


def _highlights(figures: dict, place: dict[str, int]) -> dict:
    """The comments that the figures name, as places in the columns."""

    def at(quoted: dict) -> int:
        return place[quoted["comment_id"]]

    return {
        "sharpest": [
            {"parent": at(pair["parent"]), "reply": at(pair["reply"])}
            for pair in figures["sharpest"]["exchanges"]
        ],
    }
