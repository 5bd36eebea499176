"""``python -m benchmarks.shims``: what a shim costs a command that installs nothing.

Each round runs a command with the shims first on PATH and without them, the order changing, and the table shows the
median of the differences. The real ``npm`` is measured where it is installed; the stub shows the shim alone, under each
shell that could be ``/bin/sh``. Exit status 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import run
from depaudit.gate.guards.installing import install
from depaudit.gate.guards.places import Machine
from depaudit.gate.guards.shims import find_real

GOAL = 0.010  # seconds
_SHELLS = {"dash": (), "bash": ("--posix",), "busybox": ("sh",), "zsh": ("--emulate", "sh")}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shims", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="pairs of each command (default 40)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        machine = Machine(environment={}, home=folder, platform=sys.platform)
        shims = install(machine, folder=folder / "shims", python=Path(sys.executable), shells=frozenset()).folder
        print(f"{options.rounds} pairs\n\n| what | without | with | difference | goal | |")
        print("| --- | ---: | ---: | ---: | ---: | --- |")
        missed = False
        for what, without, through, path in _commands(folder, shims):
            before, extra = _pairs(without, through, path, options.rounds, folder)
            missed = missed or extra > GOAL
            times = f"{before * 1000:.2f} ms | {(before + extra) * 1000:.2f} ms | {extra * 1000:+.2f} ms"
            print(f"| {what} | {times} | {GOAL * 1000:.0f} ms | {'**missed**' if extra > GOAL else 'met'} |")
    return 1 if missed else 0


def _commands(folder: Path, shims: Path) -> list[tuple[str, list[str], list[str], str]]:
    """What is measured, its command without the shim and through it, and the PATH of both."""
    stub = folder / "stub" / "npm"
    stub.parent.mkdir()
    stub.write_text("#!/bin/sh\nexit 0\n")
    stub.chmod(0o755)
    usual = os.environ.get("PATH", os.defpath)
    path = os.pathsep.join((str(shims), str(stub.parent), usual))
    found = [("a stub, by `/bin/sh`", [str(stub), "ls"], [str(shims / "npm"), "ls"], path)]
    for shell, options in _SHELLS.items():
        program = shutil.which(shell)
        if program is not None:
            through = [program, *options, str(shims / "npm"), "ls"]
            found.append((f"a stub, by {shell}", [str(stub), "ls"], through, path))
    real = find_real("npm", usual, shims)
    if real is not None:
        whole = os.pathsep.join((str(shims), usual))
        found.append(("`npm --version`", [real, "--version"], [str(shims / "npm"), "--version"], whole))
    return found


def _pairs(without: list[str], through: list[str], path: str, rounds: int, folder: Path) -> tuple[float, float]:
    """The median time without the shim, and the median of what it adds, in seconds."""
    environment = {"HOME": str(folder), "PATH": path, "PIP_CONFIG_FILE": os.devnull}
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for which in (0, 1) if number % 2 else (1, 0):
            command = (without, through)[which]
            sample = run(command, environment=environment, folder=folder)
            if sample.status:
                raise SystemExit(f"{command}: status {sample.status}: {sample.tail}")
            if number:  # the first round only fills the system's file cache
                times[which].append(sample.seconds)
    differences = [there - here for here, there in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(differences)


if __name__ == "__main__":
    sys.exit(main())
