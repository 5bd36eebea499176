"""What the registries said in this run already: a page that passed the gate is not asked for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from depaudit.asking import Registries
from depaudit.model.evidence import Found, Lookup
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.route import Index
from depaudit.model.verdict import NetworkUse


class Passing:
    """Registries that know the pages of this run; whatever else is asked of them is asked of ``registries``."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self._pages: dict[tuple[str, NormalizedName], Project] = {}

    def note(self, index: Index, name: NormalizedName, project: Project) -> None:
        """Keep what a page of ``index`` tells of ``name``; a later page counts more."""
        self._pages[(index.url, name)] = project

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]:
        """As the page told it that was judged by; ``fresh``: the registry's new answer."""
        known = None if fresh else self._pages.get((index.url, name))
        if known is not None:
            return Found(known, source=index.url)
        return await self._registries.project(index, name, full=full, fresh=fresh)

    async def details(self, name: NormalizedName) -> Lookup[Details]:
        """The registry's own answer."""
        return await self._registries.details(name)

    async def downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]:
        """The download services' own answers."""
        return await self._registries.downloads(ecosystem, names)

    @property
    def use(self) -> NetworkUse:
        """What was asked of the network so far, by ``registries``."""
        return self._registries.use
