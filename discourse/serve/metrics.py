"""What Prometheus is told: counts and times by route, never by comment, key or address."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TEXTS = (1, 2, 4, 8, 16, 32, 64)


MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The service's counters, in a registry of their own; of all processes where there are several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        if MULTIPROC not in os.environ:
            ProcessCollector(registry=self.registry)
        own = {"registry": self.registry}
        self.requests = Counter("discourse_requests", "Requests answered.", ["route", "code"], **own)
        self.seconds = Histogram(
            "discourse_request_seconds", "Time to answer.", ["route"], buckets=SECONDS, **own
        )
        self.texts = Counter("discourse_texts", "Texts scored, by where from.", ["source"], **own)
        self.refused = Counter("discourse_refused", "Requests refused with 429.", ["reason"], **own)
        self.batch_texts = Histogram("discourse_batch_texts", "Texts of a batch.", buckets=TEXTS, **own)
        self.batch_seconds = Histogram(
            "discourse_batch_seconds", "Time a batch took.", buckets=SECONDS, **own
        )
        self.waiting = Gauge(
            "discourse_waiting_seconds",
            "Seconds of work accepted, not yet done.",
            multiprocess_mode="livemax",
            **own,
        )
        self.connections = Gauge(
            "discourse_connections", "Open connections.", multiprocess_mode="livesum", **own
        )
        self.tagged = Counter("discourse_tagged_comments", "Comments of threads tagged by /v1/tag.", **own)
        self.suggestions = Counter("discourse_suggestions", "Suggested scores kept.", **own)

    def lookup(self, model: int, cache: int) -> None:
        """So many texts went to the models, and so many were known."""
        self.texts.labels("model").inc(model)
        self.texts.labels("cache").inc(cache)

    def batch(self, texts: int, seconds: float) -> None:
        """A batch was answered."""
        self.batch_texts.observe(texts)
        self.batch_seconds.observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        if MULTIPROC not in os.environ:
            return generate_latest(self.registry)
        everywhere = CollectorRegistry()
        MultiProcessCollector(everywhere)
        return generate_latest(everywhere)
