"""Who asks for what is installed: the project's manifests directly, or what they ask for in its turn. Pure.

Where it cannot be told whether a requirement counts (a marker for another Python, an optional package), it is taken to
count: nothing is called unasked for that somebody may have asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from depaudit.errors import InvalidNameError
from depaudit.installed.node import InstalledPackage
from depaudit.installed.python import Distribution
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.record import record
from depaudit.model.requirement import Requirement
from depaudit.parsers.npm_spec import SpecError, read_spec

EVERY_EXTRA = "*"

_HEAD = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']*)["']|["']([^"']*)["']\s*==\s*extra\b""")
_SEPARATORS = re.compile(r"[-_.]+")


@record
class Asking:
    """``by`` has, for every name, those that ask for it; ``reached`` the names that the manifests lead to."""

    by: Mapping[str, tuple[str, ...]]
    reached: frozenset[str]


@record
class _Need:
    """One ``Requires-Dist``: what it asks for, with which extras, and under which extras of the one that says it."""

    name: NormalizedName
    extras: frozenset[str]
    under: frozenset[str]


def python_asking(
    distributions: Iterable[Distribution], manifests: Iterable[Requirement], roots: Iterable[str] = ()
) -> Asking:
    """Follow ``Requires-Dist`` from what ``manifests`` ask for, and from ``roots`` with all their extras."""
    needs: dict[str, list[_Need]] = {}
    for distribution in distributions:
        if distribution.name is not None:
            found = [need for text in distribution.requires if (need := _read_need(text)) is not None]
            needs.setdefault(distribution.name, []).extend(found)
    asked: dict[str, set[str]] = {root: {EVERY_EXTRA} for root in roots}
    for wish in manifests:
        if wish.ecosystem is Ecosystem.PYPI:
            need = _read_need(wish.requested)
            asked.setdefault(wish.name, set()).update(need.extras if need is not None else ())
    reached = _reached(needs, asked)
    by: dict[str, dict[str, None]] = {}
    everywhere = _reached(needs, {name: asked.get(name, set()) for name in needs} | asked)
    for name, wanted in everywhere.items():
        for need in needs.get(name, ()):
            if _counts(need, wanted):
                by.setdefault(need.name, {})[name] = None
    return Asking(by={name: tuple(sorted(who)) for name, who in by.items()}, reached=frozenset(reached))


def node_asking(packages: Sequence[InstalledPackage], manifests: Iterable[Requirement]) -> Asking:
    """Follow the dependencies of installed packages, by the names of their folders, from what ``manifests`` ask for."""
    needs: dict[str, dict[str, None]] = {}
    by: dict[str, dict[str, None]] = {}
    for package in packages:
        asks = [name for key, spec in package.asks for name in names_asked(key, spec)]
        for own in {package.key, package.name or ""} - {""}:
            needs.setdefault(own, {}).update(dict.fromkeys(asks))
        for name in asks:
            by.setdefault(name, {})[package.name or package.key] = None
    waiting: list[str] = []
    for wish in manifests:
        if wish.ecosystem is Ecosystem.NPM:
            waiting += [wish.name, wish.alias or wish.name]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += needs.get(name, ())
    return Asking(by={name: tuple(sorted(who)) for name, who in by.items()}, reached=frozenset(reached))


def names_asked(key: str, spec: str) -> tuple[str, ...]:
    """The name that a dependency goes by, and the real one of an alias."""
    if not spec.startswith("npm:"):
        return (key,)
    try:
        return (key, read_spec(key, spec).name)
    except SpecError:
        return (key,)


def _reached(needs: Mapping[str, Sequence[_Need]], asked: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Everything that ``asked`` leads to, each with the extras that are wanted of it."""
    reached: dict[str, set[str]] = {name: set(extras) for name, extras in asked.items()}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        for need in needs.get(name, ()):
            if not _counts(need, reached[name]):
                continue
            known = reached.get(need.name)
            if known is None or not need.extras <= known:
                reached[need.name] = (known or set()) | need.extras
                waiting.append(need.name)
    return reached


def _counts(need: _Need, wanted: set[str]) -> bool:
    return not need.under or EVERY_EXTRA in wanted or not need.under.isdisjoint(wanted)


def _read_need(text: str) -> _Need | None:
    head = _HEAD.match(text)
    if head is None:
        return None
    try:
        name = normalize(Ecosystem.PYPI, head[1].rstrip("._-"))
    except InvalidNameError:
        return None
    _, _, marker = text.partition(";")
    return _Need(
        name=name,
        extras=frozenset(_extra(word) for word in (head[2] or "").split(",") if word.strip()),
        under=frozenset(_extra(one or other) for one, other in _EXTRA.findall(marker[:65_536])),
    )


def _extra(text: str) -> str:
    return _SEPARATORS.sub("-", text.strip()).lower()
