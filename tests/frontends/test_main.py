"""The command line's door: commands, options that hold everywhere, errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from depaudit import __version__
from depaudit.frontends.cli.main import COMMANDS, main


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["-q", "--version"]])
def test_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out == f"depaudit {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {command}" in text for command, _, _ in COMMANDS)
    assert main([]) == 2


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"depaudit {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "depaudit: error: unknown command 'chek'. Did you mean check?"),
        (["--nonsense"], "depaudit: error: unknown option '--nonsense'"),
        (["scan", "--ofline"], "depaudit scan: error: unknown option '--ofline'. Did you mean --offline?"),
        (["check", "--offline", "requests", "--output", "xml=x.xml"], "names no format and file"),
        (["scan", "-"], "standard input is read alone and needs its format"),
        (["allow", "requests", "--reason", "x"], "allow works on a terminal only"),
        (["check", "requests", "--config", "missing.toml"], "missing.toml"),
        (["explain", "two words"], "is no requirement"),
    ],
)
def test_wrong_usage_is_status_2_with_a_mend(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_options_that_hold_everywhere_may_stand_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-q", "--color", "never", "check", "--offline", "requests"]) == 0
    assert capsys.readouterr().out == ""


def test_words_may_stand_behind_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "requests", "--offline", "numpy", "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_output_goes_whole_into_files(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--offline", "requests", "--output", "json=a.json", "--output", "b.txt"]) == 0
    assert capsys.readouterr().out == ""
    assert '"name": "requests"' in (tmp_path / "a.json").read_text()
    assert "1 package judged" in (tmp_path / "b.txt").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.txt"]
    assert main(["check", "--offline", "requests", "--output", "missing/a.txt"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m depaudit check --offline requests zz-what-ever | true"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_and_no_verdict(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "depaudit", "check", "--offline", "requests"]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "nothing was decided" in done.stderr
    assert "Traceback" not in done.stderr
