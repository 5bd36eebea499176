"""The door to the registries: what is asked once, what comes from the cache, and who gets credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from depaudit import __version__
from depaudit.model.evidence import OFFLINE, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.requirement import Origin
from depaudit.model.route import Index
from depaudit.model.settings import NetworkSettings
from depaudit.model.verdict import NetworkUse
from depaudit.registries import file_index, npm, pypi
from depaudit.registries.access import IndexAccess
from depaudit.registries.cache import EvidenceCache
from depaudit.registries.credentials import Credentials
from depaudit.registries.downloads import NpmDownloads, PyPIDownloads
from depaudit.registries.http import Answer, HttpClient
from depaudit.registries.shelf import Shelf, details_kind, downloads_kind, project_kind

T = TypeVar("T")

USER_AGENT = f"depaudit/{__version__} (+https://pypi.org/project/depaudit/)"
_OFF = Unknown("the service is off", asked=False)


class RegistryClient:
    """Asynchronous look-ups within one run and one event loop; use as ``async with``. Nothing here raises.

    ``clock`` gives the time now, aware. Identical look-ups share one request and, once answered, one answer; what
    failed may be asked again. ``cache`` None: nothing is remembered between runs.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        *,
        credentials: Credentials,
        cache: EvidenceCache | None,
        clock: Callable[[], datetime],
        user_agent: str = USER_AGENT,
        roots: bytes = b"",
    ) -> None:
        self._settings = settings
        self._http = HttpClient(settings.limits, user_agent=user_agent, clock=clock, roots=roots)
        self._shelf = Shelf(cache, clock)
        self._credentials = credentials
        self._access: dict[str, IndexAccess] = {}
        self._tasks: dict[tuple[object, ...], asyncio.Task[Any]] = {}
        self._pypi_downloads: PyPIDownloads | None = None
        self._npm_downloads: NpmDownloads | None = None

    async def __aenter__(self) -> RegistryClient:  # noqa: PYI034  typing.Self needs Python 3.11
        services, limits = self._settings.services, self._settings.limits
        if services.pypi_downloads is not None:
            self._pypi_downloads = PyPIDownloads(self._ask_once, services.pypi_downloads, limits.download_budget)
        if services.npm_downloads is not None:
            self._npm_downloads = NpmDownloads(self._ask, services.npm_downloads)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._http.close()
        await self._shelf.close()

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]:
        """What ``index`` says of ``name``; ``full`` False spares npm's dates and details.

        ``fresh``: do not be content with the cache. For whoever is about to blame a project for something that the
        cache may merely not know yet (a version that is not there).
        """
        if self._settings.offline:
            return OFFLINE
        full = full or index.ecosystem is Ecosystem.PYPI
        if fresh:
            return await self._shared(("fresh", index, name, full), self._fresh_project(index, name, full=full))
        newer = self._tasks.get(("fresh", index, name, full))
        if newer is not None:
            return await self._await(newer)
        whole = self._tasks.get(("project", index, name, True))
        if whole is not None:
            return await self._await(whole)
        return await self._shared(("project", index, name, full), self._project(index, name, full=full))

    async def details(self, name: NormalizedName) -> Lookup[Details]:
        """What PyPI's JSON API says of ``name``."""
        base = self._settings.services.pypi_json
        if self._settings.offline or base is None:
            return OFFLINE if self._settings.offline else _OFF
        return await self._shared(("details", name), self._details(base, name))

    async def downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]:
        """Downloads of ``names`` in the last month. PyPI's service has a budget: it is spent in the order given."""
        names = list(dict.fromkeys(names))
        services = self._settings.services
        base = services.pypi_downloads if ecosystem is Ecosystem.PYPI else services.npm_downloads
        if self._settings.offline or base is None:
            return dict.fromkeys(names, OFFLINE if self._settings.offline else _OFF)
        kind = downloads_kind(base)
        cached = await asyncio.gather(*(self._shelf.take(kind, base, name) for name in names))
        found: dict[NormalizedName, Lookup[int]] = {
            name: lookup for name, lookup in zip(names, cached, strict=True) if lookup is not None
        }
        missing = [name for name in names if name not in found]
        asked = await self._missing_downloads(ecosystem, missing)
        for name, lookup in asked.items():
            self._shelf.keep(kind, base, name, lookup)
        return {name: found[name] if name in found else asked[name] for name in names}

    @property
    def use(self) -> NetworkUse:
        """What was done to the network so far."""
        return NetworkUse(
            requests=self._http.run.requests, from_cache=self._shelf.hits, limits_hit=tuple(self._http.run.notes)
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for people on the cache."""
        return self._shelf.notes

    async def _project(self, index: Index, name: NormalizedName, *, full: bool) -> Lookup[Project]:
        if index.url.startswith("file:"):
            return await asyncio.to_thread(file_index.project, index, name, self._settings.limits.max_body)
        kind = project_kind(index, full=full)
        cached = await self._shelf.take(kind, index.url, name)
        return cached if cached is not None else await self._ask_project(index, name, full=full)

    async def _fresh_project(self, index: Index, name: NormalizedName, *, full: bool) -> Lookup[Project]:
        """The answer of this run if there is one, else a new one."""
        lookup = await self._shared(("project", index, name, full), self._project(index, name, full=full))
        if isinstance(lookup, Unknown) or not lookup.cached:
            return lookup
        return await self._ask_project(index, name, full=full)

    async def _ask_project(self, index: Index, name: NormalizedName, *, full: bool) -> Lookup[Project]:
        access = self._access_to(index)
        lookup = await (
            pypi.project(access.ask, index, name)
            if index.ecosystem is Ecosystem.PYPI
            else npm.project(access.ask, index, name, full=full)
        )
        self._shelf.keep(project_kind(index, full=full), index.url, name, lookup)
        return lookup

    async def _details(self, base: str, name: NormalizedName) -> Lookup[Details]:
        kind = details_kind()
        cached = await self._shelf.take(kind, base, name)
        if cached is not None:
            return cached
        lookup = await pypi.details(self._ask, base, name)
        self._shelf.keep(kind, base, name, lookup)
        return lookup

    async def _missing_downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]:
        if ecosystem is Ecosystem.NPM:
            return await self._npm_downloads.of(names) if self._npm_downloads is not None else {}
        service = self._pypi_downloads
        return {} if service is None else {name: await service.of(name) for name in names}

    async def _ask(self, url: str, accept: str) -> Answer | Unknown:
        """Ask a public service: never with credentials."""
        return await self._http.get(url, accept=accept)

    async def _ask_once(self, url: str, accept: str) -> Answer | Unknown:
        return await self._http.get(url, accept=accept, retry_busy=False)

    def _access_to(self, index: Index) -> IndexAccess:
        key = f"{index.origin.value} {index.url}"
        if key not in self._access:
            trusted = index.origin is Origin.OPERATOR and not index.shared
            self._access[key] = IndexAccess(self._http, index.url, self._credentials if trusted else None)
        return self._access[key]

    async def _shared(self, key: tuple[object, ...], work: Coroutine[None, None, Lookup[T]]) -> Lookup[T]:
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(work)
            task.add_done_callback(lambda done: self._forget_failed(key, done))
        else:
            work.close()
        return await self._await(task)

    async def _await(self, task: asyncio.Task[Lookup[T]]) -> Lookup[T]:
        return await asyncio.shield(task)  # one who stops waiting must not stop the others

    def _forget_failed(self, key: tuple[object, ...], done: asyncio.Task[Any]) -> None:
        if done.cancelled() or done.exception() is not None or isinstance(done.result(), Unknown):
            self._tasks.pop(key, None)
