"""The client against servers that misbehave in every way that the error table knows."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from depaudit.model.evidence import Unknown
from depaudit.model.settings import Limits
from depaudit.registries.http import Answer
from tests.registries.servers import NOW, Request, client, json_reply, reply, serving

QUICK = Limits(connect_timeout=0.5, read_timeout=0.5, request_deadline=3, retries=2)


def get(answer: bytes, limits: Limits = QUICK) -> tuple[Answer | Unknown, int]:
    """What the client makes of ``answer``, and how often it asked."""

    async def go() -> tuple[Answer | Unknown, int]:
        async with serving(lambda _: answer) as server, client(limits) as http:
            got = await http.get(server.url + "x", accept="*/*")
            assert http.run.requests == len(server.requests)
            return got, len(server.requests)

    return asyncio.run(go())


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_answer() -> None:
    async def go() -> None:
        async with serving(lambda _: json_reply(b"{}")) as server, client() as http:
            url = server.url + "@types%2fnode"
            got = await http.get(url, accept="application/json", authorization="Basic eA==")
            assert got == Answer(status=200, body=b"{}", content_type="application/json", url=url)
            request = server.requests[0]
            assert (request.method, request.path) == ("GET", "/@types%2fnode")
            assert request.headers == {
                "host": server.host,
                "user-agent": "depaudit/test",
                "accept": "application/json",
                "accept-encoding": "gzip",
                "authorization": "Basic eA==",
            }

    asyncio.run(go())


def test_a_question_is_posted() -> None:
    async def go() -> None:
        async with serving(lambda r: json_reply(r.body)) as server, client() as http:
            got = await http.post_json(server.url, b'{"queries":[]}')
            assert isinstance(got, Answer)
            assert got.body == b'{"queries":[]}'
            assert server.requests[0].method == "POST"

    asyncio.run(go())


def test_connections_are_used_again_and_cookies_are_not() -> None:
    async def go() -> None:
        async with serving(lambda _: reply(200, b"x", Set_Cookie="a=b; Path=/")) as server, client() as http:
            for _ in range(5):
                await http.get(server.url, accept="*/*")
            assert server.connections == 1
            assert not any("cookie" in request.headers for request in server.requests)

    asyncio.run(go())


def test_netrc_is_not_read(own_world: Path) -> None:
    (own_world / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")

    async def go() -> None:
        async with serving(lambda _: reply()) as server, client() as http:
            await http.get(server.url, accept="*/*")
            assert "authorization" not in server.requests[0].headers

    asyncio.run(go())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_no_is_an_answer_and_is_not_asked_twice(status: int) -> None:
    got, asked = get(reply(status, b"no"))
    assert isinstance(got, Answer)
    assert (got.status, got.body, asked) == (status, b"no", 1)


@pytest.mark.parametrize(
    ("answer", "reason", "asked"),
    [
        (reply(500), "HTTP 500", 3),
        (reply(502), "HTTP 502", 3),
        (reply(503), "HTTP 503", 3),
        (reply(408), "HTTP 408", 3),
        (reply(304), "HTTP 304", 1),
        (reply(429, Retry_After="0"), "HTTP 429", 3),
        (b"", "the connection was closed early", 3),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "answered nonsense: not HTTP", 3),
        (reply(200, b"half", Content_Length="100", Connection="close"), "the answer broke off", 3),
        (reply(200, gzip.compress(b"x" * 999, mtime=0)[:20], Content_Encoding="gzip"), "the answer broke off", 3),
        (reply(200, b"plain", Content_Encoding="gzip"), "answered nonsense: not gzip", 1),
        (reply(200, b"x", Content_Encoding="br"), "answered nonsense: in an encoding that was not asked for", 1),
        (reply(302), "a redirect that leads nowhere", 1),
    ],
)
def test_what_is_no_answer(answer: bytes, reason: str, asked: int) -> None:
    limits = Limits(read_timeout=0.5, request_deadline=3, retries=2, breaker_failures=3)
    assert get(answer, limits) == (Unknown(reason), asked)


def test_refused_connection() -> None:
    async def go() -> None:
        async with client(QUICK) as http:
            got = await http.get(f"http://127.0.0.1:{closed_port()}/", accept="*/*")
            assert got == Unknown("could not connect")

    asyncio.run(go())


def test_a_host_that_does_not_exist() -> None:
    async def go() -> None:
        async with client(QUICK) as http:
            got = await http.get("http://nowhere.invalid/", accept="*/*")
            assert got == Unknown("the host's name could not be resolved")

    asyncio.run(go())


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/",
        "http:///x",
        "nothing",
        "http://a b/",
        "http://x/\r\nHost: y",
        "file:///etc/passwd",
        "http://\u00e9.example/",
        "http://x:99999/",
    ],
)
def test_what_is_no_url(url: str) -> None:
    async def go() -> Answer | Unknown:
        async with client(QUICK) as http:
            return await http.get(url, accept="*/*")

    assert asyncio.run(go()) == Unknown("not a valid URL")


def test_a_silent_server_times_out() -> None:
    async def never(_: Request) -> bytes:
        await asyncio.sleep(5)
        return b""

    async def go() -> None:
        limits = Limits(read_timeout=0.1, request_deadline=1, retries=1)
        async with serving(never) as server, client(limits) as http:
            assert await http.get(server.url, accept="*/*") == Unknown("timed out")
            assert len(server.requests) == 2

    asyncio.run(go())


def test_a_dripping_server_meets_the_request_s_deadline() -> None:
    async def go() -> None:
        stop = asyncio.Event()

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not stop.is_set():
                writer.write(b"x")
                await asyncio.sleep(0.02)
            writer.close()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with client(Limits(read_timeout=1, request_deadline=0.3, retries=5)) as http:
            assert await http.get(f"http://127.0.0.1:{port}/", accept="*/*") == Unknown("timed out")
            assert http.run.requests == 1
        stop.set()
        server.close()
        await asyncio.sleep(0.05)

    asyncio.run(go())


# --- size


def test_gzip_is_undone() -> None:
    body = gzip.compress(b"a" * 1000, mtime=0) + gzip.compress(b"b")
    got, _ = get(reply(200, body, Content_Encoding="gzip"))
    assert isinstance(got, Answer)
    assert got.body == b"a" * 1000 + b"b"


def test_a_gzip_bomb_is_not_unfolded() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    assert len(bomb) < 60_000
    limits = Limits(max_body=100_000)
    assert get(reply(200, bomb, Content_Encoding="gzip"), limits) == (Unknown("the answer is larger than allowed"), 1)


def test_a_bomb_of_many_small_members_is_not_unfolded() -> None:
    bomb = gzip.compress(b"\0" * 90_000, mtime=0) * 3
    limits = Limits(max_body=100_000)
    assert get(reply(200, bomb, Content_Encoding="gzip"), limits) == (Unknown("the answer is larger than allowed"), 1)


def test_an_announced_size_is_believed() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n"
    assert get(answer, Limits(max_body=1_000_000)) == (Unknown("the answer is larger than allowed"), 1)


def test_an_unannounced_size_is_counted() -> None:
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    answer = reply(200, chunk * 40 + b"0\r\n\r\n", Transfer_Encoding="chunked")
    assert get(answer, Limits(max_body=1_000_000)) == (Unknown("the answer is larger than allowed"), 1)
    got, _ = get(answer, Limits(max_body=2_000_000))
    assert isinstance(got, Answer)
    assert len(got.body) == 40 * 0x8000


def test_a_large_error_page_says_no_more_than_its_status() -> None:
    got, asked = get(reply(404, b"x" * 1_000_000))
    assert isinstance(got, Answer)
    assert (got.status, got.body, asked) == (404, b"", 1)


def test_raw_deflate_was_not_asked_for() -> None:
    got, _ = get(reply(200, zlib.compress(b"x"), Content_Encoding="deflate"))
    assert got == Unknown("answered nonsense: in an encoding that was not asked for")


# --- tries


def answers_in_turn(*answers: bytes):
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("first", [reply(500), reply(503), b"", reply(429)])
def test_one_failure_is_got_over(first: bytes) -> None:
    async def go() -> None:
        async with serving(answers_in_turn(first, json_reply(b"1"))) as server, client() as http:
            got = await http.get(server.url, accept="*/*")
            assert isinstance(got, Answer)
            assert (got.body, len(server.requests), http.run.notes) == (b"1", 2, [])

    asyncio.run(go())


@pytest.mark.parametrize("value", ["0.3", "soon", "-1", "", "Mon, 99 Foo 2026", "x" * 5000])
def test_an_unreadable_retry_after_is_no_wish(value: str) -> None:
    async def go() -> None:
        handler = answers_in_turn(reply(503, Retry_After=value), json_reply(b"1"))
        async with serving(handler) as server, client() as http:
            assert isinstance(await http.get(server.url, accept="*/*"), Answer)

    asyncio.run(go())


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_waited_for(as_date: bool) -> None:
    when = (NOW + timedelta(seconds=1)).strftime("%a, %d %b %Y %H:%M:%S GMT") if as_date else "1"

    async def go() -> None:
        loop = asyncio.get_running_loop()
        handler = answers_in_turn(reply(429, Retry_After=when), json_reply(b"1"))
        async with serving(handler) as server, client() as http:
            begin = loop.time()
            assert isinstance(await http.get(server.url, accept="*/*"), Answer)
            assert loop.time() - begin >= 0.95  # a floor, no promise of speed

    asyncio.run(go())


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_beyond_the_deadline_is_not_waited_for(status: int) -> None:
    async def go() -> None:
        async with serving(lambda _: reply(status, Retry_After="3600")) as server, client() as http:
            assert await http.get(server.url + "a", accept="*/*") == Unknown(f"HTTP {status}")
            second = await http.get(server.url + "b", accept="*/*")
            assert second == Unknown(f"HTTP {status}, asks to wait 3600 s")
            assert server.paths == ["/a"]
            assert http.run.notes == [f"{server.host} was given up: HTTP {status}, asks to wait 3600 s."]

    asyncio.run(go())


def test_a_service_that_says_429_may_be_left_alone() -> None:
    async def go() -> None:
        async with serving(lambda _: reply(429)) as server, client() as http:
            got = await http.get(server.url, accept="*/*", retry_busy=False)
            assert (got, len(server.requests)) == (Unknown("HTTP 429"), 1)

    asyncio.run(go())


def test_a_rate_limit_slows_down_and_loses_nothing() -> None:
    async def go() -> None:
        loop = asyncio.get_running_loop()
        window: list[float] = []

        async def limited(_: Request) -> bytes:
            await asyncio.sleep(0.01)
            now = loop.time()
            window[:] = [t for t in window if now - t < 0.2]
            if len(window) >= 20:
                return reply(429)
            window.append(now)
            return json_reply(b"1")

        async with serving(limited) as server, client(Limits(request_deadline=20)) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(100)))
            assert all(isinstance(one, Answer) for one in got)

    asyncio.run(go())


# --- caps


def test_no_more_than_per_host_at_once() -> None:
    async def slow(_: Request) -> bytes:
        await asyncio.sleep(0.02)
        return json_reply(b"1")

    async def go() -> None:
        async with serving(slow) as server, client(Limits(per_host=4)) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(20)))
            assert all(isinstance(one, Answer) for one in got)
            assert server.most == 4

    asyncio.run(go())


def test_the_cap_on_requests() -> None:
    async def go() -> None:
        async with serving(lambda _: json_reply(b"1")) as server, client(Limits(max_requests=3)) as http:
            got = [await http.get(f"{server.url}{i}", accept="*/*") for i in range(5)]
            assert [type(one) for one in got] == [Answer, Answer, Answer, Unknown, Unknown]
            assert got[4] == Unknown("the cap of 3 requests was reached")
            assert len(server.requests) == http.run.requests == 3
            assert http.run.notes == ["The cap of 3 requests was reached."]

    asyncio.run(go())


def test_repetitions_count_as_requests() -> None:
    async def go() -> None:
        async with serving(lambda _: reply(500)) as server, client(Limits(max_requests=2)) as http:
            await http.get(server.url, accept="*/*")
            assert len(server.requests) == http.run.requests == 2

    asyncio.run(go())


def test_the_run_s_deadline_ends_those_in_line_and_those_in_flight() -> None:
    async def never(_: Request) -> bytes:
        await asyncio.sleep(5)
        return b""

    async def go() -> None:
        limits = Limits(per_host=2, run_deadline=0.3, request_deadline=5, read_timeout=5)
        async with serving(never) as server, client(limits) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(6)))
            reasons = sorted(one.reason for one in got if isinstance(one, Unknown))
            assert reasons == ["the run's time limit of 0.3 s was reached"] * 4 + ["timed out"] * 2
            assert http.run.notes == ["The run's time limit of 0.3 s was reached."]
            assert len(server.requests) == 2

    asyncio.run(go())


def test_a_dead_registry_is_found_out_once() -> None:
    async def go() -> None:
        async with client(Limits(per_host=10)) as http:
            port = closed_port()
            got = await asyncio.gather(*(http.get(f"http://127.0.0.1:{port}/{i}", accept="*/*") for i in range(500)))
            assert set(got) == {Unknown("could not connect")}
            assert http.run.requests <= 20  # those in flight at first, and a few probes
            assert http.run.notes == [f"127.0.0.1:{port} was given up after 3 failures in a row: could not connect."]
            before = http.run.requests
            assert await http.get(f"http://127.0.0.1:{port}/late", accept="*/*") == Unknown("could not connect")
            assert http.run.requests == before

    asyncio.run(go())


def test_a_failing_registry_is_given_up_and_another_is_not() -> None:
    async def go() -> None:
        async with (
            serving(lambda _: reply(503)) as dead,
            serving(lambda _: json_reply(b"1")) as well,
            client(Limits(per_host=10)) as http,
        ):
            got = await asyncio.gather(
                *(http.get(f"{dead.url}{i}", accept="*/*") for i in range(300)),
                *(http.get(f"{well.url}{i}", accept="*/*") for i in range(30)),
            )
            assert set(got[:300]) == {Unknown("HTTP 503")}
            assert all(isinstance(one, Answer) for one in got[300:])
            assert len(dead.requests) <= 40
            assert http.run.notes == [f"{dead.host} was given up after 5 failures in a row: HTTP 503."]

    asyncio.run(go())


def test_a_moment_s_outage_costs_nobody_an_answer() -> None:
    async def go() -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()

        def flaky(_: Request) -> bytes:
            return b"" if loop.time() - begin < 0.15 else json_reply(b"1")

        async with serving(flaky) as server, client(Limits(per_host=20)) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(200)))
            assert all(isinstance(one, Answer) for one in got)
            assert http.run.notes == []

    asyncio.run(go())


def test_a_few_bad_names_harm_no_other() -> None:
    def handler(request: Request) -> bytes:
        return reply(500) if request.path in ("/7", "/57", "/58", "/59") else json_reply(b"1")

    async def go() -> None:
        async with serving(handler) as server, client(Limits(per_host=5)) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(60)))
            bad = [i for i, one in enumerate(got) if isinstance(one, Unknown)]
            assert bad == [7, 57, 58, 59]
            assert http.run.notes == []

    asyncio.run(go())


def test_time_outs_side_by_side_count_each() -> None:
    async def never(_: Request) -> bytes:
        await asyncio.sleep(5)
        return b""

    async def go() -> None:
        limits = Limits(per_host=8, read_timeout=0.2, request_deadline=5)
        async with serving(never) as server, client(limits) as http:
            got = await asyncio.gather(*(http.get(f"{server.url}{i}", accept="*/*") for i in range(100)))
            assert set(got) == {Unknown("timed out")}
            assert len(server.requests) <= 16

    asyncio.run(go())


def test_who_stops_waiting_leaves_the_line() -> None:
    async def slow(_: Request) -> bytes:
        await asyncio.sleep(0.05)
        return json_reply(b"1")

    async def go() -> None:
        async with serving(slow) as server, client(Limits(per_host=1)) as http:
            tasks = [asyncio.ensure_future(http.get(f"{server.url}{i}", accept="*/*")) for i in range(5)]
            await asyncio.sleep(0.01)
            tasks[0].cancel()
            tasks[1].cancel()
            tasks[3].cancel()
            got = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(one).__name__ for one in got] == [
                "CancelledError",
                "CancelledError",
                "Answer",
                "CancelledError",
                "Answer",
            ]

    asyncio.run(go())


# --- TLS


def fetch_tls(tls: ssl.SSLContext, path: str = "") -> Answer | Unknown:
    async def go() -> Answer | Unknown:
        async with serving(lambda _: json_reply(b"1"), tls=tls) as server, client(QUICK) as http:
            got = await http.get(server.url + path, accept="*/*")
            if isinstance(got, Unknown):
                assert http.run.requests == 1  # found out once
                assert await http.get(server.url + "other", accept="*/*") == got
                assert http.run.requests == 1
            return got

    return asyncio.run(go())


def test_an_unknown_authority_is_not_trusted(tls: ssl.SSLContext) -> None:
    assert fetch_tls(tls) == Unknown("TLS certificate not trusted")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"])
def test_the_user_s_bundles_are_trusted(
    tls: ssl.SSLContext, bundle: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(bundle))
    assert isinstance(fetch_tls(tls), Answer)


def test_a_bundle_that_is_not_there_adds_no_trust(
    tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "nothing.pem"))
    assert fetch_tls(tls) == Unknown("TLS certificate not trusted")


def test_what_speaks_no_tls() -> None:
    async def answer_anything(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(reply(400))
        writer.close()

    async def go() -> None:
        server = await asyncio.start_server(answer_anything, "127.0.0.1", 0)
        async with server, client(QUICK) as http:
            port = server.sockets[0].getsockname()[1]
            assert await http.get(f"https://127.0.0.1:{port}/", accept="*/*") == Unknown("TLS handshake failed")

    asyncio.run(go())
