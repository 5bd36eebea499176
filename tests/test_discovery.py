"""Folders to dependency files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import depaudit.discovery as module
from depaudit.discovery import Discovery, discover, shown


def plant(root: Path, *files: str, text: str = "") -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(root: Path, discovery: Discovery) -> list[str]:
    return [file.path.relative_to(root).as_posix() for file in discovery.files]


def test_finds_what_is_read_and_what_is_known(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "package.json",
        "b/requirements-dev.txt",
        "a/requirements/prod.txt",
        "a/pyproject.toml",
        "a/notes.txt",
        "b/yarn.lock",
        "b/environment-dev.yml",
        "c/App.csproj",
        "c/readme.md",
    )
    discovery = discover(tmp_path)
    assert [(f.path.relative_to(tmp_path).as_posix(), f.format.name) for f in discovery.files] == [
        ("a/pyproject.toml", "pyproject"),
        ("a/requirements/prod.txt", "requirements-txt"),
        ("b/requirements-dev.txt", "requirements-txt"),
        ("package.json", "package-json"),
    ]
    assert [(p.relative_to(tmp_path).as_posix(), kind) for p, kind in discovery.unread] == [
        ("b/environment-dev.yml", "conda"),
        ("b/yarn.lock", "yarn-lock"),
        ("c/App.csproj", "nuget"),
    ]
    assert (discovery.excluded, discovery.ignored, discovery.links, discovery.problems) == (0, (), (), ())


def test_passes_over_what_is_installed_or_built(tmp_path: Path) -> None:
    skipped = ("node_modules/a", "x/node_modules/b", ".git", ".hg", ".tox/py", "__pycache__", "lib/site-packages/p")
    plant(tmp_path, *(f"{folder}/package.json" for folder in skipped), "env/bin/python", "env/pyvenv.cfg")
    plant(tmp_path, "env/share/package.json", "win/pyvenv.cfg", "win/Scripts/python.exe", "win/package.json")
    plant(tmp_path, "fake/pyvenv.cfg", "fake/package.json", "keep/package.json")
    assert found(tmp_path, discover(tmp_path)) == ["fake/package.json", "keep/package.json"]


def test_a_folder_named_by_the_user_is_searched_whatever_it_is(tmp_path: Path) -> None:
    plant(tmp_path, "node_modules/a/package.json", "node_modules/a/node_modules/b/package.json")
    root = tmp_path / "node_modules" / "a"
    assert found(root, discover(root)) == ["package.json"]


def test_honours_gitignore_files_where_they_stand(tmp_path: Path) -> None:
    plant(
        tmp_path, "a/package.json", "a/out/package.json", "b/out/package.json", "b/requirements.txt", "c/package.json"
    )
    plant(tmp_path, "top/out/package.json")
    (tmp_path / ".gitignore").write_text("out/\n/c\nrequirements.txt\n")
    (tmp_path / "a" / ".gitignore").write_text("!out/\n")
    discovery = discover(tmp_path)
    assert found(tmp_path, discovery) == ["a/out/package.json", "a/package.json"]
    assert discovery.ignored == (tmp_path / "b" / "requirements.txt",)


def test_gitignore_files_above_count_within_a_repository(tmp_path: Path) -> None:
    plant(tmp_path, "repo/sub/gen/package.json", "repo/sub/package.json", "repo/sub/own/package.json")
    (tmp_path / ".gitignore").write_text("sub/\n")  # outside of the repository
    (tmp_path / "repo" / ".gitignore").write_text("/sub/gen/\n")
    (tmp_path / "repo" / ".git" / "info").mkdir(parents=True)
    (tmp_path / "repo" / ".git" / "info" / "exclude").write_text("own\n")
    root = tmp_path / "repo" / "sub"
    assert found(root, discover(root)) == ["package.json"]


def test_a_gitignore_that_is_no_text_ignores_what_it_can(tmp_path: Path) -> None:
    plant(tmp_path, "a/package.json", "b/package.json")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\nb\n")
    assert found(tmp_path, discover(tmp_path)) == ["a/package.json"]
    (tmp_path / ".gitignore").unlink()
    (tmp_path / ".gitignore").mkdir()
    assert found(tmp_path, discover(tmp_path)) == ["a/package.json", "b/package.json"]


@pytest.mark.parametrize(
    ("pattern", "left", "excluded"),
    [
        ("tests/fixtures/**", ["package.json", "sub/tests/fixtures/package.json", "tests/package.json"], 2),
        ("tests", ["package.json"], 4),
        ("/tests", ["package.json", "sub/tests/fixtures/package.json"], 3),
        ("**/fixtures", ["package.json", "tests/package.json"], 3),
        ("*.json", [], 4),
        ("work/tests", ["package.json", "sub/tests/fixtures/package.json"], 3),
    ],
)
def test_counts_what_is_excluded(tmp_path: Path, pattern: str, left: list[str], excluded: int) -> None:
    root = tmp_path / "work"
    files = ("package.json", "tests/package.json", "tests/fixtures/package.json", "tests/fixtures/a/yarn.lock")
    plant(root, *files, "sub/tests/fixtures/package.json", "tests/fixtures/node_modules/a/package.json")
    discovery = discover(root, [pattern], cwd=tmp_path)
    assert (found(root, discovery), discovery.excluded) == (left, excluded)


def test_follows_no_link_out_of_the_root_and_none_to_a_folder(tmp_path: Path) -> None:
    plant(tmp_path, "outside/package.json", "root/a/requirements.txt")
    root = tmp_path / "root"
    (root / "outside").symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "package.json").symlink_to(tmp_path / "outside" / "package.json")
    (root / "requirements-dev.txt").symlink_to("a/requirements.txt")
    (root / "poetry.lock").symlink_to("poetry.lock")
    (root / "uv.lock").symlink_to("nowhere")
    (root / "pyproject.toml").symlink_to("a", target_is_directory=True)
    (root / "loop").symlink_to("..", target_is_directory=True)
    (root / "Cargo.lock").symlink_to("a/requirements.txt")
    (root / "other").symlink_to("nowhere")
    discovery = discover(root)
    assert found(root, discovery) == ["a/requirements.txt", "requirements-dev.txt"]
    assert discovery.unread == ((root / "Cargo.lock", "cargo"),)
    assert discovery.links == (root / "package.json", root / "poetry.lock", root / "uv.lock")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    plant(tmp_path, "a/package.json", "b/package.json")
    (tmp_path / "a").chmod(0)
    try:
        discovery = discover(tmp_path)
    finally:
        (tmp_path / "a").chmod(0o700)
    assert found(tmp_path, discovery) == ["b/package.json"]
    assert [p.message for p in discovery.problems] == ["The folder cannot be read: Permission denied."]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    discovery = discover(tmp_path / "gone")
    assert [p.message for p in discovery.problems] == ["The folder cannot be read: No such file or directory."]


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = "/".join("d" * 80)
    plant(tmp_path, f"{deep}/package.json", "package.json")
    discovery = discover(tmp_path)
    assert found(tmp_path, discovery) == ["package.json"]
    assert [p.message for p in discovery.problems] == ["The folder is more than 60 levels deep; it was not looked at."]


def test_numbers_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, *(f"{number}/package.json" for number in range(6)))
    monkeypatch.setattr(module, "MAX_FILES", 3)
    assert [p.message for p in discover(tmp_path).problems] == [
        "The folder holds more than 3 dependency files; the rest was not looked at."
    ]
    monkeypatch.setattr(module, "MAX_ENTRIES", 5)
    assert [p.message for p in discover(tmp_path).problems] == [
        "The folder holds more than 5 entries; the rest was not looked at."
    ]


def test_paths_are_shown_from_where_the_user_stands(tmp_path: Path) -> None:
    assert shown(tmp_path / "a" / "b.txt", tmp_path) == "a/b.txt"
    assert shown(tmp_path, tmp_path) == "."
    assert shown(Path("/x/y"), tmp_path) == "/x/y"
    assert shown(tmp_path / "a\nb\x1b[31m.txt", tmp_path) == "a\\nb\\x1b[31m.txt"
    assert shown(tmp_path / "b\udcff.txt", tmp_path) == "b\\udcff.txt"
    assert shown(tmp_path / "bücher.txt", tmp_path) == "bücher.txt"
