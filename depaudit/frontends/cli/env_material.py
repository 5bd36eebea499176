"""What ``depaudit env`` audits: everything installed, joined with what the project's manifests ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from depaudit.discovery import shown
from depaudit.errors import DepauditError
from depaudit.frontends.session import Material
from depaudit.inputs import Inputs, read_inputs
from depaudit.installed.asked import node_asking, python_asking
from depaudit.installed.interpreter import base_of, library_folders
from depaudit.installed.locate import Places
from depaudit.installed.node import InstalledPackage, Placement, read_node_modules
from depaudit.installed.node_wishes import goes_by_another_name, node_wishes
from depaudit.installed.python import Distribution, read_site_packages
from depaudit.installed.python_wishes import is_own, public_version, python_wishes
from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.record import record, replace
from depaudit.model.requirement import Requirement, SourceKind

NAMED_IN_NOTE = 10
"""Names that one note lists; the JSON report tells all of them, by ``direct`` and ``required_by``."""

TOOLS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})
"""What environments are made with: nobody asks for these."""

SELF = "depaudit"

_UNREAD_PYTHON = frozenset({"setup-py", "setup-cfg", "pipfile", "pipfile-lock", "pdm-lock", "conda"})
"""Manifests that this version does not read: beside one of them nobody can say what was not asked for."""


@record
class Audited:
    """What the command line came to.

    ``projects``  the folders whose manifests count, the working folder first
    ``roots``     the tops of the audited trees: a folder in one of them is the project's own
    """

    places: Places
    projects: tuple[Path, ...]
    roots: tuple[Path, ...]
    cwd: Path
    home: Path
    exclude: tuple[str, ...] = ()


def read_material(audited: Audited) -> Material:
    """Read all environments and manifests. What cannot be read is a problem of the result."""
    reading = _Reading(audited, _manifests(audited))
    for home in audited.places.homes:
        reading.environment(home)
    for site in audited.places.sites:
        reading.site(site)
    reading.python()
    for modules in audited.places.modules:
        reading.modules(modules)
    return Material(
        requirements=tuple(reading.requirements),
        problems=tuple(replace(one, path=reading.shown(Path(one.path))) for one in reading.problems),
        not_audited=tuple(sorted(reading.beyond.items())),
        files=reading.files,
        notes=tuple(reading.notes),
        beside=tuple(project / "pyproject.toml" for project in audited.projects),
    )


def _manifests(audited: Audited) -> Inputs:
    """What the projects' files ask for; nothing for a folder that holds more than any one project."""
    folders = [one for one in audited.projects if one not in (audited.home, Path(one.anchor))]
    return read_inputs(folders, exclude=audited.exclude, cwd=audited.cwd) if folders else Inputs()


