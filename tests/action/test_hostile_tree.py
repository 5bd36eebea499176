"""A pull request whose tree tries to be run, imported or obeyed: nothing of it has any effect."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.action.machine import ROOT
from tests.action.runner import Job
from tests.action.scene import NUMBER, Files, Scene
from tests.changes.repos import Repo
from tests.world.lives import established, young

MADE_UP = "zz-made-up-by-a-model"
MODULES = (
    "pip", "venv", "ensurepip", "sitecustomize", "usercustomize", "json", "yaml", "encodings", "argparse", "install",
    "depaudit/__init__", "depaudit/__main__", "depaudit/frontends/__init__", "action/install",
    "requests/__init__",
)  # fmt: skip
PROGRAMS = ("git", "python3", "python", "pip", "uv", "node")
ALLOW = f'[[allow]]\nname = "pypi:{MADE_UP}"\nreason = "let me in"\n'
FILTERS = "* filter=evil diff=evil merge=evil\n"


def traps(marks: Path) -> Files:
    """A tree of which every file that could run leaves a mark."""
    files: Files = {f"{name}.py": f"open({str(marks / 'python')!r}, 'a').write({name!r})\n" for name in MODULES}
    files |= {name: f"#!/bin/sh\necho {name} >> {marks}/program\nexit 0\n" for name in PROGRAMS}
    return files | {
        ".bashrc": f"echo bashrc >> {marks}/program\n",
        ".env": "HTTPS_PROXY=https://evil.example/\nPIP_INDEX_URL=https://evil.example/simple/\n",
        ".gitattributes": FILTERS,
        ".gitconfig": f"[core]\n\tfsmonitor = echo >> {marks}/git\n",
        ".pth": f"import os; os.system('echo >> {marks}/python')\n",
        ".npmrc": "registry=https://evil.example/npm/\n",
        "action.yml": "name: mine\nruns: {using: composite, steps: []}\n",
        "depaudit.toml": f'fail-on = "never"\n{ALLOW}',
        "pip.conf": "[global]\nindex-url = https://evil.example/simple/\n",
        "policy.toml": f'fail-on = "never"\n{ALLOW}',
        "pyvenv.cfg": "home = /evil\n",
        "requirements.txt": f"flask==1.0.0\n{MADE_UP}\n",
        "uv.toml": 'index-url = "https://evil.example/simple/"\n',
    }


def set_off(job: Job, marks: Path) -> None:
    """What a careless job may have: programs of the tree on PATH, and settings of git that run something."""
    clone = Repo(job.workspace)
    for name in PROGRAMS:
        (job.workspace / name).chmod(0o755)
    hooks = job.workspace.parent / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman"):
        (hooks / hook).write_text(f"#!/bin/sh\necho {hook} >> {marks}/git\n")
        (hooks / hook).chmod(0o755)
    for key, value in {
        "filter.evil.smudge": f"echo smudge >> {marks}/git; cat",
        "filter.evil.clean": f"echo clean >> {marks}/git; cat",
        "diff.evil.textconv": f"echo textconv >> {marks}/git; cat",
        "diff.evil.command": f"echo diff >> {marks}/git",
        "core.fsmonitor": f"{hooks}/fsmonitor-watchman",
        "core.hooksPath": str(hooks),
    }.items():
        clone.git("config", key, value)
    job.environment["PATH"] = f"{job.workspace}:{job.environment['PATH']}"


def found(marks: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in marks.iterdir()}


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def test_a_hostile_tree_is_read_and_nothing_else(scene: Scene, marks: Path) -> None:
    scene.world.pypi.add(established("flask"))
    scene.base({"requirements.txt": "flask==1.0.0\n"})
    scene.propose(traps(marks))
    job = scene.pull_request(depth=1)  # the base has to be fetched
    set_off(job, marks)
    result = job.use()
    assert result.status == 1, result.log
    assert ("requirements.txt", 2) in result.placed("error")
    assert "let me in" not in result.log
    assert "it takes effect once merged" in scene.github.bodies(NUMBER)[0]
    assert scene.world.asked("evil.example") == ()
    assert found(marks) == {}
    # the traps are no dummies
    subprocess.run(["python3", "-m", "venv", "x"], cwd=job.workspace, check=False, capture_output=True)
    subprocess.run([job.workspace / "git", "status"], check=False)
    assert set(found(marks)) == {"python", "program"}


def test_nothing_of_a_hostile_tree_is_installed_or_run_by_the_set_up_steps(
    scene: Scene, marks: Path, tmp_path: Path
) -> None:
    """The whole way with a small package in depaudit's place, and a lock of one package."""
    scene.world.pypi.add(young("zz-locked"))
    (url,) = [url for url in scene.world.pypi.file_urls("zz-locked") if url.endswith(".whl")]
    content = scene.world.pypi.archive(url.partition("pythonhosted.org/")[2])
    root = tmp_path / "small"
    (root / "action").mkdir(parents=True)
    shutil.copy(ROOT / "action.yml", root)
    shutil.copy(ROOT / "action" / "install.py", root / "action")
    (root / "action" / "requirements.txt").write_text(f"zz-locked==1.0.0 --hash=sha256:{_sha256(content)}\n")
    (root / "data").mkdir()
    main = root / "depaudit" / "frontends" / "action" / "__main__.py"
    main.parent.mkdir(parents=True)
    main.write_text("import os, sys, zz_locked\nprint('audited', __file__, sys.flags.isolated, os.getcwd())\n")
    scene.base({"README.md": ""})
    scene.propose(traps(marks))
    job = scene.pull_request()
    job.action = root
    set_off(job, marks)
    result = job.use()
    assert result.ok, result.log
    (line,) = result.log.splitlines()
    word, file, isolated, folder = line.split()
    assert (word, isolated, folder) == ("audited", "1", str(root))
    assert Path(file).is_relative_to(job.temporary)
    assert [used.action.partition("@")[0] for used in result.used] == ["actions/cache"]
    assert set(result.used[0].given) == {"path", "key"}
    assert found(marks) == {}
    assert scene.world.asked("evil.example") == ()
    assert (job.later, job.path) == ({}, [])


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
