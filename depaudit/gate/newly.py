"""What is installed where the client works: looked at before and after its run."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from depaudit.commands.base import Install, Undetermined
from depaudit.errors import DepauditError
from depaudit.gate.ledger import Key, key_of
from depaudit.installed import node, python
from depaudit.installed.base import Seen, Snapshot, installed_since
from depaudit.installed.interpreter import environment_of, interpreter_of, is_environment, library_folders, site_folders
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import Location, Requirement, Source, SourceKind
from depaudit.model.versions import satisfies

_NODE = "node_modules"
_PYTHON_CLIENTS = frozenset({"pip", "uv", "poetry", "pdm", "pipenv"})


class Installed:
    """The environments that a run may change, as they were when this was made."""

    def __init__(self, homes: Iterable[Path], folders: Iterable[Path], modules: Iterable[Path], root: Path) -> None:
        self._homes = tuple(dict.fromkeys(homes))
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
            fresh = installed_since(self._node_before[folder], node.snapshot(folder, self._root))
            found += [
                _wish(Ecosystem.NPM, seen, folder)
                for seen in fresh
                if seen.version and not seen.bundled and key_of(Ecosystem.NPM, seen.name, seen.version) not in passed
            ]
        return tuple(found)

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
        return [_wish(Ecosystem.PYPI, seen, site) for seen in fresh if seen.name not in local]

    def _sites(self) -> tuple[Path, ...]:
        made = (site for home in self._homes if is_environment(home) for site in library_folders(home))
        return tuple(dict.fromkeys((*self._folders, *made)))


def look_around(
    program: Path, reading: Install | Undetermined, folder: Path, root: Path, environment: Mapping[str, str]
) -> Installed:
    """Where the command may install to, as far as that can be told without running anything of the project's."""
    homes: list[Path] = []
    folders: list[Path] = []
    target = reading.target if isinstance(reading, Install) else None
    if reading.client in _PYTHON_CLIENTS:
        if environment.get("VIRTUAL_ENV"):
            homes.append(Path(environment["VIRTUAL_ENV"]))
        homes += [base / ".venv" for base in dict.fromkeys((folder, root))]
        if target not in (None, "global"):
            homes.append(folder / str(target))
            folders.append(folder / str(target))
        if reading.client == "pip":
            folders += _pip_folders(program, environment)
    modules = [root / _NODE] if reading.ecosystem is Ecosystem.NPM else []
    return Installed(homes, folders, modules, root)


def _pip_folders(program: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where that pip installs to. A launcher of some other kind (pyenv's, a shell script) does not tell its
    interpreter, and is never run to ask."""
    known = environment_of(program) or interpreter_of(program)
    if known is not None:
        with contextlib.suppress(DepauditError, OSError):
            return site_folders(known, environment)
    return ()


def _wish(ecosystem: Ecosystem, seen: Seen, place: Path) -> Requirement:
    return Requirement(
        ecosystem=ecosystem,
        name=normalize(ecosystem, seen.name),
        raw_name=seen.name,
        requested=f"{seen.name}@{seen.version}" if ecosystem is Ecosystem.NPM else f"{seen.name}=={seen.version}",
        specifier=seen.version if ecosystem is Ecosystem.NPM else f"=={seen.version}",
        pinned_version=seen.version,
        location=Location(path=str(place), line=1),
        source=Source(kind=SourceKind.REGISTRY),
    )
