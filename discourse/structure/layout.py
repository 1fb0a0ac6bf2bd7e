"""What the layout of a flat page shows of its comments: headings over them, left margins."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.readers.page import FlatPage, Heading
from discourse.structure.features import PageEvidence
from discourse.structure.told import Told, told_parents

_QUOTED = 0.2  # share of indented lines that may be quotations before margins count as those of quotations


class Layout:
    """The layout of a page: its comments' headings, if it has any, and its left margins.

    Lines are counted from 0 among the page's content lines.
    """

    def __init__(self, page: FlatPage):
        self._lines = page.lines
        self._headings = page.headings
        at = {line.number: i for i, line in enumerate(page.lines)}
        self._starts = [at.get(heading.line) for heading in page.headings]
        self.first_known = next((start for start in self._starts if start is not None), None)
        """The first line that surely starts a comment; the article ends before it or there."""
        self.article_end: int | None = None
        """Where the article ends, if the page shows it."""
        if self._starts and self._starts[0] is not None:
            self.article_end = self._starts[0]
        elif page.comments_from is not None:
            self.article_end = sum(line.number < page.comments_from for line in page.lines)

    def starts(self, article_end: int) -> list[int] | None:
        """The lines on which comments start, if the page shows all of them."""
        if not self._starts:
            return None
        return sorted({article_end if start is None else start for start in self._starts})

    def breaks(self, page: PageEvidence, article_end: int) -> list[int]:
        """Lines on which a comment surely starts because the margin changes where margins tell levels."""
        margins = [line.indent for line in self._lines[article_end:]]
        if self._starts or not margins or not any(self._told(margins)):
            return []
        inner = [article_end + i for i, margin in enumerate(margins) if margin > min(margins)]
        if sum(page.is_quotation(line) for line in inner) > _QUOTED * len(inner):
            return []
        return [article_end + i for i in range(1, len(margins)) if margins[i] != margins[i - 1]]

    def tell(self, spans: Sequence[tuple[int, int]]) -> list[Told | None]:
        """What the page says of the parents of the comments whose lines are `spans`."""
        headings = self.headings_of(spans)
        texts = [self._lines[start].text for start, _ in spans]
        authors = [heading.author if heading else None for heading in headings]
        answers = [heading.answers if heading else None for heading in headings]
        margins = [
            heading.indent if heading else self._lines[start].indent
            for heading, (start, _) in zip(headings, spans, strict=True)
        ]
        return told_parents(texts, authors, answers, margins)

    def headings_of(self, spans: Sequence[tuple[int, int]]) -> list[Heading | None]:
        """The heading of each comment, None without one."""
        by_start = {
            spans[0][0] if start is None else start: heading
            for start, heading in zip(self._starts, self._headings, strict=True)
            if spans
        }
        return [by_start.get(start) for start, _ in spans]

    def _told(self, margins: Sequence[int]) -> list[Told | None]:
        return told_parents([""] * len(margins), [None] * len(margins), (), margins)
