"""The one HTTP client: gates, retries, redirects, deadlines and caps around single exchanges.

A request ends in an ``Answer`` (2xx, or a 4xx that is the server's own word) or in ``Unknown`` with the reason; it
never raises. All numbers come from ``model.settings.Limits``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from depaudit.model.evidence import Unknown
from depaudit.model.record import record
from depaudit.model.settings import Limits
from depaudit.registries import errors
from depaudit.registries.addresses import is_inside
from depaudit.registries.backoff import delay, retry_after
from depaudit.registries.breaker import HostGate
from depaudit.registries.errors import Failure, Trouble
from depaudit.registries.limits import RunLimits
from depaudit.registries.redirects import MAX_HOPS, STATUSES, Hop, next_hop

if TYPE_CHECKING:
    from depaudit.registries.wire import Raw, Wire

_BUSY_TRIES = 6
"""Tries of one request while the host says 429: the host lives, and slowing down is what it asks for."""


@record
class Answer:
    """``url`` is where the answer came from in the end; ``content_type`` in lower case, without parameters."""

    status: int
    body: bytes
    content_type: str
    url: str


@dataclass(slots=True)
class _Call:
    """One request on its way through tries and redirects. ``deadline``: loop time, set with the first try."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    retry_busy: bool
    seen: set[str]
    deadline: float = float("inf")
    tries: int = 0
    busy_tries: int = 0


class HttpClient:
    """Use inside one event loop; ``close`` it. aiohttp is imported with the first request.

    ``roots``  PEM of certificate authorities to trust beside this machine's
    """

    def __init__(self, limits: Limits, *, user_agent: str, clock: Callable[[], datetime], roots: bytes = b"") -> None:
        self._roots = roots
        self._limits = limits
        self._user_agent = user_agent
        self._clock = clock
        self._gates: dict[str, HostGate] = {}
        self._wire: Wire | None = None
        self.run = RunLimits(limits)

    async def get(
        self, url: str, *, accept: str, authorization: str | None = None, retry_busy: bool = True
    ) -> Answer | Unknown:
        """GET ``url``. ``authorization`` goes to this URL's server alone; ``retry_busy``: try again after a 429."""
        headers = {"Accept": accept}
        if authorization is not None:
            headers["Authorization"] = authorization
        return await self._request(_Call("GET", url, headers, None, retry_busy, {url}))

    async def post_json(self, url: str, body: bytes) -> Answer | Unknown:
        """POST a question in JSON. It is repeated like a GET: nothing that depaudit posts changes anything."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        return await self._request(_Call("POST", url, headers, body, True, {url}))  # noqa: FBT003  a private record

    async def close(self) -> None:
        """Close all connections."""
        self.run.close()
        if self._wire is not None:
            await self._wire.close()

    async def _request(self, call: _Call) -> Answer | Unknown:
        while True:
            gate = self._gate(call.url)
            outcome = await self._try(call, gate)
            if isinstance(outcome, str):
                return Unknown(outcome)
            if isinstance(outcome, Failure):
                if not await self._may_repeat(call, gate, outcome):
                    return Unknown(outcome.reason)
            elif outcome.status in STATUSES:
                hop = await self._follow(call, outcome)
                if hop is not None:
                    return Unknown(hop.reason)
            else:
                return Answer(
                    status=outcome.status,
                    body=outcome.body,
                    content_type=outcome.headers.get("content-type", "").partition(";")[0].strip().lower(),
                    url=call.url,
                )

    async def _try(self, call: _Call, gate: HostGate) -> Raw | Failure | str:
        """One exchange, or the reason why it may not be had any more."""
        refusal = await gate.enter(call.deadline)
        if refusal is not None:
            return refusal
        try:
            refusal = self.run.take()
            if refusal is not None:
                return refusal
            loop = asyncio.get_running_loop()
            started = loop.time()
            if call.deadline == float("inf"):
                call.deadline = started + self._limits.request_deadline
            seconds = min(call.deadline - started, self.run.seconds_left())
            outcome = await self._open().send(call.method, call.url, call.headers, call.body, seconds)
            if not isinstance(outcome, Failure):
                outcome = self._judge(outcome)
            if isinstance(outcome, Failure):
                gate.failed(outcome, call.url, started)
            else:
                gate.succeeded()
            return outcome
        finally:
            gate.leave()

    def _judge(self, raw: Raw) -> Raw | Failure:
        """``raw``, unless its status alone is a failure."""
        if raw.status in STATUSES:
            return raw
        wait = retry_after(raw.headers.get("retry-after"), self._clock()) if raw.status >= 400 else None
        return errors.of_status(raw.status, wait) or raw

    async def _may_repeat(self, call: _Call, gate: HostGate, failure: Failure) -> bool:
        """Wait as long as it takes before the next try; False when there is to be none."""
        if failure.trouble in (Trouble.ANSWER, Trouble.HOPELESS):
            return False
        if failure.trouble is Trouble.BUSY:
            call.busy_tries += 1
            if not call.retry_busy or call.busy_tries >= _BUSY_TRIES:
                return False
        else:
            call.tries += 1
            if call.tries > self._limits.retries:
                return False
        seconds = max(delay(call.tries + call.busy_tries), failure.wait or 0.0)
        left = min(call.deadline - asyncio.get_running_loop().time(), self.run.seconds_left())
        if seconds >= left:
            return False
        await gate.rest(seconds)
        return gate.closed is None and self.run.over is None

    async def _follow(self, call: _Call, raw: Raw) -> Failure | None:
        """Turn ``call`` to where a redirect leads; the failure when it must not be followed."""
        hop = next_hop(call.url, raw.headers.get("location"))
        if isinstance(hop, Failure):
            return hop
        if call.method != "GET":
            return Failure("a redirect of a question, not followed")
        if len(call.seen) > MAX_HOPS:
            return Failure("too many redirects")
        if hop.url in call.seen:
            return Failure("redirects in a circle")
        if hop.crosses and await self._leads_from_outside_in(call.url, hop):
            return Failure("a redirect from a public host to a private one, not followed")
        if not hop.keeps_credentials:
            call.headers.pop("Authorization", None)
        call.seen.add(hop.url)
        call.url = hop.url
        return None

    async def _leads_from_outside_in(self, url: str, hop: Hop) -> bool:
        async def inside(host: str) -> bool:
            known = is_inside(host)
            return await self._open().leads_inside(host) if known is None else known

        old, new = urlsplit(url).hostname or "", urlsplit(hop.url).hostname or ""
        return await inside(new) and not await inside(old)

    def _gate(self, url: str) -> HostGate:
        host = url.split("/", 3)[2] if url.count("/") >= 2 else url
        gate = self._gates.get(host)
        if gate is None:
            gate = self._gates[host] = HostGate(host.rpartition("@")[2], self._limits, self.run)
        return gate

    def _open(self) -> Wire:
        if self._wire is None:
            from depaudit.registries.wire import Wire

            self._wire = Wire(self._limits, self._user_agent, self._roots)
        return self._wire
