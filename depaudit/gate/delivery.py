"""Answers on their way to the client: whole ones of our own, and upstream's as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depaudit.gate.base import Reply, Unreachable
from depaudit.gate.duplex import Duplex
from depaudit.gate.http1 import Head, end_to_end, first_lines

if TYPE_CHECKING:
    from depaudit.gate.bodies import Incoming

_LENGTH = frozenset({"content-length"})
_NOT_PASSED = frozenset({"alt-svc"})
"""It would lead the client round the gate, by HTTP/3."""
_NO_BODY = (204, 304)


class Delivery:
    """Writes to one connection. ``stall``: a client that takes nothing for so many seconds is dropped.

    ``begun``  whether the last answer has begun to be sent: no other can be given in its stead then
    """

    def __init__(self, duplex: Duplex, stall: float) -> None:
        self._duplex = duplex
        self._stall = stall
        self.begun = False

    async def reply(self, head: Head | None, reply: Reply, *, keep: bool) -> bool:
        """Send a whole answer; ``head`` is what it answers, as far as that was understood. Returns ``keep``, which says
        whether another request may follow."""
        fields = list(end_to_end(reply.headers, without=_LENGTH))
        is_head = head is not None and head.method == "HEAD"
        bodyless = is_head or reply.status in _NO_BODY
        if reply.status not in _NO_BODY:
            said = next((value for name, value in reply.headers if name.lower() == "content-length"), "")
            length = said if is_head and not reply.body and said.isascii() and said.isdigit() else str(len(reply.body))
            fields.append(("Content-Length", length))
        fields.append(("Connection", "keep-alive" if keep else "close"))
        lines = first_lines(reply.status, reply.reason, fields)
        await self._write(lines if bodyless else lines + reply.body)
        return keep

    async def pass_on(self, head: Head, incoming: Incoming, *, keep: bool) -> bool:
        """Send upstream's answer piece by piece, no faster than the client takes it. Returns whether another request
        may follow. Where upstream breaks off, so do we: the client must not take a part for the whole."""
        bodyless = head.method == "HEAD" or incoming.status in _NO_BODY
        chunked = incoming.length is None and not bodyless and head.minor > 0
        keep = keep and (chunked or bodyless or incoming.length is not None)
        fields = [field for field in incoming.fields if field[0].lower() not in _NOT_PASSED]
        if incoming.length is not None:
            fields.append(("Content-Length", str(incoming.length)))
        elif chunked:
            fields.append(("Transfer-Encoding", "chunked"))
        fields.append(("Connection", "keep-alive" if keep else "close"))
        await self._write(first_lines(incoming.status, incoming.reason, fields))
        if bodyless:
            return keep
        while piece := await incoming.read():
            if isinstance(piece, Unreachable):
                self._duplex.abort()
                return False
            await self._write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            await self._write(b"0\r\n\r\n")
        return keep

    async def _write(self, data: bytes) -> None:
        self.begun = True
        with self._duplex.within(self._stall):
            await self._duplex.write(data)
