"""Each real client by itself, without the gate, installs in the made-up internet: what the other tests stand on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.clients.registries import Server
from tests.gate.kit import NPM, PYPI, Machine

pytestmark = pytest.mark.clients

Make = Callable[..., Machine]

PYPROJECT = '[project]\nname = "own"\nversion = "0.1"\nrequires-python = ">=3.10"\ndependencies = []\n'
WITH_FRAME = PYPROJECT.replace("[]", f'["{PYPI.frame}"]')
PACKAGE = {"name": "own", "version": "0.1.0", "private": True}


def succeed(machine: Machine, *argv: str, **more: object) -> str:
    """Run it; the test fails with all that was said unless it ends well. Returns what was said."""
    done = machine.alone(argv, **more)  # type: ignore[arg-type]  # the test's own keywords
    assert done.status == 0, str(done)
    assert not done.left_running
    return done.stdout + done.stderr


def in_venv(machine: Machine) -> dict[str, str | None]:
    return {name: machine.installed(name) for name in (PYPI.frame, PYPI.sound)}


BOTH = {PYPI.frame: "1.5.0", PYPI.sound: "1.5.0"}


# --- Python


@pytest.mark.parametrize("pip", ["26.3", "23.2", "21.3"])
def test_pip(machine: Make, pip: str) -> None:
    here = machine(f"pip-{pip}")
    assert f"pip {pip}" in succeed(here, "pip", "--version")
    succeed(here, "pip", "install", PYPI.frame)
    assert in_venv(here) == BOTH


def test_uv_pip(machine: Make) -> None:
    here = machine("uv")
    here.venv(None)
    succeed(here, "uv", "pip", "install", PYPI.frame)
    assert in_venv(here) == BOTH


def test_uv_add_lock_and_sync(machine: Make) -> None:
    here = machine("uv")
    here.write("pyproject.toml", PYPROJECT)
    succeed(here, "uv", "add", PYPI.frame)
    here.active = here.project / ".venv"
    assert in_venv(here) == BOTH
    assert f'name = "{PYPI.sound}"' in (here.project / "uv.lock").read_text()
    succeed(here, "uv", "lock", "--check")
    succeed(here, "uv", "sync", "--frozen", "--reinstall")


def test_uvx(machine: Make) -> None:
    assert succeed(machine("uv"), "uvx", PYPI.tool).startswith(f"{PYPI.tool} 1.5.0\n")


def test_poetry(machine: Make) -> None:
    here = machine("poetry")
    here.write("pyproject.toml", PYPROJECT)
    here.venv(None)
    succeed(here, "poetry", "add", "--no-interaction", PYPI.frame)
    assert in_venv(here) == BOTH
    here.venv(None, name="again")
    succeed(here, "poetry", "install", "--no-root", "--no-interaction")
    assert in_venv(here) == BOTH


def test_poetry_lock(machine: Make) -> None:
    here = machine("poetry")
    here.write("pyproject.toml", WITH_FRAME)
    succeed(here, "poetry", "lock", "--no-interaction")
    assert f'name = "{PYPI.sound}"' in (here.project / "poetry.lock").read_text()


def test_pdm(machine: Make) -> None:
    here = machine("pdm")
    here.write("pyproject.toml", PYPROJECT)
    here.venv(None)
    succeed(here, "pdm", "add", "--no-self", PYPI.frame)
    assert in_venv(here) == BOTH


def test_pipenv(machine: Make) -> None:
    here = machine("pipenv", "pip-26.3")
    succeed(here, "pipenv", "install", PYPI.frame)
    assert in_venv(here) == BOTH


def test_pipx(machine: Make) -> None:
    here = machine("pipx", "uv")  # uv is what it works with where there is one; else it wants the newest pip first
    assert f"installed package {PYPI.tool} 1.5.0" in succeed(here, "pipx", "install", PYPI.tool)
    assert succeed(here, str(here.home / ".local" / "bin" / PYPI.tool)) == f"{PYPI.tool} 1.5.0\n"


# --- Node.js


def in_modules(machine: Machine) -> dict[str, str | None]:
    return {name: machine.installed(name) for name in (NPM.frame, NPM.sound)}


def test_npm(machine: Make) -> None:
    here = machine("npm")
    here.write("package.json", PACKAGE)
    succeed(here, "npm", "install", NPM.frame)
    assert in_modules(here) == BOTH
    succeed(here, "npm", "ci")
    assert in_modules(here) == BOTH


def test_npx(machine: Make) -> None:
    assert succeed(machine("npm"), "npx", "--yes", NPM.tool).startswith(f"{NPM.tool} 1.5.0\n")


def test_pnpm(machine: Make) -> None:
    here = machine("pnpm")
    here.write("package.json", PACKAGE)
    succeed(here, "pnpm", "add", NPM.frame)
    assert here.installed(NPM.frame) == "1.5.0"
    assert (here.project / "node_modules" / ".pnpm" / f"{NPM.sound}@1.5.0").is_dir()
    succeed(here, "pnpm", "install", "--frozen-lockfile")


def test_yarn_1(machine: Make) -> None:
    here = machine("yarn1")
    here.write("package.json", PACKAGE)
    succeed(here, "yarn", "add", NPM.frame)
    assert in_modules(here) == BOTH
    assert "https://registry.yarnpkg.com/" in (here.project / "yarn.lock").read_text()


def test_berry(machine: Make) -> None:
    here = machine("berry")
    here.write("package.json", PACKAGE)
    here.write("yarn.lock", "")
    here.write(".yarnrc.yml", "nodeLinker: node-modules\n")
    succeed(here, "yarn", "add", NPM.frame)
    assert in_modules(here) == BOTH
    succeed(here, "yarn", "install", "--immutable")


def test_bun(machine: Make) -> None:
    here = machine("bun")
    here.write("package.json", PACKAGE)
    succeed(here, "bun", "add", NPM.frame)
    assert in_modules(here) == BOTH


def test_deno(machine: Make) -> None:
    here = machine("deno")
    here.write("deno.json", {})
    succeed(here, "deno", "add", f"npm:{NPM.frame}")
    here.write("main.js", f'console.log((await import("{NPM.frame}")).default);\n')
    assert succeed(here, "deno", "run", "-A", "main.js") == "1.5.0\n"


# --- real registries


def test_pip_and_uv_install_from_a_real_pypiserver(machine: Make, pypiserver: Server) -> None:
    here = machine("pip-26.3", "uv")
    index = pypiserver.play(here.world)
    succeed(here, "pip", "install", "--index-url", index, PYPI.frame)
    assert in_venv(here) == BOTH
    here.venv(None, name="again")
    succeed(here, "uv", "pip", "install", "--default-index", index, PYPI.frame)
    assert in_venv(here) == BOTH
    assert {heard.host for heard in here.world.requests} == {pypiserver.HOST}


@pytest.mark.parametrize("client", ["npm", "pnpm"])
def test_npm_and_pnpm_install_from_a_real_verdaccio(machine: Make, verdaccio: Server, client: str) -> None:
    here = machine(client)
    here.write("package.json", PACKAGE)
    succeed(here, client, "install", "--registry", verdaccio.play(here.world), NPM.frame)
    assert here.installed(NPM.frame) == "1.5.0"
    assert {heard.host for heard in here.world.requests} == {verdaccio.HOST}


# --- the made-up packages are what they are said to be


def test_bad_packages_leave_marks_and_are_found_unpacked(machine: Make) -> None:
    here = machine("pip-26.3", "npm")
    assert (here.marks_left(), here.unpacked(PYPI.squat), here.unpacked(NPM.squat_script)) == ((), (), ())
    succeed(here, "pip", "install", PYPI.carrier, PYPI.squat_script)
    assert here.marks_left() == ("nunpy.built",)
    assert any(path.endswith("site-packages/reqeusts.py") for path in here.unpacked(PYPI.squat))
    succeed(here, "python", "-c", f"import {PYPI.squat}")
    here.write("package.json", PACKAGE)
    succeed(here, "npm", "install", NPM.script_carrier)
    assert here.marks_left() == ("lodahs.ran", "nunpy.built", "reqeusts.imported")
    assert here.unpacked(NPM.squat_script) == ("project/node_modules/lodahs/index.js",)


def test_what_is_considered_alone_is_not_installed(machine: Make) -> None:
    here = machine("pip-26.3", "npm")
    succeed(here, "pip", "install", PYPI.wide)
    assert (here.installed(PYPI.swing), here.installed(PYPI.squat)) == ("1.5.0", None)
    assert any(f"/{PYPI.swing.replace('-', '_')}-2.0.0" in heard.path for heard in here.world.requests)
    here.active = None
    here.write("package.json", PACKAGE)
    succeed(here, "npm", "install", NPM.wide)
    assert (here.installed(NPM.swing), here.installed(NPM.squat)) == ("1.5.0", None)


def test_a_file_on_another_host_comes_from_there(machine: Make) -> None:
    here = machine("pip-26.3")
    succeed(here, "pip", "install", "--index-url", "https://pypi.acme.example/simple/", PYPI.far)
    assert here.installed(PYPI.far) == "1.5.0"
    assert len(here.world.evil.seen) >= 1


def test_depaudit_blocks_the_bad_and_passes_the_rest(machine: Make) -> None:
    here = machine()
    good = ("sound", "frame", "carrier", "script_carrier", "fresh", "wide", "swing", "tool")
    bad = ("squat", "squat_script", "missing")
    names = [f"{place}:{getattr(of, field)}" for place, of in (("pypi", PYPI), ("npm", NPM)) for field in good + bad]
    done = here.depaudit("check", *names, "--format", "json")
    told = {f"{row['ecosystem']}:{row['name']}": row["verdict"] for row in json.loads(done.stdout)["packages"]}
    wanted = dict(zip(names, ((["pass"] * len(good)) + (["block"] * len(bad))) * 2, strict=True))
    assert told == wanted, str(done)
