"""What is compared with what, for each event and each kind of clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from depaudit.changes.git import Repository
from depaudit.errors import DepauditError
from depaudit.frontends.action.basis import Basis, choose_basis
from depaudit.frontends.github.event import Event, parse_event
from tests.action.runner import Job
from tests.action.scene import NUMBER, Scene


def event_of(job: Job) -> Event:
    environment, _ = job.surroundings({})
    return parse_event(environment, (job.folder / "event.json").read_bytes())


def choose(job: Job, base: str = "") -> Basis:
    return choose_basis(event_of(job), base, Repository.open(job.workspace))


def refused(job: Job, base: str = "") -> str:
    with pytest.raises(DepauditError) as caught:
        choose(job, base)
    return str(caught.value)


@pytest.fixture
def commits(scene: Scene) -> dict[str, str]:
    """A pull request whose branch main has gone on since."""
    fork = scene.origin.git("rev-parse", "main")
    head = scene.propose({"new.txt": ""})
    main = scene.base({"other.txt": ""})
    return {"fork": fork, "head": head, "main": main}


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_githubs_merge_is_compared_with_what_it_was_merged_into(
    scene: Scene, commits: dict[str, str], depth: int
) -> None:
    job = scene.pull_request(depth=depth)
    assert choose(job) == Basis(base=commits["main"], head=job.sha, exact=True)


def test_the_head_is_compared_with_the_payloads_base(scene: Scene, commits: dict[str, str]) -> None:
    job = scene.job("pull_request", scene.github.payload(NUMBER, "opened"), commits["head"])
    assert choose(job) == Basis(base=commits["fork"], head=commits["head"])


def test_what_is_built_on_the_head_is_the_pull_request_too(scene: Scene, commits: dict[str, str]) -> None:
    payload = scene.github.payload(NUMBER, "opened")
    scene.origin.git("checkout", "-q", "topic")
    later = scene.origin.commit({"formatted.txt": ""})
    assert choose(scene.job("pull_request", payload, later, depth=0)) == Basis(base=commits["fork"], head=later)


def test_a_merge_that_github_did_not_make_does_not_choose_its_base(scene: Scene, commits: dict[str, str]) -> None:
    """Whoever may push to the branch could merge it with a commit that has another configuration."""
    payload = scene.github.payload(NUMBER, "opened")
    mine = scene.origin.tree_commit([])
    tree = scene.origin.git("rev-parse", f"{commits['head']}^{{tree}}")
    forged = scene.origin.git("commit-tree", "-p", mine, "-p", commits["head"], "-m", "Mine", tree)
    job = scene.job("pull_request", payload, forged, depth=0)
    job.sha = commits["main"]
    assert choose(job) == Basis(base=commits["fork"], head=forged)


@pytest.mark.parametrize("which", ["fork", "main"])
def test_a_checkout_without_the_change_is_refused(scene: Scene, commits: dict[str, str], which: str) -> None:
    payload = scene.github.payload(NUMBER, "opened")
    said = refused(scene.job("pull_request_target", payload, commits[which]))
    assert said.startswith(f"The commit that was checked out, {commits[which][:7]}, does not hold this pull request")
    assert "does not hold" in refused(scene.job("pull_request", payload, commits[which]), "main")


def test_a_base_that_is_named(scene: Scene, commits: dict[str, str]) -> None:
    job = scene.pull_request(depth=1)
    assert choose(job, "main") == Basis(base=commits["main"], head=job.sha)
    assert choose(job, commits["fork"]) == Basis(base=commits["fork"], head=job.sha)
    assert "could not be fetched" in refused(job, "gone")
    assert "cannot be fetched" in refused(job, "-x")
    scheduled = scene.schedule()
    assert choose(scheduled, commits["fork"]) == Basis(base=commits["fork"], head=commits["main"], own_config=True)


def test_a_push(scene: Scene, commits: dict[str, str]) -> None:
    job = scene.push(commits["fork"])
    assert choose(job) == Basis(base=commits["fork"], head=commits["main"], exact=True, own_config=True)
    whole = Basis(base=None, head=commits["main"], own_config=True)
    assert choose(scene.push("0" * 40)) == whole
    lost = choose(scene.push("1" * 40))
    assert lost.notice.startswith("The commit before this push cannot be compared with, so everything is audited. ")
    assert (lost.base, lost.own_config) == (None, True)


def test_a_merge_group(scene: Scene, commits: dict[str, str]) -> None:
    payload = {"merge_group": {"base_sha": commits["fork"]}, "repository": {"full_name": "acme/shop"}}
    job = scene.job("merge_group", payload, commits["main"])
    assert choose(job) == Basis(base=commits["fork"], head=commits["main"], exact=True)
    job.sha = commits["head"]
    assert "does not hold this merge group" in refused(job)


@pytest.mark.parametrize(("event", "own"), [("schedule", True), ("workflow_dispatch", True), ("issue_comment", False)])
def test_events_without_a_base(scene: Scene, commits: dict[str, str], event: str, own: bool) -> None:
    payload: dict[str, Any] = {"repository": {"full_name": "acme/shop"}}
    job = scene.job(event, payload, commits["main"])
    if own:
        assert choose(job) == Basis(base=None, head=commits["main"], own_config=True)
    else:
        assert refused(job).startswith("The event 'issue_comment' does not say what to compare with. Give the input")
    assert choose(job, commits["fork"]).own_config is own


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(DepauditError, match="no git repository"):
        Repository.open(tmp_path)
