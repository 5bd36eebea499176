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

    def size(self, oid: str) -> int | None:
        """How many bytes it has; None where it is not here or is no file's content."""
        return _size(_ask(self._sizes, oid), oid)

    def read(self, oid: str, limit: int) -> bytes | None:
        """The content; None where it is not here, is no file's content, or has more than ``limit`` bytes."""
        size = self.size(oid)
        if size is None or size > limit:
            return None
        stated = _size(_ask(self._contents, oid), oid)
        assert self._contents.stdout is not None
        data = self._contents.stdout.read(size + 1)
        if stated != size or len(data) != size + 1:
            raise _broken()
        return data[:-1]


def _ask(process: ByteProcess, oid: str) -> list[bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    if not oid.isalnum():
        raise _broken()
    try:
        process.stdin.write(oid.encode("ascii") + b"\n")
        process.stdin.flush()
    except OSError as error:
        raise _broken() from error
    line = process.stdout.readline(1_000)
    if not line.endswith(b"\n"):
        raise _broken()
    return line.split()


def _size(answer: list[bytes], oid: str) -> int | None:
    # "ID blob SIZE", or "ID missing"
    if len(answer) == 3 and answer[0] == oid.encode("ascii") and answer[1] == b"blob" and answer[2].isdigit():
        return int(answer[2])
    return None


def _broken() -> GitError:
    return GitError("git stopped answering about the repository's contents.", mend="Try git fsck.")
