"""The made-up internet is what the other tests stand on: real clients must take it for the real one."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import io
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import aiohttp
import pytest
import requests

from tests.world import Advisory, Birth, Life, World, blank, established, everybody, security_holder, young

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
DAY = timedelta(days=1)


FLASK = "https://pypi.org/simple/flask/"


def get(url: str, accept: str = "*/*", **headers: str) -> requests.Response:
    with requests.Session() as session:
        return session.get(url, headers={"Accept": accept, **headers}, timeout=10, allow_redirects=False)


@asynccontextmanager
async def client(*, limit: int) -> AsyncIterator[aiohttp.ClientSession]:
    # aiohttp's own context was made when aiohttp was imported, before this test's environment named the root.
    connector = aiohttp.TCPConnector(limit=limit, ssl=ssl.create_default_context())
    async with aiohttp.ClientSession(trust_env=True, connector=connector) as session:
        yield session
    # https://docs.aiohttp.org/en/stable/client_advanced.html#graceful-shutdown: TLS connections close a little later
    await asyncio.sleep(0.1)


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch):
    """A world whose present is fixed."""
    with World(now=NOW) as made_up:
        for key, value in made_up.environment().items():
            monkeypatch.setenv(key, value)
        yield made_up


# --- PyPI


def test_a_listing_in_json_is_what_pypi_sends(still: World) -> None:
    still.pypi.add(
        Life(
            name="Two.Faces",
            releases=(
                Birth(version="1.0", ago=10 * DAY, requires=("six",), sdist=False),
                Birth(version="1.1", ago=1 * DAY, wheel=False, yanked="broken", requires_python=None),
            ),
            status="archived",
            status_reason="done",
        )
    )
    response = get("https://pypi.org/simple/two-faces/", SIMPLE_JSON)
    assert response.headers["Content-Type"] == SIMPLE_JSON
    body = response.json()
    wheel, sdist = body.pop("files")
    assert body == {
        "meta": {"api-version": "1.4", "_last-serial": 31000000},
        "name": "two-faces",
        "alternate-locations": [],
        "versions": ["1.0", "1.1"],
        "project-status": {"status": "archived", "reason": "done"},
    }
    data = get(wheel["url"]).content
    metadata = get(wheel["url"] + ".metadata").content
    assert metadata == b"\n".join(
        [
            b"Metadata-Version: 2.1",
            b"Name: two-faces",
            b"Version: 1.0",
            b"Summary: Does one thing well.",
            b"Requires-Python: >=3.8",
            b"Requires-Dist: six",
            b"",
        ]
    )
    assert wheel == {
        "filename": "two_faces-1.0-py3-none-any.whl",
        "url": wheel["url"],
        "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
        "requires-python": ">=3.8",
        "yanked": False,
        "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        "data-dist-info-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        "provenance": None,
        "size": len(data),
        "upload-time": "2026-11-13T12:00:00.000000Z",
    }
    assert wheel["url"].startswith("https://files.pythonhosted.org/packages/")
    assert (sdist["filename"], sdist["yanked"], sdist["core-metadata"], sdist["upload-time"]) == (
        "two_faces-1.1.tar.gz",
        "broken",
        False,
        "2026-11-22T12:00:00.000000Z",
    )


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/html"),
        ("text/html", "text/html"),
        ("application/vnd.pypi.simple.v1+html, text/html;q=0.1", "application/vnd.pypi.simple.v1+html"),
        (SIMPLE_JSON, SIMPLE_JSON),
        (f"{SIMPLE_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01", SIMPLE_JSON),
        (f"{SIMPLE_JSON};q=0.1, text/html", "text/html"),
    ],
)
def test_the_form_of_a_listing_is_negotiated(world: World, accept: str, kind: str) -> None:
    world.pypi.add(established("flask"))
    assert get("https://pypi.org/simple/flask/", accept).headers["Content-Type"] == kind


def test_a_listing_in_html(still: World) -> None:
    birth = Birth(version="1.0", ago=DAY, sdist=False, yanked='no "good"')
    still.pypi.add(Life(name="flask", releases=(birth,)))
    body = get("https://pypi.org/simple/flask/").text
    (link,) = [line.strip() for line in body.splitlines() if "<a " in line]
    assert '<meta name="pypi:project-status" content="active">' in body
    assert 'data-requires-python="&gt;=3.8" data-yanked="no &quot;good&quot;" data-core-metadata="sha256=' in link
    assert link.endswith(">flask-1.0-py3-none-any.whl</a><br />")


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/simple/Flask/", 301, "/simple/flask/"),
        ("/simple/flask", 301, "/simple/flask/"),
        ("/simple/nope/", 404, None),
        ("/pypi/FLASK/json", 301, "/pypi/flask/json"),
        ("/pypi/nope/json", 404, None),
        ("/pypi/flask/9.9/json", 404, None),
        ("/pypi/flask/1.0.0/json", 200, None),
        ("/elsewhere", 404, None),
    ],
)
def test_paths_of_pypi(world: World, path: str, status: int, location: str | None) -> None:
    world.pypi.add(established("flask"))
    response = get("https://pypi.org" + path)
    assert (response.status_code, response.headers.get("Location")) == (status, location)


def test_what_pypi_tells_of_a_project(still: World) -> None:
    still.pypi.add(
        Life(
            name="Thing",
            first=100 * DAY,
            last=50 * DAY,
            releases=2,
            owners=("ann", "ben"),
            organization="acme",
            repository="https://github.com/ann/thing",
        )
    )
    body = get("https://pypi.org/pypi/thing/json").json()
    info = body["info"]
    assert (info["name"], info["version"], info["summary"], info["project_urls"], info["downloads"]) == (
        "Thing",
        "1.1.0",
        "Does one thing well.",
        {"Source": "https://github.com/ann/thing"},
        {"last_day": -1, "last_month": -1, "last_week": -1},
    )
    assert body["ownership"] == {
        "roles": [{"role": "Owner", "user": "ann"}, {"role": "Owner", "user": "ben"}],
        "organization": "acme",
    }
    assert {version: [f["upload_time_iso_8601"] for f in files] for version, files in body["releases"].items()} == {
        "1.0.0": ["2026-08-15T12:00:00.000000Z"] * 2,
        "1.1.0": ["2026-10-04T12:00:00.000000Z"] * 2,
    }
    assert body["urls"] == body["releases"]["1.1.0"]


def test_quarantine_hides_the_files_and_removal_the_name(world: World) -> None:
    world.pypi.add(Life(name="bad", status="quarantined"), established("gone"), Life(name="empty", releases=0))
    quarantined = get("https://pypi.org/simple/bad/", SIMPLE_JSON).json()
    assert (quarantined["files"], quarantined["project-status"]) == ([], {"status": "quarantined"})
    empty = get("https://pypi.org/simple/empty/", SIMPLE_JSON).json()
    assert (empty["files"], empty["versions"]) == ([], [])
    assert get("https://pypi.org/pypi/empty/json").status_code == 404
    world.pypi.remove("gone")
    assert get("https://pypi.org/simple/gone/").status_code == 404


def test_archives_come_in_parts_and_revalidate(world: World) -> None:
    world.pypi.add(Life(name="thing", releases=1))
    wheel = world.pypi.file_urls("thing")[0]
    whole = get(wheel)
    tail = get(wheel, Range="bytes=-10")
    middle = get(wheel, Range="bytes=2-5")
    assert (tail.status_code, tail.content) == (206, whole.content[-10:])
    assert (middle.content, middle.headers["Content-Range"]) == (whole.content[2:6], f"bytes 2-5/{len(whole.content)}")
    assert get(wheel, **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert get(wheel + "x").status_code == 404


def test_a_lockfiles_url_works_before_any_listing_was_asked_for() -> None:
    with World(now=NOW) as first:
        first.pypi.add(Life(name="thing", releases=1))
        urls = first.pypi.file_urls("thing")
    with World(now=NOW) as second:
        second.pypi.add(Life(name="thing", releases=1))
        assert second.pypi.file_urls("thing") == urls


# --- npm


def test_a_packument_is_what_npm_sends(still: World) -> None:
    still.npm.add(
        Life(
            name="@acme/thing",
            releases=(
                Birth(version="1.0.0", ago=10 * DAY, deprecated="use 2"),
                Birth(version="2.0.0", ago=1 * DAY, scripts={"postinstall": "node x.js"}, requires=("@a/b@^1", "ms@2")),
            ),
            created=20 * DAY,
            owners=("ann",),
            repository="https://github.com/ann/thing",
            dist_tags={"next": "2.0.0"},
        )
    )
    full = get("https://registry.npmjs.org/@acme%2fthing").json()
    assert full == get("https://registry.npmjs.org/@acme/thing").json()
    tarball = get("https://registry.npmjs.org/@acme/thing/-/thing-2.0.0.tgz")
    version = full["versions"]["2.0.0"]
    assert full["time"] == {
        "created": "2026-11-03T12:00:00.000Z",
        "modified": "2026-11-22T12:00:00.000Z",
        "1.0.0": "2026-11-13T12:00:00.000Z",
        "2.0.0": "2026-11-22T12:00:00.000Z",
    }
    assert full["dist-tags"] == {"latest": "2.0.0", "next": "2.0.0"}
    assert full["maintainers"] == [{"name": "ann", "email": "ann@mail.example"}]
    assert full["repository"] == {"type": "git", "url": "git+https://github.com/ann/thing.git"}
    assert full["versions"]["1.0.0"]["deprecated"] == "use 2"
    assert version["scripts"] == {"postinstall": "node x.js"}
    assert version["dependencies"] == {"@a/b": "^1", "ms": "2"}
    assert version["dist"]["tarball"] == "https://registry.npmjs.org/@acme/thing/-/thing-2.0.0.tgz"
    assert version["dist"]["shasum"] == hashlib.sha1(tarball.content).hexdigest()
    short = get("https://registry.npmjs.org/@acme%2fthing", "application/vnd.npm.install-v1+json").json()
    assert sorted(short) == ["dist-tags", "modified", "name", "versions"]
    assert short["versions"]["2.0.0"]["hasInstallScript"] is True
    assert "hasInstallScript" not in short["versions"]["1.0.0"]
    assert get("https://registry.npmjs.org/@acme%2fthing/next").json()["version"] == "2.0.0"
    assert get("https://registry.npmjs.org/-/package/@acme%2fthing/dist-tags").json() == full["dist-tags"]


def test_how_npm_says_that_a_name_is_gone(still: World) -> None:
    still.npm.add(security_holder("crossenv"), Life(name="left", releases=2, status="unpublished"))
    holder = get("https://registry.npmjs.org/crossenv").json()
    left = get("https://registry.npmjs.org/left").json()
    missing = get("https://registry.npmjs.org/nope")
    assert (holder["dist-tags"], holder["description"]) == ({"latest": "0.0.1-security"}, "security holding package")
    assert ("versions" in left, left["time"]["unpublished"]["versions"]) == (False, ["1.0.0", "1.1.0"])
    assert (missing.status_code, missing.json()) == (404, {"error": "Not found"})


def test_yarns_host_is_the_same_registry(world: World) -> None:
    world.npm.add(established("react"))
    assert get("https://registry.yarnpkg.com/react").json() == get("https://registry.npmjs.org/react").json()


# --- services


def test_npm_downloads_follow_the_bulk_rules(still: World) -> None:
    still.npm.add(
        established("react", downloads=3000), Life(name="@s/n", downloads=30), Life(name="odd", downloads=None)
    )
    base = "https://api.npmjs.org/downloads/point/"
    react = {"downloads": 3000, "start": "2026-10-24", "end": "2026-11-22", "package": "react"}
    assert get(base + "last-month/react").json() == react
    assert get(base + "last-month/react,nope,odd").json() == {"react": react, "nope": None, "odd": None}
    assert get(base + "last-week/react").json()["downloads"] == 700
    assert get(base + "last-month/@s/n").json()["downloads"] == 30
    assert get(base + "last-month/nope").status_code == 404
    assert get(base + "last-month/react,@s/n").status_code == 400
    assert get(base + "last-month/" + ",".join(f"n{i}" for i in range(129))).status_code == 400


def test_pypi_downloads(world: World) -> None:
    world.pypi.add(established("flask", downloads=3000))
    assert get("https://pypistats.org/api/packages/flask/recent").json() == {
        "data": {"last_day": 100, "last_month": 3000, "last_week": 700},
        "package": "flask",
        "type": "recent_downloads",
    }
    assert get("https://pypistats.org/api/packages/nope/recent").status_code == 404


def test_osv_answers_in_the_order_of_the_questions(world: World) -> None:
    world.osv.add(
        Advisory(id="MAL-2026-1", ecosystem="pypi", name="bad"),
        Advisory(id="MAL-2026-2", ecosystem="npm", name="half", versions=("1.0.1",)),
        Advisory(id="GHSA-x", ecosystem="npm", name="half", introduced="1.0.0", fixed="1.0.2", aliases=("CVE-1",)),
        Advisory(id="MAL-2026-3", ecosystem="npm", name="half", withdrawn=True),
    )

    def ask(*queries: tuple[str, str, str | None], url: str = "https://api.osv.dev/v1/querybatch") -> requests.Response:
        body = [
            {"package": {"ecosystem": eco, "name": name}, **({"version": version} if version else {})}
            for eco, name, version in queries
        ]
        return requests.post(url, json={"queries": body}, timeout=10)

    answer = ask(
        ("npm", "half", "1.0.1"),
        ("npm", "half", "1.0.2"),
        ("npm", "half", None),
        ("PyPI", "bad", "7"),
        ("npm", "bad", None),
    ).json()
    assert [[vuln["id"] for vuln in result.get("vulns", [])] for result in answer["results"]] == [
        ["MAL-2026-2", "GHSA-x"],
        [],
        ["MAL-2026-2", "GHSA-x"],
        ["MAL-2026-1"],
        [],
    ]
    world.osv.page = 1
    (paged,) = ask(("npm", "half", None)).json()["results"]
    assert ([vuln["id"] for vuln in paged["vulns"]], paged["next_page_token"]) == (["MAL-2026-2"], "1")
    assert get("https://api.osv.dev/v1/vulns/GHSA-x").json()["affected"] == [
        {
            "package": {"ecosystem": "npm", "name": "half"},
            "versions": [],
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.0.0"}, {"fixed": "1.0.2"}]}],
        }
    ]
    assert get("https://api.osv.dev/v1/vulns/none").status_code == 404
    assert ask(*[("npm", "x", None)] * 1001).status_code == 400
    assert requests.post("https://api.osv.dev/v1/querybatch", data=b"{", timeout=10).status_code == 400


# --- private indexes and strangers


def test_private_indexes_want_credentials(world: World) -> None:
    world.private_pypi.add(Life(name="acme-core", releases=1))
    world.private_npm.add(Life(name="@acme/core", releases=1))
    assert get("https://pypi.acme.example/simple/acme-core/").status_code == 200
    world.private_pypi.require("ci", "secret")
    world.private_npm.require("token")
    refused = get("https://pypi.acme.example/simple/acme-core/")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Basic realm="index"')
    assert requests.get("https://pypi.acme.example/simple/acme-core/", auth=("ci", "secret"), timeout=10).ok
    assert get("https://npm.acme.example/@acme%2fcore").status_code == 401
    assert get("https://npm.acme.example/@acme%2fcore", Authorization="Bearer token").json()["name"] == "@acme/core"


def test_an_old_mirror_gives_html_without_dates(world: World) -> None:
    world.private_pypi.json = world.private_pypi.dates = world.private_pypi.metadata = False
    world.private_pypi.add(Life(name="acme-core", releases=1))
    page = get("https://pypi.acme.example/simple/acme-core/", SIMPLE_JSON)
    assert page.headers["Content-Type"] == "text/html"
    assert "data-core-metadata" not in page.text


def test_evil_answers_plausibly_and_remembers(world: World) -> None:
    assert "evil_thing-99.0.0" in get("https://evil.example/simple/evil-thing/", Authorization="Basic c2VjcmV0").text
    assert get("https://evil.example/left-pad", "application/json").json()["dist-tags"] == {"latest": "99.0.0"}
    assert get("http://evil.example/plain").text == "<html><body>It works!</body></html>"
    assert [(seen.path, seen.header("authorization"), seen.tls) for seen in world.evil.seen] == [
        ("/simple/evil-thing/", "Basic c2VjcmV0", True),
        ("/left-pad", "", True),
        ("/plain", "", False),
    ]


def test_everything_else_is_refused_and_remembered(world: World) -> None:
    for url in ("https://example.org/", "https://127.0.0.1:8443/", "https://pypi.org:444/"):
        with pytest.raises(requests.exceptions.ProxyError):
            get(url)
    assert world.refused == ("example.org:443", "127.0.0.1:8443", "pypi.org:444")
    assert world.requests == ()
    assert get("http://pypi.org/simple/x/").headers["Location"] == "https://pypi.org/simple/x/"
    assert get("http://example.org/").status_code == 502


def test_a_companys_proxy_wants_a_credential(world: World) -> None:
    world.pypi.add(established("flask"))
    world.guard_proxy("me", "secret")
    with pytest.raises(requests.exceptions.ProxyError, match="407"):
        get(FLASK)
    with requests.Session() as session:
        known = {"https": world.proxy.replace("://", "://me:secret@")}
        assert session.get(FLASK, timeout=10, proxies=known).status_code == 200
    assert [knock.status for knock in world.knocks] == [407, 200]


def test_a_connection_serves_only_the_host_that_it_was_made_for(world: World) -> None:
    assert get("https://pypi.org/simple/flask/", Host="evil.example").status_code == 421
    assert world.evil.seen == ()


def test_requests_are_recorded_as_they_came(world: World) -> None:
    get("https://registry.npmjs.org/@s%2Fn?x=1", "application/json", **{"X-Odd": "yes"})
    (heard,) = world.requests
    assert (heard.host, heard.method, heard.path, heard.route, heard.query) == (
        "registry.npmjs.org",
        "GET",
        "/@s%2Fn?x=1",
        "/@s/n",
        "x=1",
    )
    assert (heard.header("x-odd"), heard.header("accept"), heard.header("absent")) == ("yes", "application/json", "")
    assert world.asked("registry.npmjs.org") == ("GET /@s%2Fn?x=1",)
    assert [(knock.host, knock.port, knock.status) for knock in world.knocks] == [("registry.npmjs.org", 443, 200)]
    world.forget()
    assert world.requests == ()


# --- faults


@pytest.fixture
def flask(world: World) -> World:
    world.pypi.add(established("flask"))
    return world


def test_a_status_with_retry_after_is_over_after_its_times(flask: World) -> None:
    fault = flask.fault("pypi.org", "/simple/*", kind="status", status=429, retry_after="7", times=2)
    answers = [get(FLASK) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert fault.hits == 2


def test_a_fault_meets_only_its_host_and_path(flask: World) -> None:
    flask.fault("pypi.org", "/pypi/*", kind="status")
    flask.fault("*.npmjs.org", kind="status", status=500)
    assert [
        get(FLASK).status_code,
        get("https://pypi.org/pypi/flask/json").status_code,
        get("https://api.npmjs.org/x").status_code,
    ] == [200, 503, 500]
    flask.heal()
    assert get("https://pypi.org/pypi/flask/json").status_code == 200


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.exceptions.ConnectionError),
        ("truncate", requests.exceptions.ChunkedEncodingError),
        ("tls-error", requests.exceptions.SSLError),
        ("dns-failure", requests.exceptions.ProxyError),
    ],
)
def test_faults_of_the_connection(flask: World, kind, error: type[Exception]) -> None:
    flask.fault("pypi.org", kind=kind)
    with pytest.raises(error):
        get(FLASK)
    flask.heal()
    assert get(FLASK).status_code == 200


def test_jitter_spreads_answers_and_changes_none(flask: World) -> None:
    right = get(FLASK).content
    fault = flask.fault("pypi.org", kind="jitter", seconds=0.02)
    assert [get(FLASK).content for _ in range(3)] == [right] * 3
    assert fault.hits == 3


# aiohttp leaves a connection through a proxy that is given up in flight to the garbage collector, which says so
LEFT_TO_COLLECTOR = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@LEFT_TO_COLLECTOR
@pytest.mark.parametrize("kind", ["stall", "drip", "latency"])
def test_faults_of_time(flask: World, kind) -> None:
    flask.fault("pypi.org", kind=kind, seconds=30)

    async def ask() -> int:
        async with client(limit=1) as session, session.get(FLASK) as response:
            return len(await response.read())

    with pytest.raises((asyncio.TimeoutError, TimeoutError)):
        asyncio.run(asyncio.wait_for(ask(), 0.3))
    gc.collect()


def test_faults_of_the_body(flask: World) -> None:
    kinds = ("wrong-json", "wrong-shape", "wrong-type", "redirect")
    for kind in kinds:
        flask.fault("pypi.org", kind=kind, times=1, target="https://evil.example/x")
    bodies = [get(FLASK, SIMPLE_JSON) for _ in kinds]
    assert [(body.status_code, body.headers.get("Content-Type")) for body in bodies] == [
        (200, SIMPLE_JSON),
        (200, SIMPLE_JSON),
        (200, "text/html"),
        (302, None),
    ]
    with pytest.raises(requests.exceptions.JSONDecodeError):
        bodies[0].json()
    assert bodies[1].json() == [{"files": 7}, "versions"]
    assert bodies[3].headers["Location"] == "https://evil.example/x"


def test_an_endless_body_and_a_bomb(flask: World) -> None:
    flask.fault("pypi.org", kind="endless", times=1)
    flask.fault("pypi.org", kind="gzip-bomb", times=1, size=4_000_000)
    with requests.Session() as session:
        with session.get(FLASK, stream=True, timeout=10) as endless:
            assert sum(len(chunk) for chunk, _ in zip(endless.iter_content(65536), range(40), strict=False)) > 1_000_000
        with session.get(FLASK, stream=True, timeout=10) as bomb:
            packed = bomb.raw.read(decode_content=False)
    assert len(packed) < 8_000
    assert len(zlib.decompress(packed, 31)) == 4_000_000


@LEFT_TO_COLLECTOR
def test_the_peak_of_simultaneous_requests(flask: World) -> None:
    flask.fault("pypi.org", kind="latency", seconds=0.2)

    async def ask() -> None:
        async with client(limit=3) as session:

            async def one() -> None:
                async with session.get(FLASK) as response:
                    await response.read()

            await asyncio.gather(*(one() for _ in range(7)))

    asyncio.run(ask())
    gc.collect()
    assert flask.peak("pypi.org") == 3
    assert len(flask.requests) == 7


# --- lives


def test_lives_are_told_relative_to_the_present() -> None:
    ages = [birth.ago for birth in Life(name="x", first=100 * DAY, last=20 * DAY, releases=5).births()]
    assert ages == [100 * DAY, 80 * DAY, 60 * DAY, 40 * DAY, 20 * DAY]
    assert [birth.ago for birth in young("x", age=2 * DAY).births()] == [2 * DAY]
    assert Life(name="x", first=2 * DAY, releases=0).born(NOW) == NOW - 2 * DAY
    assert (blank("x").summary, blank("x").repository) == ("", None)


def test_a_crowd_knows_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    with World(now=NOW, crowd=everybody) as made_up:
        for key, value in made_up.environment().items():
            monkeypatch.setenv(key, value)
        assert everybody("some-name") == everybody("some-name")
        listing = get("https://pypi.org/simple/some-name/", SIMPLE_JSON).json()
        assert len(listing["versions"]) == len(everybody("some-name").births())
        assert get("https://registry.npmjs.org/@any/one").json()["name"] == "@any/one"


# --- real clients


def test_pip_downloads_wheels_and_builds_sdists(world: World, tmp_path: Path) -> None:
    world.pypi.add(
        Life(name="app-one", releases=(Birth(version="1.0", ago=DAY, requires=("dep.two>=1",), sdist=False),)),
        Life(name="dep.two", releases=(Birth(version="1.5", ago=DAY, wheel=False),)),
    )
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    done = run(*pip, "install", "--no-cache-dir", "--target", "out", "app-one", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    modules = {path.name for path in (tmp_path / "out").iterdir() if path.suffix == ".py"}
    assert modules == {"app_one.py", "dep_two.py"}
    assert world.refused == ()
    missing = run(*pip, "download", "--no-cache-dir", "reqeusts", cwd=tmp_path)
    assert missing.returncode == 1
    assert "No matching distribution found for reqeusts" in missing.stderr


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_views_and_installs(world: World, tmp_path: Path) -> None:
    world.npm.add(
        Life(name="app-one", releases=(Birth(version="1.0.0", ago=DAY, requires=("@s/two@^1",)),)),
        Life(name="@s/two", releases=(Birth(version="1.5.0", ago=DAY),)),
    )
    view = run("npm", "view", "app-one", "--json", cwd=tmp_path)
    assert view.returncode == 0, view.stderr
    assert json.loads(view.stdout)["dependencies"] == {"@s/two": "^1"}
    install = run("npm", "install", "app-one", "--no-audit", "--no-fund", cwd=tmp_path)
    assert install.returncode == 0, install.stderr
    lock = json.loads((tmp_path / "package-lock.json").read_text())
    assert sorted(lock["packages"]) == ["", "node_modules/@s/two", "node_modules/app-one"]
    assert (tmp_path / "node_modules/@s/two/index.js").read_text() == 'module.exports = "1.5.0";\n'
    missing = run("npm", "view", "nope", cwd=tmp_path)
    assert (missing.returncode, "E404" in missing.stderr) == (1, True)
    assert world.refused == ()


def test_as_a_process_of_its_own() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.world", "--everybody"],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with requests.Session() as session:
            session.proxies = {"https": told["HTTPS_PROXY"]}
            session.verify = told["SSL_CERT_FILE"]
            session.trust_env = False
            assert session.get("https://pypi.org/simple/any/", timeout=10).status_code == 200
        process.stdin.write("warm pypi one two\ncount\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"warm": 2}
        assert json.loads(process.stdout.readline()) == {"requests": 1, "hosts": {"pypi.org": 1}}
        process.stdin.close()
        assert process.wait(10) == 0


def test_it_ends_with_clients_still_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    with World() as made_up:
        held = socket.create_connection(("127.0.0.1", made_up.port))
        held.sendall(b"CONNECT pypi.org:443 HTTP/1.1\r\n\r\n")
        assert held.recv(100).startswith(b"HTTP/1.1 200 ")
    assert held.recv(100) == b""
    held.close()


# --- what tests of real clients need


def test_a_real_server_plays_a_host(world: World) -> None:
    """A server of another process: told the host's name, the path as it came, the body; its answer comes unchanged."""

    class Answering(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = f"{self.path} {self.headers['Host']} {self.headers['X-Forwarded-Proto']} {body.decode()}".encode()
            self.send_response(201, "Made")
            self.send_header("X-Own", "kept")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        world.host("npm.real.example", server.server_address[1])
        with requests.Session() as session:
            answer = session.put("https://npm.real.example/@a%2Fb?c=%20", data="body", timeout=10)
        server.shutdown()
        thread.join()
    assert (answer.status_code, answer.reason, answer.headers["X-Own"]) == (201, "Made", "kept")
    assert answer.text == "/@a%2Fb?c=%20 npm.real.example https body"
    assert world.asked("npm.real.example") == ("PUT /@a%2Fb?c=%20",)
    assert get("https://npm.real.example/").status_code == 502


def test_code_and_programs_of_a_release(world: World, tmp_path: Path) -> None:
    births = (Birth(version="1.0.0", ago=DAY, code="X = 1\n", build_code="Y = 2\n", programs=("tell",)),)
    life = Life(name="tool", releases=births, files_at="https://evil.example")
    world.pypi.add(life)
    wheel, sdist = world.pypi.file_urls("tool")
    path = wheel.removeprefix("https://evil.example")
    world.evil.keep(path, get("https://files.pythonhosted.org" + path).content)
    with zipfile.ZipFile(io.BytesIO(get(wheel).content)) as archive:
        assert b"X = 1\n" in archive.read("tool.py")
        assert archive.read("tool-1.0.0.dist-info/entry_points.txt") == b"[console_scripts]\ntell = tool:main\n"
    source = get("https://files.pythonhosted.org" + sdist.removeprefix("https://evil.example")).content
    with tarfile.open(fileobj=io.BytesIO(source)) as archive:
        backend = archive.extractfile("tool-1.0.0/backend.py")
        assert backend is not None
        assert b"\nY = 2\n" in backend.read()


def test_programs_and_optional_dependencies_of_npm(world: World) -> None:
    births = (Birth(version="1.0.0", ago=DAY, optional=("six@^1",), programs=("tell",), code="let x = 1;\n"),)
    world.npm.add(Life(name="tool", releases=births))
    for accept in ("*/*", "application/vnd.npm.install-v1+json"):
        manifest = get("https://registry.npmjs.org/tool", accept).json()["versions"]["1.0.0"]
        assert (manifest["bin"], manifest["optionalDependencies"]) == ({"tell": "index.js"}, {"six": "^1"})
    with tarfile.open(fileobj=io.BytesIO(get(manifest["dist"]["tarball"]).content)) as archive:
        script = archive.extractfile("package/index.js")
        assert script is not None
        assert script.read().decode().splitlines() == [
            "#!/usr/bin/env node",
            'module.exports = "1.0.0";',
            "let x = 1;",
            'if (require.main === module) console.log("tool 1.0.0");',
        ]
