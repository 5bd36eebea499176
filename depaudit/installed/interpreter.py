"""From an interpreter, a program or an environment's folder to the folders in which its distributions stand.

Environments are read by their layout, without running anything: ``pyvenv.cfg`` marks a virtual environment
(https://docs.python.org/3/library/site.html), ``conda-meta`` a conda one. Only for an interpreter that belongs to
neither is there no way but to ask it; ``site_folders`` then runs it, and it must therefore only ever be given an
interpreter that the operator named, or that the operator's own PATH leads to, never one that a tree brings along.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from depaudit.errors import ParseError
from depaudit.installed.files import read_bytes, read_small

SECONDS = 10.0
"""An interpreter that has not answered by then is given up: pyenv's shims, on a slow disk, need one."""

MAX_LINKS = 40
"""Symbolic links in a row; what Linux allows."""

_PROGRAM_FOLDERS = ("bin", "Scripts")
_LIBRARY = re.compile(r"(?:python|pypy|graalpy)\d{1,2}(?:\.\d{1,3})?t?")
_INTERPRETER = re.compile(r"(?:python|pypy|graalpy)[0-9.]*t?(?:\.exe)?", re.IGNORECASE)
_MAX_CFG_BYTES = 64 * 1024
_MAX_ANSWER = 64 * 1024

# -I keeps the working folder, PYTHON* variables and user's packages out, -S the .pth files of the environment: nothing
# of what is installed runs. ``site`` is only asked for its list; importing it under -S changes nothing.
_QUESTION = (
    "import site, sysconfig\n"
    "found = [sysconfig.get_path('purelib'), sysconfig.get_path('platlib'), *site.getsitepackages()]\n"
    "found.append(site.getusersitepackages())\n"
    "print('\\n'.join(dict.fromkeys(f for f in found if f)))\n"
)


def site_folders(python: Path, environment: Mapping[str, str], *, run: bool = True) -> tuple[Path, ...]:
    """The folders that hold the distributions of ``python``, an interpreter or an environment's folder.

    ``environment`` is the process's own, passed on to an interpreter that has to be asked; with ``run`` false none is.
    Raises ``ParseError`` where there is no such thing, or nothing can be told of it.
    """
    if python.is_dir():
        if not is_environment(python):
            raise ParseError(
                "The folder is no Python environment: it holds neither pyvenv.cfg nor conda-meta.",
                mend="Name the environment's folder or its interpreter, for example .venv.",
                path=str(python),
            )
        return library_folders(python)
    if not python.is_file():
        raise ParseError("There is no such interpreter or environment.", mend="Check the path.", path=str(python))
    home = environment_of(python)
    if home is not None:
        return library_folders(home)
    if not run:
        raise ParseError(
            "The interpreter belongs to no virtual environment, and is not run to ask it where its packages are.",
            mend="Name the environment's folder.",
            path=str(python),
        )
    return _asked(python, environment)


def is_environment(folder: Path) -> bool:
    """Whether ``folder`` is a virtual environment, or a conda one."""
    return (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir()


def environment_of(program: Path) -> Path | None:
    """The environment that ``program`` (``…/venv/bin/pip``, an interpreter, a script of one) belongs to; None for none.

    Links are followed one by one, and the first environment on the way is the one: that of ``venv/bin/python`` is
    ``venv``, although the link leads to the system's interpreter. A script elsewhere belongs to the environment of the
    interpreter that its first line names.
    """
    found = _environment_around(program)
    if found is not None:
        return found
    interpreter = interpreter_of(program)
    return None if interpreter is None or interpreter == program else _environment_around(interpreter)


def interpreter_of(program: Path) -> Path | None:
    """The interpreter that runs ``program``: itself, or what its first line names; None where that cannot be told."""
    if _INTERPRETER.fullmatch(program.name):
        return program
    try:
        data, _ = read_bytes(str(program), 4096)
    except (OSError, ValueError):
        return None
    if not data.startswith(b"#!"):
        return None
    lines = data[2:].decode("utf-8", "replace").split("\n", 2)
    words = lines[0].split()
    if words and words[0] == "/bin/sh" and len(lines) > 1:
        # pip's form for paths that are too long or hold spaces: '''exec' "/a long path/python" "$0" "$@"
        quoted = re.match(r"""'''exec' (?:"([^"]+)"|(\S+)) """, lines[1])
        words = [quoted[1] or quoted[2]] if quoted else []
    if not words or not _INTERPRETER.fullmatch(os.path.basename(words[0])):  # noqa: PTH119  a word, perhaps no path
        return None
    path = Path(words[0])
    return path if path.is_absolute() else None


def library_folders(home: Path) -> tuple[Path, ...]:
    """The ``site-packages`` folders in an environment's folder, those of older interpreters included."""
    found: dict[str, Path] = {}
    candidates = [home / "Lib" / "site-packages"]  # Windows
    for library in ("lib", "lib64"):
        names = [name for name in _names(home / library) if _LIBRARY.fullmatch(name)]
        candidates += [home / library / name / "site-packages" for name in names]
    for candidate in candidates:
        if candidate.is_dir():
            found.setdefault(os.path.realpath(candidate), candidate)  # lib64 is mostly a link to lib
    return tuple(found.values())


def base_of(home: Path) -> Path | None:
    """The folder of the interpreter whose packages a virtual environment also sees; None where it sees its own alone.

    ``include-system-site-packages`` of ``pyvenv.cfg`` says so.
    """
    text = read_small(str(home / "pyvenv.cfg"), _MAX_CFG_BYTES) or ""
    settings: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            settings[key.strip().lower()] = value.strip()
    if settings.get("include-system-site-packages", "").lower() != "true":
        return None
    return Path(settings.get("home") or "?")


def _environment_around(program: Path) -> Path | None:
    path = Path(os.path.abspath(program))  # noqa: PTH100  Path.resolve would follow all links at once
    for _ in range(MAX_LINKS):
        home = path.parent.parent if path.parent.name in _PROGRAM_FOLDERS else path.parent
        if is_environment(home):
            return home
        try:
            target = path.readlink()
        except (OSError, ValueError):  # it is no link
            return None
        path = Path(os.path.normpath(path.parent / target))
    return None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  names alone are wanted
    except OSError:
        return []


def _asked(python: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    kept = {key: value for key, value in environment.items() if not key.upper().startswith("PYTHON")}
    try:
        done = subprocess.run(  # noqa: S603  the operator named it, and no shell is between
            [os.path.abspath(python), "-I", "-S", "-c", _QUESTION],  # noqa: PTH100  a link may be the environment's
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = "it did not answer" if isinstance(error, subprocess.TimeoutExpired) else "it cannot be started"
        raise ParseError(
            f"The interpreter did not say where its packages are: {why}.",
            mend="Name the environment's folder instead.",
            path=str(python),
        ) from error
    answer = done.stdout[:_MAX_ANSWER].decode("utf-8", "replace").splitlines()
    if done.returncode != 0 or not answer:
        raise ParseError(
            f"The interpreter did not say where its packages are: it ended with status {done.returncode}.",
            mend="Name the environment's folder instead; interpreters of before Python 3.4 cannot be asked.",
            path=str(python),
        )
    found: dict[str, Path] = {}
    for line in answer:
        folder = Path(line)
        if folder.is_absolute() and folder.is_dir():
            found.setdefault(os.path.realpath(folder), folder)
    return tuple(found.values())
