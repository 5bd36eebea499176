"""Hand pip's command line over to depaudit, or end before pip starts."""
# pathlib is too slow for what runs at each start:
# ruff: noqa: PTH100, PTH118, PTH120

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing's own is slow to import
if TYPE_CHECKING:
    from typing import NoReturn

# The hook from here on.

DEPAUDIT: tuple[str, ...] = ()  # the command that runs depaudit, absolute
HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = "_depaudit_pip_hook.py"
LINE = "_depaudit_pip_hook.pth"
_DEPTH = "DEPAUDIT_PIP_HOOK_DEPTH"
_MAX_DEPTH = 5  # a pip that starts itself anew this often goes round in a circle
_REFUSED = 41
_START = """\
import runpy, sys
try:
    runpy.run_module("depaudit", run_name="__main__", alter_sys=True)
except Exception as error:
    print("depaudit: it is broken (%s: %s), so pip was not started." % (type(error).__name__, error), file=sys.stderr)
    print(MEND, file=sys.stderr)
    sys.exit(41)
"""


def hand_over(words: list[str]) -> NoReturn:
    """Become ``depaudit run -- python WORDS``. Does not come back."""
    command, environment = through_depaudit(words)
    if os.name == "nt":  # exec there starts a second process and ends this one before it
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            os._exit(subprocess.call(command, env=environment))  # noqa: S603  pip's own words
        except OSError as error:
            refuse(f"depaudit cannot be started ({error.strerror or error})")
    try:
        os.execve(command[0], command, environment)  # noqa: S606  pip's own words
    except OSError as error:
        refuse(f"depaudit cannot be started ({command[0]}: {error.strerror or error})")


def through_depaudit(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command and its environment: pip's own, plus how often the hook did this."""
    environment = dict(os.environ)
    environment.pop("__PYVENV_LAUNCHER__", None)  # would tell depaudit's interpreter that it is this one
    depth = environment.get(_DEPTH, "0")
    count = int(depth) if depth.isascii() and depth.isdigit() and len(depth) < 4 else _MAX_DEPTH
    if count >= _MAX_DEPTH:
        refuse(f"depaudit started pip outside of its gate again and again ({_DEPTH}={depth})")
    if not sys.executable:
        refuse("Python does not say where its own program is")
    environment[_DEPTH] = str(count + 1)
    command = list(DEPAUDIT)
    if command[-2:] == ["-m", "depaudit"]:  # so that a depaudit that is gone says what to do
        command[-2:] = ["-I", "-c", f"MEND = {_mend()!a}\n{_START}"]
    return [*command, "run", "--", sys.executable, *words], environment


def refuse(why: str) -> NoReturn:
    """End this process before pip starts."""
    text = f"depaudit: {why}, so pip was not started.\n{_mend()}\n"
    os.write(2, text.encode("utf-8", "backslashreplace"))
    os._exit(_REFUSED)


def _mend() -> str:
    return (
        f"To mend it, install depaudit again ({' '.join(DEPAUDIT)} should run it), or delete "
        f"{os.path.join(HERE, LINE)} and {MODULE} beside it: plain pip then works again, without the gate."
    )
