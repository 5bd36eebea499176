"""What the readers of ``pyproject.toml``'s tables share: places, problems, and requirements with their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import REGISTRY, IndexOptions, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Include, IncludeKind, Parsed
from depaudit.parsers.pep508 import Dependency, read_dependency, without_credentials
from depaudit.parsers.python_links import url_kind
from depaudit.parsers.toml_positions import Positions, Step, pointer
from depaudit.parsers.toml_values import MAX_ENTRIES

WORKSPACE = Source(kind=SourceKind.WORKSPACE)


@record
class NamedSource:
    """A source that a tool's table gives to a name, for the group ``only_in`` alone if that is stated.

    ``conditional``  a marker limits it, so that elsewhere the name comes from the usual index
    """

    source: Source
    only_in: str | None = None
    conditional: bool = False


@dataclass(slots=True)
class Reader:
    """Gathers what the tables say. ``sources`` are those that apply to PEP 508 texts, by normalised name."""

    path: str
    positions: Positions
    own_name: NormalizedName | None = None
    sources: Mapping[NormalizedName, tuple[NamedSource, ...]] = field(default_factory=dict)
    requirements: list[Requirement] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    undetermined: list[tuple[Location, str]] = field(default_factory=list)
    not_audited: Counter[str] = field(default_factory=Counter)
    index_url: IndexRef | None = None
    extra_indexes: list[IndexRef] = field(default_factory=list)
    find_links: list[IndexRef] = field(default_factory=list)
    no_index: bool = False

    def parsed(self) -> Parsed:
        indexes = None
        if self.index_url or self.extra_indexes or self.find_links or self.no_index:
            indexes = IndexOptions(
                index_url=self.index_url,
                extra=tuple(self.extra_indexes),
                find_links=tuple(self.find_links),
                no_index=self.no_index,
            )
        return Parsed(
            requirements=tuple(self.requirements),
            includes=tuple(self.includes),
            indexes=indexes,
            problems=tuple(self.problems),
            not_audited=tuple(self.not_audited.items()),
            undetermined=tuple(self.undetermined),
        )

    def location(self, *path: Step) -> Location:
        line, column = self.positions.place(*path)
        return Location(path=self.path, line=line, column=column, pointer=pointer(*path))

    def problem(self, message: str, mend: str, *path: Step) -> None:
        line, column = self.positions.place(*path)
        self.problems.append(Problem(path=self.path, message=message, mend=mend, line=line, column=column))

    def table(self, value: Any, *path: Step) -> dict[str, Any]:
        """``value`` where it is a table or missing (then empty); else an empty one and a problem."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.problem(f"{pointer(*path)} is no table.", "Write it as a table of keys and values.", *path)
        return {}

    def array(self, value: Any, *path: Step) -> list[Any]:
        """``value`` where it is an array or missing (then empty); else an empty one and a problem."""
        if value is None or isinstance(value, list):
            return value or []
        self.problem(f"{pointer(*path)} is no array.", 'Write it as an array of texts: ["…"].', *path)
        return []

    def specifiers(self, value: Any, groups: tuple[str, ...], *path: Step) -> None:
        """Read an array of PEP 508 texts."""
        for index, text in enumerate(self.array(value, *path)):
            self.specifier(text, groups, *path, index)

    def specifier(self, text: Any, groups: tuple[str, ...], *path: Step) -> None:
        """Read one PEP 508 text."""
        if not isinstance(text, str):
            self.problem(f"{pointer(*path)} is no text.", 'Write a requirement such as "flask>=3".', *path)
            return
        try:
            dependency = read_dependency(text.strip())
        except DepauditError as error:
            self.problem(error.message, error.mend or "Correct the name.", *path)
            return
        location = self.location(*path)
        for source in self._sources(dependency, groups):
            self.add(dependency, without_credentials(text).strip(), location, groups, source)

    def normalized(self, raw_name: str, *path: Step) -> NormalizedName | None:
        """The name as PyPI spells it; else None, and the problem is noted."""
        try:
            return normalize(Ecosystem.PYPI, raw_name)
        except DepauditError as error:
            self.problem(error.message, error.mend or "Correct the name.", *path)
            return None

    def include(self, target: Any, *path: Step) -> None:
        """Note that the file ``target`` holds requirements of the project."""
        if isinstance(target, str) and target:
            kind = IncludeKind.REQUIREMENTS
            self.includes.append(Include(target=target, kind=kind, location=self.location(*path)))
        else:
            self.problem(f"{pointer(*path)} names no file.", "Write the file's name.", *path)

    def add(
        self, dependency: Dependency, requested: str, location: Location, groups: tuple[str, ...], source: Source
    ) -> None:
        """Keep a requirement. Raises ``ParseError`` beyond ``MAX_ENTRIES``."""
        if len(self.requirements) >= MAX_ENTRIES:
            raise ParseError(
                f"The file lists more than {MAX_ENTRIES} requirements.",
                mend="Leave it out with --exclude.",
                path=self.path,
                line=location.line,
            )
        self.requirements.append(
            Requirement(
                ecosystem=Ecosystem.PYPI,
                name=dependency.name,
                raw_name=dependency.raw_name,
                requested=requested,
                location=location,
                specifier=dependency.specifier,
                pinned_version=dependency.pinned,
                marker=dependency.marker,
                source=source,
                groups=groups,
            )
        )

    def _sources(self, dependency: Dependency, groups: tuple[str, ...]) -> list[Source]:
        if dependency.name == self.own_name and "build" not in groups:  # what builds it comes from an index
            return [WORKSPACE]
        if dependency.url is not None:
            return [Source(kind=url_kind(dependency.url) or SourceKind.PATH, url=dependency.url)]
        named = [s for s in self.sources.get(dependency.name, ()) if s.only_in is None or s.only_in in groups]
        found = [s.source for s in named]
        if all(s.conditional for s in named):
            found.append(REGISTRY)
        return found
