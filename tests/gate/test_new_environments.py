"""Environments that uv makes from a hooked interpreter are hooked too, and what scripts install passes the gate."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from depaudit.gate.guards import pip_hook
from tests.gate.kit import PYPI
from tests.gate.matrix import Make, with_requirements

pytestmark = pytest.mark.clients

COMMAND = (sys.executable, "-I", "-m", "depaudit")


def test_uv_venv_of_an_interpreter_without_the_hook_stays_as_it_is(machine: Make) -> None:
    here = machine("uv")
    done = here.gated(["uv", "venv"])
    assert done.status == 0, str(done)
    assert not pip_hook.is_installed(here.project / ".venv")


@pytest.mark.parametrize("command", [["uv", "venv"], ["uv", "sync"]])
def test_what_uv_makes_of_a_hooked_interpreter_is_hooked(command: list[str], machine: Make, tmp_path: Path) -> None:
    here = machine("uv")
    here.write("pyproject.toml", with_requirements([PYPI.sound]))
    base = _own_interpreter(tmp_path)
    pip_hook.install(base, depaudit=COMMAND)
    done = here.gated([*command, "--python", str(base)])
    assert done.status == 0, str(done)
    assert pip_hook.is_installed(here.project / ".venv")


def _own_interpreter(folder: Path) -> Path:
    """A Python installation of the test's own, whose site-packages may be written to."""
    import shutil
    import sysconfig

    base = Path(sys.base_prefix)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    own = folder / "base"
    (own / "bin").mkdir(parents=True)
    (own / "lib").mkdir()
    shutil.copy2(Path(getattr(sys, "_base_executable", sys.executable)).resolve(), own / "bin" / version)
    (own / "bin" / "python3").symlink_to(version)
    (own / "lib" / version).mkdir()
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name != "site-packages":
            (own / "lib" / version / entry.name).symlink_to(entry)
    (own / "lib" / version / "site-packages").mkdir()
    for library in (base / "lib").glob("libpython*"):
        (own / "lib" / library.name).symlink_to(library)
    return own / "bin" / "python3"
