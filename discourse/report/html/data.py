"""The comments as the page's script reads them: columns in drawing order, as JSON that is safe in HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from math import isfinite

from markupsafe import Markup

from discourse.report.index import Index, unsure_place
from discourse.report.text import clean
from discourse.report.tree import line_range
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, TOXICITY_LABELS, Discussion, Span

SCALE = 10_000  # probabilities are whole numbers of this many parts: half the bytes, four digits
_UNSAFE = re.compile("[<>&\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def embed(data: object) -> Markup:
    """The data as JSON for a `<script type="application/json">`: no character in it means anything to HTML.

    Raises:
        ValueError: the data hold NaN or an infinity.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def comment_columns(discussion: Discussion) -> dict:
    """One list per column, comments in drawing order; a reply's `parent` is a place in these lists.

    `size` counts a comment with all below it, which follow it directly. `text_masked` is None where
    it equals the text or was never made. `spans` of a comment are [start, end, word, masked,
    probability] with places in UTF-16 units, as browsers count.
    """
    index = Index(discussion)
    order = index.order
    place = {i: k for k, i in enumerate(order)}
    comments = [index.comments[i] for i in order]
    tags = [index.tags[i] for i in order]
    parents = [None if index.parents[i] is None else place[index.parents[i]] for i in order]
    spans: dict[str, list[Span]] = {}
    for span in discussion.spans or ():
        spans.setdefault(span.comment_id, []).append(span)
    return {
        "id": [c.comment_id for c in comments],
        "parent": parents,
        "size": _sizes(parents),
        "depth": [index.depths[i] for i in order],
        "line": [line_range(c.line_start, c.line_end, "line") or None for c in comments],
        "author": [clean(c.author) if c.author else None for c in comments],
        "posted_at": [_time(c.posted_at) for c in comments],
        "text": [c.text for c in comments],
        "text_masked": [
            None if t.text_masked is None or t.text_masked == c.text else t.text_masked
            for c, t in zip(comments, tags, strict=True)
        ],
        "looked": [t.text_masked is not None for t in tags],
        "spans": [_spans(c.text, spans.get(c.comment_id, ())) for c in comments],
        "stance": [_code(t.stance_article, STANCES_ARTICLE) for t in tags],
        "stance_p": [_parts(getattr(t, f"stance_article_{s}") for s in STANCES_ARTICLE) for t in tags],
        "answer": [_code(t.stance_parent, STANCES_PARENT) for t in tags],
        "answer_p": [_parts(getattr(t, f"stance_parent_{s}") for s in STANCES_PARENT) for t in tags],
        "toxic": [None if t.toxic is None else int(t.toxic) for t in tags],
        "toxicity": [_parts(getattr(t, name) for name in TOXICITY_LABELS) for t in tags],
        "source": [c.parent_source for c in comments],
        "weak": [int(unsure_place(c)) for c in comments],
        "confidence": [_part(c.parent_confidence) for c in comments],
    }


def _sizes(parents: list[int | None]) -> list[int]:
    sizes = [1] * len(parents)
    for i in range(len(parents) - 1, -1, -1):
        if (parent := parents[i]) is not None:
            sizes[parent] += sizes[i]
    return sizes


def _spans(text: str, spans: Iterable[Span]) -> list[list]:
    wide = any(c > "\uffff" for c in text)

    def unit(at: int) -> int:
        return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2 if wide else at

    return [
        [unit(s.start), unit(s.end), s.canonical, int(s.kind == "masked"), _part(s.probability)]
        for s in sorted(spans, key=lambda s: (s.start, s.end))
        if 0 <= s.start < s.end <= len(text)
    ]


def _time(when: datetime | None) -> str | None:
    if when is None:
        return None
    return (when.astimezone(UTC) if when.tzinfo else when).strftime("%Y-%m-%d %H:%M")


def _code(label: str | None, names: tuple[str, ...]) -> int | None:
    return names.index(label) if label in names else None


def _parts(values: Iterable[float | None]) -> list[int | None] | None:
    parts = [_part(v) for v in values]
    return None if all(p is None for p in parts) else parts


def _part(value: float | None) -> int | None:
    """A probability in parts of the scale; None if unknown. Only a certain one is none or all of them."""
    if value is None or not isfinite(value):
        return None
    parts = round(SCALE * float(value))
    return min(max(parts, 1), SCALE - 1) if 0 < value < 1 else parts
