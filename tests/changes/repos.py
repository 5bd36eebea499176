"""Real git repositories for tests, made with an identity of their own and nobody's settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.snapshot import Head, Sides, take_sides

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
_WHO = ("-c", "user.name=Tess Ter", "-c", "user.email=tess@example.org", "-c", "commit.gpgsign=false")


class Repo:
    """A repository in ``folder``, made at once unless it is there."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        if not (folder / ".git").exists():
            folder.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main", *options)

    def git(self, *words: str, stdin: bytes = b"") -> str:
        """Run git here. Returns what it prints, without the last end of line."""
        done = subprocess.run(
            ["git", *_WHO, *words], cwd=self.folder, env=_ENVIRONMENT, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, path: str, text: str | bytes = "") -> Path:
        """Write a file of the work tree."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def commit(self, files: dict[str, str | bytes | None] | None = None) -> str:
        """Write files (None removes one), commit everything. Returns the commit's id."""
        for path, text in (files or {}).items():
            if text is None:
                (self.folder / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "More")
        return self.git("rev-parse", "HEAD")

    def tree_commit(self, entries: list[tuple[str, str, bytes | str]], parent: str = "") -> str:
        """A commit of a tree made by hand: (mode, name, content, or id of a tree)."""
        raw = b""
        for mode, name, content in entries:
            oid = content if isinstance(content, str) else self.blob(content)
            raw += mode.lstrip("0").encode() + b" " + os.fsencode(name) + b"\0" + bytes.fromhex(oid)
        tree = self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
        parents = ("-p", parent) if parent else ()
        return self.git("commit-tree", *parents, "-m", "By hand", tree)

    def blob(self, content: bytes) -> str:
        """The id of a content, which is stored."""
        return self.git("hash-object", "-w", "--no-filters", "--stdin", stdin=content)

    def tree(self, entries: list[tuple[str, str, bytes | str]]) -> str:
        """The id of a tree made by hand."""
        commit = self.tree_commit(entries)
        return self.git("rev-parse", f"{commit}^{{tree}}")

    def sides(self, into: Path, base: str = EMPTY, head: str | Head = Head.WORK_TREE, *paths: str) -> Sides:
        """Lay two states out in a new folder."""
        into.mkdir(parents=True)
        return take_sides(Repository.open(self.folder), base, head, into, paths=paths)


def laid(folder: Path) -> dict[str, str]:
    """Everything laid out in a folder, but for the empty ``.git``: paths and texts."""
    assert list((folder / ".git").iterdir()) == []
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() or path.is_symlink():
            assert not path.is_symlink()
            assert path.stat().st_mode & 0o777 == 0o600
            found[path.relative_to(folder).as_posix()] = path.read_bytes().decode("utf-8", "replace")
    return found


def said(sides: Sides) -> list[tuple[str, str]]:
    """The problems: path and message."""
    return [(problem.path, problem.message) for problem in sides.problems]
