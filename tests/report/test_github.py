"""Annotations: read as the runner reads them, exactly ours, within GitHub's limits, the worst first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.problem import Problem
from depaudit.model.record import replace
from depaudit.model.requirement import Location
from depaudit.model.verdict import Change, Decision, NetworkUse, Report, Verdict
from depaudit.report import render, render_problems
from depaudit.report.github import Annotation, command
from depaudit.report.secrets import hide
from depaudit.report.terminal import safe
from tests.report.golden import assert_golden
from tests.report.hostile import ATTACKS, SECRET, SECRET_URL, TEXTS, hostile_report, many_findings
from tests.report.runner import Command, commands, plain_lines
from tests.report.sample import empty_report, passing_report, sample_report

ASKED = "0 requests, 0 answered from cache."
LEVELS = ["error", "warning", "notice"]


def github(report: Report) -> str:
    return render(report, "github")


def one(decision: Decision) -> Command:
    """The one annotation of a report about one package."""
    (found,) = commands(github(replace(empty_report(), decisions=(decision,))))
    return found


def blocked(**changes: object) -> Decision:
    return replace(sample_report().decisions[-1], **changes)


def placed(decision: Decision, *places: tuple[str, int]) -> Decision:
    """``decision``, asked for at ``places`` alone."""
    wishes = tuple(
        replace(decision.package.requirements[0], location=Location(path=path, line=line)) for path, line in places
    )
    return replace(decision, package=replace(decision.package, requirements=wishes))


def test_golden() -> None:
    assert_golden("report.github.txt", github(sample_report()))


def test_what_is_clean_takes_one_line() -> None:
    assert github(passing_report(14)) == f"14 packages judged: all passed. {ASKED}\n"
    change = Change(base="0123456789abcdef0123456789abcdef01234567", head="index")
    assert github(replace(empty_report(), change=change)) == (
        f"This change adds no dependency. Compared with 0123456. {ASKED}\n"
    )


def test_a_package_is_one_annotation_at_its_line() -> None:
    assert one(blocked(pending="depaudit.toml:4")) == Command(
        "error",
        {
            "file": "requirements.txt",
            "line": "3",
            "endLine": "3",
            "col": "1",
            "title": "pypi:fastapii (nonexistent)",
        },
        "PyPI knows no fastapii: whoever registers the name first decides what you would install.\n"
        "fastapii is fastapi with a doubled letter, and fastapi is used by far more people.\n"
        "Did you mean fastapi?\n"
        "This change brings its own exception (depaudit.toml:4); it takes effect once merged.\n"
        "Also at pyproject.toml:12, setup.cfg:9, docs/requirements.txt:1 and 1 more.",
    )


def test_levels_follow_the_verdict() -> None:
    levels = {verdict: one(blocked(verdict=verdict)).name for verdict in Verdict if verdict is not Verdict.PASS}
    assert levels == {Verdict.BLOCK: "error", Verdict.WARN: "warning", Verdict.UNKNOWN: "error"}


def test_an_input_error_stands_at_its_place() -> None:
    problems = (
        Problem(path="bad.lock", line=7, column=3, message="a string does not end.", mend="Make it anew."),
        Problem(path="", message="nothing to read"),
        Problem(path="../x.txt", line=2, message="outside"),
    )
    assert commands(github(replace(passing_report(1), problems=problems))) == [
        Command(
            "error",
            {"file": "bad.lock", "line": "7", "endLine": "7", "col": "3", "title": "Input error"},
            "a string does not end.\nMake it anew.",
        ),
        Command("error", {"title": "Input error"}, "nothing to read."),
        Command("error", {"title": "Input error"}, "../x.txt: outside."),
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a/b c/ü,:%;]=.txt", "a/b c/ü,:%;]=.txt"),
        ("./a//b/./c.txt", "a/b/c.txt"),
        ("%0A::set-output name=x::y", "%0A::set-output name=x::y"),
        ("a" * 400, "a" * 400),
        ("a" * 401, None),
        ("/etc/passwd", None),
        ("a/../b", None),
        ("C:/a", None),
        ("a\\b", None),
        ("=a", None),
        (" a", None),
        ("a ", None),
        ("", None),
        (".", None),
        ("<command line>", None),
        ("a\nb", None),
        ("a\u202eb", None),
        ("::error::", None),
    ],
)
def test_only_a_path_that_can_be_shown_is_a_file(path: str, shown: str | None) -> None:
    found = one(placed(blocked(), (path, 3)))
    assert found.properties.get("file") == shown
    assert ("line" in found.properties) == (shown is not None)
    if shown is None and path != "<command line>":
        assert found.data.splitlines()[-1] == f"Asked for at {safe(f'{path}:3', 200)}."


def test_the_first_place_that_can_be_shown_is_taken() -> None:
    found = one(placed(blocked(), ("../a", 1), ("b", 2), ("c", 3)))
    assert (found.properties["file"], found.properties["line"]) == ("b", "2")
    assert found.data.endswith("\nAlso at ../a:1, c:3.")


@pytest.mark.parametrize("line", [0, -1, 2**31])
def test_a_line_that_the_runner_cannot_read_is_left_out(line: int) -> None:
    found = one(placed(blocked(), ("a", line)))
    assert found.properties == {"file": "a", "title": "pypi:fastapii (nonexistent)"}


def test_few_packages_stand_each_at_their_line() -> None:
    report = replace(empty_report(), decisions=sample_report().decisions[5:11])
    lines = [(found.properties["file"], found.properties["line"]) for found in commands(github(report))]
    assert lines == [("sub/requirements.txt", str(number)) for number in range(1, 7)]


def test_many_packages_of_which_the_same_is_said_are_joined() -> None:
    report = replace(empty_report(), decisions=sample_report().decisions[5:17])
    (found,) = commands(github(report))
    assert found.properties["title"] == "12 packages (unknown)"
    assert found.data.splitlines()[0] == "pypi:inner-1 1.0, pypi:inner-2 1.0, pypi:inner-3 1.0 and 9 more."


def test_ten_of_a_level_and_a_word_on_the_rest() -> None:
    found = commands(github(many_findings(10_000)))
    assert [each.name for each in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 2
    assert found[-1].data == (
        "5,991 more errors and 2,990 more warnings are left out: GitHub shows 10 of a kind. The whole report is in the "
        "summary of this job; without one, --format table prints it."
    )
    thirteen = replace(empty_report(), decisions=tuple(many_findings(20).decisions[:16]))
    assert [each.name for each in commands(github(thirteen))] == ["error"] * 10 + ["warning"] * 3 + ["notice"]
    assert commands(github(thirteen))[-1].data.startswith("3 more errors are left out: ")


def test_notices_too_are_ten() -> None:
    limits = tuple(f"limit {number}" for number in range(30))
    found = commands(github(replace(passing_report(1), network=NetworkUse(limits_hit=limits[:10]))))
    assert [each.data for each in found] == [f"limit {number}." for number in range(10)]
    found = commands(github(replace(passing_report(1), network=NetworkUse(limits_hit=limits))))
    assert len(found) == 10
    assert found[-1].data.startswith("21 more notices are left out: ")


def test_the_runner_finds_our_commands_and_no_other() -> None:
    text = github(hostile_report())
    found = commands(text)
    assert [each.name for each in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert len(text.splitlines()) == 31
    assert plain_lines(text) == [text.splitlines()[-1]]
    assert plain_lines(text)[0].startswith("181 packages judged: 55 blocked, 42 warned, 42 unknown, 42 passed. ")
    assert SECRET not in text
    for number, each in enumerate(found[:10]):
        said = hide(f"{ATTACKS[number]} in {SECRET_URL}")
        assert each.data.splitlines()[0] == safe(said)
        assert each.properties["title"].startswith(f"{'npm' if number % 2 else 'pypi'}:blocked-{number}")
        assert set(each.properties) <= {"file", "line", "endLine", "col", "title"}
    assert all(letter.isprintable() for each in found for line in each.data.splitlines() for letter in line)
    assert all(len(each.data) <= 4096 and len(each.properties["title"]) <= 255 for each in found)


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_no_other_format_commands_the_runner(form: str) -> None:
    for width in (60, 100):
        assert commands(render(hostile_report(), form, width=width, verbose=True)) == []
    assert commands(render_problems(hostile_report().problems)) == []


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60) | st.text(":#[]%=,;\n\r aerow0AD25", max_size=60) | st.sampled_from(TEXTS))
def test_any_text_comes_back_from_the_runner(text: str) -> None:
    line = command(Annotation(level="notice", title=f"x{text}", message=f"a\n{text}"))
    (found,) = commands(line)
    shown = "\n".join(safe(part) for part in f"a\n{text}"[:4000].split("\n"))
    assert found == Command("notice", {"title": safe(f"x{text}", 200).rstrip()}, shown)
    assert "##[" not in line
