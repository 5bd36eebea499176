"""Who brings in what: from a package up to what a person asked for, as far as the audited files tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Package, Requirement

MAX_LENGTH = 12
"""Names of one chain; of a longer one the middle is left out."""

LEFT_OUT = "…"

_Place = tuple[Ecosystem, str]


class _Ways(NamedTuple):
    """Of one file: for each name that was reached, the name above it, and the one that its way begins with."""

    above: dict[str, str]
    top: dict[str, str]


_NONE = _Ways({}, {})


class Chains:
    """The shortest ways by which the files of one run bring in its packages.

    A lockfile names for each package those that ask for it (``Requirement.required_by``); the names of each file are
    followed apart, and several versions of one name count as one. Linear in packages and such names.
    """

    def __init__(self, packages: Iterable[Package]) -> None:
        below: dict[_Place, dict[str, list[str]]] = {}
        direct: dict[_Place, dict[str, None]] = {}
        known: dict[_Place, set[str]] = {}
        for package in packages:
            for wish in package.requirements:
                place = (wish.ecosystem, wish.location.path)
                known.setdefault(place, set()).add(wish.name)
                if wish.direct:
                    direct.setdefault(place, {})[wish.name] = None
                for name in wish.required_by:
                    below.setdefault(place, {}).setdefault(name, []).append(wish.name)
        self._ways: dict[_Place, _Ways] = {}
        for place, children in below.items():
            # whoever is no package of the file is the project itself, or was not judged this time: a chain begins there
            tops = [name for name in children if name not in known[place]]
            self._ways[place] = _shortest([*direct.get(place, ()), *tops], children)

    def of(self, wish: Requirement, limit: int) -> list[tuple[str, ...]]:
        """One chain for each of the first ``limit`` packages that ask for it: from the top down, its own name last."""
        ways = self._ways.get((wish.ecosystem, wish.location.path), _NONE)
        return [_chain(wish.name, asker, ways) for asker in wish.required_by[:limit]]


def _chain(name: str, asker: str, ways: _Ways) -> tuple[str, ...]:
    chain = [name, asker]
    top = ways.top.get(asker, asker)
    while chain[-1] != top:
        if len(chain) == MAX_LENGTH - 2:
            chain += [LEFT_OUT, top]
            break
        chain.append(ways.above[chain[-1]])
    return tuple(reversed(chain))


def _shortest(tops: list[str], children: dict[str, list[str]]) -> _Ways:
    """The shortest way from any of ``tops`` to each name that can be reached."""
    ways = _Ways({}, {name: name for name in tops})
    row = list(ways.top)
    while row:
        following = []
        for name in row:
            for child in children.get(name, ()):
                if child not in ways.top:
                    ways.above[child] = name
                    ways.top[child] = ways.top[name]
                    following.append(child)
        row = following
    return ways
