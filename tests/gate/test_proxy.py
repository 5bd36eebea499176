"""The proxy as clients see it: over real sockets and real TLS, with the made-up internet behind."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import hmac
import http.client
import json
import logging
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from depaudit.gate.base import Asked, Forward, Reply
from depaudit.gate.shared import Patience
from tests.gate.harness import Script, gate, get
from tests.world import World, established

QUICK = Patience(head=0.3, first=0.3, idle=0.3, body=0.3, stall=0.3, judge=0.3, max_body=1000)


def json_refusal(reason: str) -> bytes:
    return json.dumps({"error": reason}).encode()


def test_a_request_is_given_to_the_inspector_and_its_reply_to_the_client() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(
            status=403,
            reason="depaudit: 'fastapii' is no project\r\nX: y",
            headers=(
                ("Content-Type", "text/plain"),
                ("Content-Length", "7"),
                ("Connection", "x"),
                ("X-A", "1"),
                ("X-A", "2"),
            ),
            body=b"no",
        )

    async def go() -> None:
        script = Script(answer)
        async with gate(script, "pypi.org") as gated:
            got = await asyncio.to_thread(
                get,
                gated,
                "https://pypi.org/simple/fastapii/?x=%2F",
                Accept="a/b",
                Authorization="Basic eA==",
                TE="trailers",
            )
            assert (got.status, got.reason) == (403, "depaudit: 'fastapii' is no projectX: y")
            assert got.headers == {
                "content-type": "text/plain", "x-a": "2", "content-length": "2", "connection": "keep-alive",
            }  # fmt: skip
            assert got.body == b"no"
        assert script.asked == [
            Asked(
                method="GET",
                url="https://pypi.org/simple/fastapii/?x=%2F",
                headers=(
                    ("host", "pypi.org"),
                    ("accept-encoding", "identity"),
                    ("accept", "a/b"),
                    ("authorization", "Basic eA=="),
                ),
            )
        ]

    asyncio.run(go())


@pytest.mark.parametrize(
    ("target", "url"),
    [("pypi.org:443", "https://pypi.org/x"), ("PyPI.org.:8443", "https://pypi.org:8443/x")],
)
def test_any_port_and_any_spelling_is_intercepted(target: str, url: str) -> None:
    async def go() -> None:
        script = Script(lambda _: Reply(status=200))
        async with gate(script, "pypi.org") as gated:
            host, _, port = target.rpartition(":")

            def ask() -> int:
                connection = http.client.HTTPSConnection("127.0.0.1", gated.proxy.port, context=gated.trust())
                connection.set_tunnel(host, int(port), {"Proxy-Authorization": gated.login})
                # Python checks the name as it was given; the certificate has no dot at its end
                connection._context = lenient(gated.authority.pem)  # type: ignore[attr-defined]
                connection.request("GET", "/x")
                try:
                    return connection.getresponse().status
                finally:
                    connection.close()

            assert await asyncio.to_thread(ask) == 200
        assert [asked.url for asked in script.asked] == [url]
        assert script.admitted == []

    def lenient(pem: bytes) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=pem.decode())
        context.check_hostname = False
        return context

    asyncio.run(go())


def test_methods_and_bodies() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=200, headers=(("X-Method", asked.method),), body=asked.body)

    async def go() -> None:
        async with gate(Script(answer), "registry.npmjs.org") as gated:
            url = "https://registry.npmjs.org/-/npm/v1/security/advisories/bulk"
            posted = await asyncio.to_thread(get, gated, url, "POST", b'{"a": 1}')
            assert (posted.status, posted.body) == (200, b'{"a": 1}')
            large = bytes(range(256)) * 40_000
            put = await asyncio.to_thread(get, gated, url, "PUT", large, Expect="100-continue")
            assert put.body == large
            asked_head = await asyncio.to_thread(get, gated, url, "HEAD")
            assert (asked_head.headers["content-length"], asked_head.body) == ("0", b"")

            def chunked() -> bytes:
                with gated.https("registry.npmjs.org") as connection:
                    connection.request("POST", "/x", iter([b"ab", b"c" * 70_000]), encode_chunked=True)
                    return connection.getresponse().read()

            assert await asyncio.to_thread(chunked) == b"ab" + b"c" * 70_000

    asyncio.run(go())


def test_head_and_bodyless_statuses() -> None:
    replies = {
        "/named": Reply(status=200, headers=(("Content-Length", "1234"),)),
        "/body": Reply(status=200, body=b"12345"),
        "/304": Reply(status=304, headers=(("ETag", "x"),), body=b"never sent"),
        "/204": Reply(status=204),
    }

    async def go() -> None:
        async with gate(Script(lambda asked: replies[urlsplit(asked.url).path]), "pypi.org") as gated:

            def ask() -> list[tuple[int, str | None, bytes]]:
                found = []
                with gated.https("pypi.org") as connection:  # one connection: a byte too many would spoil the next
                    for method, path in [
                        ("HEAD", "/named"),
                        ("HEAD", "/body"),
                        ("GET", "/304"),
                        ("GET", "/204"),
                        ("GET", "/body"),
                    ]:
                        connection.request(method, path)
                        response = connection.getresponse()
                        found.append((response.status, response.getheader("Content-Length"), response.read()))
                return found

            assert await asyncio.to_thread(ask) == [
                (200, "1234", b""),
                (200, "5", b""),
                (304, None, b""),
                (204, None, b""),
                (200, "5", b"12345"),
            ]

    asyncio.run(go())


def test_a_connection_is_used_again_and_requests_may_come_all_at_once() -> None:
    async def go() -> None:
        script = Script(lambda asked: Reply(status=200, body=asked.url[-1:].encode()))
        async with gate(script, "pypi.org", certified=("other.example",)) as gated:
            ask = f"Proxy-Authorization: {gated.login}\r\n\r\n"
            data = "".join(f"GET http://pypi.org/{n} HTTP/1.1\r\n{ask}" for n in range(3))
            said = await gated.raw((data + f"GET http://pypi.org/9 HTTP/1.0\r\n{ask}").encode())
            assert said == b"".join(
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: %b\r\n\r\n%d" % (keep, n)
                for n, keep in ((0, b"keep-alive"), (1, b"keep-alive"), (2, b"keep-alive"), (9, b"close"))
            )
        assert [asked.url for asked in script.asked] == [f"http://pypi.org/{n}" for n in (0, 1, 2, 9)]

    asyncio.run(go())


# Who is let in.


@pytest.mark.parametrize(
    "credential", ["", "Basic", "Basic ????", "Basic ZGVwYXVkaXQ6", "Bearer {token}", "wrong", "Digest {right}"]
)
@pytest.mark.parametrize(
    "request_line",
    [
        "CONNECT pypi.org:443 HTTP/1.1",
        "CONNECT other.example:443 HTTP/1.1",
        "GET http://pypi.org/ HTTP/1.1",
        "GET http://other.example/ HTTP/1.1",
        "GET /.depaudit/alive?challenge=0123456789abcdef HTTP/1.1",
    ],
)
def test_without_the_token_nothing_happens(credential: str, request_line: str) -> None:
    async def go() -> None:
        script = Script()
        async with gate(script, "pypi.org") as gated:
            token = urlsplit(gated.proxy.url).password or ""
            right = gated.login.removeprefix("Basic ")
            wrong = "Basic " + base64.b64encode(f"depaudit:{token[:-1]}x".encode()).decode()
            value = wrong if credential == "wrong" else credential.format(token=token, right=right)
            field = f"Proxy-Authorization: {value}\r\n" if value else ""
            said = await gated.raw(f"{request_line}\r\nHost: x\r\n{field}\r\n".encode())
            assert said.startswith(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=")
            assert token.encode() not in said
        assert (script.asked, script.admitted) == ([], [])

    asyncio.run(go())


def test_each_request_in_the_clear_needs_the_token() -> None:
    async def go() -> None:
        script = Script(lambda _: Reply(status=200))
        async with gate(script, "pypi.org") as gated:
            said = await gated.raw(
                f"GET http://pypi.org/1 HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n"
                "GET http://pypi.org/2 HTTP/1.1\r\n\r\n".encode()
            )
            assert [line[:12] for line in said.split(b"\r\n") if line.startswith(b"HTTP/")] == [
                b"HTTP/1.1 200",
                b"HTTP/1.1 407",
            ]
        assert [asked.url for asked in script.asked] == ["http://pypi.org/1"]
        assert script.asked[0].header("proxy-authorization") == ""

    asyncio.run(go())


def test_a_token_is_fresh_and_shown_nowhere() -> None:
    async def go() -> None:
        async with gate(Script(), "pypi.org") as one, gate(Script(), "pypi.org") as other:
            tokens = [urlsplit(gated.proxy.url).password or "" for gated in (one, other)]
            assert tokens[0] != tokens[1]
            assert all(len(token) == 48 for token in tokens)
            assert urlsplit(one.proxy.url)[:2] == ("http", f"depaudit:{tokens[0]}@127.0.0.1:{one.proxy.port}")
            assert repr(one.proxy) == f"Proxy(port={one.proxy.port})"

    asyncio.run(go())


def test_it_proves_that_it_knows_the_token() -> None:
    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            challenge = "0123456789abcdefABCDEF"
            login = f"Proxy-Authorization: {gated.login}\r\nConnection: close\r\n\r\n"
            said = await gated.raw(f"GET /.depaudit/alive?challenge={challenge} HTTP/1.1\r\n{login}".encode())
            head, _, body = said.partition(b"\r\n\r\n")
            token = (urlsplit(gated.proxy.url).password or "").encode()
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert body == hmac.new(token, challenge.encode(), hashlib.sha256).hexdigest().encode()

    asyncio.run(go())


@pytest.mark.parametrize(
    "request_line",
    [
        "GET / HTTP/1.1",
        "GET /simple/six/ HTTP/1.1",
        "GET /.depaudit/alive HTTP/1.1",
        "GET /.depaudit/alive?challenge= HTTP/1.1",
        "GET /.depaudit/alive?challenge=xyz HTTP/1.1",
        "GET /.depaudit/alive?challenge=0123 HTTP/1.1",
        "POST /.depaudit/alive?challenge=0123456789abcdef HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET ftp://pypi.org/ HTTP/1.1",
        "GET http://user:word@pypi.org/ HTTP/1.1",
        "CONNECT pypi.org HTTP/1.1",
        "CONNECT http://pypi.org:443/ HTTP/1.1",
        "CONNECT pypi.org:99999 HTTP/1.1",
        "CONNECT /x HTTP/1.1",
    ],
)
def test_what_no_proxy_is_asked(request_line: str) -> None:
    async def go() -> None:
        script = Script()
        async with gate(script, "pypi.org") as gated:
            said = await gated.raw(f"{request_line}\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode())
            assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert (script.asked, script.admitted) == ([], [])

    asyncio.run(go())


# Hosts that are not intercepted.


def test_a_host_that_is_not_admitted() -> None:
    reason = "depaudit: files of another host"

    async def go() -> None:
        script = Script(not_admitted={"evil.example": reason})
        async with gate(script, "pypi.org") as gated:
            login = f"Proxy-Authorization: {gated.login}\r\nConnection: close\r\n\r\n"
            for line in ("CONNECT evil.example:443", "GET http://evil.example:8080/x"):
                said = await gated.raw(f"{line} HTTP/1.1\r\n{login}".encode())
                assert said.startswith(f"HTTP/1.1 403 {reason}\r\n".encode())
                assert said.endswith(json_refusal(reason))
        assert script.admitted == [("evil.example", 443), ("evil.example", 8080)]
        assert script.asked == []

    asyncio.run(go())


def test_a_host_that_is_admitted_is_reached_without_the_inspector(world: World) -> None:
    async def go() -> None:
        script = Script()
        async with gate(script, "pypi.org") as gated:
            login = f"Proxy-Authorization: {gated.login}\r\nCookie: c\r\nConnection: close\r\n\r\n"
            said = await gated.raw(f"GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\n{login}".encode())
            assert said.startswith(b"HTTP/1.1 200 OK\r\n")
            assert said.endswith(b"<html><body>It works!</body></html>")
        assert script.asked == []
        assert script.admitted == [("evil.example", 80)]
        heard = world.evil.seen[0]
        assert heard.header("Proxy-Authorization") == ""
        assert heard.header("Cookie") == "c"

    asyncio.run(go())


# Plain http on a CONNECT, as Berry and Poetry do it.


def test_plain_http_after_a_connect() -> None:
    async def go() -> None:
        script = Script(lambda _: Reply(status=200, body=b"ok"))
        async with gate(script, "10.0.0.7", "index.example", certified=("index.example",)) as gated:
            for host in ("10.0.0.7", "index.example"):
                said = await gated.raw(
                    f"CONNECT {host}:3141 HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n"
                    f"GET /simple/x/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n"
                    f"GET http://{host}:3141/y HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
                )
                assert said.split(b"\r\n")[0] == b"HTTP/1.1 200 Connection established"
                assert said.count(b"HTTP/1.1 200 OK") == 2
        assert [asked.url for asked in script.asked] == [
            f"http://{host}:3141{path}" for host in ("10.0.0.7", "index.example") for path in ("/simple/x/", "/y")
        ]

    asyncio.run(go())


@pytest.mark.parametrize(
    "line",
    [
        "GET http://other.example/ HTTP/1.1",
        "GET https://index.example/ HTTP/1.1",
        "CONNECT pypi.org:443 HTTP/1.1",
        "GET * HTTP/1.1",
    ],
)
def test_a_connection_serves_its_own_host_alone(line: str) -> None:
    async def go() -> None:
        script = Script(lambda _: Reply(status=200, body=b"ok"))
        async with gate(script, "index.example") as gated:
            said = await gated.raw(
                f"CONNECT index.example:80 HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n"
                f"{line}\r\n\r\n".encode()
            )
            assert said.split(b"\r\n\r\n")[1].startswith(b"HTTP/1.1 400 Bad Request")
        assert script.asked == []

    asyncio.run(go())


def test_https_to_an_address_is_refused_with_the_way_out() -> None:
    async def go() -> None:
        async with gate(Script(), "10.0.0.7", certified=("index.example",)) as gated:
            said = await gated.raw(
                f"CONNECT 10.0.0.7:443 HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
            )
            assert said.startswith(
                b"HTTP/1.1 403 https to 10.0.0.7 cannot be judged; name the index by a host name\r\n"
            )

    asyncio.run(go())


def test_a_client_that_does_not_trust_the_authority_is_noted() -> None:
    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:

            def ask() -> None:
                connection = http.client.HTTPSConnection(
                    "127.0.0.1", gated.proxy.port, context=ssl.create_default_context()
                )
                connection.set_tunnel("pypi.org", 443, {"Proxy-Authorization": gated.login})
                try:
                    connection.request("GET", "/")
                finally:
                    connection.close()

            with pytest.raises(ssl.SSLCertVerificationError):
                await asyncio.to_thread(ask)
            await asyncio.sleep(0.05)
            assert gated.proxy.distrusted == ("pypi.org",)

    asyncio.run(go())


# When something fails on our side.


def broken(asked: Asked) -> Reply:
    raise RuntimeError(f"defect with {asked.header('authorization')}")


async def never(asked: Asked) -> Reply:
    await asyncio.sleep(3600)
    raise AssertionError


async def cancelled(asked: Asked) -> Reply:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("answerer", "trouble"),
    [
        (broken, "RuntimeError while judging GET https://pypi.org/x"),
        (never, "time-out while judging GET https://pypi.org/x"),
        (cancelled, "cancellation while judging GET https://pypi.org/x"),
        (lambda _: Reply(status=99), "no status of an answer while judging GET https://pypi.org/x"),
    ],
)
def test_a_defect_is_a_refusal(answerer: object, trouble: str, caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> None:
        async with gate(Script(answerer), "pypi.org", patience=Patience(judge=0.2), troubles=(trouble,)) as gated:  # type: ignore[arg-type]
            got = await asyncio.to_thread(get, gated, "https://pypi.org/x?q=hidden", Authorization="hidden")
            assert (got.status, got.reason) == (403, "depaudit could not judge this")
            assert got.body == json_refusal("depaudit could not judge this")
            assert got.headers["cache-control"] == "no-store"

    caplog.set_level(logging.DEBUG)
    asyncio.run(go())
    assert "hidden" not in caplog.text


def test_a_defect_in_admitting_is_a_refusal() -> None:
    class Broken(Script):
        def admits(self, host: str, port: int) -> str | None:
            raise KeyError(host)

    async def go() -> None:
        async with gate(Broken(), "pypi.org", troubles=("KeyError while judging a tunnel to a.example",)) as gated:
            said = await gated.raw(
                f"CONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
            )
            assert said.startswith(b"HTTP/1.1 403 depaudit could not judge this\r\n")

    asyncio.run(go())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("dns-failure", "the proxy failed (HTTP 502)"),
        ("tls-error", "TLS certificate not trusted"),
        ("reset", "the connection broke"),
    ],
)
def test_an_upstream_out_of_reach_is_a_refusal(world: World, kind: str, words: str) -> None:
    world.fault("pypi.org", kind=kind)  # type: ignore[arg-type]

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            got = await asyncio.to_thread(get, gated, "https://pypi.org/simple/six/")
            reason = f"depaudit: upstream pypi.org cannot be reached: {words}"
            assert (got.status, got.reason, got.body) == (403, reason, json_refusal(reason))

    asyncio.run(go())
    gc.collect()


def test_what_upstream_says_is_said(world: World) -> None:
    world.fault("pypi.org", "/down", kind="status", status=503, retry_after="7")

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            down = await asyncio.to_thread(get, gated, "https://pypi.org/down")
            assert (down.status, down.headers["retry-after"]) == (503, "7")
            missing = await asyncio.to_thread(get, gated, "https://pypi.org/simple/nothing-here/")
            assert missing.status == 404

    asyncio.run(go())


# Clients that are slow, silent, greedy or many.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET http://pypi.org/ HTTP/1.1\r\nX:",
        b"{login}",
        b"CONNECT pypi.org:443 HTTP/1.1\r\n{login}\r\n",
        b"CONNECT pypi.org:443 HTTP/1.1\r\n{login}\r\n\x16\x03\x01",
        b"CONNECT pypi.org:443 HTTP/1.1\r\n{login}\r\n\x00garbage",
        b"CONNECT pypi.org:443 HTTP/1.1\r\n{login}\r\nGET / HTTP/1.1\r\nX:",
        b"POST http://pypi.org/ HTTP/1.1\r\nContent-Length: 9\r\n{login}\r\nx",
    ],
)
def test_whoever_stops_in_the_middle_is_dropped(data: bytes) -> None:
    async def go() -> None:
        script = Script()
        async with gate(script, "pypi.org", patience=QUICK) as gated:
            login = f"Proxy-Authorization: {gated.login}\r\n".encode()
            reader, writer = await asyncio.open_connection("127.0.0.1", gated.proxy.port)
            writer.write(data.replace(b"{login}", login))
            with suppress(ConnectionResetError):
                await asyncio.wait_for(reader.read(), 10)
            writer.close()
        assert script.asked == []

    asyncio.run(go())


def test_an_idle_connection_ends_in_the_end() -> None:
    async def go() -> None:
        async with gate(Script(lambda _: Reply(status=200)), "pypi.org", patience=QUICK) as gated:
            said = await gated.raw(
                f"GET http://pypi.org/ HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n\r\n".encode()
            )
            assert said.startswith(b"HTTP/1.1 200 OK\r\n")

    asyncio.run(go())


def test_a_body_too_large_is_refused_and_the_client_hears_it() -> None:
    async def go() -> None:
        async with gate(Script(), "pypi.org", patience=QUICK) as gated:
            said = await gated.raw(
                f"PUT http://pypi.org/ HTTP/1.1\r\nProxy-Authorization: {gated.login}\r\n"
                "Content-Length: 2000000\r\n\r\n".encode()
                + b"x" * 2_000_000
            )
            assert said.startswith(b"HTTP/1.1 413 ")

    asyncio.run(go())


def test_a_hundred_clients_at_once(world: World) -> None:
    world.pypi.add(established("six"))

    async def go() -> None:
        async with gate(Script(), "pypi.org") as gated:
            with ThreadPoolExecutor(100) as pool:
                loop = asyncio.get_running_loop()
                got = await asyncio.gather(
                    *(loop.run_in_executor(pool, get, gated, "https://pypi.org/simple/six/") for _ in range(100))
                )
            assert {one.status for one in got} == {200}
            assert len({one.body for one in got}) == 1

    asyncio.run(go())
    assert world.peak("pypi.org") <= 50


def test_strangers_keep_nobody_out() -> None:
    async def go() -> None:
        async with gate(
            Script(lambda _: Reply(status=200)), "pypi.org", patience=Patience(strangers=4, guests=2)
        ) as gated:
            strangers = [await asyncio.open_connection("127.0.0.1", gated.proxy.port) for _ in range(20)]
            got = await asyncio.to_thread(get, gated, "https://pypi.org/")
            assert got.status == 200
            for _, writer in strangers:
                writer.close()

    asyncio.run(go())


def test_guests_beyond_the_limit_wait_and_the_idle_make_room() -> None:
    async def go() -> None:
        doors = asyncio.Event()

        async def answer(asked: Asked) -> Reply:
            if asked.url.endswith("/slow"):
                await doors.wait()
            return Reply(status=200)

        async with gate(Script(answer), "pypi.org", patience=Patience(guests=2)) as gated:
            with gated.https("pypi.org") as idle:
                await asyncio.to_thread(idle.request, "GET", "/")
                await asyncio.to_thread(lambda: idle.getresponse().read())
                slow = asyncio.ensure_future(asyncio.to_thread(get, gated, "https://pypi.org/slow"))
                await asyncio.sleep(0.1)
                # both places are taken, one by an idle connection: it goes
                assert (await asyncio.to_thread(get, gated, "https://pypi.org/")).status == 200
                other = asyncio.ensure_future(asyncio.to_thread(get, gated, "https://pypi.org/slow"))
                await asyncio.sleep(0.1)
                third = asyncio.ensure_future(asyncio.to_thread(get, gated, "https://pypi.org/third"))
                await asyncio.sleep(0.1)
                assert not third.done()
                doors.set()
                assert [one.status for one in await asyncio.gather(slow, other, third)] == [200, 200, 200]

    asyncio.run(go())


# The end.


@pytest.mark.parametrize("where", ["idle", "judging", "streaming", "handshake", "stranger"])
def test_it_stops_at_once_whatever_is_going_on(where: str, world: World) -> None:
    world.fault("pypi.org", "/endless", kind="endless")

    async def go() -> None:
        async def answer(asked: Asked) -> Reply | Forward:
            if asked.url.endswith("/judging"):
                await asyncio.sleep(3600)
            return Forward() if asked.url.endswith("/endless") else Reply(status=200)

        before = asyncio.all_tasks()
        async with gate(Script(answer), "pypi.org") as gated:
            login = f"Proxy-Authorization: {gated.login}\r\n\r\n".encode()
            reader, writer = await asyncio.open_connection("127.0.0.1", gated.proxy.port)
            tunnel = b"CONNECT pypi.org:80 HTTP/1.1\r\n" + login
            writer.write(
                {
                    "idle": tunnel + b"GET /x HTTP/1.1\r\n\r\n",
                    "judging": tunnel + b"GET /judging HTTP/1.1\r\n\r\n",
                    "streaming": b"CONNECT pypi.org:443 HTTP/1.1\r\n" + login,
                    "handshake": b"CONNECT pypi.org:443 HTTP/1.1\r\n" + login + b"\x16\x03\x01",
                    "stranger": b"GET",
                }[where]
            )
            if where == "streaming":
                await reader.readuntil(b"\r\n\r\n")
                with gated.https("pypi.org") as connection:
                    await asyncio.to_thread(connection.request, "GET", "/endless")
                    response = await asyncio.to_thread(connection.getresponse)
                    await asyncio.to_thread(response.read, 1000)
                    await gated.proxy.__aexit__(None, None, None)  # while the client still reads
            else:
                await asyncio.sleep(0.1)
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", gated.proxy.port)
        writer.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before

    asyncio.run(go())
    gc.collect()
