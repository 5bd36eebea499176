"""A git repository, asked by plumbing commands alone: nothing is checked out, and nothing of its settings is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from depaudit.changes.program import Finished, Git, find_git, told
from depaudit.errors import GitError
from depaudit.model.names import quoted
from depaudit.model.record import record

EMPTY = ""
"""A state that holds nothing: what a first commit is compared with."""

OLDEST = (2, 30)
"""The first git whose ``rev-parse`` knows ``--end-of-options``."""

MAX_REVISION = 1_000
_MAX_COMMIT_BYTES = 1024 * 1024
_VERSION = re.compile(rb"git version (\d{1,4})\.(\d{1,4})")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# What a remote can be asked for: the id of a commit, or the name of a branch or tag; nothing that a refspec reads.
_FETCHABLE = re.compile(r"(?!-)(?!.*(?:\.\.|@\{))[^\x00-\x20\x7f~^:?*\[\\+][^\x00-\x20\x7f~^:?*\[\\]{0,500}")
_FETCHED = "refs/depaudit/fetched"


@record(kw_only=False)
class Repository:
    """A repository with a work tree.

    ``top``      the top of the work tree
    ``git``      how it is asked
    ``shallow``  its history was cut when it was cloned
    ``sha256``   its ids are of 64 digits, not of 40
    """

    top: Path
    git: Git
    shallow: bool = False
    sha256: bool = False

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """The repository that ``folder`` stands in.

        Raises ``GitError`` where there is none, where git is missing or too old, and for a repository without a work
        tree or of somebody whom git does not trust.
        """
        folder = folder.absolute()
        if not folder.is_dir():
            raise GitError("There is no such folder.", path=str(folder), mend="Name a folder of a git repository.")
        avoid = _avoided(folder)
        git = Git(find_git(avoid), folder, avoid)
        _expect_new_enough(git)
        asked = ("--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository", "--show-object-format")
        done = git.run("rev-parse", *asked)
        if done.status != 0:
            raise _not_opened(done, folder)
        bare, inside, shallow, form = done.out.decode("ascii", "replace").split("\n")[:4]
        if bare == "true" or inside != "true":
            raise GitError(
                "This repository has no work tree here.", path=str(folder), mend="Run this in a clone with files."
            )
        top = git.run("rev-parse", "--show-toplevel")
        if top.status != 0:
            raise _not_opened(top, folder)
        path = Path(top.out.removesuffix(b"\n").decode("utf-8", "surrogateescape"))
        return cls(
            path,
            Git(git.program, path, tuple(dict.fromkeys((*avoid, path.resolve())))),
            shallow=shallow == "true",
            sha256=form == "sha256",
        )

    @property
    def unborn(self) -> bool:
        """Whether nothing has been committed on the branch that is checked out."""
        return self._resolved("HEAD") is None

    def commit(self, revision: str) -> str:
        """The full id of the commit that ``revision`` names. Raises ``GitError`` when there is none here."""
        if not revision or revision.startswith("-") or len(revision) > MAX_REVISION or not revision.isprintable():
            raise GitError(f"{quoted(revision)} names no commit.", mend="Give a branch, a tag or the id of a commit.")
        found = self._resolved(revision)
        if found is None:
            raise self._missing(revision)
        return found

    def has(self, commit: str) -> bool:
        """Whether the commit with this full id is here."""
        return _ID.fullmatch(commit) is not None and self._resolved(commit) == commit

    def parents(self, commit: str) -> tuple[str, ...]:
        """The ids of a commit's parents, be they here or not: its own words, not a shallow clone's."""
        full = self.commit(commit)
        with self.git.talking("cat-file", "--batch") as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(full.encode("ascii") + b"\n")
            process.stdin.flush()
            process.stdout.readline(_MAX_COMMIT_BYTES)
            parents: list[str] = []
            # A commit's head: one tree, then its parents, then other lines.
            process.stdout.readline(_MAX_COMMIT_BYTES)
            while (line := process.stdout.readline(_MAX_COMMIT_BYTES)).startswith(b"parent "):
                parents.append(line[7:].strip().decode("ascii", "replace"))
        return tuple(parent for parent in parents if _ID.fullmatch(parent))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits; None where none is here."""
        done = self.git.run("merge-base", self.commit(one), self.commit(other))
        found = done.out.decode("ascii", "replace").partition("\n")[0]
        if done.status == 1 or (done.status == 0 and not _ID.fullmatch(found)):
            return None
        if done.status != 0:
            if self.shallow:
                return None  # its history ends where the clone was cut
            raise GitError(f"git could not compare the histories: {told(done.err)}.", mend="Try git fsck.")
        return found

    def fetch(self, revision: str) -> str:
        """Fetch a branch, a tag or a commit (by its full id) from the remote ``origin``; its full id.

        A shallow clone gets that commit alone; another one what it lacks, so that it stays whole. Raises ``GitError``.
        """
        name = revision.removeprefix("refs/remotes/").removeprefix("origin/")
        if len(revision) > MAX_REVISION or not _FETCHABLE.fullmatch(name):
            raise GitError(
                f"{quoted(revision)} cannot be fetched.", mend="Give a branch, a tag or the full id of a commit."
            )
        depth = ("--depth=1",) if self.shallow else ()
        done = self.git.fetch(
            "fetch", "--quiet", *depth, "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
            "--no-auto-maintenance", "--upload-pack=git-upload-pack", "origin", f"+{name}:{_FETCHED}",
        )  # fmt: skip
        if done.status != 0:
            raise GitError(
                f"{quoted(revision)} could not be fetched from the remote origin: {told(done.err)}.",
                mend="Check git remote -v, and that this revision was pushed.",
            )
        fetched = self._resolved(_FETCHED)
        self.git.run("update-ref", "-d", _FETCHED)
        if fetched is None:
            raise GitError(f"{quoted(revision)} is no commit.", mend="Give a branch, a tag or the id of a commit.")
        return fetched

    def _resolved(self, revision: str) -> str | None:
        done = self.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = done.out.decode("ascii", "replace").strip()
        return found if done.status == 0 and _ID.fullmatch(found) else None

    def _missing(self, revision: str) -> GitError:
        if revision in ("HEAD", "@") and self.unborn:
            return GitError("This repository has no commit yet.", mend="Commit something first.")
        name = revision.removeprefix("refs/remotes/").removeprefix("origin/")
        if not _FETCHABLE.fullmatch(name) or name.startswith(("HEAD", "@")):
            why = " (it is a shallow clone)" if self.shallow else ""
            mend = "Fetch more of its history: git fetch --deepen=1." if self.shallow else "Check how it is spelt."
            return GitError(f"The commit {quoted(revision)} is not in this repository{why}.", mend=mend)
        if self.shallow:
            return GitError(
                f"The commit {quoted(revision)} is not in this shallow clone.",
                mend=f"Type git fetch --depth=1 origin {shlex.quote(name)}, or give --fetch.",
            )
        return GitError(
            f"The commit {quoted(revision)} is not in this repository.",
            mend=f"Check how it is spelt; type git fetch origin {shlex.quote(name)}, or give --fetch.",
        )


