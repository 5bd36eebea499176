"""Download counts: unreachable is never zero."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import replace
from depaudit.model.settings import Limits, NetworkSettings, Services
from depaudit.registries.client import RegistryClient
from depaudit.registries.credentials import NoCredentials
from tests.registries.servers import NOW, Handler, Request, Server, json_reply, reply, serving

N = NormalizedName


async def ask(
    server: Server,
    ecosystem: Ecosystem,
    names: Sequence[str],
    limits: Limits = Limits(),  # noqa: B008  frozen
) -> Mapping[NormalizedName, Lookup[int]]:
    services = Services(pypi_downloads=server.url + "api/packages/", npm_downloads=server.url + "point/last-month/")
    settings = NetworkSettings(limits=limits, services=services)
    async with RegistryClient(settings, credentials=NoCredentials(), cache=None, clock=lambda: NOW) as client:
        return await client.downloads(ecosystem, [N(name) for name in names])


def answered(handler: Handler, ecosystem: Ecosystem, *names: str) -> tuple[list[Lookup[int]], Server]:
    async def go() -> tuple[list[Lookup[int]], Server]:
        async with serving(handler) as server:
            found = await ask(server, ecosystem, names)
            assert list(found) == [N(name) for name in names]
            return list(found.values()), server

    return asyncio.run(go())


def test_pypi() -> None:
    def handler(request: Request) -> bytes:
        if request.path.endswith("/gone/recent"):
            return json_reply(b"no", 404)
        return json_reply(b'{"data": {"last_day": 1, "last_week": 2, "last_month": 3}, "package": "flask"}')

    found, server = answered(handler, Ecosystem.PYPI, "flask", "gone")
    assert found == [Found(3, server.host), Absent(server.host)]
    assert server.paths == ["/api/packages/flask/recent", "/api/packages/gone/recent"]
    assert server.most == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"data": []}',
        b'{"data": {"last_month": "3"}}',
        b'{"data": {"last_month": -1}}',
        b'{"data": {"last_month": true}}',
        b'{"data": {"last_month": null}}',
        b"[" * 100_000,
    ],
)
def test_pypi_nonsense(body: bytes) -> None:
    found, _ = answered(lambda _: json_reply(body), Ecosystem.PYPI, "flask")
    assert found == [Unknown("answered nonsense: not download counts")]


def test_pypi_s_service_is_left_alone_after_a_429() -> None:
    found, server = answered(lambda _: reply(429), Ecosystem.PYPI, "a", "b", "c")
    assert found == [Unknown("HTTP 429")] * 3
    assert len(server.requests) == 1


def test_pypi_s_budget_is_spent_in_the_order_given() -> None:
    async def go() -> None:
        async with serving(lambda _: json_reply(b'{"data": {"last_month": 3}}')) as server:
            found = await ask(server, Ecosystem.PYPI, ["c", "b", "a"], Limits(download_budget=2))
            spent = Unknown("the 2 download look-ups of a run were used up", asked=False)
            assert dict(found) == {"c": Found(3, server.host), "b": Found(3, server.host), "a": spent}

    asyncio.run(go())


def npm_service(known: Mapping[str, int]) -> Handler:
    """api.npmjs.org: an object of names for several, one entry for a single one, 404 for a single unknown one."""

    def handler(request: Request) -> bytes:
        names = [n.replace("%2f", "/") for n in request.path.removeprefix("/point/last-month/").split(",")]
        entries = {n: {"downloads": known[n], "package": n} if n in known else None for n in names}
        if len(names) > 1:
            assert not any(n.startswith("@") for n in names)
            assert len(names) <= 128
            return json_reply(json.dumps(entries).encode())
        entry = entries[names[0]]
        return json_reply(json.dumps(entry or {"error": "not found"}).encode(), 200 if entry else 404)

    return handler


def test_npm_in_bulk() -> None:
    handler = npm_service({"react": 9, "left-pad": 0, "@types/node": 7})
    found, server = answered(handler, Ecosystem.NPM, "react", "@types/node", "gone", "left-pad", "@no/thing")
    host = server.host
    assert found == [Found(9, host), Found(7, host), Absent(host), Found(0, host), Absent(host)]
    assert sorted(server.paths) == [
        "/point/last-month/@no%2fthing",
        "/point/last-month/@types%2fnode",
        "/point/last-month/react,gone,left-pad",
    ]


def test_npm_a_single_name() -> None:
    found, server = answered(npm_service({"react": 9}), Ecosystem.NPM, "react")
    assert found == [Found(9, server.host)]


def test_npm_at_most_128_names_and_three_requests_side_by_side() -> None:
    service = npm_service({f"n{i}": i for i in range(1000)})

    async def slowly(request: Request) -> bytes:
        await asyncio.sleep(0.01)
        answer = service(request)
        assert isinstance(answer, bytes)
        return answer

    found, server = answered(slowly, Ecosystem.NPM, *(f"n{i}" for i in range(1000)))
    assert found == [Found(i, server.host) for i in range(1000)]
    assert (len(server.requests), server.most) == (8, 3)


@pytest.mark.parametrize("status", [500, 401])
def test_npm_unreachable_is_not_zero(status: int) -> None:
    found, _ = answered(lambda _: reply(status), Ecosystem.NPM, "a", "b", "@c/d")
    assert all(isinstance(one, Unknown) for one in found)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"a": 3, "b": {"downloads": "1"}}', b'{"a": {"downloads": -1}}'])
def test_npm_nonsense(body: bytes) -> None:
    found, _ = answered(lambda _: json_reply(body), Ecosystem.NPM, "a", "b")
    assert found == [Unknown("answered nonsense: not download counts")] * 2


@pytest.mark.parametrize("ecosystem", list(Ecosystem))
def test_off_and_offline(ecosystem: Ecosystem) -> None:
    async def go(settings: NetworkSettings) -> Mapping[NormalizedName, Lookup[int]]:
        async with RegistryClient(settings, credentials=NoCredentials(), cache=None, clock=lambda: NOW) as client:
            return await client.downloads(ecosystem, [N("a")])

    off = NetworkSettings(services=Services(pypi_downloads=None, npm_downloads=None))
    assert asyncio.run(go(off)) == {"a": Unknown("the service is off", asked=False)}
    assert asyncio.run(go(replace(off, offline=True))) == {"a": OFFLINE}
