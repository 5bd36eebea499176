"""The private environment: what goes into it is what the lock says, whoever wrote the cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tomli
from packaging.requirements import Requirement

from tests.action.machine import ROOT
from tests.action.runner import pairs
from tests.report.runner import commands
from tests.world.lives import young
from tests.world.world import World

NAME = "zz-locked"
MODULE = "zz_locked"
WHEEL = "zz_locked-1.0.0-py3-none-any.whl"


class Action:
    """A small action of the same make: the real ``install.py``, another lock, and next to nothing to copy."""

    def __init__(self, folder: Path, lock: str) -> None:
        self.root = folder / "action"
        self.temporary = folder / "temp"
        self.temporary.mkdir(parents=True)
        for path, text in {"depaudit/__init__.py": "WORD = 'placed'\n", "data/here.txt": "data"}.items():
            (self.root / path).parent.mkdir(parents=True)
            (self.root / path).write_text(text)
        (self.root / "action").mkdir()
        shutil.copy(ROOT / "action" / "install.py", self.root / "action")
        (self.root / "action" / "requirements.txt").write_text(lock)

    def run(self, half: str, monkeypatch: pytest.MonkeyPatch) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("RUNNER_TEMP", str(self.temporary))
        monkeypatch.setenv("GITHUB_OUTPUT", str(self.temporary / "output"))
        return subprocess.run(
            [sys.executable, "-I", str(self.root / "action" / "install.py"), half],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )

    def outputs(self) -> dict[str, str]:
        return pairs(self.temporary / "output")

    def ask(self, code: str) -> str:
        python = self.outputs()["environment-python"]
        return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def lock(world: World, *, wrong: bool = False) -> str:
    """A lock of one package that the made-up PyPI has."""
    world.pypi.add(young(NAME))
    (url,) = [url for url in world.pypi.file_urls(NAME) if url.endswith(".whl")]
    content = world.pypi.archive(urlsplit(url).path.lstrip("/"))
    version = url.rpartition("/")[2].split("-")[1]
    digest = hashlib.sha256(b"something else" if wrong else content).hexdigest()
    return f"{NAME}=={version} \\\n    --hash=sha256:{digest}\n"


@pytest.mark.slow
def test_a_first_run_downloads_what_the_lock_says_and_later_ones_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = Action(tmp_path, lock(world))
    assert action.run("prepare", monkeypatch).returncode == 0
    assert action.outputs()["ready"] == "false"
    done = action.run("install", monkeypatch)
    assert (done.returncode, done.stdout) == (0, "")
    assert action.ask(f"import depaudit, {MODULE}; print(depaudit.WORD)") == "placed"
    site = Path(action.ask("import depaudit; print(depaudit.__path__[0])"))
    assert (site / "data" / "here.txt").read_text() == "data"
    assert [path.name for path in Path(action.outputs()["archives"]).iterdir()] == [WHEEL]
    assert {heard.host for heard in world.requests} == {"pypi.org", "files.pythonhosted.org"}
    # a second use in the same job finds it there
    assert action.run("prepare", monkeypatch).returncode == 0
    assert action.outputs()["ready"] == "true"
    # a later job with what was kept asks nobody
    world.forget()
    later = Action(tmp_path / "later", lock(world))
    assert later.run("prepare", monkeypatch).returncode == 0
    assert later.outputs()["key"] == action.outputs()["key"]
    shutil.copytree(action.outputs()["archives"], later.outputs()["archives"])
    assert later.run("install", monkeypatch).returncode == 0
    assert later.ask(f"import {MODULE}; print(1)") == "1"
    assert world.requests == ()


@pytest.mark.slow
def test_a_poisoned_cache_changes_nothing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(tmp_path, lock(world))
    assert action.run("prepare", monkeypatch).returncode == 0
    archives = Path(action.outputs()["archives"])
    archives.mkdir()
    mark = tmp_path / "poisoned"
    with zipfile.ZipFile(archives / WHEEL, "w") as wheel:
        wheel.writestr(f"{MODULE}.py", f"open({str(mark)!r}, 'w')\n")
        wheel.writestr(f"{MODULE}-1.0.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0.0\n")
        wheel.writestr(
            f"{MODULE}-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{MODULE}-1.0.0.dist-info/RECORD", "")
    done = action.run("install", monkeypatch)
    assert done.returncode == 0
    assert "are not those of the lock" in done.stdout
    assert action.ask(f"import {MODULE}; print(1)") == "1"
    assert not mark.exists()
    assert sum(heard.host == "files.pythonhosted.org" for heard in world.requests) == 1


@pytest.mark.slow
def test_a_file_that_is_not_the_locks_is_refused(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(tmp_path, lock(world, wrong=True))
    assert action.run("prepare", monkeypatch).returncode == 0
    done = action.run("install", monkeypatch)
    assert done.returncode == 2
    (error,) = [command for command in commands(done.stdout) if command.name == "error"]
    assert error.data.startswith(
        "depaudit's dependencies could not be downloaded from PyPI: ERROR: THESE PACKAGES DO NOT"
    )
    assert "Nothing was audited." in error.data
    assert not Path(action.outputs()["archives"]).exists()
    # what pip said stands between a pause of commands and its end
    (stop,) = [command for command in commands(done.stdout) if command.name == "stop-commands"]
    assert f"\n::{stop.data}::\n" in done.stdout
    # nothing half-made is taken for whole
    assert action.run("prepare", monkeypatch).returncode == 0
    assert action.outputs()["ready"] == "false"


@pytest.mark.slow
def test_nobodys_settings_for_pip_count(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(tmp_path, lock(world))
    monkeypatch.delenv("PIP_CONFIG_FILE")
    for name in (".config/pip/pip.conf", ".pip/pip.conf"):
        settings = Path(os.environ["HOME"], name)
        settings.parent.mkdir(parents=True)
        settings.write_text("[global]\nindex-url = https://evil.example/simple/\n")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://evil.example/simple/")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert [action.run(half, monkeypatch).returncode for half in ("prepare", "install")] == [0, 0]
    assert world.asked("evil.example") == ()


def test_outside_of_a_job_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "action" / "install.py"), "prepare"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert (done.returncode, done.stdout) == (
        2,
        "::error title=depaudit::RUNNER_TEMP is not set: this is no step of GitHub Actions.\n",
    )


def test_the_lock_holds_all_that_depaudit_needs_and_no_address() -> None:
    text = (ROOT / "action" / "requirements.txt").read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=sha256:[0-9a-f]{64})", text, re.MULTILINE)
    locked = [part for part in re.split(r"\n(?=[a-z])", text) if not part.startswith("#")]
    assert all("--hash=sha256:" in part for part in locked)
    found = [Requirement(part.partition("--hash")[0].replace("\\\n", "").strip()) for part in locked]
    project = tomli.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in map(Requirement, project["dependencies"]):
        for version in ("3.10", "3.11", "3.12", "3.13", "3.14"):
            here = {"python_version": version, "python_full_version": f"{version}.0"}
            (one,) = [
                each
                for each in found
                if each.name == wanted.name and (each.marker is None or each.marker.evaluate(here))
            ]
            (pin,) = one.specifier
            assert (pin.operator, wanted.specifier.contains(pin.version)) == ("==", True), f"{one} for {wanted}"
