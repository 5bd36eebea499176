"""Whose a settings file is, and what happens with files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from depaudit.indexes.files import MAX_SETTINGS_BYTES, SettingsFiles, line_of
from depaudit.model.requirement import Origin
from tests.indexes.machine import Machine

OPERATOR, TREE = Origin.OPERATOR, Origin.TREE


@pytest.mark.parametrize(
    ("root", "path", "origin"),
    [
        ("home/project", "home/.npmrc", OPERATOR),
        ("home/project", "home/project/.npmrc", TREE),
        ("home/project", "home/project-2/.npmrc", OPERATOR),
        ("home/project", "home/project/../.npmrc", OPERATOR),
        ("home/project/x/..", "home/project/.npmrc", TREE),
        # who audits the home folder itself keeps the user's own files there
        ("home", "home/.npmrc", OPERATOR),
        ("home", "home/.config/pip/pip.conf", OPERATOR),
        ("home", "home/project/.npmrc", TREE),
        ("home", "home/npmrc", TREE),
        # the home folder inside the tree
        (".", "home/.npmrc", TREE),
        ("home/..", "home/.config/uv/uv.toml", TREE),
    ],
)
def test_whose_file_it_is(machine: Machine, root: str, path: str, origin: Origin) -> None:
    for folder in ("home/project/x", "home/project-2"):
        (machine.top / folder).mkdir(parents=True)
    files = SettingsFiles(home=machine.home, cwd=machine.work, tree_roots=(machine.top / root,))
    assert files.origin(machine.top / path) is origin


def test_a_home_that_is_a_checkout_belongs_to_its_authors(machine: Machine) -> None:
    """Some build machines set HOME to the checked-out repository: its .npmrc is then nobody's own."""
    (machine.home / ".git").mkdir()
    files = SettingsFiles(home=machine.home, cwd=machine.home, tree_roots=(machine.home,))
    assert files.origin(machine.home / ".npmrc") is TREE


def test_symbolic_links_are_followed_before_anything_is_decided(machine: Machine) -> None:
    inside = machine.write("work/dotfiles/npmrc", "")
    (machine.home / ".npmrc").symlink_to(inside)
    (machine.top / "alias").symlink_to(machine.work)
    outside = SettingsFiles(home=machine.home, cwd=machine.work, tree_roots=(machine.top / "alias",))
    assert outside.origin(machine.home / ".npmrc") is TREE


def test_without_any_tree_everything_is_the_operators(machine: Machine) -> None:
    assert SettingsFiles(home=machine.home, cwd=machine.work, tree_roots=()).origin(machine.work / "x") is OPERATOR


def test_places_are_shown_from_the_working_folder(machine: Machine) -> None:
    files = machine.files()
    assert files.shown(machine.work / "a" / ".npmrc") == "a/.npmrc"
    assert files.shown(Path("/etc/pip.conf")) == "/etc/pip.conf"


def test_what_is_no_file_is_silently_nothing(machine: Machine) -> None:
    os.mkfifo(machine.work / "pipe")  # opening it would wait for ever
    files = machine.files()
    for path in (
        machine.work,
        machine.work / "missing",
        machine.work / "pipe",
        Path(os.devnull),
        machine.work / "a\0b",
    ):
        assert files.read(path) is None
    assert [problem.path for problem in files.problems] == ["a\0b"]


def test_files_that_cannot_be_used_are_problems(machine: Machine) -> None:
    machine.write("work/large", "x" * (MAX_SETTINGS_BYTES + 1))
    machine.write("work/bytes", "").write_bytes(b"\xff\xfehunter2")
    machine.write("work/bom", "\ufeffregistry=x")
    files = machine.files()
    assert files.read(machine.work / "bom") == "registry=x"
    for name in ("large", "bytes", "bytes"):
        assert files.read(machine.work / name) is None
    assert [(problem.path, problem.message) for problem in files.problems] == [
        ("large", "The settings file is larger than 1024 KB and was not read."),
        ("bytes", "The settings file is not UTF-8 text and was not read."),
    ]


def test_the_line_of_a_value() -> None:
    assert [line_of("a\nb\nc", value) for value in ("a", "c", "missing")] == [1, 3, 1]
