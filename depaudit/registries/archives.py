"""The files of a project on a Python index, gathered into releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from depaudit.model.names import NormalizedName
from depaudit.model.project import Release
from depaudit.registries.times import parse_time

_SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tbz", ".txz", ".tar.lz", ".tlz", ".tar.lzma", ".tar")
"""What pip would unpack and build. Eggs and installers are files too, but nothing that a client of today installs."""

_SEPARATORS = re.compile(r"[-_.]+")
MAX_REASON = 500


class File(NamedTuple):
    """A file as an index lists it. ``yanked``: the reason, "" without one, None when it is not."""

    name: str
    uploaded: str | None = None
    yanked: str | None = None


@dataclass(slots=True)
class _Tally:
    files: int = 0
    wheels: int = 0
    yanked: list[str] = field(default_factory=list)
    first: str | None = None
    undated: bool = False


class Gathered(NamedTuple):
    """``ours``: how many of the files belong to the project by their names.

    ``versions``: of each file, in order, the release that it belongs to, as spelled there; None for none of them.
    """

    releases: tuple[Release, ...]
    first_published: datetime | None
    dates_known: bool
    ours: int
    versions: tuple[str | None, ...] = ()


def gather(name: NormalizedName, versions: Sequence[str], files: Iterable[File], *, dates: bool) -> Gathered:
    """Join ``files`` to the ``versions`` that the index lists (none: an index that lists files only).

    ``dates``: whether the index is one that tells upload times. One installable file without a time, and no date is
    known: the oldest may be the one that is missing, and old would look young.
    """
    tallies = {version: _Tally() for version in versions}
    spelling = _Spelling(tallies)
    ours = 0
    first: str | None = None
    reader = FileNames(name)
    keys: list[str | None] = []
    for file in files:
        read = reader.version_of(file.name)
        if read is None:
            keys.append(None)
            continue
        version, wheel = read
        key = version if version in tallies else spelling.find(version)
        if key is None:
            if versions or not spelling.add(version):
                keys.append(None)
                continue  # no version that any client could choose
            key = version
        keys.append(key)
        ours += 1
        tally = tallies[key]
        tally.files += 1
        tally.wheels += wheel
        if file.yanked is not None:
            tally.yanked.append(file.yanked)
        when = file.uploaded
        if when is None:
            tally.undated = True
        elif tally.first is None or when < tally.first:
            tally.first = when
            if first is None or when < first:
                first = when
    beginning = parse_time(first)
    known = dates and (first is None or beginning is not None) and not any(t.undated for t in tallies.values())
    return Gathered(
        releases=tuple(_release(version, tally) for version, tally in tallies.items()),
        first_published=beginning if known else None,
        dates_known=known,
        ours=ours,
        versions=tuple(keys),
    )


def _release(version: str, tally: _Tally) -> Release:
    yanked = None
    if tally.yanked and len(tally.yanked) == tally.files:
        yanked = next((reason for reason in tally.yanked if reason), "")[:MAX_REASON]
    return Release(
        version=version,
        published_at=parse_time(tally.first),
        yanked=yanked,
        runs_code=tally.wheels == 0 if tally.files else None,
        files=tally.files,
    )


class FileNames:
    """Reads the files' names of one project. Most share their first letters, which are then checked once."""

    def __init__(self, name: NormalizedName) -> None:
        self._name = name
        self._length = len(name)
        self._good: set[str] = set()

    def version_of(self, filename: str) -> tuple[str, bool] | None:
        """(version as spelled, whether it is a wheel), None for what no client installs or is another project's."""
        if filename.endswith(".whl"):
            # name-version(-build)?-python-abi-platform.whl: no part holds a hyphen, a version's is written "_"
            parts = filename[:-4].split("-")
            ours = len(parts) in (5, 6) and self._is_ours(parts[0])
            return (parts[1].replace("_", "-"), True) if ours else None
        for ending in _SDISTS:
            if filename.endswith(ending):
                return self._sdist(filename[: -len(ending)])
        return None

    def _sdist(self, stem: str) -> tuple[str, bool] | None:
        head, version = stem[: self._length], stem[self._length + 1 :]
        if stem[self._length : self._length + 1] != "-" or not self._is_ours(head):
            head, _, version = stem.rpartition("-")
            if not self._is_ours(head):
                return None
        return (version, False) if version else None

    def _is_ours(self, head: str) -> bool:
        if head in self._good:
            return True
        if _SEPARATORS.sub("-", head).lower() != self._name:
            return False
        self._good.add(head)
        return True


class _Spelling:
    """Finds a version under another spelling: ``1.0-1`` is ``1.0.post1``. packaging is only imported when needed."""

    def __init__(self, tallies: dict[str, _Tally]) -> None:
        self._tallies = tallies
        self._canonical: dict[str, str] | None = None

    def find(self, version: str) -> str | None:
        """The key of ``tallies`` that is the same version."""
        if self._canonical is None:
            self._canonical = {}
            for known in self._tallies:
                self._canonical.setdefault(_canonical(known) or known, known)
        spelled = _canonical(version)
        return None if spelled is None else self._canonical.get(spelled)

    def add(self, version: str) -> bool:
        """Give ``version`` a tally of its own; False when it is no version."""
        spelled = _canonical(version)
        if spelled is None:
            return False
        assert self._canonical is not None
        self._canonical[spelled] = version
        self._tallies[version] = _Tally()
        return True


def _canonical(version: str) -> str | None:
    from packaging.utils import canonicalize_version
    from packaging.version import InvalidVersion, Version

    try:
        return canonicalize_version(Version(version))
    except InvalidVersion:
        return None
