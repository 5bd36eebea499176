"""Runs the steps of a composite action as GitHub's runner does: expressions, environments, files, shells, outcomes.

After ``CompositeActionHandler.cs``, ``ScriptHandler.cs`` and ``FileCommandManager.cs`` of
https://github.com/actions/runner (2026-11).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.action.expressions import Functions, as_text, condition, fill
from tests.report.runner import Command, commands

Action = Callable[["Used"], Mapping[str, str]]
_FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")


@dataclass
class Used:
    """A step that uses another action, and what it was given."""

    action: str
    given: dict[str, str]


@dataclass
class Step:
    """What came of one step."""

    name: str
    ran: bool
    status: int = 0
    out: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass
class Result:
    """What came of one use of the action."""

    steps: list[Step]
    outputs: dict[str, str]
    used: list[Used]

    @property
    def ok(self) -> bool:
        """Whether the use is green."""
        return all(step.status == 0 for step in self.steps)

    @property
    def status(self) -> int:
        """Of the step that failed; 0 where none did."""
        return next((step.status for step in self.steps if step.status), 0)

    @property
    def log(self) -> str:
        """All that the steps printed."""
        return "".join(step.out for step in self.steps)

    @property
    def summary(self) -> str:
        """The job's summary."""
        return "".join(step.summary for step in self.steps)

    @property
    def commands(self) -> list[Command]:
        """Every workflow command in the log."""
        return commands(self.log)

    def annotations(self, level: str) -> list[Command]:
        """Those of one level: "error", "warning" or "notice"."""
        return [command for command in self.commands if command.name == level]

    def placed(self, level: str) -> list[tuple[str, int]]:
        """File and line of each annotation of one level that stands at a line."""
        found = [command.properties for command in self.annotations(level)]
        return [(each["file"], int(each["line"])) for each in found if "file" in each]


@dataclass
class Job:
    """One job on one machine. ``environment`` is what every step of it starts with.

    ``actions``  who plays the actions that steps use, by their name without the version
    """

    folder: Path
    action: Path
    workspace: Path
    event: str
    payload: Mapping[str, Any]
    sha: str
    environment: dict[str, str]
    token: str = "ghs_of_the_job"
    ref: str = "refs/heads/main"
    actions: dict[str, Action] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.temporary.mkdir(parents=True)
        (self.folder / "event.json").write_text(json.dumps(self.payload), encoding="utf-8")

    @property
    def temporary(self) -> Path:
        """``RUNNER_TEMP``."""
        return self.folder / "temp"

    def use(self, **given: str) -> Result:
        """``uses: OWNER/depaudit`` with the inputs ``given`` ("_" for "-")."""
        definition = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        return _Use(self, definition, {key.replace("_", "-"): value for key, value in given.items()}).run()

    def run(self, script: str, shell: str = "bash --noprofile --norc -eo pipefail {0}") -> Step:
        """A step of the workflow's own: ``run: script``."""
        step = Step(name="run", ran=True)
        self.start(step, script, shell, {})
        return step

    def start(self, step: Step, script: str, shell: str, variables: Mapping[str, str]) -> None:
        """Run a script as a step, and read what it left in its files."""
        environment, files = self.surroundings(variables)
        place = self.folder / f"script{len(list(self.folder.iterdir()))}.sh"
        place.write_text(script, encoding="utf-8")
        done = subprocess.run(
            [word.replace("{0}", str(place)) for word in shlex.split(shell)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        step.status = done.returncode
        step.out = done.stdout.decode("utf-8")
        self.read_back(step, files)

    def surroundings(self, variables: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Path]]:
        """The environment of the next step, and the files that it may write to."""
        files = self._files()
        environment = {
            **self.environment,
            **self.later,
            **self._github(),
            **{name: str(path) for name, path in files.items()},
            **variables,
        }
        environment["PATH"] = os.pathsep.join([*reversed(self.path), self.environment["PATH"]])
        return environment, files

    def read_back(self, step: Step, files: Mapping[str, Path]) -> None:
        """What a step has left in its files."""
        step.outputs = pairs(files["GITHUB_OUTPUT"])
        step.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        self.later.update(pairs(files["GITHUB_ENV"]))
        self.path += files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines()

    def contexts(self) -> dict[str, Any]:
        """What expressions may name, but for inputs and steps."""
        github = {
            "token": self.token,
            "event_name": self.event,
            "event": self.payload,
            "action_path": str(self.action),
            "workspace": str(self.workspace),
            "sha": self.sha,
        }
        runner = {"os": "Linux", "arch": "X64", "temp": str(self.temporary), "tool_cache": str(self.folder / "tools")}
        return {"github": github, "runner": runner, "env": dict(self.later)}

    def _github(self) -> dict[str, str]:
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": self.ref,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "4711",
            "GITHUB_SHA": self.sha,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_TOOL_CACHE": str(self.folder / "tools"),
        }

    def _files(self) -> dict[str, Path]:
        folder = self.folder / f"files{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        files = {name: folder / name.lower() for name in _FILES}
        for path in files.values():
            path.touch()
        return files


