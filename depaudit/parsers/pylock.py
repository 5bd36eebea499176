"""``pylock.toml`` (PEP 751), and what pdm, pipenv and pip-tools write beside its letter.

https://packaging.python.org/specifications/pylock-toml/
"""

from __future__ import annotations

import re
from typing import Any

from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import REGISTRY, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.lock_archives import telling_url
from depaudit.parsers.lock_graph import Edge, Node, standings
from depaudit.parsers.toml_text import Table, load_toml
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text, line_of, locked_entries

_FILE_NAME = re.compile(r"pylock(?:\.[^./]+)?\.toml")
# 'dev' in dependency_groups, "tests" in extras
_GROUP = re.compile(r"""['"]([A-Za-z0-9][A-Za-z0-9._-]*)['"]\s+in\s+(?:dependency_groups|extras)\b""")
_MEND = "Let the tool that locked it write the file anew, such as pip lock or uv export --format pylock.toml."


class PylockParser:
    """``pylock.toml`` and ``pylock.NAME.toml``."""

    name = "pylock"
    what = "the standard Python lockfile (PEP 751)"
    patterns: tuple[str, ...] = ("pylock.toml", "pylock.*.toml")
    lockfile = True

    def matches(self, path: str) -> bool:
        """Whether ``path`` is called ``pylock.toml`` or ``pylock.NAME.toml``."""
        return _FILE_NAME.fullmatch(path.rpartition("/")[2]) is not None

    def parse(self, text: str, path: str) -> Parsed:
        """Read a lockfile. An entry that cannot be read is a problem; the others are kept."""
        data = load_toml(text, path)
        problems = _head_problems(data, text, path)
        defaults = {group for group in as_list(data.get("default-groups")) if as_text(group)}
        entries = []
        for index, (value, line, column) in enumerate(locked_entries(data, "packages", text, path)):
            location = Location(path=path, line=line, column=column, pointer=f"packages[{index}]")
            try:
                entries.append(_entry(as_table(value), location, defaults))
            except DepauditError as error:
                problems.append(
                    Problem(path=path, message=error.message, mend=error.mend or _MEND, line=line, column=column)
                )
        nodes = [Node(name=e.name, version=e.version, edges=e.edges, local=e.local) for e in entries]
        return Parsed(
            requirements=tuple(
                Requirement(
                    ecosystem=Ecosystem.PYPI,
                    name=entry.name,
                    raw_name=entry.raw_name,
                    requested=f"{entry.raw_name}=={entry.version}" if entry.version else entry.raw_name,
                    location=entry.location,
                    specifier=f"=={entry.version}" if entry.version else "",
                    pinned_version=entry.version,
                    marker=entry.marker,
                    source=entry.source,
                    groups=entry.groups,
                    direct=standing.direct or entry.local,
                    required_by=standing.required_by,
                    hashes=entry.hashes,
                )
                for entry, standing in zip(entries, standings(nodes), strict=True)
            ),
            problems=tuple(problems),
        )


PARSER = PylockParser()


@record
class _Entry:
    name: NormalizedName
    raw_name: str
    version: str | None
    marker: str | None
    source: Source
    groups: tuple[str, ...]
    hashes: bool
    edges: tuple[Edge, ...]
    local: bool
    location: Location


def _head_problems(data: Table, text: str, path: str) -> list[Problem]:
    """What the specification demands of the head: readers of the format refuse a file without it."""
    problems = []
    version = data.get("lock-version")
    if as_text(version) is None:
        problems.append(
            Problem(
                path=path,
                message="The key lock-version is missing or no text.",
                mend=_MEND,
                line=line_of(text, "lock-version"),
            )
        )
    elif re.fullmatch(r"1(?:\.\d+)*", str(version)) is None:
        problems.append(
            Problem(
                path=path,
                message=f"The lock-version is {quoted(str(version), 20)}; version 1 is known.",
                mend="Update depaudit; what could be read as version 1 was audited.",
                line=line_of(text, "lock-version"),
            )
        )
    if as_text(data.get("created-by")) is None:
        problems.append(
            Problem(
                path=path,
                message="The key created-by is missing or no text.",
                mend=_MEND,
                line=line_of(text, "created-by"),
            )
        )
    return problems


def _entry(table: Table, location: Location, defaults: set[Any]) -> _Entry:
    raw_name = as_text(table.get("name"))
    if raw_name is None:
        raise ParseError("This package has no name.", mend=_MEND)
    name = normalize(Ecosystem.PYPI, raw_name)
    version = table.get("version")
    if version is not None and as_text(version) is None:
        raise ParseError(f"The version of {name} is no text.", mend=_MEND)
    marker = as_text(table.get("marker"))
    archives = [as_table(table.get("sdist")), *map(as_table, as_list(table.get("wheels")))]
    archives = [archive for archive in (*archives, as_table(table.get("archive"))) if archive]
    return _Entry(
        name=name,
        raw_name=raw_name,
        version=version,
        marker=marker,
        source=_source(table, archives, name, location),
        groups=_groups(marker, defaults),
        hashes=bool(archives) and all(as_table(archive.get("hashes")) for archive in archives),
        edges=tuple(_edges(table)),
        local="directory" in table,
        location=location,
    )


def _source(table: Table, archives: list[Table], name: NormalizedName, location: Location) -> Source:
    if "vcs" in table:
        return Source(kind=SourceKind.GIT, url=_target(as_table(table["vcs"])))
    if "directory" in table:
        folder = as_text(as_table(table["directory"]).get("path"))
        if folder is None or folder.rstrip("/") in (".", ""):
            return Source(kind=SourceKind.WORKSPACE)
        return Source(kind=SourceKind.PATH, url=folder)
    if "archive" in table:
        archive = as_table(table["archive"])
        kind = SourceKind.URL if as_text(archive.get("url")) else SourceKind.PATH
        return Source(kind=kind, url=_target(archive))
    index = as_text(table.get("index"))
    url = telling_url((u for archive in archives if (u := as_text(archive.get("url"))) is not None), name, index)
    if index is None and url is None:
        return REGISTRY
    return Source(
        kind=SourceKind.REGISTRY,
        url=url,
        index=IndexRef(url=index, location=location) if index is not None else None,
    )


def _target(table: Table) -> str | None:
    return as_text(table.get("url")) or as_text(table.get("path"))


def _groups(marker: str | None, defaults: set[Any]) -> tuple[str, ...]:
    """The groups and extras that a marker asks for; the default groups are ``main``."""
    named = _GROUP.findall(marker) if marker is not None and len(marker) < 10_000 else []
    return tuple(dict.fromkeys("main" if group in defaults else as_group(group) for group in named)) or ("main",)


def _edges(table: Table) -> list[Edge]:
    return [
        Edge(name=re.sub(r"[-_.]+", "-", name).lower(), version=as_text(need.get("version")))
        for need in map(as_table, as_list(table.get("dependencies")))
        if (name := as_text(need.get("name"))) is not None
    ]
