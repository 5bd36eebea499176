"""The two files of pip's start-up hook, as text.

Python's ``site`` runs a line of a ``.pth`` file that begins with ``import`` at each start, in a virtual environment
even twice (https://docs.python.org/3/library/site.html). So the line asks the least: do the words of the command speak
of pip, or of a program that makes environments? Only then is the module beside it loaded.
"""

from __future__ import annotations

from importlib import resources

MODULE = "_depaudit_pip_hook"
MODULE_FILE = f"{MODULE}.py"
LINE_FILE = f"{MODULE}.pth"
MARK = '"""depaudit\'s start-up hook for pip'
"""How the module begins: by it a file is known to be ours."""

_HEAD = f'''{MARK}: put here by ``depaudit guard install --pip``, taken out by ``guard remove --pip``.

Python reads {LINE_FILE} when it starts; that loads this module when the command line speaks of pip or of making an
environment. A pip that may install something is then replaced by ``depaudit run`` with the same command line.
Everything else goes on untouched. Standard library alone, Python 3.8 and newer.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn
'''
_PARTS = ("words", "proof", "handing", "environments", "watching", "starting")
_FROM_HERE = "\n# The hook from here on.\n"
_UNFILLED = "DEPAUDIT: tuple[str, ...] = ()"
_SPOKEN_OF = ("pip", "m\nvenv\n", "mvenv\n", "virtualenv", "m\nbuild\n", "pyproject-build", "poetry", "hatch", "tox")
_MISSING = f"depaudit: {MODULE_FILE} is gone, so pip was not started: put it back, or delete {LINE_FILE}\n"


def module_source(depaudit: tuple[str, ...]) -> str:
    """The hook's module for a depaudit that is run by the words ``depaudit``, the first an absolute path.

    Its parts are the modules of ``depaudit.gate.guards.startup``, which are asleep without those words.
    """
    folder = resources.files(f"{__package__}.startup")
    parts = [folder.joinpath(f"{name}.py").read_text("utf-8").partition(_FROM_HERE)[2] for name in _PARTS]
    text = _HEAD + "".join(f"\n{part}" for part in parts)
    assert all(parts)
    assert text.count(_UNFILLED) == 1
    return text.replace(_UNFILLED, f"DEPAUDIT: tuple[str, ...] = {depaudit!a}")


def line_source() -> str:
    """The ``.pth`` file: one line, the same for every Python.

    It looks only at ``sys.orig_argv``; before Python 3.10, which has none, the module is loaded at each start. Where
    the module is missing, only a command that is surely pip's is stopped, and nothing else notices.
    """
    words = 'getattr(sys, "orig_argv", ["", "pip"])[1:]'
    spoken = f'any(map("\\n".join([*{words}, ""]).lower().__contains__, {_SPOKEN_OF!a}))'
    load = f'any(way.find_spec("{MODULE}", None) for way in sys.meta_path) and __import__("{MODULE}")'
    is_pip = '"pip" in [word.rpartition("/")[2] for word in getattr(sys, "orig_argv", [])[1:4]]'
    refuse = f'__import__("os").write(2, {_MISSING.encode()!r}) and __import__("os")._exit(41)'
    return f"import sys; {spoken} and ({load} or {is_pip} and {refuse})\n"
