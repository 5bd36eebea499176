"""Where the evidence cache lies, and whether what lies there may be trusted."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_PRIVATE = 0o700


def cache_folder() -> Path:
    """``DEPAUDIT_CACHE_DIR``, else the system's place for caches of this user."""
    chosen = os.environ.get("DEPAUDIT_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "depaudit" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "depaudit"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # a relative path there is to be ignored: https://specifications.freedesktop.org/basedir-spec/
    return (Path(xdg) if Path(xdg).is_absolute() else Path.home() / ".cache") / "depaudit"


def make_private(folder: Path) -> str | None:
    """Make ``folder`` if need be, for this user alone; a sentence when it cannot be trusted, else None.

    Evidence decides verdicts: a cache that somebody else can write to is no cache.
    """
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        state = folder.stat()
        if not stat.S_ISDIR(state.st_mode):
            return f"The cache folder {folder} is no folder; nothing is cached."
        if not _ours(state):
            return f"The cache folder {folder} belongs to another user; nothing is cached."
        if os.name == "posix" and stat.S_IMODE(state.st_mode) & 0o077:
            folder.chmod(_PRIVATE)
    except OSError as error:
        return f"The cache folder {folder} cannot be used ({_why(error)}); nothing is cached."
    return None


def make_private_file(path: Path) -> bool:
    """Whether ``path`` is a plain file of this user's own; an empty one is made where there is none.

    Raises ``OSError`` when it can be neither opened nor made.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags, 0o600)
    except OSError:
        if path.is_symlink() or path.is_dir():
            return False
        raise
    try:
        state = os.fstat(handle)
    finally:
        os.close(handle)
    return stat.S_ISREG(state.st_mode) and _ours(state) and state.st_nlink == 1


def _ours(state: os.stat_result) -> bool:
    return os.name != "posix" or state.st_uid == os.getuid()


def _why(error: OSError) -> str:
    return (error.strerror or "it failed").lower()
