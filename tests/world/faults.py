"""What can go wrong between a client and a host, on request."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import struct
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from aiohttp import web

FaultKind = Literal[
    "latency",  # the answer comes ``seconds`` later
    "jitter",  # up to ``seconds`` later, evenly spread
    "status",  # ``status`` instead of the answer, with ``retry_after`` where given
    "reset",  # the connection is reset before any answer
    "stall",  # nothing ever comes
    "truncate",  # the answer ends half-way
    "drip",  # the answer comes a byte each ``seconds``
    "wrong-json",  # 200 and the right type, but JSON that ends in the middle
    "wrong-shape",  # 200 and JSON of another shape
    "wrong-type",  # 200 and a page that asks to log in
    "redirect",  # to ``target``
    "endless",  # a body that never ends
    "gzip-bomb",  # some kilobytes that unpack to ``size`` bytes
    "tls-error",  # a certificate that nobody trusts
    "dns-failure",  # the proxy cannot find the host: 502 to CONNECT
]
_AT_CONNECT = ("tls-error", "dns-failure")
_DELAYS = ("latency", "jitter")
_LOGIN_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1><form></form></body></html>"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault for the requests to ``host`` (a glob) whose decoded path matches ``path`` (a glob).

    ``times``  how many requests it meets before it is over; None: for ever
    ``hits``   how many it has met
    """

    host: str
    path: str = "*"
    kind: FaultKind
    times: int | None = None
    seconds: float = 1.0
    status: int = 503
    retry_after: str | None = None
    target: str = ""
    size: int = 200 * 1024 * 1024
    hits: int = 0

    def takes(self, host: str, path: str) -> bool:
        """Whether it meets this request."""
        alive = self.times is None or self.hits < self.times
        return alive and fnmatchcase(host, self.host) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class Faults:
    """The faults in force, in the order they were asked for."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _dice: random.Random = field(default_factory=lambda: random.Random(7))

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def at_connect(self, host: str) -> FaultKind | None:
        """The fault that meets a CONNECT to ``host``."""
        with self._lock:
            for fault in self._faults:
                if fault.kind in _AT_CONNECT and fault.takes(host, ""):
                    fault.hits += 1
                    return fault.kind
        return None

    def at_request(self, host: str, path: str) -> tuple[float, Fault | None]:
        """Seconds to wait, and the fault that then takes the answer's place or spoils it."""
        if not self._faults:
            return 0.0, None
        wait = 0.0
        with self._lock:
            for fault in self._faults:
                if fault.kind in _AT_CONNECT or not fault.takes(host, path):
                    continue
                fault.hits += 1
                if fault.kind not in _DELAYS:
                    return wait, fault
                wait += fault.seconds if fault.kind == "latency" else self._dice.uniform(0, fault.seconds)
        return wait, None


async def act(fault: Fault, request: web.BaseRequest, right: web.Response) -> web.StreamResponse:
    """Do to the answer ``right`` what ``fault`` says."""
    match fault.kind:
        case "status":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
            return web.Response(status=fault.status, headers=headers, text=f"made-up {fault.status}\n")
        case "reset":
            _reset(request)
        case "stall":
            await asyncio.sleep(3600)
        case "truncate":
            return await _truncated(request, right)
        case "drip":
            return await _dripped(request, right, fault.seconds)
        case "wrong-json":
            return web.Response(body=b'{"name": "half a docu', content_type=right.content_type)
        case "wrong-shape":
            return web.Response(body=b'[{"files": 7}, "versions"]', content_type=right.content_type)
        case "wrong-type":
            return web.Response(body=_LOGIN_PAGE, content_type="text/html")
        case "redirect":
            return web.Response(status=302, headers={"Location": fault.target})
        case "endless":
            return await _endless(request, right)
        case "gzip-bomb":
            packed = _bomb(fault.size)
            return web.Response(body=packed, content_type=right.content_type, headers={"Content-Encoding": "gzip"})
        case _:
            raise AssertionError(fault.kind)
    return right


def _reset(request: web.BaseRequest) -> None:
    transport = request.transport
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _truncated(request: web.BaseRequest, right: web.Response) -> web.StreamResponse:
    body = right.body if isinstance(right.body, bytes) else b"?"
    response = web.StreamResponse(status=right.status, headers=right.headers)
    response.content_length = len(body) or 1
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _dripped(request: web.BaseRequest, right: web.Response, seconds: float) -> web.StreamResponse:
    body = right.body if isinstance(right.body, bytes) else b""
    response = web.StreamResponse(status=right.status, headers=right.headers)
    response.content_length = len(body)
    await response.prepare(request)
    for place in range(len(body)):
        await response.write(body[place : place + 1])
        await asyncio.sleep(seconds)
    return response


async def _endless(request: web.BaseRequest, right: web.Response) -> web.StreamResponse:
    response = web.StreamResponse(status=200, headers={"Content-Type": right.content_type})
    response.enable_chunked_encoding()
    await response.prepare(request)
    chunk = b" " * 65536
    await response.write(b'{"name": "')
    while True:  # ends when the client leaves: the handler is cancelled then
        await response.write(chunk)
        await asyncio.sleep(0)


def _bomb(size: int) -> bytes:
    return gzip.compress(b"{" + b" " * (size - 2) + b"}", compresslevel=9, mtime=0)
