"""``depaudit run`` as a command line: whose words are whose, and what it answers when it cannot even begin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from depaudit.errors import UsageError
from depaudit.frontends.cli.main import main
from depaudit.frontends.cli.run import split
from depaudit.gate import run as gate


@pytest.mark.parametrize(
    ("words", "own", "command"),
    [
        (["--", "pip", "list"], [], ["pip", "list"]),
        (["pip", "install", "-q", "--", "x"], [], ["pip", "install", "-q", "--", "x"]),
        (["-q", "--report", "r.json", "pip", "-v"], ["-q", "--report", "r.json"], ["pip", "-v"]),
        (["--report=r.json", "--", "-odd"], ["--report=r.json"], ["-odd"]),
        (["--on-error", "allow", "--", "npm", "ci"], ["--on-error", "allow"], ["npm", "ci"]),
        (["--config", "--", "pip"], ["--config", "--"], ["pip"]),
        (["-", "x"], [], ["-", "x"]),
        (["-q"], ["-q"], []),
        (["--"], [], []),
        ([], [], []),
    ],
)
def test_our_words_stand_before_the_command(words: list[str], own: list[str], command: list[str]) -> None:
    assert split(words) == (own, command)


@pytest.mark.parametrize("words", [["run"], ["run", "--"], ["run", "-q"]])
def test_no_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "no command to run. Type for example: depaudit run -- pip install requests" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["run", "--", "pip\x1b[2Jx", "install", "x"], ["-q", "bunx", "x"]])
def test_no_such_program(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(words) == 127
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "is not installed: no such program on PATH." in captured.err
    assert "\x1b" not in captured.err


def _broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception) -> None:
    """A gate that fails, and a pip that must then never start."""

    def fail(*_: Any) -> gate.Outcome:
        raise error

    monkeypatch.setattr(gate, "run", fail)
    program = tmp_path / "pip"
    program.write_text(f"#!{sys.executable}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_a_defect_of_ours_is_41_and_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _broken(monkeypatch, tmp_path, RuntimeError("https://user:s3cret@host/"))
    assert main(["pip", "install", "zz-sound"]) == 41
    said = capsys.readouterr().err
    assert said.startswith("depaudit: error: depaudit itself failed (RuntimeError), so what this command installed")
    assert "s3cret" not in said
    assert "Traceback" not in said
    assert main(["-v", "pip", "install", "zz-sound"]) == 41
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "s3cret" not in said


def test_an_error_with_a_cause_is_41_and_says_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _broken(monkeypatch, tmp_path, UsageError("pip cannot be started: Exec format error.", mend="Check it."))
    assert main(["run", "--", "pip", "install", "zz-sound"]) == 41
    assert capsys.readouterr().err.startswith("depaudit: error: pip cannot be started: Exec format error.")
