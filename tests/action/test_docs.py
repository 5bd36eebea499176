"""``docs/github-action.md``: what it shows can be copied, and what it says of inputs and outputs is so."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.machine import ROOT

PAGE = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BLOCKS = [textwrap.dedent(body) for body in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)]
PROGRAMS = Path(sys.executable).parent
REST = {
    "name": "name: Dependencies\n",
    "on": "on:\n  pull_request:\n",
    "concurrency": "concurrency:\n  group: depaudit-${{ github.ref }}\n  cancel-in-progress: true\n",
}
JOB = """\
jobs:
  one:
    name: One
    runs-on: ubuntu-latest
    steps:
      - name: Say nothing
        run: echo
"""
"""What the shorter snippets leave out."""


def whole(block: str) -> str:
    """A snippet as a whole workflow, with a commit in the place that the page leaves to its reader."""
    parts = {part.partition(":")[0]: part for part in re.split(r"^(?=[a-z])", block, flags=re.MULTILINE) if part}
    if "jobs" not in parts:
        parts = {**REST, **parts}
        parts["jobs"] = JOB + textwrap.indent(parts.pop("permissions", ""), "    ")
        parts["permissions"] = "permissions: {}\n"
    return "".join(parts.values()).replace("OWNER/depaudit@COMMIT", f"acme/depaudit@{'0123456789' * 4} # v1.0.0")


def test_there_are_snippets() -> None:
    assert len(BLOCKS) >= 5
    assert sum("jobs:" in block for block in BLOCKS) == 2


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_each_snippet_is_a_sound_workflow(block: str, tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "depaudit.yml"
    file.parent.mkdir(parents=True)
    file.write_text(whole(block), encoding="utf-8")
    schema = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file]
    auditor = [PROGRAMS / "zizmor", "--offline", "--no-config", "--persona", "pedantic", "--format", "plain", file]
    for command in (schema, auditor):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_tables_name_every_input_and_output() -> None:
    tables = re.findall(r"^\| (input|output) \|.*\n\| ---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    first = {kind: "".join(re.findall(r"^\|([^|]+)\|", rows, re.MULTILINE)) for kind, rows in tables}
    named = {kind: re.findall(r"`([a-z-]+)`", cells) for kind, cells in first.items()}
    assert named == {"input": list(ACTION["inputs"]), "output": list(ACTION["outputs"])}


def test_the_inputs_that_the_page_sets_are_the_actions() -> None:
    for block in BLOCKS:
        for job in (yaml.safe_load(block).get("jobs") or {}).values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("OWNER/depaudit@"):
                    assert set(step.get("with", {})) <= set(ACTION["inputs"])


def test_the_page_pins_what_the_action_pins() -> None:
    steps = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    pinned = dict(each.split("@") for each in steps)
    for name, commit, version in re.findall(r"uses: ([\w/-]+)@([0-9a-f]{40})(.*)", PAGE):
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", version), name
        assert pinned.get(name, commit) == commit
