"""Putting the guard in place, and taking it away: the shims, the shells' start-up files, ``$GITHUB_PATH``."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import depaudit
from depaudit.errors import DepauditError, UsageError
from depaudit.gate.guards.edits import Edit, apply, read_file, remove_folders
from depaudit.gate.guards.places import Machine, StartUp, start_up_files
from depaudit.gate.guards.shells import SCRIPT, fish_script, posix_script, with_block, without_block
from depaudit.gate.guards.shims import STATE_FILE, is_shim, shims, start_code
from depaudit.gate.guards.state import State, read_state, write_state
from depaudit.model.record import record, replace

ALL_SHELLS = frozenset(("bash", "zsh", "fish"))
_FISH_MARK = fish_script(Path("/")).partition("\n")[0].encode()
_SECONDS = 60.0


@record
class Installed:
    """What an installation did. ``changed``: start-up files that were written, in order; ``shims``: how many there
    are; ``github``: the folder was given to the next steps of the job."""

    folder: Path
    shims: int
    changed: tuple[Path, ...]
    github: bool = False


def install(
    machine: Machine, *, folder: Path, python: Path, shells: frozenset[str], github: Path | None = None
) -> Installed:
    """Write the shims into ``folder``, and put it first on PATH for ``shells`` and, by the file ``github``, for the
    next steps of a GitHub Actions job. Doing it again renews what is there.

    Raises ``UsageError`` with nothing changed where a file cannot be written, or ``folder`` holds something else, and
    ``DepauditError`` when ``python`` cannot start depaudit, or is not there to stay.
    """
    _check(folder)
    _check_stays(python)
    package_folder = _package_folder(python)
    before = read_state(folder)
    starts = start_up_files(machine, shells)
    edits = [
        *(_written(path, text, mode=0o755) for path, text in shims(folder, python, package_folder)),
        _written(folder / SCRIPT, posix_script(folder)),
    ]
    outside = [_started(start, folder) for start in starts]
    if github is not None:
        outside.append(_listed(github, folder))
    state = State(
        depaudit=depaudit.__version__,
        python=str(python),
        files=tuple(dict.fromkeys((*(before.files if before else ()), *(start.path for start in starts)))),
        hooked=before.hooked if before else (),
        folders=before.folders if before else (),
    )
    made = apply([*edits, _written(folder / STATE_FILE, write_state(state)), *outside])
    if made:
        remember(folder, replace(state, folders=tuple(dict.fromkeys((*state.folders, *made)))))
    return Installed(
        folder=folder,
        shims=sum(edit.mode == 0o755 for edit in edits),
        changed=tuple(edit.path for edit in outside if edit.after != edit.before and edit.path != github),
        github=github is not None,
    )


def remove(machine: Machine, *, folder: Path, github: Path | None = None) -> tuple[Path, ...]:
    """Take the guard away: every start-up file is then as it was. Gives the files that were changed or deleted, the
    folder of shims last; nothing where there was no guard.

    Raises ``UsageError`` with nothing changed where a file cannot be written.
    """
    state = read_state(folder)
    usual = start_up_files(machine, ALL_SHELLS)
    known = state.files if state else ()
    usual += tuple(
        StartUp(path=path, whole=path.suffix == ".fish")
        for path in known
        if path not in {start.path for start in usual}
    )
    outside = [edit for start in usual if (edit := _ended(start)) is not None]
    if github is not None and (edit := _unlisted(github, folder)) is not None:
        outside.append(edit)
    ours = [path for path in _entries(folder) if _is_ours(path)]
    apply([*outside, *(Edit(path=path, before=read_file(path), after=None) for path in ours)])
    remove_folders((*(state.folders if state else ()), folder))
    return (*(edit.path for edit in outside), *((folder,) if ours else ()))


def remember(folder: Path, state: State) -> None:
    """Write the state beside the shims. Raises ``UsageError``."""
    made = apply([_written(folder / STATE_FILE, write_state(state))])
    if made:
        again = replace(state, folders=tuple(dict.fromkeys((*state.folders, *made))))
        apply([_written(folder / STATE_FILE, write_state(again))])


def _check(folder: Path) -> None:
    """Whoever can write to the folder decides what ``pip`` is; and what is not ours there would be hidden by it."""
    if not folder.exists():
        return
    state = folder.stat()
    if not stat.S_ISDIR(state.st_mode):
        raise UsageError(f"{folder} is no folder.", mend="Choose another with --folder.")
    if state.st_uid not in (os.getuid(), 0) or state.st_mode & 0o022:
        raise UsageError(
            f"others than you may write to {folder}: they could put anything before your tools.",
            mend="Make it yours alone (chmod go-w), or choose another with --folder.",
        )
    foreign = [path.name for path in _entries(folder) if not _is_ours(path)]
    if foreign:
        raise UsageError(
            f"{folder} holds {foreign[0]}, which is not the guard's.", mend="Choose an empty folder with --folder."
        )


def _check_stays(python: Path) -> None:
    """``uvx depaudit`` and ``pipx run depaudit`` run from a cache that is cleaned now and then."""
    caches = {("uv", "archive-v0"), ("uv", "environments-v2"), ("pipx", ".cache"), (".cache", "pipx")}
    if caches & set(pairwise(python.parts)):
        raise DepauditError(
            f"{python} is of a cache that will be cleaned: the guard would then refuse everything.",
            mend="Install depaudit for good (uv tool install depaudit, or pipx install depaudit), and run that one.",
        )


def _entries(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    leftover = path.name.startswith(".") and ".depaudit-" in path.name  # of a write that was cut off
    return path.name in (SCRIPT, STATE_FILE) or leftover or is_shim(path)


def _package_folder(python: Path) -> Path | None:
    """None when ``python`` finds depaudit by itself though isolated; else the folder that it must be told of."""
    here = Path(depaudit.__file__).resolve().parent.parent
    said = ""
    for folder in (None, here):
        words = [str(python), "-I", "-c", start_code(folder), "--version"]
        try:
            done = subprocess.run(  # noqa: S603  our own interpreter
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
            continue
        if done.returncode == 0 and done.stdout.startswith(b"depaudit "):
            return folder
        said = done.stderr.decode("utf-8", "replace").strip()[-200:]
    raise DepauditError(
        f"{python} cannot start depaudit, so that a guard would refuse everything ({said}).",
        mend="Install depaudit with pipx or 'uv tool install', and run it from there.",
    )


def _written(path: Path, text: str, mode: int = 0o644) -> Edit:
    before = read_file(path)
    off = before is not None and stat.S_IMODE(path.stat().st_mode) != mode
    return Edit(path=path, before=before, after=text.encode("utf-8", "surrogateescape"), mode=mode, chmod=off)


def _started(start: StartUp, folder: Path) -> Edit:
    before = read_file(start.path)
    if not start.whole:
        return Edit(path=start.path, before=before, after=with_block(before, folder, str(start.path)))
    if before is not None and not before.startswith(_FISH_MARK):
        raise UsageError("is there already, and it is not the guard's.", path=str(start.path), mend="Rename it.")
    return Edit(path=start.path, before=before, after=fish_script(folder).encode("utf-8", "surrogateescape"))


def _ended(start: StartUp) -> Edit | None:
    before = read_file(start.path)
    if before is None:
        return None
    if start.whole:
        after = None if before.startswith(_FISH_MARK) else before
    else:
        after = without_block(before, str(start.path))
    return None if after == before else Edit(path=start.path, before=before, after=after)


def _listed(path: Path, folder: Path) -> Edit:
    before = read_file(path)
    text = before or b""
    line = os.fsencode(folder)
    if line not in text.splitlines():
        text += (b"" if not text or text.endswith(b"\n") else b"\n") + line + b"\n"
    return Edit(path=path, before=before, after=text)


def _unlisted(path: Path, folder: Path) -> Edit | None:
    before = read_file(path)
    if before is None or os.fsencode(folder) not in before.splitlines():
        return None
    kept = [line for line in before.splitlines(keepends=True) if line.rstrip(b"\r\n") != os.fsencode(folder)]
    return Edit(path=path, before=before, after=b"".join(kept))
