"""``python -m benchmarks.pip_hook``: what the start-up hook costs programs that are not an installing pip.

Two environments of one interpreter, one with the hook; each round runs a command in the one and in the other, the
order changing, and the table shows the median of the differences. The goal is for programs that are not pip; a
pip that installs nothing is there to compare. Exit status 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import run
from depaudit.gate.guards import pip_hook

GOAL = 0.0015  # seconds
_COMMANDS = (
    ("`python -c pass`", ("-c", "pass"), GOAL),
    ("`python -I -c pass`", ("-I", "-c", "pass"), GOAL),
    ("`python -c pass pip`: the module is loaded", ("-c", "pass", "pip"), GOAL),
    ("`python -m pip --version`", ("-m", "pip", "--version"), None),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pip_hook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="pairs of each command (default 60)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to make the environments with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        plain, hooked = _environment(folder / "plain", options.python), _environment(folder / "hooked", options.python)
        pip_hook.install(hooked, depaudit=(sys.executable, "-I", "-m", "depaudit"))
        print(f"{options.rounds} pairs\n\n| what | without | with | difference | goal | |")
        print("| --- | ---: | ---: | ---: | ---: | --- |")
        missed = False
        for what, words, goal in _COMMANDS:
            without, extra = _pairs(plain, hooked, words, options.rounds, folder)
            late = goal is not None and extra > goal
            missed = missed or late
            times = f"{without * 1000:.2f} ms | {(without + extra) * 1000:.2f} ms | {extra * 1000:+.2f} ms"
            aim = "| |" if goal is None else f"| {goal * 1000:.1f} ms | {'**missed**' if late else 'met'} |"
            print(f"| {what} | {times} {aim}")
    return 1 if missed else 0


def _environment(folder: Path, python: str) -> Path:
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pairs(plain: Path, hooked: Path, words: tuple[str, ...], rounds: int, folder: Path) -> tuple[float, float]:
    """The median time without the hook, and the median of what it adds, in seconds."""
    environment = {"HOME": str(folder), "PIP_CONFIG_FILE": os.devnull}
    times: dict[Path, list[float]] = {plain: [], hooked: []}
    for number in range(rounds + 1):
        for python in (plain, hooked) if number % 2 else (hooked, plain):
            sample = run((str(python), *words), environment=environment, folder=folder)
            if sample.status:
                raise SystemExit(f"{python} {words}: status {sample.status}: {sample.tail}")
            if number:  # the first round only fills the system's file cache
                times[python].append(sample.seconds)
    differences = [there - here for here, there in zip(times[plain], times[hooked], strict=True)]
    return statistics.median(times[plain]), statistics.median(differences)


if __name__ == "__main__":
    sys.exit(main())
