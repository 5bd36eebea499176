"""What the guard remembers is read strictly, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.gate.guards.shims import STATE_FILE
from depaudit.gate.guards.state import State, read_state, write_state

STATE = State(
    depaudit="1.2",
    python="/py",
    files=(Path("/home/ann/.bashrc"),),
    folders=(Path("/home/ann/.local"),),
    hooked=(Path("/venv/bin/python"),),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / STATE_FILE).write_text(write_state(STATE))
    assert read_state(tmp_path) == STATE


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"version": 2}', "{" * 100_000, '"\udcff"'])
def test_anything_else_is_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / STATE_FILE).write_text(text, "utf-8", "surrogateescape")
    assert read_state(tmp_path) is None
    assert read_state(tmp_path / "missing") is None


def test_entries_of_another_kind_are_left_out(tmp_path: Path) -> None:
    (tmp_path / STATE_FILE).write_text('{"version": 1, "python": 3, "files": ["rel", 1, null, "/a"], "hooked": {}}')
    assert read_state(tmp_path) == State(depaudit="", python="", files=(Path("/a"),))
