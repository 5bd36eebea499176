"""Installed distributions as requirements: pinned to what is there, with the place that says so. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from depaudit.installed.asked import Asking
from depaudit.installed.direct_url import DirectKind, DirectUrl
from depaudit.installed.python import Distribution
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import REGISTRY, IndexOptions, Location, Requirement, Source, SourceKind


def python_wishes(
    distributions: Iterable[Distribution],
    *,
    asking: Asking,
    manifests: Iterable[Requirement],
    root: Path,
    shown: Callable[[Path], str],
) -> tuple[Requirement, ...]:
    """One requirement for each distribution that has a name.

    ``manifests`` are the project's own wishes: where they name an index, that is where the name came from, for
    installers keep no record of it. ``root`` is the project's top: what was installed from a folder in it is the
    project's own. ``shown`` gives a path as people are shown it.
    """
    wishes = [wish for wish in manifests if wish.ecosystem is Ecosystem.PYPI]
    by_name: dict[str, Requirement] = {}
    for wish in wishes:
        known = by_name.get(wish.name)
        if known is None or (wish.direct and not known.direct):
            by_name[wish.name] = wish
    options = next((wish.indexes for wish in wishes if wish.indexes is not None), None)
    return tuple(
        _wish(one, asking=asking, manifests=by_name, options=options, root=root, shown=shown)
        for one in distributions
        if one.name is not None
    )


def local_folder(direct: DirectUrl | None) -> Path | None:
    """The folder that a distribution was installed from; None where it was not."""
    if direct is None or direct.kind not in (DirectKind.DIR, DirectKind.EDITABLE):
        return None
    return _local_path(direct.url)


def is_own(distribution: Distribution, root: Path) -> bool:
    """Whether a distribution was installed from a folder of the project at ``root``."""
    folder = local_folder(distribution.direct_url)
    return folder is not None and folder.is_relative_to(root) and ".." not in folder.parts


def public_version(version: str) -> str:
    """``version`` without its local part (``+cu121``), which PyPI takes from nobody."""
    return version.partition("+")[0]


def _wish(
    one: Distribution,
    *,
    asking: Asking,
    manifests: Mapping[str, Requirement],
    options: IndexOptions | None,
    root: Path,
    shown: Callable[[Path], str],
) -> Requirement:
    assert one.name is not None
    manifest = manifests.get(one.name)
    source = _source(one, root)
    version = one.version
    if source is REGISTRY and manifest is not None and manifest.source.kind is SourceKind.REGISTRY:
        source = Source(kind=SourceKind.REGISTRY, index=manifest.source.index)
    if version is not None and source.kind is SourceKind.REGISTRY and source.index is None:
        version = public_version(version)
    direct = manifest.direct if manifest is not None else one.requested and one.name not in asking.by
    return Requirement(
        ecosystem=Ecosystem.PYPI,
        name=one.name,
        raw_name=one.raw_name,
        requested=f"{one.raw_name}=={one.version}" if one.version else one.raw_name,
        location=Location(path=shown(one.metadata), line=one.line),
        specifier=f"=={version}" if version else "",
        pinned_version=version,
        source=source,
        groups=manifest.groups if manifest is not None else ("main",),
        direct=direct,
        required_by=asking.by.get(one.name, ()),
        indexes=(manifest.indexes if manifest is not None else None) or options,
    )


def _source(one: Distribution, root: Path) -> Source:
    direct = one.direct_url
    if direct is None:
        return REGISTRY
    if is_own(one, root):
        return Source(kind=SourceKind.WORKSPACE)
    if direct.kind is DirectKind.VCS:
        commit = f"@{direct.commit}" if direct.commit else ""
        return Source(kind=SourceKind.GIT, url=f"{direct.vcs or 'git'}+{direct.url}{commit}")
    path = _local_path(direct.url)
    if path is not None:
        return Source(kind=SourceKind.PATH, url=path.as_posix())
    return Source(kind=SourceKind.URL, url=direct.url)


def _local_path(url: str) -> Path | None:
    if not url.lower().startswith("file:"):
        return None
    try:
        text = unquote(urlsplit(url).path)
    except ValueError:
        return None
    if text[:1] == "/" and text[2:3] == ":":  # file:///C:/project
        text = text[1:]
    return None if "\0" in text else Path(PurePosixPath(text))
