"""A run in the browser: its database, made once beside the run, served by Datasette on this machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from discourse.batch.files import make_folder, read_json, write_json
from discourse.export.datasette import NAME
from discourse.export.formats import SCHEMA_VERSION
from discourse.export.hosts import KnownHosts
from discourse.export.source import RunTables
from discourse.schema import UsageError

FOLDER = "dashboard"  # in the run folder, all ours
DATABASE = "comments.db"
HOST, PORT = "127.0.0.1", 8001
_MADE = "made.json"  # of which run the database is
_SETTINGS = {"sql_time_limit_ms": 20_000, "facet_time_limit_ms": 2_000, "default_page_size": 50}


def prepare(folder: str | Path, *, partial: bool = False) -> Path:
    """The SQLite database of a run for the dashboard; made where there is none of the run as it stands.

    Args:
        folder: the run folder.
        partial: take a run that is not complete as far as it goes.

    Raises:
        UnreadableSource: there is no run, it is not complete, or it is damaged.
        UsageError: the database cannot be written.
    """
    from discourse.export.sqlite import export

    source = RunTables.open(folder, partial=partial)
    place = source.run.folder / FOLDER
    made = {"run_id": source.run_id, "parts": len(source.numbers), "complete": source.complete}
    made |= {"written": source.record["written"], "schema_version": SCHEMA_VERSION}
    database, note = place / DATABASE, place / _MADE
    if database.exists() and (place / NAME).exists():
        with suppress(UsageError):
            if read_json(note) == json.loads(json.dumps(made)):
                return database
    make_folder(place)
    for path in (note, *place.glob(f"{DATABASE}*")):  # rows of a run before would stay
        path.unlink(missing_ok=True)
    export(source, database)
    write_json(note, made)
    return database


def serve(
    database: Path, *, host: str = HOST, port: int = PORT, ready: Callable[[str], None] = lambda address: None
) -> None:
    """Serves a database with the metadata beside it until SIGINT or SIGTERM comes; other Hosts than its own are refused.

    Args:
        database: what `prepare` gave.
        host: the address to listen on.
        port: the port; 0 takes one that is free.
        ready: is told the address of the dashboard once it answers.

    Raises:
        UsageError: Datasette is not installed, or the port is taken.
    """
    try:
        import datasette_dashboards  # noqa: F401
        import uvicorn
        from datasette.app import Datasette
    except ImportError as error:
        raise UsageError(
            f"the dashboard needs the package {error.name}: pip install 'discourse-analyzer[dashboard]'"
        ) from error
    import yaml

    class Server(uvicorn.Server):
        """Says when it is up; ends quietly, since being stopped is how it ends."""

        async def startup(self, sockets=None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                ready(address)

        def handle_exit(self, sig, frame) -> None:
            self.should_exit = True

    metadata = yaml.safe_load((database.parent / NAME).read_text(encoding="utf-8"))
    with _listening(host, port) as taken:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{taken.getsockname()[1]}/-/dashboards/discourse"
        app = Datasette([str(database)], metadata=metadata, settings=_SETTINGS).app()
        app = KnownHosts(app, host)
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=2)
        Server(config).run(sockets=[taken])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(place)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; "
            "choose another with --port, or --port 0 for any that is free"
        ) from error
    return taken
