"""What one state's files ask for that another's do not: pure, on requirements alone."""

from __future__ import annotations

from typing import Any

import pytest

from depaudit.changes.compare import Reached, additions, renamings, with_locked_versions
from depaudit.changes.hunks import EVERY_LINE, ChangedLines
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.record import replace
from depaudit.model.requirement import IndexRef, Location, Requirement, Source, SourceKind
from depaudit.model.route import Foreign, Index, Route

PUBLIC = Route(indexes=(Index(ecosystem=Ecosystem.NPM, url="https://registry.npmjs.org/", public=True),))
NOWHERE = ChangedLines()


def wish(name: str, path: str = "package.json", line: int = 1, version: str | None = None, **more: Any) -> Requirement:
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=normalize(Ecosystem.NPM, name),
        raw_name=name,
        requested=name,
        location=Location(path=path, line=line),
        pinned_version=version,
        **more,
    )


def added(
    before: list[Requirement],
    after: list[Requirement],
    *,
    lines: ChangedLines = EVERY_LINE,
    new: tuple[str, ...] = (),
) -> list[tuple[str, str | None, str, int]]:
    found = additions(
        [Reached(one, PUBLIC) for one in before],
        [Reached(one, PUBLIC) for one in after],
        paths={one.location.path for one in after},
        new=new,
        lines=lambda _path, _former: lines,
    )
    return [(one.name, one.pinned_version, one.location.path, one.location.line) for one in found]


OLD = wish("react", specifier="^18.0.0", line=3)


@pytest.mark.parametrize(
    "changed",
    [
        replace(OLD, groups=("dev",)),
        replace(OLD, marker="os_name == 'nt'"),
        replace(OLD, hashes=True),
        replace(OLD, location=Location(path="package.json", line=9)),
        replace(OLD, direct=False, required_by=("next",)),
        replace(OLD, alias="r"),
    ],
    ids=["group", "marker", "hash", "line", "directness", "alias"],
)
def test_what_brings_no_other_package_is_no_change(changed: Requirement) -> None:
    assert added([OLD], [changed]) == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(OLD, specifier="^19.0.0"),
        replace(OLD, pinned_version="18.2.0"),
        replace(OLD, source=Source(kind=SourceKind.GIT, url="https://git.example/react.git")),
        replace(OLD, source=Source(kind=SourceKind.REGISTRY, url="https://evil.example/react.tgz")),
        replace(OLD, name=normalize(Ecosystem.NPM, "reactt")),
    ],
    ids=["specifier", "version", "git", "archive", "name"],
)
def test_what_brings_another_package_is_one(changed: Requirement) -> None:
    assert added([OLD], [changed]) == [(changed.name, changed.pinned_version, "package.json", 3)]


def test_the_same_twice_adds_nothing_and_another_file_does() -> None:
    assert added([OLD], [OLD, replace(OLD, location=Location(path="package.json", line=4))]) == []
    assert added([OLD], [OLD, wish("react", "web/package.json", specifier="^18.0.0")]) == [
        ("react", None, "web/package.json", 1)
    ]


def test_a_file_that_does_not_count_adds_nothing() -> None:
    found = additions([], [Reached(OLD, PUBLIC)], paths=(), new=(), lines=lambda *_: EVERY_LINE)
    assert found == ()


def test_a_moved_file_adds_only_what_is_new_in_it() -> None:
    before = [wish(name, "web/package.json") for name in ("a", "b", "c")]
    after = [wish(name, "app/package.json") for name in ("a", "b", "d")]
    assert added(before, after, new=("app/package.json",)) == [("d", None, "app/package.json", 1)]


def test_a_copy_adds_all() -> None:
    before = [wish("a", "web/package.json")]
    after = [*before, wish("a", "app/package.json")]
    assert added(before, after, new=("app/package.json",)) == [("a", None, "app/package.json", 1)]


def test_renamings_pair_the_most_alike_of_one_format_once() -> None:
    old = {"a/package.json": frozenset("abcd"), "b/package.json": frozenset("abxy"), "requirements.txt": frozenset("a")}
    now = {
        "c/package.json": frozenset("abcd"),
        "d/package.json": frozenset("abxz"),
        "e/package.json": frozenset("q"),
        "dev/requirements.txt": frozenset("zy"),
    }
    assert renamings(old, now, now) == {"c/package.json": "a/package.json", "d/package.json": "b/package.json"}


def test_a_manifest_and_its_lockfile_are_one_package_the_manifest_first() -> None:
    locked = wish("left", "web/package-lock.json", 12, "1.3.0")
    asked = wish("left", "web/package.json", 5, specifier="^1.0.0")
    assert added([], [locked, asked]) == [
        ("left", "1.3.0", "web/package.json", 5),
        ("left", "1.3.0", "web/package-lock.json", 12),
    ]


@pytest.mark.parametrize(
    ("specifier", "versions", "path", "expected"),
    [
        ("^1.0.0", ["1.3.0", "2.0.0"], "package-lock.json", "1.3.0"),  # a lock above, one version that fits
        ("*", ["1.3.0", "2.0.0"], "package-lock.json", None),  # both would
        ("^3.0.0", ["1.3.0"], "package-lock.json", None),  # none does: the lockfile is out of step
        ("^1.0.0", ["1.3.0"], "other/package-lock.json", None),  # a lock beside it
        ("latest", ["1.3.0"], "package-lock.json", "1.3.0"),  # a tag cannot be read: what is locked is it
    ],
)
def test_the_locked_version(specifier: str, versions: list[str], path: str, expected: str | None) -> None:
    locked = [wish("left", path, number, version) for number, version in enumerate(versions, 1)]
    (joined,) = with_locked_versions([wish("left", "web/package.json", specifier=specifier)], locked)
    assert joined.pinned_version == expected


def test_a_version_further_down_in_an_entry_is_where_it_is_told() -> None:
    before = [wish("a", "package-lock.json", 10, "1.0.0"), wish("b", "package-lock.json", 15, "1.0.0")]
    after = [wish("a", "package-lock.json", 10, "1.1.0"), wish("b", "package-lock.json", 15, "1.0.0")]
    lines = ChangedLines(ranges=((11, 13), (16, 17)))
    assert added(before, after, lines=lines) == [("a", "1.1.0", "package-lock.json", 11)]
    assert added(before, after, lines=NOWHERE) == [("a", "1.1.0", "package-lock.json", 10)]


def test_what_a_settings_file_leads_elsewhere_is_told_at_its_line() -> None:
    place = Location(path=".npmrc", line=2)
    foreign = Foreign(url="https://evil.example/", ref=IndexRef(url="https://evil.example/", location=place))
    found = additions(
        [Reached(OLD, PUBLIC)],
        [Reached(OLD, Route(indexes=(), foreign=(foreign,)))],
        paths=["package.json"],
        new=(),
        lines=lambda *_: NOWHERE,
    )
    assert [one.location for one in found] == [place]
