"""Input errors on stderr: place, cause, remedy; nothing hostile reaches the terminal."""

from __future__ import annotations

from depaudit.model.problem import Problem
from depaudit.report import render_problems
from tests.report.sample import sample_report


def test_place_cause_and_remedy() -> None:
    assert render_problems(sample_report().problems) == (
        "error: bad.lock:7: a string does not end.\n"
        "  next: Make the file anew with uv lock.\n"
        "error: evil\\x1b[31m\\u202etxt.seriuqer\\u200b\\nname: forged/requirements.txt:2:5: '\\u202e' is not a name "
        "that PyPI could hold.\n"
    )


def test_without_a_place_and_with_a_secret() -> None:
    problem = Problem(path="", message="https://user:hunter2@x.example/ cannot be read.", column=3)
    assert render_problems([problem]) == "error: <input>: https://x.example/ cannot be read.\n"
    assert render_problems([]) == ""


def test_colour() -> None:
    assert render_problems([Problem(path="a", line=1, message="b.", mend="c.")], color=True) == (
        "\x1b[1;31merror\x1b[0m: \x1b[1ma:1\x1b[0m: b.\n  \x1b[36mnext\x1b[0m: c.\n"
    )
