"""Two states of a repository laid out in folders, as far as an audit of their difference needs them.

Nothing is checked out: contents are taken from git, or from the work tree, byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from pathlib import Path

from depaudit.changes.blobs import Blobs
from depaudit.changes.disk import Disk
from depaudit.changes.entries import CommitLister, IndexLister, Lister, NothingLister, WorkTreeLister, find, gather
from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.kinds import shown
from depaudit.changes.layout import Budget, Layout
from depaudit.changes.state import State
from depaudit.changes.taking import Half, Taking
from depaudit.errors import GitError
from depaudit.model.problem import Problem
from depaudit.model.record import record


class Head(str, Enum):
    """What stands for a later state without being a commit."""

    WORK_TREE = "work tree"
    INDEX = "index"

    def __str__(self) -> str:
        return self.value


@record
class Sides:
    """Two states, laid out. Paths are "/"-separated, from the repository's top, and sorted.

    ``base``, ``head``  folders of plain files, each with an empty ``.git`` folder at its top
    ``base_commit``     its full id; empty where the base holds nothing
    ``head_name``       a full id, or the value of a ``Head``
    ``changed``         dependency, settings and included files of head that are new or differ
    ``removed``         such files that base alone has
    ``affected``        dependency files that are the same on both sides while settings around or above them differ
    ``problems``        what could not be laid out
    ``git``             the program that read the repository
    """

    base: Path
    head: Path
    base_commit: str
    head_name: str
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    git: str = ""


def take_sides(
    repository: Repository, base: str, head: str | Head, into: Path, *, paths: tuple[str, ...] = ()
) -> Sides:
    """Lay out ``base`` and ``head`` below the folder ``into``, which exists and is empty.

    ``base``   a commit, or ``EMPTY``
    ``paths``  only changes at or below these paths of the repository count; none means all

    What cannot be laid out is a problem of the result. Raises ``GitError`` for a commit that is not here, for a
    repository beyond every bound, and where ``into`` cannot be written to.
    """
    base_commit = repository.commit(base) if base != EMPTY else EMPTY
    head_name = head.value if isinstance(head, Head) else repository.commit(head)
    try:
        layouts = Layout.make(into / "base", Budget()), Layout.make(into / "head", Budget())
    except OSError as error:
        cause = error.strerror or "unknown error"
        raise GitError(f"The temporary folder cannot be used: {cause}.", mend="Make room, or set TMPDIR.") from error
    wanted = tuple(dict.fromkeys(_tidy(path) for path in paths))
    with Blobs.of(repository.git) as blobs:
        before = NothingLister() if base_commit == EMPTY else CommitLister(repository, base_commit)
        after = _head_lister(repository, head, head_name)
        disk = Disk(repository.top, repository.sha256) if head is Head.WORK_TREE else None
        taking = Taking(
            base=Half(_state(before, blobs, None, wanted), layouts[0]),
            head=Half(_state(after, blobs, disk, wanted), layouts[1]),
            paths=() if "" in wanted else wanted,
        )
        taken = taking.run()
        nowhere = tuple(_nowhere(wanted, (after, before)))
    return Sides(
        base=layouts[0].root,
        head=layouts[1].root,
        base_commit=base_commit,
        head_name=head_name,
        changed=taken.changed,
        removed=taken.removed,
        affected=taken.affected,
        problems=(*taken.problems, *nowhere),
        git=repository.git.program,
    )


def _head_lister(repository: Repository, head: str | Head, commit: str) -> Lister:
    if head is Head.WORK_TREE:
        return WorkTreeLister(repository)
    return IndexLister(repository) if head is Head.INDEX else CommitLister(repository, commit)


def _state(lister: Lister, blobs: Blobs, disk: Disk | None, named: Collection[str]) -> State:
    return State(lister, blobs, disk, gather(lister, named))


def _nowhere(paths: Collection[str], listers: Iterable[Lister]) -> Iterator[Problem]:
    """Those of the paths asked for that no state has: nothing below them could ever be found."""
    left = {path for path in paths if path}
    for lister in listers:
        found = find(lister, left)
        left -= {*found.files, *found.folders}
    for path in sorted(left):
        message = "The repository has no such file or folder, before or after the change."
        yield Problem(path=shown(path), message=message, mend="Give paths from the top of the repository.")


def _tidy(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", "."))
