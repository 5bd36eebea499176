"""What the documentation tells people to type is typed here, and what it promises to be the same is the same."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world.lives import established
from tests.world.world import World

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)

ELSEWHERE = {
    # the README's two: the second is .ci/run itself, the first is run by tests/test_wheel.py's like and before releases
    "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/depaudit scan examples",
    (
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m tests.clients"
        " && .venv/bin/python -m pytest -n 2 --cov"
    ),
}
"""Commands that make whole environments."""

OUTSIDE = ("python -m benchmarks", "python -m depaudit.names.build", "python -m depaudit.rules.documentation", "pip ")
"""Beginnings of commands that other tests run, by their own means."""


def _blocks() -> list[tuple[str, str]]:
    return [
        (page.relative_to(ROOT).as_posix(), block.replace("\n$ ", "\n").removeprefix("$ ").strip())
        for page in PAGES
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def _here() -> list[tuple[str, str]]:
    return [(page, block) for page, block in _blocks() if block not in ELSEWHERE and not block.startswith(OUTSIDE)]


def test_there_are_blocks() -> None:
    assert len(_here()) >= 6


@pytest.mark.parametrize(("page", "block"), _here())
def test_each_documented_block_works(
    page: str, block: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    for name in ("flask", "numpy"):
        world.pypi.add(established(name))
    for name in ("@types/node", "left-pad", "react"):
        world.npm.add(established(name))
    work, commands, record = tmp_path / "work", tmp_path / "bin", tmp_path / "statuses"
    shutil.copytree(ROOT / "examples", work / "examples")
    (work / "requirements.txt").write_text("requests\n")
    (work / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\ndependencies = ["numpy"]\n')
    (work / "services" / "api").mkdir(parents=True)
    (work / "services" / "api" / "requirements.txt").write_text("numpy\n")
    _commit(work)
    commands.mkdir()
    depaudit = commands / "depaudit"
    depaudit.write_text(
        f'#!/bin/sh\n{shlex.quote(sys.executable)} -m depaudit "$@"\nstatus=$?\n'
        f"echo $status >> {shlex.quote(str(record))}\nexit $status\n"
    )
    depaudit.chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        [bash, "-c", block],
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "not found" not in done.stderr
    assert "Traceback" not in done.stderr
    statuses = record.read_text().split() if record.exists() else []
    assert len(statuses) == len(re.findall(r"^ *depaudit ", block, re.MULTILINE))
    assert set(statuses) <= {"0", "1", "3"}, f"{page}: {block}\n{done.stdout}{done.stderr}"


def _commit(work: Path) -> None:
    """Pages speak of a clone whose branch is called main."""
    plain = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *words], cwd=work, env=plain, check=True)


def test_ci_runs_exactly_the_readme_command() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    readme = [block for page, block in _blocks() if page == "README.md"]
    assert lines[-1] in readme
    assert lines[:-1] == ["set -euo pipefail", 'cd "$(dirname "$0")/.."']


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"
