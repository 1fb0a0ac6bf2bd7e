"""Records, tables and errors: the bottom of the house; imports nothing of ours."""

from discourse.schema.errors import DiscourseError, ModelError, UnreadableSource, UsageError
from discourse.schema.records import (
    LINKS_TOLD,
    STANCES_ARTICLE,
    STANCES_PARENT,
    TAG_COLUMNS,
    TOXICITY_LABELS,
    Article,
    Comment,
    Discussion,
    Furniture,
    Judged,
    Span,
    Tags,
)

__all__ = [
    "LINKS_TOLD",
    "STANCES_ARTICLE",
    "STANCES_PARENT",
    "TAG_COLUMNS",
    "TOXICITY_LABELS",
    "Article",
    "Comment",
    "Discussion",
    "DiscourseError",
    "Furniture",
    "Judged",
    "ModelError",
    "Span",
    "Tags",
    "UnreadableSource",
    "UsageError",
]
