"""Suggested scores, one JSON object a line, as a server with Perspective's `comments:suggestscore` keeps them.

Each line has `text` (or Perspective's `comment: {"text": …}`) and `attributeScores`; `time` may follow, `communityId`,
`sessionId` or `clientToken`, of which the first that is there is the reviewer, and `article_id` with `comment_id`,
which name the comment.
Anything else is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.times import to_utc
from discourse.review.judgements import SCORES, SUGGESTED, Judgement, Rejected, score

_SAME = {"profanity": "obscene", "identity_hate": "identity_attack"}
_REVIEWER = ("communityId", "community_id", "sessionId", "session_id", "clientToken", "client_token")
TOXIC_FROM = 0.5  # of a suggested score: half of the raters or more


def is_suggestion(record: Mapping) -> bool:
    """True for a line of suggested scores."""
    return "attributeScores" in record or "attribute_scores" in record


def judgements(record: Mapping, skipped: list[str]) -> Iterator[Judgement]:
    """The judgement of a line, if it has an attribute of ours; others are added to `skipped`.

    Raises:
        Rejected: the line has no text, or a score is no probability.
    """
    text = record.get("text")
    if text is None and isinstance(record.get("comment"), Mapping):
        text = record["comment"].get("text")
    if isinstance(text, Mapping):
        text = text.get("text")
    given = record.get("attributeScores", record.get("attribute_scores"))
    if not isinstance(text, str) or not text.strip() or not isinstance(given, Mapping):
        raise Rejected("a line without text or attributeScores")
    scores = {}
    for name, value in given.items():
        own = str(name).lower().removesuffix("_experimental")
        own = _SAME.get(own, own)
        number = _value(value)
        if number is None:
            skipped.append("scores of spans alone")
        elif own in SCORES:
            scores[own] = score(number)
        else:
            skipped.append("scores of attributes that no tag stands for")
    if not scores:
        return
    toxicity = scores.get("toxicity")
    named = [record.get(name) for name in ("article_id", "comment_id")]
    article, comment = named if all(isinstance(n, str) for n in named) else (None, None)
    yield Judgement(
        reviewer=_reviewer(record),
        origin=SUGGESTED,
        text=text,
        article_id=article,
        comment_id=comment,
        toxic=None if toxicity is None else toxicity >= TOXIC_FROM,
        scores=scores,
        reviewed_at=to_utc(record.get("time") or record.get("timestamp")),
    )


def _reviewer(record: Mapping) -> str:
    """Who suggests: the community, else the session, else the client's token, else nobody in particular."""
    for name in _REVIEWER:
        value = record.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return SUGGESTED


def _value(value: object) -> object:
    """The number of a score: bare, in `value`, or in `summaryScore.value`; None for one of spans alone.

    A summary without a value is zero: protocol buffers leave that out.
    """
    if not isinstance(value, Mapping):
        return value
    for name in ("summaryScore", "summary_score"):
        if isinstance(value.get(name), Mapping):
            return value[name].get("value", 0)
    return value.get("value")
