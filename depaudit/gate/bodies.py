"""Bodies of upstream's answers: piece by piece as they come, or whole and unpacked. Importing this imports aiohttp."""

from __future__ import annotations

import asyncio
import re
import zlib

import aiohttp

from depaudit.gate.base import Unreachable
from depaudit.gate.http1 import Fields, end_to_end
from depaudit.registries import errors
from depaudit.registries.errors import Failure
from depaudit.registries.wire import TOO_LARGE, failure_of

SILENT_SECONDS = 30.0
"""How long a server may be silent in the middle of an answer."""
_LOOK_SECONDS = 0.5
_LENGTH = re.compile(r"[0-9]{1,18}")


class Incoming:
    """An answer whose body is still coming.

    ``fields``  end-to-end header fields as they came, without ``content-length``
    ``length``  how long the server says that the body is; None when it did not say
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        fields = raw_fields(response)
        chunked = any(name.lower() == "transfer-encoding" for name, _ in fields)
        lengths = [value for name, value in fields if name.lower() == "content-length" and _LENGTH.fullmatch(value)]
        self._response = response
        self.status = response.status
        self.reason = response.reason or ""
        self.fields = end_to_end(fields, without=frozenset({"content-length"}))
        self.length = int(lengths[0]) if lengths and not chunked else None

    async def read(self) -> bytes | Unreachable:
        """The next piece of the body, ``b""`` at its end. Never raises but for cancellation."""
        piece = await _next_piece(self._response)
        return Unreachable(piece.reason) if isinstance(piece, Failure) else piece


def raw_fields(response: aiohttp.ClientResponse) -> Fields:
    """Byte by byte as they came: Latin-1 keeps every byte."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)


async def read_whole(response: aiohttp.ClientResponse, limit: int) -> bytes | Failure:
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
    while data := await _next_piece(response):
        if isinstance(data, Failure):
            return data
        if unpacker is None:
            content += data
        elif (failure := unpacker.feed(data, content)) is not None:
            return failure
        if len(content) > limit:
            return TOO_LARGE
    if unpacker is not None and not unpacker.ended:
        return errors.BROKEN_OFF
    return bytes(content)


async def _next_piece(response: aiohttp.ClientResponse) -> bytes | Failure:
    """The next piece of the body, ``b""`` at its end."""
    watch = _Watch(response)
    try:
        return await response.content.readany()
    except Exception as error:  # noqa: BLE001  aiohttp lets its parser's own exceptions out too
        return failure_of(error)
    finally:
        watch.end()


class _Watch:
    """Wakes who waits for a piece that will never come.

    aiohttp 3.14 tells nobody when its parser gives up in the middle of a body: it drops the connection and its own time
    limit with it, and a reader would wait for ever.
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + SILENT_SECONDS
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def end(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def _look(self) -> None:
        content, connection = self._response.content, self._response.connection
        if content.is_eof() or content.exception() is not None:
            return
        if connection is None or connection.transport is None or self._loop.time() > self._deadline:
            content.set_exception(aiohttp.ClientPayloadError())
        else:
            self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)


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
