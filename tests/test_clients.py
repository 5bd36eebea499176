"""The table of real clients and its installer; what needs an installed client is skipped where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import clients
from tests.clients.pins import PINS, Kind
from tests.clients.place import STAMP

ROOT = Path(__file__).parents[1]


def install(*names: str, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.clients", *names],
        cwd=ROOT,
        env=os.environ | {"DEPAUDIT_CLIENTS": str(into)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", PINS)
def test_each_client_has_programs_and_one_exact_pin(name: str) -> None:
    pin = PINS[name]
    assert pin.version[0].isdigit()
    assert (pin.programs == ()) is (pin.kind is Kind.BARE)
    assert f"{pin.package}=={pin.version}" in pin.stamp


def test_what_is_there_is_not_installed_again(tmp_path: Path) -> None:
    for name in ("uv", "npm"):
        (tmp_path / name).mkdir()
        (tmp_path / name / STAMP).write_text(PINS[name].stamp)
    done = install("uv", "npm", into=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"all 2 clients are in {tmp_path}\n", "")


def test_a_client_that_cannot_be_installed_is_told_and_the_reason_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test's own proxy leads nowhere; another pin's stamp is none."""
    (tmp_path / "berry").mkdir()
    (tmp_path / "berry" / STAMP).write_text("1 npm @yarnpkg/cli-dist==0.0.1\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "npm").write_text("#!/bin/sh\necho npm error no way out >&2\nexit 1\n")
    (tmp_path / "bin" / "node").write_text("#!/bin/sh\nexit 1\n")
    for program in ("npm", "node"):
        (tmp_path / "bin" / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    done = install("berry", into=tmp_path)
    assert done.returncode == 1
    assert done.stdout == f"berry: FAILED: npm error no way out\n0 of 1 clients are in {tmp_path}\n"
    assert (tmp_path / "berry" / "failed.txt").read_text() == "npm error no way out\n"


def test_a_name_that_is_none(tmp_path: Path) -> None:
    done = install("pip", into=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("no such client: pip; there are pip-26.3, ")


@pytest.mark.parametrize("name", PINS)
def test_a_client_found_is_there(name: str) -> None:
    place = clients.find(name)
    if place is None:
        pytest.skip(clients.why_not(name))
    assert place.exists()
    wanted = os.R_OK if PINS[name].kind is Kind.FILE else os.X_OK
    assert all(os.access(path, wanted) for path in clients.programs(name).values())
