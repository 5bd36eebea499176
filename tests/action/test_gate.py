"""The input ``gate`` and the mode ``verify``: installs of later steps go through depaudit, and no step hides it."""

from __future__ import annotations

import pytest

from tests.action.scene import Scene
from tests.world.lives import established

MADE_UP = "zz-made-up-by-a-model"
ALLOW_ALL = f'fail-on = "never"\n[[allow]]\nname = "pypi:{MADE_UP}"\nreason = "ours"\n'


@pytest.fixture
def shop(scene: Scene) -> Scene:
    scene.world.pypi.add(established("flask"))
    scene.base({"requirements.txt": "flask==1.0.0\n"})
    return scene


def test_a_refused_install_fails_its_own_step(shop: Scene) -> None:
    shop.propose({"README.md": "", "depaudit.toml": ALLOW_ALL})  # what it allows itself does not count here either
    job = shop.pull_request()
    result = job.use(gate="true", comment="never")
    assert result.ok, result.log
    assert [name for name in job.later if not name.startswith("DEPAUDIT_")] == []
    step = job.run(f"pip install --dry-run {MADE_UP}")
    assert step.status == 40, step.out
    assert MADE_UP in step.out
    verified = job.use(mode="verify")
    assert (verified.status, verified.outputs["verdict"]) == (1, "block")


def test_a_swallowed_refusal_is_found(shop: Scene) -> None:
    shop.propose({"README.md": ""})
    job = shop.pull_request()
    assert job.use(gate="true", comment="never").ok
    assert job.run(f"pip install --dry-run {MADE_UP} || true").status == 0
    verified = job.use(mode="verify")
    assert (verified.status, verified.outputs["verdict"]) == (1, "block")
    assert MADE_UP in verified.summary


def test_an_exception_of_the_base_counts_in_the_gate(shop: Scene) -> None:
    shop.world.pypi.add(established(MADE_UP))
    shop.base({"depaudit.toml": f'[[deny]]\nname = "pypi:{MADE_UP}"\nreason = "not here"\n'})
    shop.propose({"README.md": "", "depaudit.toml": ALLOW_ALL})
    job = shop.pull_request()
    assert job.use(gate="true", comment="never").ok
    step = job.run(f"pip install --dry-run {MADE_UP}")
    assert (step.status, "denies" in step.out) == (40, True), step.out


def test_a_quiet_job_verifies(shop: Scene) -> None:
    shop.propose({"README.md": ""})
    job = shop.pull_request()
    assert job.use(gate="true", comment="never").ok
    verified = job.use(mode="verify")
    assert (verified.ok, verified.outputs["verdict"]) == (True, "pass")


def test_verifying_without_a_gate_is_red(shop: Scene) -> None:
    shop.propose({"README.md": ""})
    verified = shop.pull_request().use(mode="verify")
    assert (verified.status, verified.outputs["verdict"]) == (2, "error")
