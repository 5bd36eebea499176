"""Fixtures of the tests with real clients."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.registries import PyPIServer, Server, Verdaccio
from tests.gate.kit import Machine, publish
from tests.world import World


@pytest.fixture
def machine(world: World) -> Iterator[Callable[..., Machine]]:
    """Makes the test's machine: ``machine("uv", "npm")``; the packages of the kit are published, bad ones included.

    A client that is not installed skips the test, with the reason. The path is short (sockets lie beneath it) and
    everything is removed in the end.
    """
    folders: list[Path] = []

    def make(*names: str) -> Machine:
        root = Path(tempfile.mkdtemp(prefix="m-"))
        folders.append(root)
        try:
            made = Machine(world, root, *(name for name in names if not name.startswith("pip-")))
            publish(world, made.marks)
            for name in names:
                if name.startswith("pip-"):
                    made.venv(name.removeprefix("pip-"))
        except LookupError as error:
            pytest.skip(str(error.args[0]))
        return made

    yield make
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pypiserver() -> Iterator[Server]:
    """A real pypiserver; ``pypiserver.play(machine.world)`` gives it that world's packages, and a host to play."""
    yield from _served(PyPIServer)


@pytest.fixture(scope="session")
def verdaccio() -> Iterator[Server]:
    """A real verdaccio; ``verdaccio.play(machine.world)`` gives it that world's packages, and a host to play."""
    yield from _served(Verdaccio)


def _served(kind: type[Server]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        try:
            server = kind(Path(folder))
        except LookupError as error:
            pytest.skip(str(error.args[0]))
        server.start()
        try:
            yield server
        finally:
            server.stop()
