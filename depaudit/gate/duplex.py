"""Bytes from and to one peer, in the clear or under TLS, with bounded memory and bounded patience.

TLS is spoken over memory buffers rather than by the event loop's own protocol: so a connection can be looked at before
it is decided whether it turns to TLS, on every platform and with every supported Python alike.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 64 * 1024
_WRITE_BUFFER = 128 * 1024
_LINGER_SECONDS = 1.0
_LINGER_BYTES = 4 * 1024 * 1024


class Duplex:
    """One connection. ``buffer`` holds what was read and not yet used: readers take from its front."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.buffer = bytearray()
        self.reader = reader
        self.writer = writer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._loop = asyncio.get_running_loop()
        writer.transport.set_write_buffer_limits(high=_WRITE_BUFFER)

    async def more(self) -> bool:
        """Read on into ``buffer``: whatever comes next, at most 64 KB. False when the peer has ended or is gone."""
        data = await self._receive() if self._tls is None else await self._decrypt(self._tls)
        self.buffer += data
        return data != b""

    async def write(self, data: bytes) -> None:
        """Send ``data``; returns when little of it waits in memory. Raises ``OSError`` when the peer is gone."""
        if self._tls is None:
            self.writer.write(data)
            await self.writer.drain()
            return
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._tls.write(view[start : start + _PIECE])
            await self._flush()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Become the server's side of TLS; ``buffer`` may hold the beginning of what the client says.

        Raises ``OSError`` (``ssl.SSLError`` is one) when the two do not come together.
        """
        tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._incoming.write(self.buffer)
        self.buffer.clear()
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
            except ssl.SSLError:
                await self._flush()  # the alert
                raise
            data = await self._receive()
            if not data:
                raise ConnectionResetError("the client left in the handshake")
            self._incoming.write(data)
        self._tls = tls
        await self._flush()

    async def finish(self) -> None:
        """End in order: what was written arrives, also when the peer was still sending."""
        with suppress(OSError), self.within(_LINGER_SECONDS):
            if self._tls is not None:
                with suppress(ssl.SSLError):  # it is our word of goodbye that counts; the answer is not waited for
                    self._tls.unwrap()
                await self._flush()
            if self.writer.can_write_eof():
                self.writer.write_eof()
            left = _LINGER_BYTES
            while left > 0 and (data := await self._receive()):
                left -= len(data)
        self.writer.close()

    def has_sent_all(self) -> bool:
        """Whether all that was written is out of our hands."""
        return self.writer.transport.get_write_buffer_size() == 0

    def abort(self) -> None:
        """Drop the connection at once."""
        self.writer.transport.abort()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Drop the connection if what is inside takes longer than ``seconds``: reads then end, and writes raise."""
        timer = self._loop.call_later(seconds, self.abort)
        try:
            yield
        finally:
            timer.cancel()

    async def _receive(self) -> bytes:
        try:
            return await self.reader.read(_PIECE)
        except OSError:
            return b""

    async def _decrypt(self, tls: ssl.SSLObject) -> bytes:
        while True:
            try:
                return tls.read(_PIECE)
            except ssl.SSLWantReadError:
                await self._flush()
            except ssl.SSLError:  # the end, said or not, or no TLS any more
                return b""
            data = await self._receive()
            if not data:
                return b""
            self._incoming.write(data)

    async def _flush(self) -> None:
        if self._outgoing.pending:
            self.writer.write(self._outgoing.read())
            await self.writer.drain()
