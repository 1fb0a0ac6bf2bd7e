"""The routes of the service, and their description as OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

import discourse
from discourse.serve.discovery import discovery
from discourse.serve.errors import ApiError, error_body
from discourse.serve.keys import Keys
from discourse.serve.limits import Bodies, Gate
from discourse.serve.perspective import (
    AnalyzeRequest,
    AnalyzeResponse,
    SuggestRequest,
    SuggestResponse,
    parse,
)
from discourse.serve.service import Service
from discourse.serve.tagging import TagRequest, TagResponse

_REF = "#/components/schemas/{model}"
_SHAPES = (AnalyzeRequest, AnalyzeResponse, SuggestRequest, SuggestResponse, TagRequest, TagResponse)
_ERRORS = {
    400: "The request is not one that is answered",
    403: "No key, or not from here",
    408: "The body did not arrive in time",
    413: "Too large",
    429: "Too much at a time; the header Retry-After says when to try again",
    500: "A fault of the service",
    501: "Not set up",
    503: "Not possible now",
}


class ErrorDetail(BaseModel):
    """What `error` holds."""

    code: int
    message: str
    status: str
    details: list[dict] | None = None


class ErrorResponse(BaseModel):
    """An error in the shape of Google's APIs."""

    error: ErrorDetail


def _json(value: object, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(value), code, headers, "application/json")


def _described(request: type[BaseModel], response: type[BaseModel]) -> dict:
    """How a route that reads its body itself is described."""
    return {
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": _REF.format(model=request.__name__)}}},
            },
            "parameters": [
                {"name": "key", "in": "query", "schema": {"type": "string"}, "description": "API key"}
            ],
        },
        "responses": {
            200: {
                "description": "The answer",
                "content": {"application/json": {"schema": {"$ref": _REF.format(model=response.__name__)}}},
            }
        }
        | {
            code: {
                "description": text,
                "content": {"application/json": {"schema": {"$ref": _REF.format(model="ErrorResponse")}}},
            }
            for code, text in _ERRORS.items()
        },
    }


def create_app(
    service: Service, keys: Keys | None = None, log: Callable[[str], None] | None = None
) -> FastAPI:
    """The ASGI application around a service; `log` is told of each request, where that is wanted."""
    settings = service.settings

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        yield
        service.close()

    app = FastAPI(
        title="discourse",
        version=discourse.__version__,
        summary="Perspective API's methods, answered on your own machine, and tags for whole threads.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )

    bodies = Bodies(settings.max_body, settings.body_timeout)

    async def read(request: Request, shape: type[BaseModel]):
        body = parse(await bodies.read(request.receive), shape)
        comment = getattr(body, "comment", None)
        if log is not None and settings.log_text and comment is not None:
            log(f"{request.url.path} {json.dumps(comment.text)}")
        return body

    @app.post("/v1alpha1/comments:analyze", **_described(AnalyzeRequest, AnalyzeResponse))
    async def analyze(request: Request) -> Response:
        """Scores of a comment, as Perspective's comments:analyze."""
        return _json(await service.analyze(await read(request, AnalyzeRequest)))

    @app.post("/v1alpha1/comments:suggestscore", **_described(SuggestRequest, SuggestResponse))
    async def suggestscore(request: Request) -> Response:
        """Keeps what a score should have been, as Perspective's comments:suggestscore."""
        return _json(await service.suggest(await read(request, SuggestRequest)))

    @app.post("/v1/tag", **_described(TagRequest, TagResponse))
    async def tag(request: Request) -> Response:
        """All tags of whole threads, stance included, with the columns of a run."""
        return _json(await service.tag(await read(request, TagRequest)))

    @app.get("/healthz")
    async def healthz() -> dict:
        """Says that the models are loaded and how much is waiting."""
        return {
            "status": "ok",
            "version": discourse.__version__,
            "waiting_seconds": round(service.backend.wait, 3),
        }

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        service.metrics.waiting.set(service.backend.wait)
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/$discovery/rest", include_in_schema=False)
    @app.get("/discovery/v1/apis/commentanalyzer/v1alpha1/rest", include_in_schema=False)
    async def describe(request: Request) -> Response:
        return _json(discovery(str(request.base_url)))

    @app.exception_handler(ApiError)
    async def refuse(_: Request, error: ApiError) -> Response:
        headers = error.headers | ({"Connection": "close"} if error.code in (408, 413) else {})
        return _json(error.body(), error.code, headers)

    @app.exception_handler(HTTPException)
    async def no_route(_: Request, error: HTTPException) -> Response:
        return _json(error_body(error.status_code, str(error.detail)), error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def fault(_: Request, error: Exception) -> Response:
        return _json(error_body(500, f"The comment could not be scored ({type(error).__name__})."), 500)

    def openapi() -> dict:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            shapes = [(shape, "validation") for shape in (*_SHAPES, ErrorResponse)]
            _, found = models_json_schema(shapes, ref_template=_REF)
            made.setdefault("components", {}).setdefault("schemas", {}).update(found["$defs"])
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["content-type", "x-goog-api-key"],
        )
    app.add_middleware(Gate, settings=settings, keys=keys, metrics=service.metrics, log=log)
    return app
