"""Reading settings files of package managers: bounded, never raising, and knowing whose file each one is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from depaudit.model.problem import Problem
from depaudit.model.requirement import IndexRef, Location, Origin

MAX_SETTINGS_BYTES = 1024 * 1024
"""A settings file beyond this is refused: real ones have some hundred bytes, a large pyproject.toml some 100 KB."""

_CHECKOUT_MARKS = (".git", ".hg", ".svn", ".jj")


class SettingsFiles:
    """The files of one run. ``problems`` gathers what could not be read; a file is read once.

    A file is the operator's when it lies outside every tree root, symbolic links resolved. The one exception: who
    audits the home folder itself keeps the user's own files there, unless that home is a checkout (some build
    machines set ``HOME`` to the checked-out repository, whose files are its authors').
    """

    def __init__(self, *, home: Path, cwd: Path, tree_roots: Sequence[Path]) -> None:
        self._cwd = cwd
        self._home = _resolved(home)
        self._roots = tuple(_resolved(cwd / root) for root in tree_roots)
        self._home_is_checkout = any((self._home / mark).exists() for mark in _CHECKOUT_MARKS)
        self._texts: dict[Path, str | None] = {}
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)

    def read(self, path: Path) -> str | None:
        """The file's text, or None where there is no such file or it cannot be read (then it is a problem)."""
        path = self._cwd / path
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def first(self, paths: Iterable[Path]) -> Path | None:
        """The first of ``paths`` that can be read."""
        return next((path for path in paths if self.read(path) is not None), None)

    def origin(self, path: Path) -> Origin:
        """Whose file it is, by where it really lies."""
        real = _resolved(self._cwd / path)
        for root in self._roots:
            if root not in (real, *real.parents):
                continue
            if root == self._home and not self._home_is_checkout and _is_personal(real.relative_to(root)):
                continue  # the operator audits the home folder itself
            return Origin.TREE
        return Origin.OPERATOR

    def shown(self, path: Path) -> str:
        """The path for places and messages: relative to the working folder where it lies in it."""
        try:
            return path.relative_to(self._cwd).as_posix()
        except ValueError:
            return path.as_posix()

    def ref(
        self, url: str, path: Path, line: int, *, name: str | None = None, origin: Origin | None = None
    ) -> IndexRef:
        """An index as the file at ``path`` names it in ``line``."""
        return IndexRef(
            url=url,
            origin=self.origin(path) if origin is None else origin,
            location=Location(path=self.shown(path), line=line),
            name=name,
        )

    def problem(self, path: Path, message: str, *, mend: str = "", line: int | None = None) -> None:
        """Note what is wrong with a file. ``message`` must hold nothing of its text: any line may be a secret."""
        self._problems.append(Problem(path=self.shown(path), message=message, mend=mend, line=line))

    def _read(self, path: Path) -> str | None:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                return None  # a folder, /dev/null, or a pipe, whose opening would wait for ever
            with path.open("rb") as file:
                data = file.read(MAX_SETTINGS_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except (OSError, ValueError):
            self.problem(path, "The settings file cannot be read.", mend="Check its permissions.")
            return None
        if len(data) > MAX_SETTINGS_BYTES:
            self.problem(path, f"The settings file is larger than {MAX_SETTINGS_BYTES // 1024} KB and was not read.")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.problem(path, "The settings file is not UTF-8 text and was not read.", mend="Save it as UTF-8.")
            return None


def line_of(text: str, value: str) -> int:
    """The first line that holds ``value``, from 1: the readers of TOML and ini files tell no places."""
    return text.count("\n", 0, max(text.find(value), 0)) + 1


def _is_personal(path: Path) -> bool:
    """Where package managers keep a user's own settings below the home folder: ``.config``, ``.npmrc``, ``AppData``."""
    return path.parts[0].startswith(".") or path.parts[0] in ("Library", "AppData", "pip")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of symbolic links
        return Path(os.path.abspath(path))  # noqa: PTH100  resolve is what has just failed
