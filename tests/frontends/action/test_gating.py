"""The gate in a job: by whose configuration it judges, and what the steps after it get."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.runner import Job
from tests.action.scene import Scene
from tests.frontends.action.conftest import Run

DENY = '[[deny]]\nname = "pypi:flask"\nreason = "no"\n'


def policy_of(job: Job) -> str | None:
    path = job.later.get("DEPAUDIT_POLICY")
    return None if path is None else Path(path).read_text()


@pytest.mark.parametrize(
    ("files", "policy"),
    [
        ({"depaudit.toml": DENY}, DENY),
        ({"pyproject.toml": '[tool.depaudit]\nfail-on = "warn"\n'}, '[tool.depaudit]\nfail-on = "warn"\n'),
        ({"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'}, ""),
        ({}, ""),
    ],
    ids=["own", "pyproject", "other", "none"],
)
def test_a_pull_request_is_judged_by_its_base(scene: Scene, run: Run, files: dict[str, str], policy: str) -> None:
    scene.base({**files})
    scene.propose({"depaudit.toml": 'fail-on = "never"\n'})
    job = scene.pull_request()
    assert run(job, gate="true", comment="never").status == 0
    assert policy_of(job) == policy
    assert job.path == [str(job.temporary / "depaudit-gate" / "shims")]
    assert set(job.later) == {"DEPAUDIT_POLICY", "DEPAUDIT_REFUSALS"}


def test_the_operators_policy_is_kept(scene: Scene, run: Run, tmp_path: Path) -> None:
    scene.base({"depaudit.toml": "min-downloads = 1\n"})
    scene.propose({"README.md": ""})
    own = tmp_path / "policy.toml"
    own.write_text(DENY)
    job = scene.pull_request()
    assert run(job, gate="true", policy=str(own)).status == 0
    assert policy_of(job) == DENY
    named = scene.pull_request()
    named.environment["DEPAUDIT_POLICY"] = str(own)
    assert run(named, gate="true").status == 0
    assert policy_of(named) == DENY


def test_a_push_has_its_own(scene: Scene, run: Run) -> None:
    job = scene.schedule()
    assert run(job, gate="true").status == 0
    assert policy_of(job) is None
    assert run(job, mode="verify").outputs["verdict"] == "pass"
