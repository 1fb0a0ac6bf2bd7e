"""Perspective's requests and answers, as its reference and its discovery document describe them.

https://github.com/conversationai/perspectiveapi/blob/main/2-api/methods.md · names may be written in
camel case or with underscores, null stands for a field not given, unknown fields are passed over, as
in Google's JSON mapping of protocol buffers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from discourse.serve.errors import ApiError, bad_payload, comment_empty, comment_too_long, invalid

LONGEST = 20 * 1024  # bytes of a comment's text in UTF-8
LONGEST_CONTEXT = 1 << 20  # bytes of a context entry
SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW")
TEXT_TYPES = ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT")
_MOST_VIOLATIONS = 10

_TEXT = {"required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_NAMED = {
    "minProperties": 1,
    "propertyNames": {
        "enum": ["TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT", "OBSCENE"]
    },
}


def _described(required: list[str], example: dict, **properties: dict) -> Callable[[dict], None]:
    """Adds to a shape's schema what is required and an example; reading is more patient than that."""

    def add(schema: dict) -> None:
        schema["required"] = required
        schema["examples"] = [example]
        for name, more in properties.items():
            part = next(
                (p for p in schema["properties"][name].get("anyOf", []) if p.get("type") != "null"), None
            )
            if part is not None and "$ref" in part:
                schema["properties"][name] = {"allOf": [part, more]}
            elif part is not None:
                schema["properties"][name] = part | more

    return add


class Message(BaseModel):
    """What all shapes share."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", allow_inf_nan=False
    )


class TextEntry(Message):
    """A text: the comment, or what it answers."""

    text: str | None = None
    type: str | None = None


class ArticleAndParentComment(Message):
    """The older form of context."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(Message):
    """What the comment answers; one of the two forms."""

    entries: list[TextEntry] | None = None
    article_and_parent_comment: ArticleAndParentComment | None = None

    def texts(self) -> list[str]:
        """The texts given, in order."""
        both = self.article_and_parent_comment
        found = [both.article, both.parent_comment] if both else list(self.entries or [])
        return [entry.text for entry in found if entry and entry.text]


class AttributeParameters(Message):
    """How a score is asked for; scores below `scoreThreshold` are left out."""

    score_type: str | None = None
    score_threshold: float | None = None


class AnalyzeRequest(Message):
    """The body of `comments:analyze`."""

    model_config = ConfigDict(
        json_schema_extra=_described(
            ["comment", "requestedAttributes"],
            {
                "comment": {"text": "What kind of idiot name is foo? Sorry, I like your name."},
                "languages": ["en"],
                "requestedAttributes": {"TOXICITY": {}, "PROFANITY": {"scoreThreshold": 0.5}},
                "spanAnnotations": True,
            },
            comment=_TEXT,
            requestedAttributes=_NAMED,
        )
    )

    comment: TextEntry | None = None
    context: Context | None = None
    requested_attributes: dict[str, AttributeParameters | None] | None = None
    languages: list[str] | None = None
    span_annotations: bool | None = None
    do_not_store: bool | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None


class Score(Message):
    """A score and its type."""

    value: float | None = None
    type: str | None = None


class SpanScore(Message):
    """The score of a part of the text, `begin` to `end` (exclusive) in UTF-16 code units."""

    begin: int | None = None
    end: int | None = None
    score: Score | None = None


class AttributeScores(Message):
    """The scores of an attribute: of the whole text, and of its parts."""

    summary_score: Score | None = None
    span_scores: list[SpanScore] | None = None


class AnalyzeResponse(Message):
    """The answer of `comments:analyze`."""

    attribute_scores: dict[str, AttributeScores]
    languages: list[str]
    detected_languages: list[str]
    client_token: str | None = None


class SuggestRequest(Message):
    """The body of `comments:suggestscore`."""

    model_config = ConfigDict(
        json_schema_extra=_described(
            ["comment", "attributeScores"],
            {
                "comment": {"text": "Get busy living, or get busy dying."},
                "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
                "clientToken": "comment-53922",
            },
            comment=_TEXT,
            attributeScores=_NAMED,
        )
    )

    comment: TextEntry | None = None
    context: Context | None = None
    attribute_scores: dict[str, AttributeScores | None] | None = None
    languages: list[str] | None = None
    community_id: str | None = None
    client_token: str | None = None
    session_id: str | None = None


