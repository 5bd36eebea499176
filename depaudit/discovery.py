"""Directories to the files worth parsing, and those that are seen but not read.

``node_modules``, virtual environments and version control's own folders are passed over, and so is what
``.gitignore`` files ignore. No symbolic link to a folder is followed, none to a file outside of the root.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from depaudit.ignore import PatternSet, read_patterns
from depaudit.model.names import quoted
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.parsers import Format, format_for
from depaudit.unread import unread_kind

MAX_DEPTH = 60
"""Levels of folders below the root."""

MAX_ENTRIES = 3_000_000
"""Files and folders looked at in one tree."""

MAX_FILES = 20_000
"""Dependency files of one tree."""

MAX_IGNORE_BYTES = 1024 * 1024
"""A ``.gitignore`` beyond this is read up to here."""

_INSTALLED = {"node_modules", "bower_components", "jspm_packages", ".pnpm-store", "site-packages", "dist-packages"}
_BUILT = {"__pycache__", ".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
_VERSION_CONTROL = {".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS"}
SKIPPED_FOLDERS = frozenset(_INSTALLED | _BUILT | _VERSION_CONTROL)
"""Folders of what is installed, built or cached already, and of version control."""


@record(kw_only=False)
class FoundFile:
    """A dependency file, and the format that its name says."""

    path: Path
    format: Format


@record
class Discovery:
    """What a tree holds. All in the order of the path.

    ``unread``    (path, kind) of dependency files that depaudit knows and does not read
    ``excluded``  how many dependency files the ``exclude`` patterns left out
    ``ignored``   dependency files that a ``.gitignore`` pattern names itself (those in ignored folders are not seen)
    ``links``     symbolic links, called like dependency files, that lead nowhere or out of the root
    ``problems``  folders that could not be read, and bounds that were met
    """

    files: tuple[FoundFile, ...] = ()
    unread: tuple[tuple[Path, str], ...] = ()
    excluded: int = 0
    ignored: tuple[Path, ...] = ()
    links: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def discover(root: Path, exclude: Sequence[str] = (), *, cwd: Path | None = None) -> Discovery:
    """Search the folder ``root`` (absolute).

    ``exclude`` are patterns as in ``.gitignore``, relative to the root or to ``cwd``. The root itself is searched
    whatever it is called. Raises nothing: what cannot be read is a problem of the result.
    """
    walk = _Walk(root=root, cwd=cwd or root, exclude=read_patterns(exclude))
    parts, rules = _rules_above(root)
    walk.run(_Folder(path=str(root), parts=parts, rules=rules, depth=0, excluded=False))
    return Discovery(
        files=tuple(sorted(walk.files, key=lambda found: found.path.parts)),
        unread=tuple(sorted(walk.unread, key=lambda pair: pair[0].parts)),
        excluded=walk.excluded,
        ignored=tuple(sorted(walk.ignored)),
        links=tuple(sorted(walk.links)),
        problems=tuple(walk.problems),
    )


_Rules = tuple[tuple[int, PatternSet], ...]
"""``.gitignore`` files that apply, outermost first, each with how many parts of a path stand above it."""


@record
class _Folder:
    """``parts`` are relative to the top of the repository."""

    path: str
    parts: tuple[str, ...]
    rules: _Rules
    depth: int
    excluded: bool


@dataclass(slots=True, kw_only=True)
class _Walk:
    root: Path
    cwd: Path
    exclude: PatternSet
    files: list[FoundFile] = field(default_factory=list)
    unread: list[tuple[Path, str]] = field(default_factory=list)
    ignored: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    excluded: int = 0
    entries: int = 0

    def run(self, start: _Folder) -> None:
        real_root = os.path.realpath(self.root)
        folders = [start]
        while folders:
            folder = folders.pop()
            for entry in self.read(folder):
                if entry.is_symlink():
                    self.link(folder, entry, real_root)
                elif entry.is_dir(follow_symlinks=False):
                    below = self.enter(folder, entry)
                    if below is not None:
                        folders.append(below)
                else:
                    self.file(folder, entry.name)
            if self.entries > MAX_ENTRIES or len(self.files) > MAX_FILES:
                bound = f"{MAX_FILES} dependency files" if self.entries <= MAX_ENTRIES else f"{MAX_ENTRIES} entries"
                self.problem(str(self.root), f"The folder holds more than {bound}; the rest was not looked at.")
                return

    def read(self, folder: _Folder) -> Iterator[os.DirEntry[str]]:
        """The entries of a folder; none, with a problem, where it cannot be read."""
        try:
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    self.entries += 1
                    yield entry
        except OSError as error:
            self.problem(folder.path, f"The folder cannot be read: {error.strerror or 'unknown error'}.")

    def enter(self, folder: _Folder, entry: os.DirEntry[str]) -> _Folder | None:
        """The folder below, unless it is to be passed over."""
        if entry.name in SKIPPED_FOLDERS:
            return None
        parts = (*folder.parts, entry.name)
        if _ignored(folder.rules, parts, folder=True) or _is_environment(entry.path):
            return None
        if folder.depth == MAX_DEPTH:
            self.problem(entry.path, f"The folder is more than {MAX_DEPTH} levels deep; it was not looked at.")
            return None
        return _Folder(
            path=entry.path,
            parts=parts,
            rules=_with_own_rules(folder.rules, entry.path, len(parts)),
            depth=folder.depth + 1,
            excluded=folder.excluded or self.is_excluded(entry.path, folder=True),
        )

    def file(self, folder: _Folder, name: str) -> None:
        """Keep a file whose name says that it is one of ours."""
        path = f"{folder.path}{os.sep}{name}"
        format_ = format_for(path.replace(os.sep, "/"))
        kind = unread_kind(name) if format_ is None else None
        if format_ is None and kind is None:
            return
        if folder.excluded or self.is_excluded(path, folder=False):
            self.excluded += 1
        elif _ignored(folder.rules, (*folder.parts, name), folder=False):
            self.ignored.append(Path(path))
        elif format_ is not None:
            self.files.append(FoundFile(Path(path), format_))
        elif kind is not None:
            self.unread.append((Path(path), kind))

    def link(self, folder: _Folder, entry: os.DirEntry[str], real_root: str) -> None:
        """Keep a link to a file inside of the root; note one that leads elsewhere."""
        if format_for(entry.path.replace(os.sep, "/")) is None and unread_kind(entry.name) is None:
            return
        target = os.path.realpath(entry.path)
        inside = Path(target).is_relative_to(real_root)
        if inside and Path(target).is_file():
            self.file(folder, entry.name)
        elif not inside or not Path(target).is_dir():
            self.links.append(Path(entry.path))

    def is_excluded(self, path: str, *, folder: bool) -> bool:
        """Whether ``exclude`` speaks of the path, seen from the root or from where the user stands."""
        if not (self.exclude.rest or self.exclude.names or self.exclude.folders):
            return False
        for base in {self.root, self.cwd}:
            if Path(path).is_relative_to(base):
                parts = Path(path).relative_to(base).parts
                if self.exclude.verdict(parts, folder=folder):
                    return True
        return False

    def problem(self, path: str, message: str) -> None:
        self.problems.append(
            Problem(path=path, message=message, mend="Name a folder further down, or leave it out with --exclude.")
        )


def _ignored(rules: _Rules, parts: tuple[str, ...], *, folder: bool) -> bool:
    for above, patterns in reversed(rules):
        verdict = patterns.verdict(parts[above:], folder=folder)
        if verdict is not None:
            return verdict
    return False


def _rules_above(root: Path) -> tuple[tuple[str, ...], _Rules]:
    """Where ``root`` stands in its repository (if it is in any), and the rules from the top of that down to it."""
    real = Path(os.path.realpath(root))
    top = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), real)
    parts = real.parts[len(top.parts) :]
    own = _read_rules(top / ".git" / "info" / "exclude")
    rules: _Rules = () if own is None else ((0, own),)
    for depth in range(len(parts) + 1):
        rules = _with_own_rules(rules, str(top.joinpath(*parts[:depth])), depth)
    return parts, rules


def _with_own_rules(rules: _Rules, folder: str, depth: int) -> _Rules:
    own = _read_rules(Path(folder, ".gitignore"))
    return rules if own is None else (*rules, (depth, own))


def _read_rules(path: Path) -> PatternSet | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            text = file.read(MAX_IGNORE_BYTES)
    except OSError:  # then it ignores nothing, and more is audited
        return None
    return read_patterns(text.decode("utf-8-sig", "replace").splitlines())


def _is_environment(path: str) -> bool:
    # A marker file alone hides no folder from the audit: an environment also has an interpreter.
    folder = Path(path)
    if not (folder / "pyvenv.cfg").is_file():
        return False
    return any(folder.glob("bin/python*")) or any(folder.glob("Scripts/python*"))


def shown(path: Path, cwd: Path) -> str:
    """``path`` for people: relative to ``cwd`` where it stands below it, ``/``-separated, always printable."""
    text = path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else path.as_posix()
    return text if text.isprintable() else quoted(text, 4_096)[1:-1]
