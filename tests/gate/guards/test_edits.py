"""Several files are changed all or not at all, and stay what they were: links, permissions, owners."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from depaudit.errors import UsageError
from depaudit.gate.guards.edits import Edit, apply, read_file, remove_folders

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")


def change(path: Path, after: bytes | None) -> Edit:
    return Edit(path=path, before=read_file(path), after=after)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_are_made_changed_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "gone").write_bytes(b"gone")
    made = apply(
        [
            change(tmp_path / "old", b"new"),
            change(tmp_path / "gone", None),
            Edit(path=tmp_path / "a" / "b" / "run", before=None, after=b"run", mode=0o755),
        ]
    )
    assert made == (tmp_path / "a", tmp_path / "a" / "b")
    assert {name: content for name, (content, _) in snapshot(tmp_path).items()} == {"a/b/run": b"run", "old": b"new"}
    assert os.access(tmp_path / "a" / "b" / "run", os.X_OK)


def test_permissions_stay_and_can_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"a")
    path.chmod(0o600)
    apply([change(path, b"b")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    apply([Edit(path=path, before=b"b", after=b"b", mode=0o755, chmod=True)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_links_stay_links(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "bashrc"
    target.write_bytes(b"a")
    link = tmp_path / ".bashrc"
    link.symlink_to("dotfiles/bashrc")
    hard = tmp_path / "hard"
    hard.hardlink_to(target)
    apply([change(link, b"b")])
    assert link.is_symlink()
    assert target.read_bytes() == hard.read_bytes() == b"b"


def test_a_link_that_leads_nowhere_yet(tmp_path: Path) -> None:
    link = tmp_path / ".bashrc"
    link.symlink_to(tmp_path / "dotfiles" / "bashrc")
    with pytest.raises(UsageError, match=r"leads to .*bashrc, which is not there. Nothing was changed"):
        apply([change(link, b"b")])
    (tmp_path / "dotfiles").mkdir()
    apply([change(link, b"b")])
    assert (tmp_path / "dotfiles" / "bashrc").read_bytes() == b"b"
    apply([change(link, None)])
    assert link.is_symlink()
    assert not link.exists()


def test_a_read_only_file_stops_everything(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    second.chmod(0o444)
    before = snapshot(tmp_path)
    with pytest.raises(UsageError, match=r"^.*second: this file is read-only. Nothing was changed."):
        apply([change(first, b"x"), Edit(path=tmp_path / "new" / "file", before=None, after=b""), change(second, b"x")])
    assert snapshot(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]


def test_what_fails_in_the_middle_is_undone(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.write_bytes(b"1")
    too_long = tmp_path / ("x" * 250)  # no file system takes the name of the new file beside it
    with pytest.raises(UsageError, match="Nothing was changed"):
        apply(
            [
                change(first, b"x"),
                Edit(path=tmp_path / "a" / "b", before=None, after=b"b"),
                Edit(path=too_long, before=None, after=b"x"),
            ]
        )
    assert snapshot(tmp_path) == {"first": (b"1", 0o644)}
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


def test_what_is_no_file_is_not_edited(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UsageError, match="this is no plain file"):
            read_file(path)
    with (tmp_path / "big").open("wb") as big:
        big.truncate(9 * 1024 * 1024)
    with pytest.raises(UsageError, match="more than 8 MiB"):
        read_file(tmp_path / "big")
    assert read_file(tmp_path / "missing") is None


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "same"
    path.write_bytes(b"a")
    path.chmod(0o444)
    inode = path.stat().st_ino
    assert apply([change(path, b"a")]) == ()
    assert path.stat().st_ino == inode


def test_only_empty_folders_are_removed(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "kept").write_text("x")
    remove_folders([tmp_path / "a", tmp_path / "a" / "b", inner, tmp_path / "missing"])
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]
