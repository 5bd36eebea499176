"""SARIF: valid by the standard's own schema, within code scanning's limits, stable from run to run."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from depaudit.model.record import replace
from depaudit.model.requirement import Location
from depaudit.model.verdict import Change, Decision, Report
from depaudit.report.sarif import MAX_RESULTS, render
from tests.report.golden import assert_golden
from tests.report.hostile import SECRET, hostile_report, many_findings
from tests.report.sample import empty_report, package, passing_report, sample_report, wish

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "sarif-schema-2.1.0.json"
CHANGE = Change(base="0123456789abcdef0123456789abcdef01234567", head="index", files=2)


@lru_cache(maxsize=1)
def validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_of(report: Report) -> dict[str, Any]:
    """The one run of the report, after the whole was held to the schema."""
    document = json.loads(render(report))
    assert [error.message for error in validator().iter_errors(document)] == []
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_the_schema_refuses_what_is_no_sarif() -> None:
    document = json.loads(render(sample_report()))
    del document["runs"][0]["tool"]["driver"]["name"]
    assert not validator().is_valid(document)


def test_golden() -> None:
    assert_golden("report.sarif", render(sample_report()))


@pytest.mark.parametrize("report", [sample_report(), hostile_report(), empty_report(), passing_report(3)])
def test_every_report_is_valid_and_each_result_has_what_code_scanning_asks_for(report: Report) -> None:
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        assert 0 <= float(rule["properties"].get("security-severity", "0")) <= 10
    assert len({rule["id"] for rule in rules}) == len(rules)
    seen = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert 0 < len(result["message"]["text"]) <= 2_000  # of 1,000 letters, escapes not counted
        assert 1 <= len(result["locations"]) <= 1_000
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert place["region"]["startLine"] >= 1
            assert ".." not in place["artifactLocation"]["uri"].split("/")
        seen.add(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(seen) == len(run["results"])
    assert SECRET not in render(report)


def test_what_blocks_warns_or_is_unknown_is_a_result_and_nothing_else() -> None:
    report = sample_report()
    told = {(r["properties"]["package"], r["properties"]["verdict"]) for r in run_of(report)["results"]}
    expected = {(d.package.name, d.verdict.value) for d in report.decisions if d.verdict.value != "pass"}
    assert {name for name, _ in told} == {name for name, _ in expected}
    assert {verdict for _, verdict in told} == {verdict for _, verdict in expected}
    assert run_of(passing_report(3))["results"] == []


def test_an_alert_survives_moved_lines_and_other_versions() -> None:
    report = sample_report()

    def fingerprints(one: Report) -> list[str]:
        return [result["partialFingerprints"]["depaudit/v1"] for result in run_of(one)["results"]]

    def moved(decision: Decision) -> Decision:
        wishes = tuple(
            replace(wish, location=replace(wish.location, line=wish.location.line + 7))
            for wish in decision.package.requirements
        )
        return replace(decision, package=replace(decision.package, version="9.9.9", requirements=wishes))

    assert fingerprints(report) == fingerprints(
        replace(report, decisions=tuple(moved(decision) for decision in report.decisions))
    )


def test_an_incomplete_run_and_input_errors_are_told_of() -> None:
    run = run_of(sample_report())
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [notice["level"] for notice in invocation["toolExecutionNotifications"]]
    assert levels.count("error") == len(sample_report().problems) + 1
    assert run_of(passing_report(1))["invocations"][0]["executionSuccessful"] is True


def test_a_change_has_a_category_of_its_own() -> None:
    assert run_of(sample_report())["automationDetails"] == {"id": "depaudit/"}
    assert run_of(replace(sample_report(), change=CHANGE))["automationDetails"] == {"id": "depaudit/change/"}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("web/package.json", "web/package.json"),
        ("./a b/%41#?.txt", "a%20b/%2541%23%3F.txt"),
        ("C:/x.txt", "C%3A/x.txt"),
        ("../up/requirements.txt", "not-in-this-repository"),
        ("/srv/app/requirements.txt", "file:///srv/app/requirements.txt"),
        ("<stdin>", "standard-input"),
        ("a\u202e\x1b.txt", "a%5Cu202e%5Cx1b.txt"),
        ("", "not-in-this-repository"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    report = sample_report()
    first = next(decision for decision in report.decisions if decision.verdict.value == "block")
    asked = replace(wish("fastapii"), location=Location(path=path, line=3))
    run = run_of(replace(report, decisions=(replace(first, package=package(asked)),)))
    places = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for location in result["locations"]
    }
    assert places == {uri}


def test_ten_thousand_findings_stay_within_the_limits() -> None:
    report = many_findings(10_000)
    run = run_of(report)
    assert len(run["results"]) >= 10_000
    assert len(gzip.compress(render(report).encode("ascii"))) < 10_000_000


def test_beyond_the_limit_the_worst_stay_and_the_rest_is_counted() -> None:
    document = json.loads(render(many_findings(26_000)))
    (run,) = document["runs"]
    levels = [result["level"] for result in run["results"]]
    assert len(levels) == MAX_RESULTS
    assert levels == sorted(levels)  # "error" before "note" before "warning": none of a lesser kind before an error
    (first, *_) = run["invocations"][0]["toolExecutionNotifications"]
    assert first["level"] == "error"
    assert "left out" in first["message"]["text"]
