"""What a table says of one comment system: where its parts stand in a page, and how replies show.

A table is data. `engine` reads it; nothing in it is code. Selectors are CSS; `SELF` is the comment's
own element. Every field is a list of places, tried in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SELF = ":self"


@dataclass(frozen=True, slots=True)
class Get:
    """One place where a value stands: an attribute of, or the text in, the element that `css` selects.

    The element belongs to the comment that most closely encloses it. With `around` it is the other
    way: the nearest element outside the comment that still belongs to it. `pattern` narrows the value
    to its first group; a value that does not match is no value.
    """

    css: str
    attribute: str | None = None
    pattern: str | None = None
    around: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """A reply stands inside its parent's element."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A reply stands in a list that `css` selects; its parent is the comment that the list follows.

    Where the list itself names its parent, `attribute` and `pattern` say how.
    """

    css: str
    attribute: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Pointed:
    """A reply names its parent's id.

    A value that `top` matches says top level. With `on_page` a name that no comment of the page has
    says nothing (it may name the article); without, the parent is held to be missing from the page.
    """

    where: tuple[Get, ...]
    top: str | None = None
    on_page: bool = False


@dataclass(frozen=True, slots=True)
class Deep:
    """A comment says how deep it stands; its parent is the last one before it that stands less deep.

    `base` is the number at top level.
    """

    where: tuple[Get, ...]
    base: int = 1


@dataclass(frozen=True, slots=True)
class Addressed:
    """A reply names its parent's author: the last comment of that author before it is meant."""

    where: tuple[Get, ...]


Rule = Nested | Listed | Pointed | Deep | Addressed


@dataclass(frozen=True, slots=True)
class Post:
    """Where the post that the comments answer stands, on sites whose article is itself a post."""

    title: tuple[Get, ...] = ()
    text: tuple[str, ...] = ()
    url: tuple[Get, ...] = ()
    time: tuple[Get, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """One comment system.

    `comment` holds alternatives, from the most to the least telling; the first that selects anything
    is used. `container` is cut from the page before its article is sought. `parent` holds rules, tried
    in order until one decides; what none decides is top level. `numbers`, `flags` and `texts` name
    what goes into `extra`: a count, a mark that is there or not, a piece of text. Elements that `drop`
    selects never count as comment text; comments inside `outside` (previews, forms) are none; those
    inside `featured` are a second showing of comments that also stand in the list. With `opening` the
    comment whose id it is is the article itself. `sure` is False for tables so general that a match
    needs an author or a time to be believed.
    """

    name: str
    comment: tuple[str, ...]
    container: str
    author: tuple[Get, ...]
    time: tuple[Get, ...]
    text: tuple[str, ...]
    id: tuple[Get, ...] = ()
    parent: tuple[Rule, ...] = (Nested(),)
    edited_at: tuple[Get, ...] = ()
    numbers: Mapping[str, tuple[Get, ...]] = field(default_factory=dict)
    flags: Mapping[str, tuple[Get, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[Get, ...]] = field(default_factory=dict)
    drop: str = ""
    outside: str = ""
    featured: str = ""
    post: Post | None = None
    opening: str | None = None
    sure: bool = True
