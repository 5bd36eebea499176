"""A gate without sockets: made-up registries behind the real inspector and judge, at a day that stands still."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from depaudit.gate.base import Asked, Fetched, Forward, Reply, Unreachable
from depaudit.gate.before import Asked as Wanted
from depaudit.gate.hosts import Hosts, hosts_of
from depaudit.gate.inspector import GateInspector
from depaudit.gate.judge import Judge
from depaudit.gate.ledger import Ledger
from depaudit.indexes.router import Router, read_router
from depaudit.model.evidence import Absent, BundledName, Lookup, NearName, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.requirement import Requirement
from depaudit.model.route import Index
from depaudit.model.verdict import NetworkUse
from depaudit.policy.config import Config
from tests.evidence import (
    DESCRIBED,
    LISTED_LATELY,
    MOST_USED,
    NOW,
    NPM_UNLISTED,
    bundled,
    days_ago,
    found,
    near,
    release,
)

JSON = "application/vnd.pypi.simple.v1+json"
SIMPLE = "https://pypi.org/simple/"
FILES = "https://files.pythonhosted.org/packages/aa/"
REGISTRY = "https://registry.npmjs.org/"


class FakeNames:
    """The bundled data: what is not in a set is not listed. ``similar``: the name that each one is near to."""

    def __init__(self) -> None:
        self.most_used: set[str] = set()
        self.listed: set[str] = set()
        self.similar: dict[str, str] = {}

    def look_up(self, ecosystem: Ecosystem, name: NormalizedName) -> BundledName:
        if name in self.most_used:
            return MOST_USED
        if name in self.listed and ecosystem is Ecosystem.PYPI:
            return LISTED_LATELY
        return bundled() if ecosystem is Ecosystem.PYPI else NPM_UNLISTED

    def near(self, ecosystem: Ecosystem, name: NormalizedName, *, limit: int = 5) -> tuple[NearName, ...]:
        del limit
        return (near(self.similar[name], ecosystem=ecosystem),) if name in self.similar else ()


class FakeRegistries:
    """What depaudit is told when it asks by itself; absent where the table says nothing. ``fresh``: past the cache."""

    def __init__(self) -> None:
        self.projects: dict[str, Lookup[Project]] = {}
        self.fresh: dict[str, Lookup[Project]] = {}
        self.hang = False
        self.asked: list[tuple[str, str, bool]] = []

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]:
        del full
        self.asked.append((index.url, name, fresh))
        if self.hang:
            await asyncio.sleep(60)
        if fresh and name in self.fresh:
            return self.fresh[name]
        return self.projects.get(name, Absent(index.url))

    async def details(self, name: NormalizedName) -> Lookup[Details]:
        del name
        return DESCRIBED

    async def downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]:
        del ecosystem
        return dict.fromkeys(names, Unknown("off", asked=False))

    @property
    def use(self) -> NetworkUse:
        return NetworkUse()


class FakeUpstream:
    """The registries as the proxy asks them: URL → answer; 404 where the table says nothing."""

    def __init__(self) -> None:
        self.answers: dict[str, Fetched | Unreachable | list[Fetched | Unreachable]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def fetch(
        self, method: str, url: str, *, headers: Mapping[str, str], limit: int, seconds: float, body: bytes = b""
    ) -> Fetched | Unreachable:
        del limit, seconds, body
        assert method == "GET"
        self.asked.append((url, dict(headers)))
        answer = self.answers.get(url, fetched(url, b"no such page", status=404, reason="Not Found"))
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def put(self, url: str, body: bytes, kind: str) -> None:
        self.answers[url] = fetched(url, body, kind)


def fetched(
    url: str, body: bytes, kind: str = "text/plain", *, status: int = 200, reason: str = "OK", **headers: str
) -> Fetched:
    more = tuple(headers.items())
    return Fetched(status=status, reason=reason, headers=(("content-type", kind), *more), body=body, url=url)


class Gate:
    """An inspector with everything made up around it."""

    def __init__(
        self,
        folder: Path,
        config: Config | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        asked: Sequence[Requirement] = (),
        file_hosts: Sequence[str] = (),
        seconds: float = 5,
    ) -> None:
        config = config or Config()
        self.names, self.registries, self.upstream = FakeNames(), FakeRegistries(), FakeUpstream()
        self.ledger = Ledger()
        self.router: Router = read_router(
            environment or {}, home=folder, cwd=folder, tree_roots=(folder,), settings=config.indexes, etc=folder
        )
        wanted = Wanted(certain=tuple(asked), others=(), problems=(), files=(), hosts=(), root=folder)
        self.hosts: Hosts = hosts_of(self.router, wanted, folder, file_hosts)
        self.judge = Judge(
            config=config,
            names=self.names,
            router=self.router,
            registries=self.registries,
            now=NOW,
            folder=folder,
            seconds=seconds,
        )
        self.judge.expect(asked)
        self.forgotten: list[str] = []
        self.inspector = GateInspector(
            judge=self.judge,
            ledger=self.ledger,
            upstream=self.upstream,
            hosts=self.hosts,
            forget=lambda _ecosystem, name: self.forgotten.append(name),
        )
        self.inspector.claim(asked)

    def ask(self, url: str, method: str = "GET", **headers: str) -> Reply | Forward:
        """One request of the client, answered."""
        named = tuple((key.replace("_", "-"), value) for key, value in headers.items())
        return asyncio.run(self.inspector.answer(Asked(method=method, url=url, headers=named)))

    def simple(self, name: str, *versions: tuple[str, float], index: str = SIMPLE, files: str = FILES) -> None:
        """Put a project on a Python index: versions with their age in days, one wheel each."""
        rows = [row(name, version, age, files) for version, age in versions]
        self.simple_rows(name, rows, index=index)

    def simple_rows(self, name: str, rows: Sequence[Mapping[str, Any]], index: str = SIMPLE) -> None:
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": list(rows)}
        self.upstream.put(f"{index}{name}/", json.dumps(page).encode(), JSON)

    def packument(self, name: str, *versions: tuple[str, float], index: str = REGISTRY, **needs: str) -> None:
        """Put a package on an npm registry: versions with their age in days."""
        page = {
            "name": name,
            "dist-tags": {"latest": versions[-1][0]},
            "versions": {version: manifest(name, version, index, needs) for version, _ in versions},
            "time": {
                "created": stamp(max(age for _, age in versions)),
                "modified": stamp(min(age for _, age in versions)),
                **{version: stamp(age) for version, age in versions},
            },
            "description": "A library.",
            "repository": {"type": "git", "url": "git+https://github.com/acme/sample.git"},
            "maintainers": [{"name": "acme"}],
            "readme": "A library that does things. " * 20,
        }
        self.upstream.put(f"{index}{name.replace('/', '%2f')}", json.dumps(page).encode(), "application/json")


def row(name: str, version: str, age: float, files: str = FILES, **more: Any) -> dict[str, Any]:
    filename = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    row_ = {"filename": filename, "url": f"{files}{filename}", "hashes": {"sha256": "0" * 64}, "size": 9}
    return {**row_, "upload-time": stamp(age), "core-metadata": {"sha256": "1" * 64}, **more}


def manifest(name: str, version: str, index: str, needs: Mapping[str, str]) -> dict[str, Any]:
    tarball = f"{index}{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    dist = {"tarball": tarball, "integrity": "sha512-AAAA", "shasum": "0" * 40}
    return {"name": name, "version": version, "dist": dist, "dependencies": dict(needs)}


def stamp(age: float) -> str:
    return days_ago(age).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def files_of(reply: Reply | Forward) -> list[tuple[str, str]]:
    """(file name, URL) of a page of the simple API that the client got."""
    assert isinstance(reply, Reply)
    return [(one["filename"], one["url"]) for one in json.loads(reply.body)["files"]]


def sound(*ages: float) -> Lookup[Project]:
    """A healthy project, as depaudit finds it: versions 1.0, 2.0, … of these ages."""
    releases = [release(f"{number}.0", age) for number, age in enumerate(ages, start=1)]
    return found(*releases, age=max(ages))
