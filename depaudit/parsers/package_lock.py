"""package-lock.json and npm-shrinkwrap.json of every version: what npm would download, package by package.

https://docs.npmjs.com/cli/configuring-npm/package-lock-json is the format. Versions 2 and 3 keep a flat table
``packages``, keyed by folder; version 1 (and npm before 5, which writes no version) nests ``dependencies``. The
version that the file states decides, not the file's name. ``dependencies`` of version 2 repeats ``packages`` for old
npm and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from depaudit.errors import InvalidNameError, ParseError
from depaudit.model.names import Ecosystem, normalize, quoted
from depaudit.model.problem import Problem
from depaudit.model.requirement import REGISTRY, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.json_positions import (
    Document,
    Entries,
    Member,
    Shape,
    described,
    encodable,
    read_json,
    repeated_key,
)
from depaudit.parsers.npm_spec import NpmSpec, SpecError, read_spec
from depaudit.parsers.package_lock_edges import ABOVE, Edges, flat_edges, nested_edges
from depaudit.parsers.registry_urls import npm_registry_base

NEWEST_VERSION = 3
"""Of the lockfile format; npm 11 writes it."""

MAX_PROBLEMS = 100
"""After so many, one more says that there are others."""

_FLAT: Shape = {"packages": {"*": {}}}
_DEPENDENCIES: dict[str, Shape] = {}
_DEPENDENCIES["*"] = {"dependencies": _DEPENDENCIES}
_NESTED: Shape = {"dependencies": _DEPENDENCIES}
_FOLDER = "node_modules/"
_REMAKE = "Run npm install --package-lock-only to have npm write the file anew."


class PackageLock:
    """npm's lockfile."""

    name = "package-lock"
    what = "package-lock.json and npm-shrinkwrap.json, npm's lockfiles of versions 1 to 3"
    patterns = ("package-lock.json", "npm-shrinkwrap.json")
    lockfile = True

    def matches(self, path: str) -> bool:
        """Whether the file has one of npm's two names."""
        return path.rpartition("/")[2] in self.patterns

    def parse(self, text: str, path: str) -> Parsed:
        """Read every package that npm would fetch; links, workspace folders and the project itself are left out."""
        document = read_json(text, path)
        reading = _Reading(document)
        version = reading.version()
        # npm goes by the table that is there, whatever the version says; an empty one is no table
        if document.value.get("packages") or (version >= 2 and "dependencies" not in document.value):
            packages = reading.flat()
            edges = flat_edges({key: entry for key, (_, entry) in packages.items()})
            for key, (at, entry) in packages.items():
                if _FOLDER in key and entry.get("link") is not True:
                    reading.flat_entry(key, at, entry, edges)
        else:
            reading.nested()
        return Parsed(requirements=tuple(reading.requirements), problems=tuple(reading.problems))


PARSER = PackageLock()


