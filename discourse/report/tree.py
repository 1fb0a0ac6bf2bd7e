"""The reply tree on a terminal, one line per comment."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from discourse.report.furniture import set_aside
from discourse.report.index import Index, unsure_place
from discourse.report.layout import GREY, SIDE_MARKS, SIDE_STYLES, TOXIC, Page, Part
from discourse.report.measures import structure
from discourse.report.text import clean, clip, excerpt, shown_text
from discourse.report.wording import links_counted, percent
from discourse.schema import Comment, Discussion
from discourse.schema.counts import plural

_BLOCK = 200
_AUTHOR = 14
NO_NAME = "(no name)"


def line_range(start: int | None, end: int | None, word: str = "") -> str:
    """Lines of the source as "20", "20–21" or, with a word, "line 20"; empty where unknown."""
    if start is None:
        return ""
    many = end is not None and end != start
    span = f"{start}–{end}" if many else str(start)
    return f"{word}{'s' if many else ''} {span}" if word else span


class TreeLines:
    """The lines of a tree for a page's width; `marks` adds side and toxicity, `links` the links' sources."""

    def __init__(self, index: Index, page: Page, *, show_profanity: bool, marks: bool, links: bool) -> None:
        self.index, self.page, self.show_profanity, self.marks = index, page, show_profanity, marks
        self.levels = max(3, min(12, (page.width - 40) // 5))
        self.labels = [self._label(c) for c in index.comments]
        self.label_width = max((cell_len(label) for label in self.labels), default=0)
        sources = {c.parent_source for c in index.comments}
        self.links = links and sources != {"given"}
        self.name_source = len(sources) > 1
        self.no_name = NO_NAME if any(c.author for c in index.comments) else ""
        self.source_width = min(9, max((cell_len(clean(s)) for s in sources), default=0))

    def _label(self, comment: Comment) -> str:
        return line_range(comment.line_start, comment.line_end) or excerpt(comment.comment_id, 10)

    def __call__(self, limit: int | None = None) -> Iterator[Text]:
        """The lines in reading order, at most `limit`."""
        order = self.index.order
        last = self._last_replies()
        open_levels: dict[int, bool] = {}
        for i in order[:limit]:
            depth = self.index.depths[i]
            open_levels[depth] = not last[i]
            yield self._line(i, depth, last[i], open_levels)

    def _last_replies(self) -> list[bool]:
        last, seen = [False] * len(self.index.comments), set()
        for i in reversed(self.index.order):
            parent = self.index.parents[i]
            last[i] = parent not in seen
            seen.add(parent)
        return last

    def _line(self, i: int, depth: int, is_last: bool, open_levels: dict[int, bool]) -> Text:
        comment = self.index.comments[i]
        parts: list[Part] = [(self.labels[i].rjust(self.label_width) + "  ", GREY)]
        parts += self._marks(i) if self.marks else []
        parts += self._link(comment) if self.links else []
        parts.append((self._indent(depth, is_last, open_levels), GREY))
        if author := excerpt(comment.author or "", _AUTHOR) or self.no_name:
            parts.append((author + "  ", GREY))
        used = 2 + sum(cell_len(p if isinstance(p, str) else p[0]) for p in parts)
        text = shown_text(comment, self.index.tags[i], show_profanity=self.show_profanity)
        words = excerpt(text, max(1, self.page.width - used))
        parts.append(words or ("(nothing that can be shown)", GREY))
        return self.page.text(*parts)

    def _marks(self, i: int) -> list[Part]:
        tags, comment = self.index.tags[i], self.index.comments[i]
        side = tags.stance_article
        unsure = unsure_place(comment)
        return [
            (SIDE_MARKS.get(side or "", " "), "bold " + SIDE_STYLES.get(side or "", GREY)),
            ("!" if tags.toxic else " ", "bold " + TOXIC),
            "  " if self.links else "? " if unsure else "  ",
        ]

    def _link(self, comment: Comment) -> list[Part]:
        sure = f"{percent(comment.parent_confidence):>4}"
        name = set_cell_size(clip(clean(comment.parent_source), self.source_width), self.source_width) + " "
        weak = unsure_place(comment)
        return [((name if self.name_source else "") + sure, "" if weak else GREY), "? " if weak else "  "]

    def _indent(self, depth: int, is_last: bool, open_levels: dict[int, bool]) -> str:
        """Guides down to the comment; below the last level drawn, the depth as a number instead."""
        if depth == 1:
            return ""
        if depth - 1 > self.levels:
            guides = "".join("│ " if open_levels.get(d) else "  " for d in range(2, self.levels + 1))
            return f"{guides}{depth}╴"
        guides = "".join("│ " if open_levels.get(d) else "  " for d in range(2, depth))
        return guides + ("└╴" if is_last else "├╴")


def print_lines(page: Page, lines: Iterator[Text]) -> None:
    """Prints lines in blocks, so that a long tree neither waits nor fills the memory."""
    block: list[Text] = []
    for line in lines:
        block.append(line)
        if len(block) == _BLOCK:
            page.lines(block)
            block = []
    page.lines(block)


def render_tree(discussion: Discussion, console: Console, *, show_profanity: bool = False) -> None:
    """Prints the article's head and the whole tree, as `discourse parse` shows it to a person.

    Works untagged: profanity is then shown as it stands, since nothing has looked for it.
    """
    page, index = Page(console), Index(discussion)
    print_article(page, discussion)
    page.paragraph(_counts(index), style=GREY, indent=0)
    for note in discussion.notes or ():
        page.paragraph(note, style=GREY, hang="note: ", indent=0)
    if not index.comments:
        return
    page.blank()
    lines = TreeLines(index, page, show_profanity=show_profanity, marks=index.tagged, links=True)
    print_lines(page, lines())


def print_article(page: Page, discussion: Discussion, *, indent: int = 0) -> None:
    """Prints the article's title or first words, and where it stands."""
    article = discussion.article
    title = article.title or article.text[:1000]
    if clean(title):
        page.paragraph(title, style="bold" if article.title else "", indent=indent, rows=2)
    else:
        page.line(("(no article)", GREY), indent=indent)
    where = [
        clean(article.source or article.url or ""),
        line_range(article.line_start, article.line_end, "line"),
    ]
    words = len(article.text.split())
    page.line((", ".join(filter(None, [*where, plural(words, "word")])), GREY), indent=indent)


def _counts(index: Index) -> str:
    n = len(index.comments)
    parts = [plural(n, "comment")]
    if n:
        parts[0] += f" in {plural(len(set(index.threads)), 'thread')}"
        parts.append(f"deepest at depth {max(c.depth for c in index.comments)}")
        sources = sorted({clean(c.parent_source) for c in index.comments})
        parts.append(f"parents: {clip(', '.join(sources), 120)}" + _unsure(structure(index)))
    if aside := set_aside(index.discussion):
        parts.append(aside)
    return "; ".join(parts)


def _unsure(links: dict) -> str:
    """How many of the tree's marks are question marks, and at what."""
    top = links["top_level"]
    doubtful = top["n_unsure"] + top["n_orphan"]
    told = [f"{links['n_unsure']:,} of {links_counted(links)}"] if links["n_unsure"] else []
    if doubtful:
        told.append(f"{doubtful:,} of {plural(top['n'], 'top-level comment')}")
    return f" ({' and '.join(told)} unsure, marked ?)" if told else ""
