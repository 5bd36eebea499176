"""Contents by their ids, from one git that answers for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from depaudit.changes.program import Git
from depaudit.errors import GitError

if TYPE_CHECKING:
    from depaudit.changes.program import ByteProcess


class Blobs:
    """Reads contents by their ids. Nothing is converted on the way: no filter, no ends of lines."""

    def __init__(self, sizes: ByteProcess, contents: ByteProcess) -> None:
        self._sizes = sizes
        self._contents = contents

    @classmethod
    @contextmanager
    def of(cls, git: Git) -> Iterator[Blobs]:
        """Open the contents of a repository, for the time of a block."""
        with ExitStack() as stack:
            sizes = stack.enter_context(git.talking("cat-file", "--batch-check"))
            contents = stack.enter_context(git.talking("cat-file", "--batch"))
            yield cls(sizes, contents)

    def read(self, oid: str, limit: int) -> bytes | None:
        """The content; None where it has more than ``limit`` bytes. Raises ``GitError`` where it is not here."""
        size = _ask(self._sizes, oid)
        if size > limit:
            return None
        stated = _ask(self._contents, oid)
        assert self._contents.stdout is not None
        data = self._contents.stdout.read(size + 1)
        if stated != size or len(data) != size + 1:
            raise _lacking()
        return data[:-1]


def _ask(process: ByteProcess, oid: str) -> int:
    """Send an id. Returns how many bytes the answer says that its content has."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(oid.encode("ascii") + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline(1_000).split()
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
