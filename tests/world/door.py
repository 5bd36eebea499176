"""The CONNECT proxy: lets clients in to the hosts that the world plays, and turns them away from all others."""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from typing import cast
from weakref import WeakSet

from tests.world import authority
from tests.world.faults import Faults
from tests.world.record import Knock
from tests.world.site import Site

_MOST_HEAD = 64 * 1024
_END = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
_REFUSALS = {
    407: b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n' + _END,
    502: b"HTTP/1.1 502 Bad Gateway\r\n" + _END,
}


class Door:
    """What all connections share. ``latency`` stands for the round trips of connecting and of the handshake."""

    def __init__(self, site: Site, faults: Faults, *, latency: float) -> None:
        self.site = site
        self.faults = faults
        self.latency = latency
        self.credential: str | None = None
        self.connections: WeakSet[asyncio.BaseTransport] = WeakSet()
        self.tasks: set[asyncio.Task[None]] = set()
        self._knocks: list[Knock] = []
        self._lock = threading.Lock()

    @property
    def knocks(self) -> tuple[Knock, ...]:
        with self._lock:
            return tuple(self._knocks)

    def note(self, knock: Knock) -> None:
        with self._lock:
            self._knocks.append(knock)

    async def close(self) -> None:
        """End every connection, those that the site has taken over too."""
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for transport in tuple(self.connections):
            with suppress(AttributeError):  # asyncio's own, for one that has just sent its last byte and ended
                cast("asyncio.Transport", transport).abort()


class Visitor(asyncio.Protocol):
    """One connection, until it is handed to the site: reads the head of CONNECT, or of a plain request."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._head = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._door.connections.add(transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._head += data
        head, end, _ = self._head.partition(b"\r\n\r\n")
        if not end:
            if len(self._head) > _MOST_HEAD:
                self._transport.abort()
            return
        request_line, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = request_line.partition(" ")
        if method != "CONNECT":
            self._hand_over_plain()
            return
        self._transport.pause_reading()
        host, _, port = rest.partition(" ")[0].rpartition(":")
        pairs = tuple((key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines))
        work = self._connect(host.lower(), int(port) if port.isdigit() else 0, pairs)
        task = asyncio.get_running_loop().create_task(work)
        self._door.tasks.add(task)
        task.add_done_callback(self._door.tasks.discard)

    def _hand_over_plain(self) -> None:
        assert self._transport is not None
        protocol = self._door.site.server("", tls=False)()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._head)

    async def _connect(self, host: str, port: int, headers: tuple[tuple[str, str], ...]) -> None:
        transport = self._transport
        assert transport is not None
        fault = self._door.faults.at_connect(host)
        known = host in self._door.site.hosts and port == 443 and fault != "dns-failure"
        knock = Knock(host=host, port=port, headers=headers, status=200 if known else 502)
        if self._door.credential not in (None, knock.header("Proxy-Authorization")):
            knock = replace(knock, status=407)
        self._door.note(knock)
        await asyncio.sleep(self._door.latency)
        if transport.is_closing():
            return
        if knock.status != 200:
            transport.write(_REFUSALS[knock.status])
            transport.close()
            return
        transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.sleep(self._door.latency)
        root = authority.untrusted() if fault == "tls-error" else authority.trusted()
        await self._enter(transport, host, root.context(host))

    async def _enter(self, transport: asyncio.Transport, host: str, context: ssl.SSLContext) -> None:
        """TLS on the same connection, then the site's own protocol on top: no byte is copied twice."""
        hall = _Hall()
        loop = asyncio.get_running_loop()
        try:
            inner = await loop.start_tls(transport, hall, context, server_side=True, ssl_handshake_timeout=10)
        except (OSError, asyncio.CancelledError):  # ssl.SSLError is an OSError: the client did not like us
            transport.abort()
            return
        if inner is None or hall.left:
            transport.abort()
            return
        protocol = self._door.site.server(host, tls=True)()
        inner.set_protocol(protocol)
        protocol.connection_made(inner)
        if hall.early:
            protocol.data_received(hall.early)


class _Hall(asyncio.Protocol):
    """Keeps what a client sends in the same breath as the end of its handshake."""

    def __init__(self) -> None:
        self.early = b""
        self.left = False

    def data_received(self, data: bytes) -> None:
        self.early += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.left = True
