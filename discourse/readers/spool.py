"""Where comments wait until their whole article has been read: a database in a temporary folder.

Sources need not be sorted by article, and need not fit into memory. The database is written without
any safety net (it is thrown away) and holds the size of the texts on disk for the time of the import.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_BATCH = 5_000
_FETCH = 500
_KNOWN = 200_000  # article keys kept at hand
_IN_MEMORY = 200_000  # comments of one article whose ids are matched in memory
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = FILE; PRAGMA cache_size = -65536;
CREATE TABLE articles (key INTEGER PRIMARY KEY, file INTEGER, scope TEXT, id TEXT, data TEXT, UNIQUE (scope, id));
CREATE TABLE comments (seq INTEGER PRIMARY KEY, article INTEGER, file INTEGER, scope TEXT, id TEXT,
  parent TEXT, data TEXT);
CREATE TABLE named (id TEXT);
"""
_ADOPT = """
WITH RECURSIVE found (seq, id, scope, article) AS (
  SELECT c.seq, c.id, c.scope, a.key FROM comments c JOIN articles a ON a.scope = c.scope AND a.id = c.parent
    WHERE c.article IS NULL
  UNION
  SELECT c.seq, c.id, c.scope, p.article FROM comments c JOIN comments p ON p.id = c.parent AND p.scope = c.scope
    WHERE c.article IS NULL AND p.article IS NOT NULL
  UNION
  SELECT c.seq, c.id, c.scope, found.article FROM found JOIN comments c ON c.parent = found.id
    AND c.scope = found.scope WHERE c.article IS NULL AND found.id IS NOT NULL
)
UPDATE comments SET article = found.article FROM found WHERE comments.seq = found.seq
"""

Links = tuple[array, array, dict[int, int]]
Row = tuple[str | None, str | None, int, str]


