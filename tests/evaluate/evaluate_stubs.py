"""Taggers and a parser that answer by rule, in place of models."""

from discourse.schema import (
    STANCES_ARTICLE,
    STANCES_PARENT,
    TOXICITY_LABELS,
    Article,
    Comment,
    Discussion,
    Span,
)
from discourse.taggers.base import TagBatch


class Stances:
    """Says what the text starts with: "favor: ..."; sure to 0.8. Keeps the readings of each batch."""

    name = "stance"

    def __init__(self):
        self.batches = []

    def predict(self, readings):
        self.batches.append(list(readings))
        columns = {}
        for prefix, labels in (("stance_article", STANCES_ARTICLE), ("stance_parent", STANCES_PARENT)):
            asked = [r.target if prefix == "stance_article" else r.parent for r in readings]
            said = [
                next((n for n in labels if n in r.text.split()), labels[-1]) if a is not None else None
                for r, a in zip(readings, asked, strict=True)
            ]
            columns[prefix] = said
            for label in labels:
                columns[f"{prefix}_{label}"] = [
                    None if s is None else 0.8 if s == label else 0.1 for s in said
                ]
        return TagBatch(columns)


class Toxicity:
    """The probability that stands in the text."""

    name = "toxicity"
    threshold = 0.6

    def predict(self, readings):
        p = [float(r.text.split()[-1]) for r in readings]
        columns = dict.fromkeys(TOXICITY_LABELS, p)
        return TagBatch(columns | {"toxic": [x >= self.threshold for x in p]})


class Profanity:
    """Finds "darn", and takes "d*rn" for "dorn"."""

    name = "profanity"

    def predict(self, readings):
        spans = []
        for r in readings:
            for word, canonical, kind in (("darn", "darn", "plain"), ("d*rn", "dorn", "masked")):
                at = r.text.find(word)
                if at >= 0:
                    spans.append(Span(r.comment_id, at, at + 4, word, canonical, kind, 0.9))
        return TagBatch({}, spans)


class Parser:
    """Gives comments by their lines: (start, end, index of the parent or None)."""

    def __init__(self, *comments):
        self.comments = comments

    def rebuild(self, page):
        out = []
        for i, (start, end, parent) in enumerate(self.comments):
            out.append(
                Comment(
                    comment_id=str(i),
                    article_id="p",
                    parent_id=None if parent is None else str(parent),
                    root_id="0",
                    depth=1,
                    position=i,
                    author=None,
                    posted_at=None,
                    text="",
                    line_start=start,
                    line_end=end,
                    parent_source="content",
                    parent_confidence=0.75,
                )
            )
        return Discussion(Article("p", None, ""), tuple(out))
