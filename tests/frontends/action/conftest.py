"""Jobs whose audit runs in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from depaudit.frontends.action.job import main
from tests.action.runner import Job, Step
from tests.action.scene import TOKEN, Scene
from tests.changes.repos import Repo
from tests.world.github import GitHub
from tests.world.world import World

Run = Callable[..., Step]


@pytest.fixture
def scene(world: World, tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A repository at GitHub with one file on its main branch."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    origin = Repo(tmp_path / "origin")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    with GitHub() as github:
        github.token(TOKEN, pull_requests="write", contents="read")
        found = Scene(tmp_path, None, world, github, origin, own_world)
        found.base({"requirements.txt": "requests\n"})
        yield found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the audit step of a job."""

    def audit(job: Job, **given: str) -> Step:
        inputs = {f"DEPAUDIT_INPUT_{name.upper()}": value for name, value in given.items()}
        environment, files = job.surroundings({"DEPAUDIT_INPUT_TOKEN": TOKEN, **inputs})
        step = Step(name="audit", ran=True)
        capsys.readouterr()
        step.status = main(environment)
        step.out = capsys.readouterr().out
        assert "DEPAUDIT_INPUT_TOKEN" not in environment or step.status == 2
        job.read_back(step, files)
        return step

    return audit
