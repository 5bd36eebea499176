"""The life of a made-up package: when it was born, what it released, who owns it, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Status = Literal["active", "archived", "deprecated", "quarantined", "security-holding", "unpublished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """One release.

    ``ago``        how long before the world's ``now`` it was published
    ``requires``   requirements as written: PEP 508 for PyPI, ``name@range`` for npm
    ``scripts``    npm's lifecycle scripts of this version; ``{"postinstall": "…"}`` makes it run code
    ``wheel`` ``sdist``  which archives PyPI has of it; neither: a release without files
    ``yanked``     PyPI's reason (may be "") when yanked, else None
    ``deprecated`` npm's message when deprecated, else None
    ``publisher``  the account that published it; None: the first owner
    ``optional``   npm's optional dependencies, written like ``requires``
    ``code``       further lines of its one module (Python, or JavaScript for npm): runs when it is imported
    ``build_code`` Python that runs when its sdist is built
    ``programs``   commands that it installs: npm's ``bin``, a wheel's console scripts; each prints its name and version
    """

    version: str
    ago: timedelta
    requires: tuple[str, ...] = ()
    requires_python: str | None = ">=3.8"
    scripts: Mapping[str, str] = field(default_factory=dict)
    wheel: bool = True
    sdist: bool = True
    yanked: str | None = None
    deprecated: str | None = None
    publisher: str | None = None
    optional: tuple[str, ...] = ()
    code: str = ""
    build_code: str = ""
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One package.

    ``first`` ``last``  how long ago its first and newest releases came out (for a plain count of releases)
    ``releases``   a count (versions 1.0.0, 1.1.0, … evenly between ``first`` and ``last``), or each one told
    ``created``    npm's ``time.created`` where it differs from the first release
    ``owners``     account names
    ``summary``    the one-line description; ``readme`` the long one
    ``repository`` its URL; None: no link
    ``downloads``  a month; None: the download services do not know the name
    ``requires``   what each release requires
    ``wheel`` ``yanked`` ``scripts`` ``deprecated``  for every release of a plain count
    ``dist_tags``  npm's further or other tags; ``latest`` is the newest release unless told
    ``files_at``   the URL that its archives lie under, where that is not the registry's own file host
    ``told_only``  the listing tells of archives with made-up hashes and the file host has none: cheap, for crowds
    """

    name: str
    first: timedelta = timedelta(days=1500)
    last: timedelta | None = None
    releases: int | tuple[Birth, ...] = 6
    created: timedelta | None = None
    owners: tuple[str, ...] = ("maker",)
    organization: str | None = None
    summary: str = "Does one thing well."
    readme: str = "# A package\n\nIt does one thing well.\n"
    repository: str | None = "https://github.com/maker/thing"
    homepage: str | None = None
    downloads: int | None = 100_000
    status: Status = "active"
    status_reason: str = ""
    requires: tuple[str, ...] = ()
    wheel: bool = True
    sdist: bool = True
    yanked: str | None = None
    deprecated: str | None = None
    scripts: Mapping[str, str] = field(default_factory=dict)
    dist_tags: Mapping[str, str] = field(default_factory=dict)
    files_at: str | None = None
    told_only: bool = False

    def births(self) -> tuple[Birth, ...]:
        """Every release, oldest first as told."""
        if isinstance(self.releases, tuple):
            return self.releases
        count = self.releases
        last = min(self.first, timedelta(days=60)) if self.last is None else self.last
        if count == 1:
            last = self.first
        step = (self.first - last) / max(count - 1, 1)
        return tuple(
            Birth(
                version=f"1.{number}.0",
                ago=self.first - step * number,
                requires=self.requires,
                scripts=self.scripts,
                wheel=self.wheel,
                sdist=self.sdist,
                yanked=self.yanked,
                deprecated=self.deprecated,
            )
            for number in range(count)
        )

    def born(self, now: datetime) -> datetime:
        """When the name was registered."""
        ages = [birth.ago for birth in self.births()]
        return now - (self.created if self.created is not None else max(ages, default=self.first))


def established(name: str, *, downloads: int = 2_000_000, repository: str | None = None) -> Life:
    """A package that nobody should ever be warned of: five years, thirty releases, well used."""
    return Life(
        name=name,
        first=timedelta(days=1900),
        releases=30,
        owners=("alice", "bob"),
        repository=repository or f"https://github.com/alice/{_plain(name)}",
        downloads=downloads,
    )


def young(name: str, *, age: timedelta = timedelta(days=4), downloads: int = 12) -> Life:
    """A package registered days ago, with a description and a repository of its own."""
    return Life(
        name=name,
        first=age,
        releases=1,
        owners=("newcomer",),
        repository=f"https://github.com/newcomer/{_plain(name)}",
        downloads=downloads,
    )


def blank(name: str, *, age: timedelta = timedelta(days=4), downloads: int | None = 3) -> Life:
    """A name that somebody took: one release, no description, no readme, no repository."""
    return Life(
        name=name,
        first=age,
        releases=1,
        owners=("squatter",),
        summary="",
        readme="",
        repository=None,
        downloads=downloads,
    )


def security_holder(name: str) -> Life:
    """What npm puts in the place of a name that was malicious."""
    return Life(
        name=name,
        releases=(Birth(version="0.0.1-security", ago=timedelta(days=200)),),
        created=timedelta(days=260),
        owners=("npm",),
        summary="security holding package",
        readme="# Security holding package\n",
        repository="https://github.com/npm/security-holder",
        downloads=40,
        status="security-holding",
    )


def _plain(name: str) -> str:
    return name.rpartition("/")[2]
