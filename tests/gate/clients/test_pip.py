"""pip under the gate: variables, options, roots."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Install
from depaudit.gate.clients import pip
from tests.gate.clients.places import PROXY, place, wiring, write


def test_variables() -> None:
    assert pip.environment(wiring(PIP_INDEX_URL="https://i.example/")) == {
        "PIP_PROXY": PROXY,
        "PIP_CERT": "/run/roots.pem",
        "PIP_CACHE_DIR": "/caches/pip",
        "PIP_NO_PROXY_ENV": None,
    }


def test_other_spellings_of_the_same_variables_are_taken_out() -> None:
    made = pip.environment(
        wiring(PIP_proxy="http://other", **{"PIP_CACHE-DIR": "c", "PIP_Cert": "x"}, pip_proxy="not pip's")
    )
    assert {name for name, value in made.items() if value is None} == {
        "PIP_NO_PROXY_ENV",
        "PIP_proxy",
        "PIP_CACHE-DIR",
        "PIP_Cert",
    }


@pytest.mark.parametrize("start", ["pip", "python -I -m pip"])
def test_isolated_pip_is_told_by_options(start: str) -> None:
    words = start.split()
    reading = read_command([*words, "install", "--isolated", "x"])
    assert isinstance(reading, Install)
    assert pip.arguments(reading, wiring()) == (
        *words,
        *("--proxy", PROXY, "--cert", "/run/roots.pem", "--cache-dir", "/caches/pip"),
        *("install", "--isolated", "x"),
    )


def test_other_lines_stay_as_they_are() -> None:
    reading = read_command(["pip", "install", "x"])
    assert isinstance(reading, Install)
    assert pip.arguments(reading, wiring()) == ("pip", "install", "x")


def test_roots_are_the_operators_alone(tmp_path: Path) -> None:
    here = place(tmp_path, {"PIP_CONFIG_FILE": "", "VIRTUAL_ENV": str(tmp_path / "home/work/project/.venv")})
    write(tmp_path / "home/.config/pip/pip.conf", "[global]\ncert = ~/corp.pem\n[install]\ncert = other.pem\n")
    write(tmp_path / "home/work/project/.venv/pip.conf", "[global]\ncert = tree.pem\n")
    assert pip.conflicts(here) == ()
    found = [path for path in pip.roots(here) if tmp_path in path.parents]
    assert found == [tmp_path / "home/corp.pem", here.folder / "other.pem"]


def test_the_certificate_of_a_variable_in_any_spelling(tmp_path: Path) -> None:
    here = place(tmp_path, {"PIP_CONFIG_FILE": "/dev/null", "PIP_cert": "/corp.pem"})
    assert pip.roots(here) == (Path("/corp.pem"),)


def test_a_malformed_file_names_nothing(tmp_path: Path) -> None:
    here = place(tmp_path, {"PIP_CONFIG_FILE": str(write(tmp_path / "pip.conf", "cert = x\n[[["))})
    assert [path for path in pip.roots(here) if tmp_path in path.parents] == []
