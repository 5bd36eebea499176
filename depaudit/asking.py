"""Which index is asked for a package, in which order, and whose answer counts.

A name that a private index knows is not asked of a public one; nor is any name while a private index that might know it
does not answer: its owner alone may tell who hears of it. Only names among the most used are the public's own anyway,
so for them the search goes on where the private index lacks the version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from depaudit.model.evidence import Absent, Evidence, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.record import replace
from depaudit.model.requirement import Package
from depaudit.model.route import Choice, Index
from depaudit.model.standing import LONG, most_used
from depaudit.model.verdict import NetworkUse
from depaudit.model.versions import admitted


class Registries(Protocol):
    """What the engine asks of the network (``registries.client.RegistryClient``)."""

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]: ...

    async def details(self, name: NormalizedName) -> Lookup[Details]: ...

    async def downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]: ...

    @property
    def use(self) -> NetworkUse: ...


LocalIndex = Callable[[Index, NormalizedName], Lookup[Project]]
"""Asks an index that is a folder of this machine (``file:``): no network, so it may be asked offline too."""


def with_local_indexes(evidence: Evidence, ask: LocalIndex) -> Evidence:
    """Ask the folders of this machine that the route names; what they know not is left to the other indexes."""
    if not any(_is_local(index) for index in evidence.route.indexes):
        return evidence
    known_public = most_used(evidence.bundled) and not evidence.route.private
    left: list[Index] = []
    absent: Absent | None = None
    for index in evidence.route.indexes:
        answer = ask(index, evidence.package.name) if _is_local(index) else None
        if isinstance(answer, Found) and (not known_public or _offers(answer.value, evidence.package)):
            return replace(evidence, project=answer, index_public=index.public)
        if isinstance(answer, Absent):
            absent = answer
        elif answer is None or isinstance(answer, Unknown):
            left.append(index)
    if absent is not None and not left:
        return replace(evidence, project=absent)
    return replace(evidence, route=replace(evidence.route, indexes=tuple(left)))


async def ask_indexes(evidence: Evidence, registries: Registries) -> tuple[Lookup[Project], bool | None]:
    """What the indexes of the route say, private ones first, and whether the one whose answer counts is public."""
    package, route = evidence.package, evidence.route
    known_public = most_used(evidence.bundled) and not route.private
    failure: Unknown | None = None
    absent: Absent | None = None
    kept: Found[Project] | None = None
    for index in sorted(route.indexes, key=lambda one: one.public):
        if index.public and failure is not None and not known_public:
            return failure, None
        answer = await _ask(registries, index, package, full=not most_used(evidence.bundled))
        if isinstance(answer, Absent):
            absent = absent or answer
        elif isinstance(answer, Unknown):
            failure = failure or answer
        elif index.public:
            if failure is not None and not _offers(answer.value, package):
                return failure, None  # the version may be where nobody answered
            return (kept, False) if kept and _will_do(kept, answer, package, evidence.now) else (answer, True)
        elif _public_too(index, route.choice) or (known_public and not _offers(answer.value, package)):
            kept = kept or answer
        else:
            return answer, False
    if failure is not None:
        return failure, None
    if kept is not None:
        return kept, False
    return (absent if absent is not None else Unknown("no index to ask", asked=False)), None


async def _ask(registries: Registries, index: Index, package: Package, *, full: bool) -> Lookup[Project]:
    answer = await registries.project(index, package.name, full=full)
    if isinstance(answer, Found) and answer.cached and not _offers(answer.value, package):
        # A version may have come out since: nobody is blamed on the word of a cache.
        return await registries.project(index, package.name, full=full, fresh=True)
    return answer


def _public_too(index: Index, choice: Choice) -> bool:
    """Whether a client asks PyPI beside an index that answered and that is nobody's private namespace (PyTorch's).

    pip takes the newest version of all: somebody's new package of the same name on PyPI is then what must be judged.
    """
    return index.shared and choice is Choice.BEST_VERSION


def _will_do(kept: Found[Project], public: Found[Project], package: Package, now: datetime) -> bool:
    """Whether the other index's answer counts although PyPI knows the name too: it has the version, PyPI's is old."""
    first = public.value.first_published
    recent = public.value.dates_known and first is not None and now - first < LONG
    return not recent and _offers(kept.value, package)


def _offers(project: Project, package: Package) -> bool:
    """Whether the project has something for every requirement of the package, as far as can be told."""
    return all(admitted(project, wish) != () for wish in package.requirements)


def _is_local(index: Index) -> bool:
    return index.url.startswith("file:")
