"""Who needs whom in a lockfile: asked for directly, required by, and for which groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from depaudit.model.record import record

MAX_LABELS = 64
"""Groups that are followed through the whole graph; beyond these a group is only said of what it names itself."""


class Edge(NamedTuple):
    """A need: for ``name``, at ``version`` where the lockfile says which, for the group ``label``."""

    name: str
    version: str | None = None
    label: str = "main"


@record
class Node:
    """One locked package. ``local``: it is the project's own code, so a person asked for what it needs."""

    name: str
    version: str | None
    edges: tuple[Edge, ...] = ()
    local: bool = False


@record
class Standing:
    """A locked package's place in the graph. ``groups`` is empty where the lockfile does not tell."""

    direct: bool
    required_by: tuple[str, ...]
    groups: tuple[str, ...]


_Key = tuple[str, "str | None"]


def standings(nodes: Sequence[Node], wanted: Iterable[Edge] = ()) -> list[Standing]:
    """The standing of each of ``nodes``, in their order.

    ``wanted`` are needs that the lockfile states apart from any package (a script's own requirements). A need without
    a version is one for every locked version of the name. Linear in nodes and edges, times the groups followed.
    """
    locked: set[_Key] = {(node.name, node.version) for node in nodes}
    edges: dict[_Key, list[_Key]] = {}
    by_name: dict[str, list[Node]] = {}
    required_by: dict[_Key, dict[str, None]] = {}
    direct: dict[str, dict[_Key, None]] = {}

    def target(edge: Edge) -> _Key:
        key = (edge.name, edge.version)
        return key if key in locked else (edge.name, None)

    for edge in wanted:
        direct.setdefault(edge.label, {})[target(edge)] = None
    for node in nodes:
        by_name.setdefault(node.name, []).append(node)
        for edge in node.edges:
            key = target(edge)
            if edge.name != node.name:
                required_by.setdefault(key, {})[node.name] = None
            if node.local:
                direct.setdefault(edge.label, {})[key] = None
            else:
                edges.setdefault((node.name, node.version), []).append(key)

    groups: dict[_Key, dict[str, None]] = {}
    for label, roots in sorted(direct.items(), key=lambda item: item[0] != "main")[:MAX_LABELS]:
        for key in _reached(roots, edges, by_name):
            groups.setdefault(key, {})[label] = None
    asked = {key for roots in direct.values() for key in roots}
    out = []
    for node in nodes:
        keys: tuple[_Key, ...] = ((node.name, node.version), (node.name, None))
        out.append(
            Standing(
                direct=any(key in asked for key in keys),
                required_by=tuple(dict.fromkeys(name for key in keys for name in required_by.get(key, ()))),
                groups=tuple(dict.fromkeys(label for key in keys for label in groups.get(key, ()))),
            )
        )
    return out


def _reached(roots: Iterable[_Key], edges: dict[_Key, list[_Key]], by_name: dict[str, list[Node]]) -> Iterable[_Key]:
    """Everything that ``roots`` need, themselves included."""
    seen = dict.fromkeys(roots)
    waiting = list(seen)
    while waiting:
        name, version = waiting.pop()
        following = edges.get((name, version), [])
        if version is None:
            following = [*following, *((node.name, node.version) for node in by_name.get(name, ()))]
        for key in following:
            if key not in seen:
                seen[key] = None
                waiting.append(key)
    return seen
