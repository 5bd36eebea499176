"""``action.yml`` as a text: what no step may do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from depaudit.frontends.action.inputs import read_inputs
from tests.action.machine import ROOT

TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")
ACTION: dict[str, Any] = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = [step for step in STEPS if "run" in step]
PROGRAMS = Path(sys.executable).parent


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        [PROGRAMS / "zizmor", "--offline", "--no-config", "--persona", "pedantic", "--format", "plain", "action.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "zizmor: ignore" not in TEXT


def test_the_schema_holds() -> None:
    done = subprocess.run(
        [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("step", SCRIPTS, ids=lambda step: step["name"])
def test_a_script_is_strict_isolated_and_free_of_expressions(step: dict[str, Any]) -> None:
    assert step["shell"] == "bash --noprofile --norc -euo pipefail {0}"
    assert "${{" not in step["run"]
    # it leaves the workspace before it starts anything
    assert step["run"].startswith('cd -- "$GITHUB_ACTION_PATH"\n')
    starts = re.findall(r'(?:exec|if) "\$\w+" (.*)', step["run"])
    assert starts
    assert all(words.startswith("-I ") for words in starts)
    assert not re.search(r"GITHUB_(?:ENV|PATH)\b", step["run"])


@pytest.mark.parametrize("step", [step for step in STEPS if "uses" in step], ids=lambda step: step["name"])
def test_other_actions_are_pinned_and_their_version_is_told(step: dict[str, Any]) -> None:
    assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
    assert re.search(re.escape(step["uses"]) + r" # v\d+\.\d+\.\d+$", TEXT, re.MULTILINE)


def test_python_is_set_up_for_nobody_else() -> None:
    (step,) = [step for step in STEPS if step.get("uses", "").startswith("actions/setup-python@")]
    assert step["with"]["update-environment"] is False


def test_every_input_reaches_the_audit_by_its_own_variable() -> None:
    environment = next(step["env"] for step in STEPS if step.get("id") == "audit")
    handed = {name: value for name, value in environment.items() if name.startswith("DEPAUDIT_INPUT_")}
    assert handed == {
        f"DEPAUDIT_INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}"
        for name in ACTION["inputs"]
        if name != "python-version"
    }
    defaults = {
        f"DEPAUDIT_INPUT_{name.upper().replace('-', '_')}": about["default"]
        for name, about in ACTION["inputs"].items()
        if name != "token"
    }
    assert read_inputs(defaults) == read_inputs({})


def test_every_output_is_one_of_the_audits() -> None:
    assert {name: about["value"] for name, about in ACTION["outputs"].items()} == {
        name: f"${{{{ steps.audit.outputs.{name} }}}}" for name in ("verdict", "blocked", "warned", "report", "sarif")
    }
