"""Exchanges with registries over aiohttp: fetched whole, or streamed. Importing this imports aiohttp.

No redirect is followed, no cookie kept, no ``.netrc`` read, and nothing is added to what the client sends.
"""

from __future__ import annotations

import asyncio
import io
import re
import ssl
import sys
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from depaudit.gate.base import Asked, Fetched, Forward, Unreachable
from depaudit.gate.http1 import Fields, end_to_end
from depaudit.gate.targets import Origin, parse_origin
from depaudit.registries import errors
from depaudit.registries.errors import Failure, Trouble
from depaudit.registries.proxies import BadProxy, Proxies
from depaudit.registries.wire import TOO_LARGE, RememberingResolver, failure_of

_CONNECT_SECONDS = 10.0
_TUNNEL_SECONDS = 25.0
"""Connecting, the tunnel through a company's proxy, and the handshake."""
_SILENT_SECONDS = 30.0
_SIDE_BY_SIDE = 50
"""Requests to one host; as many again that are streamed, since a slow client holds these."""
_TRIES = 3
"""Of what can be asked again without harm. The client cannot see a connection that broke behind the gate, so it is
the gate that tries again."""
_PAUSES = (0.1, 0.5)
_MAX_FIELD = 64 * 1024
_LENGTH = re.compile(r"[0-9]{1,18}")
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
                total=None, connect=_TUNNEL_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=_SILENT_SECONDS
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
                if not response.content.at_eof():
                    response.close()
                response.release()

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
                content = await _read_whole(response, limit)
                if isinstance(content, Failure):
                    response.close()
                    return content
                return Fetched(
                    status=response.status,
                    reason=response.reason or "",
                    headers=tuple(
                        (name.lower(), value) for name, value in end_to_end(_raw_fields(response), without=_UNPACKED)
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
            response.close()
            return errors.of_proxy_status(407)
        if response.status < 200:
            response.close()
            return errors.nonsense(f"HTTP {response.status}")
        return response


class Incoming:
    """An answer whose body is still coming.

    ``fields``  end-to-end header fields as they came, without ``content-length``
    ``length``  how long the server says that the body is; None when it did not say
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        fields = _raw_fields(response)
        chunked = any(name.lower() == "transfer-encoding" for name, _ in fields)
        lengths = [value for name, value in fields if name.lower() == "content-length" and _LENGTH.fullmatch(value)]
        self._content = response.content
        self.status = response.status
        self.reason = response.reason or ""
        self.fields = end_to_end(fields, without=frozenset({"content-length"}))
        self.length = int(lengths[0]) if lengths and not chunked else None

    async def read(self) -> bytes | Unreachable:
        """The next piece of the body, ``b""`` at its end. Never raises but for cancellation."""
        try:
            return await self._content.readany()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return Unreachable(failure_of(error).reason)


_UNPACKED = frozenset({"content-encoding", "content-length"})


def _raw_fields(response: aiohttp.ClientResponse) -> Fields:
    """Byte by byte as they came: Latin-1 keeps every byte."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)


async def _read_whole(response: aiohttp.ClientResponse, limit: int) -> bytes | Failure:
    """The body, unpacked, as long as it has no more than ``limit`` bytes either way."""
    if response.method == "HEAD":
        return b""
    length = response.content_length
    if length is not None and length > limit:
        return TOO_LARGE
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        return errors.nonsense("in an encoding that was not asked for")
    unpacker = _Unpacker(limit) if "gzip" in coding else None
    content = bytearray()
    while data := await response.content.readany():
        if unpacker is None:
            content += data
        elif (failure := unpacker.feed(data, content)) is not None:
            return failure
        if len(content) > limit:
            return TOO_LARGE
    if unpacker is not None and not unpacker.ended:
        return errors.BROKEN_OFF
    return bytes(content)


class _Unpacker:
    """Undoes gzip piece by piece, never making more than ``limit`` bytes and one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._stream = zlib.decompressobj(wbits=31)
        self.ended = True

    def feed(self, data: bytes, content: bytearray) -> Failure | None:
        """Append to ``content`` what ``data`` unpacks to."""
        while data:
            if self._stream.eof:  # another member, or the padding that some servers send
                data = data.lstrip(b"\0")
                if not data:
                    return None
                self._stream = zlib.decompressobj(wbits=31)
            try:
                content += self._stream.decompress(data, self._limit - len(content) + 1)
            except zlib.error:
                return errors.nonsense("not gzip")
            if len(content) > self._limit:
                return TOO_LARGE
            self.ended = self._stream.eof
            data = self._stream.unused_data
        return None


def _may_repeat(method: str, failure: Failure, attempt: int) -> bool:
    return method in ("GET", "HEAD") and failure.trouble is Trouble.PASSING and attempt + 1 < _TRIES


def _allow_tls_in_tls() -> None:
    """Let Python 3.10 speak TLS to a host inside TLS to a proxy. It can, and from 3.11 on says so itself."""
    from asyncio import sslproto

    sslproto._SSLProtocolTransport._start_tls_compatible = True  # type: ignore[attr-defined]  # noqa: SLF001
