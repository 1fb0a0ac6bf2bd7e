"""The report on a terminal, section by section, from figures and the tagged discussion."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console

from discourse.report.furniture import set_aside
from discourse.report.highlights import EXCERPT_CELLS
from discourse.report.index import Index
from discourse.report.layout import ANSWER, FEW, GREY, SIDE_MARKS, SIDE_STYLES, TOXIC, Page
from discourse.report.sections import (
    place_of,
    print_camps,
    print_claims,
    print_drift,
    print_quoted_for,
    print_side,
    print_turning,
)
from discourse.report.text import clean, covered_word, excerpt, shown_text
from discourse.report.tree import TreeLines, print_article, print_lines
from discourse.report.wording import (
    NOT_CROSSING,
    SIDE_WORDS,
    covered,
    crossing_told,
    estimated,
    interval,
    label_foot,
    links_told,
    mostly_prior,
    narrowing,
    no_exchange,
    percent,
    told_by_people,
    toxic_from,
)
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, Discussion
from discourse.schema.counts import plural

TREE_LIMIT = 200
_PLACES = 6
_SPLIT_TITLES = {"all": "All comments", "top_level": "Top-level comments", "authors": "Authors"}
COVERED = "Masked words are covered here and in the texts as all profanity is; --show-profanity shows them as they were written."


def render(
    discussion: Discussion,
    figures: dict,
    console: Console,
    *,
    show_profanity: bool = False,
    tree: bool = True,
    tree_limit: int = TREE_LIMIT,
) -> None:
    """Prints the report: the finding, then each section, then (unless `tree` is off) the reply tree.

    `figures` are those of `summarize(discussion)`. Profanity is covered unless `show_profanity`.
    """
    view = _Report(discussion, figures, Page(console), show_profanity)
    view.headline()
    view.article()
    view.counts()
    if figures["comments"]["n"]:
        view.split()
        view.agreement()
        print_camps(view.page, figures)
        view.toxicity()
        print_claims(view.page, figures["claims"])
        print_drift(view.page, figures["drift"])
        view.profanity()
        view.sharpest()
        view.speakers()
        print_turning(view.page, figures, lambda quoted: view.quote(quoted, "", indent=6))
        if tree:
            view.tree(tree_limit)
    view.method()


class _Report:
    def __init__(self, discussion: Discussion, figures: dict, page: Page, show_profanity: bool) -> None:
        self.discussion, self.figures, self.page, self.show = discussion, figures, page, show_profanity
        self.index = Index(discussion)

    def headline(self) -> None:
        self.page.paragraph(self.figures["headline"], style="bold", indent=0)

    def article(self) -> None:
        self.page.section("Article")
        print_article(self.page, self.discussion, indent=2)
        target = self.figures["article"]["target"]
        if target:
            self.page.paragraph(target, hang="Position  ", rows=3)
        elif self.figures["comments"]["n"]:
            self.page.line(("Position  not known", GREY))

    def counts(self) -> None:
        self.page.section("Comments")
        if self.figures["comments"]["n"]:
            self._counts()
        else:
            self.page.line("No comments.")
        if aside := set_aside(self.discussion, " (menus, share bars)"):
            self.page.paragraph(aside, style=GREY)

    def _counts(self) -> None:
        counts, structure = self.figures["comments"], self.figures["structure"]
        self.page.paragraph(
            f"{plural(counts['n'], 'comment')} in {plural(counts['n_threads'], 'thread')}: "
            f"{counts['n_top_level']:,} top-level, {plural(counts['n_replies'], 'reply', 'replies')}, "
            f"deepest at depth {counts['max_depth']}"
            + (f", {plural(counts['n_authors'], 'author')}" if counts["n_authors"] else "")
            + (f"; {counts['n_removed']:,} deleted or removed" if counts["n_removed"] else "")
        )
        for sentence in links_told(structure):
            self.page.paragraph(sentence)

    def split(self) -> None:
        self.page.section("How readers split", "toward the article's position")
        if not self.figures["split"]["all"]["n"]:
            self.page.line(("Stance was not tagged.", GREY))
            return
        if self.figures["split"]["all"]["n"] == 1:
            self.page.line(("One comment shows no split.", GREY))
            return
        if few := mostly_prior(self.figures["split"], tuple(_SPLIT_TITLES)):
            self.page.paragraph(few, hang="! ")
        for key, title in _SPLIT_TITLES.items():
            part = self.figures["split"][key]
            if part is not None and part["n"] != 1:
                self._split_part(title, part, first=key == "all")
        part = self.figures["split"]["all"]
        held = covered(part["correction"]) if part["shown"] == "corrected" else ""
        self.page.paragraph(
            f"Shares {estimated(part)}{self._but_authors()}. Intervals are 95%; in the bars █ ends at the lower limit, "
            "▒ at the share, ░ at the upper." + held + narrowing(part),
            style=GREY,
        )

    def _split_part(self, title: str, part: dict, *, first: bool) -> None:
        if not first:
            self.page.blank()
        self.page.columns(f"{title} ({part['n']:,})", "labelled")
        shares, counted = part[part["shown"]], part["counted"]
        for side in ("favor", "against", "none"):
            label = f"{SIDE_MARKS[side]} {SIDE_WORDS[side]}"
            count = f"{counted[side]['count']:,} of {counted[side]['n']:,}"
            self.page.share_row(label, shares[side], count, style=SIDE_STYLES[side])

    def _but_authors(self) -> str:
        split = self.figures["split"]
        reviewed = split["all"]["shown"] == "reviewed"
        return " (authors: by our labels alone)" if reviewed and split["authors"] is not None else ""

    def agreement(self) -> None:
        part = self.figures["agreement"]
        self.page.section("Agreement between readers", "replies toward the comment they answer")
        if not part["n"]:
            self.page.line(("No replies with a stance toward their parent.", GREY))
            return
        shares = part[part["shown"]]
        self.page.columns(f"Replies ({part['n']:,})", "labelled")
        for name in STANCES_PARENT:
            counted = part["counted"][name]
            self.page.share_row(name, shares[name], f"{counted['count']:,} of {counted['n']:,}", style=ANSWER)
        crossing = part["crossing"]
        self.page.share_row("cross sides", crossing["of_replies"], style=ANSWER)
        if told := crossing_told(crossing):
            self.page.paragraph(told, style=GREY)
        but = " Crossing goes by our labels." if part["review"] else ""
        self.page.paragraph(f"Shares {estimated(part)}.{but}", style=GREY)

    def toxicity(self) -> None:
        part = self.figures["toxicity"]
        self.page.section("Toxicity", toxic_from(part))
        if not part["toxic"]["n"]:
            self.page.line(("Toxicity was not tagged.", GREY))
            return
        self.page.columns("", "toxic")
        self._toxic_row("all", part)
        if part["review"]:
            self._said_toxic(part)
        self.page.line(("by side", GREY))
        for side in STANCES_ARTICLE:
            self._toxic_row(f"{SIDE_MARKS[side]} {SIDE_WORDS[side]}", part["by_side"][side])
        self.page.line(("by depth", GREY))
        for depth, figures in part["by_depth"].items():
            if figures["toxic"]["n"]:
                self._toxic_row("top level" if depth == "1" else f"depth {depth}", figures)
        replies = part["replies"]
        if any(r["toxic"]["n"] for r in replies.values()):
            self.page.line(("in replies", GREY))
            self._toxic_row("crossing sides", replies["crossing"])
            self._toxic_row("not crossing", replies["not_crossing"])
            self.page.paragraph(NOT_CROSSING, style=GREY)
        mean = part["toxicity"]
        limits = interval(mean["low"], mean["high"])
        self.page.paragraph(
            f"Mean probability of being toxic {percent(mean['mean'])}" + (f" ({limits})." if limits else "."),
            style=GREY,
        )
        if part["review"]:
            self.page.paragraph(
                f"“As people say”: by {told_by_people(part['review'], part['toxic']['n'])}.", style=GREY
            )

    def _said_toxic(self, part: dict) -> None:
        review = part["review"]
        count = f"{review['counts']['toxic']:,.4g} of {review['n']:,} judged"
        self.page.share_row("as people say", part["reviewed"], count, style=TOXIC)

    def _toxic_row(self, label: str, figures: dict) -> None:
        self.page.share_row(label, figures["toxic"], style=TOXIC)

    def profanity(self) -> None:
        part = self.figures["profanity"]["masked"]
        plain = self.figures["profanity"]["plain"]
        self.page.section("Masked profanity")
        if not part["comments"]["n"]:
            self.page.line(("Profanity was not looked for; text is shown as it stands.", GREY))
            return
        n = part["comments"]["count"]
        found = f"{plural(part['n_spans'], 'masked word')} in {plural(n, 'comment')}" if n else "None found"
        n_plain = plain["comments"]["count"]
        rest = f"plain profanity in {plural(n_plain, 'comment')}" if n_plain else "no plain profanity"
        self.page.line(f"{found}; {rest}")
        if part["spans"]:
            self._words(part["spans"])
            if not self.show:
                self.page.paragraph(COVERED, style=GREY)

    def _words(self, spans: list[dict]) -> None:
        """One row per word: covered, or (asked for) as written and as read."""
        counts: Counter[str] = Counter()
        places: dict[str, list[str]] = defaultdict(list)
        for span in spans:
            word = self._word(span)
            counts[word] += 1
            place = str(span["line_start"] or excerpt(span["comment_id"], 10))
            if place not in places[word]:
                places[word].append(place)
        width = min(32, max(len(w) for w in counts))
        for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            listed = ", ".join(places[word][:_PLACES]) + (", …" if len(places[word]) > _PLACES else "")
            on_lines = any(s["line_start"] for s in spans)
            where = f"{'line' if on_lines else 'comment'}{'s' if len(places[word]) > 1 else ''} {listed}"
            self.page.line(word.ljust(width), f"  {count:>3}×  ", (where, GREY), indent=4)

    def _word(self, span: dict) -> str:
        canonical = span["canonical"]
        if self.show:
            return f"{excerpt(span['surface'], 20)} → {clean(canonical) if canonical else '(word unknown)'}"
        return covered_word(canonical) if canonical else "(word unknown)"

    def sharpest(self) -> None:
        part = self.figures["sharpest"]
        self.page.section("Sharpest exchanges", "disagreeing replies, most toxic first")
        if not part["exchanges"]:
            self.page.paragraph(no_exchange(part), style=GREY)
        for pair in part["exchanges"]:
            where = " answers ".join(place_of(pair[k]) for k in ("reply", "parent"))
            unsure = "; link unsure" if pair["link_unsure"] else ""
            self.page.line(
                where,
                (f"  disagree {percent(pair['disagree'])}, toxic {percent(pair['toxicity'])}{unsure}", GREY),
            )
            self.quote(pair["parent"], "│ ")
            self.quote(pair["reply"], "└ ")

    def speakers(self) -> None:
        part = self.figures["speakers"]
        self.page.section("Comments that speak best for each side")
        for side in ("favor", "against"):
            print_side(self.page, part, side)
            for quoted in part[side]:
                replies = (
                    f", {plural(quoted['n_replies'], 'reply', 'replies')}" if quoted["n_replies"] else ""
                )
                print_quoted_for(self.page, side, quoted, replies)
                self.quote(quoted, "", indent=6)
        self.page.paragraph(f"Chosen: {part['criterion']}.{label_foot(part)}", style=GREY)

    def quote(self, quoted: dict, hang: str, indent: int = 4) -> None:
        """Prints the beginning of a comment in two rows."""
        place = self.index.place.get(quoted["comment_id"])
        text = quoted["excerpt"]
        if place is not None:
            comment, tags = self.index.comments[place], self.index.tags[place]
            text = excerpt(shown_text(comment, tags, show_profanity=self.show), EXCERPT_CELLS)
        self.page.paragraph(text, hang=hang, indent=indent, rows=2)

    def tree(self, limit: int) -> None:
        n = len(self.index.comments)
        self.page.section("Reply tree", "+ for  − against  · neither  ! toxic  ? place unsure (under 50%)")
        lines = TreeLines(self.index, self.page, show_profanity=self.show, marks=True, links=False)
        print_lines(self.page, lines(limit))
        if n > limit:
            self.page.line(
                (f"… {plural(n - limit, 'more comment')}: `discourse parse SOURCE` shows them all", GREY)
            )

    def method(self) -> None:
        n, warnings = self.figures["comments"]["n"], self.figures["warnings"]
        if not n and not warnings:
            return
        self.page.section("Method and limits" if n else "Notes")
        for warning in warnings:
            self.page.paragraph(warning, hang="! ")
        if not n:
            return
        if not self.show and self._uncovered():
            self.page.paragraph("some text is shown uncovered: profanity was not looked for", hang="! ")
        self.page.paragraph(f"Under 30 comments ({FEW}): read the share as a hint.", hang="· ", style=GREY)
        for limit in self.figures["limits"]:
            self.page.paragraph(limit, hang="· ", style=GREY)

    def _uncovered(self) -> bool:
        return any(t.text_masked is None for t in self.index.tags)
