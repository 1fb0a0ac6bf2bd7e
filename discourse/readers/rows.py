"""Rows of tables (CSV, TSV, Parquet, JSON Lines) to articles and comments, by the contract's names."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from discourse.readers.clean import clean_line, clean_start, clean_text
from discourse.readers.fields import (
    author_or_none,
    given_id,
    gone_marks,
    id_of,
    is_true,
    line_number,
    string,
    text_or_none,
)
from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.items import Item, SourceComment
from discourse.readers.markup import has_markup, html_to_text
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.schema import Article, UsageError
from discourse.schema.nearest import did_you_mean

NAMES: dict[str, tuple[str, ...]] = {
    "comment_id": ("comment_id", "id"),
    "parent_id": ("parent_id",),
    "article_id": ("article_id", "thread_id"),
    "author": ("author",),
    "posted_at": ("posted_at", "created_at", "timestamp"),
    "text": ("text", "body", "content"),
    "article_title": ("article_title",),
    "article_text": ("article_text",),
    "target": ("target",),
}
"""The contract's name -> the columns it is read from, the first that is there."""

ASSUMED = "assumed"
NO_TEXT = "no text"
NO_TEXT_COLUMN = "no column is read as the text"
NOT_A_ROW = "not a row"
NEVER_CLOSED = "a quotation mark that is never closed"
TOO_LONG = "a cell of more than 16 million characters"
_MAX_ID = 120  # characters of a title that is its article's id
_OWN = ("parent_source", "parent_confidence", "line_start", "line_end")
_DERIVED = frozenset(("kind", "root_id", "depth", "position"))
_NOT_EXTRA = _DERIVED.union(_OWN)
_ARTICLE_TABLE = frozenset(("article_id", "title", "text", "url", "published_at"))
_PARENTISH = (
    "parent",
    "parentid",
    "reply_to",
    "in_reply_to",
    "in_reply_to_id",
    "reply_to_id",
    "parent_comment_id",
)

_LOOKED_FOR = frozenset(c for names in NAMES.values() for c in names).union(_ARTICLE_TABLE, _PARENTISH)


def plain_name(column: str) -> str:
    """A column's name as it is compared."""
    return column.strip().lower()


def new_columns(columns: Iterable[str], known: Collection[str], options: ReadOptions) -> bool:
    """True where one of the columns may change how rows are read whose columns were the `known` (plain names)."""
    for column in columns:
        name = plain_name(column)
        if column in options.map.values() or (name in _LOOKED_FOR and (name not in known or column == name)):
            return True
    return False


