from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from depaudit.errors import ParseError
from depaudit.installed.node import InstalledPackage, Placement, installed_since, read_node_modules, snapshot
from depaudit.model.names import NormalizedName
from tests.installed.environments import package
from tests.world.archives import tarball


def _found(modules: Path) -> list[tuple[str, str | None, str, str]]:
    """Name, version, placement and path below the folder's own of each package."""
    return [
        (one.name or "", one.version, one.placement.value, os.path.relpath(one.folder, modules.resolve()))
        for one in read_node_modules(modules)
    ]


def test_all_that_is_known_of_one(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    folder = package(modules / "left-pad", "left-pad", "1.3.0", dependencies={"a": "^1"}, peerDependencies={"b": "*"})
    (modules / ".package-lock.json").write_text(
        json.dumps(
            {
                "packages": {
                    "node_modules/left-pad": {
                        "version": "1.3.0",
                        "resolved": "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz",
                        "integrity": "sha512-x",
                    }
                }
            }
        )
    )
    assert read_node_modules(modules) == (
        InstalledPackage(
            name=NormalizedName("left-pad"),
            raw_name="left-pad",
            version="1.3.0",
            folder=folder.resolve(),
            key="left-pad",
            placement=Placement.INSTALLED,
            resolved="https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz",
            integrity="sha512-x",
            asks=(("a", "^1"), ("b", "*")),
        ),
    )


def test_what_npm_noted_of_another_version_does_not_count(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "left-pad", "left-pad", "1.3.0")
    note = {"version": "1.2.0", "resolved": "https://evil.example/x.tgz"}
    (modules / ".package-lock.json").write_text(json.dumps({"packages": {"node_modules/left-pad": note}}))
    assert [one.resolved for one in read_node_modules(modules)] == [""]


def test_nested_scoped_and_workspace_members(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "a", "a", "1.0.0")
    package(modules / "a" / "node_modules" / "b", "b", "1.0.0")
    package(modules / "b", "b", "2.0.0")
    package(modules / "@s" / "c", "@s/c", "3.0.0")
    (modules / ".bin").mkdir()
    (modules / ".bin" / "a").symlink_to("../a/cli.js")
    package(tmp_path / "packages" / "mine", "mine", "0.0.1")
    package(tmp_path / "packages" / "mine" / "node_modules" / "d", "d", "4.0.0")
    (modules / "mine").symlink_to("../packages/mine")
    assert _found(modules) == [
        ("@s/c", "3.0.0", "installed", "@s/c"),
        ("a", "1.0.0", "installed", "a"),
        ("b", "1.0.0", "installed", "a/node_modules/b"),
        ("b", "2.0.0", "installed", "b"),
        ("mine", "0.0.1", "member", "../packages/mine"),
        ("d", "4.0.0", "installed", "../packages/mine/node_modules/d"),
    ]
    assert {(one.name, one.version) for one in snapshot(modules)} == {
        ("@s/c", "3.0.0"), ("a", "1.0.0"), ("b", "1.0.0"), ("b", "2.0.0"), ("d", "4.0.0"),
    }  # fmt: skip


def test_links_out_of_the_project_are_told_and_not_followed(tmp_path: Path) -> None:
    modules = tmp_path / "project" / "node_modules"
    package(modules / "a", "a", "1.0.0")
    package(tmp_path / "secret", "secret", "9.9.9")
    (modules / "out").symlink_to("../../secret")
    (modules / "nowhere").symlink_to("../gone")
    (modules / "circle").symlink_to("circle")
    assert _found(modules) == [
        ("a", "1.0.0", "installed", "a"),
        ("circle", None, "outside", "circle"),
        ("nowhere", None, "outside", "nowhere"),
        ("out", None, "outside", "out"),
    ]
    assert [one.target for one in read_node_modules(modules) if one.key == "out"] == [str(tmp_path / "secret")]
    assert len(snapshot(modules)) == 1


@pytest.mark.parametrize("store", [".pnpm", ".deno", ".bun", ".store"])
def test_virtual_stores(tmp_path: Path, store: str) -> None:
    modules = tmp_path / "node_modules"
    a, b = modules / store / "a@1.0.0" / "node_modules", modules / store / "@s+b@2.0.0" / "node_modules"
    package(a / "a", "a", "1.0.0")
    package(b / "@s" / "b", "@s/b", "2.0.0")
    (a / "@s").mkdir()
    (a / "@s" / "b").symlink_to("../../../@s+b@2.0.0/node_modules/@s/b")
    (modules / store / "node_modules").mkdir()
    (modules / store / "node_modules" / "a").symlink_to("../a@1.0.0/node_modules/a")
    (modules / "a").symlink_to(f"{store}/a@1.0.0/node_modules/a")
    (modules / "alias").symlink_to(f"{store}/a@1.0.0/node_modules/a")
    assert [(one.name, one.version, one.store) for one in read_node_modules(modules)] == [
        ("@s/b", "2.0.0", "@s+b@2.0.0"),
        ("a", "1.0.0", "a@1.0.0"),
    ]
    assert {(one.name, one.version, one.alias) for one in snapshot(modules)} == {
        ("a", "1.0.0", ""),
        ("@s/b", "2.0.0", ""),
    }


def test_yarns_store_of_links(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / ".store" / "@s-b-npm-2.0.0-0123456789" / "package", "@s/b", "2.0.0")
    (modules / "@s").mkdir()
    (modules / "@s" / "b").symlink_to("../.store/@s-b-npm-2.0.0-0123456789/package")
    assert [(one.name, one.version, one.key) for one in read_node_modules(modules)] == [("@s/b", "2.0.0", "")]


def test_a_member_sees_the_store_of_its_workspace(tmp_path: Path) -> None:
    store = tmp_path / "node_modules" / ".pnpm" / "a@1.0.0" / "node_modules"
    package(store / "a", "a", "1.0.0")
    member = tmp_path / "packages" / "mine" / "node_modules"
    member.mkdir(parents=True)
    (member / "a").symlink_to("../../../node_modules/.pnpm/a@1.0.0/node_modules/a")
    assert [(one.name, one.store) for one in read_node_modules(member, tmp_path)] == [("a", "a@1.0.0")]
    assert [one.placement for one in read_node_modules(member)] == [Placement.OUTSIDE]


def test_what_came_inside_of_anothers_archive(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    big = package(modules / "big", "big", "1.0.0", dependencies={"in": "1", "out": "1"}, bundleDependencies=["in"])
    package(big / "node_modules" / "in", "in", "1.0.0", dependencies={"deep": "1"})
    package(big / "node_modules" / "deep", "deep", "1.0.0")
    package(big / "node_modules" / "in" / "node_modules" / "own", "own", "1.0.0", dependencies={"up": "1"})
    package(big / "node_modules" / "up", "up", "1.0.0")
    package(big / "node_modules" / "out", "out", "1.0.0")
    assert {one.key: one.bundled for one in read_node_modules(modules)} == {
        "big": False, "in": True, "deep": True, "own": True, "up": True, "out": False,
    }  # fmt: skip
    assert {one.name for one in snapshot(modules) if one.bundled} == {"in", "deep", "own", "up"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "The file is not JSON."),
        ("[]", "The file holds no object."),
        ("[" * 100_000, "The file is not JSON."),
        ('{"name": 3}', "The name here is no text."),
        ('{"name": "../../etc", "version": "1.0.0"}', "'../../etc' is not a name that npm could hold."),
        ('{"name": "broken", "version": "1; rm -rf /"}', "'1; rm -rf /' is no version."),
    ],
)
def test_broken_ones_are_told_and_go_by_their_folder(tmp_path: Path, text: str, message: str) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "sound", "sound", "1.0.0")
    (modules / "broken").mkdir()
    (modules / "broken" / "package.json").write_text(text)
    broken, sound = read_node_modules(modules)
    assert broken.problem is not None
    assert (broken.name, broken.problem.message) == ("broken", message)
    assert broken.problem.path.endswith("broken/package.json")
    assert broken.problem.mend
    assert (sound.name, sound.problem) == ("sound", None)
    assert len(snapshot(modules)) == 2


