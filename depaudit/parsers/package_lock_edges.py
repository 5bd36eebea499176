"""Who asks for whom in an npm lockfile, by node's own way of finding a package: from the asker's folder upwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_STEPS = 5_000_000
"""Folders looked into in all. A lockfile of 10,000 packages takes some 100,000."""

MAX_LEVELS = 64
"""Folders above an asker that are looked into."""

ABOVE = "\n"
"""Joins the names of a path in lockfile version 1; no name holds it."""

_PROJECT_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_PACKAGE_TABLES = ("dependencies", "optionalDependencies", "peerDependencies")
_FOLDER = "node_modules/"


@dataclass(slots=True)
class Edges:
    """Keyed by the entry's place in its lockfile.

    ``required_by``  names of the packages that ask for it, each once, in the order of the file
    ``direct``       the project itself, or a member of its workspace, asks for it
    ``by_url``       somebody asks for it by a URL or a repository, so that no registry need hold it
    """

    required_by: dict[str, dict[str, None]] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    by_url: set[str] = field(default_factory=set)

    def add(self, target: str, asker: str, spec: object) -> None:
        """Note that ``asker`` (empty for the project) wants ``target``."""
        if not asker:
            self.direct.add(target)
        else:
            self.required_by.setdefault(target, {})[asker] = None
        if isinstance(spec, str) and "/" in spec and not spec.startswith("npm:"):
            self.by_url.add(target)


def flat_edges(packages: Mapping[str, Mapping[str, Any]]) -> Edges:
    """The edges of lockfile versions 2 and 3, whose entries are keyed by folder."""
    edges = Edges()
    steps = 0
    for key, entry in packages.items():
        installed = _FOLDER in key
        asker = _name(key, entry) if installed else ""
        folders: list[str] | None = None
        for dependency, spec in _asked(entry, _PACKAGE_TABLES if installed else _PROJECT_TABLES):
            folders = folders if folders is not None else _folders(key)
            for folder in folders:
                steps += 1
                if folder + dependency in packages:
                    edges.add(folder + dependency, asker, spec)
                    break
        if steps > MAX_STEPS:
            break
    return edges


def nested_edges(entries: Mapping[str, Mapping[str, Any]]) -> Edges:
    """The edges of lockfile version 1, whose entries are keyed by their path of names, joined by ``ABOVE``.

    The file does not say what the project itself asks for: it is whatever stands on top and nobody else asks for.
    """
    edges = Edges()
    steps = 0
    for path, entry in entries.items():
        asker = path.rpartition(ABOVE)[2]
        scopes: list[str] | None = None
        for dependency, spec in _asked(entry, ("requires",)):
            scopes = scopes if scopes is not None else _scopes(path)
            for scope in scopes:
                steps += 1
                if scope + dependency in entries:
                    edges.add(scope + dependency, asker, spec)
                    break
        if steps > MAX_STEPS:
            break
    edges.direct.update(path for path in entries if ABOVE not in path and path not in edges.required_by)
    return edges


def _asked(entry: Mapping[str, Any], tables: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for name in tables:
        table = entry.get(name)
        if isinstance(table, dict):
            yield from table.items()


def _name(key: str, entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) else key.rpartition(_FOLDER)[2]


def _folders(key: str) -> list[str]:
    # "packages/a/node_modules/b" looks into its own node_modules, those of packages/a, of packages, and the top's
    folders: list[str] = []
    base = key
    while base and len(folders) < MAX_LEVELS:
        folders.append(f"{base}/{_FOLDER}")
        above = base.rfind("/" + _FOLDER)
        if above >= 0:
            base = base[:above]
        elif base.startswith(_FOLDER):
            base = ""
        else:
            base = base.rpartition("/")[0]
    folders.append(_FOLDER)
    return folders


def _scopes(path: str) -> list[str]:
    scopes: list[str] = []
    base = path
    while base and len(scopes) < MAX_LEVELS:
        scopes.append(base + ABOVE)
        base = base.rpartition(ABOVE)[0]
    scopes.append("")
    return scopes
