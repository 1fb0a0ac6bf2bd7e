"""What the service is asked to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How the service listens, what it loads, and its limits.

    `workers` is how many processes answer; the models are in one. `models` maps a tagger's name to another checkpoint than the bundled one. `longest_wait` is how many
    seconds of work may stand before a text; what would wait longer is refused. `gather` is how many
    seconds a batch waits for company. `rate` is requests a second per key, or per address where
    no keys are asked for; 0 is no limit. Sizes are bytes, other times seconds.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    models: Mapping[str, str | None] = field(default_factory=dict)
    device: str = "cpu"
    backend: str | None = None
    workers: int = 1
    keys: Path | None = None
    open_access: bool = False
    suggestions: Path | None = None
    origins: Sequence[str] = ()
    check_language: bool = True
    log_requests: bool = False
    log_text: bool = False
    rate: float = 0.0
    longest_wait: float = 2.0
    gather: float = 0.004
    cached: int = 50_000
    max_body: int = 4 << 20
    max_comments: int = 2000
    max_characters: int = 1_000_000
    max_connections: int = 512
    header_timeout: float = 10.0
    body_timeout: float = 30.0
    idle_timeout: int = 30
    stop_timeout: int = 30
