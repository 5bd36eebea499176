"""One audit, from what a front end was given to a report: reads the settings, opens the data, runs the engine.

The environment, the clock and the working folder enter here, once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit import __version__, engine
from depaudit.asking import with_local_indexes
from depaudit.indexes.router import Router, read_router
from depaudit.model.evidence import Evidence, Lookup
from depaudit.model.names import NormalizedName
from depaudit.model.problem import Problem
from depaudit.model.project import Project
from depaudit.model.record import record
from depaudit.model.requirement import Location, Requirement
from depaudit.model.route import Index
from depaudit.model.settings import Limits, NetworkSettings
from depaudit.model.verdict import NetworkUse, Report
from depaudit.names.data import NameData
from depaudit.policy.config import Config
from depaudit.policy.load import load_config
from depaudit.policy.status import is_complete

if TYPE_CHECKING:
    from depaudit.policy.settings import Settings

UNCHECKED_YET = ("advisories",)
"""Evidence that no audit of this version asks for: said once in every report, so that nobody takes it for checked."""


@record
class Surroundings:
    """The machine as the run found it. ``now`` is aware, UTC."""

    environment: Mapping[str, str]
    home: Path
    cwd: Path
    now: datetime
    platform: str = sys.platform

    def __repr__(self) -> str:  # the environment holds secrets
        return f"Surroundings(cwd={self.cwd!r}, now={self.now!r})"

    @classmethod
    def current(cls) -> Surroundings:
        """This process's own."""
        try:
            home = Path.home()
        except RuntimeError:  # no home at all: settings are then nobody's
            home = Path(os.devnull)
        return cls(environment=os.environ, home=home, cwd=Path.cwd(), now=datetime.now(timezone.utc))


@record
class Material:
    """What is to be audited, as the reading edge left it.

    ``beside``  the files beside and above which the clients' settings of the tree count; None: those that the
                requirements stand in. What is installed brings files of its own, which no client reads
    """

    requirements: tuple[Requirement, ...]
    problems: tuple[Problem, ...] = ()
    not_audited: tuple[tuple[str, int], ...] = ()
    undetermined: tuple[tuple[Location, str], ...] = ()
    files: int = 0
    excluded: int = 0
    notes: tuple[str, ...] = ()
    beside: tuple[Path, ...] | None = None


@record
class Options:
    """What the command line asked for.

    ``tree_roots``  the folders whose own settings are not the operator's
    ``start``       from where the project's configuration is looked for, upward (default: the working folder)
    """

    tree_roots: tuple[Path, ...]
    start: Path | None = None
    offline: bool = False
    names_only: bool = False
    cache: bool = True
    new_here: bool = False


class Session:
    """One run: its ``config`` (policy) and ``names`` (bundled data), and what it does with them."""

    def __init__(
        self,
        surroundings: Surroundings,
        options: Options,
        *,
        explicit_config: Path | None = None,
        base: Settings | None = None,
    ) -> None:
        """Read the settings. Raises ``ConfigError`` and ``DataError``.

        ``base``  the configuration of a change's base, which then stands for the tree's own file
        """
        self.surroundings = surroundings
        self.options = options
        loaded = load_config(
            start=options.start or surroundings.cwd,
            tree_roots=options.tree_roots,
            explicit=explicit_config,
            environment=surroundings.environment,
            home=surroundings.home,
            platform=surroundings.platform,
            today=surroundings.now.date(),
            base=base,
        )
        self.config: Config = loaded.config
        self.notes: tuple[str, ...] = loaded.notes
        self.names = NameData.open()

    def gather(
        self, requirements: Sequence[Requirement], progress: engine.Progress | None = None
    ) -> tuple[list[Evidence], NetworkUse]:
        """All evidence for the packages that the requirements ask for, and what the network was asked."""
        return self._gather(requirements, self._read_router(requirements), progress)

    def audit(self, material: Material, progress: engine.Progress | None = None) -> Report:
        """The whole run."""
        router = self._read_router(material.requirements, material.beside)
        gathered, use = self._gather(material.requirements, router, progress)
        decisions = engine.conclude(gathered, self.config)
        unchecked = dict.fromkeys(UNCHECKED_YET)
        unchecked.update(dict.fromkeys(kind for decision in decisions for kind in decision.not_checked))
        undetermined = tuple(
            f"{place.path}:{place.line}: what {text} stands for cannot be told from the file; it was not checked."
            for place, text in material.undetermined
        )
        return Report(
            decisions=decisions,
            problems=(*material.problems, *router.problems),
            tool_version=__version__,
            snapshot=self.names.snapshot,
            started=self.surroundings.now,
            ended=datetime.now(timezone.utc),
            offline=self.options.offline,
            complete=is_complete(decisions, self.config, tuple(unchecked)) and not undetermined,
            network=use,
            not_checked=tuple(unchecked),
            not_audited=material.not_audited,
            files=material.files,
            excluded=material.excluded,
            notes=(*self.notes, *material.notes, *undetermined),
        )

    def _read_router(self, requirements: Sequence[Requirement], beside: tuple[Path, ...] | None = None) -> Router:
        """The indexes as the clients' settings have them, beside and above the files that the requirements stand in."""
        cwd = self.surroundings.cwd
        if beside is None:
            beside = tuple(cwd / path for path in dict.fromkeys(wish.location.path for wish in requirements))
        return read_router(
            self.surroundings.environment,
            home=self.surroundings.home,
            cwd=cwd,
            tree_roots=self.options.tree_roots,
            settings=self.config.indexes,
            platform=self.surroundings.platform,
            files=beside,
        )

    def _gather(
        self, requirements: Sequence[Requirement], router: Router, progress: engine.Progress | None
    ) -> tuple[list[Evidence], NetworkUse]:
        judgement = engine.Judgement(
            now=self.surroundings.now,
            offline=self.options.offline,
            names_only=self.options.names_only,
            new_here=self.options.new_here,
        )
        prepared = engine.prepare(
            engine.collect(requirements),
            names=self.names,
            route=router.route,
            config=self.config,
            judgement=judgement,
        )
        prepared = [
            with_local_indexes(evidence, _ask_folder) if engine.needs_project(evidence) else evidence
            for evidence in prepared
        ]
        if self.options.offline or not any(map(engine.needs_project, prepared)):
            return [engine.with_near_names(evidence, self.names) for evidence in prepared], NetworkUse()
        import asyncio

        return asyncio.run(self._online(prepared, router, progress))

    async def _online(
        self, prepared: list[Evidence], router: Router, progress: engine.Progress | None
    ) -> tuple[list[Evidence], NetworkUse]:
        from depaudit.registries.cache import EvidenceCache
        from depaudit.registries.cache_folder import cache_folder
        from depaudit.registries.client import RegistryClient

        limits = Limits(max_requests=self.config.max_requests)
        cache = EvidenceCache(cache_folder()) if self.options.cache else None
        client = RegistryClient(
            NetworkSettings(limits=limits, services=self.config.services),
            credentials=router.credentials,
            cache=cache,
            clock=lambda: datetime.now(timezone.utc),
        )
        async with client:
            gathered = await engine.gather(prepared, names=self.names, registries=client, progress=progress)
        self.notes += client.notes
        return gathered, client.use


def _ask_folder(index: Index, name: NormalizedName) -> Lookup[Project]:
    """What a folder of this machine that serves as an index says of a name."""
    from depaudit.registries import file_index

    return file_index.project(index, name, Limits().max_body)
