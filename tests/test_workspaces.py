"""Members of workspaces are nobody's packages but the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.requirement import REGISTRY, Location, Requirement, Source, SourceKind
from depaudit.workspaces import Manifest, covers, find_workspaces

ROOT = Path("/repo")


def manifest(folder: str, name: str = "", version: str = "", *globs: str) -> Manifest:
    return Manifest(folder=ROOT / folder, name=name, version=version, workspaces=globs)


def wish(name: str, specifier: str = "", source: Source = REGISTRY, alias: str | None = None) -> Requirement:
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=NormalizedName(name),
        raw_name=name,
        requested=name,
        specifier=specifier,
        source=source,
        alias=alias,
        location=Location(path="package.json", line=1),
    )


def kind(manifests: list[Manifest], folder: str, requirement: Requirement) -> str:
    (found,) = find_workspaces(manifests).localize([requirement], ROOT / folder)
    return found.source.kind.value


@pytest.mark.parametrize(
    ("globs", "folder", "expected"),
    [
        (("packages/*",), "packages/a", True),
        (("packages/*",), "packages/a/b", False),
        (("packages/*",), "other/packages/a", False),
        (("./packages/*/",), "packages/a", True),
        (("packages/**",), "packages/a/b", True),
        (("website",), "website", True),
        (("website",), "a/website", False),
        (("packages/*", "!packages/b"), "packages/a", True),
        (("packages/*", "!packages/b"), "packages/b", False),
        (("{apps,packages/{x,y}}/*",), "packages/y/a", True),
        (("{apps,packages/{x,y}}/*",), "apps/a", True),
        (("{apps,packages/{x,y}}/*",), "packages/z/a", False),
        (("{a,b}" * 30,), "ab", False),
        ((), "packages/a", False),
    ],
)
def test_globs(globs: tuple[str, ...], folder: str, expected: bool) -> None:
    assert covers(globs, ROOT, ROOT / folder) is expected


def test_nothing_outside_is_covered() -> None:
    assert covers(("**",), ROOT, Path("/elsewhere")) is False


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("", "1.0.0", "workspace"),
        ("*", "", "workspace"),
        ("^1.0.0", "1.2.0", "workspace"),
        ("^2.0.0", "1.2.0", "registry"),
        ("1.2.0", "1.2.0", "workspace"),
        ("^1.0.0", "", "registry"),
        ("latest", "1.0.0", "registry"),
        ("^1.0.0", "not a version", "registry"),
    ],
)
def test_a_member_is_linked_where_its_version_is_allowed(specifier: str, version: str, expected: str) -> None:
    manifests = [manifest("", "root", "", "packages/*"), manifest("packages/a", "a", version), manifest("packages/b")]
    assert kind(manifests, "packages/b", wish("a", specifier)) == expected
    assert kind(manifests, "", wish("a", specifier)) == expected


def test_a_name_is_local_to_its_own_workspace() -> None:
    manifests = [
        manifest("", "root", "1.0.0", "packages/*"),
        manifest("packages/a", "a", "1.0.0"),
        manifest("examples/x", "x", "1.0.0"),
        manifest("other", "other", "1.0.0", "in/*"),
        manifest("other/in/y", "y", "1.0.0"),
    ]
    assert kind(manifests, "examples/x", wish("a")) == "registry"
    assert kind(manifests, "other", wish("a")) == "registry"
    assert kind(manifests, "other", wish("y")) == "workspace"
    assert kind(manifests, "packages/a", wish("y")) == "registry"
    assert kind(manifests, "packages/a", wish("x")) == "registry"


def test_only_plain_wishes_become_local() -> None:
    manifests = [manifest("", "root", "1.0.0", "*"), manifest("a", "a", "1.0.0")]
    assert kind(manifests, "", wish("a", alias="b")) == "registry"
    assert kind(manifests, "", wish("a", source=Source(kind=SourceKind.GIT, url="u/a"))) == "git"
    assert kind(manifests, "", wish("b")) == "registry"
