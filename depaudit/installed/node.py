"""The packages of a ``node_modules``, by the package.json of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from depaudit.errors import DepauditError, InvalidNameError, ParseError
from depaudit.installed.base import Seen, Snapshot, installed_since
from depaudit.installed.files import read_bytes
from depaudit.installed.hidden_lock import LockedEntry, read_hidden_lock
from depaudit.installed.node_manifest import (
    MAX_BYTES,
    REINSTALL,
    InstalledManifest,
    bad_name,
    line_of_version,
    read_installed_manifest,
)
from depaudit.installed.node_walk import Place, Placement, find_places
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.npm_range import parse_version
from depaudit.model.problem import Problem
from depaudit.model.record import record

__all__ = ["InstalledPackage", "Placement", "installed_since", "read_node_modules", "snapshot"]


@record
class InstalledPackage:
    """One installed package.

    ``name``       what its package.json calls it, else its folder; None where npm could hold neither
    ``version``    None where nothing says
    ``folder``     its folder, or the link where that leads outside of the project
    ``key``        the name that its folder has, which is another one for an alias; ``""`` where it has none
    ``line``       the version's, in its package.json
    ``bundled``    it came inside of the archive of the package in whose folder it stands
    ``store``      the entry of pnpm's, bun's or deno's store that holds it: ``lodash@4.17.21``; else ``""``
    ``target``     where a link leads (``MEMBER``, ``OUTSIDE``)
    ``resolved``   where npm noted that the archive came from, and ``integrity`` its hash: hints, ``""`` without
    ``locked_as``  the name that npm noted for this folder; ``""`` where it noted none
    ``asks``       (name, specifier) of all that it needs
    """

    name: NormalizedName | None
    raw_name: str
    version: str | None
    folder: Path
    key: str
    placement: Placement
    line: int = 1
    bundled: bool = False
    store: str = ""
    target: str = ""
    resolved: str = ""
    integrity: str = ""
    locked_as: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    problem: Problem | None = None


def read_node_modules(folder: Path, root: Path | None = None) -> tuple[InstalledPackage, ...]:
    """All packages under the ``node_modules`` folder ``folder``, by their paths.

    ``root`` is the project's top, out of which no link is followed (default: the folder that holds ``folder``). What is
    wrong with one package is its ``problem``. Raises ``ParseError`` where a folder cannot be read or a bound is met.
    """
    places = sorted(find_places(folder, root), key=lambda place: place.path)
    read = {place.path: _read(place) for place in places}
    bundled = _bundled(places, {path: manifest for path, (manifest, _, _) in read.items() if manifest is not None})
    locked = read_hidden_lock(folder)
    above = os.path.dirname(os.path.realpath(folder))  # noqa: PTH120  plain strings: thousands of them
    found = []
    for place in places:
        relative = place.path[len(above) + 1 :].replace(os.sep, "/") if place.path.startswith(above) else ""
        entry = locked.get(relative, LockedEntry())
        found.append(_package(place, *read[place.path], entry, bundled=place.path in bundled))
    return tuple(found)


def snapshot(folder: Path, root: Path | None = None) -> Snapshot:
    """What is installed under ``folder``, by what each package.json says; nothing where there is no such folder.

    Links to the project's own folders and out of it are left out: nothing was downloaded for them. What has no
    readable package.json stands under its folder's name without a version. Raises ``ParseError`` as
    ``read_node_modules`` does.
    """
    places = [place for place in find_places(folder, root) if place.placement is Placement.INSTALLED]
    manifests: dict[str, InstalledManifest] = {}
    changed: dict[str, int] = {}
    for place in places:
        path = f"{place.path}{os.sep}package.json"
        try:
            data, status = read_bytes(path, MAX_BYTES + 1)
            changed[place.path] = status.st_ctime_ns  # clients set the time of change itself back, to that of 1985
            manifests[place.path] = read_installed_manifest(data, path)
        except (OSError, ValueError, DepauditError):
            continue
    bundled = _bundled(places, manifests)
    found = []
    for place in places:
        manifest = manifests.get(place.path)
        if manifest is None and place.path not in changed and not _has_files(place.path):
            continue
        name = (manifest.name if manifest is not None else "") or place.key
        found.append(
            Seen(
                name,
                manifest.version if manifest is not None else "",
                changed.get(place.path, 0),
                alias=place.key if place.key != name else "",
                bundled=place.path in bundled,
            )
        )
    return frozenset(found)


def _read(place: Place) -> tuple[InstalledManifest | None, int, Problem | None]:
    """What the place's package.json says, the version's line, and what is wrong with it."""
    if place.placement is Placement.OUTSIDE:
        return None, 1, None
    path = f"{place.path}{os.sep}package.json"
    try:
        data, _ = read_bytes(path, MAX_BYTES + 1)
        manifest = read_installed_manifest(data, path)
    except DepauditError as error:
        return None, error.line or 1, Problem.of(error, path)
    except (OSError, ValueError) as error:
        if not _has_files(place.path):
            return None, 1, None  # npm leaves empty folders behind, and such as hold others' node_modules alone
        cause = getattr(error, "strerror", None) or "unknown error"
        return None, 1, Problem(path=path, message=f"The file cannot be read: {cause}.", mend=REINSTALL)
    return manifest, line_of_version(data, path), None


def _package(
    place: Place,
    manifest: InstalledManifest | None,
    line: int,
    problem: Problem | None,
    locked: LockedEntry,
    *,
    bundled: bool,
) -> InstalledPackage:
    path = f"{place.path}{os.sep}package.json"
    raw_name = (manifest.name if manifest is not None else "") or place.key
    name = _normal(raw_name) or _normal(place.key)
    version = manifest.version if manifest is not None and manifest.version else None
    if problem is None and raw_name and _normal(raw_name) is None:
        problem = Problem.of(bad_name(raw_name, path))
    if version is not None and parse_version(version) is None:
        problem = problem or Problem.of(
            ParseError(f"{quoted(version)} is no version.", mend=REINSTALL, path=path, line=line)
        )
        version = None
    if locked.version and locked.version != version:
        locked = LockedEntry()  # of what stood here before
    return InstalledPackage(
        name=name,
        raw_name=raw_name,
        version=version,
        folder=Path(place.path),
        key=place.key,
        placement=place.placement,
        line=line,
        bundled=bundled,
        store=place.store,
        target=place.target,
        resolved=locked.resolved or (manifest.resolved if manifest is not None else ""),
        integrity=locked.integrity,
        locked_as=locked.name,
        asks=manifest.asks if manifest is not None else (),
        problem=problem,
    )


def _bundled(places: Iterable[Place], manifests: Mapping[str, InstalledManifest]) -> frozenset[str]:
    """The folders of what came inside of others' archives: what ``bundleDependencies`` names, and what that needs.

    A package in whose own folder a bundled one keeps its ``node_modules`` came with it.
    """
    inside: dict[str, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for place in places:
        if place.owner:
            inside.setdefault(place.owner, {})[place.key] = place.path
            owners[place.path] = place.owner
    found: set[str] = set()
    for bundler, members in inside.items():
        manifest = manifests.get(bundler)
        if manifest is None or manifest.bundles is False:
            continue
        names = [name for name, _ in manifest.asks] if manifest.bundles is True else manifest.bundles
        waiting = [members[name] for name in names if name in members]
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            waiting += inside.get(path, {}).values()
            needed = manifests.get(path)
            for name, _ in needed.asks if needed is not None else ():
                holder = path
                while holder != bundler and name not in inside.get(holder, {}):
                    holder = owners[holder]  # as node looks for it: upward, as far as the bundler
                if name in inside.get(holder, {}):
                    waiting.append(inside[holder][name])
    return frozenset(found)


def _has_files(folder: str) -> bool:
    """Whether anything but other packages stands in a folder."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name != "node_modules" for entry in entries)
    except OSError:
        return True


def _normal(raw: str) -> NormalizedName | None:
    try:
        return normalize(Ecosystem.NPM, raw)
    except InvalidNameError:
        return None
