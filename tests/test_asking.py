"""Whose answer counts: tables of indexes and what each of them knows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from depaudit.asking import ask_indexes, with_local_indexes
from depaudit.model.evidence import OFFLINE, Absent, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.record import replace
from depaudit.model.route import Choice, Index, Route
from depaudit.model.verdict import NetworkUse
from tests.evidence import LISTED_LATELY, MOST_USED, PYPI, evidence, found, private, public, release, wish

TORCH = Index(ecosystem=PYPI, url="https://download.pytorch.org/whl/cpu/", public=False, shared=True)
FOLDER = Index(ecosystem=PYPI, url="file:///srv/wheels/", public=False)
DOWN = Unknown("timed out")
OLD = found(release("1.0"), release("2.0"), age=900)
NEW = found(release("9.0"), age=3)
OWN = found(release("1.0"), age=2)
OTHER = found(release("5.0"), age=2)


PINNED = wish("sample", specifier="==1.0", pin="1.0")


class Answers:
    """Registries that answer from a table, and remember who was asked."""

    def __init__(self, table: Mapping[Index, Lookup[Project]], fresh: Lookup[Project] | None = None) -> None:
        self.table, self.fresh, self.asked = table, fresh, list[Index]()

    async def project(
        self, index: Index, name: NormalizedName, *, full: bool = True, fresh: bool = False
    ) -> Lookup[Project]:
        self.asked.append(index)
        return self.fresh if fresh and self.fresh is not None else self.table[index]

    async def details(self, name: NormalizedName) -> Lookup[Details]:
        raise AssertionError("not asked here")

    async def downloads(self, ecosystem: Ecosystem, names: Sequence[NormalizedName]) -> Any:
        raise AssertionError("not asked here")

    @property
    def use(self) -> NetworkUse:
        return NetworkUse()


PIP = {"choice": Choice.BEST_VERSION}


@pytest.mark.parametrize(
    ("table", "said", "bundled", "counts", "asked"),
    [
        pytest.param({public(): OLD}, {}, LISTED_LATELY, (OLD, True), 1, id="PyPI alone"),
        pytest.param({private(): OWN, public(): OLD}, PIP, LISTED_LATELY, (OWN, False), 1, id="private knows it"),
        pytest.param({private(): Absent("acme"), public(): OLD}, PIP, LISTED_LATELY, (OLD, True), 2, id="PyPI knows"),
        pytest.param({private(): DOWN, public(): OLD}, PIP, LISTED_LATELY, (DOWN, None), 1, id="private is down"),
        pytest.param({private(): DOWN, public(): OLD}, PIP, MOST_USED, (OLD, True), 2, id="down, but most used"),
        pytest.param({private(): DOWN, public(): NEW}, PIP, MOST_USED, (DOWN, None), 2, id="down, version not public"),
        pytest.param({private(): OTHER, public(): OLD}, PIP, MOST_USED, (OLD, True), 2, id="most used, other version"),
        pytest.param({private(): OTHER, public(): DOWN}, PIP, MOST_USED, (DOWN, None), 2, id="and PyPI down"),
        pytest.param({private(): OTHER, public(): OLD}, PIP, LISTED_LATELY, (OTHER, False), 1, id="never public"),
        pytest.param({TORCH: OWN, public(): NEW}, PIP, LISTED_LATELY, (NEW, True), 2, id="new on PyPI"),
        pytest.param({TORCH: OWN, public(): OLD}, PIP, LISTED_LATELY, (OWN, False), 2, id="old on both"),
        pytest.param({TORCH: OTHER, public(): OLD}, PIP, LISTED_LATELY, (OLD, True), 2, id="version on PyPI alone"),
        pytest.param({TORCH: OWN, public(): DOWN}, PIP, LISTED_LATELY, (DOWN, None), 2, id="shared, PyPI down"),
        pytest.param({TORCH: OWN, public(): Absent("pypi")}, PIP, LISTED_LATELY, (OWN, False), 2, id="PyTorch's alone"),
        pytest.param({TORCH: OWN, public(): NEW}, {}, LISTED_LATELY, (OWN, False), 1, id="uv takes the first index"),
        pytest.param({public(): Absent("pypi")}, {}, LISTED_LATELY, (Absent("pypi"), None), 1, id="nobody knows it"),
        pytest.param({}, {}, LISTED_LATELY, (Unknown("no index to ask", asked=False), None), 0, id="no index"),
    ],
)
def test_whose_answer_counts(
    table: dict[Index, Lookup[Project]], said: dict[str, Any], bundled: Any, counts: object, asked: int
) -> None:
    given = evidence(
        wishes=(wish("sample", specifier="==1.0", pin="1.0"),),
        route=Route(indexes=tuple(table), **said),
        bundled=bundled,
    )
    registries = Answers(table)
    assert asyncio.run(ask_indexes(given, registries)) == counts
    assert len(registries.asked) == asked


def test_nobody_is_blamed_on_the_word_of_a_cache() -> None:
    stale = replace(OTHER, cached=True)
    given = evidence(
        wishes=(wish("sample", specifier="==1.0", pin="1.0"),), route=Route(indexes=(public(),)), bundled=LISTED_LATELY
    )
    registries = Answers({public(): stale}, fresh=OLD)
    assert asyncio.run(ask_indexes(given, registries)) == (OLD, True)
    assert registries.asked == [public(), public()]


@pytest.mark.parametrize(
    ("indexes", "answer", "expected", "left"),
    [
        ((FOLDER, public()), OWN, OWN, (FOLDER, public())),
        ((FOLDER, public()), Absent("folder"), OFFLINE, (public(),)),
        ((FOLDER, public()), Unknown("no such folder"), OFFLINE, (FOLDER, public())),
        ((FOLDER,), Absent("folder"), Absent("folder"), (FOLDER,)),
        ((public(),), OWN, OFFLINE, (public(),)),
    ],
)
def test_folders_are_asked_without_a_network(
    indexes: tuple[Index, ...], answer: Any, expected: object, left: tuple[Index, ...]
) -> None:
    given = evidence(bundled=LISTED_LATELY, project=OFFLINE, route=Route(indexes=indexes))
    got = with_local_indexes(given, lambda index, name: answer)
    assert (got.project, got.route.indexes) == (expected, left)