@dataclass(slots=True)
class _Reading:
    """One lockfile being read."""

    document: Document
    requirements: list[Requirement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    registries: dict[str, IndexRef] = field(default_factory=dict)

    def version(self) -> int:
        """What ``lockfileVersion`` says; 1 where it says nothing."""
        stated = self.document.value.get("lockfileVersion", 1)
        number = int(stated) if isinstance(stated, str) and stated.isdecimal() and len(stated) < 4 else stated
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self.wrong_top("lockfileVersion", "where a number was expected")
        if number > NEWEST_VERSION:
            member = self.document.walk({}).member("lockfileVersion")
            self.problem(
                0 if member is None else member.value_at,
                f"lockfileVersion {quoted(str(stated), 20)} is newer than the newest that depaudit knows, "
                f"{NEWEST_VERSION}; it was read as that.",
                "Update depaudit, or check that the list of packages is whole: depaudit list.",
            )
        return int(max(0, min(number, NEWEST_VERSION)))  # 1e999 is infinite

    def flat(self) -> dict[str, tuple[int, Mapping[str, Any]]]:
        """``packages`` of versions 2 and 3: folder to place and entry."""
        found: dict[str, tuple[int, Mapping[str, Any]]] = {}
        for member in self.table(self.document.walk(_FLAT), "packages"):
            key = encodable(member.key)
            if not isinstance(member.value, dict):
                self.problem(member.value_at, f"{quoted(key)} has {described(member.value)}, no entry.", _REMAKE)
            else:
                found[key] = (member.at, member.value)
        return found

    def table(self, holder: Entries, name: str) -> tuple[Member, ...]:
        """The members of the holder's last table of that name; what stands twice is told."""
        member = holder.member(name)
        if member is None or member.value is None:
            return ()
        if not isinstance(member.value, Entries):
            raise self.document.error(
                f"{quoted(name)} holds {described(member.value)} where a table of packages belongs.",
                member.value_at,
                mend=_REMAKE,
            )
        for again in holder.repeated():
            if again.key == name:
                self.problem(again.at, repeated_key(again), _REMAKE)
        for again in member.value.repeated():
            self.problem(again.at, repeated_key(again), _REMAKE)
        return member.value.members

    def flat_entry(self, key: str, at: int, entry: Mapping[str, Any], edges: Edges) -> None:
        """One package of versions 2 and 3."""
        folder = key.rpartition(_FOLDER)[2]
        stated = entry.get("name")
        name = stated if isinstance(stated, str) and stated else folder
        version = entry.get("version")
        version = encodable(version) if isinstance(version, str) else ""
        location = self.document.location(at, f'packages["{key}"]')
        source = self.source(name, entry, location, by_url=key in edges.by_url)
        self.keep(
            folder, NpmSpec(name=name, pinned_version=version or None, source=source), entry, location, key, edges
        )

    def nested(self) -> None:
        """``dependencies`` of version 1, level by level."""
        found: dict[str, tuple[str, int, Mapping[str, Any]]] = {}
        levels = [("", "", self.document.walk(_NESTED))]
        while levels:
            above, pointer, holder = levels.pop()
            for member in self.table(holder, "dependencies"):
                key = encodable(member.key)
                place = f"{pointer}dependencies.{key}"
                entry = member.value
                if isinstance(entry, Entries):
                    levels.append((above + key + ABOVE, place + ".", entry))
                    entry = {m.key: m.value for m in entry.members}
                if isinstance(entry, dict):
                    found[above + key] = (place, member.at, entry)
                else:
                    self.problem(member.value_at, f"{quoted(key)} has {described(entry)}, no entry.", _REMAKE)
        edges = nested_edges({path: entry for path, (_, _, entry) in found.items()})
        for path, (place, at, entry) in sorted(found.items(), key=lambda item: item[1][1]):
            self.nested_entry(path, self.document.location(at, place), entry, edges)

    def nested_entry(self, path: str, location: Location, entry: Mapping[str, Any], edges: Edges) -> None:
        """One package of version 1, whose ``version`` may be an alias, a repository or an archive."""
        key = path.rpartition(ABOVE)[2].rpartition(_FOLDER)[2]
        version = entry.get("version")
        version = encodable(version) if isinstance(version, str) else ""
        try:
            spec = read_spec(key, version)
        except SpecError as error:
            self.problems_at(location, f"{quoted(key)} has the version {quoted(version)}: {error}.", _REMAKE)
            spec = NpmSpec(name=key)
        if spec.source is REGISTRY:
            pinned = spec.pinned_version or spec.specifier or None
            source = self.source(spec.name, entry, location, by_url=False)
            spec = NpmSpec(name=spec.name, pinned_version=pinned, source=source)
        self.keep(key, spec, entry, location, path, edges)

    def source(self, name: str, entry: Mapping[str, Any], location: Location, *, by_url: bool) -> Source:
        """Where ``resolved`` says that the bytes come from."""
        resolved = entry.get("resolved")
        if not isinstance(resolved, str) or not resolved:
            return REGISTRY
        resolved = encodable(resolved)
        if resolved.startswith("${"):  # npm's own placeholder for "the registry, whichever it is"
            return Source(kind=SourceKind.REGISTRY, url=resolved)
        if resolved[:4].lower() == "http":
            if by_url:
                return Source(kind=SourceKind.URL, url=resolved)
            return Source(kind=SourceKind.REGISTRY, url=resolved, index=self.registry(resolved, name, location))
        try:
            source = read_spec(name, resolved).source
        except SpecError:
            source = REGISTRY
        return source if source is not REGISTRY else Source(kind=SourceKind.REGISTRY, url=resolved)

    def registry(self, url: str, name: str, location: Location) -> IndexRef | None:
        """The registry that holds the archive; None for the public one."""
        base = npm_registry_base(url, name)
        if base is None:
            return None
        if base not in self.registries:
            self.registries[base] = IndexRef(url=base, location=location)
        return self.registries[base]

    def keep(
        self, key: str, spec: NpmSpec, entry: Mapping[str, Any], location: Location, node: str, edges: Edges
    ) -> None:
        """Add the requirement, unless no registry could hold its name."""
        try:
            name = normalize(Ecosystem.NPM, spec.name)
        except InvalidNameError as error:
            self.problems_at(location, error.message, _REMAKE)
            return
        version = spec.pinned_version or ""
        self.requirements.append(
            Requirement(
                ecosystem=Ecosystem.NPM,
                name=name,
                raw_name=spec.name,
                requested=f"{spec.name}@{version}" if version else spec.name,
                specifier=version,
                pinned_version=spec.pinned_version,
                source=spec.source,
                groups=_groups(entry),
                direct=node in edges.direct,
                required_by=tuple(edges.required_by.get(node, ())),
                alias=key if key != spec.name else None,
                hashes=isinstance(entry.get("integrity"), str),
                location=location,
            )
        )

    def wrong_top(self, key: str, message: str) -> ParseError:
        """An error about the value of a key of the top level."""
        member = self.document.walk({}).member(key)
        value = self.document.value.get(key)
        return self.document.error(
            f"{quoted(key)} holds {described(value)} {message}.", 0 if member is None else member.value_at, mend=_REMAKE
        )

    def problem(self, offset: int, message: str, mend: str) -> None:
        """Note what is wrong at an offset."""
        self.problems_at(self.document.location(offset), message, mend)

    def problems_at(self, location: Location, message: str, mend: str) -> None:
        """Note what is wrong at a place."""
        if len(self.problems) == MAX_PROBLEMS:
            message, mend = "More is wrong in this file, here and below.", "Mend what is said above first."
        if len(self.problems) <= MAX_PROBLEMS:
            self.problems.append(
                Problem(path=location.path, message=message, mend=mend, line=location.line, column=location.column)
            )


def _groups(entry: Mapping[str, Any]) -> tuple[str, ...]:
    both = entry.get("devOptional") is True
    groups = (
        ("dev", both or entry.get("dev") is True),
        ("optional", both or entry.get("optional") is True),
        ("peer", entry.get("peer") is True),
    )
    return tuple(name for name, set_ in groups if set_) or ("main",)
