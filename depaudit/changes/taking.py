"""What of two states has to be looked at, and laying that out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from depaudit.changes.entries import CONFLICT
from depaudit.changes.included import includes_of, may_include
from depaudit.changes.kinds import shown
from depaudit.changes.layout import TOO_MANY, TOO_MUCH, Layout
from depaudit.changes.links import NOWHERE, OUTSIDE
from depaudit.changes.relevance import leads_elsewhere
from depaudit.changes.state import TOO_LARGE, Content, State
from depaudit.file_reader import MAX_INCLUDE_DEPTH
from depaudit.model.problem import Problem
from depaudit.model.record import record

MAX_INCLUDED = 20_000
"""Lines of one state that include a file."""

TOO_MANY_INCLUDES = f"more than {MAX_INCLUDED} lines of the repository include a file"
BOUNDS = (TOO_MANY, TOO_MUCH, TOO_MANY_INCLUDES)
"""Why a file is not looked at, be it changed or not: what others mean may hang on it."""

_MENDS = {
    CONFLICT: "Resolve it, and type git add for this file.",
    OUTSIDE: "Put a file there, or let the link lead to a file of the repository.",
    NOWHERE: "Mend or remove the link.",
    TOO_MANY: "Name the folders that count, so that others are left out.",
    TOO_MUCH: "Name the folders that count, so that others are left out.",
    TOO_LARGE: "Move it out of the repository.",
}


@record
class Taken:
    """See ``Sides``."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    affected: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Half:
    """One state and where it is laid out. ``refused`` says why a file is not, ``includes`` which includes which."""

    state: State
    layout: Layout
    laid: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    includes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    included: int = 0

    def lay_out(self, path: str) -> bytes | None:
        """Lay a file out, once. Returns its bytes; None where it is there already or cannot be."""
        content = self.state.contents.get(path)
        if content is None or path in self.laid or path in self.refused:
            return None
        data, why = self.state.read(content)
        why = why or self.layout.put(path, data)
        if why:
            self.refused[path] = why
            return None
        self.laid.add(path)
        return data

    def lay_out_context(self, parsed: dict[tuple[str, str], tuple[str, ...]]) -> None:
        """Lay out whatever says what other files mean, and what those include.

        ``parsed``  what the content of an id includes at a path; filled on the way, for both states
        """
        waiting = sorted(path for path, kind in self.state.kinds.items() if kind.context)
        for _ in range(MAX_INCLUDE_DEPTH + 1):
            wanted: dict[str, None] = {}
            for path in waiting:
                data = self.lay_out(path)
                if data is not None:
                    wanted.update(dict.fromkeys(self._followed(path, data, parsed)))
            waiting = [path for path in wanted if path not in self.laid and path not in self.refused]
            if not waiting:
                return
            self.state.include(waiting)

    def _followed(self, path: str, data: bytes, parsed: dict[tuple[str, str], tuple[str, ...]]) -> tuple[str, ...]:
        name = may_include(path, by_name=path in self.state.listing.kinds)
        if name is None:
            return ()
        key = (path, self.state.contents[path].oid)
        targets = parsed.get(key)
        if targets is None:
            found = includes_of(path, data, name)
            for folder in (folder for one in found for folder in one.through):
                self.layout.enter(folder)
            targets = tuple(one.path for one in found)
            if not any(one.through for one in found):  # else the other layout needs those folders too
                parsed[key] = targets
        self.included += len(targets)
        if self.included > MAX_INCLUDED:
            self.refused[path] = TOO_MANY_INCLUDES
            return ()
        self.includes[path] = targets
        return targets


