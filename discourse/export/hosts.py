"""Which Host a request may name, so that no page of another site reads a service on this machine.

A page can have its own name point at 127.0.0.1 once it is open (DNS rebinding); to the browser the service is then
of the page's own origin. Such requests carry the page's name as their Host; a number never is such a name.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    if host.lower() == "localhost":
        return True
    number = _number(host)
    return number is not None and number.is_loopback


def host_name(header: str) -> str:
    """The name in a Host header, in small letters and without the port; empty where it has none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


class KnownHosts:
    """An ASGI application that answers only requests whose Host it is known by.

    On a loopback address these are the loopback names and the name it was told to listen on; elsewhere any
    number, that name, and the name of the machine.
    """

    def __init__(self, app, host: str) -> None:
        self.app = app
        self.open = not is_loopback(host)
        self.names = {host.lower()}
        if self.open:
            own = socket.gethostname().lower()
            self.names |= {"localhost", own, f"{own.partition('.')[0]}.local"}

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan" or self.knows(scope["headers"]):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def knows(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """True where the headers name one host, and that is ours."""
        given = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
        name = host_name(given[0]) if len(given) == 1 else ""
        return is_loopback(name) or name in self.names or self.open and _number(name) is not None


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


async def _refuse(send) -> None:
    body = (
        b"This address is not one that the service answers to; take the one that it printed at its start.\n"
    )
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
