"""The matrix with real pips, the newest and old ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests import clients
from tests.gate.kit import Machine
from tests.gate.matrix import ROWS, Driver, Make, check
from tests.world.archives import core_metadata, wheel, wheel_filename

pytestmark = pytest.mark.clients


class Pip(Driver):
    skips: Mapping[str, str] = {"lock_only": "pip locks with another command, tested on its own"}

    def __init__(self, version: str) -> None:
        self.version = version
        if version == "21.3":  # it reads a wheel to learn what it requires, so what is considered is downloaded
            self.skips = {**self.skips, "considered": "pip before 22.3 knows no PEP 658"}

    def prepare(self, machine: Machine) -> None:
        if clients.find(f"pip-{self.version}") is None:
            pytest.skip(clients.why_not(f"pip-{self.version}"))
        machine.venv(self.version)

    def add(self, name: str) -> list[str]:
        return ["pip", "install", name]

    def declare(self, machine: Machine, *names: str) -> None:
        machine.write("requirements.txt", "".join(f"{name}\n" for name in names))

    def install(self) -> list[str]:
        return ["pip", "install", "-r", "requirements.txt"]

    def frozen(self) -> list[str]:
        return ["pip", "install", "--no-deps", "-r", "requirements.txt"]

    def use_private(self, machine: Machine) -> None:
        place = machine.home / ".config" / "pip" / "pip.conf"
        place.parent.mkdir(parents=True)
        place.write_text("[global]\nindex-url = https://pypi.acme.example/simple/\n")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
@pytest.mark.parametrize("version", ["26.3", "23.2", "21.3"])
def test_pip(row: Callable[[Driver, Machine], None], version: str, machine: Make) -> None:
    check(row, Pip(version), machine)


def test_a_module_start_passes_the_gate_too(machine: Make) -> None:
    here = machine("pip-26.3")
    done = here.gated(["python", "-I", "-m", "pip", "install", "reqeusts"])
    assert done.status == 40, str(done)
    assert not here.has("reqeusts")


def build(machine: Machine, name: str, folder: str, *requires: str) -> None:
    """A wheel of the machine's own in ``folder``."""
    place = machine.project / folder
    place.mkdir(exist_ok=True)
    metadata = core_metadata(name, "1.0", summary="Ours.", requires=requires)
    (place / wheel_filename(name, "1.0")).write_bytes(wheel(name, "1.0", metadata))


@pytest.mark.parametrize("named", ["option", "environment", "file"])
def test_an_own_package_from_a_folder_of_archives_is_installed(named: str, machine: Make) -> None:
    here = machine("pip-26.3")
    build(here, "our-own-thing", "wheelhouse")
    command, variables = ["pip", "install", "our-own-thing"], {}
    if named == "option":
        command += ["--find-links", "./wheelhouse"]
    elif named == "environment":
        variables = {"PIP_FIND_LINKS": "./wheelhouse"}
    else:
        here.write("requirements.txt", "--find-links ./wheelhouse\nour-own-thing\n")
        command = ["pip", "install", "-r", "requirements.txt"]
    done = here.gated(command, variables=variables)
    assert done.status == 0, str(done)
    assert here.has("our-own-thing"), str(done)


def test_a_dependency_that_no_index_knows_is_explained(machine: Make) -> None:
    here = machine("pip-26.3")
    build(here, "our-own-thing", "wheelhouse", "no-such-name-anywhere-9")
    done = here.gated(["pip", "install", "--find-links", "wheelhouse", "our-own-thing"])
    assert done.status == 40, str(done)
    assert "refused no-such-name-anywhere-9 (PyPI)" in done.stderr, str(done)
    assert not here.has("our-own-thing")
