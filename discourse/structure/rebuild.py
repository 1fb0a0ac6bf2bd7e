"""From a flat page to a discussion: the article, its comments, and who answers whom."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.nn.store import resolve
from discourse.readers.announce import says_comments
from discourse.readers.fields import author_or_none
from discourse.readers.foot import BETWEEN_COMMENTS
from discourse.readers.page import FlatPage, Line
from discourse.schema import Article, Comment, Discussion
from discourse.structure.encoder import LineEncoder
from discourse.structure.explain import Explanation, explain_links, explanation_columns
from discourse.structure.features import PageEvidence
from discourse.structure.layout import Layout
from discourse.structure.parser import Parse, article_ends, parse_comments
from discourse.structure.weights import Weights


class StructureParser:
    """Rebuilds the reply structure of flat pages with the bundled line encoder.

    With `explain`, each comment's `extra` says which other parent was likeliest and what spoke for
    either (`explain.explanation_columns`).
    """

    def __init__(self, encoder: LineEncoder, weights: Weights, *, explain: bool = False):
        self.encoder = encoder
        self.weights = weights
        self.explain = explain

    @classmethod
    def load(cls, spec: str | None = None, *, explain: bool = False) -> StructureParser:
        """Loads a structure checkpoint: None for the bundled one, or a folder.

        Raises:
            ModelError: it is missing or damaged.
        """
        source = resolve(spec, "structure", hub=False)
        return cls(LineEncoder.load(source), Weights.load(source), explain=explain)

    def rebuild(self, page: FlatPage) -> Discussion:
        """The discussion on a page; `furniture` and `notes` are the page's own."""
        lines = page.lines
        parse, reasons = self._parse(page)
        article, comments = lines[: parse.article_end], lines[parse.article_end :]
        notes = page.notes
        if comments and not article and page.title is None:
            notes += ("no article text found: the page starts with comments",)
        if page.comments_possible:
            notes += _unanswered(article, bool(comments))
        return Discussion(
            article=_article(page, article),
            comments=_comments(page, parse, self.weights, reasons),
            furniture=page.furniture,
            notes=notes,
        )

    def _parse(self, page: FlatPage) -> tuple[Parse, list[Explanation]]:
        lines = page.lines
        if not lines or not page.comments_possible:
            return Parse(len(lines), (), 0.0), []
        layout = Layout(page)
        evidence = PageEvidence(
            [line.text for line in lines],
            [line.after_blank for line in lines],
            self.encoder,
            after_marks(page),
        )
        end = layout.article_end
        if end is None:
            least = int(below_byline(page))
            end = article_ends(evidence, self.weights, least=least).best(self.weights, layout.first_known)
        parse = parse_comments(
            evidence,
            self.weights,
            end,
            starts=layout.starts(end),
            breaks=layout.breaks(evidence, end),
            tell=layout.tell,
        )
        return parse, self.reasons(evidence, parse)

    def reasons(self, evidence: PageEvidence, parse: Parse) -> list[Explanation]:
        """What spoke for each link, where that is asked for; else nothing."""
        if not self.explain or not parse.links:
            return []
        return explain_links(evidence, parse.spans, parse.article_end, self.weights.links, parse.told)


def below_byline(page: FlatPage) -> bool:
    """True where a byline stands between the title and the first line: what stands below it is article."""
    return page.title_line is not None and any(
        f.reason == "byline" and page.title_line < f.line < page.lines[0].number for f in page.furniture
    )


def _unanswered(article: Sequence[Line], has_comments: bool) -> tuple[str, ...]:
    """The note on a line of the article that says "Comments" where the page gave none below it."""
    said = [] if has_comments else [line.number for line in article if says_comments(line)]
    return (f"line {said[-1]} says Comments, but no comment was found below it",) if said else ()


def after_marks(page: FlatPage) -> list[bool]:
    """For every line, whether something that pages put between comments stood directly before it."""
    marks = {f.line for f in page.furniture if f.reason in BETWEEN_COMMENTS}
    before = [0, *(line.number for line in page.lines)]
    return [
        any(number in marks for number in range(last + 1, line.number))
        for last, line in zip(before, page.lines, strict=False)
    ]


def _article(page: FlatPage, lines: Sequence[Line]) -> Article:
    numbers = [line.number for line in lines] + ([page.title_line] if page.title_line is not None else [])
    return Article(
        article_id=page.page_id,
        title=page.title,
        text="\n".join(line.text for line in lines),
        published_at=page.published_at,
        source=page.source,
        line_start=min(numbers, default=None),
        line_end=max(numbers, default=None),
    )


def _comments(
    page: FlatPage, parse: Parse, weights: Weights, reasons: Sequence[Explanation]
) -> tuple[Comment, ...]:
    comments: list[Comment] = []
    lines, headings = page.lines, Layout(page).headings_of(parse.spans)
    ids = [f"{page.page_id}:{position + 1}" for position in range(len(parse.links))]
    for position, link in enumerate(parse.links):
        own, heading = lines[link.start : link.end], headings[position]
        comment_id = ids[position]
        parent = comments[link.parent] if link.parent >= 0 else None
        comments.append(
            Comment(
                comment_id=comment_id,
                article_id=page.page_id,
                parent_id=parent.comment_id if parent else None,
                root_id=parent.root_id if parent else comment_id,
                depth=parent.depth + 1 if parent else 1,
                position=position,
                author=author_or_none(heading.author) if heading else None,
                posted_at=heading.posted_at if heading else None,
                text="\n".join(line.text for line in own),
                line_start=own[0].number,
                line_end=own[-1].number,
                parent_source=link.source,
                parent_confidence=weights.calibrate(link.probability),
                extra=explanation_columns(reasons[position], ids, weights) if reasons else {},
            )
        )
    return tuple(comments)
