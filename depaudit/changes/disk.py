"""The work tree's files, taken as they are: no link is followed, no pipe waited for, no filter run."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from depaudit.changes.entries import LINK, Entry
from depaudit.changes.links import MAX_TARGET_BYTES

_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)
_CHUNK = 1024 * 1024
MAX_HASHED_BYTES = 2 * 1024 * 1024 * 1024
"""Of one file, read only to tell whether it differs."""


@dataclass(slots=True)
class Disk:
    """The files below ``top``. Paths are "/"-separated, from there."""

    top: Path
    sha256: bool
    _folders: dict[str, bool] = field(default_factory=dict)

    def settled(self, path: str, entry: Entry) -> Entry | None:
        """What stands at ``path`` now: with the id that its bytes would have in git; None where nothing does.

        A file that a sparse checkout left out is as the index has it.
        """
        status = self._status(path)
        if status is None or stat.S_ISDIR(status.st_mode):
            return Entry(entry.mode, entry.oid) if entry.sparse and status is None else None
        if stat.S_ISLNK(status.st_mode):
            return Entry(LINK, "", on_disk=True)
        if not stat.S_ISREG(status.st_mode):
            return Entry("", "", lost="it is no regular file (a pipe, a socket or a device)")
        try:
            return Entry("100644", self._hashed(path), on_disk=True)
        except OSError as error:
            return Entry("", "", lost=f"it cannot be read: {error.strerror or 'unknown error'}")

    def target(self, path: str) -> str | None:
        """What the symbolic link at ``path`` says; None where there is none."""
        status = self._status(path)
        if status is None or not stat.S_ISLNK(status.st_mode):
            return None
        try:
            target = os.readlink(self.top / path)  # noqa: PTH115  Path.readlink would tidy it up
        except OSError:
            return None
        return target.replace(os.sep, "/") if len(target) <= MAX_TARGET_BYTES else ""

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of the regular file at ``path``; None where there are more than ``limit``.

        Raises ``OSError``.
        """
        descriptor = self._opened(path)
        with os.fdopen(descriptor, "rb") as file:
            if os.fstat(descriptor).st_size > limit:
                return None
            data = file.read(limit + 1)
        return data if len(data) <= limit else None

    def _hashed(self, path: str) -> str:
        descriptor = self._opened(path)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            size = os.fstat(descriptor).st_size
            digest = hashlib.sha256() if self.sha256 else hashlib.sha1(usedforsecurity=False)
            if size > MAX_HASHED_BYTES:
                raise OSError(0, "it is far too large")
            digest.update(b"blob %d\0" % size)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def _opened(self, path: str) -> int:
        descriptor = os.open(self.top / path, _FLAGS)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(0, "it is no regular file")
        return descriptor

    def _status(self, path: str) -> os.stat_result | None:
        """Of ``path`` itself; None where it is not there, or stands behind a link: git then takes it for deleted."""
        folder = path.rpartition("/")[0]
        if folder and not self._is_folder(folder):
            return None
        try:
            return os.lstat(self.top / path)
        except (OSError, ValueError):
            return None

    def _is_folder(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            status = self._status(folder)
            known = self._folders[folder] = status is not None and stat.S_ISDIR(status.st_mode)
        return known
