"""What happens in a new virtual environment: one is made, activated as people and scripts do, and tried."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

from depaudit.errors import DepauditError
from depaudit.gate.guards import pip_hook
from depaudit.gate.guards.hook_source import MODULE
from depaudit.gate.guards.shims import find_real
from depaudit.gate.guards.status import Trial, judged
from depaudit.model.record import replace

_MAKING = 180.0
_TRYING = 30.0
_SAYS = "depaudit-guard-says:"
_ACTIVATE = (
    "pip install x needs the pip hook in a script that activates an environment. Type: depaudit guard install --pip"
)
_HOOK = "Only the pip hook sees this. Type: depaudit guard install --pip"


def first_python(environment: Mapping[str, str]) -> Path | None:
    """The Python that a person would make an environment with: the first on PATH."""
    path = environment.get("PATH", os.defpath)
    found = which("python3", path=path) or which("python", path=path)
    return None if found is None else Path(os.path.abspath(found))  # noqa: PTH100  links are kept: pyenv's is one


def try_fresh(python: Path, environment: Mapping[str, str], folder: Path) -> tuple[Trial, ...]:
    """Make an environment with ``python``, without network, and try pip in it, in all three ways of starting it.

    Raises ``DepauditError`` when there can be none.
    """
    with tempfile.TemporaryDirectory(prefix="depaudit-guard-") as name:
        place = Path(name) / "fresh"
        _make(python, place, environment)
        own = place / "bin" / "python"
        hooked = _hooked(own, environment)
        shell = _shell(environment)
        tried = [
            _pip(_in_script(place, environment), "script", _ACTIVATE, environment, folder),
            _pip(_at_prompt(shell, place, environment), "prompt", "", environment, folder),
            Trial(command="python -m pip", where="script", program=str(own), real=str(own), guard=None, mend=_HOOK),
        ]
        return tuple(_or_hook(trial, place, hooked=hooked) for trial in tried)


def _pip(program: str | None, where: str, mend: str, environment: Mapping[str, str], folder: Path) -> Trial:
    real = find_real("pip", environment.get("PATH", os.defpath), folder)
    trial = Trial(command="pip", where=where, program=program, real=real or program, guard=None)
    trial = judged(trial, environment, folder)
    return replace(trial, mend=mend) if trial.guard is None and mend else trial


def _or_hook(trial: Trial, place: Path, *, hooked: bool) -> Trial:
    """A pip of the environment itself passes the gate when the environment is hooked."""
    if trial.guard is None and hooked and trial.program is not None and Path(trial.program).is_relative_to(place):
        return replace(trial, guard="pip hook", mend="")
    return trial


def _make(python: Path, place: Path, environment: Mapping[str, str]) -> None:
    said = ""
    for options in ((), ("--without-pip", "--clear")):  # Debian's Python may lack what brings pip along
        done = _run([str(python), "-m", "venv", *options, str(place)], environment, _MAKING)
        if done.returncode == 0:
            return
        said = (done.stderr or done.stdout).strip()[-200:]
    raise DepauditError(f"no virtual environment could be made with {python}: {said}", mend="Try with --no-venv.")


def _hooked(python: Path, environment: Mapping[str, str]) -> bool:
    """Whether the hook is there and Python reads it when pip is started."""
    try:
        there = pip_hook.is_installed(python)
    except DepauditError:
        return False
    done = _run([str(python), "-c", f"import sys; print({MODULE!r} in sys.modules)", "pip"], environment, _TRYING)
    return there and done.stdout.strip() == "True"


def _shell(environment: Mapping[str, str]) -> str:
    """The person's own shell where it is one that we know, else bash."""
    own = environment.get("SHELL", "")
    if Path(own).name in ("bash", "zsh", "fish") and os.access(own, os.X_OK):
        return own
    return which("bash", path=environment.get("PATH", os.defpath)) or "/bin/sh"


def _in_script(place: Path, environment: Mapping[str, str]) -> str | None:
    script = f'. "$1/bin/activate"; printf "{_SAYS}%s\\n" "$(command -v pip)"'
    shell = which("bash", path=environment.get("PATH", os.defpath)) or "/bin/sh"
    return _said(_run([shell, "-c", script, shell, str(place)], environment, _TRYING).stdout)


def _at_prompt(shell: str, place: Path, environment: Mapping[str, str]) -> str | None:
    """What ``pip`` is after activating at a prompt of ``shell``, which reads its start-up files as in a terminal.

    It has no terminal, and none of ours: start-up files that ask something get no answer.
    """
    if Path(shell).name == "fish":
        # fish shows its prompt on a terminal alone; the event is what its start-up files wait for
        script = f'source $argv[1]/bin/activate.fish; emit fish_prompt; printf "{_SAYS}%s\\n" (command -v pip)'
        return _said(_run([shell, "--private", "-i", "-c", script, str(place)], environment, _TRYING).stdout)
    typed = f'unset HISTFILE\n. "{place}/bin/activate"\nprintf "{_SAYS}%s\\n" "$(command -v pip)"\nexit\n'
    return _said(_run([shell, "-i"], environment, _TRYING, typed).stdout)


def _said(output: str) -> str | None:
    lines = [line.partition(_SAYS)[2] for line in output.splitlines() if _SAYS in line]
    return lines[-1].strip() or None if lines else None


def _run(
    words: Sequence[str], environment: Mapping[str, str], seconds: float, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  the person's own shell and Python
            list(words),
            input=typed,
            capture_output=True,
            env={**environment, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            timeout=seconds,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # an interactive shell would fight for our terminal
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(list(words), 1, "", str(error))
