"""One exchange over aiohttp: a request out, an answer or a failure back. Importing this imports aiohttp.

No retry, no redirect, no policy: ``http`` decides those. Cookies are neither kept nor sent, ``.netrc`` is not read.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Mapping
from functools import cache

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from depaudit.model.record import record
from depaudit.model.settings import Limits
from depaudit.registries import errors
from depaudit.registries.errors import Failure, Trouble
from depaudit.registries.proxies import BadProxy, Proxies
from depaudit.registries.tls import client_context

_MAX_ERROR_BODY = 64 * 1024
TOO_LARGE = Failure("the answer is larger than allowed")


@record(kw_only=False)
class Raw:
    """What came back, headers with lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class RememberingResolver(AbstractResolver):
    """The system's resolver, asked once a host and run.

    A check of where a name leads and the connection made after it then see the same addresses.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], asyncio.Task[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of ``host``. Raises ``OSError`` when it has none."""
        key = (host, family)
        task = self._known.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._known[key] = asyncio.ensure_future(_look_up(host, family))
        return [{**found, "port": port} for found in await asyncio.shield(task)]

    async def close(self) -> None:
        """Forget all."""
        for task in self._known.values():
            task.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)
        self._known.clear()


async def _look_up(host: str, family: socket.AddressFamily) -> list[ResolveResult]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, 0, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG)
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(hostname=host, host=str(to[0]), port=int(to[1]), family=kind, proto=proto, flags=numeric)
        for kind, _, proto, _, to in found
    ]


class Wire:
    """Connections, kept open and used again. Made inside a running loop; ``close`` it."""

    def __init__(self, limits: Limits, user_agent: str, roots: bytes = b"") -> None:
        self._limits = limits
        self._proxies = Proxies()
        self.resolver = RememberingResolver()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # the gates count
                ssl=client_context(roots),
                resolver=self.resolver,
                use_dns_cache=False,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # so that what comes out of a bomb is counted here
            trust_env=False,  # it would also send passwords of .netrc
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
        )
        if hasattr(self._session, "_retry_connection"):  # aiohttp would repeat some requests by itself, uncounted
            self._session._retry_connection = False  # noqa: SLF001  there is no public switch
        self._usual = self._timeout(limits.request_deadline)

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await self.resolver.close()

    async def leads_inside(self, host: str) -> bool:
        """Whether DNS sends ``host`` to a private address.

        Where a proxy does the resolving this machine's DNS may know nothing: then False.
        """
        from depaudit.registries.addresses import is_inside_address

        try:
            found = await self.resolver.resolve(host)
        except OSError:
            return False
        return any(is_inside_address(one["host"]) for one in found)

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Raw | Failure:
        """One exchange within ``seconds``. Never raises but for cancellation."""
        target = _parse(url)
        if target is None or (host := target.host) is None:
            return Failure("not a valid URL")
        proxy = self._proxies.proxy_for(target.scheme, host)
        if isinstance(proxy, BadProxy):
            return Failure(proxy.reason, Trouble.HOPELESS)
        via: URL | None = None
        to_proxy: dict[str, str] | None = None
        if proxy is not None:
            via = URL(proxy.url)
            if (login := proxy.authorization()) is not None:
                if target.scheme == "https":
                    to_proxy = {"Proxy-Authorization": login}  # goes with CONNECT alone
                else:
                    headers = {**headers, "Proxy-Authorization": login}
        try:
            async with self._session.request(
                method,
                target,
                headers=headers,
                data=body,
                allow_redirects=False,
                proxy=via,
                proxy_headers=to_proxy,
                timeout=self._usual if seconds >= self._limits.request_deadline else self._timeout(seconds),
            ) as response:
                limit = self._limits.max_body if response.status < 300 else _MAX_ERROR_BODY
                content = await _read(response, limit)
                if isinstance(content, Failure):
                    if response.status < 300:
                        return content
                    content = b""  # the status says enough
                return Raw(response.status, {k.lower(): v for k, v in response.headers.items()}, content)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return failure_of(error)

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        limits = self._limits
        return aiohttp.ClientTimeout(
            total=max(0.01, seconds),
            connect=limits.read_timeout,  # through a proxy: its tunnel included
            sock_connect=limits.connect_timeout,
            sock_read=limits.read_timeout,
        )


def _parse(url: str) -> URL | None:
    """``url`` exactly as it is, escapes included; None when it is none, or could break the request's first line."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        return None
    try:
        target = URL(url, encoded=True)
        return target if target.scheme in ("http", "https") and target.host and target.port else None
    except ValueError:
        return None


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes | Failure:
    """The whole body, decompressed, as long as it has no more than ``limit`` bytes either way."""
    length = response.content_length
    if length is not None and length > limit:
        return TOO_LARGE
    content = response.content
    data = await content.readany()
    if not content.at_eof():
        pieces, size = [data], len(data)
        while data := await content.readany():
            size += len(data)
            if size > limit:
                return TOO_LARGE
            pieces.append(data)
        data = b"".join(pieces)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity") or not data:
        return data if len(data) <= limit else TOO_LARGE
    if encoding not in ("gzip", "x-gzip"):
        return errors.nonsense("in an encoding that was not asked for")
    return _inflate(data, limit)


def _inflate(data: bytes, limit: int) -> bytes | Failure:
    """Undo gzip, never making more than ``limit`` bytes."""
    pieces: list[bytes] = []
    size = 0
    try:
        while data:
            stream = zlib.decompressobj(wbits=31)
            pieces.append(stream.decompress(data, limit - size + 1))
            size += len(pieces[-1])
            if size > limit:
                return TOO_LARGE
            if not stream.eof:
                return errors.BROKEN_OFF
            data = stream.unused_data.lstrip(b"\0")
    except zlib.error:
        return errors.nonsense("not gzip")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


@cache
def _table() -> tuple[tuple[type[BaseException], Failure], ...]:
    """Exceptions and what they mean; the first that fits counts, so the narrow stand before the wide."""
    not_trusted = Failure("TLS certificate not trusted", Trouble.HOPELESS)
    no_tls = Failure("TLS handshake failed", Trouble.UNREACHABLE)
    return (
        (aiohttp.ClientConnectorCertificateError, not_trusted),
        (ssl.SSLCertVerificationError, not_trusted),
        (aiohttp.ClientProxyConnectionError, Failure("could not connect to the proxy", Trouble.UNREACHABLE)),
        (aiohttp.ClientConnectorDNSError, Failure("the host's name could not be resolved", Trouble.UNREACHABLE)),
        (aiohttp.ClientConnectorSSLError, no_tls),
        (asyncio.TimeoutError, errors.TIMED_OUT),
        (aiohttp.ClientConnectorError, Failure("could not connect", Trouble.UNREACHABLE)),
        (aiohttp.ServerDisconnectedError, Failure("the connection was closed early", Trouble.PASSING)),
        (aiohttp.ClientPayloadError, errors.BROKEN_OFF),
        (aiohttp.InvalidURL, Failure("not a valid URL")),
        (aiohttp.ClientResponseError, Failure("answered nonsense: not HTTP", Trouble.PASSING)),
        (ssl.SSLError, no_tls),
        (OSError, Failure("the connection broke", Trouble.PASSING)),
        (ValueError, Failure("the request could not be made")),
    )


def failure_of(error: BaseException) -> Failure:
    """What ``error`` means. Nothing of its text is shown: it may hold addresses, headers or a proxy's password."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return errors.of_proxy_status(error.status)
    for kind, failure in _table():
        if isinstance(error, kind):
            return failure
    return Failure("the request failed", Trouble.PASSING)
