"""Upstream's answers on their way through: untouched, no faster than the client takes them, never taken for whole when
they are not."""

from __future__ import annotations

import asyncio
import gc
import gzip
import http.client
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from depaudit.gate.base import Asked, Forward, Reply, Unreachable
from depaudit.gate.bodies import Incoming
from depaudit.gate.shared import Patience
from depaudit.gate.upstream import UpstreamClient
from tests.gate.harness import Gate, Script, gate, get, quiet_on_3_10, trusted_server
from tests.registries.servers import Request, reply, serving
from tests.world import World, established

MEGABYTE = 1024 * 1024

pytestmark = quiet_on_3_10


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    return trusted_server(monkeypatch, tmp_path)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk, tls: ssl.SSLContext) -> AsyncIterator[str]:
    """A server that reads one head a connection and then does what ``talk`` does. Yields its base URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)


def exchange(tls: ssl.SSLContext, answer: bytes, method: str = "GET", **headers: str) -> tuple[object, Request]:
    """What a client gets when upstream says ``answer``, and what upstream was asked."""

    async def go() -> tuple[object, Request]:
        async with serving(lambda _: answer, tls=tls, name="localhost") as server, gate(Script(), "localhost") as gated:
            body = b"question" if method in ("POST", "PUT") else None
            got = await asyncio.to_thread(get, gated, server.url + "a%2Fb//../c?d", method, body, **headers)
            assert len(server.requests) == 1
            return got, server.requests[0]

    return asyncio.run(go())


def test_a_request_arrives_as_it_was_asked(tls: ssl.SSLContext) -> None:
    _, asked = exchange(
        tls,
        reply(200, b"x"),
        "POST",
        User_Agent="pip/26.3",
        Accept="a/b",
        Accept_Encoding="br",
        Authorization="Basic eA==",
        Content_Encoding="gzip",
        Range="bytes=0-1",
        X_Umlaut="ä".encode().decode("latin-1"),
        Connection="X-Mine",
        X_Mine="1",
        Proxy_Connection="keep-alive",
    )
    assert (asked.method, asked.path, asked.body) == ("POST", "/a%2Fb//../c?d", b"question")
    assert asked.headers == {
        "host": asked.headers["host"],
        "user-agent": "pip/26.3",
        "accept": "a/b",
        "accept-encoding": "br",
        "authorization": "Basic eA==",
        "content-encoding": "gzip",
        "range": "bytes=0-1",
        "x-umlaut": "ä".encode().decode("latin-1"),
        "content-length": "8",
    }


def test_nothing_is_added_to_a_request(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        async with (
            serving(lambda _: reply(200), tls=tls, name="localhost") as server,
            gate(Script(), "localhost") as gated,
        ):

            def ask() -> int:
                with gated.https("localhost", urlsplit(server.url).port or 0) as connection:
                    connection.putrequest("GET", "/", skip_accept_encoding=True)
                    connection.endheaders()
                    return connection.getresponse().status

            assert await asyncio.to_thread(ask) == 200
            assert server.requests[0].headers == {"host": server.host}

    asyncio.run(go())


def test_an_answer_arrives_as_it_was_given(tls: ssl.SSLContext) -> None:
    packed = gzip.compress(b"page")
    got, _ = exchange(
        tls,
        b'HTTP/1.1 203 Odd phrase \xe9\r\nContent-Encoding: gzip\r\nETag: "x"\r\nSet-Cookie: a\r\nX-Raw: \xff\r\n'
        b'Connection: X-Hop\r\nX-Hop: 1\r\nAlt-Svc: h3=":443"\r\nKeep-Alive: timeout=5\r\n'
        + f"Content-Length: {len(packed)}\r\n\r\n".encode()
        + packed,
    )
    assert got.status == 203  # type: ignore[attr-defined]
    assert got.reason == "Odd phrase"  # type: ignore[attr-defined]
    assert got.body == packed  # type: ignore[attr-defined]
    assert got.headers == {  # type: ignore[attr-defined]
        "content-encoding": "gzip",
        "etag": '"x"',
        "set-cookie": "a",
        "x-raw": "\xff",
        "content-length": str(len(packed)),
        "connection": "keep-alive",
    }


def test_redirects_are_the_clients_business(tls: ssl.SSLContext) -> None:
    got, _ = exchange(tls, reply(302, Location="https://elsewhere.example/x"))
    assert got.status == 302  # type: ignore[attr-defined]
    assert got.headers["location"] == "https://elsewhere.example/x"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            {"transfer-encoding": "chunked"},
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", {"content-length": "3"}),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", {"transfer-encoding": "chunked"}),
    ],
)
def test_every_way_of_framing(answer: bytes, fields: dict[str, str], tls: ssl.SSLContext) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            got = await asyncio.to_thread(get, gated, url + "/")
            assert (got.status, got.body) == (200, b"abc")
            assert got.headers == {**fields, "connection": "keep-alive"}

    asyncio.run(go())


def test_head_and_parts(world: World) -> None:
    world.pypi.add(established("six"))
    whole: list[bytes] = []

    async def go() -> None:
        async with gate(Script(), "pypi.org", "files.pythonhosted.org") as gated:
            listing = await asyncio.to_thread(get, gated, "https://pypi.org/simple/six/")
            url = listing.body.decode().split('href="')[1].split("#")[0].split('"')[0]
            full = await asyncio.to_thread(get, gated, url)
            whole.append(full.body)
            head = await asyncio.to_thread(get, gated, url, "HEAD")
            assert (head.status, head.body) == (200, b"")
            assert head.headers["content-length"] == str(len(full.body))
            part = await asyncio.to_thread(get, gated, url, Range="bytes=-100")
            assert (part.status, part.body) == (206, full.body[-100:])
            assert (
                part.headers["content-range"] == f"bytes {len(full.body) - 100}-{len(full.body) - 1}/{len(full.body)}"
            )
            fresh = await asyncio.to_thread(get, gated, url, If_None_Match=full.headers["etag"])
            assert (fresh.status, fresh.body) == (304, b"")

    asyncio.run(go())
    assert whole[0]


def test_an_answer_to_a_client_of_http_1_0_ends_with_the_connection(tls: ssl.SSLContext) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(lambda _: Forward(url=url + "/")), "index.example") as gated:
            said = await gated.raw(
                f"GET http://index.example/ HTTP/1.0\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
            )
            assert said == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"

    asyncio.run(go())


# Credentials.


def test_credentials_go_to_their_own_host_alone(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        async with serving(lambda _: reply(200), tls=tls, name="localhost") as server:
            elsewhere = Forward(url=server.url + "elsewhere", without=frozenset({"if-none-match"}))
            script = Script(lambda asked: Forward() if asked.url.startswith(server.url) else elsewhere)
            async with gate(script, "localhost", "index.example") as gated:
                headers = {"Authorization": "Basic eA==", "Cookie": "c", "npm_otp": "1", "If_None_Match": "e", "X": "y"}
                await asyncio.to_thread(get, gated, server.url, **headers)
                await asyncio.to_thread(get, gated, "https://index.example/", **headers)
            own, other = (request.headers for request in server.requests)
            assert (own["authorization"], own["cookie"], own["npm-otp"], own["if-none-match"]) == (
                "Basic eA==",
                "c",
                "1",
                "e",
            )
            assert other == {"host": server.host, "accept-encoding": "identity", "x": "y"}

    asyncio.run(go())


# Large and slow.


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the process's size as Linux tells it")
@pytest.mark.parametrize("chunked", [False, True])
def test_a_hundred_megabytes_pass_in_little_memory(chunked: bool, tls: ssl.SSLContext) -> None:
    piece = b"x" * MEGABYTE

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % (100 * MEGABYTE)
        writer.write(b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % framing)
        for _ in range(100):
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await writer.drain()
        writer.write(b"0\r\n\r\n" if chunked else b"")
        await writer.drain()

    def download(gated: Gate, url: str) -> tuple[int, int]:
        total, most, before = 0, 0, resident()
        with gated.https("localhost", urlsplit(url).port or 0) as connection:
            connection.request("GET", "/")
            response = connection.getresponse()
            while data := response.read(MEGABYTE):
                total += len(data)
                most = max(most, resident() - before)
        return total, most

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            await asyncio.to_thread(get, gated, "https://localhost:1/")  # all that is loaded later is loaded now
            total, most = await asyncio.to_thread(download, gated, url)
            assert total == 100 * MEGABYTE
            assert most < 30 * MEGABYTE  # client and server live in this process too

    asyncio.run(go())


def test_upstream_is_read_no_faster_than_the_client_reads(tls: ssl.SSLContext) -> None:
    sent = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MEGABYTE))
        while sent < 200 * MEGABYTE:
            writer.write(b"x" * MEGABYTE)
            await writer.drain()
            await asyncio.sleep(0)
            sent += MEGABYTE

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            with gated.https("localhost", urlsplit(url).port or 0) as connection:
                await asyncio.to_thread(connection.request, "GET", "/")
                response = await asyncio.to_thread(connection.getresponse)
                before = -1
                while sent > before:  # until it stands still
                    before = sent
                    await asyncio.sleep(0.3)
                assert sent < 64 * MEGABYTE  # what the system's own buffers take
                data = await asyncio.to_thread(response.read, MEGABYTE)
                assert len(data) == MEGABYTE
        gc.collect()

    asyncio.run(go())


def test_a_client_that_takes_nothing_is_dropped(tls: ssl.SSLContext) -> None:
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MEGABYTE))
        try:
            while True:
                writer.write(b"x" * MEGABYTE)
                await writer.drain()
                await asyncio.sleep(0)  # asyncio tells of a lost TLS connection only to who lets go
        finally:
            gone.set()

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost", patience=Patience(stall=0.3)) as gated:
            with gated.https("localhost", urlsplit(url).port or 0) as connection:
                await asyncio.to_thread(connection.request, "GET", "/")
                await asyncio.wait_for(gone.wait(), 10)

    asyncio.run(go())
    gc.collect()


def test_upstream_is_left_when_the_client_leaves(tls: ssl.SSLContext) -> None:
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MEGABYTE))
        try:
            while True:
                writer.write(b"x" * MEGABYTE)
                await writer.drain()
                await asyncio.sleep(0)  # asyncio tells of a lost TLS connection only to who lets go
        finally:
            gone.set()

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            with gated.https("localhost", urlsplit(url).port or 0) as connection:
                await asyncio.to_thread(connection.request, "GET", "/")
                response = await asyncio.to_thread(connection.getresponse)
                await asyncio.to_thread(response.read, 1000)
                response.close()
            await asyncio.wait_for(gone.wait(), 10)

    asyncio.run(go())
    gc.collect()


def test_a_first_piece_is_not_held_back(tls: ssl.SSLContext) -> None:
    go_on = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
        await writer.drain()
        await go_on.wait()
        writer.write(b"def")
        await writer.drain()

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            with gated.https("localhost", urlsplit(url).port or 0) as connection:
                await asyncio.to_thread(connection.request, "GET", "/")
                response = await asyncio.to_thread(connection.getresponse)
                assert await asyncio.to_thread(response.read, 3) == b"abc"
                go_on.set()
                assert await asyncio.to_thread(response.read) == b"def"

    asyncio.run(go())


# Broken and hostile.


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ],
)
def test_a_part_is_never_taken_for_the_whole(answer: bytes, tls: ssl.SSLContext) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        for piece in (head + b"\r\n\r\n", body):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.1)

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            with pytest.raises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)):
                await asyncio.to_thread(get, gated, url + "/")

    asyncio.run(go())
    gc.collect()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "the connection was closed early"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "answered nonsense: not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", "answered nonsense: not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA\x00: b\r\n\r\n", "answered nonsense: not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "answered nonsense: not HTTP"),
    ],
)
def test_nonsense_is_a_refusal(answer: bytes, words: str, tls: ssl.SSLContext) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async def go() -> None:
        async with talking(talk, tls) as url, gate(Script(), "localhost") as gated:
            got = await asyncio.to_thread(get, gated, url + "/")
            assert (got.status, got.reason) == (403, f"depaudit: upstream localhost cannot be reached: {words}")

    asyncio.run(go())
    gc.collect()


def test_what_broke_before_it_began_is_asked_again(tls: ssl.SSLContext) -> None:
    tries = {"GET": 0, "POST": 0}

    def answer(request: Request) -> bytes:
        tries[request.method] += 1
        return b"" if tries[request.method] < 3 else reply(200, b"at last")

    async def go() -> None:
        async with serving(answer, tls=tls, name="localhost") as server, gate(Script(), "localhost") as gated:
            assert (await asyncio.to_thread(get, gated, server.url)).body == b"at last"
            assert (await asyncio.to_thread(get, gated, server.url, "POST", b"x")).status == 403

    asyncio.run(go())
    assert tries == {"GET": 3, "POST": 1}


class Defective(UpstreamClient):
    @asynccontextmanager
    async def stream(self, asked: Asked, forward: Forward) -> AsyncIterator[Incoming | Unreachable]:
        raise RuntimeError
        yield Unreachable("")


def test_a_defect_before_the_answer_is_a_refusal(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        trouble = "RuntimeError while asking localhost"
        async with gate(Script(), "localhost", troubles=(trouble,), network=Defective) as gated:
            got = await asyncio.to_thread(get, gated, "https://localhost/early")
            assert (got.status, got.reason) == (403, "depaudit could not ask for this")

    asyncio.run(go())


def test_a_forward_to_nowhere_is_a_refusal(tls: ssl.SSLContext) -> None:
    async def go() -> None:
        async with gate(Script(lambda _: Forward(url="https://me:secret@x.example/")), "localhost") as gated:
            got = await asyncio.to_thread(get, gated, "https://localhost/")
            assert (got.status, got.reason) == (403, "depaudit: upstream ? cannot be reached: not a valid URL")

    asyncio.run(go())


# Other clients.


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
@pytest.mark.parametrize("options", [(), ("--http1.0",), ("--http2",), ("-T", "-"), ("--compressed",)])
def test_curl(options: tuple[str, ...], tls: ssl.SSLContext, tmp_path: Path) -> None:
    def echo(asked: Asked) -> Reply | Forward:
        return Reply(status=200, body=asked.body) if asked.method == "PUT" else Forward()

    async def go() -> None:
        page = gzip.compress(b"the page")
        packed = options == ("--compressed",)
        answer = reply(200, page, Content_Encoding="gzip") if packed else reply(200, b"the page")
        async with (
            serving(lambda _: answer, tls=tls, name="localhost") as server,
            gate(Script(echo), "localhost") as gated,
        ):
            (tmp_path / "gate.pem").write_bytes(gated.authority.pem)
            done = await asyncio.to_thread(
                subprocess.run,
                [
                    "curl",
                    "-sS",
                    "-q",
                    "--proxy",
                    gated.proxy.url,
                    "--cacert",
                    tmp_path / "gate.pem",
                    *options,
                    server.url,
                ],
                input=b"the page",
                capture_output=True,
                timeout=20,
                check=False,
            )
            assert (done.returncode, done.stdout, done.stderr) == (0, b"the page", b"")

    asyncio.run(go())