@dataclass(slots=True)
class Taking:
    """Works out what changed. ``paths`` empty: everywhere."""

    base: Half
    head: Half
    paths: tuple[str, ...] = ()

    def run(self) -> Taken:
        """Lay out both states."""
        parsed: dict[tuple[str, str], tuple[str, ...]] = {}
        for half in (self.base, self.head):
            half.state.settle(half.state.listing.files)
            half.lay_out_context(parsed)
        before, after = self._counted(self.base), self._counted(self.head)
        changed = sorted(path for path in after if not self._same(path, before, after))
        removed = sorted(path for path in before if path not in after)
        affected = sorted(self._affected(after, {*changed}))
        looked_at = (*changed, *removed, *affected)
        for half in (self.base, self.head):
            for path in (*looked_at, *_uv_locks(looked_at, half.state.contents)):
                half.lay_out(path)
        return Taken(
            changed=tuple(path for path in changed if path in self.head.laid),
            removed=tuple(path for path in removed if path in self.base.laid),
            affected=tuple(path for path in affected if path in self.head.laid),
            problems=tuple(self._problems()),
        )

    def _counted(self, half: Half) -> dict[str, Content]:
        """The files of a state whose change would count."""
        state = half.state
        chosen = {p for p, k in state.kinds.items() if (k.dependency or k.settings) and self._chosen(p, k.settings)}
        waiting = list(chosen)
        while waiting:
            for target in half.includes.get(waiting.pop(), ()):
                if target not in chosen:
                    chosen.add(target)
                    waiting.append(target)
        return {path: state.contents[path] for path in chosen if path in state.contents}

    def _chosen(self, path: str, settings: bool) -> bool:  # noqa: FBT001  a property of the path
        if not self.paths or any(_stands_in(path, chosen) for chosen in self.paths):
            return True
        folder = path.rpartition("/")[0]
        return settings and any(_stands_in(chosen, folder) for chosen in self.paths)

    def _same(self, path: str, before: Mapping[str, Content], after: Mapping[str, Content]) -> bool:
        old, new = before.get(path), after[path]
        if old is None or new.same(old):
            return old is not None
        # A link that leads to the same file as before: what changed there is told there.
        linked = path in self.head.state.links and path in self.base.state.links
        return linked and not new.lost and old.place == new.place and new.place in before and new.place in after

    def _affected(self, after: Mapping[str, Content], changed: set[str]) -> Iterator[str]:
        kinds = self.head.state.kinds
        settings = {p for half in (self.base, self.head) for p, k in half.state.kinds.items() if k.settings}
        folders = {path.rpartition("/")[0] for path in settings if self._led_elsewhere(path)}
        if not folders:
            return
        for path in after:
            if path not in changed and kinds[path].read and not folders.isdisjoint(_folders_above(path)):
                yield path

    def _led_elsewhere(self, path: str) -> bool:
        old, new = self.base.state.contents.get(path), self.head.state.contents.get(path)
        if new is None or new.same(old):
            return new is None and old is not None and leads_elsewhere(path, self.base.state.read(old)[0], None)
        before = None if old is None else self.base.state.read(old)[0]
        return leads_elsewhere(path, before, self.head.state.read(new)[0])

    def _problems(self) -> Iterator[Problem]:
        told: set[str] = set()
        for half, where in ((self.head, ""), (self.base, " as it was before the change")):
            counts = Counter(half.refused.values())
            for path, why in half.refused.items():
                key = why if why in BOUNDS else path
                if key in told or not (why in BOUNDS or self._is_new(path)):
                    continue
                told.add(key)
                others = f", nor were {counts[why] - 1} others" if why in BOUNDS and counts[why] > 1 else ""
                yield Problem(
                    path=shown(path),
                    message=f"This file was not looked at{where}{others}: {why}.",
                    mend=_MENDS.get(why, "Mend or remove it."),
                )

    def _is_new(self, path: str) -> bool:
        """Whether head has the file and base has not, or another one."""
        new = self.head.state.contents.get(path)
        return new is not None and not new.same(self.base.state.contents.get(path))


def _stands_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _folders_above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _uv_locks(paths: Iterable[str], held: Mapping[str, Content]) -> list[str]:
    """The ``uv.lock`` files around and above some files: where one is, uv's settings count."""
    folders = {folder for path in paths for folder in _folders_above(path)}
    names = (f"{folder}/uv.lock" if folder else "uv.lock" for folder in sorted(folders))
    return [name for name in names if name in held]
