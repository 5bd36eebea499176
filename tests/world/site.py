"""The HTTP side of every host: hears a request, lets the host's player answer, and adds what servers add."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping

from aiohttp import web

from tests.world import faults
from tests.world.answers import Answer, Player
from tests.world.record import Recorded
from tests.world.relay import Relays

_PLAIN_ORIGIN = re.compile(r"\Ahttp://[^/]*")  # what a client puts before the path when it asks a proxy
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Site:
    """All hosts together. ``latency``: seconds that every answer takes longer."""

    def __init__(self, players: Mapping[str, Player], wrongs: faults.Faults, *, latency: float) -> None:
        self._players = players
        self.relays = Relays()
        self._faults = wrongs
        self._latency = latency
        self._heard: list[Recorded] = []
        self._busy: Counter[str] = Counter()
        self._peaks: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._servers: dict[str, web.Server] = {}
        self.defects: list[BaseException] = []

    @property
    def hosts(self) -> frozenset[str]:
        return self.relays.hosts.union(self._players)

    @property
    def heard(self) -> tuple[Recorded, ...]:
        with self._lock:
            return tuple(self._heard)

    def forget(self) -> None:
        """Start the record anew."""
        with self._lock:
            self._heard.clear()
            self._peaks.clear()

    def peak(self, host: str) -> int:
        """The most requests to ``host`` that were under way at the same time."""
        return self._peaks[host]

    def server(self, host: str, *, tls: bool) -> web.Server:
        """What turns a connection to ``host`` into requests; with ``tls=False``, one to whatever host it names."""
        key = host if tls else ""
        if key not in self._servers:

            async def handle(request: web.BaseRequest) -> web.StreamResponse:
                named = (request.host or "").partition(":")[0].lower()
                return await self._handle(host if tls else named, named, request, tls=tls)

            self._servers[key] = web.Server(handle, handler_cancellation=True, access_log=None, keepalive_timeout=120)
        return self._servers[key]

    async def close(self) -> None:
        """End every connection."""
        for server in self._servers.values():
            await server.shutdown(0.1)
        await self.relays.close()

    async def _handle(self, host: str, named: str, request: web.BaseRequest, *, tls: bool) -> web.StreamResponse:
        recorded = Recorded(
            host=host,
            method=request.method,
            path=_PLAIN_ORIGIN.sub("", request.raw_path) or "/",
            headers=tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in request.raw_headers),
            body=await request.read() if request.can_read_body else b"",
            at=time.monotonic(),
            tls=tls,
        )
        with self._lock:
            self._heard.append(recorded)
            self._busy[host] += 1
            self._peaks[host] = max(self._peaks[host], self._busy[host])
        try:
            wait, fault = self._faults.at_request(host, recorded.route)
            if wait or self._latency:
                await asyncio.sleep(wait + self._latency)
            if host in self.relays and named == host and recorded.tls:
                right = await self.relays.answer(host, recorded)
            else:
                right = self._answer(host, named, recorded, request)
            return right if fault is None else await faults.act(fault, request, right)
        finally:
            with self._lock:
                self._busy[host] -= 1

    def _answer(self, host: str, named: str, recorded: Recorded, request: web.BaseRequest) -> web.Response:
        if named != host:
            return web.Response(status=421, text=f"{named} is not served here\n")
        player = self._players.get(host)
        if player is None:
            return web.Response(status=502, text="no such host\n")
        if not recorded.tls and host != "evil.example":
            return web.Response(status=301, headers={"Location": f"https://{host}{recorded.path}"})
        try:
            answer = player.answer(recorded)
        except Exception as error:  # noqa: BLE001  a defect of the world: kept, and raised when the test ends
            self.defects.append(error)
            return web.Response(status=500, text=repr(error))
        return _respond(answer, request)


def _respond(answer: Answer, request: web.BaseRequest) -> web.Response:
    headers = dict(answer.headers)
    headers["Content-Type"] = answer.content_type
    if answer.status != 200:
        return web.Response(status=answer.status, body=answer.body, headers=headers, reason=answer.reason)
    headers["ETag"] = answer.etag
    if answer.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    wanted = request.headers.get("Range")
    if wanted and "Accept-Ranges" in headers:
        return _part(answer.body, wanted, headers)
    body = answer.body
    if "gzip" in request.headers.get("Accept-Encoding", "") and answer.packed is not None:
        body = answer.packed
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers=headers)


def _part(body: bytes, wanted: str, headers: dict[str, str]) -> web.Response:
    """One byte range (RFC 9110, 14): ``first-last``, ``first-`` or ``-length``."""
    match = _RANGE.fullmatch(wanted)
    if match is None or match.groups() == ("", ""):
        return web.Response(body=body, headers=headers)
    first, last = match.groups()
    start = int(first) if first else max(len(body) - int(last), 0)
    end = min(int(last) + 1, len(body)) if first and last else len(body)
    if start >= end:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(body)}"
    return web.Response(status=206, body=body[start:end], headers=headers)
