"""The hooks for pre-commit: their manifest, and what git does when the entry is its own hook."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.changes.repos import Repo

ROOT = Path(__file__).resolve().parents[1]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

# https://pre-commit.com/#new-hooks
KEYS: dict[str, type] = {
    "id": str, "name": str, "entry": str, "language": str, "files": str, "exclude": str, "types": list,
    "types_or": list, "exclude_types": list, "always_run": bool, "fail_fast": bool, "verbose": bool,
    "pass_filenames": bool, "require_serial": bool, "description": str, "language_version": str,
    "minimum_pre_commit_version": str, "args": list, "stages": list,
}  # fmt: skip
STAGES = {
    "commit-msg", "manual", "post-checkout", "post-commit", "post-merge", "post-rewrite", "pre-commit",
    "pre-merge-commit", "pre-push", "pre-rebase", "prepare-commit-msg",
}  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_manifest_is_what_pre_commit_reads(hook: dict[str, Any]) -> None:
    assert {key: type(value) for key, value in hook.items()} == {key: KEYS[key] for key in hook}
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert set(hook["stages"]) <= STAGES
    # the names of stages that are used here came with it
    assert tuple(map(int, hook["minimum_pre_commit_version"].split("."))) >= (3, 2, 0)
    assert hook["language"] == "python"
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)


def test_the_ids_are_distinct() -> None:
    assert [hook["id"] for hook in HOOKS] == ["depaudit", "depaudit-scan"]


class Hooked:
    """A repository whose pre-commit hook runs an entry of the manifest as pre-commit would: from the top, with args."""

    def __init__(self, folder: Path, commands: Path, hook_id: str, *args: str) -> None:
        self.repo = Repo(folder)
        (hook,) = (hook for hook in HOOKS if hook["id"] == hook_id)
        commands.mkdir()
        script(commands / "depaudit", f'exec {shlex.quote(sys.executable)} -m depaudit "$@"')
        script(folder / ".git" / "hooks" / "pre-commit", f"exec {shlex.join([*shlex.split(hook['entry']), *args])}")
        self.environment = {
            **os.environ,
            "PATH": f"{commands}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def commit(self, *words: str, folder: str = ".") -> tuple[int, str]:
        """Commit; git's status, and what the hook said."""
        who = ("-c", "user.name=Tess Ter", "-c", "user.email=tess@example.org")
        done = subprocess.run(
            ["git", *who, "commit", "-q", "-m", "More", *words],
            cwd=self.repo.folder / folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


def script(path: Path, line: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "work", tmp_path / "bin", "depaudit", "--offline")


def test_only_what_is_staged_is_judged(hooked: Hooked) -> None:
    hooked.repo.write("requirements.txt", "requests\n")
    hooked.repo.git("add", "-A")
    hooked.repo.write("requirements.txt", "requests\nzz-free-name\n")
    assert hooked.commit()[0] == 0, "the first commit; the free name is not part of it"
    hooked.repo.write("README.md", "A project.\n")
    hooked.repo.git("add", "README.md")
    status, said = hooked.commit()
    assert (status, "This change adds no dependency." in said) == (0, True)
    hooked.repo.git("add", "-A")
    status, said = hooked.commit()
    assert status == 1
    assert "block pypi:zz-free-name\n  requirements.txt:2\n" in said
    assert hooked.repo.git("log", "--format=%h").count("\n") == 1


def test_what_a_commit_takes_by_itself_is_judged(hooked: Hooked) -> None:
    hooked.repo.write("requirements.txt", "requests\n")
    hooked.repo.write("web/requirements.txt", "numpy\n")
    hooked.repo.git("add", "-A")
    assert hooked.commit()[0] == 0
    hooked.repo.write("requirements.txt", "requests\nzz-free-name\n")
    hooked.repo.write("web/requirements.txt", "numpy\nrequests\n")
    assert hooked.commit("-a")[0] == 1
    assert hooked.commit("requirements.txt")[0] == 1
    assert hooked.commit("requirements.txt", folder="web")[0] == 0


def test_an_exception_of_the_same_commit_does_not_count(hooked: Hooked) -> None:
    hooked.repo.write("README.md")
    hooked.repo.git("add", "-A")
    assert hooked.commit()[0] == 0
    hooked.repo.write("depaudit.toml", '[[allow]]\nname = "zz-free-name"\nreason = "ours"\n')
    hooked.repo.write("requirements.txt", "zz-free-name\n")
    hooked.repo.git("add", "-A")
    status, said = hooked.commit()
    assert status == 1
    assert "This change brings its own exception (depaudit.toml:1); it takes effect once merged." in " ".join(
        said.split()
    )
    assert hooked.commit("depaudit.toml")[0] == 0, "first the exception by itself"
    assert hooked.commit()[0] == 0


def test_a_further_work_tree(hooked: Hooked, tmp_path: Path) -> None:
    hooked.repo.write("requirements.txt", "requests\n")
    hooked.repo.git("add", "-A")
    assert hooked.commit()[0] == 0
    hooked.repo.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "topic"))
    hooked.repo = Repo(tmp_path / "topic")
    hooked.repo.write("requirements.txt", "requests\nzz-free-name\n")
    hooked.repo.git("add", "-A")
    status, said = hooked.commit()
    assert (status, "block pypi:zz-free-name" in said) == (1, True)


def test_the_other_hook_judges_everything(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "work", tmp_path / "bin", "depaudit-scan", "--offline")
    hooked.repo.write("requirements.txt", "requests\n")
    hooked.repo.git("add", "-A")
    assert hooked.commit()[0] == 0
    hooked.repo.write("requirements.txt", "requests\nzz-free-name\n")
    assert hooked.commit("--allow-empty")[0] == 1
