"""What the last step of a job says of the log, and how it ends."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from depaudit.errors import UsageError
from depaudit.frontends.verify import MAX_ROWS, summary, verify
from depaudit.gate.refusals import VARIABLE, Entry, Log, Refused, entry_line, head_line
from tests.report.hostile import TEXTS
from tests.report.markdown_reader import assert_inert, table

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


def refused(name: str = "reqeusts", version: str | None = "1.0", sentence: str = "It looks like requests.") -> Refused:
    return Refused(ecosystem="pypi", name=name, version=version, rules=("typo-adjacent",), sentence=sentence)


def entry(*packages: Refused, status: int = 40, sentence: str = "", more: int = 0) -> Entry:
    return Entry(
        time=NOW,
        command=("pip", "install", "-r", "requirements.txt"),
        status=status,
        packages=packages,
        sentence=sentence,
        more=more,
    )


def write(folder: Path, *entries: Entry, rest: bytes = b"") -> Path:
    path = folder / "refusals.jsonl"
    path.write_bytes(head_line(NOW) + b"".join(map(entry_line, entries)) + rest)
    return path


def test_a_clean_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "summary"
    told.write_text("before\n")
    assert verify(write(tmp_path), {"GITHUB_STEP_SUMMARY": str(told)}) == 0
    assert capsys.readouterr().out == "depaudit: nothing was refused in this job.\n"
    assert told.read_text() == "before\n## depaudit\n\nNothing was refused in this job.\n"


def test_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "summary"
    path = write(
        tmp_path,
        entry(refused(), refused("left-padd", None, "It is 2 days old.")),
        entry(status=41, sentence="depaudit itself failed (ValueError)."),
    )
    assert verify(path, {"GITHUB_STEP_SUMMARY": str(told)}) == 1
    assert capsys.readouterr().out.splitlines() == [
        (
            "::error title=Refused%3A pypi%3Areqeusts 1.0 and 1 more::"
            "An earlier step of this job ran: pip install -r requirements.txt%0A"
            "pypi:reqeusts 1.0: It looks like requests.%0Apypi:left-padd: It is 2 days old."
        ),
        (
            "::error title=depaudit could not do its work::"
            "An earlier step of this job ran: pip install -r requirements.txt%0Adepaudit itself failed (ValueError)."
        ),
    ]
    assert told.read_text() == (
        "## depaudit\n\n"
        "**2 commands of this job were refused**, whether or not the step failed for it.\n\n"
        "| refused | why | by |\n"
        "| --- | --- | --- |\n"
        "| `pypi:reqeusts 1.0` | It looks like requests. | `pip install -r requirements.txt` |\n"
        "| `pypi:left-padd` | It is 2 days old. | `pip install -r requirements.txt` |\n"
        "| `the whole command` | depaudit itself failed (ValueError). | `pip install -r requirements.txt` |\n"
    )


def test_the_variable_names_the_log_where_no_path_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, entry(refused()))
    assert verify(None, {VARIABLE: str(path)}) == 1
    assert verify(path, {VARIABLE: "/dev/null"}) == 1, "a step could have changed the variable"
    assert capsys.readouterr().out.count("::error title=Refused%3A") == 2


@pytest.mark.parametrize("folder", [None, "never made"])
def test_no_gate(folder: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(None if folder is None else tmp_path / folder / "refusals.jsonl", {}) == 2
    assert capsys.readouterr().out == (
        "::error title=No gate to verify::The gate was not put in place in this job, so there is nothing to verify. "
        "Use the action with gate: true before the steps that install something, and with mode: verify after them.\n"
    )


@pytest.mark.parametrize("placed", [True, False])
def test_a_log_that_is_gone(placed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = (tmp_path if placed else tmp_path / "folder too") / "refusals.jsonl"
    assert verify(path, {} if placed else {VARIABLE: str(path)}) == 3
    assert capsys.readouterr().out == (
        "::error title=The log of refusals is damaged::The log of refusals is gone, though the gate was put in place. "
        "What was refused is not all known.\n"
    )


def test_a_damaged_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "summary"
    environment = {"GITHUB_STEP_SUMMARY": str(told)}
    assert verify(write(tmp_path, rest=b"::warning::forged\n"), environment) == 3
    assert capsys.readouterr().out == (
        "::error title=The log of refusals is damaged::Line 2 of the log is damaged. "
        "What was refused is not all known.\n"
    )
    assert told.read_text() == (
        "## depaudit\n\n**The log of refusals is damaged: what was refused is not all known.**\n\n"
        "- Line 2 of the log is damaged.\n"
    )
    assert verify(write(tmp_path, entry(refused()), rest=b"\n"), environment) == 1
    assert verify(write(tmp_path, *[entry(refused())] * 20, rest=b"\n"), {}) == 1
    lines = capsys.readouterr().out.splitlines()[2:]
    assert len(lines) == 10
    assert lines[0].startswith("::error title=The log of refusals is damaged::")


def test_many_refusals_are_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, *[entry(*[refused()] * 100, more=3)] * 12)
    told = tmp_path / "summary"
    assert verify(path, {"GITHUB_STEP_SUMMARY": str(told)}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("::error title=Refused%3A pypi%3Areqeusts 1.0 and 102 more::")
    assert lines[0].endswith("%0AAnd 98 more.")
    assert lines[-1] == "::error title=Not all is shown here::3 more commands were refused; see the job's summary."
    text = told.read_text()
    assert text.count("\n| `") == MAX_ROWS
    assert text.endswith(f"\n\nAnd {12 * 101 - MAX_ROWS:,} more.\n")


@pytest.mark.parametrize("text", TEXTS)
def test_foreign_texts_command_nobody(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = Refused(ecosystem="npm", name=text, version=text, rules=(text,), sentence=text)
    made = Entry(time=NOW, command=(text, text), status=40, packages=(hostile,), sentence=text)
    told = tmp_path / "summary"
    assert verify(write(tmp_path, made), {"GITHUB_STEP_SUMMARY": str(told)}) == 1
    lines = capsys.readouterr().out.split("\n")
    assert len(lines) == 2
    assert lines[0].startswith("::error title=Refused")
    assert "\r" not in lines[0]
    assert "##[" not in lines[0]
    shown = told.read_text(encoding="utf-8").removeprefix("## depaudit\n")
    assert_inert(shown)
    assert len(table(shown)) == (3 if text else 2)


def test_a_forged_log_commands_nobody() -> None:
    """What no gate wrote is read back as strictly as it is shown."""
    forged = Log(entries=(entry(refused("a`|\n::error::x", "<script>", "x\n\n# y | z")),))
    rows = summary(forged).splitlines()
    assert len(rows) == 7
    assert rows[-1] == (
        "| ``pypi:a`\\|\\n::error::x <script>`` | `x\\n\\n#` y `\\|` z | `pip install -r requirements.txt` |"
    )


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="summary cannot be written"):
        verify(write(tmp_path), {"GITHUB_STEP_SUMMARY": str(tmp_path)})
