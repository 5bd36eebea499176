"""The input ``policy``: an operator's file, which nothing that is audited may write."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from depaudit.changes.committed import read_committed
from depaudit.changes.git import Repository
from depaudit.errors import UsageError
from depaudit.frontends.cli.output import write_whole
from depaudit.model.names import quoted
from depaudit.policy.places import MAX_BYTES


def policy_path(given: str, commit: str, repository: Repository, folder: Path) -> Path:
    """Where the policy ``given`` can be read: an absolute path is the runner's own file.

    A relative one is taken from ``commit`` (the base of what is audited), from the repository's top, and written below
    ``folder``. Raises ``UsageError`` when there is no such file, ``ConfigError`` for one that is no text.
    """
    if Path(given).is_absolute():
        return _outside(Path(given), repository)
    path = PurePosixPath(given.replace("\\", "/"))
    where = f"The input policy names {quoted(given)}"
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in str(path):
        raise UsageError(f"{where}, which does not lie in the repository.", mend="Write it from the repository's top.")
    text = read_committed(repository, commit, [str(path)], limit=MAX_BYTES).get(str(path))
    if text is None:
        raise UsageError(
            f"{where}, which is no file of the commit {commit[:7]}.",
            mend="A relative path is read from the base of a change: merge the file first, or check the path.",
        )
    target = folder / path.name
    write_whole(target, text)
    return target


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
