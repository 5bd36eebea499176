"""The matrix with the real pnpm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.gate.kit import NPM, Machine
from tests.gate.matrix import PACKAGE, ROWS, Driver, Make, check, went_well, with_dependencies, write_json

pytestmark = pytest.mark.clients


class Pnpm(Driver):
    clients = ("pnpm",)
    names = NPM
    skips: Mapping[str, str] = {}

    def prepare(self, machine: Machine) -> None:
        write_json(machine, "package.json", PACKAGE)

    def add(self, name: str) -> list[str]:
        return ["pnpm", "add", name]

    def declare(self, machine: Machine, *names: str) -> None:
        write_json(machine, "package.json", with_dependencies(names))

    def install(self) -> list[str]:
        return ["pnpm", "install", "--no-frozen-lockfile"]

    def frozen(self) -> list[str]:
        return ["pnpm", "install", "--frozen-lockfile"]

    def lock(self) -> list[str]:
        return ["pnpm", "install", "--lockfile-only"]

    def make_lock(self, machine: Machine) -> None:
        done = machine.alone(self.lock())
        assert done.status == 0, str(done)

    def use_private(self, machine: Machine) -> None:
        (machine.home / ".npmrc").write_text("registry=https://npm.acme.example/\n")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_pnpm(row: Callable[[Driver, Machine], None], machine: Make) -> None:
    check(row, Pnpm(), machine)


def test_members_of_a_workspace_are_nobodys_on_the_registry(machine: Make) -> None:
    here = machine("pnpm")
    write_json(here, "package.json", PACKAGE)
    here.write("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n")
    own = "zz-own-member"
    write_json(here, "packages/a/package.json", {"name": own, "version": "1.0.0"})
    needs = {own: "workspace:^1.0.0", NPM.frame: "^1.0.0"}
    write_json(here, "packages/b/package.json", {"name": "zz-other-member", "version": "1.0.0", "dependencies": needs})
    done = here.gated(["pnpm", "install", "--no-frozen-lockfile"])
    went_well(done, here)
    assert not any(own in path for path in here.world.asked("registry.npmjs.org"))
