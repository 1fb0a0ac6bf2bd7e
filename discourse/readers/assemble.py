"""Comments under their articles: reply trees checked, repaired where they must be, and counted."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

from discourse.readers.clean import clean_line
from discourse.readers.fields import line_number, probability, text_or_none
from discourse.readers.intake import GIVEN, ORPHAN, Intake
from discourse.readers.items import Reject, SourceComment, excerpt_of
from discourse.readers.names import UNIQUE, ArticleIds
from discourse.readers.records import (
    merge_articles,
    pack_article,
    pack_comment,
    tidy,
    unpack_article,
    unpack_comment,
)
from discourse.readers.spool import Row, Spool
from discourse.readers.trees import TOP, Tree, grow
from discourse.schema import Article, Comment, Discussion

PART = 20_000  # comments of an article after which its next thread begins a new part
CIRCLE = "circle"
REPEATED = "repeats a comment already read"
_MISSING = -2
_NAMED = 20_000  # ids of comments said to exist that are held in memory


class Assembly:
    """Takes items in any order; gives a discussion for each article once all are in.

    `ids` are article ids that are taken, by flat pages of the same source.
    """

    def __init__(self, intake: Intake, ids: ArticleIds | None = None) -> None:
        self.intake = intake
        self._ids = ids or ArticleIds()
        self._spool = Spool()
        self._files: list[tuple[str, str, str]] = []  # name, page id, scope
        self._pages: dict[int, int] = {}
        self._only: dict[int, str | None] = {}  # the article of a file that has just one, else None
        self._waiting: set[int] = set()  # files of which comments wait for that

    def __enter__(self) -> Assembly:
        return self

    def __exit__(self, *error: object) -> None:
        self._spool.__exit__(*error)

    @property
    def holds_anything(self) -> bool:
        """True once an article or a comment was added."""
        return not self._spool.empty

    def open_file(self, name: str, page_id: str, *, own_ids: bool) -> None:
        """What is added from here on stands in this file; `own_ids`: its ids mean nothing elsewhere."""
        self._files.append((name, page_id, name if own_ids else ""))

    def add(self, item: Article | SourceComment) -> None:
        """Keeps an article or a comment."""
        number = len(self._files) - 1
        name, _, scope = self._files[number]
        if isinstance(item, Article):
            item = replace(item, article_id=_safe(item.article_id) or self._files[number][1])
            self._add_article(number, scope, item if item.source else replace(item, source=name))
            only = self._only.setdefault(number, item.article_id)
            self._only[number] = only if only == item.article_id else None
            return
        self.intake.read += 1
        if len(self.intake.named) > _NAMED:
            self._note_named()
        comment_id, parent_id, article_id = map(_safe, (item.comment_id, item.parent_id, item.article_id))
        article = None
        if article_id is not None:
            article = self._spool.article(number, scope, article_id)
        elif item.waits:
            self._waiting.add(number)
        elif parent_id is None:
            article = self._page(number)
        data, lost = pack_comment(item)
        if lost:
            self.intake.repairs["columns nested too deeply left out"] += lost
        self._spool.add(article, number, scope, comment_id, parent_id, data)

    def _note_named(self) -> None:
        """Puts the ids that the source says exist where they take no memory."""
        self._spool.expect(self.intake.named)
        self.intake.named.clear()

    def _page(self, file: int) -> int:
        """The article that a file's comments answer where they name none."""
        if file not in self._pages:
            name, page_id, scope = self._files[file]
            self._pages[file] = self._spool.article(file, scope, page_id)
            self._add_article(file, scope, Article(page_id, None, "", source=name))
        return self._pages[file]

    def _add_article(self, file: int, scope: str, item: Article) -> None:
        key = self._spool.article(file, scope, item.article_id)
        known = self._spool.article_data(key)
        if known is not None:
            item = merge_articles(unpack_article(item.article_id, known), item)
        packed = pack_article(item)
        if packed != known:
            self._spool.describe(key, packed)

    def discussions(self) -> Iterator[Discussion]:
        """The discussions, in the order in which their articles were met."""
        spool = self._spool
        if spool.empty:
            return
        spool.settle()
        for file in spool.homeless():
            only = self._only.get(file) if file in self._waiting else None
            at_home = self._page(file) if only is None else spool.article(file, self._files[file][2], only)
            spool.house(file, at_home)
        spool.seal()
        self._note_named()
        self.intake.missing += spool.count_missing()
        shared_articles, shared = spool.shared_article_ids(), spool.shared_comment_ids()
        for key, file, scope, article_id, data in spool.articles():
            article = unpack_article(article_id, data)
            if data is None:
                article = replace(article, source=self._files[file][0])
            wanted = f"{scope}:{article_id}" if article_id in shared_articles and scope else article_id
            name = self._ids.free(wanted)
            while name != article_id and spool.has_article(name):
                name += "~"
            if name != article_id:
                article = replace(article, article_id=name)
                self.intake.repairs[UNIQUE] += 1
            self.intake.articles += 1
            self.intake.unknown_articles += data is None
            yield from self._article(key, article_id, article, shared)

    def _article(self, key: int, raw_id: str, article: Article, shared: set[str]) -> Iterator[Discussion]:
        seqs, parents, repeats = self._spool.links(key)
        if repeats:
            seqs, parents, repeats = self._drop_repeated(seqs, parents, repeats)
        tree = grow(array("q", (max(p, TOP) for p in parents)))
        if any(a > b for a, b in zip(tree.order, tree.order[1:], strict=False)):
            self.intake.regrouped += 1
        maker = _Maker(self, raw_id, article.article_id, parents, tree, repeats, shared)
        if not seqs:
            yield Discussion(article)
        for start, end in _parts(tree):
            rows = self._spool.comments([seqs[i] for i in tree.order[start:end]])
            comments = tuple(
                maker.comment(row, number, position)
                for row, number, position in zip(rows, tree.order[start:end], range(start, end), strict=True)
            )
            yield Discussion(article, comments)

    def _drop_repeated(self, seqs: array, parents: array, repeats: dict[int, int]):
        """Leaves out comments that say again what an earlier one with the same id says."""
        dropped: set[int] = set()
        numbers = list(repeats)
        again = self._spool.comments([seqs[n] for n in numbers])
        before = self._spool.comments([seqs[repeats[n]] for n in numbers])
        for number, row, first in zip(numbers, again, before, strict=True):
            author, posted, text, where, _ = unpack_comment(row[3])
            if (author, posted, text) == unpack_comment(first[3])[:3] and row[1] == first[1]:
                dropped.add(number)
                self.intake.reject(Reject(self._files[row[2]][0], where, REPEATED, excerpt_of(text)))
        kept = [n for n in range(len(seqs)) if n not in dropped]
        number_of = {old: new for new, old in enumerate(kept)}
        return (
            array("q", (seqs[n] for n in kept)),
            array("q", (number_of[p] if (p := parents[n]) >= 0 else p for n in kept)),
            {number_of[n]: number_of[first] for n, first in repeats.items() if n not in dropped},
        )


