"""What stands before every request: who may ask, how often, how much; and its line in metrics and log."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from discourse.export.hosts import host_name, is_loopback
from discourse.serve.errors import ApiError, busy, error_body, key_invalid, key_missing, too_large
from discourse.serve.keys import Keys
from discourse.serve.metrics import Metrics
from discourse.serve.settings import ServeSettings

OPEN = frozenset(("/healthz", "/openapi.json", "/$discovery/rest", "/discovery/v1/apis/commentanalyzer/v1alpha1/rest"))  # fmt: skip
KNOWN = (
    OPEN | {"/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore", "/v1/tag", "/metrics"}
)  # fmt: skip
MOST_AT_A_TIME = 64 << 20  # bytes of bodies that are on their way
MOST_FIELDS = 20  # of a query
REMEMBERED = 10_000  # askers whose rate is known


class Rate:
    """A number of requests a second for each asker, saved up over `burst` seconds (token bucket)."""

    def __init__(self, per_second: float, burst: float = 5.0, clock: Callable[[], float] = time.monotonic):
        self.per_second, self.most = per_second, max(1.0, per_second * burst)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> float:
        """0 where the asker may ask now, else the seconds to wait."""
        now = self._clock()
        left, then = self._left.pop(asker, (self.most, now))
        left = min(self.most, left + (now - then) * self.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self.per_second
        self._left[asker] = (left if wait else left - 1, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return wait


class Gate:
    """ASGI middleware: checks, counts, and says in one line what was asked where that is wanted.

    A page in a browser may ask only from an allowed origin, even where no key is needed: otherwise any page could
    write to the suggestions of whoever opens it. For the same reason the Host of an open service on
    loopback must be loopback.
    """

    def __init__(self, app, settings: ServeSettings, keys: Keys | None, metrics: Metrics, log=None):
        self.app, self.settings, self.keys, self.metrics, self.log = app, settings, keys, metrics, log
        self.rate = Rate(settings.rate) if settings.rate > 0 else None
        self._guard_host = keys is None and not settings.open_access and is_loopback(settings.host)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, code = time.perf_counter(), 500

        async def watch(message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        route = scope["path"] if scope["path"] in KNOWN else "other"
        try:
            self._check(scope, route)
            await self.app(scope, receive, watch)
        except ApiError as error:
            await send_error(error, watch)
        finally:
            taken = time.perf_counter() - started
            self.metrics.requests.labels(route, str(code)).inc()
            self.metrics.seconds.labels(route).observe(taken)
            if self.log is not None:
                self.log(f"{scope['method']} {route} {code} {1000 * taken:.0f} ms")

    def _check(self, scope, route: str) -> None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if self._guard_host and not is_loopback(host_name(host)):
            raise ApiError(403, "This service answers to loopback names only, and the Host is another.")
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin and not self._is_allowed(origin, host):
            raise ApiError(403, "Requests from pages of this origin are not allowed.")
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length[:20]) > self.settings.max_body:
            raise too_large(self.settings.max_body)
        if route in OPEN or scope["method"] == "OPTIONS":
            return
        asker = scope["client"][0] if scope.get("client") else ""
        if self.keys is not None:
            asker = self._named(scope, headers)
        if self.rate is not None and route != "/metrics" and (wait := self.rate.take(asker)):
            self.metrics.refused.labels("rate").inc()
            raise busy("Quota exceeded for quota metric 'Requests' and limit 'Requests per second'.", wait)

    def _is_allowed(self, origin: str, host: str) -> bool:
        allowed: Sequence[str] = self.settings.origins
        try:
            return "*" in allowed or origin in allowed or urlsplit(origin).netloc == host
        except ValueError:
            return False

    def _named(self, scope, headers: dict[bytes, bytes]) -> str:
        key = headers.get(b"x-goog-api-key", b"").decode("latin-1")
        if not key:
            try:
                query = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=MOST_FIELDS)
            except ValueError:
                raise key_invalid() from None
            key = (query.get("key") or [""])[0]
        if not key:
            raise key_missing()
        name = self.keys.name_of(key)
        if name is None:
            raise key_invalid()
        return name


async def send_error(error: ApiError, send) -> None:
    """Sends an error, and closes the connection where a body may still be coming."""
    body = json.dumps(error.body()).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(k.lower().encode(), v.encode()) for k, v in error.headers.items()]
    if error.code in (403, 408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": error.code, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Bodies:
    """Reads requests' bodies, each of at most `most` bytes and all at a time of at most `MOST_AT_A_TIME`."""

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds = most, seconds
        self._held = 0

    async def read(self, receive) -> bytes:
        """A request's whole body.

        Raises:
            ApiError: it is too large, has not arrived in time, or too much else is being sent.
        """
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ApiError(400, "The client went away.")
                    part = message.get("body", b"")
                    size += len(part)
                    self._held += len(part)
                    if size > self.most:
                        raise too_large(self.most)
                    if self._held > max(MOST_AT_A_TIME, self.most):
                        error = busy("Too much is being sent at a time; try again later.", 1)
                        error.headers["Connection"] = "close"  # what is left of it is not read
                        raise error
                    parts.append(part)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise ApiError(408, "The request's body did not arrive in time.") from None
        finally:
            self._held -= size


__all__ = ["Bodies", "Gate", "Rate", "error_body", "send_error"]
