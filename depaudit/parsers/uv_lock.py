"""uv's lockfile: every package of every platform, with its source, archives and needs.

https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
"""

from __future__ import annotations

from typing import Any

from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.lock_archives import telling_url
from depaudit.parsers.lock_graph import Edge, standings
from depaudit.parsers.toml_text import Table, load_toml
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text, line_of, locked_entries

KNOWN_VERSION = 1
_MEND = "Let uv write the lockfile anew: uv lock."
_LOCAL = ("virtual", "editable", "directory")
_KINDS = ("registry", "git", "url", "path", *_LOCAL)


class UvLockParser:
    """``uv.lock``, and the lockfiles of scripts (``tool.py.lock``)."""

    name = "uv-lock"
    what = "uv's lockfile"
    patterns: tuple[str, ...] = ("uv.lock", "*.py.lock")
    lockfile = True

    def matches(self, path: str) -> bool:
        """Whether ``path`` is called ``uv.lock`` or like a script's lockfile."""
        file_name = path.rpartition("/")[2]
        return file_name == "uv.lock" or file_name.endswith(".py.lock")

    def parse(self, text: str, path: str) -> Parsed:
        """Read a lockfile. An entry that cannot be read is a problem; the others are kept."""
        data = load_toml(text, path)
        problems: list[Problem] = []
        version = data.get("version", KNOWN_VERSION)
        if version != KNOWN_VERSION:
            problems.append(
                Problem(
                    path=path,
                    message=f"This lockfile is of version {quoted(str(version), 20)}; version 1 is known.",
                    mend="Update depaudit; what could be read as version 1 was audited.",
                    line=line_of(text, "version"),
                )
            )
        key = "distribution" if "distribution" in data and "package" not in data else "package"
        members = {member for member in as_list(as_table(data.get("manifest")).get("members")) if as_text(member)}
        entries = []
        for index, (value, line, column) in enumerate(locked_entries(data, key, text, path)):
            location = Location(path=path, line=line, column=column, pointer=f"{key}[{index}]")
            try:
                entries.append(_entry(value, location, members))
            except DepauditError as error:
                problems.append(
                    Problem(path=path, message=error.message, mend=error.mend or _MEND, line=line, column=column)
                )
        return Parsed(requirements=_requirements(entries, data), problems=tuple(problems))


PARSER = UvLockParser()


@record
class _Entry:
    """A package as locked; with ``name``, ``version``, ``edges`` and ``local`` a node of the graph as it is."""

    name: NormalizedName
    raw_name: str
    version: str | None
    source: Source
    hashes: bool
    edges: tuple[Edge, ...]
    local: bool
    location: Location


def _requirements(entries: list[_Entry], data: Table) -> tuple[Requirement, ...]:
    manifest = as_table(data.get("manifest"))
    wanted = list(_edges(manifest.get("requirements"), "main"))
    for group, needs in as_table(manifest.get("dependency-groups")).items():
        wanted += _edges(needs, as_group(group))
    return tuple(
        Requirement(
            ecosystem=Ecosystem.PYPI,
            name=entry.name,
            raw_name=entry.raw_name,
            requested=f"{entry.raw_name}=={entry.version}" if entry.version else entry.raw_name,
            location=entry.location,
            specifier=f"=={entry.version}" if entry.version else "",
            pinned_version=entry.version,
            source=entry.source,
            groups=standing.groups or ("main",),
            direct=standing.direct or entry.local,
            required_by=standing.required_by,
            hashes=entry.hashes,
        )
        for entry, standing in zip(entries, standings(entries, wanted), strict=True)
    )


def _entry(value: Any, location: Location, members: set[Any]) -> _Entry:
    """One ``[[package]]`` table. Raises ``ParseError`` or ``InvalidNameError``."""
    table = as_table(value)
    raw_name = as_text(table.get("name"))
    if raw_name is None:
        raise ParseError("This package has no name.", mend=_MEND)
    name = normalize(Ecosystem.PYPI, raw_name)
    version = table.get("version")
    if version is not None and as_text(version) is None:
        raise ParseError(f"The version of {name} is no text.", mend=_MEND)
    kind, target = _source(table.get("source"))
    if kind is None:
        raise ParseError(f"The source of {name} is of a kind that is not known.", mend=_MEND)
    archives = [table.get("sdist"), *as_list(table.get("wheels"))]
    archives = [archive for archive in archives if archive and isinstance(archive, dict)]
    edges = _edges(table.get("dependencies"), "main")
    for key in ("optional-dependencies", "dev-dependencies"):
        for group, needs in as_table(table.get(key)).items():
            edges += _edges(needs, as_group(group))
    return _Entry(
        name=name,
        raw_name=raw_name,
        version=version,
        source=_described(kind, target, archives, name, location, member=raw_name in members),
        hashes=bool(archives) and None not in [as_text(archive.get("hash")) for archive in archives],
        edges=tuple(edges),
        local=kind in _LOCAL,
        location=location,
    )


def _source(value: Any) -> tuple[str | None, str]:
    """An entry's source as (kind, target): ``""`` where none is stated, None where it is none that uv writes."""
    if value is None:
        return "", ""
    if isinstance(value, str):  # before uv 0.3: "registry+https://pypi.org/simple"
        kind, _, target = value.partition("+")
        value = {kind: target}
    stated = as_table(value)
    for kind in _KINDS:
        found = stated.get(kind)
        if isinstance(found, str):
            return kind, found
    return None, ""


def _described(kind: str, target: str, archives: list[Table], name: str, location: Location, *, member: bool) -> Source:
    if kind in ("registry", ""):
        urls = [url for archive in archives if (url := as_text(archive.get("url"))) is not None]
        return Source(
            kind=SourceKind.REGISTRY,
            url=telling_url(urls, name, target or None),
            index=IndexRef(url=target, location=location) if target else None,
        )
    if kind == "git":
        return Source(kind=SourceKind.GIT, url=target)
    if kind == "url":
        return Source(kind=SourceKind.URL, url=target)
    if kind in _LOCAL and (member or target.rstrip("/") in (".", "")):
        return Source(kind=SourceKind.WORKSPACE)
    return Source(kind=SourceKind.PATH, url=target)


def _edges(value: Any, label: str) -> list[Edge]:
    """The needs that an array of ``{ name = …, version = … }`` states."""
    return [
        Edge(name, as_text(need.get("version")), label)
        for need in as_list(value)
        if isinstance(need, dict) and (name := as_text(need.get("name"))) is not None
    ]
