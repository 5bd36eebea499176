"""Folders of archives that a command names: what lies in them, and what only seems to."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.gate.wheelhouse import folder_with, local_folders
from tests.evidence import NPM, wish


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("ours-1.0-py3-none-any.whl", "ours_too-2.0.tar.gz", "notes.txt"):
        (folder / name).write_bytes(b"")
    return folder


def test_links_are_folders_only_where_there_is_one(wheels: Path, tmp_path: Path) -> None:
    links = [
        "./wheels", wheels.as_uri(), str(wheels), "https://acme.example/wheels", "file://other.example/wheels",
        "nowhere", "a\0b",
    ]  # fmt: skip
    assert local_folders(links, [tmp_path / "none", tmp_path]) == (wheels,)


@pytest.mark.parametrize(
    ("name", "pin", "there"),
    [
        ("ours", None, True),
        ("ours", "1.0", True),
        ("ours", "1.1", False),
        ("ours-too", None, True),
        ("our", None, False),
    ],
)
def test_an_archive_counts_for_what_it_is(name: str, pin: str | None, there: bool, wheels: Path) -> None:
    asked = wish(name, specifier=f"=={pin}" if pin else "", pin=pin)
    assert folder_with(asked, [wheels.parent, wheels]) == (wheels if there else None)


def test_a_folder_is_no_npm_registry(wheels: Path) -> None:
    assert folder_with(wish("ours", ecosystem=NPM), [wheels]) is None
