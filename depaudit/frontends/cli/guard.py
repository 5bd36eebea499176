"""``depaudit guard``: plain ``pip``, ``npm``, … go through the gate, or do so no more; and whether they do."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.errors import UsageError
from depaudit.frontends.cli.options import add_everywhere
from depaudit.frontends.cli.output import write_out

if TYPE_CHECKING:
    from depaudit.gate.guards.installing import Installed
    from depaudit.gate.guards.places import Machine
    from depaudit.gate.guards.status import Trial

DOCKER = """\
# depaudit stands before every install of this image, and of those built on it
RUN pip install depaudit && depaudit guard install --shims-only --folder /opt/depaudit/shims
ENV PATH=/opt/depaudit/shims:$PATH
"""
_WHERE = {
    "here": "",
    "script": "in a fresh virtual environment, in a script",
    "prompt": "in a fresh virtual environment, at a prompt",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit guard install|status|remove [OPTION…]"
    parser.add_argument(
        "action",
        choices=("install", "status", "remove"),
        metavar="ACTION",
        help="install: plain commands go through the gate; status: whether they do; remove: as it was before",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the shims lie (default: the user's folder for data)"
    )
    parser.add_argument("--shims-only", action="store_true", help="install: leave the shells' start-up files alone")
    parser.add_argument(
        "--github", action="store_true", help="install: for the next steps of a GitHub Actions job ($GITHUB_PATH)"
    )
    parser.add_argument("--docker", action="store_true", help="install: only print what to put into a Dockerfile")
    parser.add_argument("--pip", action="store_true", help="the start-up hook of one environment's pip, and it alone")
    parser.add_argument(
        "--python", type=Path, metavar="PATH", help="with --pip: the environment (default: the first Python on PATH)"
    )
    parser.add_argument("--no-venv", action="store_true", help="status: make no virtual environment to try")
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="status: how to print it (default: table)"
    )
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    if arguments.docker:
        write_out(DOCKER)
        return 0
    if sys.platform == "win32":
        raise UsageError(
            "the guard's shims are scripts for the shells of Linux and macOS; Windows has none that would read them.",
            mend="Type depaudit before the command instead: depaudit run -- pip install NAME",
        )
    from depaudit.gate.guards.places import Machine, checked_folder, shims_folder

    machine = Machine(environment=os.environ, home=Path.home(), platform=sys.platform)
    folder = checked_folder(arguments.folder or shims_folder(machine))
    if arguments.action == "status":
        return _status(arguments, machine, folder)
    if arguments.pip:
        lines = _hook(arguments, machine, folder)
    elif arguments.action == "install":
        lines = _install(arguments, machine, folder)
    else:
        lines = _remove(machine, folder)
    if not arguments.quiet:
        write_out("".join(f"{line}\n" for line in lines))
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Options that say nothing to this action are mistakes, and are not passed over."""
    only = {
        "shims_only": ("install",),
        "github": ("install",),
        "docker": ("install",),
        "no_venv": ("status",),
        "pip": ("install", "remove"),
    }
    for name, actions in only.items():
        if getattr(arguments, name) and arguments.action not in actions:
            raise UsageError(f"--{name.replace('_', '-')} belongs to guard {' and '.join(actions)}.")
    if arguments.python is not None and not arguments.pip:
        raise UsageError("--python says whose pip is meant: it goes with --pip.")
    if arguments.pip and (arguments.shims_only or arguments.github or arguments.docker):
        raise UsageError("--pip is the pip hook alone.", mend="Install the shims by a command of their own.")


def _install(arguments: argparse.Namespace, machine: Machine, folder: Path) -> tuple[str, ...]:
    from depaudit.gate.guards.installing import install
    from depaudit.gate.guards.places import shells_in_use

    github = None
    if arguments.github:
        if not os.environ.get("GITHUB_PATH"):
            raise UsageError("GITHUB_PATH is not set: this is no step of a GitHub Actions job.")
        github = Path(os.environ["GITHUB_PATH"])
    shells = frozenset[str]() if arguments.shims_only or github else shells_in_use(machine)
    done = install(machine, folder=folder, python=Path(sys.executable), shells=shells, github=github)
    return (*_what_was_done(done, shells), *_warning(machine), *_what_is_next(done, machine))


def _what_was_done(done: Installed, shells: frozenset[str]) -> tuple[str, ...]:
    lines = [f"The guard is in place: {done.shims} shims in {done.folder}."]
    lines += [f"{path}: puts them first on PATH." for path in done.changed]
    if shells and not done.changed:
        lines.append("The shells' start-up files put them first on PATH already.")
    return tuple(lines)


def _warning(machine: Machine) -> tuple[str, ...]:
    """Environments of projects are made anew all the time, and then the shims have no depaudit."""
    active = machine.environment.get("VIRTUAL_ENV")
    if not active or Path(active) != Path(sys.prefix):
        return ()
    return (
        f"It uses the depaudit of {active}: while that is gone, installs are refused. 'uv tool' or pipx lasts longer.",
    )


