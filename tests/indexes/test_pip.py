"""pip's own settings: every place, the precedence between them, and the variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.indexes import pip
from depaudit.indexes.settings import PypiClient
from depaudit.model.requirement import IndexRef, Origin
from tests.indexes.machine import Machine

ETC, HOME = Path("/etc"), Path("/home/me")


def read(machine: Machine, platform: str = "linux") -> PypiClient:
    return pip.read_pip(
        machine.environment, machine.files(), home=machine.home, etc=machine.etc, platform=platform
    ).client


def shown(ref: IndexRef | None) -> str | None:
    """Who named it, what, and where."""
    if ref is None or ref.location is None:
        return None
    return f"{ref.origin.value} {ref.url} {ref.location.path}:{ref.location.line}"


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        (
            "linux",
            {},
            ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", "/home/me/.pip/pip.conf", "/home/me/.config/pip/pip.conf"],
        ),
        (
            "linux",
            {
                "XDG_CONFIG_DIRS": "/one:/two",
                "XDG_CONFIG_HOME": "/cfg",
                "VIRTUAL_ENV": "/venv",
                "PIP_CONFIG_FILE": "/x",
            },
            [
                "/one/pip/pip.conf",
                "/two/pip/pip.conf",
                "/etc/pip.conf",
                "/home/me/.pip/pip.conf",
                "/cfg/pip/pip.conf",
                "/venv/pip.conf",
                "/x",
            ],
        ),
        (
            "darwin",
            {},
            [
                "/Library/Application Support/pip/pip.conf",
                "/home/me/.pip/pip.conf",
                "/home/me/.config/pip/pip.conf",
            ],
        ),
        (
            "win32",
            {"PROGRAMDATA": "/pd", "APPDATA": "/ad", "VIRTUAL_ENV": "/venv"},
            ["/pd/pip/pip.ini", "/home/me/pip/pip.ini", "/ad/pip/pip.ini", "/venv/pip.ini"],
        ),
        ("linux", {"PIP_CONFIG_FILE": "/dev/null"}, []),
    ],
)
def test_pip_looks_in_these_places(platform: str, environment: dict[str, str], expected: list[str]) -> None:
    assert [p.as_posix() for p in pip.places(environment, home=HOME, etc=ETC, platform=platform)] == expected


def test_macos_prefers_application_support_where_that_folder_is(machine: Machine) -> None:
    machine.write("home/Library/Application Support/pip/pip.conf", "")
    found = pip.places({}, home=machine.home, etc=ETC, platform="darwin")
    assert found[-1] == machine.home / "Library/Application Support/pip/pip.conf"


def test_later_places_win_key_by_key(machine: Machine) -> None:
    machine.write("etc/xdg/pip/pip.conf", "[global]\nindex-url = https://xdg.example/\nextra-index-url = https://e/\n")
    machine.write("etc/pip.conf", "[global]\nindex-url = https://etc.example/\n")
    machine.write("home/.pip/pip.conf", "[global]\nindex-url = https://legacy.example/\n")
    machine.write("home/.config/pip/pip.conf", "[global]\n\nindex-url = https://user.example/\n")
    found = read(machine)
    assert shown(found.default) == f"operator https://user.example/ {machine.home}/.config/pip/pip.conf:3"
    assert [ref.url for ref in found.extra] == ["https://e/"]


def test_the_install_section_wins_over_global_whatever_the_file(machine: Machine) -> None:
    machine.write("etc/pip.conf", "[install]\nindex-url = https://install.example/\n")
    machine.write(
        "home/.config/pip/pip.conf",
        "[global]\nindex-url = https://global.example/\n[download]\nextra-index-url = https://d.example/\n"
        "[freeze]\nextra-index-url = https://freeze.example/\n",
    )
    found = read(machine)
    assert found.default is not None
    assert (found.default.url, [ref.url for ref in found.extra]) == ("https://install.example/", ["https://d.example/"])


def test_several_extra_indexes_stand_in_one_value_or_on_lines_of_their_own(machine: Machine) -> None:
    machine.write(
        "home/.config/pip/pip.conf",
        "[global]\nExtra_Index_Url = https://a.example/ https://b.example/\n    https://c.example/\n"
        "find-links = /wheels\nno-index = yes\n",
    )
    found = read(machine)
    assert [ref.url for ref in found.extra] == ["https://a.example/", "https://b.example/", "https://c.example/"]
    assert [ref.url for ref in found.find_links] == ["/wheels"]
    assert found.no_index


def test_variables_replace_what_the_files_say(machine: Machine) -> None:
    machine.write(
        "etc/pip.conf", "[global]\nindex-url = https://etc.example/\nextra-index-url = https://e.example/\nno-index = 1"
    )
    machine.environment |= {
        "PIP_INDEX_URL": "https://env.example/",
        "PIP_EXTRA_INDEX_URL": "https://a.example/ https://b.example/",
        "PIP_NO_INDEX": "0",
        "PIP_FIND_LINKS": "",
    }
    found = read(machine)
    assert shown(found.default) == "operator https://env.example/ $PIP_INDEX_URL:1"
    assert [ref.url for ref in found.extra] == ["https://a.example/", "https://b.example/"]
    assert not found.no_index


def test_the_file_that_the_variable_names_stands_in_for_the_users(machine: Machine) -> None:
    machine.write("home/.config/pip/pip.conf", "[global]\nindex-url = https://user.example/\n")
    machine.write("etc/pip.conf", "[global]\nextra-index-url = https://etc.example/\n")
    own = machine.write("own.conf", "[global]\nindex-url = https://own.example/\n")
    machine.environment["PIP_CONFIG_FILE"] = str(own)
    found = read(machine)
    assert [ref.url for ref in found.refs] == ["https://own.example/", "https://etc.example/"]
    machine.environment["PIP_CONFIG_FILE"] = str(machine.top / "missing.conf")
    assert [ref.url for ref in read(machine).refs] == ["https://user.example/", "https://etc.example/"]
    machine.environment["PIP_CONFIG_FILE"] = "/dev/null"
    assert read(machine) == PypiClient()


def test_a_configuration_file_inside_the_tree_is_the_trees(machine: Machine) -> None:
    inside = machine.write("work/.venv/pip.conf", "[global]\nindex-url = https://tree.example/\n")
    machine.environment["VIRTUAL_ENV"] = str(inside.parent)
    found = read(machine).default
    assert found is not None
    assert found.origin is Origin.TREE


@pytest.mark.parametrize(
    ("provider", "asks"), [("subprocess", True), ("import", True), ("auto", False), ("disabled", False), ("", False)]
)
def test_the_keyring_is_asked_only_where_pip_is_told_to(machine: Machine, provider: str, asks: bool) -> None:
    machine.environment["PIP_KEYRING_PROVIDER"] = provider
    found = pip.read_pip(machine.environment, machine.files(), home=machine.home, etc=machine.etc, platform="linux")
    assert found.keyring is asks


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("index-url = https://u:hunter2@nexus.example/\n", 1),
        ("[global]\nindex-url = https://a.example/\nindex-url = https://u:hunter2@b.example/\n", 3),
        ("[global]\nhunter2 hunter2\n", None),
    ],
)
def test_a_malformed_file_is_a_problem_that_quotes_nothing(machine: Machine, text: str, line: int | None) -> None:
    machine.write("home/.config/pip/pip.conf", text)
    files = machine.files()
    found = pip.read_pip({}, files, home=machine.home, etc=machine.etc, platform="linux")
    assert found.client == PypiClient()
    [problem] = files.problems
    assert problem.message == "The pip configuration file is malformed and was not read."
    assert "hunter2" not in repr(problem)
    assert problem.line == line
