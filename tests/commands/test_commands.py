"""Which client a command line starts, by whatever name; and the list of readers."""

from __future__ import annotations

import importlib
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import COMMANDS, program_of, read_command
from depaudit.commands.base import Install, NotAnInstall, Undetermined
from depaudit.gate.clients import CLIENTS

PYTHON_CLIENTS = ("pip", "uv", "poetry", "pdm", "pipx", "pipenv")


@pytest.mark.parametrize(
    ("word", "program"),
    [
        ("pip", "pip"),
        ("pip3", "pip"),
        ("/usr/bin/pip3.12", "pip"),
        ("pip-3.11", "pip"),
        ("C:\\py\\Scripts\\pip.exe", "pip"),
        ("PIP.EXE", "pip"),
        ("uv.exe", "uv"),
        ("./uvx", "uvx"),
        ("pip.pyz", "pip"),
        ("npm.cmd", "npm"),
        ("yarnpkg", "yarn"),
        ("npx-cli.js", "npx"),
        ("pipdeptree", None),
        ("pip4", None),
        ("", None),
        ("python", None),
        ("x" * 5000, None),
    ],
)
def test_programs_by_name_and_path(word: str, program: str | None) -> None:
    assert program_of(word) == program


@pytest.mark.parametrize(
    "line",
    [
        "pip",
        "python -m pip",
        "python3.13t -I -W ignore -m pip",
        "python -mpip",
        "python -Impip",
        "python -m pip.__main__",
        "py -3.12 -m pip",
        "py -V:3.11 -m pip",
        "pypy3.10 -m pip",
        "python /venv/bin/pip",
        "python --check-hash-based-pycs always -m pip",
    ],
)
def test_the_ways_to_start_pip(line: str) -> None:
    words = shlex.split(line)
    reading = read_command([*words, "install", "x"])
    assert isinstance(reading, Install)
    assert (reading.client, reading.argv) == ("pip", (*words, "install", "x"))
    assert read_command([*words, "list"]) == NotAnInstall(client="pip", argv=(*words, "list"))


@pytest.mark.parametrize("name", PYTHON_CLIENTS)
def test_python_starts_every_client(name: str) -> None:
    reading = read_command(["python3", "-m", name, "install", "x"])
    assert isinstance(reading, (Install, Undetermined))
    assert reading.client == name


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ls",
        "python",
        "python -c 'import pip' -m pip",
        "python -m venv .venv",
        "python s.py",
        "python -",
        "make pip",
    ],
)
def test_what_starts_no_client(line: str) -> None:
    assert read_command(shlex.split(line)) is None


def test_every_client_has_a_place_at_the_gate() -> None:
    assert tuple(reader.name for reader in COMMANDS) == CLIENTS


@pytest.mark.parametrize("name", PYTHON_CLIENTS)
def test_a_reader_says_of_itself_what_the_list_says(name: str) -> None:
    listed = next(reader for reader in COMMANDS if reader.name == name)
    module = importlib.import_module(f"depaudit.commands.{name}")
    assert (listed.name, listed.programs) == (module.NAME, module.PROGRAMS)
    assert listed.load() is module


WORDS = st.one_of(
    st.text(max_size=6), st.sampled_from(["python", "-m", "-X", "pip", "uvx", "poetry", "run", "-Im", "--"])
)


@given(st.lists(WORDS, max_size=10))
def test_any_words_give_a_reading_or_none(words: list[str]) -> None:
    reading = read_command(["python", *words])
    assert reading is None or isinstance(reading, (Install, NotAnInstall, Undetermined))
