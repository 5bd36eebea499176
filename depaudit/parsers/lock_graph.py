"""Who needs whom in a lockfile: asked for directly, required by, and for which groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from depaudit.model.record import record

MAX_LABELS = 64
"""Groups that are followed through the whole graph; beyond these a group is only said of what it names itself."""


class Edge(NamedTuple):
    """A need: for ``name``, at ``version`` where the lockfile says which, for the group ``label``."""

    name: str
    version: str | None = None
    label: str = "main"


class Locked(Protocol):
    """One locked package. ``local``: it is the project's own code, so a person asked for what it needs."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str | None: ...

    @property
    def edges(self) -> tuple[Edge, ...]: ...

    @property
    def local(self) -> bool: ...


@record
class Node:
    """A ``Locked`` that is nothing else."""

    name: str
    version: str | None
    edges: tuple[Edge, ...] = ()
    local: bool = False


class Standing(NamedTuple):
    """A locked package's place in the graph. ``groups`` is empty where the lockfile does not tell."""

    direct: bool
    required_by: tuple[str, ...]
    groups: tuple[str, ...]


_Key = tuple[str, "str | None"]
_NONE: dict[str, None] = {}


def standings(nodes: Sequence[Locked], wanted: Iterable[Edge] = ()) -> list[Standing]:
    """The standing of each of ``nodes``, in their order.

    ``wanted`` are needs that the lockfile states apart from any package (a script's own requirements). A need without
    a version is one for every locked version of the name. Linear in nodes and edges, times the groups followed.
    """
    locked: set[_Key] = {(node.name, node.version) for node in nodes}
    edges: dict[_Key, list[_Key]] = {}
    by_name: dict[str, list[_Key]] = {}
    required_by: dict[_Key, dict[str, None]] = {}
    direct: dict[str, dict[_Key, None]] = {}

    def target(edge: Edge) -> _Key:
        key = (edge.name, edge.version)
        return key if key in locked else (edge.name, None)

    for edge in wanted:
        direct.setdefault(edge.label, {})[target(edge)] = None
    for node in nodes:
        name = node.name
        own = (name, node.version)
        by_name.setdefault(name, []).append(own)
        needs = [(edge, target(edge)) for edge in node.edges]
        for edge, key in needs:
            if edge.name != name:
                required_by.setdefault(key, {})[name] = None
            if node.local:
                direct.setdefault(edge.label, {})[key] = None
        if needs and not node.local:
            edges.setdefault(own, []).extend(key for _, key in needs)

    groups: dict[_Key, dict[str, None]] = {}
    for label, roots in sorted(direct.items(), key=lambda item: item[0] != "main")[:MAX_LABELS]:
        for key in _reached(roots, edges, by_name):
            groups.setdefault(key, {})[label] = None
    asked = {key for roots in direct.values() for key in roots}
    out = []
    for node in nodes:
        exact: _Key = (node.name, node.version)
        loose: _Key = (node.name, None)
        out.append(
            Standing(
                exact in asked or loose in asked,
                _noted(required_by, exact, loose),
                _noted(groups, exact, loose),
            )
        )
    return out


def _noted(words: dict[_Key, dict[str, None]], exact: _Key, loose: _Key) -> tuple[str, ...]:
    """What is noted of a package under either of its keys, each word once."""
    return tuple({**words.get(exact, _NONE), **words.get(loose, _NONE)})


def _reached(roots: Iterable[_Key], edges: dict[_Key, list[_Key]], by_name: dict[str, list[_Key]]) -> Iterable[_Key]:
    """Everything that ``roots`` need, themselves included."""
    seen = dict.fromkeys(roots)
    waiting = list(seen)
    while waiting:
        name, version = waiting.pop()
        following = edges.get((name, version), [])
        if version is None:
            following = [*following, *by_name.get(name, ())]
        for key in following:
            if key not in seen:
                seen[key] = None
                waiting.append(key)
    return seen
