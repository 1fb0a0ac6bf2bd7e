"""What stands around a comment's words in markup that no table tells apart: name, time and buttons.

A line of the comment that holds nothing but names, times and the words of buttons ("Reply", "3 likes")
is no text of its reader. In a line that holds other words they count as words, unless they lead or end
it where a page puts them. A lone button behind words that end no sentence is one where the page's comments
have it throughout. In doubt a word is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from discourse.readers.html.text import BLOCKS, is_dropped, text_of

Element = etree._Element

_LABEL = re.compile(
    r"(?:reply|replies|reply to this(?: comment)?|respond|share|report|report (?:this|comment|this comment|abuse|spam)"
    r"|flag|flag as inappropriate|likes?|dislikes?|upvotes?|downvotes?|vote (?:up|down)|votes?|points?|recommend(?:ed)?"
    r"|thumbs (?:up|down)|quote|permalink|link|copy link|edit|delete|hide|block|mute|follow|helpful|translate"
    r"|(?:show|view|hide|load)(?: all| more)?(?: \d+)?(?: more)? repl(?:y|ies)"
    r"|antworten|melden|teilen|gefällt mir|zitieren|répondre|signaler|partager|j.aime|citer|responder|denunciar"
    r"|compartir|me gusta|compartilhar|curtir|rispondi|segnala|condividi|mi piace|svara|beantwoorden|reageer|delen"
    r"|ответить|пожаловаться|поделиться)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"^[\W_]*(?:\d[\d.,]*\s?[km]?\b)?[\W_]*|[\W_]*(?:\d[\d.,]*\s?[km]?)?[\W_]*$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*[|·•/,]\s*|\s+[-–—]\s+")
_NO_WORDS = re.compile(r"[\s\d\W_]*")
_RULE = re.compile(r"^[\s|·•/,–—-]*$")
_LED = re.compile(r"^(?:[:|·•]\s+|(?:says|said|wrote|writes)\s*:?$)", re.IGNORECASE)
_END = re.compile(r"(?:^|\s+)[\s|·•]+$")
_OWN_HREF = re.compile(r"#|javascript:|repl|respond|share|report|flag|like|vote|quote|link|edit|delete", re.I)
_FRAME = re.compile(r"action|footer|button|control|tool|meta|menu|links|options", re.IGNORECASE)
_PROSE = frozenset({"p", "blockquote", "pre", "q", "code", "h1", "h2", "h3", "h4", "h5", "h6", "td", "dd"})
_LEAVES = frozenset(
    {"a", "span", "small", "sup", "li", "div", "footer", "nav", "p", "b", "strong", "em", "i"}
)
_ENDS = re.compile(r"[^\w\s,'’(&/+-]$")
_MAX_TOLD = 100  # characters; what is longer is no name and no time

_WORDS, _TOLD, _BUTTON, _MARK = range(4)


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: int
    node: Element
    prose: bool = False  # in a paragraph or a quotation
    sure: bool = False  # a button that can be pressed, not only words that read like one
    label: str = ""  # what a button says
    ends: bool = False  # words that end a sentence, or say what buttons say


@dataclass(frozen=True, slots=True)
class Words:
    """A comment's own words, and whether buttons stood around them."""

    text: str
    buttons: bool


def usual_buttons(comments: Collection[Element]) -> frozenset[str]:
    """What the buttons say that stand right inside most of a page's comments, and of two at least."""
    counts = Counter(
        label
        for comment in comments
        for label in {_label_of(" ".join((e.text or "").split())) for e in comment if _is_leaf(e)}
    )
    return frozenset(label for label, n in counts.items() if label and n > 1 and 2 * n > len(comments))


def words_of(
    element: Element,
    skip: Collection[Element],
    told: Collection[Element],
    place: bool = False,
    usual: Collection[str] = (),
) -> Words:
    """The text of `element` without the elements in `skip`, buttons, and the names and times in `told`.

    `place` says that the page marks the element as the place of the text: a link that ends a line is then
    the reader's. `usual` are the page's `usual_buttons`.
    """
    lines = [line for line in _lines(element, skip, told) if line]
    worded = [number for number, line in enumerate(lines) if _has_words(line)]
    drop: set[Element] = set()
    unsure: list[Element] = []
    pressed = False
    for number, line in enumerate(lines):
        buttons = [piece for piece in line if piece.kind == _BUTTON]
        if number in worded:
            gone = _at_the_ends(element, line, place)
            pressed = pressed or any(piece.kind == _BUTTON for piece in gone)
            said = _last_word(line, [piece for piece in gone if piece.kind == _BUTTON], usual)
            drop.update(piece.node for piece in gone if piece is not said)
            continue
        drop.update(piece.node for piece in line if piece.kind == _TOLD)
        between = bool(worded) and worded[0] < number < worded[-1]
        gone = [piece for piece in buttons if piece.sure or not between]
        unsure += [piece.node for piece in gone if not piece.sure]
        pressed = pressed or bool(gone)
        drop.update(piece.node for piece in gone)
        if len(gone) == len(buttons) and gone:
            drop.update(
                p.node for p in line if p.kind == _MARK and _is_leaf(p.node) and p.node is not element
            )
    text = text_of(element, {*skip, *drop})
    text = _trimmed(text) if drop else text
    if not text and unsure:  # a comment that says nothing but "Reply"
        text = text_of(unsure[0])
    return Words(text, pressed)


