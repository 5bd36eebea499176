"""Installed npm packages as requirements: pinned to what is there, with the place that says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from depaudit.errors import InvalidNameError
from depaudit.installed.asked import Asking
from depaudit.installed.direct_url import without_secrets
from depaudit.installed.node import InstalledPackage
from depaudit.installed.node_walk import Placement
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.requirement import REGISTRY, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.npm_spec import NpmSpec, SpecError, read_spec
from depaudit.parsers.registry_urls import npm_registry_base

# pnpm writes what is no version into its folders' names with "+" for "/": foo@https+++host+path, foo@file+..+foo
_STORE_URL = re.compile(r"(git\+)?(https?|ssh)\+\+\+(.+)")


def node_wishes(
    packages: Sequence[InstalledPackage],
    *,
    asking: Asking,
    manifests: Iterable[Requirement],
    shown: Callable[[Path], str],
) -> tuple[Requirement, ...]:
    """One requirement for each package that was installed by itself and has a name.

    Packages that came inside of another's archive were never asked of a registry and are left out. A package whose
    folder is called otherwise than itself is an alias where somebody asked for it as such; else it goes by its folder's
    name, which is the one that was asked for: anybody can write another's name into a package.json.
    """
    wishes = [wish for wish in manifests if wish.ecosystem is Ecosystem.NPM]
    by_key: dict[str, Requirement] = {}
    specs: dict[str, list[NpmSpec]] = {}
    for wish in wishes:
        key = wish.alias or wish.name
        known = by_key.get(key)
        if known is None or (wish.direct and not known.direct):
            by_key[key] = wish
        specs.setdefault(key, []).append(NpmSpec(name=wish.name, source=wish.source))
    for package in packages:
        for key, spec in package.asks:
            specs.setdefault(key, []).append(_spec(key, spec))
    return tuple(
        _wish(package, name, asking=asking, manifests=by_key, specs=specs, shown=shown)
        for package in packages
        if not package.bundled and (name := _asked_name(package, specs)) is not None
    )


def goes_by_another_name(package: InstalledPackage, wish: Requirement) -> bool:
    """Whether the package gives itself a name by which nobody asked for it."""
    return package.raw_name not in (wish.name, wish.raw_name) and wish.source.kind is SourceKind.REGISTRY


def _spec(key: str, text: str) -> NpmSpec:
    try:
        return read_spec(key, text)
    except SpecError:
        return NpmSpec(name=key)


def _asked_name(package: InstalledPackage, specs: Mapping[str, Sequence[NpmSpec]]) -> NormalizedName | None:
    if package.name is None or not package.key or package.key == package.name:
        return package.name
    if package.placement is not Placement.INSTALLED:
        return package.name
    asked = {spec.name for spec in specs.get(package.key, ())} | {package.locked_as}
    if package.name in asked:
        return package.name
    try:
        return normalize(Ecosystem.NPM, package.key)
    except InvalidNameError:
        return package.name


def _wish(
    package: InstalledPackage,
    name: NormalizedName,
    *,
    asking: Asking,
    manifests: Mapping[str, Requirement],
    specs: Mapping[str, Sequence[NpmSpec]],
    shown: Callable[[Path], str],
) -> Requirement:
    key = package.key or name
    manifest = manifests.get(key)
    outside = package.placement is Placement.OUTSIDE
    place = Location(path=shown(package.folder if outside else package.folder / "package.json"), line=package.line)
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=name,
        raw_name=name,
        requested=f"{name}@{package.version}" if package.version else name,
        location=place,
        specifier=package.version or "",
        pinned_version=package.version,
        source=_source(package, name, specs.get(key, ()), place),
        groups=manifest.groups if manifest is not None else ("main",),
        direct=manifest is not None and manifest.direct,
        required_by=tuple(dict.fromkeys((*asking.by.get(key, ()), *asking.by.get(name, ())))),
        alias=key if key != name else None,
    )


def _source(package: InstalledPackage, name: str, specs: Sequence[NpmSpec], place: Location) -> Source:
    if package.placement is Placement.MEMBER:
        return Source(kind=SourceKind.WORKSPACE)
    if package.placement is Placement.OUTSIDE:
        return Source(kind=SourceKind.PATH, url=package.target)
    stored = _stored(package.store)
    if stored is not None:
        return stored
    resolved = package.resolved
    if resolved[:4].lower() == "http":
        if any(spec.source.kind is SourceKind.URL for spec in specs):
            return Source(kind=SourceKind.URL, url=without_secrets(resolved))
        base = npm_registry_base(resolved, name)
        index = None if base is None else IndexRef(url=base, location=place)
        return Source(kind=SourceKind.REGISTRY, url=without_secrets(resolved), index=index)
    if resolved:
        found = _spec(name, resolved).source
        if found.kind is not SourceKind.REGISTRY:
            return Source(kind=found.kind, url=without_secrets(found.url or ""))
    elif specs and all(spec.source.kind not in (SourceKind.REGISTRY, SourceKind.WORKSPACE) for spec in specs):
        return Source(kind=specs[0].source.kind, url=without_secrets(specs[0].source.url or ""))
    return REGISTRY


def _stored(entry: str) -> Source | None:
    """Where the name of a virtual store's entry says that the package came from; None where it says a version."""
    at = entry.find("@", 1)
    rest = entry[at + 1 :] if at > 0 else ""
    if rest.startswith("file+"):
        return Source(kind=SourceKind.PATH, url=rest.removeprefix("file+").replace("+", "/"))
    found = _STORE_URL.fullmatch(rest)
    if found is None:
        return None
    url = f"{found[2]}://{found[3].replace('+', '/')}"
    if found[1] or found[2] == "ssh":
        return Source(kind=SourceKind.GIT, url=f"git+{without_secrets(url)}")
    return Source(kind=SourceKind.URL, url=without_secrets(url))
