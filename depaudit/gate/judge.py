"""One judge a run: the verdict on every version of a project, from the index's own answer where it is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from depaudit import engine
from depaudit.asking import Registries
from depaudit.engine import Judgement
from depaudit.gate.base import Treatment
from depaudit.gate.ledger import Key, key_of
from depaudit.gate.passing import Passing
from depaudit.gate.wheelhouse import folder_with, local_folders
from depaudit.indexes.router import Router
from depaudit.model.evidence import Absent, Evidence, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project, Release
from depaudit.model.record import record, replace
from depaudit.model.requirement import IndexRef, Location, Origin, Package, Requirement, Source, SourceKind
from depaudit.model.route import Index
from depaudit.model.standing import is_established, most_used
from depaudit.model.verdict import Decision, Verdict
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.decide import decide
from depaudit.policy.exceptions import denial_of, find_allowances
from depaudit.rules import judge as find

WHILE_RESOLVING = "<while resolving>"
"""The place, in the client's folder, of what nobody wrote down: a name that the client asked for by itself."""

NEW_RELEASE = "new-release"
SECONDS = 10.0
"""A name that cannot be judged within this is unknown: pip gives up a read after 15 s."""


@record
class Judged:
    """All versions of one project, as one index offers them.

    ``decisions``   by version; the empty version stands for the project as such
    ``treatments``  by version, as ``decisions``
    """

    ecosystem: Ecosystem
    name: NormalizedName
    index: str
    decisions: Mapping[str, Decision]
    treatments: Mapping[str, Treatment]


