"""Where the clients lie, and whether they are there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.clients.pins import PINS, Kind

STAMP = "installed.txt"
REASON = "failed.txt"
_ROOT = Path(__file__).resolve().parents[2] / ".clients"


def folder(name: str = "") -> Path:
    """The folder of one client, or of all: ``$DEPAUDIT_CLIENTS``, else ``.clients`` in the repository.

    Read when this module is imported: a test's own environment has no ``DEPAUDIT_`` variables.
    """
    return _FOLDER / name if name else _FOLDER


def find(name: str) -> Path | None:
    """The executable of the client ``name`` (a key of ``PINS``), absolute; None where it is not installed.

    For the bare pips it is the folder that goes onto ``sys.path``.
    """
    pin = PINS[name]
    if not _installed(name):
        return None
    if pin.kind is Kind.BARE:
        return folder(name) / "site"
    return folder(name) / pin.programs[0][1]


def programs(name: str) -> dict[str, Path]:
    """What the client ``name`` gives a user to type, and where each lies; empty where it is not installed."""
    return {program: folder(name) / path for program, path in PINS[name].programs} if _installed(name) else {}


def node() -> Path | None:
    """The Node.js that runs npm, yarn and pnpm: the machine's own, else ours."""
    own = shutil.which("node")
    return Path(own) if own else find("node")


def why_not(name: str) -> str:
    """Why the client ``name`` is not there, in one line for a test that is skipped."""
    try:
        reason = (folder(name) / REASON).read_text("utf-8").strip()
    except OSError:
        return f"{name} is not installed: python -m tests.clients"
    return f"{name} could not be installed: {reason.splitlines()[-1] if reason else 'no reason given'}"


def _installed(name: str) -> bool:
    try:
        return (folder(name) / STAMP).read_text("utf-8") == PINS[name].stamp
    except OSError:
        return False


_FOLDER = Path(os.environ.get("DEPAUDIT_CLIENTS") or _ROOT).absolute()
