"""Loads, while the client starts, whatever the rest of the run may need: an upgrade of depaudit, by the client itself
or beside it, takes the files away from under us."""

from __future__ import annotations

import importlib
import pkgutil

_ROOMS = (
    "names",
    "rules",
    "policy",
    "model",
    "indexes",
    "installed",
    "parsers",
    "registries",
    "report",
    "gate.protocols",
)
_SINGLE = ("gate.exchange", "gate.reporting", "frontends.cli.output", "frontends.cli.options")


def preload() -> None:
    """Import every module of ours that is otherwise loaded at its first use; some 40 ms, for a thread of its own.

    What cannot be loaded is not told here: whoever needs it fails, and the run with it.
    """
    for room in _ROOMS:
        package = importlib.import_module(f"depaudit.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for name in _SINGLE:
        importlib.import_module(f"depaudit.{name}")
