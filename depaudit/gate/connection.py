"""One client's connection: what it asks is read, given to the inspector, and answered.

Whatever goes wrong on our side is answered 403: npm and pnpm hang for minutes on a 5xx or a dropped connection, and
pip takes a dropped one for a package without versions.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import re
import ssl
from urllib.parse import parse_qs

from depaudit.gate.base import Asked, Forward, Inspector, Reply, Unreachable
from depaudit.gate.ca import Authority
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
from depaudit.gate.lobby import Lobby
from depaudit.gate.targets import Address, Origin, is_path, parse_absolute, parse_authority
from depaudit.gate.tunnel import relay
from depaudit.gate.upstream import UpstreamClient
from depaudit.model.record import record

USER = "depaudit"
ALIVE_PATH = "/.depaudit/alive"

_TLS_HANDSHAKE = 0x16
_CHALLENGE = re.compile(r"[0-9a-fA-F]{16,256}")
_FRAMING = frozenset({"content-length", "expect"})
_NOT_PASSED = frozenset({"alt-svc"})
"""It would lead the client round the gate, by HTTP/3."""
_NO_STORE = ("Cache-Control", "no-store")
_NO_BODY = (204, 304)


@record
class Patience:
    """Seconds, bytes and connections that a client may take.

    ``head``   for a request's head once it has begun, and for what follows a CONNECT
    ``first``  for the first head, with the token in it
    ``idle``   between two requests: long, since a client that asks on a connection that is just closed sees it dropped
    ``body``   without a byte of a request's body
    ``stall``  without taking a byte of the answer: clients unpack in between
    ``judge``  for the inspector, which has far narrower limits of its own
    """

    head: float = 30.0
    first: float = 15.0
    idle: float = 900.0
    body: float = 30.0
    stall: float = 300.0
    judge: float = 120.0
    max_body: int = 64 * 1024 * 1024
    guests: int = 256
    strangers: int = 256


class Host:
    """What all connections of one proxy share. ``troubles`` collects what went wrong on our side, for ``-v``."""

    def __init__(
        self,
        *,
        inspector: Inspector,
        authority: Authority,
        intercept: frozenset[str],
        upstream: UpstreamClient,
        token: str,
        patience: Patience,
    ) -> None:
        self.inspector = inspector
        self.authority = authority
        self.intercept = intercept
        self.upstream = upstream
        self.patience = patience
        self.lobby = Lobby(patience.strangers, patience.guests)
        self.troubles: list[str] = []
        self.distrusted: dict[str, None] = {}
        self._token = token.encode("ascii")
        self._login = f"{USER}:{token}".encode("ascii")

    def __repr__(self) -> str:
        return "Host()"

    def lets_in(self, credential: str) -> bool:
        """Whether ``credential`` is the value of a ``Proxy-Authorization`` that shows this run's token."""
        scheme, _, value = credential.partition(" ")
        try:
            login = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            login = b""
        return hmac.compare_digest(login, self._login) and scheme.lower() == "basic"

    def prove(self, challenge: str) -> str:
        """HMAC-SHA256 of the challenge's text under the token, in hexadecimal."""
        return hmac.new(self._token, challenge.encode("ascii"), hashlib.sha256).hexdigest()

    def note(self, trouble: str) -> None:
        """Remember ``trouble``; the first hundred are enough."""
        if len(self.troubles) < 100:
            self.troubles.append(trouble)


