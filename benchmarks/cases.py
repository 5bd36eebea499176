"""What is measured, against which goal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks import lockfiles
from benchmarks.internet import Internet
from benchmarks.names import names

Measure = Literal["ratio", "extra seconds", "memory"]
MEGABYTE = 1024 * 1024

PYTHON = (sys.executable,)
MODULE = (sys.executable, "-m", "depaudit")
SCRIPT = (str(Path(sys.executable).with_name("depaudit")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One command and what is expected of it.

    ``against``  the case that it is compared with: the ratio of their times, or the seconds over it
    ``goal``     the most that is right: a ratio, seconds, or None
    ``online``   it talks to the made-up internet, with an empty cache each time
    ``warm``     (ecosystem, names) that the made-up internet prepares first
    ``status``   the exit status that shows that the work was done
    ``folder``   relative to the run's own folder; there the command is started
    ``home``     the name of a home that lasts from round to round (the first one fills its caches); "": an empty one
    ``variables``  further environment
    ``reset``    puts the folder back into the state before the run
    """

    id: str
    what: str
    command: tuple[str, ...]
    against: str = ""
    measure: Measure = "extra seconds"
    goal: float | None = None
    memory_goal: int | None = None
    online: bool = False
    warm: tuple[tuple[str, tuple[str, ...]], ...] = ()
    status: int = 0
    folder: str = "."
    home: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    reset: Callable[[], None] | None = None


def prepare(folder: Path, internet: Internet) -> tuple[Case, ...]:
    """Write the projects to measure with into ``folder``; give the cases in the order of the table.

    Names are locked at versions that the made-up internet has.
    """
    return (*_start(), *_offline(folder, internet), *_online(folder, internet))


def _start() -> tuple[Case, ...]:
    return (
        Case(id="python", what="`python -c pass`", command=(*PYTHON, "-c", "pass")),
        Case(
            id="version",
            what="`depaudit --version`",
            command=(*SCRIPT, "--version"),
            against="python",
            measure="ratio",
            goal=3,
        ),
        Case(
            id="version-module",
            what="`python -m depaudit --version`",
            command=(*MODULE, "--version"),
            against="python",
            measure="ratio",
            goal=3,
        ),
        Case(
            id="check-offline",
            what="`depaudit check --offline requests`, piped",
            command=(*SCRIPT, "check", "--offline", "requests"),
            against="python",
            measure="ratio",
            goal=6,
        ),
    )


def _offline(folder: Path, internet: Internet) -> tuple[Case, ...]:
    cases = []
    for count, goal in ((1_000, 0.3), (10_000, 1.0)):
        of_pypi, of_npm = names("pypi").top[:count], names("npm").top[:count]
        files: tuple[tuple[str, str], ...] = (
            ("requirements.txt", lockfiles.requirements(of_pypi, internet.newest("pypi", of_pypi))),
            ("uv.lock", lockfiles.uv_lock(of_pypi, internet.newest("pypi", of_pypi))),
            ("package-lock.json", lockfiles.package_lock(of_npm, internet.newest("npm", of_npm))),
        )
        for filename, text in files:
            place = f"{count}-{filename.partition('.')[0]}"
            (folder / place).mkdir()
            (folder / place / filename).write_text(text, "utf-8")
            cases.append(
                Case(
                    id=f"offline-{place}",
                    what=f"offline scan, {filename}, {count:,} locked ({len(text) / 1e6:.1f} MB)",
                    command=(*SCRIPT, "scan", "--offline", filename),
                    against="version",
                    goal=goal,
                    memory_goal=120 * MEGABYTE,
                    folder=place,
                )
            )
    return tuple(cases)


def _online(folder: Path, internet: Internet) -> tuple[Case, ...]:
    cases = []
    for ecosystem in ("pypi", "npm"):
        rest = names(ecosystem).rest[:200]
        (folder / f"rest-{ecosystem}").mkdir()
        cases.append(
            Case(
                id=f"check-200-{ecosystem}",
                what=f"`check` of 200 uncached {ecosystem} names, 50 ms away",
                command=(*SCRIPT, "check", "--no-cache", *(f"{ecosystem}:{name}" for name in rest)),
                against="version",
                goal=1.0,
                memory_goal=120 * MEGABYTE,
                online=True,
                warm=((ecosystem, rest),),
                folder=f"rest-{ecosystem}",
            )
        )
    for ecosystem, filename, write in (
        ("pypi", "requirements.txt", lockfiles.requirements),
        ("npm", "package-lock.json", lockfiles.package_lock),
    ):
        pinned = _mixed(ecosystem, 1_000)
        place = f"pinned-{ecosystem}"
        (folder / place).mkdir()
        (folder / place / filename).write_text(write(pinned, internet.newest(ecosystem, pinned)), "utf-8")
        cases.append(
            Case(
                id=place,
                what=f"online scan, {filename}, 1,000 pinned, cold, 50 ms away",
                command=(*SCRIPT, "scan", filename),
                against="version",
                goal=2.5,
                memory_goal=120 * MEGABYTE,
                online=True,
                warm=((ecosystem, pinned),),
                folder=place,
            )
        )
    return tuple(cases)


def _mixed(ecosystem: str, count: int) -> tuple[str, ...]:
    """As lockfiles are: four of five names among the most used, the rest from the long tail."""
    known = names(ecosystem)
    popular = count * 8 // 10
    return (*known.top[:popular], *known.rest[: count - popular])
