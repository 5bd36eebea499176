"""The wiring: requirements become packages, packages gain evidence, rules and policy judge, a report comes out.

The only asynchronous part is ``gather``; everything before and after it is a pure function of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from depaudit.asking import Registries, ask_indexes
from depaudit.model.evidence import NOT_NEEDED, OFFLINE, Absent, BundledName, Evidence, Found, NearName, Unknown
from depaudit.model.finding import Severity
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project
from depaudit.model.record import record, replace
from depaudit.model.requirement import Package, Requirement, SourceKind
from depaudit.model.route import Route
from depaudit.model.standing import LONG, bundled_establishes, is_established, most_used, package_age
from depaudit.model.verdict import Decision
from depaudit.policy.config import Config
from depaudit.policy.decide import decide
from depaudit.policy.exceptions import denial_of
from depaudit.rules import judge


class Names(Protocol):
    """What the engine asks of the bundled data (``names.data.NameData``)."""

    def look_up(self, ecosystem: Ecosystem, name: NormalizedName) -> BundledName: ...

    def near(self, ecosystem: Ecosystem, name: NormalizedName, *, limit: int = 5) -> tuple[NearName, ...]: ...


@record
class Judgement:
    """How a run judges: the clock's one reading, and what the front end asked for.

    ``names_only``  judge names as names, as if each were registered and nothing else known
    ``new_here``    what is judged is being added now (a command, a change), not merely there
    """

    now: datetime
    offline: bool = False
    names_only: bool = False
    new_here: bool = False


Progress = Callable[[int, int], None]
"""Called with how many look-ups are done, and how many there are."""


def collect(requirements: Iterable[Requirement]) -> tuple[Package, ...]:
    """Join requirements to packages: one each (ecosystem, name, version, source), in order of first appearance."""
    groups: dict[tuple[Ecosystem, str, str | None, SourceKind], list[Requirement]] = {}
    for requirement in requirements:
        key = (requirement.ecosystem, requirement.name, requirement.pinned_version, requirement.source.kind)
        groups.setdefault(key, []).append(requirement)
    return tuple(
        Package(ecosystem=key[0], name=wishes[0].name, version=key[2], source=key[3], requirements=tuple(wishes))
        for key, wishes in groups.items()
    )


def prepare(
    packages: Sequence[Package],
    *,
    names: Names,
    route: Callable[[Requirement], Route],
    config: Config,
    judgement: Judgement,
) -> list[Evidence]:
    """The evidence that needs no network: the bundled data, the route, the operator's denials."""
    thresholds = config.thresholds
    not_asked = OFFLINE if judgement.offline else NOT_NEEDED
    prepared = []
    for package in packages:
        bundled = names.look_up(package.ecosystem, package.name)
        if judgement.names_only:
            bundled = BundledName(listed=None, complete=bundled.complete, snapshot=bundled.snapshot)
        evidence = Evidence(
            package=package,
            route=_route(package, route),
            bundled=bundled,
            now=judgement.now,
            project=not_asked,
            details=not_asked,
            downloads=not_asked,
            thresholds=thresholds,
            denial=denial_of(package, config.deny) if config.deny else None,
            names_only=judgement.names_only,
            new_here=judgement.new_here,
        )
        prepared.append(evidence)
    return prepared


async def gather(
    prepared: Sequence[Evidence], *, names: Names, registries: Registries, progress: Progress | None = None
) -> list[Evidence]:
    """Ask the registries for whatever could still change a verdict, all names at once.

    One look-up a name and index however many packages share it; details and downloads only where a signal stands.
    """
    import asyncio

    total = sum(needs_project(evidence) for evidence in prepared)
    done = 0

    async def complete(evidence: Evidence) -> Evidence:
        nonlocal done
        if not needs_project(evidence):
            return evidence
        lookup, public = await ask_indexes(evidence, registries)
        evidence = replace(evidence, project=lookup, index_public=public)
        if needs_details(evidence):
            evidence = replace(evidence, details=await registries.details(evidence.package.name))
        done += 1
        if progress is not None:
            progress(done, total)
        return evidence

    gathered = list(await asyncio.gather(*(complete(evidence) for evidence in prepared)))
    gathered = [with_near_names(evidence, names) for evidence in gathered]
    return await _with_downloads(gathered, registries)


async def complete(evidence: Evidence, *, names: Names, registries: Registries) -> Evidence:
    """What can still change the verdict of a package whose project is known already: details, near names, downloads.

    For whoever has the index's answer in hand, as the gate has it when the answer passes.
    """
    if needs_details(evidence):
        evidence = replace(evidence, details=await registries.details(evidence.package.name))
    return (await _with_downloads([with_near_names(evidence, names)], registries))[0]