class Connection:
    """One connection, from its first byte to its last."""

    def __init__(self, host: Host, duplex: Duplex) -> None:
        self._host = host
        self._duplex = duplex
        self._patience = host.patience

    async def serve(self) -> None:
        """Answer until the client has no more to ask. Raises ``OSError`` when it is gone in the middle."""
        try:
            head = await self._first()
            if head is None:
                return
            await self._host.lobby.enter()
            try:
                await self._go_on(head)
            finally:
                self._host.lobby.leave()
        except BadRequestError as error:
            await self._refuse(error.status, error.reason)

    async def _first(self) -> Head | None:
        """The first head, with the right token in it; None when there is nothing more to do."""
        with self._host.lobby.stranger(self._duplex), self._duplex.within(self._patience.first):
            head = await read_head(self._duplex)
            return head if head is not None and await self._is_let_in(head) else None

    async def _is_let_in(self, head: Head) -> bool:
        if self._host.lets_in(head.field("proxy-authorization")):
            return True
        fields = (("Proxy-Authenticate", 'Basic realm="depaudit"'), _NO_STORE)
        reply = Reply(status=407, headers=fields, body=b"This proxy serves one run of depaudit alone.\n")
        await self._reply(head, reply, keep=False)
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
            with self._host.lobby.idle(duplex), duplex.within(self._patience.idle):
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
        if origin.address.host in self._host.intercept:
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
        proof = self._host.prove(challenge).encode("ascii")
        reply = Reply(status=200, headers=(("Content-Type", "text/plain"), _NO_STORE), body=proof)
        return await self._reply(head, reply, keep=self._keeps(head))

    async def _connect(self, head: Head) -> None:
        address = parse_authority(head.target)
        if address is None:
            raise BadRequestError(400, "not a host and port")
        if address.host in self._host.intercept:
            await self._intercept(head, address)
            return
        why_not = self._why_not(address)
        if why_not is not None:
            await self._reply(head, _refusal(why_not), keep=False)
            return
        ends = await self._host.upstream.tunnel(address)
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
        for_tls = address.host in self._host.authority.hosts
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
                    await duplex.start_tls(self._host.authority.context_for(address.host))
                except ssl.SSLError:
                    # A client that does not trust the authority: the run's end can say so.
                    self._host.distrusted[address.host] = None
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
        try:
            outcome = await asyncio.wait_for(self._host.inspector.answer(asked), self._patience.judge)
            if isinstance(outcome, Reply) and not 200 <= outcome.status <= 599:
                raise ValueError("no status of an answer")  # noqa: TRY301  a defect like any other of the inspector's
        except Exception as error:  # noqa: BLE001  whatever it is, what could not be judged does not pass
            self._host.note(f"{type(error).__name__} while judging {asked.method} {asked.url.partition('?')[0]}")
            return _refusal("depaudit could not judge this")
        return outcome

    def _why_not(self, address: Address) -> str | None:
        try:
            return self._host.inspector.admits(address.host, address.port)
        except Exception as error:  # noqa: BLE001  as above
            self._host.note(f"{type(error).__name__} while judging a tunnel to {address.host}")
            return "depaudit could not judge this"

    async def _carry_out(self, head: Head, asked: Asked, forward: Forward) -> bool:
        """Stream upstream's answer. What breaks before its first byte is a refusal; afterwards the client must see that
        it broke."""
        host = (parse_absolute(forward.url or asked.url) or (None,))[0]
        name = host.address.host if host is not None else "?"
        begun = False
        try:
            async with self._host.upstream.stream(asked, forward) as incoming:
                if isinstance(incoming, Unreachable):
                    return await self._reply(
                        head, _refusal(_out_of_reach(name, incoming.reason)), keep=self._keeps(head)
                    )
                begun = True
                keep = self._keeps(head)
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
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  a defect of ours
            self._host.note(f"{type(error).__name__} while asking {name}")
            if begun:
                self._duplex.abort()
                return False
            return await self._reply(head, _refusal("depaudit could not ask for this"), keep=self._keeps(head))

    async def _reply(self, head: Head | None, reply: Reply, *, keep: bool) -> bool:
        """Send a whole answer; ``head`` is what it answers, as far as that was understood."""
        fields = list(end_to_end(reply.headers, without=frozenset({"content-length"})))
        is_head = head is not None and head.method == "HEAD"
        if reply.status not in _NO_BODY:
            said = next((value for name, value in reply.headers if name.lower() == "content-length"), "")
            length = said if is_head and not reply.body and said.isdigit() else str(len(reply.body))
            fields.append(("Content-Length", length))
        fields.append(("Connection", "keep-alive" if keep else "close"))
        lines = first_lines(reply.status, reply.reason, fields)
        await self._write(lines if is_head or reply.status in _NO_BODY else lines + reply.body)
        return keep

    async def _refuse(self, status: int, reason: str) -> None:
        """Answer what could not be understood; the connection ends with it."""
        body = json.dumps({"error": reason}).encode("ascii")
        fields = (("Content-Type", "application/json"), _NO_STORE)
        reply = Reply(status=status, reason=usual_reason(status), headers=fields, body=body)
        await self._reply(None, reply, keep=False)

    async def _write(self, data: bytes) -> None:
        """Write; a client that takes nothing for long is dropped."""
        with self._duplex.within(self._patience.stall):
            await self._duplex.write(data)

    def _keeps(self, head: Head) -> bool:
        return head.keeps_alive() and not self._host.lobby.crowded


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
