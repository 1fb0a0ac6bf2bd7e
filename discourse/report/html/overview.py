"""The page over several articles: how they compare, and how readers' lean moves with time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from discourse.report.html.article import page_title
from discourse.report.html.claims import ClaimView
from discourse.report.html.shell import render_page
from discourse.report.intervals import CONFIDENCE
from discourse.report.text import clean, heading
from discourse.report.wording import SIDE_WORDS
from discourse.schema import Discussion
from discourse.schema.counts import plural

_LEANS = {"against": "against", "favor": "for", None: "no clear lean"}
_MOST_NAMED = 200  # articles without comments


@dataclass(frozen=True, slots=True)
class Entry:
    """What the overview keeps of one article: its page, and the figures that are compared.

    `few` comments tell nothing of how readers split: their shares are not shown.
    """

    href: str
    key: tuple[str, str | None]  # the article's id and its source as given
    title: str
    source: str
    published: str | None
    target: str
    n_comments: int
    n_threads: int
    shares: dict[str, dict]
    lead: dict
    clear: str | None
    small_sample: bool
    few: bool
    disagree: dict
    toxic: dict

    @classmethod
    def of(cls, discussion: Discussion, figures: dict, href: str) -> Entry:
        """The entry of a discussion whose page lies at `href`."""
        split, answers = figures["split"]["all"], figures["agreement"]
        lead, article = split["lead"], discussion.article
        return cls(
            href=href,
            key=(article.article_id, article.source),
            title=page_title(discussion),
            source=clean(article.source or article.url or ""),
            published=article.published_at.strftime("%Y-%m-%d") if article.published_at else None,
            target=clean(figures["article"]["target"] or ""),
            n_comments=figures["comments"]["n"],
            n_threads=figures["comments"]["n_threads"],
            shares=split[split["shown"]],
            lead=lead,
            clear=lead["side"] if lead["clear"] and not split["small_sample"] else None,
            small_sample=split["small_sample"],
            few=split["mostly_prior"] or split["n"] == 1,
            disagree=answers[answers["shown"]]["disagree"],
            toxic=figures["toxicity"]["reviewed"] or figures["toxicity"]["toxic"],
        )

    @property
    def lean(self) -> str:
        """Where readers clearly lean, in words."""
        if not self.lead["n"]:
            return "unknown"
        return _LEANS[self.clear]


def overview_page(
    entries: Sequence[Entry], shared: Mapping | None = None, beside: Sequence[Discussion] = ()
) -> str:
    """The page as HTML: one row an article, linked to its own page.

    `shared` are the claims that several of the articles carry, as the figures have them; `beside` are
    articles that have no page.
    """
    points = [
        {
            "href": e.href,
            "title": e.title,
            "published": e.published,
            "n": e.n_comments,
            "value": e.lead["against_minus_favor"],
            "low": e.lead["low"],
            "high": e.lead["high"],
            "side": e.clear,
            "few": e.small_sample,
        }
        for e in entries
        if e.lead["against_minus_favor"] is not None
    ]
    dates = {p["published"] for p in points} - {None}
    return render_page(
        "overview",
        "overview",
        {"points": points},
        page_title=f"{plural(len(entries) + len(beside), 'article')}: how readers answered",
        entries=entries,
        finding=_finding(entries),
        n_comments=sum(e.n_comments for e in entries),
        n_points=len(points),
        n_dated=sum(p["published"] is not None for p in points),
        over_time=len(dates) > 1,
        confidence=CONFIDENCE,
        shared=_shared(shared, entries),
        beside=[page_title(d) for d in beside[:_MOST_NAMED]],
        n_beside=len(beside),
    )


def _shared(shared: Mapping | None, entries: Sequence[Entry]) -> list[dict]:
    """The claims with the articles that carry them, each in the words it has there."""
    if not shared:
        return []
    pages = {e.key: e.href for e in entries}
    articles = [
        {"title": _title(a), "href": pages.get((a["article_id"], a["source"]))} for a in shared["articles"]
    ]
    return [
        {
            "claim": ClaimView.named(c),
            "n": c["n_articles"],
            "wordings": [
                articles[w["article"]] | {"claim": ClaimView.named(w | {"claim": w["text"]})}
                for w in c["wordings"]
            ],
        }
        for c in shared["claims"]
    ]


def _title(article: Mapping) -> str:
    return heading(article["title"] or article["source"] or article["article_id"], 90)


def _finding(entries: Sequence[Entry]) -> str:
    """On how many articles readers clearly lean, and where."""
    known = [e.clear for e in entries if e.lead["n"]]
    n = plural(len(known), "article")
    if not known:
        return f"How readers split is unknown on all {plural(len(entries), 'article')}"
    if len(known) == 1:
        side = SIDE_WORDS[known[0]] + " the article’s position" if known[0] else "to neither side"
        return f"Readers lean clearly {side}"
    if not any(known):
        return f"On none of {n} do readers lean clearly to one side"
    leans = [(s, known.count(s)) for s in ("against", "favor") if s in known]
    (first, count), *others = sorted(leans, key=lambda lean: -lean[1])
    parts = [f"Readers lean clearly {SIDE_WORDS[first]} on {count} of {n}"]
    parts += [f"{SIDE_WORDS[side]} on {k}" for side, k in others]
    unclear = known.count(None)
    return ", ".join(parts) + (f"; on {unclear} no clear lean shows" if unclear else "")