def _avoided(folder: Path) -> tuple[Path, ...]:
    """Where nothing is run from: the work tree, as far as it can be told without git."""
    real = folder.resolve()
    tops = [above for above in (real, *real.parents) if (above / ".git").exists()] or [real]
    return tuple(top for top in tops if top != Path(top.anchor))


def _expect_new_enough(git: Git) -> None:
    version = _VERSION.match(git.run("version").out)
    if version is None:
        raise GitError("The git on PATH does not say its version.", mend="Check the installation of git.")
    found = (int(version[1]), int(version[2]))
    if found < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise GitError(
            f"git {found[0]}.{found[1]} is too old to be run safely.", mend=f"Install git {needed} or a newer one."
        )


def _not_opened(done: Finished, folder: Path) -> GitError:
    if "dubious ownership" in done.err or "unsafe repository" in done.err:
        return GitError(
            "git does not read this repository, because another user owns it.",
            path=str(folder),
            mend=f"If you trust it, type git config --global --add safe.directory {_top_named(done.err, folder)}.",
        )
    if "not a git repository" in done.err:
        return GitError(
            "This is no git repository.", path=str(folder), mend="Go to a clone, or use depaudit scan instead."
        )
    return GitError(
        f"git cannot read this repository: {told(done.err)}.", path=str(folder), mend="Try git status here."
    )


def _top_named(err: str, folder: Path) -> str:
    named = re.search(r"repository (?:at )?\(?'([^'\n]{1,4096})'", err)
    return quoted(named[1] if named else str(folder), 4_096)
