"""What a command asks for, by its words and its files, and what of that is certain."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from depaudit.commands.base import FileUse, Install, NamedFile, ProjectUse
from depaudit.gate import before
from depaudit.gate.before import project_files, project_root, read_asked, written_files
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace
from depaudit.model.requirement import Requirement
from tests.evidence import NPM, PYPI, wish


def write(folder: Path, path: str, text: str | dict[str, Any]) -> Path:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text if isinstance(text, str) else json.dumps(text))
    return place


def install(client: str, ecosystem: Ecosystem, **more: Any) -> Install:
    return Install(client=client, argv=(client,), ecosystem=ecosystem, **more)


def names(wishes: tuple[Requirement, ...]) -> list[str]:
    return [str(wish.name) for wish in wishes]


def members(root: Path) -> list[str]:
    files = project_files(install("npm", NPM, project=ProjectUse.RESOLVE), root)
    return [path.relative_to(root).as_posix() for path in files]


# --- the words and the files they name


def test_what_is_typed_comes_first_then_the_files(tmp_path: Path) -> None:
    write(tmp_path, "work/requirements.txt", "six\n")
    write(tmp_path, "work/bounds.txt", "idna==3.7\n")
    write(tmp_path, "work/lib/pyproject.toml", '[project]\nname = "lib"\nversion = "1"\ndependencies = ["flask"]\n')
    files = (
        NamedFile(path="requirements.txt", use=FileUse.REQUIREMENTS),
        NamedFile(path="bounds.txt", use=FileUse.CONSTRAINTS),
        NamedFile(path="lib", use=FileUse.PROJECT),
        NamedFile(path="missing.txt", use=FileUse.REQUIREMENTS),
    )
    read = install("pip", PYPI, folder="work", requirements=(wish("typed"),), files=files)
    asked = read_asked(read, cwd=tmp_path)
    assert names(asked.certain) == ["typed", "six", "flask"]
    assert names(asked.others) == ["idna"]
    assert asked.problems == ()
    assert asked.files == tuple(
        tmp_path / "work" / one for one in ("requirements.txt", "lib/pyproject.toml", "bounds.txt")
    )
    assert (asked.hosts, asked.root) == ((), tmp_path / "work")


@pytest.mark.parametrize(
    ("marker", "certain"),
    [
        (None, True),
        ('python_version >= "3"', True),
        ('sys_platform == "no-such-system"', False),
        ('extra == "tests"', False),
        ("nonsense", True),
    ],
)
def test_what_a_marker_excludes_is_not_certain(marker: str | None, certain: bool, tmp_path: Path) -> None:
    read = install("pip", PYPI, requirements=(replace(wish("typed"), marker=marker),))
    asked = read_asked(read, cwd=tmp_path)
    assert (names(asked.certain), names(asked.others)) == (["typed"], []) if certain else ([], ["typed"])


@pytest.mark.parametrize(("program", "fetched"), [("tsc", False), ("tsc.cmd", False), ("other", True)])
def test_a_program_of_the_project_is_not_fetched(program: str, fetched: bool, tmp_path: Path) -> None:
    write(tmp_path, "package.json", {})
    write(tmp_path, f"node_modules/.bin/{program}", "")
    read = install("npm", NPM, folder="deep/er", requirements=(wish("tsc", ecosystem=NPM),), local_first=True)
    asked = read_asked(read, cwd=tmp_path)
    assert names(asked.certain if fetched else asked.others) == ["tsc"]


def test_groups_that_are_left_out_are_not_certain(tmp_path: Path) -> None:
    dependencies = {"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}, "optionalDependencies": {"c": "1"}}
    write(tmp_path, "package.json", dependencies)
    whole = install("npm", NPM, project=ProjectUse.RESOLVE)
    assert sorted(names(read_asked(whole, cwd=tmp_path).certain)) == ["a", "b"]
    asked = read_asked(replace(whole, left_out=("dev",)), cwd=tmp_path)
    assert (names(asked.certain), sorted(names(asked.others))) == (["a"], ["b", "c"])


def test_a_member_of_the_workspace_is_nobodys(tmp_path: Path) -> None:
    write(tmp_path, "package.json", {"workspaces": ["packages/*"], "dependencies": {"own-lib": "*"}})
    write(tmp_path, "packages/lib/package.json", {"name": "own-lib", "version": "1.0.0", "dependencies": {"a": "1"}})
    asked = read_asked(install("npm", NPM, project=ProjectUse.RESOLVE), cwd=tmp_path)
    assert (names(asked.certain), names(asked.others)) == (["a"], ["own-lib"])


# --- the project


@pytest.mark.parametrize(
    ("files", "start", "root"),
    [
        pytest.param({"package.json": {}}, "a/b", ".", id="upward"),
        pytest.param({"package.json": {}, "a/package.json": {}}, "a", "a", id="the nearest"),
        pytest.param({"package-lock.json": {}, "package.json": {}, "a/package.json": {}}, "a", "a", id="no workspace"),
        pytest.param(
            {"package-lock.json": {}, "package.json": {"workspaces": ["a"]}, "a/package.json": {}},
            "a", ".", id="a member",
        ),
        pytest.param({"package-lock.json": {}, "a/package-lock.json": {}}, "a", "a", id="its own lockfile"),
        pytest.param({}, "a", None, id="none"),
    ],
)  # fmt: skip
def test_the_project_is_the_nearest(files: dict[str, Any], start: str, root: str | None, tmp_path: Path) -> None:
    for path, content in files.items():
        write(tmp_path, path, content)
    (tmp_path / start).mkdir(parents=True, exist_ok=True)
    assert project_root("npm", tmp_path / start) == (None if root is None else Path(os.path.normpath(tmp_path / root)))


def test_uvs_workspace_is_the_project_of_its_members(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.uv.workspace]\nmembers = ["a"]\n')
    write(tmp_path, "uv.lock", "version = 1\n")
    write(tmp_path, "a/pyproject.toml", '[project]\nname = "a"\n')
    assert project_root("uv", tmp_path / "a") == tmp_path


def test_an_unknown_client_has_no_project(tmp_path: Path) -> None:
    assert project_root("conda", tmp_path) is None
    assert written_files("conda", tmp_path) == ()


def test_a_frozen_install_takes_the_lockfile_as_it_stands(tmp_path: Path) -> None:
    for path in ("package.json", "package-lock.json", "pyproject.toml", "uv.lock"):
        write(tmp_path, path, "{}")
    frozen = install("npm", NPM, project=ProjectUse.FROZEN)
    assert project_files(frozen, tmp_path) == (tmp_path / "package-lock.json",)
    assert project_files(install("uv", PYPI, project=ProjectUse.FROZEN), tmp_path) == (tmp_path / "uv.lock",)


def test_whatever_a_client_may_write_is_known(tmp_path: Path) -> None:
    write(tmp_path, "package.json", {"workspaces": {"packages": ["a"]}})
    write(tmp_path, "a/package.json", {})
    assert written_files("npm", tmp_path) == tuple(
        tmp_path / one for one in ("package.json", "npm-shrinkwrap.json", "package-lock.json", "a/package.json")
    )


# --- workspaces


@pytest.mark.parametrize(
    ("globs", "found"),
    [
        (["packages/*"], ["packages/a", "packages/b"]),
        (["packages/**"], ["packages/a", "packages/b", "packages/b/deep/c"]),
        (["./packages/a/"], ["packages/a"]),
        (["packages/*", "!packages/b"], ["packages/a"]),
        (["packages/{a,b}"], ["packages/a", "packages/b"]),
        (["**"], ["apps/site", "packages/a", "packages/b", "packages/b/deep/c"]),
        (["../outside", "/etc", "", ".", 7], []),
    ],
)
def test_members_are_those_that_the_globs_cover(globs: list[Any], found: list[str], tmp_path: Path) -> None:
    root = tmp_path / "node_modules" / "odd place"
    write(root, "package.json", {"workspaces": globs})
    write(tmp_path, "node_modules/outside/package.json", {})
    for path in ("packages/a", "packages/b", "packages/b/deep/c", "apps/site"):
        write(root, f"{path}/package.json", {})
        write(root, f"{path}/node_modules/dependency/package.json", {})
    write(root, ".cache/x/package.json", {})
    assert sorted(members(root)[1:]) == sorted(f"{one}/package.json" for one in found)


def test_pnpms_members_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "package.json", "{")
    text = "# ours\npackages:\n  # all\n  - 'packages/*'\n  - apps  # one\n\ncatalog:\n  - other\n"
    write(tmp_path, "pnpm-workspace.yaml", text)
    for path in ("packages/a", "apps", "other"):
        write(tmp_path, f"{path}/package.json", {})
    assert members(tmp_path) == ["package.json", "packages/a/package.json", "apps/package.json"]


def test_a_tree_without_end_is_left_at_some_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before, "MAX_FOLDERS", 3)
    write(tmp_path, "package.json", {"workspaces": ["**/**/**/**"]})
    for letter in "abcdefgh":
        write(tmp_path, f"{letter}/{letter}/package.json", {})
    assert members(tmp_path) == ["package.json", "a/a/package.json", "b/b/package.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("package.json", "pnpm-workspace.yaml", "pyproject.toml", "package-lock.json"):
        os.mkfifo(tmp_path / name)
    assert project_root("npm", tmp_path) is None
    assert written_files("npm", tmp_path)[:1] == (tmp_path / "package.json",)


# --- lockfiles that cannot be read yet


def test_hosts_of_archives_are_told_of_any_lockfile(tmp_path: Path) -> None:
    write(tmp_path, "deno.json", {})
    text = " ".join(
        (
            '"https://Files.Example:8443/a/b.tgz"', "https://query.example/x.whl?y=1", "https://github.com/a/b.tgz",
            "https://page.example/about.html", "http://a/" * 20_000,
        )
    )  # fmt: skip
    write(tmp_path, "deno.lock", text)
    asked = read_asked(install("deno", NPM, project=ProjectUse.RESOLVE), cwd=tmp_path)
    from depaudit.parsers import format_for

    readable = format_for((tmp_path / "deno.lock").as_posix()) is not None
    assert asked.hosts == (() if readable else ("files.example", "query.example"))