def column_map(pairs: Iterable[str], further: Collection[str] = ()) -> dict[str, str]:
    """`--map column=name` arguments as name -> column; either order where only one side is a name of ours.

    `further` are names that the caller reads besides and has taken out; the message of a wrong name lists them.

    Raises:
        UsageError: a pair has no "=", or neither side is a name that tables are read by.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = (part.strip() for part in pair.partition("="))
        if name not in NAMES and column in NAMES:
            column, name = name, column
        if not equals or not column or name not in NAMES:
            raise UsageError(clean_line(f"--map {pair}: {_no_pair(column, name, further)}"))
        if found.get(name, column) != column:
            raise UsageError(f"--map: {name} is given two columns, {found[name]} and {column}: name one")
        found[name] = column
    return found


def _no_pair(column: str, name: str, further: Collection[str]) -> str:
    """What is wrong with a `--map` whose name is none of ours, or that lacks a side."""
    known = f"names are {', '.join(NAMES)}"
    known += f"; and for gold {', '.join(sorted(further))}" if further else ""
    if not column or not name:
        return f"write COLUMN=NAME; {known}"
    read_as = next((ours for ours, columns in NAMES.items() if plain_name(name) in columns), None)
    meant = f"did you mean {read_as!r}?" if read_as else did_you_mean(name, (*NAMES, *further))
    return f"{name!r} is no name; {known}" + (f"; {meant}" if meant else "")


def no_column(wanted: str, columns: Collection[str]) -> str:
    """What to say of a column that a table has not: the one that may be meant, and those there are."""
    meant = did_you_mean(wanted, columns)
    return clean_line(f"no column {wanted!r}; {f'{meant} ' if meant else ''}there are {_listed(columns)}")


def _digest(title: str) -> str:
    return hashlib.blake2b(title.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def reject_hint(intake: Intake) -> str:
    """What to do about the reason for which most was rejected, as a note of its table says; empty where none does."""
    reason = intake.rejected.most_common(1)[0][0]
    if reason == NO_TEXT:
        return next((f"; {note.partition(': ')[2]}" for note in intake.notes if NO_TEXT_COLUMN in note), "")
    if reason not in (NEVER_CLOSED, TOO_LONG):
        return ""
    advice = (note.partition(f": {reason}: ")[2] for note in intake.notes)
    return next((f"; {text}" for text in advice if text), "")


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(filter(None, (clean_start(column, 60) for column in islice(columns, 40)))) or "none"


class RowReader:
    """Reads the rows of one table; `columns` are all its columns, or those of its first rows."""

    def __init__(self, columns: Iterable[str], place: Place, *, day_first: bool = False) -> None:
        columns = list(columns)
        place.intake.mapped += bool(place.options.map)
        known = {plain_name(column): column for column in reversed(columns)}
        known |= {column: column for column in columns if column in known}  # "text" before "tExt"
        self.columns: dict[str, str] = {}
        for name, candidates in NAMES.items():
            wanted = place.options.map.get(name)
            if wanted is not None:
                if wanted not in columns and plain_name(wanted) not in known:
                    raise UsageError(clean_line(f"{place.source}: {no_column(wanted, columns)}"))
                self.columns[name] = wanted if wanted in columns else known[plain_name(wanted)]
            elif found := next((known[c] for c in candidates if c in known), None):
                self.columns[name] = found
        self.is_article_table = set(columns) >= _ARTICLE_TABLE and "comment_id" not in columns
        self.parented = "parent_id" in self.columns
        self.used = frozenset(self.columns.values())
        self.day_first = day_first
        self.last_article: str | None = ""
        if "text" not in self.columns and columns and not self.is_article_table:
            place.intake.note(
                f"{place.source}: {NO_TEXT_COLUMN}; there are {_listed(columns)}: "
                "name the right one with --map COLUMN=text"
            )
        if not self.parented and (hint := next((known[c] for c in _PARENTISH if c in known), None)):
            place.intake.note(
                f"{place.source}: column {hint!r} is not read as the parent; for that say --map {hint}=parent_id"
            )

    def items(self, row: Mapping[str, object], place: Place) -> Iterator[Item]:
        """The article and the comment of a row, or the reject that it is."""
        if self.is_article_table or (row.get("kind") == "article" and "article_id" in row):
            yield self._article_row(row, place)
            return
        own = "parent_source" in row  # we wrote it: it stands as it is
        article_id, title = self._article_of(row, own)
        body = string(self._get(row, "article_text"))
        if (title or body) and article_id != self.last_article and not self._told_by_parent(row, article_id):
            self.last_article = article_id
            yield Article(
                article_id or place.page_id,
                title,
                self._text(body, own, place),
                source=place.source,
            )
        yield self._comment(row, article_id, own, place)

    def _article_of(self, row: Mapping[str, object], own: bool) -> tuple[str | None, str | None]:
        """The id and the title of a row's article; where it has a title alone, that is the id too."""
        article_id, title = self._id(row, "article_id", own), text_or_none(self._get(row, "article_title"))
        if article_id is None and title and not self._told_by_parent(row, None):
            article_id = title if len(title) <= _MAX_ID else f"{title[:_MAX_ID]}~{_digest(title)}"
        return article_id, title

    def _told_by_parent(self, row: Mapping[str, object], article_id: str | None) -> bool:
        """True where a table that names its articles names none for a reply: it stands under its parent's."""
        named = article_id is None and "article_id" in self.columns
        return named and self._id(row, "parent_id", False) is not None

    def _comment(self, row: Mapping[str, object], article_id: str | None, own: bool, place: Place) -> Item:
        raw = string(self._get(row, "text"))
        text = self._text(raw, own, place)
        used = self.used | _NOT_EXTRA if own else self.used
        extra = {
            str(name): value for name, value in row.items() if name not in used and value not in (None, "")
        }
        for mark in ("deleted", "removed"):
            if mark in extra:
                extra[mark] = is_true(extra[mark])
        if not own:
            extra |= gone_marks(text)
        if not text and not extra.get("deleted") and not extra.get("removed") and not own:
            return place.reject(NO_TEXT, raw or dict(row))
        stamp = self._get(row, "posted_at")
        posted_at = to_utc(stamp, self.day_first)
        if posted_at is None and stamp not in (None, ""):
            extra.setdefault("posted_at_as_given", stamp)
        if (target := text_or_none(self._get(row, "target"))) is not None:
            extra["target"] = target
        parent = self._id(row, "parent_id", own)
        if own:
            parent = self._keep_links(row, extra) or parent
        elif not self.parented:
            extra |= {"parent_source": ASSUMED, "parent_confidence": 0.0}
        return SourceComment(
            text=text,
            comment_id=self._id(row, "comment_id", own),
            article_id=article_id,
            parent_id=parent,
            author=author_or_none(self._get(row, "author")),
            posted_at=posted_at,
            extra=extra,
            where=place.where,
            waits=article_id is None and "article_title" in self.columns,
        )

    def _keep_links(self, row: Mapping[str, object], extra: dict) -> str | None:
        """What a table that we wrote says of links; gives the parent that was missing when it was written."""
        extra |= {name: row[name] for name in _OWN if row.get(name) is not None}
        if text_or_none(extra.get("parent_source")) == "orphan":
            return id_of(extra.pop("missing_parent_id", None))
        return None

    def _article_row(self, row: Mapping[str, object], place: Place) -> Article:
        return Article(
            article_id=(id_of if "kind" in row else given_id)(row.get("article_id")) or place.page_id,
            title=text_or_none(row.get("title")),
            text=clean_text(string(row.get("text"))),
            url=text_or_none(row.get("url")),
            published_at=to_utc(row.get("published_at")),
            source=text_or_none(row.get("source")) or place.source,
            line_start=line_number(row.get("line_start")),
            line_end=line_number(row.get("line_end")),
        )

    def _id(self, row: Mapping[str, object], name: str, own: bool) -> str | None:
        """An id as it stands where we wrote it ourselves, else as cells of tables mean it."""
        return (id_of if own else given_id)(self._get(row, name))

    def _get(self, row: Mapping[str, object], name: str) -> object:
        column = self.columns.get(name)
        return None if column is None else row.get(column)

    def _text(self, raw: str, own: bool, place: Place) -> str:
        if not own and has_markup(raw):
            place.intake.repairs["texts turned from HTML"] += 1
            return html_to_text(raw, keep_newlines=True)
        return clean_text(raw)
