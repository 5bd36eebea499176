"""Plain commands are tried, not presumed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit.gate.guards import pip_hook
from depaudit.gate.guards.installing import install
from depaudit.gate.guards.places import Machine
from depaudit.gate.guards.status import Trial, answers, try_tools
from tests.gate.guards.shells import program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    machine = Machine(environment={}, home=tmp_path, platform="linux")
    return install(machine, folder=tmp_path / "shims", python=Path(sys.executable), shells=frozenset()).folder


@pytest.fixture
def real(tmp_path: Path) -> Path:
    for tool in ("npm", "uv"):
        program(tmp_path / "real" / tool, f"#!/bin/sh\n: >'{tmp_path}/ran'\n")
    return tmp_path / "real"


def test_installed_tools_alone_are_tried(folder: Path, real: Path, tmp_path: Path) -> None:
    tried = try_tools({"PATH": f"{folder}:{real}"}, folder)
    assert tried == tuple(
        Trial(command=tool, where="here", program=str(folder / tool), real=str(real / tool), guard="shim")
        for tool in ("uv", "npm")
    )
    assert not (tmp_path / "ran").exists()


def test_what_comes_before_the_shims_is_told_and_not_run(folder: Path, real: Path, tmp_path: Path) -> None:
    early = program(tmp_path / "early" / "npm", f"#!/bin/sh\n: >'{tmp_path}/ran'\n").parent
    uv, npm = try_tools({"PATH": f"{early}:{folder}:{real}"}, folder)
    assert uv.guard == "shim"
    assert npm == Trial(
        command="npm",
        where="here",
        program=str(early / "npm"),
        real=str(early / "npm"),
        guard=None,
        mend=f"{early / 'npm'} comes first on PATH. Put {folder} before it.",
    )
    uv, npm = try_tools({"PATH": str(real)}, folder)
    assert npm.guard is None
    assert "Open a new terminal" in npm.mend
    assert not (tmp_path / "ran").exists()


def test_where_no_guard_is(real: Path, tmp_path: Path) -> None:
    tried = try_tools({"PATH": str(real)}, tmp_path / "missing")
    assert [(trial.guard, trial.mend) for trial in tried] == [(None, "Type: depaudit guard install")] * 2


def test_a_shim_whose_depaudit_is_gone_does_not_count(folder: Path, real: Path) -> None:
    shim = folder / "npm"
    shim.write_text(shim.read_text().replace(f"python={sys.executable}", "python=/no/such/python"))
    assert answers(shim, {}) == "the guard of npm cannot work: /no/such/python is gone. npm is not started."
    _, npm = try_tools({"PATH": f"{folder}:{real}"}, folder)
    assert npm.guard is None
    assert npm.mend.endswith("Type: depaudit guard install")


def test_only_shims_are_asked(real: Path, folder: Path, tmp_path: Path) -> None:
    assert answers(real / "npm", {}) == "it is no shim"
    assert answers(tmp_path / "missing", {}) == "it is no shim"
    assert not (tmp_path / "ran").exists()
    liar = program(tmp_path / "liar", "#!/bin/sh\n# depaudit guard shim 1: npm\nexit 0\n")
    assert answers(liar, {}) == "status 0"
    (tmp_path / "liar").chmod(0o644)
    assert "cannot be started" in str(answers(liar, {}))


def test_a_pip_that_has_the_hook_passes_without_a_shim(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    program(python.with_name("pip"), f"#!{python}\n")
    settings = {"PATH": str(python.parent)}
    (before,) = try_tools(settings, tmp_path / "missing")
    assert (before.guard, before.mend) == (None, "Type: depaudit guard install")
    pip_hook.install(python, depaudit=(sys.executable, "-I", "-m", "depaudit"))
    (after,) = try_tools(settings, tmp_path / "missing")
    assert (after.guard, after.mend) == ("pip hook", "")
