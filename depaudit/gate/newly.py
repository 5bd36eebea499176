"""What is installed where the client works: looked at before and after its run."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from depaudit.commands.base import Install, Undetermined
from depaudit.errors import DepauditError, InvalidNameError
from depaudit.gate.ledger import Key, key_of
from depaudit.installed import node, python
from depaudit.installed.base import Seen, Snapshot, installed_since
from depaudit.installed.interpreter import environment_of, interpreter_of, is_environment, library_folders, site_folders
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.requirement import Location, Requirement, Source, SourceKind
from depaudit.model.versions import satisfies

_NODE = "node_modules"
_NO_ARCHIVE = ("git+", "git:", "github:", "file:")
_HOMES = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX")
_TARGETS = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON")
_PYTHON_CLIENTS = frozenset({"pip", "uv", "poetry", "pdm", "pipenv"})


class Installed:
    """The environments that a run may change, as they were when this was made."""

    def __init__(
        self,
        homes: Iterable[Path],
        folders: Iterable[Path],
        modules: Iterable[Path],
        root: Path,
        prefixes: Iterable[Path] = (),
        named: Iterable[Requirement] = (),
    ) -> None:
        """``homes`` are environments, ``folders`` hold distributions themselves, below ``prefixes`` are such folders as
        in an environment. ``named``: what the command and its files ask for."""
        self._homes = tuple(dict.fromkeys(homes))
        self._prefixes = tuple(dict.fromkeys(prefixes))
        elsewhere = (wish for wish in named if wish.source.kind is not SourceKind.REGISTRY)
        self._elsewhere = frozenset((wish.ecosystem, name) for wish in elsewhere for name in (wish.name, wish.alias))
        self._folders = tuple(dict.fromkeys(folders))
        self._modules = tuple(dict.fromkeys(modules))
        self._root = root
        self._before = {site: python.snapshot(site) for site in self._sites()}
        self._node_before = {folder: node.snapshot(folder, root) for folder in self._modules}

    def has(self, wish: Requirement) -> bool:
        """Whether something that satisfies ``wish`` is there already, so that the client fetches nothing for it."""
        snapshots = self._node_before if wish.ecosystem is Ecosystem.NPM else self._before
        wanted = wish.pinned_version or wish.specifier
        return any(
            seen.name == wish.name and (not wanted or satisfies(wish.ecosystem, seen.version, wanted) is True)
            for snapshot in snapshots.values()
            for seen in snapshot
        )

    def newly(self, passed: Collection[Key]) -> tuple[Requirement, ...]:
        """What was installed since and did not pass the gate in this run, as requirements to judge."""
        found: list[Requirement] = []
        for site in self._sites():
            found += self._newly_python(site, passed)
        for folder in self._modules:
            found += self._newly_node(folder, passed)
        return tuple(found)

    def _newly_node(self, folder: Path, passed: Collection[Key]) -> list[Requirement]:
        fresh = [
            seen
            for seen in installed_since(self._node_before[folder], node.snapshot(folder, self._root))
            if seen.version
            and not seen.bundled
            and not any(
                (Ecosystem.NPM, name) in self._elsewhere or key_of(Ecosystem.NPM, name, seen.version) in passed
                for name in (seen.name, seen.alias)
            )
        ]
        if not fresh:
            return []
        # as npm noted itself: a repository or a folder, which was named by somebody, and judged as such
        local = {
            (str(package.name), package.version)
            for package in node.read_node_modules(folder, self._root)
            if package.resolved.startswith(_NO_ARCHIVE)
        }
        return _wishes(Ecosystem.NPM, [seen for seen in fresh if (seen.name, seen.version) not in local], folder)

    def _newly_python(self, site: Path, passed: Collection[Key]) -> list[Requirement]:
        before: Snapshot = self._before.get(site, frozenset())
        fresh = [
            seen
            for seen in installed_since(before, python.snapshot(site))
            if seen.version and key_of(Ecosystem.PYPI, seen.name, seen.version) not in passed
        ]
        if not fresh:
            return []
        names = {seen.name for seen in fresh}
        local = {
            distribution.name
            for distribution in python.read_site_packages(site)
            if distribution.name in names and distribution.direct_url is not None
        }
        # what a URL, a repository or a folder gave was named by somebody, and judged as such before
        given = [
            seen for seen in fresh if seen.name not in local and (Ecosystem.PYPI, seen.name) not in self._elsewhere
        ]
        return _wishes(Ecosystem.PYPI, given, site)

    def _sites(self) -> tuple[Path, ...]:
        homes = (*(home for home in self._homes if is_environment(home)), *self._prefixes)
        made = (site for home in homes for site in library_folders(home))
        return tuple(dict.fromkeys((*self._folders, *made)))


def look_around(
    program: Path,
    reading: Install | Undetermined,
    folder: Path,
    root: Path,
    environment: Mapping[str, str],
    named: Iterable[Requirement] = (),
) -> Installed:
    """Where the command may install to, as far as that can be told without running anything of the project's."""
    homes: list[Path] = []
    folders: list[Path] = []
    prefixes: list[Path] = []
    if reading.client in _PYTHON_CLIENTS:
        homes += [folder / environment[name] for name in _HOMES if environment.get(name)]
        homes += [base / ".venv" for base in dict.fromkeys((folder, root))]
        if reading.client == "pip":
            folders += _pip_folders(program, environment)
        target = reading.target if isinstance(reading, Install) else None
        targets = [target] if target not in (None, "global") else []
        targets += [environment[name] for name in _TARGETS if reading.client == "pip" and environment.get(name)]
        for place in (folder / Path(str(one)).expanduser() for one in targets):
            if place.is_file():  # an interpreter
                folders += _pip_folders(place, environment)
                continue
            folders.append(place)
            # a prefix, or a root below which everything stands under its whole path
            prefixes += [place, place / "usr", place / "usr" / "local"]
            folders += [place / site.relative_to(site.anchor) for site in tuple(folders) if site.is_absolute()]
    modules = [root / _NODE] if reading.ecosystem is Ecosystem.NPM else []
    return Installed(homes, folders, modules, root, prefixes, named)


def _pip_folders(program: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where that pip installs to. A launcher of some other kind (pyenv's, a shell script) does not tell its
    interpreter, and is never run to ask."""
    known = environment_of(program) or interpreter_of(program)
    if known is not None:
        with contextlib.suppress(DepauditError, OSError):
            return site_folders(known, environment)
    return ()


def _wishes(ecosystem: Ecosystem, fresh: Iterable[Seen], place: Path) -> list[Requirement]:
    npm = ecosystem is Ecosystem.NPM
    return [
        Requirement(
            ecosystem=ecosystem,
            name=name,
            raw_name=seen.name,
            requested=f"{seen.name}@{seen.version}" if npm else f"{seen.name}=={seen.version}",
            specifier=seen.version if npm else f"=={seen.version}",
            pinned_version=seen.version,
            location=Location(path=str(place), line=1),
            source=Source(kind=SourceKind.REGISTRY),
        )
        for seen in fresh
        if (name := _name(ecosystem, seen)) is not None
    ]


def _name(ecosystem: Ecosystem, seen: Seen) -> NormalizedName | None:
    """The name as the registry spells it; None for what no registry could hold, so that none has given it."""
    for name in (seen.name, seen.alias):
        with contextlib.suppress(InvalidNameError):
            return normalize(ecosystem, name)
    return None
