"""The records that everything else passes around.

A `Discussion` is one article with the comments that answer it. Readers and the structure
parser make it; taggers add `tags` (one per comment, same order) and `spans`.
Column meanings are those of the contract; ids are strings, times are aware UTC datetimes,
probabilities are floats in 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal

STANCES_ARTICLE = ("favor", "against", "none")
STANCES_PARENT = ("agree", "disagree", "neutral")
LINKS_TOLD = ("indentation", "name", "mention")
"""The `parent_source` of links that the page itself tells: by its margins, or by the name of who is answered."""
TOXICITY_LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")


@dataclass(frozen=True, slots=True)
class Article:
    """The text the readers answer."""

    article_id: str
    title: str | None
    text: str
    url: str | None = None
    published_at: datetime | None = None
    source: str | None = None
    line_start: int | None = None
    line_end: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment and its place in the reply tree.

    `parent_id` is None for a top-level comment, whose `depth` is 1. `position` is the display
    order from 0. `line_start` and `line_end` are 1-based and inclusive, and known for flat text only.
    `parent_source` is "given" where the source states the parent, else how it was inferred;
    `parent_confidence` is the probability of that parent (1 for given ones). A comment whose parent the
    source names but does not hold is top level with parent_source "orphan" and confidence 0; the missing
    id is `extra["missing_parent_id"]`.

    `extra` is what else the source says, by name: votes, `deleted`, `edited_at`, `target` (what the row's
    stance is measured toward), columns we do not know. It travels along as further columns.
    """

    comment_id: str
    article_id: str
    parent_id: str | None
    root_id: str
    depth: int
    position: int
    author: str | None
    posted_at: datetime | None
    text: str
    line_start: int | None
    line_end: int | None
    parent_source: str
    parent_confidence: float
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Tags:
    """What the models say of one comment; None where a question does not arise."""

    target: str | None = None
    stance_article: str | None = None
    stance_article_favor: float | None = None
    stance_article_against: float | None = None
    stance_article_none: float | None = None
    stance_parent: str | None = None
    stance_parent_agree: float | None = None
    stance_parent_disagree: float | None = None
    stance_parent_neutral: float | None = None
    toxicity: float | None = None
    severe_toxicity: float | None = None
    obscene: float | None = None
    threat: float | None = None
    insult: float | None = None
    identity_attack: float | None = None
    toxic: bool | None = None
    n_masked: int | None = None
    text_masked: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What people say of one comment: for each question the answers most of them gave, several where they are evenly split.

    Empty where nobody answered.
    """

    stance_article: tuple[str, ...] = ()
    stance_parent: tuple[str, ...] = ()
    toxic: tuple[bool, ...] = ()


TAG_COLUMNS = tuple(f.name for f in fields(Tags))


@dataclass(frozen=True, slots=True)
class Span:
    """A profanity in a comment: a half-open range of code points of `Comment.text`.

    `canonical` is the plain word behind the mask in lower case, None where nothing tells.
    """

    comment_id: str
    start: int
    end: int
    surface: str
    canonical: str | None
    kind: Literal["masked", "plain"]
    probability: float


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line of a page that is neither article nor comment: menus, share bars, trending lists."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """An article, its comments in display order, and what the models say of them."""

    article: Article
    comments: tuple[Comment, ...] = ()
    tags: tuple[Tags, ...] = ()
    spans: tuple[Span, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def tagged(self) -> bool:
        """True once every comment has its tags."""
        return len(self.tags) == len(self.comments)
