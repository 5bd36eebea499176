"""Where an interpreter keeps what is installed into it: asked of the interpreter itself."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from depaudit.errors import DepauditError
from depaudit.model.record import record

_SECONDS = 30.0
_ANSWER_LIMIT = 64 * 1024
_QUESTION = """\
import json, os, site, sys, sysconfig
stdlib = sysconfig.get_path("stdlib") or ""
print(json.dumps({
    "version": list(sys.version_info[:2]),
    "environment": sys.prefix != sys.base_prefix,
    "prefix": sys.prefix,
    "purelib": sysconfig.get_path("purelib"),
    "sites": getattr(site, "getsitepackages", list)(),
    "managed": os.path.isfile(os.path.join(stdlib, "EXTERNALLY-MANAGED")),
    "knows_argv": hasattr(sys, "orig_argv") or os.path.exists("/proc/self/cmdline"),
}))
"""


@record
class Interpreter:
    """One Python.

    ``program``        as it was named, absolute, symbolic links kept: an environment's ``python`` is one
    ``version``        major and minor
    ``environment``    it is a virtual environment's
    ``prefix``         the folder of the environment or installation
    ``site_packages``  the folder that modules are installed into and that start-up files are read from; None when
                       there is none
    ``managed``        its modules belong to the operating system's package manager (PEP 668)
    ``knows_argv``     it can tell its own command line when it starts
    """

    program: Path
    version: tuple[int, int]
    environment: bool
    prefix: Path
    site_packages: Path | None
    managed: bool
    knows_argv: bool


def program_in(place: Path) -> Path:
    """The interpreter that a person means by ``place``: a program, or the folder of an environment."""
    place = Path(os.path.abspath(place))  # noqa: PTH100  Path.resolve would follow the link out of the environment
    if place.is_dir():
        for part in ("bin/python", "Scripts/python.exe", "python.exe", "bin/python3"):
            if (place / part).is_file():
                return place / part
    return place


def ask(python: Path) -> Interpreter:
    """Ask ``python`` (a program, or an environment's folder) about itself.

    Raises ``DepauditError`` when it cannot be started or does not answer as a Python from 3.8 on does.
    """
    program = program_in(python)
    text = run(program, "-I", "-c", _QUESTION)
    try:
        answer = json.loads(text)
        sites = [str(site) for site in answer["sites"]]
        purelib = str(answer["purelib"])
        known = {os.path.realpath(site) for site in sites}
        chosen = purelib if os.path.realpath(purelib) in known else next(filter(os.path.isdir, sites), None)
        return Interpreter(
            program=program,
            version=(int(answer["version"][0]), int(answer["version"][1])),
            environment=bool(answer["environment"]),
            prefix=Path(answer["prefix"]),
            site_packages=Path(chosen) if chosen else None,
            managed=bool(answer["managed"]) and not answer["environment"],
            knows_argv=bool(answer["knows_argv"]),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DepauditError(
            f"{program} does not answer as a Python does.", mend="Name a Python interpreter, 3.8 or newer."
        ) from error


def run(program: Path, *words: str) -> str:
    """What ``program`` prints, at most 64 KiB; ``DepauditError`` when it cannot be started or fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment.pop("__PYVENV_LAUNCHER__", None)
    mend = "Name a Python interpreter, 3.8 or newer, with --python."
    try:
        done = subprocess.run(  # noqa: S603  the operator names the interpreter
            [str(program), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DepauditError(f"{program} gave no answer within {_SECONDS:.0f} seconds.", mend=mend) from error
    except OSError as error:
        raise DepauditError(f"{program} cannot be started: {error.strerror or error}.", mend=mend) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        last = f": {said[-1][:200]}" if said else ""
        raise DepauditError(f"{program} failed with status {done.returncode}{last}.", mend=mend)
    return done.stdout[:_ANSWER_LIMIT].decode("utf-8", "surrogateescape")