class SuggestResponse(Message):
    """The answer of `comments:suggestscore`."""

    client_token: str | None = None


Body = TypeVar("Body", bound=BaseModel)


def parse(body: bytes, shape: type[Body]) -> Body:
    """A request's body as `shape`; lone halves of surrogate pairs become U+FFFD.

    Raises:
        ApiError: it is no JSON, or not of that shape.
    """
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        found = error
    if mended := _without_surrogates(body):
        try:
            return shape.model_validate_json(mended)
        except ValidationError as error:
            found = error
    raise _bad(found)


def _without_surrogates(body: bytes) -> bytes | None:
    """JSON text with lone surrogates, which JavaScript writes where it cuts an emoji, made whole."""
    if b"\\u" not in body or body.count(b"[") + body.count(b"{") > 10_000:
        return None
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    except (ValueError, RecursionError):
        return None


def _bad(error: ValidationError) -> ApiError:
    """The answer to a body that does not fit; says where, never what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return bad_payload(found[0]["msg"].removeprefix("Invalid JSON: "))
    fields = [(".".join(map(str, e["loc"][:8]))[:200], e["msg"]) for e in found[:_MOST_VIOLATIONS]]
    name, text = fields[0]
    return bad_payload(f"Invalid value at '{name}': {text}", fields)


def checked_text(entry: TextEntry | None) -> str:
    """The comment's text.

    Raises:
        ApiError: there is none, it is too long, or not plain.
    """
    text = entry.text if entry else None
    if not text or not text.strip():
        raise comment_empty()
    _check_type(entry)
    if len(text) > LONGEST or len(text.encode()) > LONGEST:
        raise comment_too_long()
    return text


def _check_type(entry: TextEntry) -> None:
    if entry.type == "HTML":
        raise invalid("Currently, only 'PLAIN_TEXT' comments are supported")
    if entry.type is not None and entry.type not in TEXT_TYPES:
        raise invalid("Unknown text type")


def check_context(context: Context | None) -> None:
    """Looks whether a context is one that Perspective takes.

    Raises:
        ApiError: both forms are filled, a text is not plain or over 1 MB.
    """
    if context is None:
        return
    both = context.article_and_parent_comment
    if both is not None and context.entries:
        raise invalid(
            "Context can have either entries or article_and_parent_comment, but both fields were populated."
        )
    for entry in [both.article, both.parent_comment] if both else context.entries or []:
        if entry is not None:
            _check_type(entry)
            if entry.text and len(entry.text.encode()) > LONGEST_CONTEXT:
                raise invalid("Context entry too long.")


def check_score_type(attribute: str, parameters: AttributeParameters | None) -> None:
    """Looks whether the type of score can be given.

    Raises:
        ApiError: it cannot.
    """
    kind = parameters.score_type if parameters else None
    if kind is None or kind in SCORE_TYPES[:2]:
        return
    if kind in SCORE_TYPES:
        raise invalid(f"Requested score type {kind} is not supported by attribute {attribute}")
    raise invalid(f"Unknown score type for attribute {attribute}")


def score_entry(value: float) -> dict:
    """A score as the answer holds it, to seven digits."""
    return {"value": float(f"{value:.7g}"), "type": "PROBABILITY"}


def attribute_entry(summary: float, spans: list[tuple[int, int, float]], threshold: float | None) -> dict:
    """The scores of an attribute; those below `threshold` are left out."""
    least = -math.inf if threshold is None else threshold
    entry: dict[str, object] = {}
    kept = [{"begin": b, "end": e, "score": score_entry(value)} for b, e, value in spans if value >= least]
    if kept:
        entry["spanScores"] = kept
    if summary >= least:
        entry["summaryScore"] = score_entry(summary)
    return entry
