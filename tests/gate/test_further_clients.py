"""PDM, Pipenv, pipx, bun and deno: one clean and one refused case each, and a squat that only a dependency asks for."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.gate.kit import NPM, PYPI, Machine, Names
from tests.gate.matrix import PACKAGE, PYPROJECT, Make, write_json

pytestmark = pytest.mark.clients


def _pdm(here: Machine) -> None:
    here.write("pyproject.toml", PYPROJECT)
    here.venv(None)


def _pipenv(here: Machine) -> None:
    here.venv("26.3", name="env")


def _package_json(here: Machine) -> None:
    write_json(here, "package.json", PACKAGE)


def _deno(here: Machine) -> None:
    here.write("deno.json", {})


def _nothing(here: Machine) -> None:
    del here


CLIENTS: tuple[tuple[str, Names, Callable[[Machine], None], Callable[[str], list[str]]], ...] = (
    ("pdm", PYPI, _pdm, lambda name: ["pdm", "add", "--no-self", name]),
    ("pipenv", PYPI, _pipenv, lambda name: ["pipenv", "install", name]),
    ("pipx", PYPI, _nothing, lambda name: ["pipx", "install", name]),
    ("bun", NPM, _package_json, lambda name: ["bun", "add", name]),
    ("deno", NPM, _deno, lambda name: ["deno", "add", f"npm:{name}"]),
)


@pytest.mark.parametrize(("client", "names", "prepare", "add"), CLIENTS, ids=[entry[0] for entry in CLIENTS])
@pytest.mark.parametrize("case", ["clean", "squat", "missing", "transitive", "script"])
def test_client(
    client: str,
    names: Names,
    prepare: Callable[[Machine], None],
    add: Callable[[str], list[str]],
    case: str,
    machine: Make,
) -> None:
    here = machine(client, *(["uv"] if client == "pipx" else []))  # pipx's own way to install; else it wants a new pip
    prepare(here)
    name = {
        "clean": names.tool,
        "squat": names.squat,
        "missing": names.missing,
        "transitive": names.carrier,
        "script": names.script_carrier,
    }[case]
    done = here.gated(add(name))
    assert not done.left_running
    assert here.marks_left() == (), str(done)
    if case == "clean":
        assert done.status == 0, str(done)
        assert "none refused" in done.stderr
        return
    assert done.status == 40, str(done)
    assert done.stderr.strip().splitlines()[-1].startswith("depaudit: "), str(done)
    assert any(line.startswith("refused ") for line in done.stderr.splitlines()), str(done)
    assert here.unpacked(names.squat) == (), str(done)
    assert here.unpacked(names.squat_script) == (), str(done)


@pytest.mark.parametrize(("client", "names", "prepare", "add"), CLIENTS, ids=[entry[0] for entry in CLIENTS])
def test_what_passed_once_is_refused_when_it_turned_bad(
    client: str,
    names: Names,
    prepare: Callable[[Machine], None],
    add: Callable[[str], list[str]],
    machine: Make,
) -> None:
    """The gate's own client caches hold it then; they are no way round."""
    here = machine(client, *(["uv"] if client == "pipx" else []))
    prepare(here)
    done = here.gated(add(names.tool))
    assert done.status == 0, str(done)
    for entry in here.project.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.rmtree(here.home / ".local", ignore_errors=True)  # what pipx and Pipenv have installed
    here.active = None
    prepare(here)
    ecosystem = "npm" if names is NPM else "pypi"
    (here.home / "policy.toml").write_text(f'[[deny]]\nname = "{ecosystem}:{names.sound}"\nreason = "turned bad"\n')
    here.variables["DEPAUDIT_POLICY"] = str(here.home / "policy.toml")
    done = here.gated(add(names.tool))
    assert done.status == 40, str(done)
    assert "denies" in done.stderr, str(done)
    assert "did not pass the gate" not in done.stderr, str(done)
    assert not here.has(names.sound), str(done)