class Spool:
    """Articles by (scope, id), comments by article; `scope` keeps files apart whose ids are their own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="discourse-")
        self._db = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        self._db.executescript(_SCHEMA)
        if os.name == "posix":
            self._folder.cleanup()  # an open file stays readable: nothing is left behind, even by a kill
        self._db.execute("BEGIN")
        self._keys: dict[tuple[str, str], int] = {}
        self._waiting: list[tuple] = []
        self._loose = False
        self.empty = True

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def article(self, file: int, scope: str, article_id: str) -> int:
        """The key of an article, which need not have been read yet; `file` is where it is met."""
        key = self._keys.get((scope, article_id))
        if key is None:
            if len(self._keys) > _KNOWN:
                self._keys.clear()
            insert = "INSERT OR IGNORE INTO articles (file, scope, id) VALUES (?, ?, ?)"
            self._db.execute(insert, (file, scope, article_id))
            find = "SELECT key FROM articles WHERE scope = ? AND id = ?"
            (key,) = self._db.execute(find, (scope, article_id)).fetchone()
            self._keys[scope, article_id] = key
            self.empty = False
        return key

    def article_data(self, key: int) -> str | None:
        """What is known of an article; None where only its id is."""
        return self._db.execute("SELECT data FROM articles WHERE key = ?", (key,)).fetchone()[0]

    def describe(self, key: int, data: str) -> None:
        """Keeps what is known of an article."""
        self._db.execute("UPDATE articles SET data = ? WHERE key = ?", (data, key))

    def add(
        self,
        article: int | None,
        file: int,
        scope: str,
        comment_id: str | None,
        parent: str | None,
        data: str,
    ) -> None:
        """Keeps a comment; `article` is None where only its parents can tell."""
        self._loose |= article is None
        self.empty = False
        self._waiting.append((article, file, scope, comment_id, parent, data))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        insert = "INSERT INTO comments (article, file, scope, id, parent, data) VALUES (?, ?, ?, ?, ?, ?)"
        self._db.executemany(insert, self._waiting)
        self._waiting.clear()

    def settle(self) -> None:
        """Ends the writing: comments without an article go where their parents are."""
        self._write()
        self._db.execute("CREATE INDEX by_id ON comments (id)")
        if self._loose:
            self._db.execute("CREATE INDEX by_parent ON comments (parent)")
            self._db.execute(_ADOPT)

    def seal(self) -> None:
        """Every comment has its article: from here on it is only read."""
        self._db.execute("CREATE INDEX by_article ON comments (article, id)")

    def expect(self, ids: Iterable[str]) -> None:
        """Keeps ids of comments that the source says exist."""
        self._db.executemany("INSERT INTO named VALUES (?)", ((name,) for name in ids))

    def count_missing(self) -> int:
        """How many of the expected comments were not read; asked once all is settled."""
        query = "SELECT count(DISTINCT id) FROM named n WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.id = n.id)"
        return self._db.execute(query).fetchone()[0]

    def has_comment(self, comment_id: str) -> bool:
        """True where a comment with this id was read, under whatever article."""
        return (
            self._db.execute("SELECT 1 FROM comments WHERE id = ? LIMIT 1", (comment_id,)).fetchone()
            is not None
        )

    def has_article(self, article_id: str) -> bool:
        """True where an article has this id, in whatever scope."""
        return (
            self._db.execute("SELECT 1 FROM articles WHERE id = ? LIMIT 1", (article_id,)).fetchone()
            is not None
        )

    def homeless(self) -> list[int]:
        """The files with comments that no article could be found for."""
        if not self._loose:
            return []
        return [
            row[0] for row in self._db.execute("SELECT DISTINCT file FROM comments WHERE article IS NULL")
        ]

    def house(self, file: int, article: int) -> None:
        """Puts the comments of a file that have no article under one."""
        self._db.execute(
            "UPDATE comments SET article = ? WHERE article IS NULL AND file = ?", (article, file)
        )

    def articles(self) -> Iterator[tuple[int, int, str, str, str | None]]:
        """(key, file, scope, id, data) in the order in which articles were met."""
        yield from self._db.cursor().execute("SELECT key, file, scope, id, data FROM articles ORDER BY key")

    def shared_article_ids(self) -> set[str]:
        """Article ids that stand in several scopes."""
        query = "SELECT id FROM articles GROUP BY id HAVING count(*) > 1"
        return {row[0] for row in self._db.execute(query)}

    def shared_comment_ids(self) -> set[str]:
        """Comment ids that stand under several articles."""
        query = "SELECT id FROM comments WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1 AND min(article) < max(article)"
        return {row[0] for row in self._db.execute(query)}

    def links(self, article: int) -> Links:
        """The comments of an article in source order, their parents, and which repeat an id.

        Gives their seqs, for each the number of its parent in that list (-1: it names none; -2: it names
        one that is not there), and for repeated ids number -> number of the first with that id.
        """
        (count,) = self._db.execute("SELECT count(*) FROM comments WHERE article = ?", (article,)).fetchone()
        return self._links_in_memory(article) if count <= _IN_MEMORY else self._links_on_disk(article)

    def _links_in_memory(self, article: int) -> Links:
        query = "SELECT seq, id, parent FROM comments WHERE article = ? ORDER BY seq"
        rows = self._db.execute(query, (article,)).fetchall()
        numbers: dict[str, int] = {}
        repeats: dict[int, int] = {}
        for number, (_, comment_id, _) in enumerate(rows):
            if comment_id is not None and numbers.setdefault(comment_id, number) != number:
                repeats[number] = numbers[comment_id]
        parents = array("q", (-1 if parent is None else numbers.get(parent, -2) for _, _, parent in rows))
        return array("q", (row[0] for row in rows)), parents, repeats

    def _links_on_disk(self, article: int) -> Links:
        query = """SELECT c.seq, c.parent IS NULL,
          (SELECT min(p.seq) FROM comments p WHERE p.article = c.article AND p.id = c.parent),
          (SELECT min(d.seq) FROM comments d WHERE d.article = c.article AND d.id = c.id)
          FROM comments c WHERE c.article = ? ORDER BY c.seq"""
        seqs, above, repeats = array("q"), array("q"), {}
        for number, (seq, top, parent, first) in enumerate(self._db.execute(query, (article,))):
            seqs.append(seq)
            above.append(-1 if top else -2 if parent is None else parent)
            if first is not None and first != seq:
                repeats[number] = first
        parents = array("q", (p if p < 0 else bisect_left(seqs, p) for p in above))
        return seqs, parents, {n: bisect_left(seqs, first) for n, first in repeats.items()}

    def comments(self, seqs: Sequence[int]) -> Iterator[Row]:
        """(id, parent, file, data) of comments, in the order asked for."""
        for start in range(0, len(seqs), _FETCH):
            part = seqs[start : start + _FETCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT seq, id, parent, file, data FROM comments WHERE seq IN ({marks})"
            found = {seq: tuple(rest) for seq, *rest in self._db.execute(query, part)}
            yield from (found[seq] for seq in part)
