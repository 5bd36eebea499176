"""Commands that install on the way to something else: what they run is judged before it runs."""

from __future__ import annotations

import json

import pytest

from tests.gate.kit import NPM, PYPI, Machine
from tests.gate.matrix import PACKAGE, PYPROJECT, Make, went_well, with_requirements, write_json

pytestmark = pytest.mark.clients


def refused(machine: Machine, *argv: str) -> None:
    done = machine.gated(argv)
    assert done.status == 40, str(done)
    assert not done.left_running
    assert machine.marks_left() == (), str(done)
    for name in (PYPI.squat, PYPI.squat_script, NPM.squat, NPM.squat_script):
        assert machine.unpacked(name) == (), str(done)


@pytest.mark.parametrize(
    "argv",
    [
        ["uvx", PYPI.squat],
        ["uv", "tool", "install", PYPI.carrier],
        ["uv", "run", "--no-project", "--with", PYPI.carrier, "python", "-c", "0"],
        ["uv", "tool", "run", "--from", PYPI.script_carrier, "anything"],
    ],
    ids=lambda argv: " ".join(argv[:3]),
)
def test_uv_runs_nothing_that_was_refused(argv: list[str], machine: Make) -> None:
    refused(machine("uv"), *argv)


def test_uv_runs_what_passed(machine: Make) -> None:
    here = machine("uv")
    done = here.gated(["uvx", PYPI.tool])
    went_well(done, here)
    assert done.stdout.startswith(PYPI.tool)


def test_a_script_with_inline_metadata(machine: Make) -> None:
    here = machine("uv")
    here.write("job.py", f'# /// script\n# dependencies = ["{PYPI.squat}"]\n# ///\nprint("ran")\n')
    refused(here, "uv", "run", "job.py")
    here.write("job.py", f'# /// script\n# dependencies = ["{PYPI.sound}"]\n# ///\nprint("ran")\n')
    done = here.gated(["uv", "run", "job.py"])
    went_well(done, here)
    assert done.stdout == "ran\n"


def test_members_of_a_uv_workspace_are_nobodys_on_the_index(machine: Make) -> None:
    here = machine("uv")
    here.write(
        "pyproject.toml",
        with_requirements(["zz-own-member"])
        + '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\nzz-own-member = { workspace = true }\n',
    )
    member = PYPROJECT.replace('"own"', '"zz-own-member"').replace("[]", json.dumps([PYPI.frame]))
    here.write("packages/a/pyproject.toml", member)
    done = here.gated(["uv", "lock"])
    went_well(done, here)
    assert not any("zz-own-member" in path for path in here.world.asked("pypi.org"))


@pytest.mark.parametrize(
    "argv", [["npx", "--yes", NPM.squat], ["npx", "--yes", "--package", NPM.script_carrier, "node"]]
)
def test_npx_runs_nothing_that_was_refused(argv: list[str], machine: Make) -> None:
    refused(machine("npm"), *argv)


def test_npx_runs_what_passed(machine: Make) -> None:
    here = machine("npm")
    done = here.gated(["npx", "--yes", NPM.tool])
    went_well(done, here)
    assert done.stdout.startswith(NPM.tool)


@pytest.mark.parametrize(
    ("client", "argv"),
    [("pnpm", ["pnpm", "dlx", NPM.carrier]), ("yarn1", ["yarn", "global", "add", NPM.carrier])],
    ids=["pnpm dlx", "yarn global add"],
)
def test_the_kin_run_nothing_that_was_refused(client: str, argv: list[str], machine: Make) -> None:
    here = machine(client)
    write_json(here, "package.json", PACKAGE)
    refused(here, *argv)


@pytest.mark.parametrize("command", ["download", "wheel"])
def test_pip_fetches_nothing_that_was_refused(command: str, machine: Make) -> None:
    here = machine("pip-26.3")
    refused(here, "pip", command, PYPI.script_carrier)


def test_pip_locks_nothing_that_was_refused(machine: Make) -> None:
    here = machine("pip-26.3")
    refused(here, "pip", "lock", PYPI.carrier)
    assert not (here.project / "pylock.toml").exists()


def test_a_build_file_passes_the_gate(machine: Make) -> None:
    """Whatever a script starts is behind the gate with it."""
    here = machine("pip-26.3", "npm")
    here.write("setup.sh", f"pip install {PYPI.carrier}\n")
    refused(here, "sh", "setup.sh")
