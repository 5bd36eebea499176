"""Changes of several files that happen all or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.model.record import record

_MAX_BYTES = 8 * 1024 * 1024  # no start-up file is larger


@record
class Edit:
    """One file's change. ``before`` and ``after`` are whole contents; None: there is no file.

    ``path``  as people know it; a symbolic link there stays one, and what it leads to is changed
    ``mode``  permissions of a new file; an existing one keeps its own unless ``chmod``
    """

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int = 0o644
    chmod: bool = False


def read_file(path: Path) -> bytes | None:
    """The contents of ``path``, None where there is none. Raises ``UsageError`` when it is no file to be edited."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError("this is no plain file, and cannot be changed.", path=str(path))
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}.", path=str(path)) from error
    if len(raw) > _MAX_BYTES:
        raise UsageError("more than 8 MiB: this is no start-up file.", path=str(path))
    return raw


def apply(edits: Sequence[Edit]) -> tuple[Path, ...]:
    """Make every change, or none; give the folders that were made, outermost first.

    What can be foreseen (a read-only file or folder) is found before the first change; what cannot is undone.
    Raises ``UsageError`` with the file's name.
    """
    wanted = [edit for edit in edits if edit.before != edit.after or edit.chmod]
    folders: list[Path] = []
    done: list[Edit] = []
    for edit in wanted:
        try:
            _foresee(edit)
        except OSError as error:  # noqa: PERF203  a few files
            raise _failed(edit, error) from error
    for edit in wanted:
        try:
            folders += _make_folders(_target(edit.path).parent)
            done.append(edit)
            _write(edit, edit.after)
        except OSError as error:  # noqa: PERF203  a few files, and what was done before must be undone
            _undo(done, folders)
            raise _failed(edit, error) from error
    return tuple(folders)


def remove_folders(folders: Sequence[Path]) -> None:
    """Remove those of ``folders`` that are empty, innermost first."""
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _foresee(edit: Edit) -> None:
    target = _target(edit.path)
    if edit.before is not None:
        # the superuser may write to it all the same; whoever made it read-only meant something by it
        if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            raise UsageError(
                "this file is read-only. Nothing was changed.",
                path=str(edit.path),
                mend="Make it writable, or leave start-up files alone with --shims-only.",
            )
    elif edit.path.is_symlink() and not target.parent.is_dir():
        raise UsageError(f"leads to {target}, which is not there. Nothing was changed.", path=str(edit.path))
    existing = next(folder for folder in (target.parent, *target.parent.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise UsageError(f"cannot be written: {existing} does not allow it. Nothing was changed.", path=str(edit.path))


def _failed(edit: Edit, error: OSError) -> UsageError:
    return UsageError(f"cannot be written: {error.strerror or error}. Nothing was changed.", path=str(edit.path))


def _undo(done: Sequence[Edit], folders: Sequence[Path]) -> None:
    for edit in reversed(done):
        with contextlib.suppress(OSError):
            _write(edit, edit.before)
    remove_folders(folders)


def _write(edit: Edit, content: bytes | None) -> None:
    """Replace the file whole, by a new one of the same permissions and owner that takes its name."""
    target = _target(edit.path)
    if content is None:
        target.unlink(missing_ok=True)
        return
    old = target.stat() if target.exists() else None
    if old is not None and old.st_nlink > 1:  # its other names must go on meaning the same file
        target.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.depaudit-")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if old is None:
            fresh.chmod(edit.mode)
        else:
            shutil.copystat(target, fresh)
            os.utime(fresh)
            with contextlib.suppress(OSError):
                os.chown(fresh, old.st_uid, old.st_gid)
        if edit.chmod:
            fresh.chmod(edit.mode)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _target(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _make_folders(folder: Path) -> list[Path]:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o755)
    return missing[::-1]
