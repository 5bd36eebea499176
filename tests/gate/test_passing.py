"""A page that passed is evidence enough for the rest of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from depaudit.gate.passing import Passing
from depaudit.model.evidence import Absent, Found, Lookup
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.route import Index
from depaudit.model.verdict import NetworkUse

INDEX = Index(url="https://registry.npmjs.org/", ecosystem=Ecosystem.NPM, public=True)
OTHER = Index(url="https://npm.acme.example/", ecosystem=Ecosystem.NPM, public=False)
ONE, TWO = NormalizedName("one"), NormalizedName("two")


class Asked:
    """Registries that know nothing and note what they are asked."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bool, bool]] = []
        self.use = NetworkUse(requests=3)

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]:
        self.heard.append((index.url, name, full, fresh))
        return Absent(source=index.url)

    async def details(self, name: NormalizedName) -> Lookup[Details]:
        return Absent(source=name)

    async def downloads(
        self, ecosystem: Ecosystem, names: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, Lookup[int]]:
        return {name: Found(7, source=ecosystem.value) for name in names}


def test_what_passed_is_not_asked_again() -> None:
    registries = Asked()
    known = Passing(registries)
    page = Project(ecosystem=Ecosystem.NPM, name=ONE, index=INDEX.url)
    known.note(INDEX, ONE, page)
    assert asyncio.run(known.project(INDEX, ONE)) == Found(page, source=INDEX.url)
    assert registries.heard == []


def test_what_did_not_pass_is_asked() -> None:
    registries = Asked()
    known = Passing(registries)
    known.note(INDEX, ONE, Project(ecosystem=Ecosystem.NPM, name=ONE, index=INDEX.url))
    for index, name, fresh in ((INDEX, TWO, False), (OTHER, ONE, False), (INDEX, ONE, True)):
        assert asyncio.run(known.project(index, name, full=False, fresh=fresh)) == Absent(source=index.url)
    assert registries.heard == [
        (INDEX.url, "two", False, False),
        (OTHER.url, "one", False, False),
        (INDEX.url, "one", False, True),
    ]


def test_all_else_is_the_registries_own_word() -> None:
    registries = Asked()
    known = Passing(registries)
    assert asyncio.run(known.details(ONE)) == Absent(source="one")
    assert asyncio.run(known.downloads(Ecosystem.NPM, [ONE])) == {ONE: Found(7, source="npm")}
    assert known.use is registries.use