def test_folders_without_a_package(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    (modules / "empty").mkdir(parents=True)
    (modules / "code").mkdir()
    (modules / "code" / "index.js").write_text("")
    code, empty = read_node_modules(modules)
    assert code.problem is not None
    assert code.problem.message == "The file cannot be read: No such file or directory."
    assert empty.problem is None
    assert [(one.name, one.version) for one in snapshot(modules)] == [("code", "")]


def test_no_folder_is_nothing_and_a_bound_is_an_error(tmp_path: Path) -> None:
    assert read_node_modules(tmp_path / "node_modules") == ()
    assert snapshot(tmp_path / "node_modules") == frozenset()
    folder = tmp_path
    for _ in range(60):
        folder = package(folder / "node_modules" / "a", "a", "1.0.0")
    with pytest.raises(ParseError, match="more than 50 deep"):
        snapshot(tmp_path / "node_modules")


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_the_real_npm(tmp_path: Path) -> None:
    for name in ("zz-left", "zz-right"):
        (tmp_path / f"{name}-1.0.0.tgz").write_bytes(tarball({"name": name, "version": "1.0.0"}))
    project = tmp_path / "project"
    package(project, "project", "1.0.0")
    modules = project / "node_modules"

    def npm(*words: str) -> None:
        quiet = ["--offline", "--no-audit", "--no-fund", "--no-update-notifier"]
        subprocess.run(["npm", *words, *quiet], cwd=project, check=True, capture_output=True)

    npm("install", "../zz-right-1.0.0.tgz")
    before = snapshot(modules)
    npm("install", "al@file:../zz-left-1.0.0.tgz")
    new = installed_since(before, snapshot(modules))
    assert [(one.name, one.version, one.alias) for one in new] == [("zz-left", "1.0.0", "al")]
    before = snapshot(modules)
    npm("ci")  # the same versions, every one of them installed anew
    assert [one.name for one in installed_since(before, snapshot(modules))] == ["zz-left", "zz-right"]
    assert [(one.name, one.key, one.resolved) for one in read_node_modules(modules)] == [
        ("zz-left", "al", "file:../zz-left-1.0.0.tgz"),
        ("zz-right", "zz-right", "file:../zz-right-1.0.0.tgz"),
    ]
