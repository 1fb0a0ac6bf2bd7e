"""The request and the answer of `POST /v1/tag`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class ArticleIn(BaseModel):
    """The text that comments answer. `target` is what stance is measured toward, by default found in the article."""

    model_config = ConfigDict(extra="ignore")
    article_id: str = "article"
    title: str | None = None
    text: str | None = None
    url: str | None = None
    published_at: str | None = None
    target: str | None = None


class TagRequest(BaseModel):
    """Threads to tag. Comments have the columns that tables are read by; only `text` is required of each.

    A comment without `article_id` answers the first article. What else a comment holds comes back with it.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "articles": [{"article_id": "a1", "title": "The council should ban cars", "text": ""}],
                    "comments": [
                        {"comment_id": "1", "text": "Yes, and soon."},
                        {"comment_id": "2", "parent_id": "1", "text": "You must be joking, you f***."},
                    ],
                }
            ]
        },
    )
    articles: list[ArticleIn] | None = None
    comments: list[dict[str, Any]]
    target: str | None = None


class TagResponse(BaseModel):
    """The rows of a run: columns as in `comments/`, `articles/` and `spans/`; `rejects` are what was not kept."""

    articles: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    spans: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
