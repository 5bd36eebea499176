"""Whether plain commands pass the gate, found out by trying them as a shell would start them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

from depaudit.gate.guards.direct import TOOLS
from depaudit.gate.guards.shims import MARKER, PROBE, find_real, is_shim
from depaudit.model.record import record, replace

_SECONDS = 30.0
_MAX_SAID = 200
_MAX_LINE = 4096


@record
class Trial:
    """One plain command and what became of it.

    ``command``  what a person would type: ``npm``, ``python -m pip``
    ``where``    ``here`` (this PATH), or in a fresh virtual environment ``script`` (``bash -c``) or ``prompt``
    ``program``  what it started; None when nothing was found
    ``real``     the real tool behind the shim; None when it is not installed
    ``guard``    ``shim``, ``pip hook``, or None: it does not pass the gate
    ``mend``     what to do about it; empty when all is well
    """

    command: str
    where: str
    program: str | None
    real: str | None
    guard: str | None
    mend: str = ""


def try_tools(environment: Mapping[str, str], folder: Path) -> tuple[Trial, ...]:
    """Try every tool that is installed, by the PATH of ``environment``. ``folder`` is where the shims should be."""
    path = environment.get("PATH", os.defpath)
    installed = [(tool, real) for tool in TOOLS if (real := find_real(tool, path, folder)) is not None]
    with ThreadPoolExecutor(max_workers=4) as pool:
        return tuple(pool.map(lambda each: _try_tool(each[0], each[1], environment, folder), installed))


def answers(program: Path, environment: Mapping[str, str]) -> str | None:
    """None when ``program``, a shim, says that it is one and depaudit works behind it; else why not, in a few words.

    It is started with an argument that only a shim is ever given: no real tool is run.
    """
    if not is_shim(program):
        return "it is no shim"
    try:
        done = subprocess.run(  # noqa: S603  it was seen to be a shim of ours
            [str(program), PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environment),
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it gave no answer within {_SECONDS:.0f} seconds"
    except OSError as error:
        return f"it cannot be started: {error.strerror or error}"
    said = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode == 0 and len(said) == 2 and said[0].startswith(MARKER) and said[1].startswith("depaudit "):
        return None
    errors = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return errors[0].removeprefix("depaudit: error: ")[:_MAX_SAID] if errors else f"status {done.returncode}"


def _try_tool(tool: str, real: str, environment: Mapping[str, str], folder: Path) -> Trial:
    first = which(tool, path=environment.get("PATH", os.defpath))
    trial = judged(Trial(command=tool, where="here", program=first, real=real, guard=None), environment, folder)
    if trial.guard is None and tool.startswith("pip") and first is not None and _is_hooked_pip(Path(first)):
        return replace(trial, guard="pip hook", mend="")
    return trial


def _is_hooked_pip(program: Path) -> bool:
    """Whether ``program`` is a pip of an interpreter that has the start-up hook, by its first line."""
    from depaudit.errors import DepauditError
    from depaudit.gate.guards import pip_hook

    try:
        with program.open("rb") as stream:
            line = os.fsdecode(stream.read(_MAX_LINE).partition(b"\n")[0])
        python = Path(line.removeprefix("#!").strip())
        named = line.startswith("#!/") and python.name.startswith(("python", "pypy"))
        return named and python.is_file() and pip_hook.is_installed(python)
    except (OSError, DepauditError):
        return False


def judged(trial: Trial, environment: Mapping[str, str], folder: Path) -> Trial:
    """``trial`` with its ``guard`` and ``mend``, once ``program`` has been tried."""
    if trial.program is not None and is_shim(Path(trial.program)):
        why = answers(Path(trial.program), environment)
        if why is None:
            return replace(trial, guard="shim")
        return replace(trial, mend=f"The shim does not work ({why}). Type: depaudit guard install")
    if not is_shim(folder / trial.command):
        return replace(trial, mend="Type: depaudit guard install")
    return replace(trial, mend=f"{trial.program} comes first on PATH. {_first_again(environment, folder)}")


def _first_again(environment: Mapping[str, str], folder: Path) -> str:
    if str(folder) in environment.get("PATH", "").split(os.pathsep):
        return f"Put {folder} before it."
    return "Open a new terminal, or put the shims first in this one (depaudit guard install says how)."
