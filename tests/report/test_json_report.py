"""JSON: the contract's keys, the schema that ships, and hostile text that cannot break out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from depaudit import __version__
from depaudit.model.evidence import NOT_NEEDED, Found, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace
from depaudit.model.route import Route
from depaudit.model.verdict import NetworkUse, Report, Verdict
from depaudit.report import render, render_list
from depaudit.report.json_report import timestamp
from tests.report.golden import assert_golden
from tests.report.sample import (
    bundled,
    empty_report,
    evidence,
    package,
    passing_report,
    project,
    sample_report,
    wish,
)

SCHEMA = json.loads((files("depaudit.report") / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(document)
    return document


def listing() -> str:
    report = sample_report()
    packages = [decision.package for decision in report.decisions]
    return render_list(packages, "json", problems=report.problems, not_audited=report.not_audited)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_golden() -> None:
    text = render(sample_report(), "json")
    read(text)
    assert_golden("report.json", text)


def test_golden_list() -> None:
    text = listing().replace(f'"version": "{__version__}"', '"version": "1.2.3"', 1)
    read(text)
    assert_golden("list.json", text)


def test_nothing() -> None:
    document = read(render(empty_report(), "json"))
    assert (document["packages"], document["errors"], document["notes"]) == ([], [], [])
    assert read(render_list([], "json"))["summary"] == {"packages": 0, "errors": 0, "not_audited": {}}


def test_ascii_only_and_no_secrets() -> None:
    for text in (render(sample_report(), "json"), listing()):
        assert text.isascii()
        assert "\x1b" not in text
        assert "hunter2" not in text
        assert text.endswith("}\n")


def test_the_log_of_a_build_finds_no_command() -> None:
    notes = ("###[add-mask]a", "##vso[task.setvariable]b", "## title")
    text = render(replace(empty_report(), notes=notes), "json")
    assert "##" not in text
    assert json.loads(text)["notes"] == list(notes)


def test_limits_are_told_without_secrets() -> None:
    use = NetworkUse(limits_hit=("https://user:hunter2@git.example/ failed.",))
    summary = json.loads(render(replace(empty_report(), network=use), "json"))["summary"]
    assert summary["limits_hit"] == ["https://git.example/ failed."]


def test_one_line_a_package() -> None:
    lines = render(passing_report(3), "json").splitlines()
    assert [json.loads(line.strip().rstrip(","))["name"] for line in lines if '"ecosystem"' in line] == [
        "package-0",
        "package-1",
        "package-2",
    ]


def one(report: Report) -> dict[str, Any]:
    (entry,) = read(render(report, "json"))["packages"]
    return dict(entry)


def deciding(**changes: Any) -> Report:
    (decision,) = passing_report(1).decisions
    return replace(passing_report(1), decisions=(replace(decision, **changes),))


def test_facts_that_share_a_label_are_all_kept() -> None:
    finding = Finding(
        rule="typo-adjacent",
        severity=Severity.HIGH,
        message="m",
        facts=(
            Fact(label="target", value="a"),
            Fact(label="target", value="b"),
            Fact(label="summary_text", value="x" * 200),
            Fact(label="age", value=1.5),
        ),
    )
    entry = one(deciding(verdict=Verdict.BLOCK, findings=(finding,)))
    assert entry["findings"][0]["evidence"] == {
        "target": "a",
        "target_2": "b",
        "summary_text": "x" * 120,
        "age": 1.5,
    }


def test_evidence_of_each_kind() -> None:
    subject = package(wish("x", ecosystem=Ecosystem.NPM))
    found = Found(project("x", Ecosystem.NPM, age=10, releases=2), "npm")
    bare = {"first_published": None, "releases": None, "downloads_last_month": None, "index": None}
    known = bundled(Ecosystem.NPM, listed=True)
    unlisted = bundled(Ecosystem.PYPI, listed=False)
    cases = [
        (
            evidence(subject, found, known=replace(known, downloads=7), downloads=Found(0, "npm-downloads")),
            {
                "exists": True,
                "first_published": "2026-11-13T12:00:00Z",
                "releases": 2,
                "downloads_last_month": 0,
                "index": "https://registry.npmjs.org/",
                "sources": ["bundled", "npm", "npm-downloads"],
            },
        ),
        (
            evidence(subject, Found(replace(found.value, dates_known=False), "https://u:hunter2@m.example/")),
            {
                **bare,
                "exists": True,
                "releases": 2,
                "index": "https://registry.npmjs.org/",
                "sources": ["bundled", "https://m.example/"],
            },
        ),
        (
            evidence(subject, Unknown("offline", asked=False), known=replace(known, downloads=7)),
            {**bare, "exists": True, "downloads_last_month": 7, "sources": ["bundled"]},
        ),
        (evidence(subject, Unknown("timed out"), known=unlisted), {**bare, "exists": None, "sources": ["bundled"]}),
        (
            evidence(subject, Unknown("x"), known=bundled(listed=None), names_only=True),
            {**bare, "exists": None, "sources": []},
        ),
        # the bundled data are the public registry's: they say nothing of what comes from elsewhere
        (
            replace(evidence(subject, found, known=replace(known, downloads=7)), index_public=False),
            {
                **bare,
                "exists": True,
                "first_published": "2026-11-13T12:00:00Z",
                "releases": 2,
                "index": "https://registry.npmjs.org/",
                "sources": ["npm"],
            },
        ),
        (
            evidence(subject, NOT_NEEDED, known=replace(known, downloads=7), route=Route(indexes=(), private=True)),
            {**bare, "exists": None, "sources": []},
        ),
    ]
    for seen, expected in cases:
        assert one(deciding(package=subject, evidence=seen))["evidence"] == expected
    finding = Finding(rule="nonexistent", severity=Severity.CRITICAL, message="m")
    offline = deciding(evidence=cases[3][0], findings=(finding,), verdict=Verdict.BLOCK)
    assert one(offline)["evidence"]["exists"] is False


def test_times_are_utc_to_the_second() -> None:
    east = timezone(timedelta(hours=2))
    assert timestamp(datetime(2026, 1, 1, 1, 30, 15, 999_999, tzinfo=east)) == "2025-12-31T23:30:15Z"
    assert timestamp(datetime(2026, 1, 1, tzinfo=timezone.utc)) == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report["summary"].pop("complete"),
        lambda report: report["packages"][0].pop("verdict"),
        lambda report: report["packages"][0].update(verdict="fine"),
        lambda report: report["packages"][0].update(unknown_because="but it passed"),
        lambda report: report["packages"][0]["locations"][0].update(line=0),
        lambda report: report.update(schema_version=2),
    ],
)
def test_the_schema_refuses_what_the_contract_forbids(spoil: Any) -> None:
    document = read(render(passing_report(1), "json"))
    spoil(document)
    assert not VALIDATOR.is_valid(document)


def test_keys_may_be_added() -> None:
    document = read(render(passing_report(1), "json"))
    document["new"] = document["summary"]["new"] = document["packages"][0]["new"] = 1
    VALIDATOR.validate(document)
