"""Redirects: which are followed, and what goes along."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from depaudit.model.evidence import Unknown
from depaudit.registries.addresses import is_inside, is_inside_address
from depaudit.registries.errors import Failure
from depaudit.registries.http import Answer
from depaudit.registries.redirects import Hop, next_hop
from tests.registries.servers import Request, client, json_reply, reply, serving


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_server_keeps_credentials(status: int) -> None:
    def handler(request: Request) -> bytes:
        return json_reply(b"1") if request.path == "/simple/flask/" else reply(status, Location="/simple/flask/")

    async def go() -> None:
        async with serving(handler) as server, client() as http:
            got = await http.get(server.url + "simple/Flask/", accept="*/*", authorization="Basic eA==")
            assert isinstance(got, Answer)
            assert got.url == server.url + "simple/flask/"
            assert server.paths == ["/simple/Flask/", "/simple/flask/"]
            assert [r.headers.get("authorization") for r in server.requests] == ["Basic eA=="] * 2
            assert http.run.requests == 2

    asyncio.run(go())


def test_credentials_do_not_follow_to_another_server() -> None:
    async def go() -> None:
        async with (
            serving(lambda _: json_reply(b"1")) as other,
            serving(lambda _: reply(302, Location=other.url)) as server,
            client() as http,
        ):
            got = await http.get(server.url, accept="*/*", authorization="Basic eA==")
            assert isinstance(got, Answer)
            assert server.requests[0].headers["authorization"] == "Basic eA=="
            assert "authorization" not in other.requests[0].headers

    asyncio.run(go())


def test_credentials_do_not_come_back_either() -> None:
    async def go() -> None:
        async with serving(lambda r: reply(302, Location=server.url + "back")) as other:

            def handler(request: Request) -> bytes:
                return json_reply(b"1") if request.path == "/back" else reply(302, Location=other.url)

            async with serving(handler) as server, client() as http:
                assert isinstance(await http.get(server.url, accept="*/*", authorization="Basic eA=="), Answer)
                assert [r.headers.get("authorization") for r in server.requests] == ["Basic eA==", None]

    asyncio.run(go())


def test_a_circle_is_seen() -> None:
    def handler(request: Request) -> bytes:
        return reply(302, Location="/a" if request.path == "/b" else "/b")

    async def go() -> None:
        async with serving(handler) as server, client() as http:
            assert await http.get(server.url + "a", accept="*/*") == Unknown("redirects in a circle")
            assert server.paths == ["/a", "/b"]

    asyncio.run(go())


def test_no_more_than_five() -> None:
    def handler(request: Request) -> bytes:
        return reply(302, Location=f"/{int(request.path[1:]) + 1}")

    async def go() -> None:
        async with serving(handler) as server, client() as http:
            assert await http.get(server.url + "0", accept="*/*") == Unknown("too many redirects")
            assert server.paths == ["/0", "/1", "/2", "/3", "/4", "/5"]

    asyncio.run(go())


def test_a_posted_question_is_not_sent_elsewhere() -> None:
    async def go() -> None:
        async with serving(lambda _: reply(307, Location="/x")) as server, client() as http:
            assert await http.post_json(server.url, b"{}") == Unknown("a redirect of a question, not followed")

    asyncio.run(go())


@pytest.mark.parametrize(
    ("url", "location", "hop"),
    [
        ("https://a.example/simple/F/", "../f/", Hop("https://a.example/simple/f/", True, False)),
        ("https://a.example/", "//b.example/x#y", Hop("https://b.example/x", False, True)),
        ("https://a.example/", "https://A.example:443/x", Hop("https://A.example:443/x", True, False)),
        ("https://a.example/", "https://a.example:444/x", Hop("https://a.example:444/x", False, False)),
        ("http://a.example/", "https://a.example/", Hop("https://a.example/", True, False)),
        ("http://a.example:8080/", "https://a.example/", Hop("https://a.example/", False, False)),
        ("https://a.example/", "https://u:p@a.example/x", Hop("https://a.example/x", True, False)),
        ("https://a.example/", "/ä b%2f", Hop("https://a.example/%C3%A4%20b%2f", True, False)),
        ("https://a.example/", "http://a.example/", Failure("a redirect from https to http, not followed")),
        ("https://a.example/", "file:///etc/passwd", Failure("a redirect to something other than a web address")),
        ("https://a.example/", "ftp://a.example/", Failure("a redirect to something other than a web address")),
        ("https://a.example/", "https:///x", Hop("https://a.example/x", True, False)),
        ("https://a.example/", "https://[::1", Failure("a redirect that leads nowhere")),
        ("https://a.example/", "https://b:99999/", Failure("a redirect that leads nowhere")),
        ("https://a.example/", "/a\r\nHost: b", Failure("a redirect that leads nowhere")),
        ("https://a.example/", "", Failure("a redirect that leads nowhere")),
        ("https://a.example/", None, Failure("a redirect that leads nowhere")),
        ("https://a.example/", "/" + "x" * 5000, Failure("a redirect that leads nowhere")),
    ],
)
def test_next_hop(url: str, location: str | None, hop: Hop | Failure) -> None:
    assert next_hop(url, location) == hop


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("127.0.0.1", True),
        ("127.1", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("64:ff9b:1::1", True),
        ("64:ff9b::7f00:1", True),
        ("64:ff9b::9765:df", False),
        ("2002:7f00:1::", True),
        ("fe80::1", True),
        ("224.0.0.1", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("metadata.google.internal", True),
        ("printer", True),
        ("151.101.0.223", False),
        ("2a04:4e42::223", False),
        ("pypi.org", None),
        ("localhost.example.org", None),
    ],
)
def test_is_inside(host: str, inside: bool | None) -> None:
    assert is_inside(host) is inside


def test_is_inside_address() -> None:
    assert is_inside_address("fe80::1%eth0")
    assert is_inside_address("no address")
    assert not is_inside_address("151.101.0.223")


def test_a_public_host_cannot_send_us_inside() -> None:
    """The public host is reached through a proxy here, as tests may not leave the machine."""

    async def go() -> None:
        async with serving(lambda _: json_reply(b"secret")) as inside:

            def proxy(request: Request) -> bytes:
                assert request.path == "http://93.184.215.14/"
                return reply(302, Location=inside.url)

            async with serving(proxy) as server:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("http_proxy", server.url)
                    patch.setenv("no_proxy", "127.0.0.1")
                    async with client() as http:
                        got = await http.get("http://93.184.215.14/", accept="*/*")
            assert got == Unknown("a redirect from a public host to a private one, not followed")
            assert inside.requests == []

    asyncio.run(go())


@pytest.mark.parametrize(
    ("origin", "followed"),
    [("93.184.215.14", False), ("public.example", False), ("also-inside.example", True), ("no-dns.example", False)],
)
def test_a_name_that_dns_leads_inside(origin: str, followed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a host that is inside itself (a mirror in the company) may send us there."""
    zone = {"sneaky.example": "127.0.0.1", "also-inside.example": "10.0.0.1", "public.example": "151.101.0.223"}
    real = socket.getaddrinfo

    asked = []

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        if str(host).endswith(".example") and host not in zone:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return real(zone.get(host, host), port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    async def go() -> None:
        async with serving(lambda _: json_reply(b"secret")) as inside:
            target = inside.url.replace("127.0.0.1", "sneaky.example")
            async with serving(lambda _: reply(302, Location=target)) as proxy:
                monkeypatch.setenv("http_proxy", proxy.url)
                monkeypatch.setenv("no_proxy", "sneaky.example")
                async with client() as http:
                    got = await http.get(f"http://{origin}/", accept="*/*")
            assert isinstance(got, Answer) is followed
            assert len(inside.requests) == followed
            assert asked.count("sneaky.example") == 1  # what was checked is what is connected to
            if not followed:
                assert got == Unknown("a redirect from a public host to a private one, not followed")

    asyncio.run(go())
