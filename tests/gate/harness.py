"""A gate between a client of the test's own and an upstream of the test's own, all on 127.0.0.1."""

from __future__ import annotations

import asyncio
import base64
import http.client
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from depaudit.gate.base import Asked, Forward, Reply
from depaudit.gate.ca import Authority
from depaudit.gate.proxy import Proxy
from depaudit.gate.shared import Patience
from depaudit.gate.upstream import UpstreamClient

Answerer = Callable[[Asked], "Reply | Forward | Awaitable[Reply | Forward]"]

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
_ROOTS = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


quiet_on_3_10 = (
    # Python 3.10 also takes a TLS connection that the other side has closed for one that was forgotten
    [pytest.mark.filterwarnings("ignore:unclosed transport <asyncio.sslproto:ResourceWarning")]
    if sys.version_info < (3, 11)
    else []
)


@dataclass
class Script:
    """An inspector that answers what it is told, and remembers what it was asked."""

    answerer: Answerer = lambda _: Forward()
    not_admitted: Mapping[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    admitted: list[tuple[str, int]] = field(default_factory=list)

    async def answer(self, asked: Asked) -> Reply | Forward:
        self.asked.append(asked)
        outcome = self.answerer(asked)
        return outcome if isinstance(outcome, (Reply, Forward)) else await outcome

    def admits(self, host: str, port: int) -> str | None:
        self.admitted.append((host, port))
        return self.not_admitted.get(host)


@dataclass
class Gate:
    proxy: Proxy
    authority: Authority
    upstream: UpstreamClient
    script: Script

    @property
    def login(self) -> str:
        """What a client sends that has the proxy's URL."""
        return login_of(self.proxy.url)

    @contextmanager
    def https(self, host: str, port: int = 443) -> Iterator[http.client.HTTPSConnection]:
        """A connection to ``host`` through the gate, verified as clients do."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.proxy.port, context=self.trust(), timeout=20)
        connection.set_tunnel(host, port, {"Proxy-Authorization": self.login})
        try:
            yield connection
        finally:
            connection.close()

    def trust(self) -> ssl.SSLContext:
        """What a child of the run trusts: the run's authority."""
        context = ssl.create_default_context(cadata=self.authority.pem.decode())
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    async def raw(self, data: bytes) -> bytes:
        """Everything that the gate says to ``data``, until it closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy.port)
        try:
            writer.write(data)
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()


def login_of(url: str) -> str:
    parts = urlsplit(url)
    return "Basic " + base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()


@asynccontextmanager
async def gate(
    script: Script,
    *hosts: str,
    certified: tuple[str, ...] | None = None,
    patience: Patience | None = None,
    troubles: tuple[str, ...] = (),
    network: Callable[[], UpstreamClient] = UpstreamClient,
) -> AsyncIterator[Gate]:
    """A gate that intercepts ``hosts``; ``certified`` are those of them that it may speak TLS for, ``troubles`` what
    it is expected to note."""
    authority = Authority(hosts if certified is None else certified)
    async with (
        network() as upstream,
        Proxy(script, authority, frozenset(hosts), upstream, patience=patience or Patience()) as proxy,
    ):
        yield Gate(proxy, authority, upstream, script)
        assert proxy.troubles == troubles


@dataclass
class Got:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes


def get(gate: Gate, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
    """One request through the gate on a connection of its own; header names with ``_`` for ``-``."""
    parts = urlsplit(url)
    with gate.https(parts.hostname or "", parts.port or 443) as connection:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        content = response.read()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Got(response.status, response.reason, fields, content)


def trusted_server(monkeypatch: pytest.MonkeyPatch, folder: Path) -> ssl.SSLContext:
    """A server's side of TLS for ``localhost`` and 127.0.0.1, which this process trusts; and no proxy before it."""
    for name in (*_PROXIES, *_ROOTS):
        monkeypatch.delenv(name, raising=False)
    authority = trustme.CA()
    bundle = folder / "upstream.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
