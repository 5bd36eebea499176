"""The matrix with the real uv: as pip, and with a project of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.gate.kit import Machine
from tests.gate.matrix import PYPROJECT, ROWS, Driver, Make, check, with_requirements

pytestmark = pytest.mark.clients


class UvPip(Driver):
    clients = ("uv",)

    def prepare(self, machine: Machine) -> None:
        machine.venv(None)

    def add(self, name: str) -> list[str]:
        return ["uv", "pip", "install", name]

    def declare(self, machine: Machine, *names: str) -> None:
        machine.write("requirements.txt", "".join(f"{name}\n" for name in names))

    def install(self) -> list[str]:
        return ["uv", "pip", "install", "-r", "requirements.txt"]

    def frozen(self) -> list[str]:
        return ["uv", "pip", "sync", "requirements.txt"]

    def lock(self) -> list[str]:
        return ["uv", "pip", "compile", "-q", "requirements.txt", "-o", "locked.txt"]

    def cut_off(self, when: str) -> list[str]:
        return [*self.install(), "--exclude-newer", when]

    def use_private(self, machine: Machine) -> None:
        _settings(machine)


class UvProject(Driver):
    clients = ("uv",)

    def prepare(self, machine: Machine) -> None:
        machine.active = None
        machine.write("pyproject.toml", PYPROJECT)

    def look(self, machine: Machine) -> None:
        if (machine.project / ".venv").is_dir():
            machine.active = machine.project / ".venv"

    def add(self, name: str) -> list[str]:
        return ["uv", "add", name]

    def declare(self, machine: Machine, *names: str) -> None:
        machine.write("pyproject.toml", with_requirements(names))

    def install(self) -> list[str]:
        return ["uv", "sync"]

    def frozen(self) -> list[str]:
        return ["uv", "sync", "--frozen"]

    def lock(self) -> list[str]:
        return ["uv", "lock"]

    def make_lock(self, machine: Machine) -> None:
        done = machine.alone(["uv", "lock"])
        assert done.status == 0, str(done)

    def cut_off(self, when: str) -> list[str]:
        return ["uv", "sync", "--exclude-newer", when]

    def plain(self, files: dict[str, bytes]) -> dict[str, bytes]:
        lock = re.sub(rb"\[options\]\nexclude-newer[^\n]*\n(?:[^\n\[]+\n)*\n", b"", files["uv.lock"])
        return {**files, "uv.lock": lock}

    def use_private(self, machine: Machine) -> None:
        _settings(machine)


def _settings(machine: Machine) -> None:
    place = machine.home / ".config" / "uv" / "uv.toml"
    place.parent.mkdir(parents=True)
    place.write_text('[[index]]\nurl = "https://pypi.acme.example/simple/"\ndefault = true\n')


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
@pytest.mark.parametrize("driver", [UvPip(), UvProject()], ids=["pip", "project"])
def test_uv(row: Callable[[Driver, Machine], None], driver: Driver, machine: Make) -> None:
    check(row, driver, machine)
