from __future__ import annotations

import json
from pathlib import Path

import pytest

from depaudit.installed.asked import node_asking, python_asking
from depaudit.installed.node import read_node_modules
from depaudit.installed.node_wishes import node_wishes
from depaudit.installed.python import read_site_packages
from depaudit.installed.python_wishes import python_wishes
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.requirement import IndexOptions, IndexRef, Location, Requirement, Source, SourceKind
from tests.installed.environments import dist_info, package


def _python(site: Path, *manifests: Requirement, root: Path) -> tuple[Requirement, ...]:
    found = read_site_packages(site)
    asking = python_asking(found, manifests)
    return python_wishes(found, asking=asking, manifests=manifests, root=root, shown=lambda path: path.name)


def _node(modules: Path, *manifests: Requirement) -> tuple[Requirement, ...]:
    found = read_node_modules(modules)
    asking = node_asking(found, manifests)
    return node_wishes(found, asking=asking, manifests=manifests, shown=lambda path: path.parent.name)


def _asked(ecosystem: Ecosystem, name: str, *, alias: str | None = None, source: Source | None = None) -> Requirement:
    return Requirement(
        ecosystem=ecosystem, name=NormalizedName(name), raw_name=name, requested=name, groups=("dev",), alias=alias,
        location=Location(path="x", line=1), source=source or Source(kind=SourceKind.REGISTRY),
    )  # fmt: skip