def _has_words(line: list[_Piece]) -> bool:
    if any(piece.kind == _WORDS for piece in line):
        return True
    return all(piece.kind == _MARK for piece in line)  # an emoji, a number: all that is said


def _at_the_ends(element: Element, line: list[_Piece], place: bool) -> list[_Piece]:
    """What may go from a line that holds words: what leads it, and outside of prose what ends it."""
    said = [number for number, piece in enumerate(line) if piece.kind == _WORDS]
    first, last = (said[0], said[-1]) if said else (len(line), -1)
    prose = any(piece.prose for piece in line)
    gone = [
        piece for number, piece in enumerate(line) if piece.kind == _TOLD and (number < first or not prose)
    ]
    if not prose and not place:
        row = [p for p in line[last + 1 :] if p.kind == _BUTTON and p.node.getparent() is element]
        pressed = next((number for number, piece in enumerate(row) if piece.sure), len(row))
        gone += row[pressed:]
    return gone


def _last_word(line: list[_Piece], buttons: list[_Piece], usual: Collection[str]) -> _Piece | None:
    """The first of the buttons at a line's end, if it may well be the end of the sentence before it."""
    if not buttons:
        return None
    first, *others = buttons
    before = line[next(number for number, piece in enumerate(line) if piece is first) - 1]
    if before.kind != _WORDS or before.ends:
        return None
    lone = first.label not in usual if not others else any(first.label == other.label for other in others)
    return first if lone else None


def _lines(element: Element, skip: Collection[Element], told: Collection[Element]) -> Iterator[list[_Piece]]:
    """The lines that `text_of` would make of an element, as pieces of text and what each is."""
    line: list[_Piece] = []
    shut: set[Element] = set()
    prose = frames = 0  # open elements of the kind
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if (event in ("start", "end") and node.tag in BLOCKS) or (event == "start" and node.tag == "br"):
            yield line
            line = []
        if event == "start":
            if node is not element and (node in skip or is_dropped(node, False)):
                shut.add(node)
                walk.skip_subtree()
                continue
            if node is not element and node in told and _is_told(node):
                line.append(_Piece(_TOLD, node, prose > 0))
                shut.add(node)
                walk.skip_subtree()
                continue
            prose += node.tag in _PROSE
            frames += _is_frame(node, element)
            line += _piece(node, node.text, element, prose > 0, frames > 0)
            continue
        if event == "end" and node not in shut:
            prose -= node.tag in _PROSE
            frames -= _is_frame(node, element)
        if node is not element and (above := node.getparent()) is not None:
            line += _piece(above, node.tail, element, prose > 0, frames > 0)
    yield line


def _piece(node: Element, text: str | None, element: Element, prose: bool, framed: bool) -> list[_Piece]:
    text = " ".join((text or "").split())
    if not text:
        return []
    if _NO_WORDS.fullmatch(text):
        return [_Piece(_MARK, node, prose)]
    if node is element or node.tag == "p" or not _is_leaf(node) or not _is_label(text):
        return [_Piece(_WORDS, node, prose, ends=bool(_ENDS.search(text)) or _is_label(text))]
    pressed = _can_be_pressed(node, element)
    plain = node.tag in ("div", "li", "b", "strong", "em", "i") and not framed
    if not pressed and (prose or (plain and not _is_label(node.get("class", "").replace("-", " ")))):
        return [_Piece(_WORDS, node, prose)]
    return [_Piece(_BUTTON, node, prose, pressed, _label_of(text))]


def _is_frame(node: Element, element: Element) -> bool:
    return node is not element and (
        node.tag in ("footer", "nav", "header") or bool(_FRAME.search(node.get("class", "")))
    )


def _is_told(node: Element) -> bool:
    length = 0
    for count, inner in enumerate(node.iter()):
        length += len(inner.text or "") + (len(inner.tail or "") if inner is not node else 0)
        if length > _MAX_TOLD or count > _MAX_TOLD or inner.tag in ("p", "blockquote"):
            return False
    return True


def _is_leaf(node: Element) -> bool:
    return node.tag in _LEAVES and all(
        not isinstance(e.tag, str) or e.tag in ("svg", "img", "br") for e in node
    )


def _is_label(text: str) -> bool:
    return bool(_label_of(text))


def _label_of(text: str) -> str:
    """The words of one button or several, without counts and what stands between; empty for other words."""
    if len(text) > 80:
        return ""
    parts = [_COUNT.sub("", part) for part in _BETWEEN.split(text)]
    named = [part for part in parts if part]
    return "|".join(named).lower() if all(_LABEL.fullmatch(part) for part in named) else ""


def _can_be_pressed(node: Element, element: Element) -> bool:
    """True for links that lead nowhere else, and for what is marked up as a button."""
    for at in (node, node.getparent()):
        if at is None or at is element:
            return False
        if at.tag == "a":
            href = at.get("href", "")
            return not href.lower().startswith("http") or bool(_OWN_HREF.search(href))
        if at.get("role") in ("button", "link") or at.get("onclick") is not None:
            return True
    return False


def _trimmed(text: str) -> str:
    """Without the bars and dots that stood between buttons, and the "says:" after a name."""
    lines = text.split("\n")
    while len(lines) > 1 and _RULE.match(lines[-1]):
        lines.pop()
    while len(lines) > 1 and (_RULE.match(lines[0]) or not _LED.sub("", lines[0])):
        lines.pop(0)
    lines[0] = _LED.sub("", lines[0])
    lines[-1] = _END.sub("", lines[-1])
    return "\n".join(lines)
