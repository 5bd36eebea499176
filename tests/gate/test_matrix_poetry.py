"""The matrix with the real Poetry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.gate.kit import Machine
from tests.gate.matrix import ROWS, Driver, Make, check

pytestmark = pytest.mark.clients

_HEAD = '[project]\nname = "own"\nversion = "0.1.0"\nrequires-python = ">=3.10,<4"\ndependencies = {}\n'
_TAIL = "\n[tool.poetry]\npackage-mode = false\n"


class Poetry(Driver):
    clients = ("poetry",)
    skips: Mapping[str, str] = {
        "other_host": "Poetry reads no index but the project's own, which is foreign to the operator"
    }

    def prepare(self, machine: Machine) -> None:
        machine.venv(None)
        self._write(machine, ())

    def add(self, name: str) -> list[str]:
        return ["poetry", "add", "--no-interaction", name]

    def declare(self, machine: Machine, *names: str) -> None:
        self._write(machine, names)

    def install(self) -> list[str]:
        return ["poetry", "install", "--no-interaction"]

    def frozen(self) -> list[str]:
        return ["poetry", "sync", "--no-interaction"]

    def lock(self) -> list[str]:
        return ["poetry", "lock", "--no-interaction"]

    def make_lock(self, machine: Machine) -> None:
        done = machine.alone(self.lock())
        assert done.status == 0, str(done)

    def _write(self, machine: Machine, names: Sequence[str]) -> None:
        machine.write("pyproject.toml", _HEAD.format(json.dumps(list(names))) + _TAIL)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_poetry(row: Callable[[Driver, Machine], None], machine: Make) -> None:
    check(row, Poetry(), machine)
