"""Programs that call pip, ``venv`` or virtualenv inside themselves: these are changed when they are imported."""
# pathlib is too slow for what runs at each start:
# ruff: noqa: PTH100, PTH120

from __future__ import annotations

import os
import sys

from depaudit.gate.guards.startup.environments import hook_venv, hook_virtualenv
from depaudit.gate.guards.startup.handing import refuse, through_depaudit
from depaudit.gate.guards.startup.proof import inside_run
from depaudit.gate.guards.startup.words import harmless

TYPE_CHECKING = False  # typing's own is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# The hook from here on.


class Watch:
    """Waits until the program itself imports pip's command line, ``venv`` or virtualenv."""

    def __init__(self) -> None:
        self._changes = {
            "pip._internal.cli.main": _gate_calls,
            "venv": hook_venv,
            "virtualenv.run.session": hook_virtualenv,
        }
        self._asking = False

    def find_spec(self, name: str, *_parent_and_target: object) -> object:
        """What the other finders say, with our change made right after the module has run."""
        if name not in self._changes or self._asking:
            return None
        import importlib.util

        self._asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asking = False
        loader = getattr(spec, "loader", None)
        method = "exec_module" if hasattr(loader, "exec_module") else "load_module"  # zip files before 3.10
        load = getattr(loader, method, None)
        if load is not None and not isinstance(loader, type):

            def load_and_change(module: object) -> object:
                result = load(module)
                if getattr(module, "__name__", module) == name:  # one loader may serve a whole zip file
                    self._changes[name](sys.modules[name])
                return result

            setattr(loader, method, load_and_change)
        return spec


def _gate_calls(module: Any) -> None:
    """pip called inside another program (``runpy``, ``pip.main``, get-pip.py): the call becomes a run."""
    for name in ("main", "cli"):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, _gated(original))


def _gated(original: Callable[..., Any]) -> Callable[..., Any]:
    def call(args: list[str] | None = None) -> object:
        words = list(sys.argv[1:] if args is None else args)
        if harmless(words) or _bootstraps(words) or inside_run(words):
            return original(args)
        import subprocess

        pip = os.path.dirname(os.path.abspath(sys.modules["pip"].__file__ or ""))
        command, environment = through_depaudit([pip, *words])
        try:
            return subprocess.call(command, env=environment)  # noqa: S603  pip's own words
        except OSError as error:
            return refuse(f"depaudit cannot be started ({command[0]}: {error.strerror or error})")

    return call


def _bootstraps(words: list[str]) -> bool:
    """Whether these are ``ensurepip``'s words: the wheels that Python itself brings, from a folder, without index.

    It also takes all of pip's settings away: https://github.com/python/cpython/blob/main/Lib/ensurepip/__init__.py
    """
    settings = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if words[:1] != ["install"] or "--no-index" not in words or settings != {"PIP_CONFIG_FILE": os.devnull}:
        return False
    names, folders, index = set(), [], 1
    while index < len(words):
        word = words[index]
        if word in ("--root", "--find-links"):
            index += 1
            folders += words[index : index + 1] if word == "--find-links" else []
        elif not word.startswith("-"):
            names.add(word)
        elif word.strip("-v") and word not in ("--no-cache-dir", "--no-index", "--upgrade", "--user"):
            return False
        index += 1
    return bool(names) and names <= {"pip", "setuptools", "wheel"} and all(map(os.path.isdir, folders))
