"""Asking the ``keyring`` command for a password, as pip's and uv's ``keyring-provider = subprocess`` do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

TIMEOUT = 15.0
"""Seconds. A keyring that wants to open a window or ask on the terminal has failed by then."""


def find_keyring(environment: Mapping[str, str], allowed: Callable[[Path], bool]) -> Path | None:
    """The ``keyring`` command on ``PATH``: in an absolute folder, and ``allowed`` (never one of the audited tree)."""
    import shutil

    folders = [one for one in environment.get("PATH", "").split(os.pathsep) if one and Path(one).is_absolute()]
    for folder in folders:
        found = shutil.which("keyring", path=folder)
        # on Windows, `which` also looks in the working folder
        if found is not None and Path(found).parent == Path(folder) and allowed(Path(found)):
            return Path(found)
    return None


def ask_keyring(
    executable: Path, environment: Mapping[str, str], service: str, username: str | None
) -> tuple[str, str] | None:
    """User and password that the keyring holds for ``service``; None where it holds none, fails or takes too long."""
    if username is not None and username.startswith("-"):
        return None  # it would be read as an option
    import subprocess

    arguments = ["get", service, username] if username else ["--mode", "creds", "get", service]
    try:
        done = subprocess.run(  # noqa: S603  a list without a shell; the command is the operator's own
            [str(executable), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "PYTHONIOENCODING": "utf-8"},
            timeout=TIMEOUT,
            check=False,
        )
        text = done.stdout.decode("utf-8").rstrip("\r\n")
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0 or not text:
        return None
    if username:
        return username, text
    user, newline, password = text.replace("\r\n", "\n").partition("\n")
    return (user, password) if newline else None
