"""The client settings that lie in the audited tree, folder by folder: they name indexes, but nobody's trust."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.npm import read_project_npmrc
from depaudit.indexes.pdm import pdm_sources
from depaudit.indexes.settings import NpmAuth, NpmLevel, PypiClient
from depaudit.indexes.uv import UvLevel, level_of, read_uv_toml
from depaudit.model.record import record
from depaudit.model.requirement import Origin

MAX_FOLDERS = 50_000
"""Folders that a search without known files goes through before it stops, with a problem noted."""

_SKIPPED = frozenset(
    {"node_modules", "site-packages", "__pycache__", ".venv", "venv", ".tox", ".nox", ".git", ".hg", ".svn", ".jj"}
)


@record
class Folder:
    """What one folder's settings files say.

    ``uv``       its ``uv.toml``, or else the ``[tool.uv]`` table of its ``pyproject.toml``
    ``uv_used``  uv manages it: either of these, or a ``uv.lock``, is there
    ``poetry``   its ``pyproject.toml`` is Poetry's
    """

    npm: NpmLevel | None = None
    uv: UvLevel | None = None
    uv_used: bool = False
    poetry: bool = False
    pdm: PypiClient | None = None


@record
class Tree:
    """The folders that hold settings, by absolute path, and the roots at which looking upward ends."""

    folders: Mapping[str, Folder]
    roots: tuple[str, ...]

    @property
    def npm_auth(self) -> tuple[NpmAuth, ...]:
        """All credential lines of the tree: whom it means credentials for."""
        return tuple(line for folder in self.folders.values() if folder.npm for line in folder.npm.auth)

    def upward(self, folder: str) -> Iterator[Folder]:
        """The folders with settings from ``folder`` (absolute) up to its tree root, nearest first."""
        if not self.folders or not any(_is_within(folder, root) for root in self.roots):
            return
        while True:
            found = self.folders.get(folder)
            if found is not None:
                yield found
            parent = os.path.dirname(folder)  # noqa: PTH120  plain strings: this runs once a requirement
            if parent == folder or not any(_is_within(parent, root) for root in self.roots):
                return
            folder = parent


def read_tree(
    files: SettingsFiles,
    *,
    cwd: Path,
    roots: Sequence[Path],
    dependency_files: Iterable[Path] | None,
    user_npmrc: Path | None,
) -> Tree:
    """Read the settings beside and above ``dependency_files``, or, without them, everywhere below ``roots``.

    Without roots, those in ``cwd`` alone.

    ``user_npmrc`` is the user's own file: where the home folder is audited, npm does not read it a second time as a
    project's.
    """
    tops = tuple(dict.fromkeys(_folder_of(cwd / root) for root in roots)) or (str(cwd),)
    if not roots:
        paths: Iterable[str] = tops  # names on a command line: only what the client would read where it stands
    elif dependency_files is None:
        paths = _search(tops, files)
    else:
        paths = _above((_absolute(cwd / file) for file in dependency_files), tops)
    folders = {path: folder for path in paths if (folder := _read_folder(Path(path), files, user_npmrc)) != Folder()}
    return Tree(folders=folders, roots=tops)


def _read_folder(path: Path, files: SettingsFiles, user_npmrc: Path | None) -> Folder:
    tools, text = _tools(path / "pyproject.toml", files)
    uv = read_uv_toml(path / "uv.toml", files, origin=Origin.TREE)
    table = tools.get("uv")
    if uv is None and isinstance(table, dict):
        uv = level_of(table, text, path / "pyproject.toml", files, origin=Origin.TREE)
    pdm = tools.get("pdm")
    npmrc = path / ".npmrc"
    return Folder(
        npm=None if npmrc == user_npmrc else read_project_npmrc(npmrc, files),
        uv=uv,
        uv_used=uv is not None or (path / "uv.lock").exists(),
        poetry=isinstance(tools.get("poetry"), dict),
        pdm=pdm_sources(pdm, text, path / "pyproject.toml", files) if isinstance(pdm, dict) else None,
    )


def _tools(path: Path, files: SettingsFiles) -> tuple[dict[str, Any], str]:
    """The ``[tool]`` table of a pyproject.toml. A malformed one is for its parser to report, not for this."""
    text = files.read(path)
    if text is None or not any(word in text for word in ("uv", "pdm", "poetry")):
        return {}, ""
    import tomli

    try:
        tools = tomli.loads(text).get("tool")
    except (ValueError, RecursionError):
        return {}, ""
    return (tools if isinstance(tools, dict) else {}), text


def _search(tops: Iterable[str], files: SettingsFiles) -> Iterator[str]:
    count = 0
    for top in tops:
        for path, names, _ in os.walk(top):  # symbolic links are not followed
            names[:] = sorted(name for name in names if name not in _SKIPPED)
            count += 1
            if count > MAX_FOLDERS:
                files.problem(
                    Path(top),
                    f"More than {MAX_FOLDERS} folders: not all were searched for .npmrc, uv.toml and pyproject.toml.",
                    mend="Name the project's folder instead.",
                )
                return
            yield path


def _above(paths: Iterable[str], tops: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for file in paths:
        folder = os.path.dirname(file)  # noqa: PTH120  as in Tree.upward
        while folder not in seen and any(_is_within(folder, top) for top in tops):
            seen.add(folder)
            yield folder
            folder = os.path.dirname(folder)  # noqa: PTH120  as in Tree.upward


def _folder_of(path: Path) -> str:
    return _absolute(path.parent if path.is_file() else path)


def _absolute(path: Path) -> str:
    """Absolute by its text alone: places name files as the user did, symbolic links unresolved."""
    return os.path.abspath(path)  # noqa: PTH100  Path.resolve would follow links


def _is_within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