def _what_is_next(done: Installed, machine: Machine) -> tuple[str, ...]:
    import shlex

    if done.github:
        return ("The next steps of this job go through the gate.",)
    if machine.environment.get("PATH", "").split(os.pathsep)[0] == str(done.folder):
        return ("See what passes the gate: depaudit guard status",)
    if Path(machine.environment.get("SHELL", "")).name == "fish":
        quoted = str(done.folder).replace("\\", "\\\\").replace("'", "\\'")
        line = f"set -gx PATH '{quoted}' $PATH"
    else:
        line = f'export PATH={shlex.quote(str(done.folder))}:"$PATH"'
    return (f"For the shell that is running, type: {line}", "Then see what passes the gate: depaudit guard status")


def _remove(machine: Machine, folder: Path) -> tuple[str, ...]:
    from depaudit.gate.guards import pip_hook
    from depaudit.gate.guards.installing import remove
    from depaudit.gate.guards.state import read_state

    lines: list[str] = []
    state = read_state(folder)
    for python in state.hooked if state else ():
        if python.exists():
            lines += pip_hook.remove(python)
    github = os.environ.get("GITHUB_PATH")
    removed = remove(machine, folder=folder, github=Path(github) if github else None)
    if not removed and not lines:
        return (f"There is no guard in {folder}.",)
    lines += [f"{path}: {'as it was before' if path.exists() else 'removed'}." for path in removed]
    return (*lines, "Plain commands do not go through the gate any more.")


def _hook(arguments: argparse.Namespace, machine: Machine, folder: Path) -> tuple[str, ...]:
    from depaudit import __version__
    from depaudit.gate.guards import pip_hook
    from depaudit.gate.guards.fresh_environment import first_python
    from depaudit.gate.guards.installing import remember
    from depaudit.gate.guards.interpreter import program_in
    from depaudit.gate.guards.state import State, read_state
    from depaudit.model.record import replace

    python = arguments.python or first_python(machine.environment)
    if python is None:
        raise UsageError("there is no Python on PATH.", mend="Name one with --python.")
    python = program_in(python)
    state = read_state(folder) or State(depaudit=__version__, python=sys.executable)
    if arguments.action == "install":
        lines = pip_hook.install(python, depaudit=(sys.executable, "-I", "-m", "depaudit"))
        remember(folder, replace(state, hooked=tuple(dict.fromkeys((*state.hooked, python)))))
        return lines
    lines = pip_hook.remove(python)
    if python in state.hooked:
        remember(folder, replace(state, hooked=tuple(path for path in state.hooked if path != python)))
    return lines


def _status(arguments: argparse.Namespace, machine: Machine, folder: Path) -> int:
    from depaudit.errors import DepauditError
    from depaudit.gate.guards.fresh_environment import first_python, try_fresh
    from depaudit.gate.guards.status import try_tools

    trials = try_tools(machine.environment, folder)
    notes: list[str] = []
    python = None if arguments.no_venv else first_python(machine.environment)
    if python is not None:
        if sys.stderr.isatty() and not (arguments.quiet or arguments.no_progress):
            print("making a virtual environment to try it …", file=sys.stderr)
        try:
            trials += try_fresh(python, machine.environment, folder)
        except DepauditError as error:
            notes.append(str(error))
    whole = not notes and all(trial.guard for trial in trials)
    if arguments.format == "json":
        write_out(_as_json(trials, notes, folder, whole=whole))
    elif not (arguments.quiet and whole):
        write_out(_as_table(trials, notes, folder))
    return 0 if whole else 1


def _as_json(trials: tuple[Trial, ...], notes: list[str], folder: Path, *, whole: bool) -> str:
    import json

    rows = [
        {
            "command": trial.command,
            "where": trial.where,
            "program": trial.program,
            "real": trial.real,
            "guard": trial.guard,
            "mend": trial.mend,
        }
        for trial in trials
    ]
    document = {"schema_version": 1, "folder": str(folder), "guarded": whole, "commands": rows, "notes": notes}
    return json.dumps(document, indent=2) + "\n"


def _as_table(trials: tuple[Trial, ...], notes: list[str], folder: Path) -> str:
    from depaudit.report.terminal import safe

    lines = [f"shims: {folder}", ""]
    width = max((len(trial.command) for trial in trials), default=0)
    for trial in trials:
        word = f"passes the gate ({trial.guard})" if trial.guard else "does NOT pass the gate"
        where = f", {_WHERE[trial.where]}" if _WHERE[trial.where] else ""
        lines.append(f"  {trial.command:{width}}  {word}{where}")
        if not trial.guard:
            lines.append(f"  {'':{width}}  started: {trial.program or 'nothing'}. {trial.mend}")
    if not trials:
        lines.append("  none of the tools that depaudit knows is installed")
    lines += ["", *notes] if notes else []
    return "".join(f"{safe(line)}\n" for line in lines)