def test_a_distribution_as_a_requirement(tmp_path: Path) -> None:
    dist_info(tmp_path, "Zz-Left", "1.0", metadata="Name: Zz-Left\nVersion: 1.0\nRequires-Dist: zz-right\n")
    dist_info(tmp_path, "zz-right", "2.1+local", REQUESTED="")
    assert _python(tmp_path, _asked(Ecosystem.PYPI, "zz-left"), root=tmp_path) == (
        Requirement(
            ecosystem=Ecosystem.PYPI, name=NormalizedName("zz-left"), raw_name="Zz-Left", requested="Zz-Left==1.0",
            location=Location(path="METADATA", line=2), specifier="==1.0", pinned_version="1.0", groups=("dev",),
        ),
        Requirement(
            ecosystem=Ecosystem.PYPI, name=NormalizedName("zz-right"), raw_name="zz-right",
            requested="zz-right==2.1+local", location=Location(path="METADATA", line=3), specifier="==2.1",
            pinned_version="2.1", direct=False, required_by=("zz-left",),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("direct_url", "source"),
    [
        ({"url": "file://ROOT/lib", "dir_info": {"editable": True}}, Source(kind=SourceKind.WORKSPACE)),
        ({"url": "file://ROOT", "dir_info": {}}, Source(kind=SourceKind.WORKSPACE)),
        ({"url": "file:///elsewhere/my%20lib", "dir_info": {}}, Source(kind=SourceKind.PATH, url="/elsewhere/my lib")),
        ({"url": "file:///x/a.whl", "archive_info": {}}, Source(kind=SourceKind.PATH, url="/x/a.whl")),
        (
            {"url": "https://x.example/a.whl", "archive_info": {}},
            Source(kind=SourceKind.URL, url="https://x.example/a.whl"),
        ),
        (
            {"url": "https://x.example/a.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            Source(kind=SourceKind.GIT, url="git+https://x.example/a.git@abc"),
        ),
        ({"url": "file://ROOT/../out", "dir_info": {}}, Source(kind=SourceKind.PATH, url="ROOT/../out")),
    ],
)
def test_where_a_distribution_came_from(tmp_path: Path, direct_url: dict[str, object], source: Source) -> None:
    text = json.dumps(direct_url).replace("ROOT", str(tmp_path))
    dist_info(tmp_path / "site", "zz-left", "1.0", direct_url=text)
    (wish,) = _python(tmp_path / "site", root=tmp_path)
    assert (wish.source.kind, wish.source.url) == (
        source.kind,
        source.url and source.url.replace("ROOT", str(tmp_path)),
    )


def test_the_manifests_say_which_index(tmp_path: Path) -> None:
    dist_info(tmp_path, "zz-torch", "2.1+cu121")
    dist_info(tmp_path, "zz-other", "1.0")
    named = Source(kind=SourceKind.REGISTRY, index=IndexRef(url="https://torch.example/simple/"))
    options = IndexOptions(extra=(IndexRef(url="https://more.example/simple/"),))
    asked = _asked(Ecosystem.PYPI, "zz-torch", source=named)
    with_options = Requirement(
        ecosystem=Ecosystem.PYPI, name=NormalizedName("zz-third"), raw_name="zz-third", requested="zz-third",
        location=Location(path="requirements.txt", line=2), indexes=options,
    )  # fmt: skip
    other, torch = _python(tmp_path, asked, with_options, root=tmp_path)
    assert (torch.pinned_version, torch.source.index) == ("2.1+cu121", named.index)
    assert (other.pinned_version, other.source.index, other.indexes) == ("1.0", None, options)


def test_an_npm_package_as_a_requirement(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "a", "a", "1.0.0", dependencies={"b": "^2"})
    package(modules / "b", "b", "2.0.0")
    assert _node(modules, _asked(Ecosystem.NPM, "a")) == (
        Requirement(
            ecosystem=Ecosystem.NPM, name=NormalizedName("a"), raw_name="a", requested="a@1.0.0", specifier="1.0.0",
            location=Location(path="a", line=1), pinned_version="1.0.0", groups=("dev",),
        ),
        Requirement(
            ecosystem=Ecosystem.NPM, name=NormalizedName("b"), raw_name="b", requested="b@2.0.0", specifier="2.0.0",
            location=Location(path="b", line=1), pinned_version="2.0.0", direct=False, required_by=("a",),
        ),
    )  # fmt: skip


def test_anothers_name_in_a_package_json_is_believed_for_aliases_alone(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "evil", "lodash", "4.17.21")
    package(modules / "al", "ms", "2.1.3")
    package(modules / "deep", "kind-of", "1.0.0")
    package(modules / "asks", "asks", "1.0.0", dependencies={"deep": "npm:kind-of@1"})
    found = _node(modules, _asked(Ecosystem.NPM, "ms", alias="al"))
    assert [(wish.name, wish.alias) for wish in found] == [
        ("ms", "al"),
        ("asks", None),
        ("kind-of", "deep"),
        ("evil", None),
    ]


@pytest.mark.parametrize(
    ("resolved", "kind", "url", "index"),
    [
        ("https://registry.npmjs.org/a/-/a-1.0.0.tgz", "registry", "https://registry.npmjs.org/a/-/a-1.0.0.tgz", None),
        (
            "https://u:pw@npm.acme.example/npm/a/-/a-1.0.0.tgz",
            "registry",
            "https://npm.acme.example/npm/a/-/a-1.0.0.tgz",
            "https://u:pw@npm.acme.example/npm/",
        ),
        ("git+ssh://git@github.com/o/a.git#abc", "git", "git+ssh://git@github.com/o/a.git", None),
        ("file:../a-1.0.0.tgz", "path", "file:../a-1.0.0.tgz", None),
        ("", "registry", None, None),
    ],
)
def test_where_npm_noted_that_it_came_from(
    tmp_path: Path, resolved: str, kind: str, url: str | None, index: str | None
) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "a", "a", "1.0.0")
    note = {"node_modules/a": {"version": "1.0.0", "resolved": resolved}}
    (modules / ".package-lock.json").write_text(json.dumps({"packages": note}))
    (wish,) = _node(modules)
    assert (wish.source.kind.value, wish.source.url) == (kind, url)
    assert (wish.source.index.url if wish.source.index else None) == index


@pytest.mark.parametrize(
    ("entry", "kind", "url"),
    [
        ("a@1.0.0_b@2.0.0", "registry", None),
        ("a@https+++codeload.github.com+o+a+tar.gz+abc", "url", "https://codeload.github.com/o/a/tar.gz/abc"),
        ("a@git+https+++x.example+o+a.git+abc", "git", "git+https://x.example/o/a.git/abc"),
        ("a@file+..+a", "path", "../a"),
    ],
)
def test_where_pnpms_store_says_that_it_came_from(tmp_path: Path, entry: str, kind: str, url: str | None) -> None:
    modules = tmp_path / "node_modules"
    package(modules / ".pnpm" / entry / "node_modules" / "a", "a", "1.0.0")
    (wish,) = _node(modules)
    assert (wish.source.kind.value, wish.source.url) == (kind, url)


def test_links_and_members(tmp_path: Path) -> None:
    modules = tmp_path / "project" / "node_modules"
    package(tmp_path / "project" / "lib", "lib", "0.1.0")
    modules.mkdir()
    (modules / "lib").symlink_to("../lib")
    (modules / "out").symlink_to("../../out")
    assert [(w.name, w.pinned_version, w.source.kind.value, w.source.url) for w in _node(modules)] == [
        ("lib", "0.1.0", "workspace", None),
        ("out", None, "path", str(tmp_path / "out")),
    ]


def test_what_was_asked_for_by_url_comes_from_there(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "a", "a", "1.0.0")
    source = Source(kind=SourceKind.GIT, url="git+https://u:pw@x.example/a.git")
    (wish,) = _node(modules, _asked(Ecosystem.NPM, "a", source=source))
    assert (wish.source.kind, wish.source.url) == (SourceKind.GIT, "git+https://x.example/a.git")
