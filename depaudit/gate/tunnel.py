"""Tunnels to hosts that have nothing to do with packages: bytes both ways, untouched."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from depaudit.gate.base import Unreachable
from depaudit.gate.duplex import Duplex
from depaudit.gate.targets import Address
from depaudit.registries import errors
from depaudit.registries.proxies import BadProxy, Proxies, Proxy

_PIECE = 64 * 1024
_CONNECT_SECONDS = 10.0
_PROXY_SECONDS = 20.0
"""A company's proxy answers only after it has itself reached the host."""
_HALF_OPEN_SECONDS = 120.0
"""How long a tunnel whose one end has ended may be silent."""

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_T = TypeVar("_T")


async def open_tunnel(
    address: Address, proxies: Proxies, context: Callable[[], Awaitable[ssl.SSLContext]]
) -> Ends | Unreachable:
    """Reach ``address`` as this machine would: through the proxy that it has set up, or directly.

    ``context``  gives what a proxy that is itself spoken to by TLS is verified with
    """
    proxy = proxies.proxy_for("http" if address.port == 80 else "https", address.host)
    if isinstance(proxy, BadProxy):
        return Unreachable(proxy.reason)
    try:
        if proxy is None:
            return await _in_time(_open(address.host, address.port, None), _CONNECT_SECONDS)
        return await _in_time(_through(proxy, address, context), _PROXY_SECONDS)
    except asyncio.TimeoutError:
        return Unreachable(errors.TIMED_OUT.reason)
    except socket.gaierror:
        return Unreachable("the host's name could not be resolved")
    except ssl.SSLCertVerificationError:
        return Unreachable("TLS certificate of the proxy not trusted")
    except (OSError, UnicodeError):  # UnicodeError: a label that IDNA does not know
        return Unreachable("could not connect" if proxy is None else "could not connect to the proxy")


async def relay(duplex: Duplex, ends: Ends) -> None:
    """Carry bytes both ways until both sides have ended, or one is gone. Both are closed then."""
    reader, writer = ends
    tunnel = _Tunnel()
    ways = [
        asyncio.create_task(tunnel.carry(duplex.reader, writer, bytes(duplex.buffer))),
        asyncio.create_task(tunnel.carry(reader, duplex.writer, b"")),
    ]
    duplex.buffer.clear()
    try:
        done, going = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if going and all(way.result() for way in done):
            await tunnel.wait_for_silence(going)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (duplex.writer, writer):
            end.close()


class _Tunnel:
    """What the two ways of one tunnel know of each other."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> bool:
        """Carry ``data``, and what comes after it, to the other side. True: the one side ended, and the other may go
        on; False: there is nobody any more to go on with."""
        try:
            while True:
                if writer.is_closing():  # under TLS it may be closing for long, and would take everything
                    return False
                if data:
                    writer.write(data)
                    await writer.drain()
                    self._last = self._loop.time()
                data = await reader.read(_PIECE)
                if not data:
                    break
            if not writer.can_write_eof():
                return False
            writer.write_eof()
        except (OSError, RuntimeError):  # RuntimeError: the transport has closed in between
            return False
        return True

    async def wait_for_silence(self, ways: set[asyncio.Task[bool]]) -> None:
        """Wait for the other way to end, for as long as anything comes on it."""
        while ways:
            left = self._last + _HALF_OPEN_SECONDS - self._loop.time()
            if left <= 0:
                return
            _, ways = await asyncio.wait(ways, timeout=left)


async def _through(
    proxy: Proxy, address: Address, context: Callable[[], Awaitable[ssl.SSLContext]]
) -> Ends | Unreachable:
    parts = urlsplit(proxy.url)
    tls = await context() if parts.scheme == "https" else None
    reader, writer = await _open(parts.hostname or "", parts.port or 0, tls)
    try:
        login = proxy.authorization()
        lines = [f"CONNECT {address.authority()} HTTP/1.1", f"Host: {address.authority()}"]
        if login is not None:
            lines.append(f"Proxy-Authorization: {login}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        await writer.drain()
        status = _status(await reader.readuntil(b"\r\n\r\n"))
    except BaseException as error:
        writer.transport.abort()
        if isinstance(error, (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError)):
            return Unreachable("the proxy broke off")
        raise
    if status is not None and 200 <= status < 300:
        return reader, writer
    writer.transport.abort()
    return Unreachable("the proxy answered nonsense" if status is None else errors.of_proxy_status(status).reason)


async def _open(host: str, port: int, tls: ssl.SSLContext | None) -> Ends:
    return await asyncio.open_connection(host, port, ssl=tls, limit=_PIECE, happy_eyeballs_delay=0.25)


def _status(head: bytes) -> int | None:
    version, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    digits = rest[:3]
    return int(digits) if version in (b"HTTP/1.1", b"HTTP/1.0") and len(digits) == 3 and digits.isdigit() else None


async def _in_time(work: Awaitable[_T], seconds: float) -> _T:
    return await asyncio.wait_for(work, seconds)
