"""package.json: what npm, yarn, pnpm and bun are asked to install.

https://docs.npmjs.com/cli/configuring-npm/package-json is the format; ``resolutions`` is yarn's
(https://yarnpkg.com/configuration/manifest#resolutions), ``pnpm.overrides`` pnpm's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from depaudit.errors import InvalidNameError
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.problem import Problem
from depaudit.model.requirement import Requirement, SourceKind
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

TABLES = (
    ("dependencies", "main"),
    ("devDependencies", "dev"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "peer"),
)
"""The tables of wishes, and the group that each stands for."""

MAX_PROBLEMS = 100
"""After so many, one more says that there are others: nobody reads ten thousand."""

_LEVEL: Shape = {"*": {}}
_ANY: dict[str, Shape] = {}
_ANY["*"] = _ANY  # npm's overrides are nested as deep as their author likes
_SHAPE: Shape = {
    **{name: _LEVEL for name, _ in TABLES},
    "peerDependenciesMeta": {"*": _LEVEL},
    "overrides": _ANY,
    "resolutions": _LEVEL,
    "pnpm": {"overrides": _LEVEL},
    "workspaces": _LEVEL,
}
# The package at the end of a path of names: "a/b", "**/@scope/b", "a@^1/b@npm:2" (yarn); "a@1>b" is pnpm's.
_LAST_NAME = re.compile(r"(?:^|[/>])\s*((?:@[^/@>\s]+/)?[^/@>\s]+)(?:@[^>/]*)?\s*$")
_SPEC_MEND = "npm reads no such value; write a version range, a dist-tag, a path, a git repository or a URL."


class PackageJson:
    """The manifest of a JavaScript project."""

    name = "package-json"
    what = "package.json, the manifest of npm, yarn, pnpm and bun"
    patterns = ("package.json",)
    lockfile = False

    def matches(self, path: str) -> bool:
        """Whether the file is called ``package.json``."""
        return path.rpartition("/")[2] == "package.json"

    def parse(self, text: str, path: str) -> Parsed:
        """Read all tables of wishes, and overrides as far as they bring something new.

        An override that only says which version of a package counts asks for nothing by itself (like pip's
        constraints): it is read, and kept where the file asks for that package too. One that puts another package, a
        repository or an archive in a package's place is kept always.
        """
        document = read_json(text, path)
        reading = _Reading(document)
        root = document.walk(_SHAPE)
        if isinstance(root.get("unity"), str) and _all_reversed_domains(root.get("dependencies")):
            return _unity(root)
        optional_peers = _optional_peers(root.get("peerDependenciesMeta"))
        for table, group in TABLES:
            for member in reading.table(root, table):
                groups = ("peer", "optional") if group == "peer" and member.key in optional_peers else (group,)
                key = encodable(member.key)
                reading.wish(member, key, f"{table}.{key}", groups)
        reading.overrides(root)
        return Parsed(
            requirements=tuple(reading.requirements),
            problems=tuple(reading.problems),
            not_audited=tuple(sorted(reading.elsewhere.items())),
            project=_own_name(root),
            project_version=_text(root.get("version")),
            workspaces=_workspaces(root.get("workspaces")),
        )


PARSER = PackageJson()


@dataclass(slots=True)
class _Reading:
    """One file being read."""

    document: Document
    requirements: list[Requirement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def table(self, holder: Entries, name: str) -> Iterator[Member]:
        """The members of every table of that name: a table that stands twice is read twice."""
        found = [m for m in holder.members if m.key == name]
        for again in found[1:]:
            self.problem(again.at, repeated_key(again), "Join the two.")
        for member in found:
            if not isinstance(member.value, Entries):
                if member.value not in (None, [], ""):  # npm takes these for an empty table
                    self.problem(
                        member.value_at,
                        f"{quoted(name)} holds {described(member.value)} where a table of versions belongs.",
                        'Write it as {"name": "version"}.',
                    )
                continue
            for again in member.value.repeated():
                self.problem(again.at, repeated_key(again), "Keep the one that you mean.")
            yield from member.value.members

    def wish(self, member: Member, key: str, pointer: str, groups: tuple[str, ...]) -> None:
        """Keep what one member of a table asks for."""
        spec = self.spec(member, key)
        if spec is None:
            return
        self.asked.update((key, spec.name))
        if spec.elsewhere is not None:
            self.elsewhere[spec.elsewhere] = self.elsewhere.get(spec.elsewhere, 0) + 1
            return
        self.keep(member, key, spec, pointer, groups)

    def spec(self, member: Member, key: str) -> NpmSpec | None:
        """What the member's value means; None, with a problem, where it is not even text."""
        if not isinstance(member.value, str):
            self.problem(
                member.value_at,
                f"{quoted(key)} has {described(member.value)} where a version was expected.",
                _SPEC_MEND,
            )
            return None
        try:
            return read_spec(key, encodable(member.value))
        except SpecError as error:
            self.problem(
                member.value_at,
                f"{quoted(member.value)} cannot be read as a version of {quoted(key)}: {error}.",
                _SPEC_MEND,
            )
            return NpmSpec(name=key)  # its name is audited all the same

    def keep(self, member: Member, key: str, spec: NpmSpec, pointer: str, groups: tuple[str, ...]) -> None:
        """Add the requirement, unless no registry could hold its name."""
        try:
            name = _name(spec)
        except InvalidNameError as error:
            self.problem(member.at, error.message, "Correct the name; npm refuses it too.")
            return
        self.requirements.append(
            Requirement(
                ecosystem=Ecosystem.NPM,
                name=name,
                raw_name=spec.name,
                requested=encodable(f"{key}@{member.value}" if member.value else key),
                specifier=encodable(spec.specifier),
                pinned_version=spec.pinned_version,
                source=spec.source,
                groups=groups,
                alias=key if key != spec.name else None,
                location=self.document.location(member.at, pointer),
            )
        )

    def overrides(self, root: Entries) -> None:
        """Read npm's, yarn's and pnpm's tables of overrides, after all wishes are known."""
        self.npm_overrides(self.table(root, "overrides"), "overrides", None)
        for member in self.table(root, "resolutions"):
            self.override(member, encodable(member.key), "resolutions")
        pnpm = root.get("pnpm")
        if isinstance(pnpm, Entries):
            for member in self.table(pnpm, "overrides"):
                self.override(member, encodable(member.key), "pnpm.overrides")

    def npm_overrides(self, members: Iterator[Member], pointer: str, above: str | None) -> None:
        """npm's overrides: a value is a spec, or a table whose ``.`` speaks of the package above."""
        for member in members:
            key = above if member.key == "." and above is not None else encodable(member.key)
            if isinstance(member.value, Entries):
                self.npm_overrides(iter(member.value.members), f"{pointer}.{key}", key)
            elif not member.key.startswith("//"):  # where people put comments
                self.override(member, key, pointer)

    def override(self, member: Member, key: str, table: str) -> None:
        """One override: kept where it puts something else in the package's place, or the file asks for the package."""
        if isinstance(member.value, str) and (member.value.startswith("$") or member.value.strip() == "-"):
            return  # "$name" is what the tables above say of name; pnpm's "-" removes the package
        match = _LAST_NAME.search(key)
        if match is None:
            self.problem(member.at, f"{quoted(key)} names no package.", "Write the name of the package to override.")
            return
        name = match.group(1)
        spec = self.spec(member, name)
        if spec is None:
            return
        replaces = spec.name != name or spec.source.kind in (SourceKind.GIT, SourceKind.URL)
        if replaces or (name in self.asked and spec.source.kind is SourceKind.REGISTRY):
            self.keep_override(member, name, spec, f"{table}.{encodable(member.key)}")

    def keep_override(self, member: Member, name: str, spec: NpmSpec, pointer: str) -> None:
        """An override that counts, in a group of its own."""
        if spec.elsewhere is not None:
            self.elsewhere[spec.elsewhere] = self.elsewhere.get(spec.elsewhere, 0) + 1
        else:
            self.keep(member, name, spec, pointer, ("override",))

    def problem(self, offset: int, message: str, mend: str) -> None:
        """Note what is wrong at a place."""
        if len(self.problems) > MAX_PROBLEMS:
            return
        if len(self.problems) == MAX_PROBLEMS:
            message, mend = "More is wrong in this file, here and below.", "Mend what is said above first."
        line, column = self.document.position(offset)
        self.problems.append(Problem(path=self.document.path, message=message, mend=mend, line=line, column=column))


