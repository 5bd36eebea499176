"""One client's connection: what it asks is read, given to the inspector, and answered.

Whatever goes wrong on our side is answered 403: npm and pnpm hang for minutes on a 5xx or a dropped connection, and
pip takes a dropped one for a package without versions.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from urllib.parse import parse_qs

from depaudit.gate.base import Asked, Forward, Reply, Unreachable
from depaudit.gate.delivery import Delivery
from depaudit.gate.duplex import Duplex
from depaudit.gate.http1 import (
    BadRequestError,
    Head,
    clean_reason,
    end_to_end,
    first_lines,
    read_body,
    read_head,
    usual_reason,
)
from depaudit.gate.shared import Shared
from depaudit.gate.targets import Address, Origin, is_path, parse_absolute, parse_authority, parse_origin
from depaudit.gate.tunnel import relay

ALIVE_PATH = "/.depaudit/alive"

_TLS_HANDSHAKE = 0x16
_CHALLENGE = re.compile(r"[0-9a-fA-F]{16,256}")
_FRAMING = frozenset({"content-length", "expect"})
_NOT_JUDGED = "depaudit could not judge this"
_CANCEL_SECONDS = 1.0
_NO_STORE = ("Cache-Control", "no-store")


class Connection:
    """One connection, from its first byte to its last."""

    def __init__(self, shared: Shared, duplex: Duplex) -> None:
        self._shared = shared
        self._duplex = duplex
        self._patience = shared.patience
        self._delivery = Delivery(duplex, shared.patience.stall)

    async def serve(self) -> None:
        """Answer until the client has no more to ask. Raises ``OSError`` when it is gone in the middle."""
        try:
            head = await self._first()
            if head is None:
                return
            await self._shared.lobby.enter()
            try:
                await self._go_on(head)
            finally:
                self._shared.lobby.leave()
        except BadRequestError as error:
            await self._refuse(error.status, error.reason)

    async def _first(self) -> Head | None:
        """The first head, with the right token in it; None when there is nothing more to do."""
        with self._shared.lobby.stranger(self._duplex), self._duplex.within(self._patience.first):
            head = await read_head(self._duplex)
            return head if head is not None and await self._is_let_in(head) else None

    async def _is_let_in(self, head: Head) -> bool:
        if self._shared.lets_in(head.field("proxy-authorization")):
            return True
        await self._duplex.write(_NOT_LET_IN)
        return False

    async def _go_on(self, head: Head) -> None:
        while head.method != "CONNECT":
            if not await self._as_proxy(head):
                return
            following = await self._next()
            if following is None or not await self._is_let_in(following):
                return
            head = following
        await self._connect(head)

    async def _next(self) -> Head | None:
        """The next head on a connection that is kept: patient until it begins, less so from then on."""
        duplex = self._duplex
        if not duplex.buffer:
            with self._shared.lobby.idle(duplex), duplex.within(self._patience.idle):
                if not await duplex.more():
                    return None
        with duplex.within(self._patience.head):
            return await read_head(duplex)

    # What is asked of the proxy itself.

    async def _as_proxy(self, head: Head) -> bool:
        """Answer a request that is no CONNECT. True: the connection may be kept."""
        if head.target.startswith("/"):
            return await self._about_ourselves(head)
        parsed = parse_absolute(head.target)
        if parsed is None:
            raise BadRequestError(400, "not a URL that a proxy can ask for")
        origin, path = parsed
        asked = await self._asked(head, origin.url(path))
        if origin.address.host in self._shared.intercept:
            return await self._answer(head, asked)
        why_not = self._why_not(origin.address)
        if why_not is not None:
            return await self._reply(head, _refusal(why_not), keep=self._keeps(head))
        return await self._carry_out(head, asked, Forward())

    async def _about_ourselves(self, head: Head) -> bool:
        path, _, query = head.target.partition("?")
        challenge = parse_qs(query[:512]).get("challenge", [""])[0]
        if head.method != "GET" or path != ALIVE_PATH or not _CHALLENGE.fullmatch(challenge):
            raise BadRequestError(400, "this is a proxy")
        await read_body(self._duplex, head, most=0, idle=self._patience.body)
        proof = self._shared.prove(challenge).encode("ascii")
        reply = Reply(status=200, headers=(("Content-Type", "text/plain"), _NO_STORE), body=proof)
        return await self._reply(head, reply, keep=self._keeps(head))

    async def _connect(self, head: Head) -> None:
        address = parse_authority(head.target)
        if address is None:
            raise BadRequestError(400, "not a host and port")
        if address.host in self._shared.intercept:
            await self._intercept(head, address)
            return
        why_not = self._why_not(address)
        if why_not is not None:
            await self._reply(head, _refusal(why_not), keep=False)
            return
        ends = await self._shared.upstream.tunnel(address)
        if isinstance(ends, Unreachable):
            await self._reply(head, _refusal(_out_of_reach(address.host, ends.reason)), keep=False)
            return
        try:
            await self._duplex.write(_ESTABLISHED)
            await relay(self._duplex, ends)
        finally:
            ends[1].close()

    async def _intercept(self, head: Head, address: Address) -> None:
        """Stand in for ``address``: over TLS, or in the clear where the client begins with a request (Yarn and Poetry
        use CONNECT for plain http too)."""
        duplex = self._duplex
        for_tls = address.host in self._shared.authority.hosts
        if not for_tls and address.port == 443:
            reason = f"https to {address.host} cannot be judged; name the index by a host name"
            await self._reply(head, _refusal(reason), keep=False)
            return
        await duplex.write(_ESTABLISHED)
        with duplex.within(self._patience.head):
            if not duplex.buffer and not await duplex.more():
                return
            scheme = "http"
            if duplex.buffer[0] == _TLS_HANDSHAKE and for_tls:
                try:
                    await duplex.start_tls(self._shared.authority.context_for(address.host))
                except ssl.SSLError:
                    # A client that does not trust the authority: the run's end can say so.
                    self._shared.distrusted[address.host] = None
                    return
                scheme = "https"
            following = await read_head(duplex)
        origin = Origin(scheme, address)
        while following is not None:
            asked = await self._asked(following, origin.url(_path_on(origin, following)))
            if not await self._answer(following, asked):
                return
            following = await self._next()

    # Judging and answering.

    async def _asked(self, head: Head, url: str) -> Asked:
        body = await read_body(self._duplex, head, most=self._patience.max_body, idle=self._patience.body)
        return Asked(method=head.method, url=url, headers=end_to_end(head.fields, without=_FRAMING), body=body)

    async def _answer(self, head: Head, asked: Asked) -> bool:
        outcome = await self._judged(asked)
        if isinstance(outcome, Reply):
            return await self._reply(head, outcome, keep=self._keeps(head))
        return await self._carry_out(head, asked, outcome)

    async def _judged(self, asked: Asked) -> Reply | Forward:
        """What the inspector says; a refusal when it fails to."""
        # A task of its own: should it end as cancelled, it is this request that has no answer, not this connection.
        judging = asyncio.ensure_future(self._shared.inspector.answer(asked))
        try:
            done, _ = await asyncio.wait({judging}, timeout=self._patience.judge)
        finally:
            if not judging.done():
                judging.cancel()
                await asyncio.wait({judging}, timeout=_CANCEL_SECONDS)
        if not done:
            trouble = "time-out"
        elif judging.cancelled():
            trouble = "cancellation"
        elif (error := judging.exception()) is not None:
            trouble = type(error).__name__
        else:
            outcome = judging.result()
            if isinstance(outcome, Forward) or 200 <= outcome.status <= 599:
                return outcome
            trouble = "no status of an answer"
        self._shared.note(f"{trouble} while judging {asked.method} {asked.url.partition('?')[0]}")
        return _refusal(_NOT_JUDGED)

    def _why_not(self, address: Address) -> str | None:
        try:
            return self._shared.inspector.admits(address.host, address.port)
        except Exception as error:  # noqa: BLE001  as above
            self._shared.note(f"{type(error).__name__} while judging a tunnel to {address.host}")
            return _NOT_JUDGED

    async def _carry_out(self, head: Head, asked: Asked, forward: Forward) -> bool:
        """Stream upstream's answer; what fails before its first byte is answered with a refusal."""
        origin = parse_origin(forward.url or asked.url)
        name = origin.address.host if origin is not None else "?"
        self._delivery.begun = False
        try:
            async with self._shared.upstream.stream(asked, forward) as incoming:
                if not isinstance(incoming, Unreachable):
                    return await self._delivery.pass_on(head, incoming, keep=self._keeps(head))
            reason = _out_of_reach(name, incoming.reason)
        except OSError:  # the client is gone; upstream's troubles are values
            raise
        except Exception as error:  # noqa: BLE001  a defect of ours
            self._shared.note(f"{type(error).__name__} while asking {name}")
            if self._delivery.begun:
                self._duplex.abort()
                return False
            reason = "depaudit could not ask for this"
        return await self._reply(head, _refusal(reason), keep=self._keeps(head))

    async def _reply(self, head: Head | None, reply: Reply, *, keep: bool) -> bool:
        return await self._delivery.reply(head, reply, keep=keep)

    async def _refuse(self, status: int, reason: str) -> None:
        """Answer what could not be understood; the connection ends with it."""
        body = json.dumps({"error": reason}).encode("ascii")
        fields = (("Content-Type", "application/json"), _NO_STORE)
        reply = Reply(status=status, reason=usual_reason(status), headers=fields, body=body)
        await self._reply(None, reply, keep=False)

    def _keeps(self, head: Head) -> bool:
        return head.keeps_alive() and not self._shared.lobby.crowded


_NOT_LET_IN = first_lines(
    407,
    "",
    (("Proxy-Authenticate", 'Basic realm="depaudit"'), _NO_STORE, ("Content-Length", "0"), ("Connection", "close")),
)
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def _path_on(origin: Origin, head: Head) -> str:
    """The path that ``head`` asks for on ``origin``. Raises ``BadRequestError``."""
    if is_path(head.target):
        return head.target
    parsed = parse_absolute(head.target)
    if parsed is None or parsed[0] != origin:
        raise BadRequestError(400, "not a path of this host")
    return parsed[1]


def _out_of_reach(host: str, reason: str) -> str:
    return f"depaudit: upstream {host} cannot be reached: {reason}"


def _refusal(reason: str) -> Reply:
    """403, as the npm family shows it too."""
    body = json.dumps({"error": reason}).encode("ascii")
    return Reply(
        status=403,
        reason=clean_reason(reason),
        headers=(("Content-Type", "application/json"), _NO_STORE),
        body=body,
    )