def needs_project(evidence: Evidence) -> bool:
    """Whether an index's answer could change what is said of this package."""
    if evidence.package.source is not SourceKind.REGISTRY or evidence.names_only or not evidence.route.indexes:
        return False
    if not isinstance(evidence.project, Unknown):
        return False
    if not most_used(evidence.bundled) or evidence.route.private or evidence.route.foreign:
        return True
    if not any(index.public for index in evidence.route.indexes):
        return True
    # Among the most used, the name is settled by the bundled data: only a version can still be wrong.
    return any(wish.pinned_version or wish.specifier for wish in evidence.package.requirements)


def needs_details(evidence: Evidence) -> bool:
    """Whether a description, links and owners could change the verdict.

    They can while a project is not old (blankness), and where a fresh release asks whether it is established.
    """
    if evidence.package.ecosystem is not Ecosystem.PYPI or not evidence.index_public or most_used(evidence.bundled):
        return False
    project = evidence.project
    if not isinstance(project, Found) or project.value.details is not None or not project.value.releases:
        return False
    age = package_age(evidence)
    if age is None:
        return False
    return age < LONG or _has_fresh_release(evidence, project.value)


def with_near_names(evidence: Evidence, names: Names) -> Evidence:
    """Add the near names and the other registry's word, where the name is not settled already."""
    package = evidence.package
    if package.source is not SourceKind.REGISTRY:
        return evidence
    if not evidence.names_only and (most_used(evidence.bundled) or _settled(evidence)):
        return evidence
    other = Ecosystem.NPM if package.ecosystem is Ecosystem.PYPI else Ecosystem.PYPI
    return replace(
        evidence,
        near=names.near(package.ecosystem, package.name),
        elsewhere=names.look_up(other, package.name),
    )


def conclude(gathered: Sequence[Evidence], config: Config) -> tuple[Decision, ...]:
    """Rules, then policy, for every package."""
    return tuple(decide(evidence, judge(evidence), config) for evidence in gathered)


def _settled(evidence: Evidence) -> bool:
    """Whether the name can no longer be blamed: established, by what is known so far."""
    if isinstance(evidence.project, Found):
        return bool(evidence.index_public) and is_established(evidence)
    if isinstance(evidence.project, Absent):
        return False
    return bundled_establishes(evidence)


def _route(package: Package, route: Callable[[Requirement], Route]) -> Route:
    """The package's route: its requirements' one route, or (rarely) several joined, the least trusting way."""
    if len(package.requirements) == 1:
        return route(package.requirements[0])
    routes = list(dict.fromkeys(route(requirement) for requirement in package.requirements))
    if len(routes) == 1:
        return routes[0]
    return Route(
        indexes=tuple(dict.fromkeys(index for one in routes for index in one.indexes)),
        choice=routes[0].choice,
        foreign=tuple(dict.fromkeys(foreign for one in routes for foreign in one.foreign)),
        private=any(one.private for one in routes),
        find_links=tuple(dict.fromkeys(link for one in routes for link in one.find_links)),
    )


def _has_fresh_release(evidence: Evidence, project: Project) -> bool:
    dates = [release.published_at for release in project.releases if release.published_at is not None]
    return bool(dates) and evidence.now - max(dates) < evidence.thresholds.min_release_age


async def _with_downloads(gathered: list[Evidence], registries: Registries) -> list[Evidence]:
    """Add download counts, only where another signal stands already."""
    wanted: dict[Ecosystem, dict[NormalizedName, None]] = {}
    for evidence in gathered:
        if _signal_stands(evidence):
            wanted.setdefault(evidence.package.ecosystem, {})[evidence.package.name] = None
    if not wanted:
        return gathered
    answers = {
        (ecosystem, name): answer
        for ecosystem, names in wanted.items()
        for name, answer in (await registries.downloads(ecosystem, tuple(names))).items()
    }
    return [
        replace(evidence, downloads=answers.get((evidence.package.ecosystem, evidence.package.name), NOT_NEEDED))
        if _signal_stands(evidence)
        else evidence
        for evidence in gathered
    ]


def _signal_stands(evidence: Evidence) -> bool:
    """Whether something speaks against a public package already, its use is not known, and it is not blocked anyway."""
    if not isinstance(evidence.project, Found) or not evidence.index_public or evidence.bundled.downloads is not None:
        return False
    if most_used(evidence.bundled) or not evidence.project.value.releases:
        return False
    return max((finding.severity for finding in judge(evidence)), default=Severity.INFO) is Severity.MEDIUM
