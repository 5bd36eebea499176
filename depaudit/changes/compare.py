"""What one state of a repository's dependency files asks for that another does not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from depaudit.changes.hunks import ChangedLines
from depaudit.model.record import record, replace
from depaudit.model.requirement import Location, Requirement, SourceKind
from depaudit.model.route import Route
from depaudit.model.versions import satisfies
from depaudit.parsers import format_for

Lines = Callable[[str, str | None], ChangedLines]
"""The lines that changed in a file of head, given that file and the one of base that it was renamed from."""

_SHARED_AT_LEAST = 0.5
"""Of the requirements of a new and a removed file, how many are the same when the one is the other, renamed."""


@record(kw_only=False)
class Reached:
    """A requirement, and where its name would be looked up."""

    requirement: Requirement
    route: Route


def additions(
    before: Sequence[Reached], after: Sequence[Reached], *, paths: Iterable[str], new: Iterable[str], lines: Lines
) -> tuple[Requirement, ...]:
    """The requirements that ``after`` adds or changes, those of manifests first, each located on a changed line.

    ``paths``  the files of head that count
    ``new``    those of them that base has not
    ``lines``  asked only for files that add something

    A requirement counts as there before when its file asked for the same package, version and source, from the same
    indexes; a file that base has not is compared with the removed one that it is a renaming of, if any.
    """
    old, now = _by_file(before), _by_file(after)
    counted = set(paths)
    renamed = renamings(_keys(old), _keys(now), [path for path in new if path in counted])
    manifests: list[Requirement] = []
    locked: list[Requirement] = []
    for path, wishes in now.items():
        known = {_key(wish) for wish in old.get(renamed.get(path, path), ())}
        added = [wish for wish in wishes if _key(wish) not in known] if path in counted else []
        if added:
            placed = _placed(added, wishes, lines(path, renamed.get(path)))
            (locked if _is_lockfile(path) else manifests).extend(placed)
    return (*with_locked_versions(manifests, [wish.requirement for wish in after]), *locked)


def renamings(
    old: Mapping[str, frozenset[Hashable]], now: Mapping[str, frozenset[Hashable]], new: Iterable[str]
) -> dict[str, str]:
    """Which of the ``new`` files are removed ones under another name: (path now → path before), each once.

    They are of one format and share at least half of what they ask for; the most alike are paired first.
    """
    gone = [path for path in old if path not in now]
    pairs = []
    for path in new:
        for former in gone:
            if _format(path) != _format(former) or not now.get(path):
                continue
            shared = len(now[path] & old[former]) / max(len(now[path]), len(old[former]))
            if shared >= _SHARED_AT_LEAST:
                pairs.append((-shared, path, former))
    found: dict[str, str] = {}
    for _, path, former in sorted(pairs):
        if path not in found and former not in found.values():
            found[path] = former
    return found


def with_locked_versions(
    manifests: Iterable[Requirement], everything: Sequence[Requirement]
) -> tuple[Requirement, ...]:
    """The manifests' requirements with the one version that a lockfile beside or above them holds for each.

    So a direct requirement and its entry in the lockfile are one package. Where the lockfile holds several that the
    requirement admits, or none, it stays as it is.
    """
    locks: dict[tuple[str, Hashable, str], dict[str, None]] = {}
    for wish in everything:
        if wish.pinned_version and wish.source.kind is SourceKind.REGISTRY and _is_lockfile(wish.location.path):
            key = (_folder(wish.location.path), wish.ecosystem, wish.name)
            locks.setdefault(key, {})[wish.pinned_version] = None
    return tuple(_locked(wish, locks) for wish in manifests)


def _locked(wish: Requirement, locks: Mapping[tuple[str, Hashable, str], Mapping[str, None]]) -> Requirement:
    if wish.pinned_version or wish.source.kind is not SourceKind.REGISTRY:
        return wish
    for folder in _upward(_folder(wish.location.path)):
        versions = locks.get((folder, wish.ecosystem, wish.name))
        if versions:
            admitted = [one for one in versions if satisfies(wish.ecosystem, one, wish.specifier) is not False]
            return replace(wish, pinned_version=admitted[0]) if len(admitted) == 1 else wish
    return wish


def _key(wish: Reached) -> Hashable:
    """What makes a requirement another one: not its groups, marker or hashes, which bring in no other package."""
    requirement, route = wish.requirement, wish.route
    return (
        requirement.ecosystem,
        requirement.name,
        requirement.specifier,
        requirement.pinned_version,
        requirement.source.kind,
        requirement.source.url,
        tuple(index.url for index in route.indexes),
        tuple(sorted({foreign.url for foreign in route.foreign})),
        route.find_links,
    )


def _keys(files: Mapping[str, Sequence[Reached]]) -> dict[str, frozenset[Hashable]]:
    return {path: frozenset(map(_key, wishes)) for path, wishes in files.items()}


def _by_file(wishes: Iterable[Reached]) -> dict[str, list[Reached]]:
    files: dict[str, list[Reached]] = {}
    for wish in wishes:
        files.setdefault(wish.requirement.location.path, []).append(wish)
    return files


def _placed(added: Sequence[Reached], all_of_file: Sequence[Reached], changed: ChangedLines) -> list[Requirement]:
    """The requirements, each at a line that the change touches, where it touches one of theirs.

    An entry of a lockfile begins with its name, while a change of version stands further down in it.
    """
    starts = sorted({wish.requirement.location.line for wish in all_of_file})
    following = dict(zip(starts, (*starts[1:], 2**31), strict=True))
    return [_at_change(wish, changed, following[wish.requirement.location.line]) for wish in added]


def _at_change(wish: Reached, changed: ChangedLines, behind: int) -> Requirement:
    place = wish.requirement.location
    line = changed.first_in(place.line, behind)
    if line == place.line:
        return wish.requirement
    if line is not None:
        return replace(wish.requirement, location=replace(place, line=line, column=1))
    # Nothing of its own changed: what leads it elsewhere did.
    named: list[Location] = [
        foreign.ref.location for foreign in wish.route.foreign if foreign.ref and foreign.ref.location
    ]
    return replace(wish.requirement, location=named[0]) if named else wish.requirement


def _format(path: str) -> str:
    known = format_for(path)
    return "" if known is None else known.name


def _is_lockfile(path: str) -> bool:
    known = format_for(path)
    return known is not None and known.lockfile


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _upward(folder: str) -> tuple[str, ...]:
    path = PurePosixPath(folder)
    return (str(path), *map(str, path.parents))
