"""Running the service: models loaded, socket bound, requests answered until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING

from discourse.export.hosts import is_loopback
from discourse.schema import UsageError
from discourse.serve.settings import ServeSettings
from discourse.serve.suggest import Suggestions
from discourse.taggers.base import Tagger

if TYPE_CHECKING:
    from discourse.serve.backend import Backend, LocalBackend
    from discourse.serve.metrics import Metrics

Say = Callable[[str], None]


def load_taggers(settings: ServeSettings) -> Sequence[Tagger]:
    """The taggers that `discourse score` would load.

    Raises:
        ModelError: a checkpoint is missing or damaged.
    """
    from discourse.taggers.pipeline import Taggers

    return Taggers.load(dict(settings.models), settings.device, settings.backend).taggers


def serve(
    settings: ServeSettings,
    say: Say = print,
    load: Callable[[ServeSettings], Sequence[Tagger]] = load_taggers,
) -> None:
    """Answers requests until SIGTERM or Ctrl-C; those in hand are answered before it returns.

    Raises:
        UsageError: the address cannot be used, or would let anyone in who reaches it.
        ModelError: a model is missing or damaged.
    """
    from discourse.serve.keys import Keys
    from discourse.serve.workers import share_metrics

    if settings.keys is not None:
        Keys(settings.keys)
    elif not settings.open_access and not is_loopback(settings.host):
        raise UsageError(
            f"--host {settings.host} is reached from other machines: ask for keys with --keys FILE "
            "(--new-key NAME makes one), or say --open if whoever reaches it may use it"
        )
    with bind(settings.host, settings.port) as listening, ExitStack() as stack:
        if settings.suggestions is not None:
            Suggestions(
                settings.suggestions
            ).close()  # what is wrong with it is told before models are loaded
        if settings.workers > 1:
            stack.enter_context(share_metrics())
        from discourse.serve.metrics import Metrics  # once it is settled whether they are shared

        metrics = Metrics()
        backend = start(settings, load(settings), metrics)
        try:
            port = listening.getsockname()[1]
            shown = f"[{settings.host}]" if ":" in settings.host else settings.host
            say(f"serving on http://{shown}:{port}/ (Ctrl-C stops)")
            _answer_beside(settings, listening, backend, metrics, say)
        finally:
            backend.close()
    say("stopped; all requests taken were answered")


def start(settings: ServeSettings, taggers: Sequence[Tagger], metrics: Metrics) -> LocalBackend:
    """The models, ready to be asked."""
    from discourse.serve.backend import LocalBackend
    from discourse.serve.batcher import Batcher
    from discourse.serve.scorer import Models

    models = Models(taggers)
    return LocalBackend(
        models,
        Batcher(
            models.asks(),
            longest_wait=settings.longest_wait,
            gather=settings.gather,
            on_batch=metrics.batch,
            own_thread=False,
        ),
    )


def _answer_beside(
    settings: ServeSettings, listening: socket.socket, backend: LocalBackend, metrics: Metrics, say: Say
) -> None:
    """Has requests answered in another thread, or in workers, while this one asks the models.

    Torch computes with as many threads as there are cores only for the main thread: for others
    libgomp counts one thread too many and lets them sleep at every barrier, at half the speed.
    """
    from discourse.serve.workers import run_workers

    stopping = threading.Event()
    failed: list[BaseException] = []

    def requests() -> None:
        try:
            if settings.workers > 1:
                run_workers(settings, listening, backend, stopping, say)
            else:
                answer(settings, listening, backend, metrics, say, stopping)
        except BaseException as error:  # raised again in the main thread
            failed.append(error)
        finally:
            backend.close()

    def stop(*_: object) -> None:
        if stopping.is_set():
            os._exit(130)  # told twice: at once
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        thread = threading.Thread(target=requests, name="requests")
        thread.start()
        backend.run()
        thread.join()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if failed:
        raise failed[0]


def answer(
    settings: ServeSettings,
    listening: socket.socket,
    backend: Backend,
    metrics: Metrics,
    say: Say,
    stopping: threading.Event | None = None,
) -> None:
    """Answers requests until told to stop, by `stopping` or else by a signal, and those in hand are answered."""
    import uvicorn

    from discourse.serve import language
    from discourse.serve.app import create_app
    from discourse.serve.connections import protocol
    from discourse.serve.keys import Keys
    from discourse.serve.service import Service

    if settings.check_language:
        language.load()
    service = Service(settings, backend, metrics)
    keys = Keys(settings.keys, say) if settings.keys else None
    config = uvicorn.Config(
        create_app(service, keys, say if settings.log_requests or settings.log_text else None),
        http=protocol(settings.header_timeout, settings.max_connections, metrics.connections.set),
        ws="none",
        access_log=False,
        log_level="error",
        server_header=False,
        timeout_keep_alive=settings.idle_timeout,
        timeout_graceful_shutdown=settings.stop_timeout,
    )

    class Server(uvicorn.Server):
        async def on_tick(self, counter: int) -> bool:
            self.should_exit = self.should_exit or (stopping is not None and stopping.is_set())
            return await super().on_tick(counter)

    with nullcontext() if stopping is not None else _told_once():
        Server(config).run(sockets=[listening])


@contextmanager
def _told_once() -> Iterator[None]:
    """Takes the signals that uvicorn, once it has stopped, raises again for whoever listened before it."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: the address is not this machine's, or is taken.
    """
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, number)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(1024)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose another with --host or --port"
        ) from error
    return listening
