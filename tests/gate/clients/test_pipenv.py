"""Pipenv under the gate: its cache, and a project's .env that it reads over the gate's variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install
from depaudit.gate.clients import pipenv
from tests.gate.clients.places import place, wiring, write


def test_variables_and_options(tmp_path: Path) -> None:
    assert pipenv.environment(wiring()) == {"PIPENV_CACHE_DIR": "/caches/pipenv"}
    reading = read_command(["pipenv", "install", "x"])
    assert isinstance(reading, Install)
    assert pipenv.arguments(reading, wiring()) == ("pipenv", "install", "x")
    assert (pipenv.conflicts(place(tmp_path)), pipenv.roots(place(tmp_path))) == ((), ())


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("NO_PROXY=*", "NO_PROXY"),
        ("export https_proxy = http://u:secret@p", "https_proxy"),
        ("'PIP_PROXY'=x", "PIP_PROXY"),
        ("PIP_Cert=x", "PIP_Cert"),
        ("PIPENV_PYPI_MIRROR=https://m.example/", "PIPENV_PYPI_MIRROR"),
        ("PIP_EXTRA-INDEX-URL=https://m.example/", "PIP_EXTRA-INDEX-URL"),
    ],
)
def test_a_project_that_sets_the_gates_variables(tmp_path: Path, line: str, name: str) -> None:
    here = place(tmp_path)
    path = write(here.folder / ".env", f"# NO_PROXY=x\nTOKEN=NO_PROXY=1\n{line}\n")
    assert pipenv.conflicts(here) == (
        Conflict(
            option=name,
            mend=f"Take {name} out of {path}, which Pipenv reads over the gate's variables, and set it in your own"
            " environment.",
        ),
    )


def test_the_file_beside_the_nearest_pipfile_and_the_one_that_a_variable_names(tmp_path: Path) -> None:
    here = place(tmp_path)
    write(here.folder.parent / "Pipfile", "")
    write(here.folder.parent / ".env", "PIP_PROXY=x\n")
    own = write(tmp_path / "own.env", "PIP_CERT=x\n")
    assert [one.option for one in pipenv.conflicts(here)] == ["PIP_PROXY"]
    assert [one.option for one in pipenv.conflicts(place(tmp_path, {"PIPENV_DOTENV_LOCATION": str(own)}))] == [
        "PIP_CERT"
    ]
    assert pipenv.conflicts(place(tmp_path, {"PIPENV_DONT_LOAD_ENV": "1"})) == ()


def test_a_file_too_large_to_be_read(tmp_path: Path) -> None:
    here = place(tmp_path)
    write(here.folder / ".env", "A=1\n" * 300_000)
    assert [one.option for one in pipenv.conflicts(here)] == [".env"]
