"""A host that a real server on this machine plays: requests are passed on to its port."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.world.record import Recorded

# RFC 9110, 7.6.1, and what aiohttp writes anew
_NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "proxy-connection"}
)
_SECONDS = 30


class Relays:
    """Which hosts are played by which port of 127.0.0.1. Hosts may be added while the world is on."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None

    def __contains__(self, host: object) -> bool:
        return host in self._ports

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self._ports)

    def add(self, host: str, port: int) -> None:
        """Let the server at ``port`` play ``host``."""
        self._ports[host] = port

    async def answer(self, host: str, recorded: Recorded) -> web.Response:
        """What the server says, unchanged; it is told the host's own name and that the client speaks https."""
        headers = [(key, value) for key, value in recorded.headers if key.lower() not in _NOT_PASSED_ON]
        headers += [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", host), ("X-Forwarded-For", "127.0.0.1")]
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False, skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
            )
        try:
            async with self._session.request(
                recorded.method,
                # the path as it came: a scoped name's %2f must not become a slash
                URL(f"http://127.0.0.1:{self._ports[host]}{recorded.path}", encoded=True),
                headers=headers,
                data=recorded.body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
            ) as heard:
                body = await heard.read()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            return web.Response(status=502, text=f"the server behind {host}: {error}\n")
        kept = [(key, value) for key, value in heard.headers.items() if key.lower() not in _NOT_PASSED_ON]
        return web.Response(status=heard.status, reason=heard.reason, body=body, headers=CIMultiDict(kept))

    async def close(self) -> None:
        """End the connections to the servers."""
        if self._session is not None:
            await self._session.close()
