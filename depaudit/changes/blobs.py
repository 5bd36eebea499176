"""Contents by their ids, from one git that answers for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from depaudit.changes.program import Git
from depaudit.errors import GitError

if TYPE_CHECKING:
    from depaudit.changes.program import ByteProcess


_CHUNK = 1024 * 1024


class Blobs:
    """Reads contents by their ids. Nothing is converted on the way: no filter, no ends of lines."""

    def __init__(self, process: ByteProcess) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def of(cls, git: Git) -> Iterator[Blobs]:
        """Open the contents of a repository, for the time of a block."""
        with git.talking("cat-file", "--batch") as process:
            yield cls(process)

    def read(self, oid: str, limit: int) -> bytes | None:
        """The content; None where it has more than ``limit`` bytes. Raises ``GitError`` where it is not here."""
        size = self._ask(oid)
        assert self._process.stdout is not None
        if size > limit:
            left = size + 1
            while left and (chunk := self._process.stdout.read(min(left, _CHUNK))):
                left -= len(chunk)
            return None
        data = self._process.stdout.read(size + 1)
        if len(data) != size + 1:
            raise _lacking()
        return data[:-1]

    def _ask(self, oid: str) -> int:
        """Send an id. Returns how many bytes of content, and one that ends it, the answer has."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(oid.encode("ascii") + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline(1_000).split()
        except OSError as error:
            raise _lacking() from error
        # "ID blob SIZE", or "ID missing"; some versions of git end where a partial clone lacks a content
        if len(answer) != 3 or answer[0] != oid.encode("ascii") or answer[1] != b"blob" or not answer[2].isdigit():
            raise _lacking()
        return int(answer[2])


def _lacking() -> GitError:
    return GitError(
        "This clone lacks the contents of files that have to be compared: it is a partial clone, or damaged.",
        mend="Clone it without --filter; if it was, try git fsck.",
    )
