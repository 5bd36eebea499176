"""A diskcache ``Disk`` that holds text and nothing else. Importing this imports diskcache.

diskcache's own disks unpickle whatever row says it is a pickle, its JSON disk included (mode 4, CVE-2025-69872):
who can write to the file could run code. They also open and delete files whose names stand in a row. This one
refuses every row that it cannot have written.
"""

from __future__ import annotations

from typing import Any, NoReturn

import diskcache

from depaudit.registries.errors import ForeignRowError

_RAW = 1  # diskcache.core.MODE_RAW: the value as SQLite holds it


class TextDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Keys and values are ``str``, kept in the table itself."""

    def put(self, key: object) -> tuple[str, bool]:
        """A key as the database holds it."""
        if type(key) is not str:
            raise ForeignRowError("a key that is no text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """A key as it was put."""
        if type(key) is not str or not raw:
            raise ForeignRowError("a key that is no text")
        return key

    def store(self, value: object, read: object, key: object = None) -> tuple[int, int, None, str]:  # noqa: ARG002
        """A value as the database holds it: size on disk beside the database, mode, file name, value."""
        if type(value) is not str or read:
            raise ForeignRowError("a value that is no text")
        return 0, _RAW, None, value

    def fetch(self, mode: object, filename: object, value: object, read: object) -> str:
        """A value as it was stored."""
        if mode != _RAW or filename is not None or type(value) is not str or read:
            raise ForeignRowError("a value that is no text")
        return value

    def filename(self, key: object = None, value: object = None) -> NoReturn:  # noqa: ARG002  diskcache's shape
        """Never: nothing is kept in files."""
        raise ForeignRowError("a value beside the database")

    def remove(self, file_path: object) -> None:
        """Nothing: there are no files, so a row that names one must not have it deleted."""


class Store(diskcache.Cache):  # type: ignore[misc]  # diskcache has no types
    """A cache whose connection is closed when it cannot be opened whole; diskcache leaves it to the collector."""

    def __init__(self, directory: str, **settings: Any) -> None:
        try:
            super().__init__(directory, disk=TextDisk, **settings)
        except BaseException:
            self.close()
            raise
