"""Which settings files of the audited tree count, and whose the home folder is."""

from __future__ import annotations

import pytest

from depaudit.model.names import Ecosystem
from tests.indexes.machine import NPM, PYPI, Machine, npm, private, pypi, summary

ACME = "https://npm.acme.example/"


def test_only_the_folders_of_known_files_are_read(machine: Machine) -> None:
    for folder in ("", "a/", "b/"):
        machine.write(f"work/{folder}.npmrc", f"@{folder.strip('/') or 'top'}:registry={ACME}")
    machine.write("work/b/uv.toml", "not toml")
    every = machine.router()
    assert [problem.path for problem in every.problems] == ["b/uv.toml"]
    some = machine.router(files=[machine.work / "a" / "package.json"])
    assert some.problems == ()
    for name, path, foreign in (
        ("@top/x", "a/package.json", 1),
        ("@a/x", "a/package.json", 1),
        ("@b/x", "b/package.json", 0),
    ):
        assert len(some.route(npm(name, path)).foreign) == foreign
        assert len(every.route(npm(name, path)).foreign) == 1


def test_settings_above_the_audited_folder_or_in_installed_packages_are_not_read(machine: Machine) -> None:
    machine.write("work/.npmrc", "registry=https://above.example/")
    machine.write("work/a/node_modules/x/.npmrc", "registry=https://installed.example/")
    machine.write("work/a/venv/uv.toml", "not toml")
    router = machine.router(tree_roots=(machine.work / "a",))
    assert router.problems == ()
    assert summary(router.route(npm("react", "a/node_modules/x/package.json"))) == ((NPM,), [])


def test_a_file_as_tree_root_stands_for_its_folder(machine: Machine) -> None:
    machine.write("work/.npmrc", f"registry={ACME}")
    lock = machine.write("work/package-lock.json", "{}")
    router = machine.router(tree_roots=(lock,))
    assert summary(router.route(npm("react", "package-lock.json"))) == ((), [(ACME, False)])


def test_names_on_a_command_line_meet_the_settings_where_it_stands(machine: Machine) -> None:
    machine.write("work/.npmrc", f"@acme:registry={ACME}")
    machine.write("work/deep/.npmrc", "registry=https://evil.example/")
    router = machine.router(tree_roots=())
    assert summary(router.route(npm("@acme/x", "<arguments>"))) == ((), [(ACME, False)])
    assert summary(router.route(npm("react", "<arguments>"))) == ((NPM,), [])


def test_auditing_the_home_folder_keeps_the_users_own_settings(machine: Machine) -> None:
    machine.write("home/.npmrc", f"registry={ACME}\n//npm.acme.example/:_authToken=hunter2\n")
    machine.write("home/project/.npmrc", "registry=https://evil.example/\n")
    router = machine.router(tree_roots=(machine.home,))
    own = router.route(npm("react", str(machine.home / "package.json")))
    assert summary(own) == ((private(ACME, Ecosystem.NPM),), [])
    project = router.route(npm("react", str(machine.home / "project" / "package.json")))
    assert summary(project) == ((), [("https://evil.example/", False)])
    assert router.credentials.for_url(ACME) is not None


def test_a_home_that_is_a_checkout_is_not_the_operators(machine: Machine) -> None:
    machine.write("home/.git/HEAD", "")
    machine.write("home/.npmrc", "registry=https://evil.example/\n//evil.example/:_authToken=${TOKEN}\n")
    machine.environment["TOKEN"] = "hunter2"
    router = machine.router(tree_roots=(machine.home,))
    route = router.route(npm("react", str(machine.home / "package.json")))
    assert summary(route) == ((), [("https://evil.example/", True)])
    assert router.credentials.for_url("https://evil.example/") is None


@pytest.mark.parametrize("path", ["../outside/package.json", "-", "/package.json", "", "a\0b/package.json"])
def test_a_requirement_from_anywhere_has_a_route(machine: Machine, path: str) -> None:
    machine.write("work/.npmrc", "@acme:registry=https://evil.example/\n")
    assert machine.router().route(npm("react", path)).indexes == (NPM,)


def test_a_search_that_is_too_large_says_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depaudit.indexes.tree.MAX_FOLDERS", 3)
    for name in "abcd":
        machine.write(f"work/{name}/x", "")
    [problem] = machine.router().problems
    assert problem.message == "More than 3 folders: not all were searched for .npmrc, uv.toml and pyproject.toml."


def test_deep_toml_of_the_tree_is_a_problem_at_most(machine: Machine) -> None:
    bomb = "a = " + "[" * 5000
    machine.write("work/uv.toml", bomb)
    machine.write("work/pyproject.toml", f"[tool.uv]\n{bomb}")
    router = machine.router()
    assert [problem.path for problem in router.problems] == ["uv.toml"]
    assert router.route(pypi("flask")).indexes == (PYPI,)
