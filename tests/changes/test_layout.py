"""Writing files into a folder of ours: names, collisions and bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.changes.kinds import refusal
from depaudit.changes.layout import Budget, Layout

NOT_CALLED_SO = "no file can be called so"
GITS_OWN = "it pretends to be a part of git's own folder"
NOT_FOR_WINDOWS = "Windows takes no such name"


@pytest.mark.parametrize(
    ("path", "why", "why_on_windows"),
    [
        ("a/requirements.txt", None, None),
        (".gitignore", None, None),
        (".github/git/requirements.txt", None, None),
        ("a//b", NOT_CALLED_SO, NOT_CALLED_SO),
        ("/a", NOT_CALLED_SO, NOT_CALLED_SO),
        ("a/", NOT_CALLED_SO, NOT_CALLED_SO),
        ("", NOT_CALLED_SO, NOT_CALLED_SO),
        ("a/../b", NOT_CALLED_SO, NOT_CALLED_SO),
        ("./a", NOT_CALLED_SO, NOT_CALLED_SO),
        ("a\0b", NOT_CALLED_SO, NOT_CALLED_SO),
        ("a/.git/x", GITS_OWN, GITS_OWN),
        ("a/.GiT", GITS_OWN, GITS_OWN),
        ("GIT~1/x", GITS_OWN, GITS_OWN),
        (".git::$INDEX_ALLOCATION/x", GITS_OWN, GITS_OWN),
        (".git. . /x", GITS_OWN, GITS_OWN),
        (".g\u200dit/x", GITS_OWN, GITS_OWN),
        ("a\\b", None, NOT_FOR_WINDOWS),
        ("c:x", None, NOT_FOR_WINDOWS),
        ("a. /x", None, NOT_FOR_WINDOWS),
        ("con.txt", None, NOT_FOR_WINDOWS),
        ("LPT1", None, NOT_FOR_WINDOWS),
        ("console.txt", None, None),
    ],
)
def test_names(path: str, why: str | None, why_on_windows: str | None) -> None:
    assert refusal(path, windows=False) == why
    assert refusal(path, windows=True) == why_on_windows


def test_a_file_is_written_once(tmp_path: Path) -> None:
    layout = Layout.make(tmp_path / "head", Budget())
    assert layout.put("a/b/c.txt", b"1") == ""
    assert layout.put("a/b/c.txt", b"2") == "this machine takes no such file: File exists"
    assert layout.put("a/b", b"2") == "this machine takes no such file: File exists"
    assert layout.put("../x", b"2") == NOT_CALLED_SO
    layout.enter("p/q")
    layout.enter("../q")
    layout.enter("a/b/c.txt/d")
    assert (tmp_path / "head" / "a/b/c.txt").read_bytes() == b"1"
    assert (tmp_path / "head" / "p/q").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["head"]


def test_names_that_a_file_system_takes_for_one(tmp_path: Path) -> None:
    """As on macOS and Windows, whatever this machine does."""
    layout = Layout.make(tmp_path / "head", Budget())
    layout.folds = True
    why = "another name differs from it in upper and lower case alone"
    assert layout.put("A/requirements.txt", b"1") == ""
    assert layout.put("a/package.json", b"2") == why
    assert layout.put("A/Requirements.txt", b"2") == why
    assert layout.put("A/package.json", b"2") == ""
    assert layout.put("caf\u00e9/x", b"2") == ""
    assert layout.put("cafe\u0301/y", b"2") == why


def test_bounds(tmp_path: Path) -> None:
    layout = Layout.make(tmp_path / "head", Budget(files=2, size=10))
    assert layout.put("a", b"123456") == ""
    assert layout.put("b", b"12345") == "the files to look at have more than 512 MB in all"
    assert layout.put("b", b"1234") == ""
    assert layout.put("c", b"") == "more than 20000 files would have to be looked at"
