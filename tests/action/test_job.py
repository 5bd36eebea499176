"""Whole jobs: the steps of ``action.yml`` run as the runner would, against a made-up GitHub and a made-up internet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.action.scene import NUMBER, TOKEN, Scene
from tests.world.lives import established, young

MADE_UP = "zz-made-up-by-a-model"
ALLOW_ALL = f'[[allow]]\nname = "pypi:{MADE_UP}"\nreason = "ours"\n'
BASE = "# what the shop needs\nflask==1.0.0\n"


@pytest.fixture
def shop(scene: Scene) -> Scene:
    """A repository whose main branch asks for something that is long known."""
    scene.world.pypi.add(established("flask"))
    scene.base({"requirements.txt": BASE, "README.md": "A shop.\n"})
    return scene


def test_a_clean_pull_request_says_nothing(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    job = shop.pull_request()
    result = job.use()
    assert result.ok, result.log
    assert {name: result.outputs[name] for name in ("verdict", "blocked", "warned")} == {
        "verdict": "pass",
        "blocked": "0",
        "warned": "0",
    }
    assert [command for command in result.commands if command.name in ("error", "warning", "notice")] == []
    assert shop.github.bodies(NUMBER) == []
    assert len(result.summary.strip().split("\n\n")) == 1
    report = json.loads(Path(result.outputs["report"]).read_text())
    assert [package["name"] for package in report["packages"]] == ["requests"]
    assert json.loads(Path(result.outputs["sarif"]).read_text())["runs"][0]["results"] == []
    assert shop.world.requests == ()  # one of the most used
    assert (job.later, job.path) == ({}, [])


def test_a_made_up_name_is_shown_on_its_line(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"requests\n{MADE_UP}==1.0\n", "web/requirements.txt": f"\n{MADE_UP}\n"})
    result = shop.pull_request().use()
    assert result.status == 1, result.log
    assert {name: result.outputs[name] for name in ("verdict", "blocked", "warned")} == {
        "verdict": "block",
        "blocked": "2",
        "warned": "0",
    }
    assert sorted(result.placed("error")) == [("requirements.txt", 4), ("web/requirements.txt", 2)]
    assert MADE_UP in result.summary
    (comment,) = shop.github.bodies(NUMBER)
    assert comment.startswith("<!-- depaudit: -->\n")
    assert MADE_UP in comment
    sarif = json.loads(Path(result.outputs["sarif"]).read_text())
    places = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in sarif["runs"][0]["results"]
    ]
    assert set(places) == {"requirements.txt", "web/requirements.txt"}
    assert "flask" not in {path.split("/")[2] for path in shop.world.asked("pypi.org")}
    assert TOKEN not in result.log + result.summary


def test_the_comment_follows_the_pull_request(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n"})
    assert shop.pull_request().use().status == 1
    (first,) = shop.github.comments
    shop.propose({"requirements.txt": BASE + "requests\n"})
    result = shop.pull_request("synchronize").use()
    assert result.ok, result.log
    (second,) = shop.github.comments
    assert second.id == first.id
    assert MADE_UP not in second.body
    marker, line = second.body.rstrip("\n").split("\n")
    assert marker == "<!-- depaudit: -->"
    assert line.startswith("✅ **depaudit:**")


def test_a_fork_has_all_but_the_comment(shop: Scene) -> None:
    shop.github.token(TOKEN, pull_requests="read", contents="read")
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n"}, fork="mallory/shop")
    result = shop.pull_request().use()
    assert (result.status, result.outputs["verdict"]) == (1, "block")
    assert result.placed("error") == [("requirements.txt", 3)]
    assert MADE_UP in result.summary
    assert shop.github.comments == []
    (notice,) = result.annotations("notice")
    assert notice.data.startswith("No comment was written: on a pull request of a fork")


def test_a_broken_api_changes_no_verdict(shop: Scene) -> None:
    shop.github.fail("status", status=403, times=None)
    shop.propose({"requirements.txt": BASE + "zz-honest\n"})
    shop.world.pypi.add(established("zz-honest"))
    result = shop.pull_request().use(comment="always")
    assert result.ok, result.log
    (notice,) = result.annotations("notice")
    assert notice.data.startswith("No comment was written: ")


def test_a_warning_is_no_failure_unless_asked_for(shop: Scene) -> None:
    shop.world.pypi.add(young("zz-new-thing"))
    shop.propose({"requirements.txt": BASE + "zz-new-thing\n"})
    result = shop.pull_request().use(comment="never")
    assert (result.status, result.outputs["verdict"], result.outputs["warned"]) == (0, "warn", "1")
    assert result.placed("warning") == [("requirements.txt", 3)]
    assert shop.pull_request().use(comment="never", fail_on="warn").status == 1
    assert shop.github.requests == ()


def test_nothing_of_dependencies_changes(shop: Scene) -> None:
    shop.propose({"README.md": "A better shop.\n"})
    result = shop.pull_request().use()
    assert (result.ok, result.outputs["verdict"]) == (True, "pass")
    assert "This change adds no dependency." in result.summary


def test_the_base_is_fetched_where_the_clone_has_it_not(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n"})
    result = shop.pull_request(depth=1).use(comment="never")
    assert (result.status, result.placed("error")) == (1, [("requirements.txt", 3)])


def test_a_base_that_cannot_be_had_is_red(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    job = shop.pull_request(depth=1)
    shop.origin.folder.rename(shop.folder / "gone")
    result = job.use()
    assert (result.status, result.outputs["verdict"]) == (2, "error")
    (error,) = result.annotations("error")
    assert error.data.startswith("The base of this change is not in the clone.")
    assert error.data.endswith("fetch-depth: 2 (0 for merge queues and pushes of several commits).")
    assert "could not audit" in result.summary


def test_another_checkout_than_the_pull_requests_is_red(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n"})
    base = shop.origin.git("rev-parse", "main")
    job = shop.job("pull_request_target", shop.github.payload(NUMBER, "opened"), base)
    result = job.use()
    assert (result.status, result.outputs["verdict"]) == (2, "error")
    assert "does not hold this pull request" in result.annotations("error")[0].data
    assert "pull_request_target" in result.annotations("warning")[0].data


def test_the_head_itself_may_be_checked_out(shop: Scene) -> None:
    head = shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n"})
    job = shop.job("pull_request", shop.github.payload(NUMBER, "opened"), head, depth=0)
    result = job.use(comment="never")
    assert (result.status, result.placed("error")) == (1, [("requirements.txt", 3)])


def test_a_merge_group_is_judged_by_its_base(shop: Scene) -> None:
    before = shop.origin.git("rev-parse", "main")
    sha = shop.base({"requirements.txt": BASE + f"{MADE_UP}\n", "depaudit.toml": ALLOW_ALL})
    payload = {
        "merge_group": {"base_sha": before, "head_sha": sha},
        "repository": {"full_name": "acme/shop"},
        "action": "checks_requested",
    }
    result = shop.job("merge_group", payload, sha).use()
    assert (result.status, result.placed("error")) == (1, [("requirements.txt", 3)])


def test_a_push_has_its_own_configuration(shop: Scene) -> None:
    before = shop.origin.git("rev-parse", "main")
    shop.base({"requirements.txt": BASE + f"{MADE_UP}\n"})
    assert shop.push(before).use().status == 1
    shop.base({"depaudit.toml": ALLOW_ALL})
    result = shop.push(before).use()
    assert result.ok, result.log
    assert shop.github.requests == ()


def test_a_push_to_a_new_branch_audits_everything(shop: Scene) -> None:
    shop.base({"old/requirements.txt": f"{MADE_UP}\n"})
    result = shop.push("0" * 40).use()
    assert (result.status, result.placed("error")) == (1, [("old/requirements.txt", 1)])
    gone = shop.push("1" * 40).use()
    assert (gone.status, gone.placed("error")) == (1, [("old/requirements.txt", 1)])
    assert any("everything is audited" in notice.data for notice in gone.annotations("notice"))


def test_the_clock_audits_everything(shop: Scene) -> None:
    shop.base({"old/requirements.txt": f"{MADE_UP}\n"})
    result = shop.schedule().use()
    assert (result.status, result.placed("error")) == (1, [("old/requirements.txt", 1)])
    assert shop.schedule().use(paths="requirements.txt").ok
    assert shop.schedule().use(base="HEAD").ok


def test_nothing_to_audit_is_red_only_where_paths_were_named(scene: Scene) -> None:
    scene.base({"README.md": "Nothing here.\n"})
    assert scene.schedule().use().ok
    result = scene.schedule().use(paths="README.md")
    assert result.status == 2


def test_a_registry_that_does_not_answer_is_red(shop: Scene) -> None:
    shop.world.fault("registry.npmjs.org", kind="status", status=503)
    shop.propose({"package.json": '{"dependencies": {"zz-long-tail": "1.0.0"}}'})
    result = shop.pull_request().use()
    assert (result.status, result.outputs["verdict"]) == (3, "unknown")
    first = result.annotations("error")[0]
    assert first.data.startswith("The audit is incomplete, so this check cannot pass: 1 package could not be judged")
    assert "Not checked: zz-long-tail." in first.data
    assert "zz-long-tail" in shop.github.bodies(NUMBER)[0]


def test_offline_asks_nobody(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    result = shop.pull_request().use(offline="true", comment="never")
    assert result.ok, result.log
    assert shop.world.requests == ()


def test_a_change_cannot_allow_itself(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n", "depaudit.toml": ALLOW_ALL})
    result = shop.pull_request().use()
    assert (result.status, result.placed("error")) == (1, [("requirements.txt", 3)])
    assert "it takes effect once merged" in shop.github.bodies(NUMBER)[0]
    assert any("it takes effect once merged" in notice.data for notice in result.annotations("notice"))


def test_a_label_by_a_maintainer_lets_it(shop: Scene) -> None:
    shop.github.roles["alice"] = "maintain"
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n", "depaudit.toml": ALLOW_ALL})
    shop.github.label(NUMBER, "dependencies-accepted", "alice")
    job = shop.pull_request("labeled", label="dependencies-accepted", sender="alice")
    result = job.use(accept_policy="dependencies-accepted")
    assert result.ok, result.log
    assert any("put there by alice" in notice.data for notice in result.annotations("notice"))


def test_a_label_by_the_author_does_not(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + f"{MADE_UP}\n", "depaudit.toml": ALLOW_ALL})
    shop.github.roles["mallory"] = "write"
    shop.github.label(NUMBER, "dependencies-accepted", "mallory")
    job = shop.pull_request("labeled", label="dependencies-accepted", sender="mallory")
    result = job.use(accept_policy="dependencies-accepted")
    assert result.status == 1
    assert any("is the pull request's author" in notice.data for notice in result.annotations("notice"))


def test_a_policy_is_read_from_the_base(shop: Scene) -> None:
    shop.base({"ci/policy.toml": f'[[deny]]\nname = "pypi:requests"\nreason = "use httpx"\n{ALLOW_ALL}'})
    shop.propose({"requirements.txt": BASE + f"requests\n{MADE_UP}\n", "ci/policy.toml": ""})
    result = shop.pull_request().use(policy="ci/policy.toml", comment="never")
    assert (result.status, result.placed("error")) == (1, [("requirements.txt", 3)])
    assert result.annotations("error")[0].properties["title"] == "pypi:requests (denied)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fail_on": "sometimes"}, "The input fail-on is 'sometimes'. Write block, warn or never."),
        ({"comment": "loud"}, "The input comment is 'loud'. Write auto, always or never."),
        ({"mode": "watch"}, "The input mode is 'watch'. Write audit or verify."),
        ({"offline": "perhaps"}, "The input offline is 'perhaps'. Write true or false."),
        ({"paths": "../other"}, "The input paths names '../other', which does not lie in the repository. Write "),
        ({"policy": "gone.toml"}, "The input policy names 'gone.toml', which is no file of the commit "),
        ({"policy": "../x.toml"}, "The input policy names '../x.toml', which does not lie in the repository. "),
        ({"sarif_file": "../x.sarif"}, "The input sarif-file names '../x.sarif', which does not lie in the workspace."),
        ({"sarif_file": ".git/x"}, "The input sarif-file names '.git/x', which does not lie in the workspace."),
        ({"base": "--upload-pack=x"}, "'--upload-pack=x' cannot be fetched."),
        ({"base": "nowhere"}, "'nowhere' could not be fetched from the remote origin: "),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_inputs_are_red_in_one_line(shop: Scene, given: dict[str, str], said: str) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    result = shop.pull_request().use(**given)
    assert (result.status, result.outputs["verdict"]) == (2, "error")
    (error,) = result.annotations("error")
    assert error.data.startswith(said)


def test_sarif_goes_where_it_is_wanted(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    job = shop.pull_request()
    result = job.use(sarif_file="out/depaudit.sarif", comment="never")
    assert result.outputs["sarif"] == str(job.workspace / "out" / "depaudit.sarif")
    assert json.loads(Path(result.outputs["sarif"]).read_text())["version"] == "2.1.0"


def test_a_broken_configuration_of_the_base_is_red(shop: Scene) -> None:
    shop.base({"depaudit.toml": "fail-onn = 'block'\n"})
    shop.propose({"requirements.txt": BASE + "requests\n"})
    result = shop.pull_request().use()
    assert (result.status, result.outputs["verdict"]) == (2, "error")
    assert "depaudit.toml" in result.annotations("error")[0].data


def test_a_python_of_its_own(shop: Scene) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    result = shop.pull_request().use(python_version="3.13", comment="never")
    assert result.ok, result.log
    assert [(used.action.partition("@")[0], used.given) for used in result.used] == [
        ("actions/setup-python", {"python-version": "3.13", "update-environment": "false"})
    ]


def test_no_python_that_would_do_is_said(shop: Scene, tmp_path: Path) -> None:
    shop.propose({"requirements.txt": BASE + "requests\n"})
    job = shop.pull_request()
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python3", "python"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    (old / "bash").symlink_to("/bin/bash")
    job.environment["PATH"] = str(old)
    result = job.use()
    assert result.status == 2
    assert result.annotations("error")[0].data.startswith("There is no Python 3.10 or newer on this runner.")
    assert [step.name for step in result.steps if step.ran] == ["Find Python"]
