"""Poetry's lockfile, of every version: 0.x and 1.x with categories, 2.x with groups.

It does not tell which packages a person asked for: nothing is ``direct``. An entry without a source is PyPI's.
https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock
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
from depaudit.parsers.lock_graph import Edge, Node, standings
from depaudit.parsers.toml_text import Table, load_toml
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text, line_of, locked_entries

_KINDS = {
    "git": SourceKind.GIT,
    "hg": SourceKind.GIT,
    "url": SourceKind.URL,
    "file": SourceKind.PATH,
    "directory": SourceKind.PATH,
}
_MEND = "Let Poetry write the lockfile anew: poetry lock."


class PoetryLockParser:
    """``poetry.lock``."""

    name = "poetry-lock"
    what = "Poetry's lockfile"
    patterns: tuple[str, ...] = ("poetry.lock",)
    lockfile = True

    def matches(self, path: str) -> bool:
        """Whether ``path`` is called ``poetry.lock``."""
        return path.rpartition("/")[2] == "poetry.lock"

    def parse(self, text: str, path: str) -> Parsed:
        """Read a lockfile. An entry that cannot be read is a problem; the others are kept."""
        data = load_toml(text, path)
        metadata = as_table(data.get("metadata"))
        problems = _version_problem(metadata.get("lock-version"), text, path)
        hashed = as_table(metadata.get("files")) or as_table(metadata.get("hashes"))
        entries: list[_Entry] = []
        for index, (value, line, column) in enumerate(locked_entries(data, "package", text, path)):
            location = Location(path=path, line=line, column=column, pointer=f"package[{index}]")
            try:
                entries.append(_entry(as_table(value), location, hashed))
            except DepauditError as error:
                problems.append(
                    Problem(path=path, message=error.message, mend=error.mend or _MEND, line=line, column=column)
                )
        nodes = [Node(name=e.name, version=e.version, edges=e.edges) for e in entries]
        return Parsed(
            requirements=tuple(
                Requirement(
                    ecosystem=Ecosystem.PYPI,
                    name=entry.name,
                    raw_name=entry.raw_name,
                    requested=f"{entry.raw_name}=={entry.version}",
                    location=entry.location,
                    specifier=f"=={entry.version}",
                    pinned_version=entry.version,
                    marker=entry.marker,
                    source=entry.source,
                    groups=entry.groups,
                    direct=False,
                    required_by=standing.required_by,
                    hashes=entry.hashes,
                )
                for entry, standing in zip(entries, standings(nodes), strict=True)
            ),
            problems=tuple(problems),
        )


PARSER = PoetryLockParser()


@record
class _Entry:
    name: NormalizedName
    raw_name: str
    version: str
    marker: str | None
    source: Source
    groups: tuple[str, ...]
    hashes: bool
    edges: tuple[Edge, ...]
    location: Location


def _version_problem(version: Any, text: str, path: str) -> list[Problem]:
    if version is None or str(version).partition(".")[0] in ("0", "1", "2"):
        return []
    return [
        Problem(
            path=path,
            message=f"This lockfile is of version {quoted(str(version), 20)}; versions up to 2 are known.",
            mend="Update depaudit; what could be read as version 2 was audited.",
            line=line_of(text, "metadata", "lock-version"),
        )
    ]


def _entry(table: Table, location: Location, hashed: Table) -> _Entry:
    """One ``[[package]]`` table. Raises ``ParseError`` or ``InvalidNameError``."""
    raw_name, version = as_text(table.get("name")), as_text(table.get("version"))
    if raw_name is None:
        raise ParseError("This package has no name.", mend=_MEND)
    name = normalize(Ecosystem.PYPI, raw_name)
    if version is None:
        raise ParseError(f"The package {name} has no version.", mend=_MEND)
    files = as_list(table.get("files")) or as_list(hashed.get(raw_name))
    return _Entry(
        name=name,
        raw_name=raw_name,
        version=version,
        marker=as_text(table.get("markers")),
        source=_source(table.get("source"), name, location),
        groups=_groups(table),
        hashes=bool(files) and all(isinstance(f, str) or as_text(as_table(f).get("hash")) for f in files),
        edges=tuple(Edge(name=_plain(needed)) for needed in as_table(table.get("dependencies"))),
        location=location,
    )


def _source(value: Any, name: NormalizedName, location: Location) -> Source:
    if value is None:
        return REGISTRY
    table = as_table(value)
    kind, url = as_text(table.get("type")), as_text(table.get("url"))
    if kind in _KINDS:
        return Source(kind=_KINDS[kind], url=url)
    if kind in ("legacy", "pypi", None) and url is not None:
        index = IndexRef(url=url, location=location, name=as_text(table.get("reference")))
        return Source(kind=SourceKind.REGISTRY, index=index)
    if kind == "pypi":
        return REGISTRY
    raise ParseError(f"The source of {name} is of a kind that is not known.", mend=_MEND)


def _groups(table: Table) -> tuple[str, ...]:
    groups = tuple(as_group(group) for group in as_list(table.get("groups")) if as_text(group))
    category = as_text(table.get("category"))
    return groups or (as_group(category) if category else "main",)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
