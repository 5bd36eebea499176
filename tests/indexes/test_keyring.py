"""Asking the keyring command: only where the operator's settings say so, after a 401, and never one of the tree."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

import pytest

from depaudit.indexes.credentials import Credential
from depaudit.indexes.keyring import ask_keyring, find_keyring
from tests.indexes.machine import Machine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for keyring is a shell script")

SCRIPT = """\
#!/bin/sh
echo "$@" >> "$KEYRING_LOG"
case "$*" in
  "get https://nexus.example/simple me") echo hunter2 ;;
  "--mode creds get other.example") printf 'you\\nhunter3\\n' ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def keyring(machine: Machine) -> Path:
    """A ``keyring`` on PATH; what it is asked stands in ``top/log``."""
    script = machine.write("bin/keyring", SCRIPT)
    script.chmod(0o755)
    machine.environment |= {
        "PATH": f"{script.parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "KEYRING_LOG": str(machine.top / "log"),
        "PIP_KEYRING_PROVIDER": "subprocess",
        "PIP_INDEX_URL": "https://me@nexus.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://other.example/simple",
    }
    return script


def asked(machine: Machine) -> list[str]:
    log = machine.top / "log"
    return log.read_text().splitlines() if log.exists() else []


def header(credential: Credential | None) -> str | None:
    return None if credential is None else base64.b64decode(credential.authorization().split()[1]).decode()


def test_the_index_is_asked_for_then_its_host(machine: Machine, keyring: Path) -> None:
    store = machine.router().credentials
    assert asked(machine) == []
    assert header(store.on_unauthorized("https://nexus.example/simple/flask/")) == "me:hunter2"
    assert header(store.on_unauthorized("https://nexus.example/simple/numpy/")) == "me:hunter2"
    assert header(store.on_unauthorized("https://other.example/simple/flask/")) == "you:hunter3"
    assert asked(machine) == [
        "get https://nexus.example/simple/ me",
        "get https://nexus.example/simple me",
        "--mode creds get https://other.example/simple/",
        "--mode creds get https://other.example/simple",
        "--mode creds get other.example",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/simple/x/",
        "http://nexus.example/simple/x/",
        "https://nexus.example/elsewhere/",
        "https://pypi.org/simple/x/",
        "https://download.pytorch.org/whl/cpu/x/",
    ],
)
def test_for_nobody_else(machine: Machine, keyring: Path, url: str) -> None:
    assert machine.router().credentials.on_unauthorized(url) is None
    assert asked(machine) == []


def test_not_unless_told_to(machine: Machine, keyring: Path) -> None:
    del machine.environment["PIP_KEYRING_PROVIDER"]
    assert machine.router().credentials.on_unauthorized("https://nexus.example/simple/flask/") is None
    assert asked(machine) == []


def test_a_command_of_the_audited_tree_is_never_run(machine: Machine, keyring: Path) -> None:
    inside = machine.write("work/bin/keyring", SCRIPT)
    inside.chmod(0o755)
    machine.environment["PATH"] = f"{inside.parent}{os.pathsep}bin{os.pathsep}."
    assert machine.router().credentials.on_unauthorized("https://nexus.example/simple/flask/") is None
    assert asked(machine) == []
    machine.environment["PATH"] += f"{os.pathsep}{keyring.parent}"
    assert find_keyring(machine.environment, lambda path: machine.work not in path.parents) == keyring


@pytest.mark.parametrize(
    ("script", "username"),
    [
        ("exit 1", "me"),
        ("exit 0", "me"),
        ("printf '\\377'", "me"),
        ("echo only-a-user", None),
        ("echo hunter2", "--version"),
        ("echo hunter2", "a\0b"),
    ],
)
def test_a_keyring_without_an_answer_gives_nothing(machine: Machine, script: str, username: str | None) -> None:
    command = machine.write("bin/keyring", f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    assert ask_keyring(command, {"PATH": "/usr/bin:/bin"}, "https://nexus.example/", username) is None


def test_a_keyring_that_cannot_be_run_gives_nothing(machine: Machine) -> None:
    assert ask_keyring(machine.top / "missing", {}, "https://nexus.example/", "me") is None
