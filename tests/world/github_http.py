"""The HTTP side of the made-up GitHub: one server on 127.0.0.1, and what can go wrong with it on request."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Protocol

from tests.world.record import Recorded

GitHubFaultKind = Literal[
    "status",  # ``status`` with ``message`` and ``headers`` instead of the answer; nothing is done
    "reset",  # the connection is reset before anything is done
    "lost",  # what was asked is done, but the connection is reset before the answer
    "slow",  # the answer comes ``seconds`` later
    "drip",  # the answer's bytes come one each ``seconds``
    "json",  # 200, ``headers`` and ``value`` as JSON; nothing is done
    "page",  # 200 and HTML that asks to log in
    "huge",  # 200 and ``size`` bytes of JSON
    "bomb",  # the same, packed
    "redirect",  # 307 to ``target``
]


@dataclass(slots=True, kw_only=True)
class GitHubFault:
    """Strikes requests whose method is ``method`` and whose route ``path`` matches, ``times`` times (None: always)."""

    kind: GitHubFaultKind
    method: str = "*"
    path: str = "*"
    times: int | None = 1
    status: int = 500
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    value: Any = None
    size: int = 0
    target: str = ""

    def strikes(self, method: str, route: str) -> bool:
        if self.times == 0 or not (fnmatchcase(method, self.method) and fnmatchcase(route, self.path)):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer before it becomes HTTP; ``value`` None: no body."""

    status: int = 200
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Player(Protocol):
    """What answers the requests: ``base`` is the API's own address as the client wrote it."""

    def answer(self, heard: Recorded, base: str) -> Reply: ...


class Server(ThreadingHTTPServer):
    """A server in a thread of its own, which records what it hears."""

    daemon_threads = True

    def __init__(self, player: Player, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.player = player
        self.tls = context is not None
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.lock = threading.Lock()
        self.heard: list[Recorded] = []
        self.faults: list[GitHubFault] = []
        self.defects: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="github", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self.lock:
            left = tuple(self._open)
        for connection in left:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no defect; what our own player raises was kept already."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Server

    def log_message(self, format: str, *words: Any) -> None:  # noqa: A002  its name in the standard library
        """Nothing: tests read the record."""

    def handle_one_request(self) -> None:
        with suppress(OSError):
            super().handle_one_request()
            return
        self.close_connection = True

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_DELETE = do_PUT = do_GET  # noqa: N815  their names in the standard library

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        named = self.headers.get("X-Forwarded-Host") or self.headers.get("Host") or ""
        scheme = self.headers.get("X-Forwarded-Proto") or ("https" if self.server.tls else "http")
        heard = Recorded(
            host=named,
            method=self.command,
            path=self.path,
            headers=tuple(self.headers.items()),
            body=self.rfile.read(length),
            at=time.monotonic(),
            tls=scheme == "https",
        )
        with self.server.lock:
            self.server.heard.append(heard)
            fault = next((one for one in self.server.faults if one.strikes(heard.method, heard.route)), None)
        prefix = "/api/v3" if heard.route.startswith("/api/v3/") else ""
        try:
            self._serve(heard, f"{scheme}://{named}{prefix}", fault)
        except OSError:
            raise
        except Exception as error:
            self.server.defects.append(error)
            raise

    def _serve(self, heard: Recorded, base: str, fault: GitHubFault | None) -> None:
        kind = fault.kind if fault else None
        if fault is None or kind in ("lost", "slow", "drip"):
            with self.server.lock:
                reply = self.server.player.answer(heard, base)
            if fault is not None and kind == "slow":
                time.sleep(fault.seconds)
            if kind == "lost":
                self._reset()
                return
            body = b"" if reply.value is None else json.dumps(reply.value).encode()
            self._send(reply.status, body, reply.headers, drip=fault.seconds if fault and kind == "drip" else 0.0)
        elif kind == "reset":
            self._reset()
        elif kind == "status":
            body = json.dumps({"message": fault.message, "documentation_url": "https://docs.github.com/rest"}).encode()
            self._send(fault.status, body, fault.headers)
        elif kind == "json":
            self._send(200, json.dumps(fault.value).encode(), fault.headers)
        elif kind == "page":
            self._send(200, b"<!DOCTYPE html><html><body>Log in</body></html>", {"Content-Type": "text/html"})
        elif kind == "redirect":
            self._send(307, b'{"message":"Moved"}', {"Location": fault.target})
        else:
            body = b'["' + b"x" * fault.size + b'"]'
            if kind == "bomb":
                self._send(200, gzip.compress(body, 9, mtime=0), {"Content-Encoding": "gzip"})
            else:
                self._send(200, body, {})

    def _send(self, status: int, body: bytes, headers: dict[str, str], *, drip: float = 0.0) -> None:
        self.send_response(status)
        given = {"Content-Type": "application/json; charset=utf-8", "X-GitHub-Media-Type": "github.v3; format=json"}
        for key, value in {**given, **headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if not drip:
            self.wfile.write(body)
            return
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            time.sleep(drip)

    def _reset(self) -> None:
        """End the connection by RST, as a balancer that gives up does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
