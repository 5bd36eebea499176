"""Exchanges with registries over aiohttp: fetched whole, or streamed. Importing this imports aiohttp.

No redirect is followed, no cookie kept, no ``.netrc`` read, and nothing is added to what the client sends.
"""

from __future__ import annotations

import asyncio
import io
import ssl
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from depaudit.gate.base import Asked, Fetched, Forward, Unreachable
from depaudit.gate.bodies import SILENT_SECONDS, Incoming, raw_fields, read_whole
from depaudit.gate.http1 import Fields, end_to_end
from depaudit.gate.targets import Origin, parse_origin
from depaudit.registries import errors
from depaudit.registries.errors import Failure, Trouble
from depaudit.registries.proxies import BadProxy, Proxies
from depaudit.registries.wire import RememberingResolver, failure_of

_CONNECT_SECONDS = 10.0
_TUNNEL_SECONDS = 25.0
"""Connecting, the tunnel through a company's proxy, and the handshake."""
_SIDE_BY_SIDE = 50
"""Requests to one host; as many again that are streamed, since a slow client holds these."""
_TRIES = 3
"""Of what can be asked again without harm. The client cannot see a connection that broke behind the gate, so it is
the gate that tries again."""
_PAUSES = (0.1, 0.5)
_MAX_FIELD = 64 * 1024
_UNPACKED = frozenset({"content-encoding", "content-length"})
_FRAMING = frozenset({"host", "content-length", "expect"})
_CREDENTIALS = frozenset({"authorization", "cookie", "npm-otp"})
_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Exchange:
    """Connections, kept open and used again. Made inside a running loop; ``close`` it."""

    def __init__(self, context: ssl.SSLContext, proxies: Proxies) -> None:
        self._proxies = proxies
        self._resolver = RememberingResolver()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # counted here: waiting for a turn is no trouble with connecting
                ssl=context,
                resolver=self._resolver,
                use_dns_cache=False,
                keepalive_timeout=60,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(
                total=None, connect=_TUNNEL_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=SILENT_SECONDS
            ),
            max_line_size=_MAX_FIELD,
            max_field_size=_MAX_FIELD,
            skip_auto_headers=_OURS,
        )
        self._turns: dict[tuple[str, Origin], asyncio.Semaphore] = {}
        if sys.version_info < (3, 11):
            _allow_tls_in_tls()

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await self._resolver.close()
        await asyncio.sleep(0)  # the loop tells each protocol that its connection is gone

    async def fetch(
        self, method: str, url: str, headers: Mapping[str, str], limit: int, body: bytes
    ) -> Fetched | Unreachable:
        """One whole answer, unpacked. Never raises but for cancellation."""
        # A part of something packed could not be unpacked.
        coding = "identity" if any(name.lower() == "range" for name in headers) else "gzip"
        fields = [(name, value) for name, value in headers.items() if name.lower() != "accept-encoding"]
        fields.append(("Accept-Encoding", coding))
        origin = parse_origin(url)
        if origin is None:
            return Unreachable("not a valid URL")
        async with self._turn("fetch", origin):
            for attempt in range(_TRIES):
                outcome = await self._ask_whole(method, origin, url, fields, limit, body)
                if not isinstance(outcome, Failure):
                    return outcome
                if not _may_repeat(method, outcome, attempt):
                    break
                await asyncio.sleep(_PAUSES[attempt])
        return Unreachable(outcome.reason)

    @asynccontextmanager
    async def stream(self, asked: Asked, forward: Forward) -> AsyncIterator[Incoming | Unreachable]:
        """What upstream says to ``asked``, as it comes."""
        url = forward.url or asked.url
        origin = parse_origin(url)
        if origin is None:
            yield Unreachable("not a valid URL")
            return
        without = forward.without
        if origin != parse_origin(asked.url):
            without |= _CREDENTIALS  # they are the other host's
        fields = end_to_end(asked.headers, without=without)
        async with self._turn("stream", origin):
            response = await self._ask(asked.method, origin, url, fields, asked.body)
            if isinstance(response, Failure):
                yield Unreachable(response.reason)
                return
            try:
                yield Incoming(response)
            finally:
                if response.content.at_eof():
                    response.release()
                else:
                    _drop(response)

    def _turn(self, kind: str, origin: Origin) -> asyncio.Semaphore:
        return self._turns.setdefault((kind, origin), asyncio.Semaphore(_SIDE_BY_SIDE))

    async def _ask(
        self, method: str, origin: Origin, url: str, fields: Fields, body: bytes
    ) -> aiohttp.ClientResponse | Failure:
        """An answer whose body has not been read; what broke before there was one is tried again."""
        for attempt in range(_TRIES):
            try:
                outcome = await self._request(method, origin, url, fields, body)
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
                outcome = failure_of(error)
            if not isinstance(outcome, Failure) or not _may_repeat(method, outcome, attempt):
                return outcome
            await asyncio.sleep(_PAUSES[attempt])
        raise AssertionError("the last attempt returns")

    async def _ask_whole(
        self, method: str, origin: Origin, url: str, fields: Iterable[tuple[str, str]], limit: int, body: bytes
    ) -> Fetched | Failure:
        try:
            response = await self._request(method, origin, url, end_to_end(fields), body)
            if isinstance(response, Failure):
                return response
            async with response:
                content = await read_whole(response, limit)
                if isinstance(content, Failure):
                    _drop(response)
                    return content
                return Fetched(
                    status=response.status,
                    reason=response.reason or "",
                    headers=tuple(
                        (name.lower(), value) for name, value in end_to_end(raw_fields(response), without=_UNPACKED)
                    ),
                    body=content,
                    url=url,
                )
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return failure_of(error)

    async def _request(
        self, method: str, origin: Origin, url: str, fields: Fields, body: bytes
    ) -> aiohttp.ClientResponse | Failure:
        """One try. Raises what aiohttp raises."""
        proxy = self._proxies.proxy_for(origin.scheme, origin.address.host)
        if isinstance(proxy, BadProxy):
            return Failure(proxy.reason, Trouble.HOPELESS)
        headers = CIMultiDict((name, value) for name, value in fields if name.lower() not in _FRAMING)
        via: URL | None = None
        to_proxy: dict[str, str] | None = None
        if proxy is not None:
            via = URL(proxy.url)
            if (login := proxy.authorization()) is not None:
                if origin.scheme == "https":
                    to_proxy = {"Proxy-Authorization": login}  # goes with CONNECT alone
                else:
                    headers["Proxy-Authorization"] = login
        response = await self._session.request(
            method,
            URL(url, encoded=True),
            headers=headers,
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
            proxy=via,
            proxy_headers=to_proxy,
        )
        if via is not None and response.status == 407:  # it is the proxy that speaks: this is not for the client
            _drop(response)
            return errors.of_proxy_status(407)
        if response.status < 200:
            _drop(response)
            return errors.nonsense(f"HTTP {response.status}")
        return response


def _drop(response: aiohttp.ClientResponse) -> None:
    """End an answer in its middle. Merely closed, a connection under TLS would go on receiving for half a minute."""
    if response.connection is not None and response.connection.transport is not None:
        response.connection.transport.abort()
    response.close()


def _may_repeat(method: str, failure: Failure, attempt: int) -> bool:
    return method in ("GET", "HEAD") and failure.trouble is Trouble.PASSING and attempt + 1 < _TRIES


def _allow_tls_in_tls() -> None:
    """Let Python 3.10 speak TLS to a host inside TLS to a proxy. It can, and from 3.11 on says so itself."""
    from asyncio import sslproto

    sslproto._SSLProtocolTransport._start_tls_compatible = True  # type: ignore[attr-defined]  # noqa: SLF001
