"""Format, lint and strict types are tests like any other: one command is the whole gate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

COMMANDS = {
    "format": [sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "."],
    "lint": [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
    "types": [sys.executable, "-m", "mypy", "--cache-dir", "{tmp}"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_gate(name: str, tmp_path: Path) -> None:
    command = [word.replace("{tmp}", str(tmp_path)) for word in COMMANDS[name]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