@dataclass(slots=True)
class _Reading:
    """One run of ``env``: what was found so far."""

    audited: Audited
    manifests: Inputs
    distributions: list[Distribution] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    beyond: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    files: int = 0

    def shown(self, path: Path) -> str:
        return shown(path, self.audited.cwd)

    def environment(self, home: Path) -> None:
        """A Python environment."""
        sites = library_folders(home)
        if not sites:
            self.problems.append(
                Problem(
                    path=str(home),
                    message="The environment has no folder of installed packages.",
                    mend="Make it anew with python -m venv.",
                )
            )
        for site in sites:
            self.site(site, conda=(home / "conda-meta").is_dir())
        base = base_of(home)
        if base is not None:
            self.notes.append(
                f"{self.shown(home)} also sees the packages of its base interpreter, which were not audited; "
                f"type depaudit env --python {self.shown(base / 'python3')}."
            )

    def site(self, site: Path, *, conda: bool = False) -> None:
        """A folder of distributions."""
        try:
            found = read_site_packages(site)
        except DepauditError as error:
            self.problems.append(Problem.of(error, str(site)))
            return
        self.files += 1 + len(found)
        for one in found:
            self.problems += one.problems
        # Other package managers' packages have their names and versions from elsewhere than PyPI.
        system = site.name == "dist-packages" and site.is_relative_to("/usr/lib")
        others = {id(one) for one in found if system or (conda and one.installer == "conda")}
        if others:
            self.beyond["system" if system else "conda"] += len(others)
        self.distributions += [one for one in found if id(one) not in others]
        self.notes.append(f"{_counted(len(found), 'distribution')} in {self.shown(site)}.")

    def python(self) -> None:
        """Judge what was found in all environments together, and say what nobody asks for."""
        own = [one.name for one in self.distributions if one.name is not None and self.is_own(one)]
        asking = python_asking(self.distributions, self.manifests.requirements, (*own, SELF))
        for root in self.audited.roots:
            mine = [one for one in self.distributions if self.root_of(one) == root]
            self.requirements += python_wishes(
                mine, asking=asking, manifests=self.manifests.requirements, root=root, shown=self.shown
            )
        local = [
            f"{one.raw_name} {one.version}"
            for one in self.distributions
            if one.version is not None and one.direct_url is None and public_version(one.version) != one.version
        ]
        if local:
            self.notes.append(
                f"PyPI serves no local versions; judged as the release they were made from: {_some(local)}."
            )
        if self.distributions and self.can_tell(Ecosystem.PYPI):
            names = sorted({one.name for one in self.distributions if one.name is not None})
            self.unasked([name for name in names if name not in asking.reached and name not in TOOLS | {*own, SELF}])

    def modules(self, folder: Path) -> None:
        """A ``node_modules``."""
        root = next((root for root in self.audited.roots if folder.is_relative_to(root)), folder.parent)
        try:
            packages = read_node_modules(folder, root)
        except DepauditError as error:
            self.problems.append(Problem.of(error, str(folder)))
            return
        self.files += 1 + len(packages)
        self.problems += [one.problem for one in packages if one.problem is not None]
        asking = node_asking(packages, self.manifests.requirements)
        wishes = node_wishes(packages, asking=asking, manifests=self.manifests.requirements, shown=self.shown)
        self.requirements += wishes
        self.notes.append(_described(packages, self.shown(folder)))
        self.impostors(packages, wishes)
        if self.can_tell(Ecosystem.NPM):
            alone = [one for one in packages if one.placement is Placement.INSTALLED and not one.bundled]
            names = {one.name for one in alone if one.name is not None and not {one.key, one.name} & asking.reached}
            self.unasked(sorted(names))

    def impostors(self, packages: Iterable[InstalledPackage], wishes: Iterable[Requirement]) -> None:
        """Say which packages give themselves a name by which nobody asked for them."""
        by_place = {wish.location.path: wish for wish in wishes if wish.source.kind is SourceKind.REGISTRY}
        for one in packages:
            wish = by_place.get(self.shown(one.folder / "package.json"))
            if wish is not None and one.name is not None and goes_by_another_name(one, wish):
                self.notes.append(
                    f"{wish.name} calls itself {one.name} in its package.json; it was judged as {wish.name}."
                )

    def can_tell(self, ecosystem: Ecosystem) -> bool:
        """Whether the manifests that were read say all that this project asks for."""
        inputs = self.manifests
        if ecosystem is Ecosystem.PYPI and any(kind in _UNREAD_PYTHON for kind, _ in inputs.not_audited):
            return False
        if inputs.problems or inputs.undetermined:
            return False
        return any(wish.ecosystem is ecosystem for wish in inputs.requirements)

    def unasked(self, names: list[str]) -> None:
        if names:
            self.notes.append(f"Nothing in this project asks for {_some(names)}, which {_is_are(names)} installed.")

    def is_own(self, one: Distribution) -> bool:
        return any(is_own(one, root) for root in self.audited.roots)

    def root_of(self, one: Distribution) -> Path:
        """The audited tree whose own folder a distribution was installed from; the first for all others."""
        return next((root for root in self.audited.roots if is_own(one, root)), self.audited.roots[0])


def _described(packages: Iterable[InstalledPackage], folder: str) -> str:
    """How many packages stand in a ``node_modules``, and what else is there."""
    packages = list(packages)
    bundled = sum(one.bundled for one in packages)
    alone = sum(one.placement is Placement.INSTALLED for one in packages) - bundled
    links = [one for one in packages if one.placement is Placement.OUTSIDE]
    members = sum(one.placement is Placement.MEMBER for one in packages)
    sentence = f"{_counted(alone, 'package')} in {folder}"
    if members:
        sentence += f", {_counted(members, 'link')} to folders of the project"
    if bundled:
        sentence += f", {bundled:,} more inside of others' archives (not judged by themselves)"
    if links:
        names = _some([one.key for one in links])
        sentence += f"; {_counted(len(links), 'link')} out of the project {_is_are(links)} not followed: {names}"
    return f"{sentence}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_are(things: list[str] | list[InstalledPackage]) -> str:
    return "is" if len(things) == 1 else "are"


def _some(names: list[str]) -> str:
    more = len(names) - NAMED_IN_NOTE
    named = ", ".join(names[:NAMED_IN_NOTE])
    return f"{named} and {more:,} more" if more > 0 else named
