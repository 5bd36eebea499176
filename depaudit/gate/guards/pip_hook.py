"""Put pip's start-up hook into an environment, and take it out: two files in its site-packages.

They belong to no distribution's RECORD, so that removing depaudit does not open the gate unseen: pip then refuses and
says what to do. Take the hook out first.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from depaudit.errors import DepauditError
from depaudit.gate.guards.hook_source import LINE_FILE, MARK, MODULE, MODULE_FILE, line_source, module_source
from depaudit.gate.guards.interpreter import Interpreter, ask, run

_READ_LIMIT = 64 * 1024


def install(python: Path, *, depaudit: tuple[str, ...]) -> tuple[str, ...]:
    """Make the pip of ``python`` (an interpreter, or an environment's folder) go through ``depaudit``.

    ``depaudit`` is the command that runs depaudit, its program as an absolute path; to be safe from variables that lead
    Python astray it should be ``("/abs/python", "-I", "-m", "depaudit")``. Gives sentences for people. An older hook is
    replaced. Raises ``DepauditError`` with the reason where there can be none, and then leaves everything as it was.
    """
    _check_command(depaudit)
    interpreter = ask(python)
    folder = _suitable(interpreter)
    before = _ours(folder)
    _write(folder / MODULE_FILE, module_source(depaudit))
    try:
        _write(folder / LINE_FILE, line_source())
        loaded = run(interpreter.program, "-I", "-c", f"import sys; print({MODULE!r} in sys.modules)", "pip").strip()
    except DepauditError:
        _take_out(folder)
        raise
    if loaded != "True":
        _take_out(folder)
        raise DepauditError(
            f"{interpreter.program} does not read start-up files from {folder}.",
            mend="Use the shims instead: depaudit guard install.",
        )
    verb = "was renewed" if len(before) == 2 else "is in place"
    return (
        f"The pip hook {verb} in {folder}: every pip of {interpreter.program} now goes through depaudit.",
        "Environments that it makes with venv or virtualenv get the hook too; those that it made before do not.",
        f"Before removing depaudit, take it out: depaudit guard remove --pip --python {interpreter.program}",
    )


def remove(python: Path) -> tuple[str, ...]:
    """Take the hook out of ``python``'s environment; everything else stays as it is. Gives sentences for people.

    Raises ``DepauditError`` when the interpreter does not answer or a file of ours cannot be deleted.
    """
    interpreter = ask(python)
    folder = interpreter.site_packages
    if folder is None or not _ours(folder):
        return (f"There is no pip hook in the environment of {interpreter.program}.",)
    try:
        _take_out(folder)
    except OSError as error:
        raise DepauditError(
            f"The pip hook in {folder} cannot be deleted: {error.strerror or error}.",
            mend=f"Delete {LINE_FILE} and {MODULE_FILE} there as the user that owns them.",
        ) from error
    return (f"The pip hook was taken out of {folder}: plain pip of {interpreter.program} is not gated any more.",)


def is_installed(python: Path) -> bool:
    """Whether both files of the hook, and they are ours, lie where ``python`` reads them."""
    folder = ask(python).site_packages
    return folder is not None and len(_ours(folder)) == 2


def propagate(environment: Path) -> bool:
    """Hook a new environment like the interpreter that it was made from, without starting either.

    For environments that uv or Poetry made: ``pyvenv.cfg`` says whose Python it is. Gives whether ``environment`` is
    hooked now; False when its base is not. Raises ``DepauditError`` when the files cannot be written.
    """
    settings = _pyvenv(environment)
    home = settings.get("home")
    version = ".".join((settings.get("version_info") or settings.get("version") or "").split(".")[:2])
    if home is None or not version:
        return False
    target = _first_folder(environment, version)
    if target is None:
        return False
    base = _first_folder(
        Path(home).parent if Path(home).name in ("bin", "Scripts") else Path(home), version, hooked=True
    )
    if base is not None:
        for name in (MODULE_FILE, LINE_FILE):  # the line last: it needs the module
            _write(target / name, (base / name).read_text("utf-8"))
    return len(_ours(target)) == 2


def _check_command(depaudit: tuple[str, ...]) -> None:
    program = depaudit[0] if depaudit else ""
    if not Path(program).is_absolute() or not os.access(program, os.X_OK):
        raise DepauditError(
            f"The hook needs depaudit by its absolute path, and {program or 'nothing'!r} is no program.",
            mend="Run depaudit from the environment where it is to stay, and try again.",
        )


def _suitable(interpreter: Interpreter) -> Path:
    """The folder for the hook, or why there is none."""
    shims = "Use a virtual environment, or the shims: depaudit guard install."
    version = ".".join(map(str, interpreter.version))
    if interpreter.version < (3, 8):
        raise DepauditError(
            f"The pip hook needs Python 3.8 or newer, and {interpreter.program} is {version}.", mend=shims
        )
    if not interpreter.knows_argv:
        raise DepauditError(
            f"Python {version} cannot tell its own command line on this system, so that pip would not be noticed.",
            mend="Use Python 3.10 or newer, or the shims: depaudit guard install.",
        )
    if interpreter.managed:
        raise DepauditError(
            f"{interpreter.program} belongs to the operating system, which alone may change its packages (PEP 668).",
            mend=shims,
        )
    folder = interpreter.site_packages
    if folder is None:
        raise DepauditError(f"{interpreter.program} has no folder for packages.", mend=shims)
    for name in (MODULE_FILE, LINE_FILE):
        if (folder / name).exists() and folder / name not in _ours(folder):
            raise DepauditError(
                f"{folder / name} is there already, and it is not ours.", mend="Look at it, and delete it."
            )
    if not os.access(folder, os.W_OK):
        raise DepauditError(f"{folder} cannot be written.", mend=f"Do this as its owner. {shims}")
    return folder


def _ours(folder: Path) -> tuple[Path, ...]:
    """Those of the hook's two files in ``folder`` that we wrote."""
    found = []
    for name, begins, holds in ((MODULE_FILE, MARK, ""), (LINE_FILE, "import sys;", MODULE)):
        try:
            with (folder / name).open(encoding="utf-8") as file:
                text = file.read(_READ_LIMIT)
        except (OSError, UnicodeDecodeError):
            continue
        if text.startswith(begins) and holds in text:
            found.append(folder / name)
    return tuple(found)


def _write(place: Path, text: str) -> None:
    """Write whole or not at all, readable by all who may use the interpreter."""
    try:
        handle, fresh = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(place)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DepauditError(
            f"{place} cannot be written: {error.strerror or error}.", mend="Do this as the owner of that folder."
        ) from error


def _take_out(folder: Path) -> None:
    """Delete what is ours: the line first, for without it the module is asleep."""
    ours = _ours(folder)
    for name in (LINE_FILE, MODULE_FILE):
        if folder / name in ours:
            (folder / name).unlink()
    compiled = folder / "__pycache__"
    for place in compiled.glob(f"{MODULE}.*.pyc"):
        place.unlink()
    if compiled.is_dir() and not any(compiled.iterdir()):
        compiled.rmdir()


def _pyvenv(environment: Path) -> dict[str, str]:
    """The settings of ``pyvenv.cfg``, keys in lower case; empty where it is none."""
    try:
        with (environment / "pyvenv.cfg").open(encoding="utf-8") as file:
            lines = file.read(_READ_LIMIT).splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _first_folder(prefix: Path, version: str, *, hooked: bool = False) -> Path | None:
    """The site-packages of the Python under ``prefix``; with ``hooked`` only one that holds the hook."""
    names = (f"lib/python{version}", f"lib/python{version}t", f"lib/pypy{version}", "Lib", "lib/python3")
    for name in names:
        for kind in ("site-packages", "dist-packages"):
            folder = prefix / name / kind
            if folder.is_dir() and (not hooked or len(_ours(folder)) == 2):
                return folder
    return None
