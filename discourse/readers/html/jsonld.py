"""Comments and article facts that a page states as JSON-LD (https://schema.org/Comment).

Replies stand in the `comment` of what they answer, or name it by `parentItem`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from discourse.readers.html.document import fragment
from discourse.readers.html.engine import Found, gone, number_in
from discourse.readers.html.text import text_of
from discourse.readers.html.times import read_time

_LINKS = ("comment", "suggestedAnswer", "acceptedAnswer")
_MAX_NODES = 200_000
_COUNTS = {"upvoteCount": "likes", "downvoteCount": "dislikes"}
_LIKE = ("LikeAction", "AgreeAction", "VoteAction")


def ld_nodes(root: etree._Element) -> list[Any]:
    """What every JSON-LD script of the page holds; scripts that are not JSON are passed over."""
    nodes = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                nodes.append(json.loads(script.text or "", strict=False))
            except (ValueError, RecursionError):
                continue
    return nodes


def ld_comments(nodes: list[Any]) -> list[Found]:
    """The comments in JSON-LD `nodes`, parents before their replies."""
    found: list[Found] = []
    seen: set[str] = set()
    for node, parent in _comments(nodes):
        comment = _comment(node, len(found) + 1)
        if comment.id in seen:
            continue
        seen.add(comment.id or "")
        node["\0id"] = comment.id
        comment.parent_id = parent.get("\0id") if parent else None
        if comment.parent_id is None and isinstance(item := node.get("parentItem"), Mapping):
            comment.parent_id = _text(item.get("@id")) or None
        found.append(comment)
    known = {comment.id for comment in found}
    for comment in found:
        if comment.parent_id not in known or comment.parent_id == comment.id:
            comment.parent_id = None  # `parentItem` may name the article
    return found


def ld_value(nodes: list[Any], *names: str) -> str | None:
    """The first value under any of `names` in an article's or posting's node."""
    for node in _walk(nodes):
        kind = str(node.get("@type"))
        if any(word in kind for word in ("Article", "Posting", "Report", "WebPage")):
            for name in names:
                if isinstance(value := node.get(name), str) and value.strip():
                    return value.strip()
    return None


def _walk(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    """Every object, in order, outermost first."""
    stack = list(reversed(nodes))
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack += [value for value in reversed(node.values()) if isinstance(value, dict | list)]
        elif isinstance(node, list):
            stack += reversed(node)


def _comments(nodes: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each comment with the comment whose `comment` it stands in, a thread at a time."""
    met: set[int] = set()
    for holder in _walk(nodes):
        stack: list[tuple[dict[str, Any], dict[str, Any] | None]] = [(holder, None)]
        while stack:
            node, parent = stack.pop()
            if id(node) in met:
                continue
            comment = parent
            if node is not holder or _is_comment(node):
                met.add(id(node))
                yield node, parent
                comment = node
            below = [c for name in _LINKS for c in _listed(node.get(name)) if isinstance(c, dict)]
            stack += [(c, comment) for c in reversed(below) if _text(c.get("text")) or c.get("author")]


def _is_comment(node: Mapping[str, Any]) -> bool:
    return any(kind in ("Comment", "Answer", "UserComments") for kind in map(str, _listed(node.get("@type"))))


def _comment(node: Mapping[str, Any], number: int) -> Found:
    text = _text(node.get("text")) or _text(node.get("articleBody")) or _text(node.get("description"))
    if "<" in text and (tree := fragment(text)) is not None:
        text = text_of(tree)
    when = (
        _text(node.get("dateCreated")) or _text(node.get("datePublished")) or _text(node.get("commentTime"))
    )
    posted = read_time(when) if when else None
    extra: dict[str, object] = {}
    if when and posted is None:
        extra["posted_at_text"] = when
    if edited := _text(node.get("dateModified")):
        extra["edited_at"] = read_time(edited) or edited
    for name, ours in _COUNTS.items():
        if (value := number_in(_text(node.get(name)))) is not None:
            extra[ours] = value
    for counter in _listed(node.get("interactionStatistic")):
        if isinstance(counter, Mapping) and any(k in str(counter.get("interactionType")) for k in _LIKE):
            value = number_in(_text(counter.get("userInteractionCount")))
            extra.update({"likes": value} if value is not None else {})
    if gone(text):
        extra["deleted"] = True
    name = _text(node.get("@id")) or _text(node.get("identifier")) or _text(node.get("url")) or f"c{number}"
    return Found(text, name, None, _author(node.get("author") or node.get("creator")), posted, extra)


def _author(value: object) -> str | None:
    for one in _listed(value):
        name = _text(one.get("name") or one.get("alternateName")) if isinstance(one, Mapping) else _text(one)
        if name:
            return name
    return None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
