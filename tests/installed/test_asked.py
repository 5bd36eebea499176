from __future__ import annotations

from pathlib import Path

from depaudit.installed.asked import Asking, node_asking, python_asking
from depaudit.installed.node import InstalledPackage, Placement
from depaudit.installed.python import Distribution
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.requirement import Location, Requirement


def _distribution(name: str, *requires: str) -> Distribution:
    folder = Path("/site", f"{name}-1.dist-info")
    return Distribution(
        name=NormalizedName(name), raw_name=name, version="1", folder=folder, metadata=folder / "METADATA",
        requires=requires,
    )  # fmt: skip


def _package(key: str, name: str, **asks: str) -> InstalledPackage:
    return InstalledPackage(
        name=NormalizedName(name), raw_name=name, version="1.0.0", folder=Path("/m", key), key=key,
        placement=Placement.INSTALLED, asks=tuple(asks.items()),
    )  # fmt: skip


def _wish(requested: str, name: str, ecosystem: Ecosystem = Ecosystem.PYPI, alias: str | None = None) -> Requirement:
    return Requirement(
        ecosystem=ecosystem,
        name=NormalizedName(name),
        raw_name=name,
        requested=requested,
        location=Location(path="requirements.txt", line=1),
        alias=alias,
    )


def test_extras_count_where_somebody_wants_them() -> None:
    installed = (
        _distribution("web", "core>=1", "fast; extra == 'speed'", "docs ; python_version > '3' and \"docs\" == extra"),
        _distribution("core", "web[speed]; extra == 'never'"),
        _distribution("fast", "deep[A_b] (>=1)"),
        _distribution("deep", "end; extra == 'a.B'"),
        _distribution("docs"),
        _distribution("end"),
        _distribution("lonely", "docs"),
    )
    assert python_asking(installed, [_wish("web[speed]>=1", "web")]) == Asking(
        by={"core": ("web",), "deep": ("fast",), "docs": ("lonely",), "end": ("deep",), "fast": ("web",)},
        reached=frozenset({"web", "core", "fast", "deep", "end"}),
    )
    assert python_asking(installed, [_wish("web", "web")]).reached == {"web", "core"}
    assert python_asking(installed, [], ["web"]).reached >= {"web", "docs", "fast"}
    assert python_asking(installed, [_wish("web", "web", Ecosystem.NPM)]).reached == frozenset()


def test_lines_that_are_no_requirement_ask_for_nothing() -> None:
    assert python_asking([_distribution("a", "", ";", "@ x", "é")], []) == Asking(by={}, reached=frozenset())


def test_npm_by_folders_and_aliases() -> None:
    installed = (
        _package("a", "a", b="^1", al="npm:real@^2"),
        _package("b", "b", a="*"),
        _package("real", "real"),
        _package("lonely", "lonely", b="*"),
        _package("own", "other", c="1"),
    )
    assert node_asking(installed, [_wish("a@1", "a", Ecosystem.NPM)]) == Asking(
        by={"a": ("b",), "b": ("a", "lonely"), "al": ("a",), "real": ("a",), "c": ("other",)},
        reached=frozenset({"a", "b", "al", "real"}),
    )
    assert node_asking(installed, [_wish("own@npm:other", "other", Ecosystem.NPM, "own")]).reached == {
        "own", "other", "c",
    }  # fmt: skip
