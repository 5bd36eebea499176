"""The input ``policy``: an operator's file, which nothing that is audited may write."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from depaudit.changes.blobs import Blobs
from depaudit.changes.git import Repository
from depaudit.errors import UsageError
from depaudit.frontends.cli.output import write_whole
from depaudit.model.names import quoted

MAX_BYTES = 1024 * 1024
_FILE_MODES = ("100644", "100755")


def policy_path(given: str, commit: str, repository: Repository, folder: Path) -> Path:
    """Where the policy ``given`` can be read: an absolute path is the runner's own file.

    A relative one is taken from ``commit`` (the base of what is audited), from the repository's top, and written below
    ``folder``. Raises ``UsageError`` when there is no such file.
    """
    if Path(given).is_absolute():
        return _outside(Path(given), repository)
    path = PurePosixPath(given.replace("\\", "/"))
    where = f"The input policy names {quoted(given)}"
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in str(path):
        raise UsageError(f"{where}, which does not lie in the repository.", mend="Write it from the repository's top.")
    text = read_committed(repository, commit, str(path))
    if text is None:
        raise UsageError(
            f"{where}, which is no file of the commit {commit[:7]}.",
            mend="A relative path is read from the base of a change: merge the file first, or check the path.",
        )
    target = folder / path.name
    write_whole(target, text)
    return target


def read_committed(repository: Repository, commit: str, path: str) -> str | None:
    """The text of the plain file ``path`` ("/"-separated, from the top) as ``commit`` has it; None: there is none.

    Raises ``UsageError`` when it is too large or no UTF-8.
    """
    rows = list(repository.git.records("ls-tree", "-z", "--full-tree", commit, "--", path))
    mode, kind, oid, name = _row(rows[0]) if len(rows) == 1 else ("", "", "", "")
    if kind != "blob" or mode not in _FILE_MODES or name != path:
        return None
    with Blobs.of(repository.git) as blobs:
        content = blobs.read(oid, MAX_BYTES)
    if content is None:
        raise UsageError(f"This configuration has more than {MAX_BYTES:,} bytes.", path=path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("This configuration is no UTF-8.", path=path) from None


def _outside(path: Path, repository: Repository) -> Path:
    """``path``, which must not lie in what was checked out."""
    try:
        inside = path.resolve().is_relative_to(repository.top.resolve())
    except (OSError, ValueError, RuntimeError):
        inside = True
    if inside:
        raise UsageError(
            f"The input policy names {quoted(str(path))}, which lies in what is audited.",
            mend="Write a relative path, which is read from the base of a change.",
        )
    return path


def _row(text: str) -> tuple[str, str, str, str]:
    """``mode kind oid`` TAB ``name``, as ``git ls-tree`` lists."""
    head, _, name = text.partition("\t")
    words = head.split(" ")
    return (words[0], words[1], words[2], name) if len(words) == 3 else ("", "", "", "")