def _safe(name: str | None) -> str | None:
    """An id that can be printed and written; None where nothing visible is in it."""
    return None if name is None else clean_line(name) or None


def _parts(tree: Tree) -> Iterator[tuple[int, int]]:
    """Ranges of the display order: whole threads, about `PART` comments each."""
    start = 0
    for position, number in enumerate(tree.order):
        if position - start >= PART and tree.parent[number] == TOP:
            yield start, position
            start = position
    if start < len(tree.order):
        yield start, len(tree.order)


class _Maker:
    """Makes the comments of one article, parents before their replies."""

    def __init__(
        self,
        assembly: Assembly,
        raw_id: str,
        article_id: str,
        parents: Sequence[int],
        tree: Tree,
        repeats: dict[int, int],
        shared: set[str],
    ) -> None:
        self.spool, self.intake = assembly._spool, assembly.intake
        self.raw_id, self.article_id = raw_id, article_id
        self.parents, self.tree, self.repeats, self.shared = parents, tree, repeats, shared
        self.made: set[str] = set()  # ids that replace others
        self.ids: dict[int, str] = {}

    def comment(self, row: Row, number: int, position: int) -> Comment:
        raw, raw_parent, _, data = row
        author, posted_at, text, _, extra = unpack_comment(data)
        if self.tree.parent[number] == TOP:
            self.ids = {}  # a new thread: nothing above it is needed any more
        comment_id = self._id(raw, number)
        self.ids[number] = comment_id
        if raw is not None and raw != comment_id:
            extra.setdefault("source_id", raw)
        source, confidence = self._parent_source(number, raw_parent, extra)
        start, end = (line_number(extra.pop(name, None)) for name in ("line_start", "line_end"))
        parent = self.tree.parent[number]
        self._count(extra, source, parent != TOP)
        return Comment(
            comment_id=comment_id,
            article_id=self.article_id,
            parent_id=None if parent == TOP else self.ids[parent],
            root_id=self.ids[self.tree.root[number]],
            depth=self.tree.depth[number],
            position=position,
            author=author,
            posted_at=posted_at,
            text=text,
            line_start=start,
            line_end=end,
            parent_source=source,
            parent_confidence=confidence,
            extra=tidy(extra),
        )

    def _id(self, raw: str | None, number: int) -> str:
        if raw is not None and number not in self.repeats and raw not in self.shared:
            return raw
        if raw is None:  # no other id that is made ends like this
            made = f"{self.article_id}:{number + 1}"
            while self.spool.has_comment(made):
                made += "~"
            return made
        made = f"{self.article_id}/{raw}" if raw in self.shared else raw
        made += f"~{number + 1}" if number in self.repeats else ""
        self.intake.repairs["comment ids made unique"] += 1
        while made in self.made or made.rpartition(":")[2].isdigit() or self.spool.has_comment(made):
            made += "~"
        self.made.add(made)
        return made

    def _parent_source(self, number: int, raw_parent: str | None, extra: dict) -> tuple[str, float]:
        said = extra.pop("parent_source", None), extra.pop("parent_confidence", None)
        if self.parents[number] == _MISSING and raw_parent != self.raw_id:
            extra["missing_parent_id"] = raw_parent
            return ORPHAN, 0.0
        if number in self.tree.cut:
            extra["circular_parent_id"] = raw_parent
            self.intake.repairs["circles of replies cut"] += 1
            return CIRCLE, 0.0
        source, confidence = text_or_none(said[0]), probability(said[1])
        return source or GIVEN, 1.0 if confidence is None or source is None else confidence

    def _count(self, extra: dict, source: str, reply: bool) -> None:
        self.intake.kept += 1
        self.intake.deleted += bool(extra.get("deleted") or extra.get("removed"))
        self.intake.unplaced += "posted_at_as_given" in extra
        if reply or source == ORPHAN:
            self.intake.links[source] += 1
