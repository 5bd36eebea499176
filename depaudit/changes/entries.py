"""What a commit, the index or the work tree holds, as lists of paths: streamed, for a repository can be large."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Protocol

from depaudit.changes.git import Repository
from depaudit.changes.kinds import Kind, is_passed_over, kind_of, refusal
from depaudit.discovery import MAX_ENTRIES, SKIPPED_FOLDERS
from depaudit.errors import GitError
from depaudit.model.record import record

LINK = "120000"
SUBMODULE = "160000"
TWICE = "it is listed more than once"
CONFLICT = "it has a merge conflict that is not resolved"
MAX_LINKS = 200_000
"""Symbolic links of one state."""

MAX_LISTED = 100_000
"""Dependency and settings files of one state, most of which are never looked at."""


@record(kw_only=False)
class Entry:
    """One file of a listing.

    ``mode``    git's, as it writes it; "" for an untracked file
    ``oid``     the id of its content; "" for an untracked file
    ``on_disk`` its content is that of the file in the work tree, whose id ``oid`` then is
    ``sparse``  it counts as it stands in the index where it is not on disk
    ``lost``    why it has no content that could be read, as the end of a sentence
    """

    mode: str
    oid: str
    on_disk: bool = False
    sparse: bool = False
    lost: str = ""


UNTRACKED = ""
"""What git says of a file that it does not track."""


class Lister(Protocol):
    """One state of a repository."""

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every path, and what git says of it: ``entry_of`` reads that."""
        ...


@record
class Listing:
    """What matters of a state, and all its symbolic links."""

    files: dict[str, Entry]
    kinds: dict[str, Kind]
    links: dict[str, Entry]


@record(kw_only=False)
class CommitLister:
    """The files of a commit."""

    repository: Repository
    commit: str

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every path, and what git says of it."""
        return _listed(self.repository, "ls-tree", "-r", "-z", "--full-tree", self.commit)


@record(kw_only=False)
class IndexLister:
    """The files of the index; those with a merge conflict have no content."""

    repository: Repository

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every path, and what git says of it."""
        return _listed(self.repository, "ls-files", "-s", "-t", "-z")


@record(kw_only=False)
class WorkTreeLister:
    """What is tracked, whether it is on disk or not, and what is neither tracked nor ignored."""

    repository: Repository

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every path, and what git says of it."""
        seen = ""
        for path, said in IndexLister(self.repository).entries():
            if said.endswith(" 0"):
                yield path, said
            elif path != seen:  # a merge conflict lists a file up to three times; what is on disk counts
                yield path, UNTRACKED
            seen = path
        yield from self._untracked()

    def _untracked(self) -> Iterator[tuple[str, str]]:
        passed = [word for name in sorted(SKIPPED_FOLDERS) for word in ("-x", f"{name}/")]
        words = ("ls-files", "--others", "--exclude-standard", "-z", *passed)
        paths = []
        for count, path in enumerate(self.repository.git.records(*words)):
            if count > MAX_ENTRIES:
                raise _too_many(f"{MAX_ENTRIES} untracked files")
            if path.endswith("/"):
                continue  # a repository of its own
            paths.append(path)
        environments = _environments(paths)
        for path in paths:
            if not path.startswith(environments):
                yield path, UNTRACKED


@record(kw_only=False)
class NothingLister:
    """A state that holds nothing."""

    def entries(self) -> Iterator[tuple[str, str]]:
        """Nothing at all."""
        return iter(())


def gather(lister: Lister, named: Collection[str] = ()) -> Listing:
    """What matters of a state; ``named`` files do whatever they are called. Raises ``GitError`` beyond the bounds."""
    files: dict[str, Entry] = {}
    kinds: dict[str, Kind] = {}
    links: dict[str, Entry] = {}
    for path, said in lister.entries():
        kind = kind_of(path)
        link = said.find(LINK, 0, 8) >= 0
        if kind is None and not link and path not in named:
            continue
        entry = entry_of(said)
        if entry is None:
            continue
        if link:
            links[path] = entry
            if len(links) > MAX_LINKS:
                raise _too_many(f"{MAX_LINKS} symbolic links")
        if kind is None and path in named and path.endswith((".txt", ".in")):
            kind = Kind(dependency=True, read=True, context=True)
        if kind is not None:
            why = refusal(path, windows=os.name == "nt")
            if why is None and is_passed_over(path):
                continue
            if why is None and path in files and files[path] != entry:
                why = TWICE
            files[path] = entry if why is None or entry.lost else Entry(entry.mode, entry.oid, lost=why)
            kinds[path] = kind
            if len(files) > MAX_LISTED:
                raise _too_many(f"{MAX_LISTED} dependency files")
    return Listing(files=files, kinds=kinds, links=links)


@record
class Found:
    """Which of the wanted paths are files, and which are folders."""

    files: dict[str, Entry]
    folders: frozenset[str]


def find(lister: Lister, wanted: Collection[str]) -> Found:
    """Those of the ``wanted`` paths that a state holds, whatever they are called."""
    files: dict[str, Entry] = {}
    folders: set[str] = set()
    last = ""
    for path, said in lister.entries() if wanted else ():
        entry = entry_of(said) if path in wanted else None
        if entry is not None:
            files[path] = entry
        folder = path.rpartition("/")[0]
        if folder != last:
            last = folder
            while folder and folder not in folders:
                if folder in wanted:
                    folders.add(folder)
                folder = folder.rpartition("/")[0]
    return Found(files=files, folders=frozenset(folders))


def entry_of(said: str) -> Entry | None:
    """What git says of a path; None for a submodule."""
    words = said.split(" ")
    if said == UNTRACKED:
        return Entry("", "")
    if len(words) == 3 and words[1] in ("blob", "commit"):  # ls-tree: mode, type, id
        tag, mode, oid, stage = "", words[0], words[2], "0"
    elif len(words) == 4:  # ls-files -s -t: tag, mode, id, stage
        tag, mode, oid, stage = words
    else:
        raise GitError("git lists something that depaudit does not know.", mend="Report this, with git's version.")
    if mode == SUBMODULE:
        return None
    return Entry(mode, oid, sparse=tag == "S", lost="" if stage == "0" else CONFLICT)


def _listed(repository: Repository, *words: str) -> Iterator[tuple[str, str]]:
    for count, line in enumerate(repository.git.records(*words)):
        if count > MAX_ENTRIES:
            raise _too_many(f"{MAX_ENTRIES} files")
        said, _, path = line.partition("\t")
        yield path, said


def _environments(paths: Collection[str]) -> tuple[str, ...]:
    """The folders of virtual environments: a marker alone hides nothing from the audit, they have an interpreter."""
    marked = [path.removesuffix("pyvenv.cfg") for path in paths if path.endswith("/pyvenv.cfg")]
    if not marked:
        return ()
    starts = {folder: (f"{folder}bin/python", f"{folder}Scripts/python") for folder in marked}
    return tuple(folder for folder, start in starts.items() if any(path.startswith(start) for path in paths))


def _too_many(what: str) -> GitError:
    return GitError(f"The repository holds more than {what}.", mend="Audit its parts by depaudit scan instead.")
