"""Evidence for tests, said in the words of the contract: what is not said is a plain, healthy public package."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from depaudit.model.evidence import Absent, BundledName, Evidence, Found, Lookup, NearName
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project, Release
from depaudit.model.requirement import REGISTRY, Location, Package, Requirement, Source, SourceKind
from depaudit.model.route import Index, Route

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
SNAPSHOT = date(2026, 11, 1)
PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM
ABSENT = Absent("pypi")

PUBLIC_URL = {PYPI: "https://pypi.org/simple/", NPM: "https://registry.npmjs.org/"}
PRIVATE_URL = "https://pypi.acme.example/simple/"


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def wish(
    name: str = "sample",
    *,
    ecosystem: Ecosystem = PYPI,
    specifier: str = "",
    pin: str | None = None,
    source: Source = REGISTRY,
    path: str = "requirements.txt",
) -> Requirement:
    return Requirement(
        ecosystem=ecosystem,
        name=NormalizedName(name),
        raw_name=name,
        requested=f"{name}{specifier}",
        location=Location(path=path, line=3),
        specifier=specifier,
        pinned_version=pin,
        source=source,
    )


def package(*wishes: Requirement) -> Package:
    first = wishes[0]
    return Package(
        ecosystem=first.ecosystem,
        name=first.name,
        version=first.pinned_version,
        source=first.source.kind,
        requirements=wishes,
    )


def public(ecosystem: Ecosystem = PYPI) -> Index:
    return Index(ecosystem=ecosystem, url=PUBLIC_URL[ecosystem], public=True)


def private(ecosystem: Ecosystem = PYPI, url: str = PRIVATE_URL) -> Index:
    return Index(ecosystem=ecosystem, url=url, public=False)


def bundled(
    listed: bool | None = False,
    *,
    complete: bool = True,
    rank: int | None = None,
    month: date | None = None,
    downloads: int | None = None,
    snapshot: date = SNAPSHOT,
) -> BundledName:
    return BundledName(
        listed=listed, complete=complete, snapshot=snapshot, rank=rank, newest_release=month, downloads=downloads
    )


MOST_USED = bundled(True, rank=500, month=date(2026, 10, 1))
LISTED_LONG_AGO = bundled(True, month=date(2024, 1, 1))
LISTED_LATELY = bundled(True, month=date(2026, 10, 1))
NPM_LISTED = bundled(True, complete=False, downloads=900)
NPM_UNLISTED = bundled(False, complete=False)


def release(version: str = "1.0.0", age: float | None = 400, **changes: Any) -> Release:
    """A release ``age`` days old (None: not told)."""
    return Release(version=version, published_at=None if age is None else days_ago(age), **{"files": 1, **changes})


def project(*releases: Release, ecosystem: Ecosystem = PYPI, age: float | None = 400, **changes: Any) -> Project:
    """A project first published ``age`` days ago (None: not told)."""
    return Project(
        **{
            "ecosystem": ecosystem,
            "name": NormalizedName("sample"),
            "index": PUBLIC_URL[ecosystem],
            "releases": releases,
            "first_published": None if age is None else days_ago(age),
            "dates_known": age is not None,
            **changes,
        }
    )


def found(*releases: Release, age: float | None = 400, **changes: Any) -> Found[Project]:
    """The registry's answer: a project of ``age`` days, with one release of that age unless ``releases`` say else."""
    source = changes.get("ecosystem", PYPI).value
    return Found(project(*(releases or (release(age=age),)), age=age, **changes), source=source)


DESCRIBED = Found(Details(summary="A library.", description=True, repository="github.com/acme/sample"), source="pypi")
BLANK = Found(Details(), source="pypi")


def near(
    target: str = "simple", kind: str = "changed letter", *, strong: bool = True, ecosystem: Ecosystem = PYPI
) -> NearName:
    return NearName(
        ecosystem=ecosystem, target=NormalizedName(target), kind=kind, score=4.0, strong=strong, target_rank=42
    )


def evidence(name: str = "sample", *, ecosystem: Ecosystem = PYPI, **changes: Any) -> Evidence:
    """Evidence on a package that is asked for by name alone, on the public registry, which has not been asked.

    ``wishes``  replaces the one plain requirement
    """
    wishes: Iterable[Requirement] = changes.pop("wishes", None) or (wish(name, ecosystem=ecosystem),)
    answer: Lookup[Project] | None = changes.get("project")
    if isinstance(answer, Found) and "index_public" not in changes:
        changes["index_public"] = True
    return Evidence(
        **{
            "package": package(*wishes),
            "route": Route(indexes=(public(ecosystem),)),
            "bundled": bundled() if ecosystem is PYPI else NPM_UNLISTED,
            "now": NOW,
            **changes,
        }
    )


def from_source(kind: SourceKind, url: str, *, path: str = "requirements.txt") -> Evidence:
    """A package that comes from ``url``."""
    return evidence(wishes=(wish(source=Source(kind=kind, url=url), path=path),), route=Route(indexes=()))