class _Use:
    """One use of a composite action."""

    def __init__(self, job: Job, definition: Mapping[str, Any], given: Mapping[str, str]) -> None:
        assert definition["runs"]["using"] == "composite"
        unknown = set(given) - set(definition["inputs"])
        assert not unknown, f"action.yml has no input {unknown}"
        self.job = job
        self.definition = definition
        self.results: dict[str, Any] = {}
        self.steps: list[Step] = []
        self.used: list[Used] = []
        self.functions: Functions = {
            "success": lambda: all(step.status == 0 for step in self.steps),
            "failure": lambda: any(step.status for step in self.steps),
            "always": lambda: True,
        }
        outer = {name: value for name, value in job.contexts().items() if name != "env"}
        self.inputs = {
            name: given.get(name, fill(as_text(about.get("default")), outer, self.functions))
            for name, about in definition["inputs"].items()
        }

    def contexts(self) -> dict[str, Any]:
        return {**self.job.contexts(), "inputs": self.inputs, "steps": self.results}

    def run(self) -> Result:
        for about in self.definition["runs"]["steps"]:
            step = Step(name=about.get("name", about.get("uses", "run")), ran=False)
            if condition(str(about.get("if", "success()")), self.contexts(), self.functions):
                step.ran = True
                self._do(step, about)
            self.steps.append(step)
            if "id" in about:
                self.results[about["id"]] = {"outputs": step.outputs}
        outputs = {
            name: fill(about["value"], self.contexts(), self.functions)
            for name, about in self.definition["outputs"].items()
        }
        return Result(self.steps, outputs, self.used)

    def _do(self, step: Step, about: Mapping[str, Any]) -> None:
        unknown = set(about) - {"name", "id", "if", "uses", "with", "shell", "env", "run"}
        assert not unknown, f"this runner does not know {unknown}"
        filled = {
            kind: {name: fill(as_text(value), self.contexts(), self.functions) for name, value in about[kind].items()}
            for kind in ("env", "with")
            if kind in about
        }
        if "uses" in about:
            used = Used(about["uses"], filled.get("with", {}))
            self.used.append(used)
            step.outputs = dict(self.job.actions[about["uses"].partition("@")[0]](used))
        else:
            script = fill(about["run"], self.contexts(), self.functions)
            self.job.start(step, script, about["shell"], filled.get("env", {}))


def pairs(path: Path) -> dict[str, str]:
    """What ``GITHUB_OUTPUT`` and ``GITHUB_ENV`` hold: ``name=value`` lines, and values between delimiters."""
    found: dict[str, str] = {}
    lines = re.split(r"\r?\n", path.read_text(encoding="utf-8"))
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            found[line[:equals]] = line[equals + 1 :]
            continue
        assert heredoc > 0, f"the runner refuses the line {line!r}"
        name, delimiter = line[:heredoc], line[heredoc + 2 :]
        assert delimiter in lines, f"the runner finds no end of {name!r}"
        end = lines.index(delimiter)
        found[name] = "\n".join(lines[:end])
        lines = lines[end + 1 :]
    return found
