"""The shells of this machine, and stubs that stand for tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from depaudit.gate.guards.shims import STATE_FILE, shims

SH = {
    "dash": ("dash", "sh"),
    "bash": ("bash", "bash"),
    "bash as sh": ("bash", "sh"),
    "busybox": ("busybox", "sh"),
    "zsh": ("zsh", "zsh"),
    "zsh as sh": ("zsh", "sh"),
    "mksh": ("mksh", "sh"),
    "ksh": ("ksh", "sh"),
}
"""What ``/bin/sh`` is on one system or another: the program, and the name that it is started by."""

REAL = """#!/bin/sh
printf '%s\\0' "REAL" "$0" "$PATH" "$$" "$@"
"""
GATE = """#!/bin/sh
printf '%s\\0' "GATE" "$1 $2" "$PATH" "$$"
shift 3
printf '%s\\0' "$@"
"""


def shell(name: str) -> tuple[str, str]:
    """The shell's program and the name that it is started by, or a skip that is seen."""
    found = shutil.which(SH[name][0])
    if found is None:
        pytest.skip(f"{SH[name][0]} is not here")
    return found, SH[name][1]


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Guarded:
    """A folder of shims whose Python is a stub, and a folder of stubs for the real tools."""

    def __init__(self, folder: Path) -> None:
        self.base = folder
        self.shims = folder / "shims"
        self.real = folder / "real"
        self.python = program(folder / "python" / "python", GATE)
        for tool in ("npm", "uv", "pip", "yarn", "bun"):
            program(self.real / tool, REAL)
        self.shims.mkdir()
        for path, text in shims(self.shims, self.python):
            program(path, text)
        (self.shims / STATE_FILE).write_text("{}")
        self.path = f"{self.shims}:{self.real}"

    def run(
        self,
        *words: str,
        by: tuple[str, str] | None = None,
        path: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        typed: bytes = b"",
    ) -> Said:
        """Start a shim by PATH, or have its file read by the shell ``by``."""
        whole = self.path if path is None else path
        executable = shutil.which(words[0], path=whole) or words[0]
        if by is not None:
            executable, words = by[0], (by[1], str(self.shims / words[0]), *words[1:])
        done = subprocess.run(
            words,
            executable=executable,
            env={"PATH": whole, **(environment or {})},
            cwd=folder or self.base,
            input=typed,
            capture_output=True,
            timeout=30,
            check=False,
        )
        return Said(done)


class Said:
    """What a stub printed: ``kind`` (REAL, GATE or empty), ``first``, ``path``, ``pid`` and ``words``."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.status = done.returncode
        self.errors = done.stderr.decode()
        self.output = done.stdout
        fields = [os.fsdecode(field) for field in done.stdout.split(b"\0")[:-1]]
        self.kind, self.first, self.path, self.pid = fields[:4] if len(fields) > 3 else ("", "", "", "")
        self.words = fields[4:]
