"""Tunnels: every byte as it was, through whatever proxy this machine has."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.gate.harness import Gate, Script, gate, get, quiet_on_3_10, trusted_server
from tests.registries.servers import reply, serving
from tests.world import World

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

pytestmark = quiet_on_3_10


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    return trusted_server(monkeypatch, tmp_path)


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does what ``talk`` does; yields its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await talk(reader, writer)
        finally:
            writer.close()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say everything back; end when the other side has ended."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write(b"bye")
    await writer.drain()


async def dig(gated: Gate, target: str) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
    """CONNECT to ``target``; the answer's head and the two ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gated.proxy.port)
    writer.write(f"CONNECT {target} HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode())
    return await reader.readuntil(b"\r\n\r\n"), reader, writer


def test_bytes_pass_untouched_both_ways(tls: ssl.SSLContext) -> None:
    data = os.urandom(3_000_000)

    async def go() -> None:
        async with listening(echo) as port, gate(Script(), "pypi.org") as gated:
            head, reader, writer = await dig(gated, f"127.0.0.1:{port}")
            assert head == b"HTTP/1.1 200 Connection established\r\n\r\n"

            async def send() -> None:
                writer.write(data)
                await writer.drain()
                writer.write_eof()  # half-closed: the other half goes on

            said, _ = await asyncio.gather(reader.read(-1), send())
            assert said == data + b"bye"
            writer.close()
        assert gated.script.admitted == [("127.0.0.1", port)]
        assert gated.script.asked == []

    asyncio.run(go())


def test_what_comes_right_behind_a_connect_is_not_lost(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        async with listening(echo) as port, gate(Script(), "pypi.org") as gated:
            reader, writer = await asyncio.open_connection("127.0.0.1", gated.proxy.port)
            writer.write(
                f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
                + b"\x00early"
            )
            writer.write_eof()
            assert await reader.read() == b"HTTP/1.1 200 Connection established\r\n\r\n\x00earlybye"
            writer.close()

    asyncio.run(go())


def test_a_server_that_speaks_first_and_leaves(tls: ssl.SSLContext) -> None:
    async def greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n")
        await writer.drain()

    async def go() -> None:
        async with listening(greeting) as port, gate(Script(), "pypi.org") as gated:
            _, reader, writer = await dig(gated, f"localhost:{port}")
            assert await reader.read() == b"SSH-2.0-x\r\n"
            writer.close()

    asyncio.run(go())


def test_a_client_that_leaves_ends_the_tunnel(tls: ssl.SSLContext) -> None:
    gone = asyncio.Event()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
                await asyncio.sleep(0)
        finally:
            gone.set()

    async def go() -> None:
        async with listening(pour) as port, gate(Script(), "pypi.org") as gated:
            _, reader, writer = await dig(gated, f"127.0.0.1:{port}")
            await reader.read(1000)
            writer.transport.abort()
            await asyncio.wait_for(gone.wait(), 10)

    asyncio.run(go())


def test_the_end_of_the_run_ends_a_tunnel(tls: ssl.SSLContext) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def go() -> None:
        before = asyncio.all_tasks()
        async with listening(silent) as port:
            async with gate(Script(), "pypi.org") as gated:
                _, reader, writer = await dig(gated, f"127.0.0.1:{port}")
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
        assert asyncio.all_tasks() == before

    asyncio.run(go())


def test_a_host_out_of_reach(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            for target, words in (
                ("127.0.0.1:1", "127.0.0.1 cannot be reached: could not connect"),
                ("nowhere.invalid:443", "nowhere.invalid cannot be reached: the host's name could not be resolved"),
                (f"{'a' * 64}.example:443", f"{'a' * 64}.example cannot be reached: could not connect"),
            ):
                said, _, writer = await dig(gated, target)
                assert said.startswith(f"HTTP/1.1 403 depaudit: upstream {words}"[:132].encode())
                writer.close()

    asyncio.run(go())


# Through this machine's own proxy.


def test_through_the_proxy_of_this_machine(world: World) -> None:
    """``evil.example`` plays a host that has nothing to do with packages: its own certificate is seen."""

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            _, reader, writer = await dig(gated, "evil.example:443")
            transport = writer.transport
            protocol = transport.get_protocol()
            loop = asyncio.get_running_loop()
            inner = await loop.start_tls(
                transport, protocol, ssl.create_default_context(), server_hostname="evil.example"
            )  # type: ignore[arg-type]
            assert inner is not None
            inner.write(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK")
            inner.abort()

    asyncio.run(go())
    assert [(knock.host, knock.port) for knock in world.knocks] == [("evil.example", 443)]
    assert world.knocks[0].header("Proxy-Authorization") == ""
    gc.collect()


@pytest.mark.parametrize(("password", "status"), [("s%40crete", 200), ("wrong", 403)])
def test_a_proxy_that_wants_credentials(
    password: str, status: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.guard_proxy("me", "s@crete")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://me:{password}@127.0.0.1:{world.port}")

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            said, _, writer = await dig(gated, "evil.example:443")
            assert said.startswith(f"HTTP/1.1 {status} ".encode())
            writer.transport.abort()
            got = await asyncio.to_thread(get, gated, "https://pypi.org/simple/nothing/")
            if status == 403:
                why = b"cannot be reached: the proxy wants credentials (HTTP 407)"
                assert why in said
                assert why.decode() in got.reason
            else:
                assert got.status == 404

    asyncio.run(go())
    gc.collect()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy refused (HTTP 403)"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "the proxy failed (HTTP 502)"),
        (b"220 smtp ready\r\n\r\n", "the proxy answered nonsense"),
        (b"HTTP/1.1 20\r\n\r\n", "the proxy answered nonsense"),
        (b"HTTP/1.1 200 OK\r\n", "the proxy broke off"),
        (b"x" * 300_000, "the proxy broke off"),
        (b"", "the proxy broke off"),
    ],
)
def test_a_proxy_that_does_not_let_us_through(
    answer: bytes, words: str, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async def go() -> None:
        async with listening(talk) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
            async with gate(Script(), "pypi.org") as gated:
                said, _, writer = await dig(gated, "host.example:443")
                assert f"host.example cannot be reached: {words}\r\n".encode() in said
                assert b"secret" not in said
                writer.close()

    asyncio.run(go())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_that_is_spoken_to_by_tls(trusted: bool, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """``HTTPS_PROXY=https://…``: TLS to the proxy, and inside it TLS to the host."""
    heads: list[bytes] = []

    async def go() -> str:
        async with serving(lambda _: reply(200, b"inside"), tls=tls, name="localhost") as server:

            async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                heads.append(await reader.readuntil(b"\r\n\r\n"))
                there, back = await asyncio.open_connection("127.0.0.1", int(server.host.rpartition(":")[2]))
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

                async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
                    with contextlib.suppress(OSError):
                        while data := await source.read(65536):
                            target.write(data)
                            await target.drain()
                    target.close()

                await asyncio.gather(carry(reader, back), carry(there, writer))

            async with listening(proxy, tls) as port:
                monkeypatch.setenv("HTTPS_PROXY", f"https://me:secret@localhost:{port}")
                if not trusted:
                    monkeypatch.delenv("SSL_CERT_FILE")
                async with gate(Script(), "localhost") as gated:
                    got = await asyncio.to_thread(get, gated, server.url)
                    said, _, writer = await dig(gated, "tunnelled.example:443")
                    writer.close()
                    if trusted:
                        assert (got.status, got.body) == (200, b"inside")
                        assert said.startswith(b"HTTP/1.1 200 ")
                    else:
                        assert got.reason.endswith("localhost cannot be reached: TLS certificate not trusted")
                        assert b"TLS certificate of the proxy not trusted" in said
            return server.host

    host = asyncio.run(go())
    login = b"Proxy-Authorization: Basic " + base64.b64encode(b"me:secret")
    assert [head.split(b"\r\n")[0] for head in heads] == (
        [f"CONNECT {host} HTTP/1.1".encode(), b"CONNECT tunnelled.example:443 HTTP/1.1"] if trusted else []
    )
    assert all(login in head for head in heads)
    gc.collect()


@pytest.mark.parametrize("status", [200, 407])
def test_plain_http_through_the_proxy_of_this_machine(
    status: int, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the machine's proxy says of its own credentials is not for the client: it would take it for ours."""

    async def go() -> None:
        async with serving(lambda _: reply(status, b"page")) as proxy:
            monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@{proxy.host}")
            monkeypatch.setenv("http_proxy", f"http://me:secret@{proxy.host}")
            async with gate(Script(), "pypi.org") as gated:
                said = await gated.raw(
                    f"GET http://host.example/x HTTP/1.0\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
                )
            if status == 200:
                assert said.endswith(b"\r\n\r\npage")
            else:
                reason = b"depaudit: upstream host.example cannot be reached: the proxy wants credentials (HTTP 407)"
                assert said.startswith(b"HTTP/1.1 403 " + reason + b"\r\n")
            assert proxy.paths == ["http://host.example/x"]
            assert (
                proxy.requests[0].headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:secret").decode()
            )

    asyncio.run(go())


def test_a_proxy_setting_that_cannot_be_used(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:secret@127.0.0.1:1080")

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            said, _, writer = await dig(gated, "host.example:443")
            why = "cannot be reached: a SOCKS proxy is set, which depaudit cannot use"
            assert why.encode() in said
            got = await asyncio.to_thread(get, gated, "https://pypi.org/")
            assert got.reason == f"depaudit: upstream pypi.org {why}"
            writer.close()

    asyncio.run(go())


def test_hosts_without_proxy_are_reached_directly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    async def go() -> None:
        async with listening(echo) as port, gate(Script(), "pypi.org") as gated:
            head, _, writer = await dig(gated, f"127.0.0.1:{port}")
            assert head.startswith(b"HTTP/1.1 200 ")
            writer.close()

    asyncio.run(go())
    assert world.knocks == ()
