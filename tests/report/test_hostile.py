"""One hostile report in every format: what all of them promise. How each withstands its own grammar is told beside."""

from __future__ import annotations

import json
import re

import pytest

from depaudit.report import FORMATS, render
from tests.report.hostile import SECRET, TEXTS, hostile_report, many_findings
from tests.report.runner import commands

JSON = ("json", "sarif")
PAGES = ("html",)
"""Files to be opened: what is in them is escaped for a browser, which the log of a build is not."""

MAX_BYTES = {"table": 4, "json": 16, "sarif": 32, "markdown": 1, "github": 1, "html": 32}
"""Millions of bytes that a report may take of 10,000 findings, or of all attacks."""


@pytest.fixture(scope="module", params=FORMATS)
def form(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def hostile(form: str) -> str:
    return render(hostile_report(), form, verbose=True)


@pytest.fixture(scope="module")
def many(form: str) -> str:
    return render(many_findings(10_000), form)


def test_every_attack_is_in_the_report() -> None:
    report = hostile_report()
    assert {finding.message.partition(" in https")[0] for one in report.decisions for finding in one.findings} >= {
        text for text in TEXTS if "https" not in text
    }
    assert {problem.path for problem in report.problems} == set(TEXTS)
    assert {one.verdict.value for one in report.decisions} == {"block", "warn", "unknown", "pass"}


def test_it_ends_with_a_line(hostile: str, many: str) -> None:
    assert hostile.endswith("\n")
    assert many.endswith("\n")


def test_nothing_that_acts_or_hides_is_left(hostile: str) -> None:
    assert {letter for letter in hostile if not letter.isprintable()} <= {"\n"}


def test_no_credential_is_told(hostile: str) -> None:
    assert SECRET not in hostile


def test_it_can_be_written(hostile: str, many: str) -> None:
    assert hostile.encode("utf-8").decode("utf-8") == hostile
    assert many.encode("utf-8").decode("utf-8") == many


def test_no_text_is_told_at_any_length(form: str, hostile: str) -> None:
    if form not in JSON:  # a program's own text is passed on whole, but for a publisher's
        assert "A" * 1_001 not in hostile


def test_its_size_is_bounded(form: str, hostile: str, many: str) -> None:
    assert len(hostile.encode()) <= MAX_BYTES[form] * 1_000_000
    assert len(many.encode()) <= MAX_BYTES[form] * 1_000_000


def test_the_log_of_a_build_takes_no_command_from_it(form: str, hostile: str) -> None:
    if form not in PAGES:
        names = {command.name for command in commands(hostile)}
        assert names == ({"error", "warning", "notice"} if form == "github" else set())
        assert re.search(r"##(?:vso|teamcity)?\[", hostile) is None


def test_json_is_json(form: str, hostile: str, many: str) -> None:
    if form in JSON:
        assert isinstance(json.loads(hostile), dict)
        assert isinstance(json.loads(many), dict)
