"""The discovery document by which Google's client libraries learn the methods and where they are."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from discourse.serve.perspective import AnalyzeRequest, AnalyzeResponse, SuggestRequest, SuggestResponse

NAMES = {
    "AnalyzeRequest": "AnalyzeCommentRequest",
    "AnalyzeResponse": "AnalyzeCommentResponse",
    "SuggestRequest": "SuggestCommentScoreRequest",
    "SuggestResponse": "SuggestCommentScoreResponse",
}
"""What Perspective calls our shapes."""

METHODS: tuple[tuple[str, type[BaseModel], type[BaseModel], str], ...] = (
    ("analyze", AnalyzeRequest, AnalyzeResponse, "Gives scores of the comment for the attributes asked for."),
    ("suggestscore", SuggestRequest, SuggestResponse, "Keeps what a score should have been."),
)


def discovery(root: str) -> dict:
    """The document of a service at `root`, an address that ends in a slash (discovery format v1)."""
    methods = {}
    for name, request, response, description in METHODS:
        path = f"v1alpha1/comments:{name}"
        methods[name] = {
            "id": f"commentanalyzer.comments.{name}",
            "description": description,
            "httpMethod": "POST",
            "path": path,
            "flatPath": path,
            "parameters": {},
            "parameterOrder": [],
            "request": {"$ref": NAMES[request.__name__]},
            "response": {"$ref": NAMES[response.__name__]},
        }
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "version": "v1alpha1",
        "title": "Perspective Comment Analyzer API, served by discourse",
        "canonicalName": "Comment Analyzer",
        "protocol": "rest",
        "rootUrl": root,
        "servicePath": "",
        "baseUrl": root,
        "basePath": "",
        "batchPath": "batch",
        "parameters": {
            "key": {"type": "string", "location": "query", "description": "API key."},
            "alt": {"type": "string", "location": "query", "default": "json", "enum": ["json"]},
            "fields": {"type": "string", "location": "query"},
            "prettyPrint": {"type": "boolean", "location": "query", "default": "true"},
            "quotaUser": {"type": "string", "location": "query"},
            "$.xgafv": {"type": "string", "location": "query", "enum": ["1", "2"]},
        },
        "schemas": _schemas(),
        "resources": {"comments": {"methods": methods}},
    }


def _schemas() -> dict:
    shapes = [(shape, "validation") for method in METHODS for shape in method[1:3]]
    _, found = models_json_schema(shapes, ref_template="{model}")
    return {NAMES.get(name, name): _plain(schema, NAMES.get(name, name)) for name, schema in found["$defs"].items()}  # fmt: skip


def _plain(schema: dict, name: str | None = None) -> dict:
    """A JSON schema as discovery documents write it: no unions with null, `$ref` by bare name."""
    if "anyOf" in schema:
        schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
    if "allOf" in schema:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        return {"$ref": NAMES.get(schema["$ref"], schema["$ref"])}
    out: dict[str, object] = {"id": name} if name else {}
    out["type"] = schema.get("type", "any")
    if schema.get("type") == "number":
        out["format"] = "float"
    if schema.get("type") == "integer":
        out["format"] = "int32"
    if "items" in schema:
        out["items"] = _plain(schema["items"])
    if "properties" in schema:
        out["properties"] = {key: _plain(value) for key, value in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        out["additionalProperties"] = _plain(schema["additionalProperties"])
    return out
