"""Files written into a folder that is ours alone: plain ones, under their own names, never anywhere else."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from depaudit.changes.kinds import refusal

MAX_FILES = 20_000
"""Files laid out of one state."""

MAX_TOTAL_BYTES = 512 * 1024 * 1024
"""Of all files laid out of one state."""

TOO_MANY = f"more than {MAX_FILES} files would have to be looked at"
TOO_MUCH = f"the files to look at have more than {MAX_TOTAL_BYTES // (1024 * 1024)} MB in all"

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL
for _name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


@dataclass(slots=True)
class Budget:
    """What may still be laid out of a state."""

    files: int = MAX_FILES
    size: int = MAX_TOTAL_BYTES

    def take(self, size: int) -> str:
        """Take room for one file; otherwise why there is none."""
        if self.files < 1:
            return TOO_MANY
        if size > self.size:
            return TOO_MUCH
        self.files -= 1
        self.size -= size
        return ""


@dataclass(slots=True)
class Layout:
    """A new folder for one state. ``folds`` says whether the file system takes "a" and "A" for one name."""

    root: Path
    budget: Budget
    folds: bool = False
    _spelt: dict[str, str] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)

    @classmethod
    def make(cls, root: Path, budget: Budget) -> Layout:
        """Make the folder, with an empty ``.git`` in it: there the project ends. Raises ``OSError``."""
        root.mkdir(mode=0o700)
        (root / ".git").mkdir(mode=0o700)
        return cls(root, budget, folds=(root / ".GIT").exists())

    def put(self, path: str, data: bytes) -> str:
        """Write a file. Returns why that was refused, as the end of a sentence; else nothing."""
        why = refusal(path, windows=os.name == "nt") or self._collision(path) or self.budget.take(len(data))
        if why:
            return why
        try:
            self._make_folder(path.rpartition("/")[0])
            descriptor = os.open(self.root / path, _FLAGS, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except (OSError, ValueError) as error:
            return f"this machine takes no such file: {getattr(error, 'strerror', None) or 'its name is impossible'}"
        return ""

    def enter(self, folder: str) -> None:
        """Make a folder, so that a path may lead through it; nothing where that is not possible."""
        if refusal(folder, windows=os.name == "nt") is None and not self._collision(folder):
            try:
                self._make_folder(folder)
            except (OSError, ValueError):
                return

    def _make_folder(self, folder: str) -> None:
        if folder and folder not in self._folders:
            self._make_folder(folder.rpartition("/")[0])
            (self.root / folder).mkdir(mode=0o700, exist_ok=True)
            self._folders.add(folder)

    def _collision(self, path: str) -> str:
        """Where the file system folds names, two that differ in case alone would be written into one."""
        if not self.folds:
            return ""
        start = ""
        for part in path.split("/"):
            start = f"{start}/{part}" if start else part
            key = unicodedata.normalize("NFC", start).casefold()
            if self._spelt.setdefault(key, start) != start:
                return "another name differs from it in upper and lower case alone"
        return ""
