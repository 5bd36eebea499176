"""The door: one answer a name, credentials for the operator's indexes alone, evidence kept between runs."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project, Release, Status
from depaudit.model.requirement import Origin
from depaudit.model.route import Index
from depaudit.model.settings import Limits, NetworkSettings, Services
from depaudit.model.verdict import NetworkUse
from depaudit.registries.cache import EvidenceCache
from depaudit.registries.client import RegistryClient
from depaudit.registries.credentials import Credentials, NoCredentials
from tests.registries.servers import NOW, Handler, Request, Server, json_reply, reply, serving

N = NormalizedName
OLD = "2011-01-01T00:00:00.000000Z"


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Token:
    text: str

    def authorization(self) -> str:
        return f"Bearer {self.text}"


@dataclass
class Store:
    """A credential store that keeps what it was asked."""

    first: str | None = None
    second: str | None = None
    asked: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def for_url(self, url: str) -> Token | None:
        self.asked.append(f"for {url}")
        return Token(self.first) if self.first else None

    def on_unauthorized(self, url: str) -> Token | None:
        self.asked.append(f"further {url}")
        self.threads.add(threading.get_ident())
        return Token(self.second) if self.second else None


def pypi(server: Server, *, public: bool = True, origin: Origin = Origin.OPERATOR, shared: bool = False) -> Index:
    url = server.url + "simple/"
    return Index(ecosystem=Ecosystem.PYPI, url=url, public=public, origin=origin, shared=shared)


def npm(server: Server, *, public: bool = True) -> Index:
    return Index(ecosystem=Ecosystem.NPM, url=server.url, public=public)


def page(name: str, uploaded: str = OLD, *versions: str) -> bytes:
    versions = versions or ("1.0",)
    files = [
        {"filename": f"{name}-{v}.tar.gz", "url": "x", "hashes": {}, "upload-time": uploaded, "yanked": False}
        for v in versions
    ]
    body = {"meta": {"api-version": "1.4"}, "name": name, "versions": versions, "files": files}
    return json_reply(json.dumps(body).encode())


def world(request: Request) -> bytes:
    """An index on which ``none…`` does not exist, and ``young…`` was uploaded an hour ago."""
    parts = request.path.strip("/").split("/")
    if parts[0] == "pypi":
        return json_reply(json.dumps({"info": {"name": parts[1], "summary": "s"}}).encode())
    name = parts[-1]
    if name.startswith("none"):
        return json_reply(b'{"message": "Not Found"}', 404)
    young = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    return page(name, young if name.startswith("young") else OLD)


@asynccontextmanager
async def asking(
    server: Server | None = None,
    *,
    store: Credentials | None = None,
    cache: Path | None = None,
    clock: Clock | None = None,
    limits: Limits = Limits(),  # noqa: B008  frozen
    **settings: Any,
) -> AsyncIterator[RegistryClient]:
    services = Services(pypi_json=server.url + "pypi/") if server is not None else Services()
    async with RegistryClient(
        NetworkSettings(limits=limits, services=services, **settings),
        credentials=store or NoCredentials(),
        cache=None if cache is None else EvidenceCache(cache),
        clock=clock or Clock(),
    ) as client:
        yield client


def flask(index: str) -> Project:
    then = datetime(2011, 1, 1, tzinfo=timezone.utc)
    return Project(
        ecosystem=Ecosystem.PYPI,
        name=N("flask"),
        index=index,
        releases=(Release(version="1.0", published_at=then, runs_code=True, files=1),),
        first_published=then,
    )


def look_up(handler: Handler, name: str = "flask", **how: Any) -> tuple[Lookup[Project], Server]:
    async def go() -> tuple[Lookup[Project], Server]:
        async with serving(handler) as server, asking(server) as client:
            index = npm(server) if how.get("npm") else pypi(server, public=how.get("public", True))
            return await client.project(index, N(name), full=how.get("full", True)), server

    return asyncio.run(go())


def test_found() -> None:
    got, server = look_up(world)
    assert got == Found(flask(server.url + "simple/"), "pypi")
    assert server.paths == ["/simple/flask/"]
    assert server.requests[0].headers["accept"] == (
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
    )
    assert server.requests[0].headers["user-agent"].startswith("depaudit/")
    assert server.requests[0].headers["user-agent"].endswith("(+https://pypi.org/project/depaudit/)")


def test_a_private_index_is_its_own_source() -> None:
    got, server = look_up(world, public=False)
    assert got == Found(flask(server.url + "simple/"), server.host)


@pytest.mark.parametrize("status", [404, 410])
def test_absent(status: int) -> None:
    assert look_up(lambda _: reply(status))[0] == Absent("pypi")
    assert look_up(lambda _: reply(status), npm=True)[0] == Absent("npm")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(400), "HTTP 400"),
        (reply(204), "HTTP 204"),
        (reply(401), "access refused (HTTP 401): credentials are missing, wrong or not enough"),
        (reply(403), "access refused (HTTP 403): credentials are missing, wrong or not enough"),
        (
            reply(200, b"<html>Welcome! Accept our terms.</html>", Content_Type="text/html"),
            "answered nonsense: not an index page",
        ),
        (reply(200, b"OK", Content_Type="text/plain"), "answered nonsense: not an index page"),
        (json_reply(b"{}"), "answered nonsense: JSON that is no index page"),
        (page("flask-admin"), "answered nonsense: a page of another project"),
        (reply(200, b"", Content_Type="application/json"), "answered nonsense: not JSON"),
    ],
)
def test_neither_found_nor_absent(answer: bytes, reason: str) -> None:
    assert look_up(lambda _: answer)[0] == Unknown(reason)


@pytest.mark.parametrize(
    ("full", "accept"),
    [(True, "application/json"), (False, "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8")],
)
def test_npm(full: bool, accept: str) -> None:
    body = b'{"name": "@types/node", "versions": {"1.0.0": {}}, "time": {"created": "2014-03-14T00:00:00Z"}}'
    got, server = look_up(lambda _: json_reply(body), "@types/node", npm=True, full=full)
    assert isinstance(got, Found)
    assert (got.source, got.value.name, got.value.dates_known) == ("npm", "@types/node", True)
    assert server.paths == ["/@types%2fnode"]
    assert server.requests[0].headers["accept"] == accept


def test_npm_nonsense() -> None:
    assert look_up(lambda _: json_reply(b"{}"), npm=True)[0] == Unknown("answered nonsense: JSON that is no packument")


def test_npm_refuses() -> None:
    reason = "access refused (HTTP 403): credentials are missing, wrong or not enough"
    assert look_up(lambda _: reply(403), npm=True)[0] == Unknown(reason)
    assert look_up(lambda _: reply(503, Retry_After="99"), npm=True)[0] == Unknown("HTTP 503")


def test_npm_unpublished() -> None:
    got, _ = look_up(lambda _: json_reply(b'{"name": "flask", "versions": {}}'), npm=True)
    assert isinstance(got, Found)
    assert got.value.status is Status.UNPUBLISHED


def test_details() -> None:
    async def go() -> None:
        async with serving(world) as server, asking(server) as client:
            assert await client.details(N("flask")) == Found(Details(summary="s", description=False), "pypi")
            assert server.paths == ["/pypi/flask/json"]

    asyncio.run(go())


@pytest.mark.parametrize(
    ("answer", "lookup"),
    [
        (reply(404), Absent("pypi")),
        (reply(403), Unknown("access refused (HTTP 403): credentials are missing, wrong or not enough")),
        (reply(200, b"<html>"), Unknown("answered nonsense: not JSON")),
    ],
)
def test_no_details(answer: bytes, lookup: Lookup[Details]) -> None:
    async def go() -> None:
        async with serving(lambda _: answer) as server, asking(server) as client:
            assert await client.details(N("flask")) == lookup

    asyncio.run(go())


def test_offline_asks_nothing() -> None:
    async def go() -> None:
        async with serving(world) as server, asking(server, offline=True) as client:
            assert await client.project(pypi(server), N("flask")) == OFFLINE
            assert await client.details(N("flask")) == OFFLINE
            assert server.requests == []
            assert client.use == NetworkUse()

    asyncio.run(go())


def test_details_switched_off() -> None:
    async def go() -> None:
        settings = NetworkSettings(services=Services(pypi_json=None))
        async with RegistryClient(settings, credentials=NoCredentials(), cache=None, clock=Clock()) as client:
            assert await client.details(N("flask")) == Unknown("the service is off", asked=False)

    asyncio.run(go())


# --- once


def test_the_same_question_is_asked_once() -> None:
    async def go() -> None:
        async with serving(world) as server, asking(server) as client:
            index = pypi(server)
            got = await asyncio.gather(*(client.project(index, N("flask")) for _ in range(20)))
            got.append(await client.project(index, N("flask")))
            got.append(await client.project(index, N("flask"), full=False))
            assert got == [Found(flask(index.url), "pypi")] * 22
            assert len(server.requests) == 1
            await client.project(pypi(server, public=False), N("flask"))
            assert len(server.requests) == 2

    asyncio.run(go())


def test_a_full_packument_answers_the_short_question_too() -> None:
    async def go() -> None:
        body = json_reply(b'{"name": "react", "versions": {"1.0.0": {}}}')
        async with serving(lambda _: body) as server, asking(server) as client:
            await client.project(npm(server), N("react"), full=True)
            await client.project(npm(server), N("react"), full=False)
            assert len(server.requests) == 1

    asyncio.run(go())


def test_who_stops_waiting_stops_nobody_else() -> None:
    async def slow(request: Request) -> bytes:
        await asyncio.sleep(0.05)
        return world(request)

    async def go() -> None:
        async with serving(slow) as server, asking(server) as client:
            first = asyncio.ensure_future(client.project(pypi(server), N("flask")))
            second = asyncio.ensure_future(client.project(pypi(server), N("flask")))
            await asyncio.sleep(0.01)
            first.cancel()
            assert isinstance(await second, Found)
            assert first.cancelled()

    asyncio.run(go())


def test_what_failed_may_be_asked_again() -> None:
    answers = [reply(400), page("flask")]

    async def go() -> None:
        async with serving(lambda _: answers.pop(0)) as server, asking(server) as client:
            assert await client.project(pypi(server), N("flask")) == Unknown("HTTP 400")
            assert isinstance(await client.project(pypi(server), N("flask")), Found)

    asyncio.run(go())


def test_leaving_ends_what_is_under_way() -> None:
    async def never(_: Request) -> bytes:
        await asyncio.sleep(30)
        return b""

    async def go() -> None:
        async with serving(never) as server:
            async with asking(server) as client:
                task = asyncio.ensure_future(client.project(pypi(server), N("flask")))
                await asyncio.sleep(0.05)
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(go())


# --- credentials


def guarded(token: str, request: Request) -> bytes:
    return world(request) if request.headers.get("authorization") == f"Bearer {token}" else reply(401)


def sent(server: Server) -> list[str | None]:
    return [request.headers.get("authorization") for request in server.requests]


def test_the_operator_s_index_gets_its_credential() -> None:
    async def go() -> None:
        store = Store(first="a")
        async with serving(lambda r: guarded("a", r)) as server, asking(server, store=store) as client:
            index = pypi(server, public=False)
            names = [N(f"n{i}") for i in range(50)]
            got = await asyncio.gather(*(client.project(index, name) for name in names))
            assert all(isinstance(one, Found) for one in got)
            assert sent(server) == ["Bearer a"] * 50
            assert store.asked == [f"for {index.url}"]

    asyncio.run(go())


@pytest.mark.parametrize("how", [{"origin": Origin.TREE}, {"shared": True}])
def test_an_index_that_only_the_tree_names_gets_none(how: dict[str, Any]) -> None:
    async def go() -> None:
        store = Store(first="a", second="b")
        async with serving(lambda r: guarded("a", r)) as server, asking(server, store=store) as client:
            got = await client.project(pypi(server, public=False, **how), N("flask"))
            assert isinstance(got, Unknown)
            assert sent(server) == [None]
            assert store.asked == []

    asyncio.run(go())


def test_the_services_get_none() -> None:
    async def go() -> None:
        store = Store(first="a", second="b")
        async with serving(world) as server, asking(server, store=store) as client:
            await client.details(N("flask"))
            assert (sent(server), store.asked) == ([None], [])

    asyncio.run(go())


def test_a_second_place_is_asked_once_when_refused() -> None:
    async def go() -> None:
        store = Store(second="b")
        async with serving(lambda r: guarded("b", r)) as server, asking(server, store=store) as client:
            index = pypi(server, public=False)
            got = await asyncio.gather(*(client.project(index, N(f"n{i}")) for i in range(30)))
            assert all(isinstance(one, Found) for one in got)
            assert store.asked == [f"for {index.url}", f"further {index.url}"]
            assert store.threads != {threading.get_ident()}
            assert len(server.requests) <= 60

    asyncio.run(go())


def test_a_wrong_credential_is_not_sent_a_thousand_times() -> None:
    async def go() -> None:
        store = Store(first="wrong", second="also wrong")
        async with serving(lambda r: guarded("right", r)) as server, asking(server, store=store) as client:
            index = pypi(server, public=False)
            got = await asyncio.gather(*(client.project(index, N(f"n{i}")) for i in range(200)))
            reason = "access refused (HTTP 401): credentials are missing, wrong or not enough"
            assert set(got) == {Unknown(reason)}
            assert len(server.requests) <= 4

    asyncio.run(go())


def test_one_refused_name_says_nothing_of_others() -> None:
    """A registry may hide some names from strangers (401) and show the rest."""

    def handler(request: Request) -> bytes:
        return reply(401) if "secret" in request.path else world(request)

    async def go() -> None:
        async with serving(handler) as server, asking(server, store=Store()) as client:
            index = pypi(server, public=False)
            assert isinstance(await client.project(index, N("secret")), Unknown)
            assert isinstance(await client.project(index, N("flask")), Found)

    asyncio.run(go())


# --- between runs


def test_evidence_is_kept(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(world) as server:
            index = pypi(server)
            runs = []
            for _ in range(2):
                async with asking(server, cache=tmp_path) as client:
                    got = [await client.project(index, N("flask")), await client.project(index, N("none"))]
                    runs.append((*got, await client.details(N("flask")), client.use))
                    assert client.notes == ()
            value, details = flask(index.url), Details(summary="s", description=False)
            assert runs == [
                (Found(value, "pypi"), Absent("pypi"), Found(details, "pypi"), NetworkUse(requests=3)),
                (
                    Found(value, "pypi", cached=True),
                    Absent("pypi", cached=True),
                    Found(details, "pypi", cached=True),
                    NetworkUse(from_cache=3),
                ),
            ]

    asyncio.run(go())


@pytest.mark.parametrize(
    ("name", "hours", "cached"),
    [
        ("flask", 5.9, True),
        ("flask", 6.1, False),
        ("young", 0.9, True),
        ("young", 1.1, False),
        ("none", 0.1, True),
        ("none", 0.2, False),
        ("flask", -0.1, False),  # the clock was set back
        ("flask", -9000, False),
    ],
)
def test_for_how_long(name: str, hours: float, cached: bool, tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(world) as server:
            async with asking(server, cache=tmp_path) as client:
                await client.project(pypi(server), N(name))
            later = Clock(NOW + timedelta(hours=hours))
            async with asking(server, cache=tmp_path, clock=later) as client:
                got = await client.project(pypi(server), N(name))
                assert not isinstance(got, Unknown)
                assert got.cached is cached

    asyncio.run(go())


def test_fresh_passes_by_the_cache_and_mends_it(tmp_path: Path) -> None:
    versions = ["1.0"]

    async def go() -> None:
        async with serving(lambda _: page("flask", OLD, *versions)) as server:
            index = pypi(server)
            async with asking(server, cache=tmp_path) as client:
                await client.project(index, N("flask"), fresh=True)
                await client.project(index, N("flask"), fresh=True)
                assert len(server.requests) == 1  # asked in this run is fresh enough
            versions.append("2.0")
            async with asking(server, cache=tmp_path) as client:
                old = await client.project(index, N("flask"))
                new = await client.project(index, N("flask"), fresh=True)
                again = await client.project(index, N("flask"))
                assert isinstance(old, Found)
                assert isinstance(new, Found)
                assert [len(old.value.releases), len(new.value.releases)] == [1, 2]
                assert (old.cached, new.cached, again) == (True, False, new)
                assert len(server.requests) == 2
            async with asking(server, cache=tmp_path) as client:
                got = await client.project(index, N("flask"))
                assert isinstance(got, Found)
                assert len(got.value.releases) == 2

    asyncio.run(go())


def test_what_is_unknown_is_not_kept(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(lambda _: reply(400)) as server:
            for _ in range(2):
                async with asking(server, cache=tmp_path) as client:
                    assert isinstance(await client.project(pypi(server), N("flask")), Unknown)
            assert len(server.requests) == 2

    asyncio.run(go())


def test_evidence_of_each_index_and_origin_is_its_own(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(world) as one, serving(world) as two:
            for index in (pypi(one), pypi(two), pypi(one, origin=Origin.TREE)):
                async with asking(one, cache=tmp_path) as client:
                    got = await client.project(index, N("flask"))
                    assert isinstance(got, Found)
                    assert not got.cached

    asyncio.run(go())


def test_no_credential_is_kept(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(lambda r: guarded("sesame", r)) as server:
            async with asking(server, store=Store(first="sesame"), cache=tmp_path) as client:
                assert isinstance(await client.project(pypi(server, public=False), N("flask")), Found)
            url = server.url.replace("http://", "http://me:sesame@") + "simple/"
            index = Index(ecosystem=Ecosystem.PYPI, url=url, public=False, origin=Origin.OPERATOR)
            async with asking(server, store=Store(first="sesame"), cache=tmp_path) as client:
                await client.project(index, N("flask"))

    asyncio.run(go())
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"flask" in kept
    assert b"sesame" not in kept


def test_a_npm_project_comes_back_whole(tmp_path: Path) -> None:
    body = {
        "name": "x",
        "dist-tags": {"latest": "1.0.0", "next": "1.0.0"},
        "versions": {"1.0.0": {"deprecated": "ü", "hasInstallScript": True, "dist": {"tarball": "t"}}},
        "time": {"created": "2014-03-14T01:02:03.456Z", "1.0.0": "2014-03-14T01:02:03.456Z"},
        "maintainers": [{"name": "a"}, {"name": "b"}],
        "repository": "a/b",
    }

    async def go() -> None:
        async with serving(lambda _: json_reply(json.dumps(body).encode())) as server:
            async with asking(server, cache=tmp_path) as client:
                first = await client.project(npm(server), N("x"))
            async with asking(server, cache=tmp_path) as client:
                second = await client.project(npm(server), N("x"))
            assert isinstance(first, Found)
            assert second == Found(first.value, "npm", cached=True)
            assert first.value.details == Details(repository="github.com/a/b", owners=("a", "b"))

    asyncio.run(go())


def test_a_cache_that_says_nonsense_is_not_believed(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(world) as server:
            index = pypi(server)
            key = f"1 pypi-full-operator {index.url} flask"
            for text in ("", "[]", "[1, 2]", "[[], 1, 1]", f"[{NOW.timestamp()}, 600, [1]]", "[" * 100_000):
                cache = EvidenceCache(tmp_path)
                cache.write([(key, text, 600.0)])
                cache.close()
                async with asking(server, cache=tmp_path) as client:
                    got = await client.project(index, N("flask"))
                    assert got == Found(flask(index.url), "pypi")

    asyncio.run(go())


def test_downloads_are_kept_for_a_day(tmp_path: Path) -> None:
    async def go() -> None:
        async with serving(lambda _: json_reply(b'{"data": {"last_month": 3}}')) as server:
            settings = NetworkSettings(services=Services(pypi_downloads=server.url))
            found = []
            for hours in (0, 23, 25):
                async with RegistryClient(
                    settings,
                    credentials=NoCredentials(),
                    cache=EvidenceCache(tmp_path),
                    clock=Clock(NOW + timedelta(hours=hours)),
                ) as client:
                    found.append((await client.downloads(Ecosystem.PYPI, [N("flask")]))[N("flask")])
            assert found == [Found(3, server.host), Found(3, server.host, cached=True), Found(3, server.host)]

    asyncio.run(go())


# --- caps


def test_what_was_done_is_told() -> None:
    async def go() -> None:
        async with serving(world) as server, asking(server, limits=Limits(max_requests=2)) as client:
            got = [await client.project(pypi(server), N(f"n{i}")) for i in range(4)]
            assert got[2:] == [Unknown("the cap of 2 requests was reached")] * 2
            assert client.use == NetworkUse(requests=2, limits_hit=("The cap of 2 requests was reached.",))

    asyncio.run(go())
