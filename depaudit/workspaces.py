"""Members of npm, yarn and bun workspaces: their names are the project's own and are asked of no registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from depaudit.ignore import PatternSet, read_patterns
from depaudit.model.npm_range import parse_range, parse_version
from depaudit.model.record import record, replace
from depaudit.model.requirement import Requirement, Source, SourceKind

MAX_ALTERNATIVES = 256
"""Globs that one glob with braces may stand for."""

_BRACES = re.compile(r"\{([^{}]*)\}")


@record
class Manifest:
    """A package.json as far as workspaces go. ``folder`` is absolute and real."""

    folder: Path
    name: str
    version: str
    workspaces: tuple[str, ...]


@record(kw_only=False)
class Workspaces:
    """Which names are local to which folders."""

    members: tuple[tuple[Path, dict[str, str]], ...]
    folders: frozenset[tuple[Path, Path]]

    def localize(self, requirements: Iterable[Requirement], folder: Path) -> tuple[Requirement, ...]:
        """The requirements of the package.json in ``folder``, those on fellow members marked as the workspace's own.

        A member is linked only where its version is one that the requirement allows, as npm and yarn do it; else they
        would fetch the name.
        """
        local: dict[str, str] = {}
        for root, names in self.members:
            if (root, folder) in self.folders:
                local.update(names)
        if not local:
            return tuple(requirements)
        return tuple(_localized(requirement, local) for requirement in requirements)


def find_workspaces(manifests: Iterable[Manifest]) -> Workspaces:
    """The workspaces among the manifests of a tree."""
    # In the order of their parts, all that stand below a folder follow it directly.
    ordered = sorted(((manifest.folder.parts, manifest) for manifest in manifests), key=lambda pair: pair[0])
    members = []
    folders: set[tuple[Path, Path]] = set()
    for position, (top, root) in enumerate(ordered):
        if not root.workspaces:
            continue
        patterns = _patterns(root.workspaces)
        names: dict[str, str] = {}
        folders.add((root.folder, root.folder))
        for parts, manifest in islice(ordered, position + 1, None):
            if parts[: len(top)] != top:
                break
            if patterns.verdict(parts[len(top) :], folder=True):
                folders.add((root.folder, manifest.folder))
                if manifest.name:
                    names[manifest.name] = manifest.version
        members.append((root.folder, names))
    return Workspaces(tuple(members), frozenset(folders))


def covers(globs: Sequence[str], root: Path, folder: Path) -> bool:
    """Whether a manifest in ``root`` with these globs counts ``folder`` among its workspace."""
    if not globs or not folder.is_relative_to(root):
        return False
    return bool(_patterns(globs).verdict(folder.relative_to(root).parts, folder=True))


def _localized(requirement: Requirement, local: dict[str, str]) -> Requirement:
    plain = requirement.source.kind is SourceKind.REGISTRY and requirement.alias is None
    if not plain or requirement.name not in local:
        return requirement
    if not _links(requirement.specifier, local[requirement.name]):
        return requirement
    return replace(requirement, source=Source(kind=SourceKind.WORKSPACE))


def _links(specifier: str, version: str) -> bool:
    if specifier in ("", "*"):
        return True
    allowed, own = parse_range(specifier), parse_version(version)
    return allowed is not None and own is not None and allowed.admits(own)


def _patterns(globs: Sequence[str]) -> PatternSet:
    lines = []
    for glob in globs:
        for single in _without_braces(glob):
            negated = single.startswith("!")
            lines.append(("!/" if negated else "/") + single[negated:].removeprefix("./").strip("/"))
    return read_patterns(lines)


def _without_braces(glob: str) -> list[str]:
    done: list[str] = []
    waiting = [glob]
    while waiting and len(done) + len(waiting) <= MAX_ALTERNATIVES:
        single = waiting.pop()
        match = _BRACES.search(single)
        if match is None:
            done.append(single)
            continue
        before, after = single[: match.start()], single[match.end() :]
        waiting.extend(before + choice + after for choice in match.group(1).split(",")[:MAX_ALTERNATIVES])
    return done
