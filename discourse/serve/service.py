"""What all requests share, and the answers to them as plain data."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from discourse.serve import language
from discourse.serve.backend import Backend, Elsewhere
from discourse.serve.batcher import Busy, Job
from discourse.serve.cache import Scores
from discourse.serve.errors import ApiError, busy, invalid, language_not_supported, no_attributes
from discourse.serve.metrics import Metrics
from discourse.serve.perspective import (
    AnalyzeRequest,
    SuggestRequest,
    attribute_entry,
    check_context,
    check_score_type,
    checked_text,
)
from discourse.serve.scorer import ATTRIBUTES, EXPERIMENTAL, as_read, value_of
from discourse.serve.sentences import in_utf16, sentences
from discourse.serve.settings import ServeSettings
from discourse.serve.suggest import Suggestions, suggestion
from discourse.serve.tagging import TagRequest


def kind_of(error: Exception) -> str:
    """The name of what was raised, here or where the models are."""
    return error.kind if isinstance(error, Elsewhere) else type(error).__name__


class Service:
    """What answers, the answers of late, and the file of suggestions."""

    def __init__(self, settings: ServeSettings, backend: Backend, metrics: Metrics):
        self.settings, self.backend = settings, backend
        self.metrics = metrics
        self.scores = Scores(backend, settings.cached, self.metrics.lookup)
        self.unknown = backend.unknown
        self.suggestions = Suggestions(settings.suggestions) if settings.suggestions else None
        self._files = ThreadPoolExecutor(1, thread_name_prefix="suggestions")

    async def analyze(self, request: AnalyzeRequest) -> dict:
        """The answer of `comments:analyze`.

        Raises:
            ApiError: the request is not one that Perspective would answer, or too much is waiting.
        """
        text = checked_text(request.comment)
        check_context(request.context)
        asked = self._attributes(request)
        found = self._language(text, asked, request.languages)
        spans = sentences(text) if request.span_annotations else [(0, len(text))]
        parts = [text] if len(spans) <= 1 else [text, *(text[begin:end] for begin, end in spans)]
        taggers = list(dict.fromkeys(ATTRIBUTES[own][0] for own in asked.values()))
        answers = await self._ask([(tagger, as_read(part)) for tagger in taggers for part in parts])
        by_part = [
            {tagger: answers[t * len(parts) + p] for t, tagger in enumerate(taggers)}
            for p in range(len(parts))
        ]
        of_spans = by_part[1:] or by_part
        places = in_utf16(text, spans)
        scores = {}
        for name, own in asked.items():
            parameters = request.requested_attributes[name]
            values = [(b, e, value_of(own, part)) for (b, e), part in zip(places, of_spans, strict=True)]
            threshold = parameters.score_threshold if parameters else None
            scores[name] = attribute_entry(value_of(own, by_part[0]), values, threshold)
        answer: dict[str, object] = {"attributeScores": scores}
        answer["languages"] = request.languages or [found]
        answer["detectedLanguages"] = [found]
        if request.client_token is not None:
            answer["clientToken"] = request.client_token
        return answer

    def _attributes(self, request: AnalyzeRequest) -> dict[str, str]:
        """The attributes asked for, each with ours that answers it."""
        asked = {}
        for name, parameters in (request.requested_attributes or {}).items():
            own = name.removesuffix(EXPERIMENTAL)
            if own not in ATTRIBUTES or own in self.unknown:
                have = ", ".join(a for a in ATTRIBUTES if a not in self.unknown)
                raise invalid(f"Unknown requested attribute: {name[:80]}. There are {have}.")
            check_score_type(name, parameters)
            asked[name] = own
        if not asked:
            raise no_attributes()
        return asked

    def _language(self, text: str, asked: dict[str, str], languages: Sequence[str] | None) -> str:
        """The language of the text, where ours is among those asked for or nothing speaks against it."""
        if languages:
            if self.settings.check_language and language.ENGLISH not in map(language.base, languages):
                raise language_not_supported(next(iter(asked)), languages[:10], detected=False)
            return language.ENGLISH
        found = language.detect(text) if self.settings.check_language else language.ENGLISH
        if found != language.ENGLISH:
            raise language_not_supported(next(iter(asked)), [found], detected=True)
        return found

    async def _ask(self, jobs: Sequence[Job]) -> list[object]:
        try:
            return await self.scores.get(jobs)
        except Busy as full:
            self.metrics.refused.labels("queue").inc()
            raise busy("Too many requests are waiting; try again later.", full.seconds) from None
        except Exception as error:  # its message may hold the text: only its kind is told
            raise ApiError(500, f"The comment could not be scored ({kind_of(error)}).") from None

    async def suggest(self, request: SuggestRequest) -> dict:
        """The answer of `comments:suggestscore`, once the suggestion is on disk.

        Raises:
            ApiError: the request is not one that Perspective would take, or there is no file for it.
        """
        line = suggestion(request)
        if self.suggestions is None:
            raise ApiError(
                501, "Suggestions are not kept: the service was started without --suggestions FILE."
            )
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._files, self.suggestions.add, line)
        except OSError as error:
            raise ApiError(503, f"The suggestion could not be kept: {error.strerror or error}") from error
        self.metrics.suggestions.inc()
        return {} if request.client_token is None else {"clientToken": request.client_token}

    async def tag(self, request: TagRequest) -> dict:
        """The rows of whole threads.

        Raises:
            ApiError: there are too many comments, or too many threads are waiting.
        """
        count = len(request.comments)
        size = sum(len(v) for row in request.comments for v in row.values() if isinstance(v, str))
        for given, most, what in (
            (count, self.settings.max_comments, "comments"),
            (size, self.settings.max_characters, "characters"),
        ):
            if given > most:
                message = f"{given:,} {what}; at most {most:,} a request. For more use `discourse score`."
                raise ApiError(413, message)
        try:
            rows = await asyncio.wrap_future(self.backend.tag(request))
        except Busy as full:
            self.metrics.refused.labels("threads").inc()
            message = "Too many threads are waiting to be tagged; try again later."
            raise busy(message, full.seconds) from None
        except Exception as error:  # its message may hold a text: only its kind is told
            raise ApiError(500, f"The threads could not be tagged ({kind_of(error)}).") from None
        self.metrics.tagged.inc(len(rows["comments"]))
        return rows

    def close(self) -> None:
        """Ends the threads and closes the file, once nothing is asked any more."""
        self._files.shutdown()
        if self.suggestions is not None:
            self.suggestions.close()
