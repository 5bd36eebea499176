"""Proxies of the environment."""

from __future__ import annotations

import asyncio
import base64
import ssl
from pathlib import Path

import pytest

from depaudit.model.evidence import Unknown
from depaudit.registries.http import Answer
from depaudit.registries.proxies import BadProxy, Proxies, Proxy, parse_proxy
from tests.registries.servers import Request, client, json_reply, reply, serving


@pytest.mark.parametrize(
    ("setting", "proxy"),
    [
        ("http://proxy.example:3128", Proxy("http://proxy.example:3128")),
        ("proxy.example:3128", Proxy("http://proxy.example:3128")),
        ("http://proxy.example", Proxy("http://proxy.example:80")),
        ("https://proxy.example/", Proxy("https://proxy.example:443")),
        ("http://[::1]:3128", Proxy("http://[::1]:3128")),
        ("http://me:p%40ss@proxy.example:1", Proxy("http://proxy.example:1", "me", "p@ss")),
        ("http://me@proxy.example:1", Proxy("http://proxy.example:1", "me", "")),
        ("socks5://proxy.example:1080", BadProxy("a SOCKS proxy is set, which depaudit cannot use")),
        ("http://proxy.example:port", BadProxy("the proxy setting is not a URL")),
        ("ftp://proxy.example", BadProxy("the proxy setting is not an http URL")),
        ("http://", BadProxy("the proxy setting is not an http URL")),
    ],
)
def test_parse_proxy(setting: str, proxy: Proxy | BadProxy) -> None:
    assert parse_proxy(setting) == proxy


def test_a_proxy_shows_no_credentials() -> None:
    assert repr(parse_proxy("http://me:secret@proxy.example:1")) == "Proxy(url='http://proxy.example:1')"


def test_which_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://p.example:1")
    monkeypatch.setenv("no_proxy", "inside.example,.corp.example")
    proxies = Proxies()
    assert proxies.proxy_for("https", "pypi.org") == Proxy("http://p.example:1")
    assert proxies.proxy_for("https", "inside.example") is None
    assert proxies.proxy_for("https", "a.corp.example") is None
    assert proxies.proxy_for("http", "pypi.org") is None


@pytest.mark.parametrize("login", ["", "me:p%40ss@"])
def test_plain_http_through_a_proxy(login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        async with serving(lambda _: json_reply(b"1")) as proxy:
            monkeypatch.setenv("http_proxy", f"http://{login}{proxy.host}")
            async with client() as http:
                assert isinstance(await http.get("http://index.example/simple/", accept="*/*"), Answer)
            assert proxy.paths == ["http://index.example/simple/"]
            expected = "Basic " + base64.b64encode(b"me:p@ss").decode() if login else None
            assert proxy.requests[0].headers.get("proxy-authorization") == expected

    asyncio.run(go())


async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, heads: list[str]) -> None:
    """A CONNECT proxy that leads everything to ``port``."""
    heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
    there, back = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def pipe(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                to.write(data)
        except ConnectionError:
            pass
        finally:
            to.close()

    await asyncio.gather(pipe(reader, back), pipe(there, writer))


def test_tls_through_a_proxy_with_credentials(
    tls: ssl.SSLContext, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    heads: list[str] = []

    async def go() -> None:
        async with serving(lambda _: json_reply(b"1"), tls=tls, name="localhost") as origin:
            port = int(origin.host.rpartition(":")[2])
            proxy = await asyncio.start_server(lambda r, w: tunnel(r, w, port, heads), "127.0.0.1", 0)
            monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
            async with client() as http:
                for path in ("a", "b"):
                    got = await http.get(origin.url + path, accept="*/*", authorization="Bearer index")
                    assert isinstance(got, Answer)
            proxy.close()
            assert origin.paths == ["/a", "/b"]
            assert all("proxy-authorization" not in request.headers for request in origin.requests)
            await asyncio.sleep(0.05)

    asyncio.run(go())
    assert len(heads) == 1  # one tunnel, used again
    assert heads[0].startswith("CONNECT localhost:")
    assert "Proxy-Authorization: Basic " + base64.b64encode(b"me:secret").decode() in heads[0]
    assert "Bearer" not in heads[0]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (407, "the proxy wants credentials (HTTP 407)"),
        (403, "the proxy refused (HTTP 403)"),
        (502, "the proxy failed (HTTP 502)"),
    ],
)
def test_a_proxy_that_refuses(status: int, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        async with serving(lambda _: reply(status)) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            async with client() as http:
                got = await asyncio.gather(*(http.get(f"https://x.example/{i}", accept="*/*") for i in range(4)))
                assert set(got) == {Unknown(reason)}
            assert all(isinstance(r, Request) and r.method == "CONNECT" for r in proxy.requests)

    asyncio.run(go())


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@127.0.0.1:9")

    async def go() -> None:
        async with client() as http:
            assert await http.get("https://x.example/", accept="*/*") == Unknown("could not connect to the proxy")
            assert "secret" not in " ".join(http.run.notes)

    asyncio.run(go())


def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5h://127.0.0.1:1080")

    async def go() -> None:
        async with client() as http:
            got = await http.get("https://x.example/", accept="*/*")
            assert got == Unknown("a SOCKS proxy is set, which depaudit cannot use")

    asyncio.run(go())
