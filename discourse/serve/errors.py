"""Errors in the shape of Google's APIs: `{"error": {"code", "message", "status", "details"}}`.

`errorType` in the details is one of Perspective's: COMMENT_EMPTY, COMMENT_TOO_LONG,
NO_REQUESTED_ATTRIBUTES, LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE, else INVALID_REQUEST.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

INVALID = "INVALID_ARGUMENT"
_DETAIL = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_STATUS = {
    400: INVALID,
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    408: "DEADLINE_EXCEEDED",
    413: INVALID,
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A request that is not answered as asked; its text is shown to the client."""

    def __init__(
        self,
        code: int,
        message: str,
        details: Sequence[Mapping] = (),
        headers: Mapping[str, str] | None = None,
    ):
        super().__init__(message)
        self.code, self.message = code, message
        self.details, self.headers = list(details), dict(headers or {})

    def body(self) -> dict:
        """The answer's JSON."""
        return error_body(self.code, self.message, self.details)


def error_body(code: int, message: str, details: Sequence[Mapping] = ()) -> dict:
    """An error as Google's APIs write it."""
    error: dict[str, object] = {"code": code, "message": message, "status": _STATUS.get(code, "INTERNAL")}
    if details:
        error["details"] = list(details)
    return {"error": error}


def invalid(message: str, kind: str = "INVALID_REQUEST", **more: object) -> ApiError:
    """A request that Perspective's own checks refuse; `kind` is its ErrorType."""
    return ApiError(400, message, [{"@type": _DETAIL, "errorType": kind} | more])


def comment_empty() -> ApiError:
    """No text."""
    return invalid("Comment must be non-empty.", "COMMENT_EMPTY")


def comment_too_long() -> ApiError:
    """More text than a comment may have."""
    return invalid("Comment text too long.", "COMMENT_TOO_LONG")


def no_attributes() -> ApiError:
    """Nothing asked for."""
    return invalid("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")


def language_not_supported(attribute: str, languages: Sequence[str], *, detected: bool) -> ApiError:
    """A language that an attribute's model does not read, asked for or `detected`."""
    which = "detectedLanguages" if detected else "requestedLanguages"
    return invalid(
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError={which: list(languages), "attribute": attribute},
    )


def bad_payload(message: str, fields: Sequence[tuple[str, str]] = ()) -> ApiError:
    """A body that is no JSON, or not of the request's shape; `fields` are paths and what is wrong there."""
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": name, "description": text} for name, text in fields],
        }
    ]
    return ApiError(400, f"Invalid JSON payload received. {message}", details if fields else ())


def key_missing() -> ApiError:
    """No key, where keys are asked for."""
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def key_invalid() -> ApiError:
    """A key that is not in the file."""
    message = "API key not valid. Please pass a valid API key."
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "commentanalyzer.googleapis.com"},
    }
    return ApiError(400, message, [info])


def busy(message: str, seconds: float) -> ApiError:
    """Too much at a time; `seconds` until it is worth trying again."""
    return ApiError(429, message, headers={"Retry-After": str(max(1, math.ceil(seconds)))})


def too_large(limit: int) -> ApiError:
    """A body over the limit, in bytes."""
    return ApiError(413, f"Request payload size exceeds the limit: {limit} bytes.")
