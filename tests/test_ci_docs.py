"""docs/ci.md: every snippet is held to its CI's schema, and its commands run in a real clone with that CI's variables.

``docker`` is played: the container's entry point is started in the folder that the command mounts.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from depaudit.report import FORMATS
from tests.changes.repos import Repo

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMIT = "0123456789abcdef0123456789abcdef01234567"

SECTIONS = dict(
    part.split("\n", 1) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
)  # the heading, and all that stands below it
BLOCKS = {
    heading: re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL) for heading, text in SECTIONS.items()
}


def snippet(heading: str, language: str) -> str:
    (text,) = (text for kind, text in BLOCKS[heading] if kind == language)
    return text


def loaded(heading: str) -> Any:
    return yaml.safe_load(snippet(heading, "yaml"))


def test_no_snippet_is_left_out() -> None:
    assert {heading: [kind for kind, _ in blocks] for heading, blocks in BLOCKS.items()} == {
        "GitHub": ["yaml"],
        "GitLab": ["yaml"],
        "Azure Pipelines": ["yaml"],
        "Jenkins": ["groovy"],
        "CircleCI": ["yaml"],
        "pre-commit": ["yaml", "bash"],
        "Docker": ["bash", "bash"],
        "Any other": ["bash"],
    }
    assert PAGE.count("\n```") == 2 * sum(map(len, BLOCKS.values()))


# --- schemas

AZURE = ("vendor.azure-pipelines", "--regex-variant", "nonunicode")  # as its patterns are written


@pytest.mark.parametrize(
    ("heading", "name", "options"),
    [
        ("GitHub", ".github/workflows/dependencies.yml", ["vendor.github-workflows"]),
        ("GitHub", ".github/workflows/dependencies.yml", ["custom.github-workflows-require-timeout"]),
        ("GitLab", ".gitlab-ci.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
        ("Azure Pipelines", "azure-pipelines.yml", [*AZURE, "--data-transform", "azure-pipelines"]),
        ("CircleCI", ".circleci/config.yml", ["vendor.circle-ci"]),
    ],
)
def test_a_snippet_fits_its_schema(heading: str, name: str, options: list[str], tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(snippet(heading, "yaml"))
    done = subprocess.run(
        [PROGRAMS / "check-jsonschema", "--builtin-schema", *options, file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n"), done.stdout + done.stderr


def test_zizmor_finds_nothing_in_the_workflow(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "dependencies.yml"
    file.parent.mkdir(parents=True)
    file.write_text(snippet("GitHub", "yaml").replace("OWNER/depaudit@COMMIT", f"OWNER/depaudit@{COMMIT} # v1.0.0"))
    done = subprocess.run(
        [PROGRAMS / "zizmor", "--offline", "--no-config", "--persona", "pedantic", "--format", "plain", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "No findings to report." in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_workflow_checks_out_as_the_actions_page_says() -> None:
    action_page = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
    checkout = re.search(r" +- name: Check out\n.*?persist-credentials: false\n", PAGE, re.DOTALL)
    assert checkout is not None
    assert checkout.group() in action_page


def test_the_pre_commit_configuration_names_a_hook_that_there_is() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert loaded("pre-commit") == {
        "repos": [
            {"repo": "https://github.com/OWNER/depaudit", "rev": "COMMIT", "hooks": [{"id": hooks[0]["id"]}]},
        ]
    }
    assert f"`{hooks[1]['id']}`" in SECTIONS["pre-commit"]
    assert "manual" in hooks[1]["stages"]


def test_every_format_that_is_named_is_written() -> None:
    named = set(re.findall(r"--output (\w+)=", PAGE)) | set(
        re.findall(r"`(\w+)`", PAGE.partition("\n\nAll formats")[0])
    )
    assert named - {"scan"} <= set(FORMATS)


# --- commands


class Scene:
    """A repository at ``origin`` whose branch "topic" adds something, and a CI's clone of it.

    ``base`` and ``head`` are the commits of "main" and of "topic"
    """

    def __init__(self, folder: Path, adds: str) -> None:
        self.folder, self.clone = folder, folder / "clone"
        self.origin = Repo(folder / "origin")
        self.base = self.origin.commit({"requirements.txt": "requests\n"})
        self.origin.git("checkout", "-q", "-b", "topic")
        self.head = self.origin.commit({"requirements.txt": f"requests\n{adds}\n"})
        self.origin.git("checkout", "-q", "main")
        self.origin.commit({"later.txt": "later\n", "web/requirements.txt": "zz-later-free-name\n"})
        self.commands = folder / "bin"
        self.commands.mkdir()
        python = f"{shlex.quote(sys.executable)} -m depaudit"
        self._program("depaudit", f'exec {python} "$@" --offline')
        self._program("docker", f'exec {shlex.quote(sys.executable)} {shlex.quote(str(folder / "docker.py"))} "$@"')
        (folder / "docker.py").write_text(DOCKER)

    def cloned(self, *options: str, branch: str = "topic") -> Scene:
        url = self.origin.folder.as_uri()
        self.origin.git("clone", "-q", "--no-local", *options, "--branch", branch, url, str(self.clone))
        return self

    def merged(self) -> Scene:
        """The clone is of the branch as it would be merged."""
        Repo(self.clone).git("merge", "-q", "--no-edit", "origin/main")
        return self

    def run(self, *shell: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script as the CI does: ``shell`` is its command line."""
        done = subprocess.run(
            shell,
            cwd=self.clone,
            env={
                "PATH": f"{self.commands}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "HOME": os.environ["HOME"],
                "CI": "true",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "not found" not in done.stderr
        assert "Traceback" not in done.stderr
        return done

    def report(self, path: str = "depaudit.json") -> dict[str, str]:
        report = json.loads((self.clone / path).read_text(encoding="utf-8"))
        return {package["name"]: package["verdict"] for package in report["packages"]}

    def _program(self, name: str, line: str) -> None:
        (self.commands / name).write_text(f"#!/bin/sh\n{line}\n")
        (self.commands / name).chmod(0o755)


# What "docker run" is given, strictly, and what the container would do with it.
DOCKER = r"""
import os, re, sys
from pathlib import Path
words = sys.argv[1:]
assert words[:2] == ["run", "--rm"], words
words = words[2:]
mounted, writable = None, False
while words[0].startswith("-"):
    option, value, words = words[0], words[1], words[2:]
    if option == "--user":
        assert value == f"{os.getuid()}:{os.getgid()}", value
        writable = True
    elif option == "--volume":
        folder, _, rest = value.partition(":")
        assert rest in ("/src", "/src:ro"), value
        mounted = folder
    else:
        raise AssertionError(option)
assert words[0] == "registry.example/depaudit:COMMIT", words
assert mounted is not None
assert writable or not any(word == "--output" for word in words)
os.chdir(mounted)
words = words[1:] or ["scan"]
os.execv(sys.executable, [sys.executable, "-m", "depaudit", *words, "--offline"])
"""

ADDED = pytest.mark.parametrize(("adds", "status"), [("zz-free-name", 1), ("numpy", 0)])
VERDICT = {1: {"zz-free-name": "block"}, 0: {"numpy": "pass"}}


@ADDED
@pytest.mark.parametrize("merged_results", [False, True])
def test_gitlab(tmp_path: Path, adds: str, status: int, merged_results: bool) -> None:
    job = loaded("GitLab")["depaudit"]
    scene = Scene(tmp_path, adds)
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": scene.base}
    if merged_results:
        scene.cloned().merged()
        variables["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] = scene.head
    else:
        scene.cloned("--depth=1")
    done = scene.run("bash", "-eo", "pipefail", "-c", "\n".join(job["script"]), **variables)
    assert (done.returncode, scene.report()) == (status, VERDICT[status]), done.stderr
    assert [path for path in job["artifacts"]["paths"] if not (scene.clone / path).is_file()] == []


@ADDED
@pytest.mark.parametrize("target", ["refs/heads/main", "main"])
def test_azure(tmp_path: Path, adds: str, status: int, target: str) -> None:
    """Repositories in Azure Repos and at GitHub spell the target differently; both check the merged commit out."""
    steps = loaded("Azure Pipelines")["steps"]
    assert steps[0] == {"checkout": "self", "fetchDepth": "0"}
    scene = Scene(tmp_path, adds).cloned().merged()
    audit, show = (step["bash"] for step in steps if "bash" in step)
    done = scene.run("bash", "--noprofile", "--norc", "-c", audit, SYSTEM_PULLREQUEST_TARGETBRANCH=target)
    assert done.returncode == status, done.stderr
    assert (f"block pypi:{adds}" in done.stdout) is (status == 1)
    assert "zz-later-free-name" not in done.stdout
    said = scene.run("bash", "--noprofile", "--norc", "-c", show).stdout
    assert said == f"##vso[task.uploadsummary]{scene.clone}/depaudit.md\n"
    assert adds in (scene.clone / "depaudit.md").read_text() or status == 0
    (published,) = (step["publish"] for step in steps if "publish" in step)
    assert Path(published.replace("$(System.DefaultWorkingDirectory)", str(scene.clone))).is_file()


def test_azure_reads_hostile_branches_as_names(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "numpy").cloned()
    audit = next(step["bash"] for step in loaded("Azure Pipelines")["steps"] if "bash" in step)
    done = scene.run(
        "bash", "-c", audit, SYSTEM_PULLREQUEST_TARGETBRANCH='refs/heads/x";touch${IFS}hacked;"$(touch hacked)'
    )
    assert (done.returncode, (scene.clone / "hacked").exists()) == (2, False)


@ADDED
def test_jenkins(tmp_path: Path, adds: str, status: int) -> None:
    text = snippet("Jenkins", "groovy")
    (script,) = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    assert '"""' not in text
    assert text.count("{") == text.count("}")
    script = script.replace("\\\n", "")  # so Groovy reads it, too
    scene = Scene(tmp_path, adds).cloned("--depth=1", "--no-single-branch")
    Repo(scene.clone).git("fetch", "-q", "--unshallow")
    done = scene.run("sh", "-xe", "-c", script, CHANGE_TARGET="main")
    assert done.returncode == status, done.stderr
    assert json.loads((scene.clone / "depaudit.sarif").read_text())["version"] == "2.1.0"
    archived = re.search(r"artifacts: '([^']+)'", text)
    assert archived is not None
    assert (scene.clone / archived[1]).is_file()
    assert "pattern: 'depaudit.sarif'" in text


@ADDED
def test_circleci(tmp_path: Path, adds: str, status: int) -> None:
    configuration = loaded("CircleCI")
    job = configuration["jobs"]["depaudit"]
    (command,) = (step["run"]["command"] for step in job["steps"] if "run" in step)
    scene = Scene(tmp_path, adds).cloned()
    done = scene.run("bash", "-eo", "pipefail", "-c", command)
    assert (done.returncode, scene.report("reports/depaudit.json")) == (status, VERDICT[status]), done.stderr
    assert (scene.clone / "reports" / "depaudit.html").is_file()
    assert {"store_artifacts": {"path": "reports"}} in job["steps"]


@ADDED
def test_any_other(tmp_path: Path, adds: str, status: int) -> None:
    scene = Scene(tmp_path, adds).cloned()
    done = scene.run("bash", "-c", snippet("Any other", "bash"))
    assert done.returncode == status, done.stderr
    assert {path.name for path in scene.clone.glob("depaudit.*")} == {"depaudit.md", "depaudit.html"}


def test_docker(tmp_path: Path) -> None:
    build, use = (text for _, text in BLOCKS["Docker"])
    assert shlex.split(build) == ["docker", "build", "--tag", "registry.example/depaudit:COMMIT", "."]
    assert (ROOT / "Dockerfile").is_file()
    scan, diff = use.strip().splitlines()
    scene = Scene(tmp_path, "zz-free-name").cloned()
    everything = scene.run("bash", "-c", scan)
    assert (everything.returncode, "block pypi:zz-free-name" in everything.stdout) == (1, True), everything.stderr
    change = scene.run("bash", "-c", diff)
    assert (change.returncode, (scene.clone / "depaudit.html").is_file()) == (1, True), change.stderr


def test_git_itself(tmp_path: Path) -> None:
    (hook,) = (text for kind, text in BLOCKS["pre-commit"] if kind == "bash")
    scene = Scene(tmp_path, "numpy").cloned()
    path = scene.clone / ".git" / "hooks" / "pre-commit"
    path.write_text(hook)
    path.chmod(0o755)
    git = ("git", "-c", "user.name=Tess Ter", "-c", "user.email=tess@example.org")
    (scene.clone / "requirements.txt").write_text("requests\nzz-free-name\n")
    scene.run("git", "add", "-A")
    assert scene.run(*git, "commit", "-m", "More").returncode == 1
    (scene.clone / "requirements.txt").write_text("requests\nnumpy\nflask\n")
    scene.run("git", "add", "-A")
    assert scene.run(*git, "commit", "-m", "More").returncode == 0
