"""Servers on 127.0.0.1 that say exactly what a test wants, and keep what they were asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone

from depaudit.model.settings import Limits
from depaudit.registries.http import HttpClient

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


Handler = Callable[[Request], "bytes | Awaitable[bytes]"]


@dataclass
class Server:
    """``url`` ends in ``/``. ``most`` is how many requests were in work side by side at most."""

    url: str
    host: str
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    busy: int = 0
    most: int = 0

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP answer; header names with ``_`` for ``-``."""
    lines = [f"HTTP/1.1 {status} Reason"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Transfer_Encoding" not in headers and "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def json_reply(body: bytes, status: int = 200) -> bytes:
    return reply(status, body, Content_Type="application/json")


@asynccontextmanager
async def serving(
    handler: Handler, *, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1"
) -> AsyncIterator[Server]:
    """A server; an empty answer from ``handler`` closes the connection."""
    state = Server(url="", host="")
    writers: set[asyncio.StreamWriter] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ", 2)
                headers = {
                    k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                request = Request(method, path, headers, body)
                state.requests.append(request)
                state.busy += 1
                state.most = max(state.most, state.busy)
                try:
                    answer = handler(request)
                    if not isinstance(answer, bytes):
                        answer = await answer
                finally:
                    state.busy -= 1
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
                if b"Connection: close" in answer[:2048]:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    state.host = f"{name}:{port}"
    state.url = f"{'https' if tls else 'http'}://{state.host}/"
    try:
        yield state
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def client(limits: Limits = Limits(), now: datetime = NOW) -> AsyncIterator[HttpClient]:  # noqa: B008  frozen
    http = HttpClient(limits, user_agent="depaudit/test", clock=lambda: now)
    try:
        yield http
    finally:
        await http.close()
