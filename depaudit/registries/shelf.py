"""What goes into the evidence cache, under which key, for how long, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.record import record
from depaudit.model.route import Index
from depaudit.registries.ask import host_of, source_of
from depaudit.registries.cache import EvidenceCache
from depaudit.registries.cache_access import CacheAccess
from depaudit.registries.records import (
    SCHEMA,
    dump_details,
    dump_project,
    load_details,
    load_project,
    seal,
    unseal,
)

T = TypeVar("T")

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

KEEP_ABSENT = 10 * MINUTE
"""A free name may be registered at any moment."""

KEEP_PROJECT = 6 * HOUR
KEEP_YOUNG = HOUR
KEEP_DOWNLOADS = DAY
_LONGEST = DAY
_YOUNG = timedelta(days=30)


@record(kw_only=False)
class Kind(Generic[T]):
    """One kind of evidence: how it becomes JSON's own types and back, and how many seconds it holds."""

    label: str
    source: str
    dump: Callable[[T], Any]
    load: Callable[[NormalizedName, Any], T]
    keep: Callable[[T, datetime], float]


def project_kind(index: Index, *, full: bool) -> Kind[Project]:
    """What ``index`` says of a project. Answers to different origins are kept apart: they may see different things."""
    return Kind(
        label=f"{index.ecosystem.value}-{'full' if full else 'short'}-{index.origin.value}",
        source=source_of(index),
        dump=dump_project,
        load=lambda name, data: load_project(index.ecosystem, name, index.url, data),
        keep=_keep_project,
    )


def details_kind() -> Kind[Details]:
    """What PyPI's JSON API, whichever mirror serves it, says."""
    return Kind("details", "pypi", dump_details, lambda _, data: load_details(data), lambda _value, _now: KEEP_PROJECT)


def downloads_kind(base: str) -> Kind[int]:
    """What the download service at ``base`` says."""
    return Kind("downloads", host_of(base), int, lambda _, data: _count(data), lambda _value, _now: KEEP_DOWNLOADS)


class Shelf:
    """Evidence of earlier runs. ``hits`` counts what was taken."""

    def __init__(self, cache: EvidenceCache | None, clock: Callable[[], datetime]) -> None:
        self._access = CacheAccess(cache)
        self._clock = clock
        self.hits = 0

    async def take(self, kind: Kind[T], place: str, name: NormalizedName) -> Lookup[T] | None:
        """What is known of ``name`` at ``place`` (a base URL), None when nothing that still holds."""
        if not _may_be_kept(place):
            return None
        text = await self._access.get(_key(kind, place, name))
        entry = None if text is None else unseal(text, self._clock(), _LONGEST)
        if entry is None:
            return None
        try:
            lookup: Lookup[T] = (
                Absent(kind.source, cached=True)
                if entry[0] is None
                else Found(kind.load(name, entry[0]), kind.source, cached=True)
            )
        except (ValueError, TypeError, KeyError, OverflowError):
            return None
        self.hits += 1
        return lookup

    def keep(self, kind: Kind[T], place: str, name: NormalizedName, lookup: Lookup[T]) -> None:
        """Remember an answer; what is unknown is not remembered."""
        if isinstance(lookup, Unknown) or lookup.cached or not _may_be_kept(place):
            return
        now = self._clock()
        if isinstance(lookup, Absent):
            seconds, value = KEEP_ABSENT, None
        else:
            seconds, value = kind.keep(lookup.value, now), kind.dump(lookup.value)
        self._access.put(_key(kind, place, name), seal(now, seconds, value), seconds)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of the cache."""
        return self._access.notes

    async def close(self) -> None:
        """Write what is left, and close the file."""
        await self._access.close()


def _key(kind: Kind[T], place: str, name: NormalizedName) -> str:
    return f"{SCHEMA} {kind.label} {place} {name}"


def _may_be_kept(place: str) -> bool:
    """Whether ``place`` can hold no secret: URLs here are without credentials; this is the second lock."""
    parts = urlsplit(place)
    return "@" not in parts.netloc and not parts.query and not parts.fragment


def _keep_project(project: Project, now: datetime) -> float:
    first = project.first_published
    young = project.dates_known and (first is None or now - first < _YOUNG)
    return KEEP_YOUNG if young or not project.releases else KEEP_PROJECT


def _count(data: Any) -> int:
    if type(data) is not int or data < 0:
        raise ValueError("no count")
    return data