def _name(spec: NpmSpec) -> NormalizedName:
    return normalize(Ecosystem.NPM, spec.name)


def _optional_peers(meta: object) -> set[str]:
    if not isinstance(meta, Entries):
        return set()
    return {m.key for m in meta.members if isinstance(m.value, Entries) and m.value.get("optional") is True}


def _own_name(root: Entries) -> str:
    name = root.get("name")
    try:
        return normalize(Ecosystem.NPM, name) if isinstance(name, str) else ""
    except InvalidNameError:
        return ""


def _workspaces(value: object) -> tuple[str, ...]:
    if isinstance(value, Entries):
        value = value.get("packages")  # yarn 1 and bun: {"packages": [...], ...}
    return tuple(encodable(glob) for glob in value if isinstance(glob, str)) if isinstance(value, list) else ()


def _all_reversed_domains(dependencies: object) -> bool:
    """Whether all names are as Unity's (``com.unity.ugui``): npm itself does not look at the key ``unity``."""
    names = [member.key for member in dependencies.members] if isinstance(dependencies, Entries) else []
    return all(name.startswith(("com.", "org.", "net.", "io.", "jp.")) and "/" not in name for name in names)


def _unity(root: Entries) -> Parsed:
    # A package of the Unity engine: the same file name and keys, another registry.
    dependencies = root.get("dependencies")
    count = len(dependencies.members) if isinstance(dependencies, Entries) else 0
    return Parsed(not_audited=(("unity", count),) if count else ())


def _text(value: object) -> str:
    return encodable(value) if isinstance(value, str) else ""
