"""The network behind the gate: what registries are asked, as this machine would ask them.

aiohttp, and the roots of this machine, take some 200 ms to load. This is done beside the client's own start (which
takes as long before it asks anything), so the gate listens long before.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING

from depaudit.gate.base import Asked, Fetched, Forward, Unreachable
from depaudit.gate.targets import Address
from depaudit.gate.tunnel import Ends, open_tunnel
from depaudit.registries.proxies import Proxies

if TYPE_CHECKING:
    from depaudit.gate.bodies import Incoming
    from depaudit.gate.exchange import Exchange


_HEAD_START = 0.1
"""Seconds. Loading at once would hold up what the caller has to do before the client starts."""


class UpstreamClient:
    """Use as ``async with``. Proxies and trusted roots are those that this process's own environment names when it is
    made, before the child's environment is built.

    ``roots``  PEM of further certificate authorities, which the client's own settings name
    """

    def __init__(self, *, roots: bytes = b"") -> None:
        self._proxies = Proxies()
        self._roots = roots
        self._getting_ready: asyncio.Future[ssl.SSLContext] | None = None
        self._exchange: Exchange | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return "UpstreamClient()"

    async def __aenter__(self) -> UpstreamClient:  # noqa: PYI034  typing.Self needs Python 3.11
        self._timer = asyncio.get_running_loop().call_later(_HEAD_START, self._ready)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._getting_ready is not None:
            with suppress(Exception):  # whoever needed it was told
                await self._getting_ready
        if self._exchange is not None:
            await self._exchange.close()
            self._exchange = None

    async def fetch(
        self, method: str, url: str, *, headers: Mapping[str, str], limit: int, seconds: float, body: bytes = b""
    ) -> Fetched | Unreachable:
        """One whole answer within ``seconds``; ``limit`` bounds its body, packed and unpacked. Redirects are answers
        too. Never raises but for cancellation."""
        try:
            return await asyncio.wait_for(self._fetch(method, url, headers, limit, body), seconds)
        except asyncio.TimeoutError:
            return Unreachable("timed out")

    @asynccontextmanager
    async def stream(self, asked: Asked, forward: Forward) -> AsyncIterator[Incoming | Unreachable]:
        """Ask what the client asked, and hand on what comes as it comes. Left early, the connection is dropped."""
        exchange = await self._open()
        if isinstance(exchange, Unreachable):
            yield exchange
            return
        async with exchange.stream(asked, forward) as incoming:
            yield incoming

    async def tunnel(self, address: Address) -> Ends | Unreachable:
        """A raw connection to ``address``, through this machine's proxy where it has one."""
        return await open_tunnel(address, self._proxies, self._context)

    async def _fetch(
        self, method: str, url: str, headers: Mapping[str, str], limit: int, body: bytes
    ) -> Fetched | Unreachable:
        exchange = await self._open()
        if isinstance(exchange, Unreachable):
            return exchange
        return await exchange.fetch(method, url, headers, limit, body)

    async def _open(self) -> Exchange | Unreachable:
        try:
            context = await self._context()
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            return Unreachable("this machine's certificate authorities cannot be read")
        if self._exchange is None:
            from depaudit.gate.exchange import Exchange

            self._exchange = Exchange(context, self._proxies)
        return self._exchange

    async def _context(self) -> ssl.SSLContext:
        return await asyncio.shield(self._ready())

    def _ready(self) -> asyncio.Future[ssl.SSLContext]:
        if self._getting_ready is None:
            self._getting_ready = asyncio.get_running_loop().run_in_executor(None, _load, self._roots)
        return self._getting_ready


def _load(roots: bytes) -> ssl.SSLContext:
    """Everything that is slow: the modules, and the roots that this machine trusts."""
    import depaudit.gate.exchange  # noqa: F401  so that it is there when it is needed
    from depaudit.registries.tls import client_context

    return client_context(roots)
