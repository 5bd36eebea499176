"""The matrix with the real npm."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.gate.kit import NPM, Machine
from tests.gate.matrix import PACKAGE, ROWS, Driver, Make, check, went_well, with_dependencies, write_json

pytestmark = pytest.mark.clients


class Npm(Driver):
    clients = ("npm",)
    names = NPM

    def prepare(self, machine: Machine) -> None:
        write_json(machine, "package.json", PACKAGE)

    def add(self, name: str) -> list[str]:
        return ["npm", "install", name]

    def declare(self, machine: Machine, *names: str) -> None:
        write_json(machine, "package.json", with_dependencies(names))

    def install(self) -> list[str]:
        return ["npm", "install"]

    def frozen(self) -> list[str]:
        return ["npm", "ci"]

    def lock(self) -> list[str]:
        return ["npm", "install", "--package-lock-only"]

    def make_lock(self, machine: Machine) -> None:
        done = machine.alone(self.lock())
        assert done.status == 0, str(done)

    def cut_off(self, when: str) -> list[str]:
        return ["npm", "install", f"--before={when}"]

    def use_private(self, machine: Machine) -> None:
        (machine.home / ".npmrc").write_text("registry=https://npm.acme.example/\n")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_npm(row: Callable[[Driver, Machine], None], machine: Make) -> None:
    check(row, Npm(), machine)


def test_an_optional_dependency_that_npm_skips_is_still_told(machine: Make) -> None:
    """npm itself ends with 0 when it leaves out a refused optional dependency."""
    here = machine("npm")
    write_json(here, "package.json", PACKAGE)
    done = here.gated(["npm", "install", NPM.optional])
    assert done.status == 40, str(done)
    assert not here.has(NPM.squat)
    assert here.unpacked(NPM.squat) == ()


def test_a_program_of_the_project_is_run_and_nothing_is_fetched(machine: Make) -> None:
    here = machine("npm")
    write_json(here, "package.json", PACKAGE)
    assert here.alone(["npm", "install", NPM.tool]).status == 0
    here.world.forget()
    done = here.gated(["npx", NPM.tool])
    assert done.status == 0, str(done)
    assert done.stdout.startswith(NPM.tool)
    assert here.world.asked("registry.npmjs.org") == ()


def test_members_of_a_workspace_are_nobodys_on_the_registry(machine: Make) -> None:
    here = machine("npm")
    write_json(here, "package.json", {**PACKAGE, "workspaces": ["packages/*"]})
    own = "zz-own-member"
    write_json(here, "packages/a/package.json", {"name": own, "version": "1.0.0"})
    needs = {own: "^1.0.0", NPM.frame: "^1.0.0"}
    write_json(here, "packages/b/package.json", {"name": "zz-other-member", "version": "1.0.0", "dependencies": needs})
    done = here.gated(["npm", "install"])
    went_well(done, here)
    assert here.has(NPM.frame)
    assert not any(own in path for path in here.world.asked("registry.npmjs.org"))
    assert json.loads((here.project / "package-lock.json").read_bytes())["packages"][f"node_modules/{own}"]["link"]
