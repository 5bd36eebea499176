"""An exception is a person's decision: on a terminal, with the name typed, readable afterwards."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from depaudit.errors import ConfigError
from depaudit.frontends.cli.allow import configuration_file, verify

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal")


def on_a_terminal(folder: Path, answer: str, *words: str) -> tuple[int, str]:
    """Run ``depaudit allow`` as a person would; return its status and what the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "depaudit", "allow", *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, typed, deadline = b"", False, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
        elif process.poll() is not None:
            break
        if b"to record it:" in shown and not typed:
            os.write(ours, f"{answer}\n".encode())
            typed = True
    os.close(ours)
    return process.wait(timeout=30), shown.decode()


def test_the_entry_is_written_and_counts(tmp_path: Path) -> None:
    (tmp_path / "depaudit.toml").write_text('# ours\nfail-on = "warn"\n')
    status, shown = on_a_terminal(
        tmp_path, "zz-ours", "zz-ours", "--reason", 'said "yes"', "--until", "2099-01-01", "--rule", "nonexistent"
    )
    assert status == 0, shown
    assert (tmp_path / "depaudit.toml").read_text() == (
        '# ours\nfail-on = "warn"\n\n[[allow]]\nname = "pypi:zz-ours"\nrules = ["nonexistent"]\n'
        'reason = "said \\"yes\\""\nuntil = 2099-01-01\n'
    )


def test_another_answer_records_nothing(tmp_path: Path) -> None:
    status, shown = on_a_terminal(tmp_path, "yes", "zz-ours", "--reason", "ours")
    assert (status, list(tmp_path.iterdir())) == (1, [])
    assert "Nothing was recorded" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zz-ours==1.0", "--reason", "x"), "names a version"),
        (("zz-ours", "--reason", " "), "needs a sentence"),
        (("zz-ours", "--reason", "x", "--until", "soon"), "is no date"),
        (("zz-ours", "--reason", "x", "--until", "2001-01-01"), "has passed"),
        (("zz-ours", "--reason", "x", "--rule", "typo-adjacant"), "Did you mean typo-adjacent?"),
    ],
)
def test_what_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    status, shown = on_a_terminal(tmp_path, "zz-ours", *words)
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert said in " ".join(shown.split())


def test_pyproject_is_used_where_the_project_does(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.depaudit]\nfail-on = "warn"\n')
    (tmp_path / "sub").mkdir()
    assert configuration_file(tmp_path / "sub") == tmp_path / "pyproject.toml"
    status, shown = on_a_terminal(tmp_path / "sub", "left-pad", "npm:left-pad", "--reason", "small")
    assert status == 0, shown
    assert (
        (tmp_path / "pyproject.toml")
        .read_text()
        .endswith('\n[[tool.depaudit.allow]]\nname = "npm:left-pad"\nreason = "small"\n')
    )


def test_a_file_that_cannot_take_the_entry_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be added"):
        verify('allow = []\n\n[[allow]]\nname = "pypi:x"\n', tmp_path / "depaudit.toml", "pypi:x")
    with pytest.raises(ConfigError, match="cannot be added"):
        verify('[[allow]]\nname = "pypi:x"\n', tmp_path / "pyproject.toml", "pypi:x")
