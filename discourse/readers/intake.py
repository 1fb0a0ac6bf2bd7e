"""What an import found: how much was read, kept and rejected, why, and how the links were known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from discourse.readers.items import Reject, excerpt_of
from discourse.schema import LINKS_TOLD
from discourse.schema.counts import plural

GIVEN = "given"
ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source.

    `map` names columns of tables: contract name -> name in the source. `rebuild` asks for inferred
    parents where a table gives none. `pseudonym_key` turns authors and the names of authors in texts
    into keyed hashes.
    """

    map: Mapping[str, str] = field(default_factory=dict)
    rebuild: bool = False
    pseudonym_key: bytes | None = None


@dataclass(slots=True)
class Intake:
    """Counts kept while a source is read; complete once its stream is exhausted.

    `read` counts comments met, kept or not, `kept` those kept, `articles` articles kept, `pages`
    flat pages handed on. `links` counts how the parents of kept replies are known ("given", "orphan",
    or how they were inferred). `repairs` counts what was put right, by what it was. `encodings` counts
    the files by encoding, `forms` by format. `unknown_articles` are articles of which the source holds the
    id alone, `named` the ids of comments that it says exist, `missing` how many of those
    it does not hold, `mapped` the tables that `map` was put to use in, `regrouped` articles whose comments
    were put below their parents, `unplaced` comments whose time could not be read. `unread` is what is said of the first file that was not read. Every reject
    goes to `on_reject`; without one, the first `keep` are kept in `rejects`. What a user who waits should know goes to `on_news`, a line at a time.
    """

    on_reject: Callable[[Reject], None] | None = None
    on_news: Callable[[str], None] | None = None
    keep: int = 1000
    read: int = 0
    kept: int = 0
    articles: int = 0
    pages: int = 0
    files: int = 0
    deleted: int = 0
    missing: int = 0
    regrouped: int = 0
    unplaced: int = 0
    unknown_articles: int = 0
    mapped: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    unread: str = ""
    named: set[str] = field(default_factory=set)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def reject(self, reject: Reject) -> None:
        """Counts a reject and hands it on, its excerpt on one line."""
        reject = replace(reject, excerpt=excerpt_of(reject.excerpt))
        self.rejected[reject.reason] += 1
        if self.on_reject is not None:
            self.on_reject(reject)
        elif len(self.rejects) < self.keep:
            self.rejects.append(reject)

    def reject_file(self, name: str, reason: str, why: str = "") -> None:
        """Counts a file that is not read, as a reject without a line, and names it in a note."""
        why = excerpt_of(why.removeprefix(f"{name}: "))
        self.reject(Reject(name, None, reason, why))
        text = f"{name}: {reason}" + (f": {why}" if why else "")
        self.unread = self.unread or text
        self.note(text)

    def note(self, text: str) -> None:
        """Adds a remark about the source; the same one once, and no more than `keep`."""
        if text not in self.notes and len(self.notes) < self.keep:
            self.notes.append(text)

    @property
    def n_rejected(self) -> int:
        """How many rows or files were rejected."""
        return self.rejected.total()

    def summary(self) -> str:
        """One line: read, kept, rejected by reason, links, repairs, encodings."""
        parts = [f"read {plural(self.read, 'comment')}"]
        parts.append(f"kept {self.kept:,} under {plural(self.articles, 'article')}")
        if self.deleted:
            parts.append(f"{self.deleted:,} of them deleted or removed")
        if self.missing:
            parts.append(f"{self.missing:,} more are not in the source")
        if self.unknown_articles:
            parts.append(f"articles known by their id alone: {self.unknown_articles:,}")
        parts.append(f"rejected {self.n_rejected:,}" + _by(self.rejected))
        parts.append(f"links: {self._links()}")
        if self.repairs:
            parts.append("repaired: " + _listed(self.repairs))
        if self.regrouped:
            parts.append(f"articles whose comments were put in reply order: {self.regrouped:,}")
        if self.unplaced:
            parts.append(f"times that could not be read: {self.unplaced:,}")
        if self.encodings:
            parts.append("encoding: " + ", ".join(e for e, _ in self.encodings.most_common()))
        return "; ".join(parts)

    def _links(self) -> str:
        """How many links are given, told by the page (where some are), inferred, and lead out of the source."""
        told = sum(self.links[source] for source in LINKS_TOLD)
        inferred = self.links.total() - self.links[GIVEN] - self.links[ORPHAN] - told
        by_page = f"{told:,} told by the page, " if told else ""
        return f"{self.links[GIVEN]:,} given, {by_page}{inferred:,} inferred, {self.links[ORPHAN]:,} orphan"


def _by(reasons: Counter[str]) -> str:
    return f" ({_listed(reasons)})" if reasons else ""


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{what}: {n:,}" for what, n in counts.most_common())
