"""The evidence cache: small texts under text keys in one SQLite file, shared by all of a user's runs.

It is a help and never a condition: whatever is wrong with it (busy, damaged, somebody else's, no room) means "not
cached", is said once in ``notes``, and the run goes on. It can hold no pickle: see ``TextDisk``.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.registries.cache_folder import make_private, make_private_file
from depaudit.registries.errors import ForeignRowError

if TYPE_CHECKING:
    from depaudit.registries.cache_disk import Store

SIZE_LIMIT = 256 * 1024 * 1024
MAX_ENTRY = 4 * 1024 * 1024
"""Letters of the largest entry that is kept; larger evidence is asked for each time."""

_BUSY = 0.25  # seconds to wait for another process before doing without
_FILE = "cache.db"


class EvidenceCache:
    """Texts by key in ``folder``. Nothing is opened before the first use. Use from one thread; never raises."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "evidence"
        self._store: Store | None = None
        self._usable = True
        self.notes: list[str] = []

    def read(self, keys: Sequence[str]) -> dict[str, str]:
        """What is stored under ``keys``; those without an entry are left out."""
        found: dict[str, str] = {}
        with self._guarded():
            store = self._open()
            if store is not None:
                for key in keys:
                    with contextlib.suppress(ForeignRowError):
                        value = store.get(key, retry=False)
                        if value is not None and len(value) <= MAX_ENTRY:
                            found[key] = value
        return found

    def write(self, entries: Iterable[tuple[str, str, float]]) -> None:
        """Store (key, text, seconds to keep), all or none."""
        with self._guarded():
            store = self._open()
            if store is not None:
                with store.transact(retry=False):
                    for key, text, seconds in entries:
                        if len(text) <= MAX_ENTRY:
                            store.set(key, text, expire=seconds, retry=False)

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            with contextlib.suppress(sqlite3.Error):
                self._store.close()
            self._store = None

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn whatever goes wrong inside into a note; another process at work, or a full disk, is not even that."""
        try:
            yield
        except _expected() as error:
            if _is_passing(error):
                return
            self.close()
            self._usable = False
            self.notes.append(f"The cache in {self._folder} could not be used; nothing was cached.")

    def _open(self) -> Store | None:
        if self._store is None and self._usable:
            note = make_private(self._folder)
            if note is not None:
                self._usable = False
                self.notes.append(note)
                return None
            try:
                self._store = _connect(self._folder)
            except _expected() as error:
                if _is_passing(error):
                    raise
                self._set_aside()
                self._store = _connect(self._folder)
        return self._store

    def _set_aside(self) -> None:
        """Rename a file that is not ours or not sound; the one set aside before it is overwritten."""
        for suffix in ("", "-wal", "-shm"):
            path = self._folder / f"{_FILE}{suffix}"
            with contextlib.suppress(FileNotFoundError):
                path.replace(path.with_name(f"damaged-{path.name}"))
        self.notes.append(f"The cache in {self._folder} was damaged; it was set aside and begun anew.")


def _expected() -> tuple[type[Exception], ...]:
    """What a file that is damaged, or no cache of ours, makes sqlite3 and diskcache raise."""
    import diskcache

    return (sqlite3.Error, diskcache.Timeout, OSError, ValueError, TypeError, KeyError, AttributeError, AssertionError)


def _is_passing(error: Exception) -> bool:
    """Whether it is only that another process writes, or that there is no room: next time may be better."""
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error) for word in ("locked", "busy", "full", "readonly"))
    return type(error).__name__ == "Timeout"


def _connect(folder: Path) -> Store:
    """Open the database. diskcache alone would wait up to a minute for each of its first statements, so ask before."""
    path = folder / _FILE
    if not make_private_file(path):
        raise ValueError("not a plain file of this user")
    with contextlib.closing(sqlite3.connect(path, timeout=_BUSY, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("ROLLBACK")
    from depaudit.registries.cache_disk import Store

    return Store(
        str(folder),
        timeout=_BUSY,
        size_limit=SIZE_LIMIT,
        eviction_policy="least-recently-stored",
        statistics=0,
        tag_index=0,
        cull_limit=10,
        disk_min_file_size=2 * MAX_ENTRY,
        sqlite_journal_mode="wal",
        sqlite_mmap_size=0,
    )