class Judge:
    """Judges projects within one run and one event loop; every answer is kept for the run.

    ``folder``  where the client works: the settings around it say where names come from

    What the run's requirements and lockfiles ask for by version is judged like any other, however young it is.
    """

    def __init__(
        self,
        *,
        config: Config,
        names: engine.Names,
        router: Router,
        registries: Registries,
        now: datetime,
        folder: Path,
        seconds: float = SECONDS,
    ) -> None:
        self._config = config
        self._names = names
        self._router = router
        self._registries = Passing(registries)
        self._judgement = Judgement(now=now, new_here=True)
        self._seconds = seconds
        self._folder = folder
        self._folders: dict[Path, None] = {}
        self._place = Location(path=str(folder / WHILE_RESOLVING), line=1)
        self._wishes: dict[tuple[Ecosystem, str], Requirement] = {}
        self._failed: set[tuple[Ecosystem, NormalizedName, str]] = set()
        self._pins: set[Key] = set()

    def expect(self, requirements: Iterable[Requirement]) -> None:
        """What the run's command line and files ask for: the routes and the pins of what follows."""
        for wish in requirements:
            self._wishes.setdefault((wish.ecosystem, wish.name), wish)
            if wish.pinned_version is not None:
                self._pins.add(key_of(wish.ecosystem, wish.name, wish.pinned_version))
            if wish.indexes is not None:
                places = (self._folder / Path(wish.location.path).parent, self._folder)
                links = [ref.url for ref in wish.indexes.find_links]
                self._folders.update(dict.fromkeys(local_folders(links, places)))

    async def audit(
        self, requirements: Sequence[Requirement], progress: engine.Progress | None = None
    ) -> tuple[Decision, ...]:
        """The decisions on what the command or a file names; in the order of first appearance."""
        prepared = engine.prepare(
            engine.collect(requirements),
            names=self._names,
            route=self._router.route,
            config=self._config,
            judgement=self._judgement,
        )
        gathered = await engine.gather(prepared, names=self._names, registries=self._registries, progress=progress)
        return tuple(self._or_from_folder(decision) for decision in engine.conclude(gathered, self._config))

    async def absent(self, ecosystem: Ecosystem, name: NormalizedName) -> Decision:
        """The decision on a name that the client asked for and no index knew."""
        wish = self._wishes.get((ecosystem, name))
        plain = wish or Requirement(
            ecosystem=ecosystem, name=name, raw_name=name, requested=name, location=self._place, direct=False
        )
        return (await self.audit([plain]))[0]

    async def project(
        self,
        ecosystem: Ecosystem,
        name: NormalizedName,
        index: Index,
        passing: Project | None,
        versions: Collection[str] = (),
    ) -> Judged:
        """Judge every version of a project by the index's answer that passes just now.

        ``passing``   the answer, where it tells dates; None: the index is asked (or its answer of this run taken)
        ``versions``  versions that are known to be there: an answer from the cache that lacks one is asked anew
        """
        lookup: Lookup[Project] = (
            Found(passing, source=index.url) if passing else await self.look_up(ecosystem, name, index, versions)
        )
        if passing is not None:
            self._registries.note(index, name, passing)
        evidence = self._evidence(ecosystem, name, index, lookup)
        try:
            evidence = await asyncio.wait_for(
                engine.complete(evidence, names=self._names, registries=self._registries), self._seconds
            )
        except asyncio.TimeoutError:
            evidence = engine.with_near_names(evidence, self._names)
        return self._all_versions(evidence, index)

    async def look_up(
        self, ecosystem: Ecosystem, name: NormalizedName, index: Index, versions: Collection[str] = ()
    ) -> Lookup[Project]:
        """What ``index`` says of ``name``, within the time that a client waits; asked anew where it failed before, or
        where it comes from the cache and lacks one of ``versions``."""
        key = (ecosystem, name, index.url)
        try:
            return await asyncio.wait_for(self._look_up(key, index, versions), self._seconds)
        except asyncio.TimeoutError:
            return Unknown("timed out")

    async def _look_up(
        self, key: tuple[Ecosystem, NormalizedName, str], index: Index, versions: Collection[str]
    ) -> Lookup[Project]:
        failed = key in self._failed
        answer = await self._registries.project(index, key[1], fresh=failed)
        if isinstance(answer, Found) and answer.cached:
            known = {release.version for release in answer.value.releases}
            if any(version and version not in known for version in versions):
                answer = await self._registries.project(index, key[1], fresh=True)
        if isinstance(answer, Unknown):
            self._failed.add(key)  # the next time that a client asks, so is the index
        return answer

    async def version(
        self, ecosystem: Ecosystem, name: NormalizedName, version: str, index: Index, passing: Project | None = None
    ) -> tuple[Decision, Treatment]:
        """Judge one version whose archive the client asks for: it is installed, so it is not held back."""
        judged = await self.project(ecosystem, name, index, passing, (version,))
        decision = self.exactly(judged, version)
        return decision, self.treatment(decision)

    def exactly(self, judged: Judged, version: str) -> Decision:
        """The decision on one version in its own words (``Judged`` shares one among versions that are alike)."""
        return self._decide(judged.decisions[""].evidence, version) if version else judged.decisions[""]

    def is_settled(self, ecosystem: Ecosystem, name: NormalizedName) -> bool:
        """Whether the bundled data alone say that the name is established, whatever its index tells of its age."""
        return most_used(self._names.look_up(ecosystem, name))

    def is_fresh(self, moment: datetime | None) -> bool:
        """Whether something of that moment is younger than ``min-release-age``, for all that is known."""
        return moment is None or self._judgement.now - moment < self._config.thresholds.min_release_age

    @property
    def unjudged(self) -> Treatment:
        """What befalls an archive of which nobody can tell what it is."""
        return Treatment.PASS if self._config.on_error is OnError.ALLOW else Treatment.REFUSE

    def treatment(self, decision: Decision) -> Treatment:
        """Whether the policy lets a version be installed."""
        return Treatment.REFUSE if refuses(decision, self._config) else Treatment.PASS

    def _or_from_folder(self, decision: Decision) -> Decision:
        """What no index knows may lie in a folder of archives that the command or its settings name: it is then judged
        as what comes from a path."""
        evidence, package = decision.evidence, decision.package
        if isinstance(evidence.project, Found) or not refuses(decision, self._config):
            return decision
        folders = (*local_folders(evidence.route.find_links, (self._folder,)), *self._folders)
        held = [folder_with(wish, folders) for wish in package.requirements]
        if package.source is not SourceKind.REGISTRY or None in held:
            return decision
        wishes = [
            replace(wish, source=Source(kind=SourceKind.PATH, url=str(folder)))
            for wish, folder in zip(package.requirements, held, strict=True)
        ]
        prepared = engine.prepare(
            engine.collect(wishes),
            names=self._names,
            route=self._router.route,
            config=self._config,
            judgement=self._judgement,
        )
        return engine.conclude(prepared, self._config)[0]

    def _evidence(self, ecosystem: Ecosystem, name: NormalizedName, index: Index, lookup: Lookup[Project]) -> Evidence:
        wish = self._wishes.get((ecosystem, name))
        plain = replace(
            wish or Requirement(ecosystem=ecosystem, name=name, raw_name=name, requested=name, location=self._place),
            specifier="",
            pinned_version=None,
            marker=None,
            source=Source(kind=SourceKind.REGISTRY),
            direct=wish is not None and wish.direct,
        )
        route = self._router.route(plain)
        if index not in route.indexes:  # the client has its reasons: its own project's settings, an option of a file
            ref = IndexRef(url=index.url, origin=Origin.OPERATOR)
            route = self._router.route(replace(plain, source=Source(kind=SourceKind.REGISTRY, index=ref)))
        package = Package(
            ecosystem=ecosystem, name=name, version=None, source=SourceKind.REGISTRY, requirements=(plain,)
        )
        (evidence,) = engine.prepare(
            (package,), names=self._names, route=lambda _: route, config=self._config, judgement=self._judgement
        )
        public = index.public if isinstance(lookup, Found) else None
        return replace(evidence, project=lookup, index_public=public)

    def _all_versions(self, evidence: Evidence, index: Index) -> Judged:
        package = evidence.package
        whole = decide(evidence, find(evidence), self._config)
        decisions, treatments = {"": whole}, {"": self.treatment(whole)}
        releases = evidence.project.value.releases if isinstance(evidence.project, Found) else ()
        alike: dict[object, Decision] = {}
        for release in releases:
            key = self._likeness(package, release, evidence)
            if key not in alike:
                alike[key] = self._decide(evidence, release.version)
            decisions[release.version] = alike[key]
            treatments[release.version] = self.treatment(alike[key])
        self._hold_back(package, releases, decisions, treatments)
        return Judged(
            ecosystem=package.ecosystem,
            name=package.name,
            index=index.url,
            decisions=decisions,
            treatments=treatments,
        )

    def _hold_back(
        self,
        package: Package,
        releases: Collection[Release],
        decisions: Mapping[str, Decision],
        treatments: dict[str, Treatment],
    ) -> None:
        """Leave out what is too fresh of a sound project, unless it is asked for or nothing good would be left."""
        if self._config.fail_on is FailOn.NEVER:
            return
        held = [
            release.version
            for release in releases
            if treatments[release.version] is Treatment.PASS
            and _is_held(decisions[release.version])
            and key_of(package.ecosystem, package.name, release.version) not in self._pins
        ]
        good = sum(treatments[release.version] is Treatment.PASS for release in releases)
        if len(held) < good:
            treatments.update(dict.fromkeys(held, Treatment.HOLD))

    def _decide(self, evidence: Evidence, version: str) -> Decision:
        (wish,) = evidence.package.requirements
        pinned = replace(wish, pinned_version=version, specifier=f"=={version}" if _is_pypi(wish) else version)
        package = replace(evidence.package, version=version, requirements=(pinned,))
        denial = denial_of(package, self._config.deny) if self._config.deny else None
        judged = replace(evidence, package=package, denial=denial)
        return decide(judged, find(judged), self._config)

    def _likeness(self, package: Package, release: Release, evidence: Evidence) -> object:
        """What the verdict on a release can depend on: thousands of one project's releases are alike in it.

        Every field of the record counts but the version itself, and the date only as far as it is fresh. Exceptions
        may name versions.
        """
        fresh = release.published_at is not None and (
            evidence.now - release.published_at < evidence.thresholds.min_release_age
        )
        own = replace(package, version=release.version)
        return (
            replace(release, version="", published_at=None),
            release.published_at is None,
            release.version if fresh else None,  # the message names it
            denial_of(own, self._config.deny),
            find_allowances(own, self._config.allow, evidence.now.date()),
        )


def refuses(decision: Decision, config: Config) -> bool:
    """Whether a verdict keeps an archive from being unpacked, by the run's policy."""
    if decision.verdict is Verdict.UNKNOWN:
        return config.on_error is not OnError.ALLOW
    if decision.verdict is Verdict.BLOCK:
        return config.fail_on is not FailOn.NEVER
    return decision.verdict is Verdict.WARN and config.fail_on is FailOn.WARN


def is_absent(decision: Decision) -> bool:
    """Whether the index says that there is no such project."""
    return isinstance(decision.evidence.project, Absent)


def _is_held(decision: Decision) -> bool:
    return any(finding.rule == NEW_RELEASE for finding in decision.findings) and is_established(decision.evidence)


def _is_pypi(wish: Requirement) -> bool:
    return wish.ecosystem is Ecosystem.PYPI
