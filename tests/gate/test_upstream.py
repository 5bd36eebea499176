"""What the gate itself asks: whole answers, bounded in size and time, without a word of a secret when it fails."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import ssl
from pathlib import Path

import pytest
import trustme

from depaudit.gate.base import Asked, Fetched, Unreachable
from depaudit.gate.upstream import UpstreamClient
from tests.gate.harness import quiet_on_3_10, trusted_server
from tests.registries.servers import Request, reply, serving
from tests.world import World, established

pytestmark = quiet_on_3_10


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    return trusted_server(monkeypatch, tmp_path)


def fetch(
    answer: bytes, tls: ssl.SSLContext, *, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[Fetched | Unreachable, list[Request]]:
    async def go() -> tuple[Fetched | Unreachable, list[Request]]:
        async with serving(lambda _: answer, tls=tls, name="localhost") as server, UpstreamClient() as upstream:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            got = await upstream.fetch(method, server.url + "x?y", headers=fields, limit=1000, seconds=5, body=body)
            return got, server.requests

    result = asyncio.run(go())
    gc.collect()
    return result


def test_an_answer(tls: ssl.SSLContext) -> None:
    packed = gzip.compress(b"a page", mtime=0)
    got, (asked,) = fetch(
        reply(404, packed, Content_Encoding="gzip", ETag="e", Connection="x-hop", X_Hop="1"),
        tls,
        accept="a/b",
        Accept_Encoding="br",
        Host="elsewhere.example",
        Content_Length="77",
        Connection="x-mine",
        X_Mine="1",
        User_Agent="pip/26.3",
    )
    assert isinstance(got, Fetched)
    assert got.url.startswith("https://localhost:")
    assert (got.status, got.reason, got.headers, got.body) == (404, "Reason", (("etag", "e"),), b"a page")
    assert asked.path == "/x?y"
    assert asked.headers == {
        "host": asked.headers["host"], "accept": "a/b", "accept-encoding": "gzip", "user-agent": "pip/26.3",
    }  # fmt: skip
    assert asked.headers["host"].startswith("localhost:")


def test_a_question_with_a_body(tls: ssl.SSLContext) -> None:
    got, (asked,) = fetch(reply(200, b"ok"), tls, method="POST", body=b"{}", Content_Type="a/b")
    assert isinstance(got, Fetched)
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", b"{}", "a/b")


def test_a_part_is_asked_for_as_it_is(tls: ssl.SSLContext) -> None:
    got, (asked,) = fetch(reply(206, b"part", Content_Range="bytes 0-3/9"), tls, Range="bytes=0-3")
    assert isinstance(got, Fetched)
    assert (got.status, got.body, asked.headers["accept-encoding"]) == (206, b"part", "identity")


def test_a_redirect_is_an_answer(tls: ssl.SSLContext) -> None:
    got, asked = fetch(reply(301, Location="/z"), tls)
    assert isinstance(got, Fetched)
    assert (got.status, got.header("location"), len(asked)) == (301, "/z", 1)


def test_members_of_gzip_and_padding(tls: ssl.SSLContext) -> None:
    packed = gzip.compress(b"a" * 500, mtime=0) + gzip.compress(b"b", mtime=0) + b"\0" * 8
    got, _ = fetch(reply(200, packed, Content_Encoding="x-gzip"), tls)
    assert isinstance(got, Fetched)
    assert got.body == b"a" * 500 + b"b"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(200, b"x" * 1001), "the answer is larger than allowed"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n",
            "the answer is larger than allowed",
        ),
        (reply(200, gzip.compress(b"x" * 1001, mtime=0), Content_Encoding="gzip"), "the answer is larger than allowed"),
        (
            reply(200, gzip.compress(b"x" * 50_000_000, mtime=0), Content_Encoding="gzip"),
            "the answer is larger than allowed",
        ),
        (reply(200, gzip.compress(b"x" * 900, mtime=0)[:-9], Content_Encoding="gzip"), "the answer broke off"),
        (reply(200, b"not gzip at all", Content_Encoding="gzip"), "answered nonsense: not gzip"),
        (reply(200, b"\x1b", Content_Encoding="br"), "answered nonsense: in an encoding that was not asked for"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx", "the answer broke off"),
        (b"FTP\r\n\r\n", "answered nonsense: not HTTP"),
        (b"", "the connection was closed early"),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_answer(answer: bytes, reason: str, tls: ssl.SSLContext) -> None:
    got, _ = fetch(answer, tls)
    assert got == Unreachable(reason)


def test_what_broke_is_asked_again_within_the_time(tls: ssl.SSLContext) -> None:
    answers = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx", reply(200, b"whole")]

    async def go() -> None:
        async with serving(lambda _: answers.pop(0), tls=tls, name="localhost") as server, UpstreamClient() as upstream:
            got = await upstream.fetch("GET", server.url, headers={}, limit=1000, seconds=10)
            assert isinstance(got, Fetched)
            assert got.body == b"whole"

    asyncio.run(go())
    gc.collect()


def test_the_limit_itself_is_allowed(tls: ssl.SSLContext) -> None:
    for answer in (reply(200, b"x" * 1000), reply(200, gzip.compress(b"x" * 1000, mtime=0), Content_Encoding="gzip")):
        got, _ = fetch(answer, tls)
        assert isinstance(got, Fetched)
        assert got.body == b"x" * 1000


@pytest.mark.parametrize("kind", ["stall", "drip", "latency"])
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_time_runs_out(kind: str, world: World) -> None:
    world.fault("pypi.org", kind=kind, seconds=8)  # type: ignore[arg-type]

    async def go() -> None:
        async with UpstreamClient() as upstream:
            got = await upstream.fetch("GET", "https://pypi.org/simple/x/", headers={}, limit=1000, seconds=2)
            assert got == Unreachable("timed out")

    asyncio.run(go())
    gc.collect()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pypi.org",
        "ftp://pypi.org/",
        "https://me:secret@pypi.org/",
        "https://pypi.org/ x",
        "https://pypi.org/\r\nX:",
    ],
)
def test_what_is_no_url(url: str, world: World) -> None:
    async def go() -> None:
        async with UpstreamClient() as upstream:
            got = await upstream.fetch("GET", url, headers={}, limit=1000, seconds=5)
            assert got == Unreachable("not a valid URL")

    asyncio.run(go())


def test_further_roots(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundle = (tmp_path / "upstream.pem").read_bytes()
    other = trustme.CA().cert_pem
    other.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))

    async def go(roots: bytes) -> Fetched | Unreachable:
        async with (
            serving(lambda _: reply(200), tls=tls, name="localhost") as server,
            UpstreamClient(roots=roots) as upstream,
        ):
            return await upstream.fetch("GET", server.url, headers={}, limit=1000, seconds=5)

    assert asyncio.run(go(b"")) == Unreachable("TLS certificate not trusted")
    assert isinstance(asyncio.run(go(bundle)), Fetched)
    assert asyncio.run(go(b"no PEM")) == Unreachable("this machine's certificate authorities cannot be read")
    gc.collect()


def test_connections_are_used_again(world: World) -> None:
    world.pypi.add(established("six"))

    async def go() -> None:
        async with UpstreamClient() as upstream:
            for _ in range(5):
                got = await upstream.fetch("GET", "https://pypi.org/simple/six/", headers={}, limit=10**6, seconds=5)
                assert isinstance(got, Fetched)

    asyncio.run(go())
    assert len(world.knocks) == 1


def test_a_secret_is_in_no_log_and_no_repr(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    world.fault("pypi.org", "/broken", kind="reset")
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hidden@127.0.0.1:{world.port}")
    said: list[str] = []

    async def go() -> None:
        async with UpstreamClient() as upstream:
            for url in ("https://pypi.org/broken", "https://nowhere.example/", "https://pypi.org/x?token=hidden"):
                headers = {"authorization": "Basic hidden", "x-bad": "hidden\r\nX: y"}
                got = await upstream.fetch("GET", url, headers=headers, limit=1000, seconds=5)
                said.append(repr(got))
            said.append(repr(upstream))

    asyncio.run(go(), debug=True)
    said.append(
        repr(Asked(method="GET", url="https://a.example/?token=hidden", headers=(("authorization", "hidden"),)))
    )
    gc.collect()
    assert "hidden" not in "".join(said) + caplog.text
    assert said[-1] == "Asked(GET https://a.example/)"
