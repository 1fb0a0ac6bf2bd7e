"""Connections that ask nothing are closed, and more than so many are not taken."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as _Protocol
except ImportError:  # httptools is not there for every platform
    _Protocol = H11Protocol

GRACE = 0.5  # seconds


def protocol(header_timeout: float, most: int, on_change) -> type[asyncio.Protocol]:
    """uvicorn's protocol with a time limit for the first request's headers, and a limit of connections.

    uvicorn itself lets a connection that never sends anything stay for ever, and at the end closes one whose first
    request it has not read yet; here that one has `GRACE` seconds more. `on_change` is told how many connections are open.
    """

    class Bounded(_Protocol):
        _deadline: asyncio.TimerHandle | None = None
        _stopping = False

        def connection_made(self, transport) -> None:
            super().connection_made(transport)
            on_change(len(self.connections))
            if len(self.connections) > most:
                transport.abort()
                return
            self._deadline = self.loop.call_later(header_timeout, self._too_late)

        def connection_lost(self, exc) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
            super().connection_lost(exc)
            on_change(len(self.connections))

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._stopping and self.cycle is not None:
                self.cycle.keep_alive = False
            waiting = self.cycle is None or self.cycle.response_complete
            if self._deadline is None and waiting and not self.transport.is_closing():
                self._deadline = self.loop.call_later(header_timeout, self._too_late)
            elif self._deadline is not None and not waiting:
                self._deadline.cancel()
                self._deadline = None

        def shutdown(self) -> None:
            if self.cycle is not None:
                super().shutdown()
                return
            self._stopping = True
            self.loop.call_later(GRACE, self._too_late)

        def _too_late(self) -> None:
            self._deadline = None
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()

    return Bounded
