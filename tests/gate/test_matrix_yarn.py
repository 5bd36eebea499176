"""The matrix with the real Yarn, the first and Berry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.gate.kit import NPM, Machine
from tests.gate.matrix import PACKAGE, ROWS, Driver, Make, check, went_well, with_dependencies, write_json

pytestmark = pytest.mark.clients


class Yarn1(Driver):
    clients = ("yarn1",)
    names = NPM
    skips: Mapping[str, str] = {"lock_only": "yarn 1 has no such command"}

    def prepare(self, machine: Machine) -> None:
        write_json(machine, "package.json", PACKAGE)

    def add(self, name: str) -> list[str]:
        return ["yarn", "add", name]

    def declare(self, machine: Machine, *names: str) -> None:
        write_json(machine, "package.json", with_dependencies(names))

    def install(self) -> list[str]:
        return ["yarn", "install"]

    def frozen(self) -> list[str]:
        return ["yarn", "install", "--frozen-lockfile"]

    def make_lock(self, machine: Machine) -> None:
        import shutil

        done = machine.alone(["yarn", "install", "--ignore-scripts"])
        assert done.status == 0, str(done)
        shutil.rmtree(machine.project / "node_modules")
        done = machine.alone(["yarn", "cache", "clean"])
        assert done.status == 0, str(done)

    def use_private(self, machine: Machine) -> None:
        (machine.home / ".npmrc").write_text("registry=https://npm.acme.example/\n")


class Berry(Yarn1):
    clients = ("berry",)
    skips: Mapping[str, str] = {}

    def prepare(self, machine: Machine) -> None:
        write_json(machine, "package.json", PACKAGE)
        machine.write("yarn.lock", "")
        machine.write(".yarnrc.yml", "nodeLinker: node-modules\nenableGlobalCache: true\n")

    def frozen(self) -> list[str]:
        return ["yarn", "install", "--immutable"]

    def lock(self) -> list[str]:
        return ["yarn", "install", "--mode=update-lockfile"]

    def make_lock(self, machine: Machine) -> None:
        import shutil

        done = machine.alone(["yarn", "install", "--mode=skip-build"])
        assert done.status == 0, str(done)
        shutil.rmtree(machine.project / "node_modules")
        for name in (".yarn", ".cache"):
            shutil.rmtree(machine.home / name, ignore_errors=True)

    def use_private(self, machine: Machine) -> None:
        (machine.home / ".yarnrc.yml").write_text('npmRegistryServer: "https://npm.acme.example"\n')


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
@pytest.mark.parametrize("driver", [Yarn1(), Berry()], ids=["yarn1", "berry"])
def test_yarn(row: Callable[[Driver, Machine], None], driver: Driver, machine: Make) -> None:
    check(row, driver, machine)


def test_settings_that_lead_round_the_gate_are_refused(machine: Make) -> None:
    """Berry lets a project's own networkSettings win over the environment."""
    here = machine("berry")
    Berry().prepare(here)
    here.write(".yarnrc.yml", 'nodeLinker: node-modules\nnetworkSettings:\n  "*.yarnpkg.com":\n    httpsProxy: ""\n')
    done = here.gated(["yarn", "add", NPM.sound])
    assert done.status == 40, str(done)
    assert "networkSettings" in done.stderr
    assert here.world.asked("registry.yarnpkg.com") == ()


@pytest.mark.parametrize("driver", [Yarn1(), Berry()], ids=["yarn1", "berry"])
def test_members_of_a_workspace_are_nobodys_on_the_registry(driver: Driver, machine: Make) -> None:
    here = machine(*driver.clients)
    driver.prepare(here)
    write_json(here, "package.json", {**PACKAGE, "workspaces": ["packages/*"]})
    own = "zz-own-member"
    write_json(here, "packages/a/package.json", {"name": own, "version": "1.0.0"})
    needs = {own: "^1.0.0", NPM.frame: "^1.0.0"}
    write_json(here, "packages/b/package.json", {"name": "zz-other-member", "version": "1.0.0", "dependencies": needs})
    done = here.gated(["yarn", "install"])
    went_well(done, here)
    assert here.has(NPM.frame)
    assert not any(own in path for path in here.world.asked("registry.yarnpkg.com"))
