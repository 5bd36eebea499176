"""What a command installed: looked at before and after, wherever it may have installed to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from depaudit.commands.base import Install
from depaudit.gate.ledger import Key
from depaudit.gate.newly import Installed, look_around
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Requirement, Source, SourceKind
from tests.evidence import NPM, PYPI, wish

SITE = Path("lib/python3.11/site-packages")


def put(site: Path, name: str, version: str, *, direct: bool = False) -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text("")
    if direct:
        (info / "direct_url.json").write_text(json.dumps({"url": "file:///x", "dir_info": {}}))


def environment(place: Path) -> Path:
    (place / SITE).mkdir(parents=True)
    (place / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return place / SITE


def module(folder: Path, name: str, version: str, key: str = "") -> None:
    place = folder / "node_modules" / (key or name)
    place.mkdir(parents=True)
    (place / "package.json").write_text(json.dumps({"name": name, "version": version}))


def reading(client: str = "pip", ecosystem: Ecosystem = PYPI, target: str | None = None) -> Install:
    return Install(client=client, argv=(client,), ecosystem=ecosystem, target=target)


def around(
    folder: Path, read: Install, named: tuple[Requirement, ...] = (), variables: Mapping[str, str] | None = None
) -> Installed:
    return look_around(folder / "bin" / "no-such-program", read, folder, folder, variables or {}, named)


def found(installed: Installed, passed: set[Key] | None = None) -> list[tuple[str, str | None]]:
    return [(str(one.name), one.pinned_version) for one in installed.newly(passed or set())]


# --- where


@pytest.mark.parametrize(
    ("place", "read", "variables"),
    [
        pytest.param("env/" + str(SITE), reading(), {"VIRTUAL_ENV": "env"}, id="active"),
        pytest.param(".venv/" + str(SITE), reading("uv"), {}, id="the project's"),
        pytest.param("env/" + str(SITE), reading("uv"), {"UV_PROJECT_ENVIRONMENT": "env"}, id="uv's"),
        pytest.param("out", reading(target="out"), {}, id="--target"),
        pytest.param("out", reading(), {"PIP_TARGET": "out"}, id="PIP_TARGET"),
        pytest.param("out/" + str(SITE), reading(target="out"), {}, id="--prefix"),
        pytest.param("out/usr/local/" + str(SITE), reading(target="out"), {}, id="--root"),
    ],
)
def test_what_is_new_is_found(place: str, read: Install, variables: dict[str, str], tmp_path: Path) -> None:
    site = environment(tmp_path / "env") if place.startswith("env") else tmp_path / place
    put(site, "old", "1.0")
    if place.startswith(".venv"):
        (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    installed = around(tmp_path, read, variables=variables)
    assert found(installed) == []
    put(site, "new", "2.0")
    assert found(installed) == [("new", "2.0")]
    assert found(installed, {(PYPI, "new", "2")}) == []


def test_an_environment_that_is_made_by_the_command_is_looked_at(tmp_path: Path) -> None:
    installed = around(tmp_path, reading("uv"))
    put(environment(tmp_path / ".venv"), "new", "2.0")
    (wish_,) = installed.newly(set())
    site = tmp_path / ".venv" / SITE
    assert (wish_.requested, wish_.specifier, wish_.location.path) == ("new==2.0", "==2.0", str(site))


def test_an_interpreter_as_target_is_its_environment(tmp_path: Path) -> None:
    site = environment(tmp_path / "env")
    (tmp_path / "env" / "bin").mkdir()
    (tmp_path / "env" / "bin" / "python").write_text("")
    installed = around(tmp_path, reading(target="env/bin/python"))
    put(site, "new", "2.0")
    assert found(installed) == [("new", "2.0")]


def test_the_pip_that_runs_tells_its_environment(tmp_path: Path) -> None:
    site = environment(tmp_path / "tools")
    (tmp_path / "tools" / "bin").mkdir()
    pip = tmp_path / "tools" / "bin" / "pip"
    pip.write_text("#!/bin/sh\n")
    installed = look_around(pip, reading(), tmp_path, tmp_path, {})
    put(site, "new", "2.0")
    assert found(installed) == [("new", "2.0")]


def test_programs_for_all_are_no_folder_here(tmp_path: Path) -> None:
    installed = around(tmp_path, reading("npm", NPM, target="global"))
    put(environment(tmp_path / ".venv"), "new", "2.0")
    assert found(installed) == []


# --- what


def test_what_a_url_or_a_folder_gave_was_judged_as_such(tmp_path: Path) -> None:
    site = environment(tmp_path / ".venv")
    given = wish("given", source=Source(kind=SourceKind.GIT, url="git+https://git.example/given"))
    installed = around(tmp_path, reading(), (given,))
    put(site, "mine", "1.0", direct=True)
    put(site, "given", "1.0")
    assert found(installed) == []


def test_a_new_module_is_found_unless_it_passed(tmp_path: Path) -> None:
    module(tmp_path, "old", "1.0.0")
    installed = around(tmp_path, reading("npm", NPM))
    module(tmp_path, "new", "2.0.0")
    module(tmp_path, "real", "3.0.0", key="alias")
    (one, two) = installed.newly(set())
    assert (one.requested, one.specifier) == ("new@2.0.0", "2.0.0")
    assert two.requested == "real@3.0.0"
    assert found(installed, {(NPM, "real", "3.0.0")}) == [("new", "2.0.0")]
    assert found(installed, {(NPM, "alias", "3.0.0"), (NPM, "new", "2.0.0")}) == []


def test_a_name_that_no_registry_could_hold_came_from_none(tmp_path: Path) -> None:
    installed = around(tmp_path, reading("npm", NPM))
    module(tmp_path, "../evil", "2.0.0", key="named")
    module(tmp_path, "../worse", "2.0.0", key="BAD NAME")
    assert found(installed) == [("named", "2.0.0")]


def test_a_module_from_a_repository_was_judged_as_such(tmp_path: Path) -> None:
    given = wish("given", ecosystem=NPM, source=Source(kind=SourceKind.GIT, url="github:a/given"))
    installed = around(tmp_path, reading("npm", NPM), (given,))
    module(tmp_path, "given", "1.0.0")
    module(tmp_path, "deeper", "1.0.0")
    entry = {"version": "1.0.0", "resolved": "git+ssh://git@github.com/a/deeper.git#abc"}
    lock = {"lockfileVersion": 3, "packages": {"node_modules/deeper": entry}}
    (tmp_path / "node_modules" / ".package-lock.json").write_text(json.dumps(lock))
    assert found(installed) == []


# --- what was there already


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        (wish("old"), True),
        (wish("old", specifier=">=1"), True),
        (wish("old", specifier=">=2"), False),
        (wish("old", specifier="==1.0", pin="1.0"), True),
        (wish("old", specifier="not a specifier"), False),
        (wish("new"), False),
        (wish("old", ecosystem=NPM), False),
        (wish("module", ecosystem=NPM, specifier="^1.0.0"), True),
        (wish("module", ecosystem=NPM, specifier="^2.0.0"), False),
        (wish("module", ecosystem=NPM, specifier="next"), False),
        (wish("module"), False),
    ],
    ids=lambda one: f"{one.ecosystem.value} {one.requested}" if isinstance(one, Requirement) else str(one),
)
def test_what_is_there_and_will_do_is_not_fetched(asked: Requirement, has: bool, tmp_path: Path) -> None:
    site = environment(tmp_path / ".venv")
    put(site, "old", "1.0")
    module(tmp_path, "module", "1.2.0")
    installed = Installed([tmp_path / ".venv"], [], [tmp_path / "node_modules"], tmp_path)
    assert installed.has(asked) is has
