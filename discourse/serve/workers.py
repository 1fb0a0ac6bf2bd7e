"""Several processes that answer, and one that holds the models: no copy of them each.

The processes share the listening socket; what they cannot answer themselves goes through a pipe to the
process that started them. One that dies is replaced; if that one dies, they end.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import connection

from discourse.schema import DiscourseError
from discourse.serve.backend import Host, LocalBackend, RemoteBackend
from discourse.serve.settings import ServeSettings

MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus_client knows it
QUICK = 5.0  # seconds: a worker that ends sooner than this was no good
MOST_QUICK = 5  # such endings in a row after which it is given up
GRACE = 5.0  # seconds beyond the settings' own that a worker has to end in


def run_workers(
    settings: ServeSettings,
    listening: socket.socket,
    backend: LocalBackend,
    stopping: threading.Event,
    say: Callable[[str], None],
) -> None:
    """Keeps `settings.workers` processes answering until `stopping` is set, then lets them finish.

    Raises:
        DiscourseError: they keep ending.
    """
    from prometheus_client.multiprocess import mark_process_dead

    workers = [_start(settings, listening, backend) for _ in range(settings.workers)]
    quick = 0
    try:
        while not stopping.is_set():
            connection.wait([process.sentinel for process, _ in workers], timeout=0.2)
            for i, (process, begun) in enumerate(workers):
                if process.is_alive() or stopping.is_set():
                    continue
                quick = quick + 1 if time.monotonic() - begun < QUICK else 0
                if quick >= MOST_QUICK:
                    raise DiscourseError(f"workers keep ending (exit code {process.exitcode}); stopped")
                mark_process_dead(process.pid)
                say(f"a worker ended (exit code {process.exitcode}); another takes its place")
                workers[i] = _start(settings, listening, backend)
    finally:
        for process, _ in workers:
            process.terminate()
        until = time.monotonic() + settings.stop_timeout + GRACE
        for process, _ in workers:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()


def _start(settings: ServeSettings, listening: socket.socket, backend: LocalBackend):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(settings, listening, theirs), daemon=True)
    process.start()
    theirs.close()
    Host(ours, backend)
    return process, time.monotonic()


def _work(settings: ServeSettings, listening: socket.socket, pipe: connection.Connection) -> None:
    """A worker's whole life."""
    from discourse.serve.metrics import Metrics
    from discourse.serve.server import answer

    def say(text: str) -> None:
        print(f"discourse: {text}", file=sys.stderr, flush=True)

    answer(settings, listening, RemoteBackend(pipe), Metrics(), say)


def share_metrics() -> tempfile.TemporaryDirectory:
    """A folder through which the processes add up their counts; to be made before metrics are imported."""
    folder = tempfile.TemporaryDirectory(prefix="discourse-metrics-")
    os.environ[MULTIPROC] = folder.name
    return folder
