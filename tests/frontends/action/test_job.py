"""One use of the action in this process: what it says, and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from depaudit.frontends.action.job import main
from tests.action.scene import NUMBER, TOKEN, Scene
from tests.frontends.action.conftest import Run
from tests.report.runner import commands
from tests.world.lives import young

MADE_UP = "zz-made-up-by-a-model"


def test_a_blocked_change(scene: Scene, run: Run) -> None:
    scene.propose({"requirements.txt": f"requests\n{MADE_UP}\n"})
    step = run(scene.pull_request())
    assert step.status == 1
    assert {name: step.outputs[name] for name in ("verdict", "blocked", "warned")} == {
        "verdict": "block",
        "blocked": "1",
        "warned": "0",
    }
    assert json.loads(Path(step.outputs["report"]).read_text())["summary"]["block"] == 1
    assert MADE_UP in step.summary
    assert [command.properties["line"] for command in commands(step.out) if command.name == "error"] == ["2"]
    assert step.out.endswith("The comment on the pull request: created.\n")
    assert TOKEN not in step.out + step.summary


def test_a_clean_change_and_a_bad_token(scene: Scene, run: Run) -> None:
    scene.propose({"requirements.txt": "requests\nflask\n"})
    job = scene.pull_request()
    assert run(job).status == 0
    assert scene.github.comments == []
    assert run(job, comment="always").status == 0
    (body,) = scene.github.bodies(NUMBER)
    assert body.count("\n") == 1
    bad = run(job, comment="always", token="two words", accept_policy="ok")
    assert bad.status == 0
    assert "No comment was written: the token holds characters that no token has." in bad.out
    assert "two words" not in bad.out


def test_what_could_not_be_checked_is_named(scene: Scene, run: Run) -> None:
    scene.world.fault("registry.npmjs.org", kind="status", status=503)
    wanted = ", ".join(f'"zz-long-tail-{number:02}": "1.0.0"' for number in range(12))
    scene.propose({"package.json": f'{{"dependencies": {{{wanted}}}}}'})
    payload = scene.github.payload(NUMBER, "opened")
    job = scene.job("pull_request_target", payload, scene.github.pulls[NUMBER].head)
    step = run(job, comment="never")
    assert (step.status, step.outputs["verdict"]) == (3, "unknown")
    caution, first, *_ = [command for command in commands(step.out) if command.name in ("warning", "error")]
    assert "pull_request_target" in caution.data
    assert first.data.startswith("The audit is incomplete, so this check cannot pass: 12 packages could not be judged")
    assert "zz-long-tail-09 and 2 more. Run the job again." in first.data


def test_different_paths_have_different_comments(scene: Scene, run: Run) -> None:
    scene.propose({"a/requirements.txt": f"{MADE_UP}\n", "b/requirements.txt": f"{MADE_UP}\n"})
    job = scene.pull_request()
    assert [run(job, paths=path).status for path in ("a", "b", "a", "")] == [1, 1, 1, 1]
    markers = [body.split("\n")[0] for body in scene.github.bodies(NUMBER)]
    assert len(set(markers)) == 3
    assert "<!-- depaudit: -->" in markers


def test_a_label_that_nobody_can_look_up(scene: Scene, run: Run) -> None:
    allow = f'[[allow]]\nname = "pypi:{MADE_UP}"\nreason = "ours"\n'
    scene.propose({"requirements.txt": f"{MADE_UP}\n", "depaudit.toml": allow})
    step = run(scene.pull_request(), accept_policy="ok", token="", comment="never")
    assert step.status == 1
    notices = [command.data for command in commands(step.out) if command.name == "notice"]
    assert notices == [
        "The label 'ok' does not count: without a token nobody can be asked who put it there.",
        "This change brings its own exception (depaudit.toml:1); it takes effect once merged.",
    ]


def test_a_schedule_audits_all_that_is_there(scene: Scene, run: Run) -> None:
    scene.world.pypi.add(young("zz-young"))
    scene.base({"web/requirements.txt": "zz-young\n"})
    job = scene.schedule()
    step = run(job)
    assert (step.status, step.outputs["verdict"], step.outputs["warned"]) == (0, "warn", "1")
    assert step.out.startswith("Auditing everything in the repository.\n")
    assert run(job, fail_on="warn").status == 1
    missing = run(job, paths="gone")
    assert (missing.status, missing.outputs["verdict"]) == (2, "unknown")


def test_files_that_nobody_reads(scene: Scene, run: Run) -> None:
    scene.base({"requirements.txt": None, "rust/Cargo.toml": "[package]\n"})
    step = run(scene.schedule())
    assert step.status == 2
    assert "::error title=depaudit::There is nothing here that depaudit could audit: 1 file of " in step.out


def test_a_workspace_that_is_no_repository(scene: Scene, run: Run, tmp_path: Path) -> None:
    job = scene.schedule()
    job.workspace = tmp_path / "plain"
    job.workspace.mkdir()
    (job.workspace / "requirements.txt").write_text(f"{MADE_UP}\n")
    assert run(job).status == 1
    policy = tmp_path / "policy.toml"
    policy.write_text('fail-on = "never"\n')
    assert run(job, policy=str(policy)).status == 0
    assert "names a file of a repository" in run(job, policy="policy.toml").out
    assert "This is no git repository." in run(job, base="main").out


def test_a_checkout_in_a_folder_of_the_workspace(scene: Scene, run: Run) -> None:
    scene.propose({"requirements.txt": f"{MADE_UP}\n"})
    job = scene.pull_request()
    job.workspace = job.workspace / "inner"
    job.workspace.mkdir()
    step = run(job)
    assert (step.status, step.outputs["verdict"]) == (2, "error")
    assert "The repository was not checked out into the workspace itself." in step.out


def test_outside_of_github_it_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    environment = {"RUNNER_TEMP": str(tmp_path)}
    assert main(environment) == 2
    assert capsys.readouterr().out.splitlines() == [
        (
            "::error title=depaudit::GITHUB_EVENT_PATH is not set: this is no run of GitHub Actions. "
            "Elsewhere, type depaudit diff BASE."
        ),
        "::error title=depaudit::GITHUB_OUTPUT is not set. It is set by the runner; do not change it.",
    ]


def test_a_runner_without_its_files(scene: Scene, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    job = scene.schedule()
    environment, files = job.surroundings({})
    files["GITHUB_STEP_SUMMARY"].unlink()
    files["GITHUB_STEP_SUMMARY"].mkdir()
    assert main(environment) == 2
    assert "A file of the runner cannot be written: " in capsys.readouterr().out
    environment, _ = job.surroundings({"RUNNER_TEMP": "relative"})
    assert main(environment) == 2
    assert "RUNNER_TEMP names no folder." in capsys.readouterr().out


class Broken(dict[str, str]):
    """An environment that goes wrong with a secret in its mouth."""

    def __init__(self, error: Exception, values: dict[str, str]) -> None:
        super().__init__(values)
        self.error = error

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]  # a dict of texts, asked for texts
        if key == "DEPAUDIT_INPUT_MODE":
            raise self.error
        return super().get(key, default)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError(f"{TOKEN}\n::add-mask::x"), "depaudit is broken here: RuntimeError at "),
        (OSError(28, "No space left on device"), "The runner's disk cannot be used: No space left on device."),
    ],
)
def test_whatever_goes_wrong_is_red_and_tells_no_secret(
    scene: Scene, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    environment, files = scene.schedule().surroundings({})
    assert main(Broken(error, environment)) == 2
    out = capsys.readouterr().out
    (command,) = commands(out)
    assert (command.name, command.data.startswith(said)) == ("error", True)
    assert TOKEN not in out
    assert "verdict<<" in files["GITHUB_OUTPUT"].read_text()
    assert files["GITHUB_STEP_SUMMARY"].read_text().startswith("🔴 **depaudit could not audit this:** ")
