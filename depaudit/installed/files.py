"""Reading single files of an environment: regular ones only, bounded, never waiting."""

from __future__ import annotations

import os
import stat


def read_bytes(path: str, limit: int) -> tuple[bytes, os.stat_result]:
    """The first ``limit`` bytes of a file, and what the system says of it.

    Symbolic links are followed: installers that link files to their cache are in use. Raises ``OSError``, also for what
    is no regular file.
    """
    # Not blocking: opening a named pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is no regular file")
        parts = []
        while limit > 0 and (part := os.read(descriptor, min(limit, 1 << 20))):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts), status
    finally:
        os.close(descriptor)


def read_small(path: str, limit: int) -> str | None:
    """The whole text of a small file; None where there is none, it is longer than ``limit`` or cannot be read."""
    try:
        data, _ = read_bytes(path, limit + 1)
    except (OSError, ValueError):
        return None
    return None if len(data) > limit else data.decode("utf-8", "replace")
