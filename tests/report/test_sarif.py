"""SARIF: valid by the standard's own schema, within what code scanning takes, and silent on what it would get wrong."""

from __future__ import annotations

import gzip
import json
import re
from base64 import urlsafe_b64encode
from datetime import datetime, timezone
from hashlib import shake_256
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from depaudit.model.evidence import Absent
from depaudit.model.finding import Finding, Severity
from depaudit.model.record import replace
from depaudit.model.verdict import Change, Decision, Report, Verdict
from depaudit.report import render
from tests.report.golden import assert_golden
from tests.report.hostile import LONG_PATH, SECRET, hostile_report, many_findings
from tests.report.sample import bundled, empty_report, evidence, package, passing_report, sample_report, wish

SCHEMA = json.loads((Path(__file__).resolve().parents[1] / "data" / "sarif-schema-2.1.0.json").read_bytes())
FORMATS = jsonschema.FormatChecker(())

# RFC 3986: the letters that a URI is made of, and in a relative one no ":" before the first "/"
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})"
_RELATIVE = re.compile(rf"{_PCHAR}+(?:/(?:{_PCHAR}|:)*)*")
_ABSOLUTE = re.compile(rf"[a-z]+://{_PCHAR}*(?:/(?:{_PCHAR}|:)*)*")


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or _ABSOLUTE.fullmatch(value) is not None


@FORMATS.checks("uri-reference")
def is_uri_reference(value: object) -> bool:
    return is_uri(value) or (isinstance(value, str) and _RELATIVE.fullmatch(value) is not None)


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    if isinstance(value, str):
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return True


VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=FORMATS)

Log = dict[str, Any]


def read(report: Report) -> Log:
    """The one run of the report's log, which is valid."""
    text = render(report, "sarif")
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert text.isascii()
    assert SECRET not in text
    (run,) = document["runs"]
    assert isinstance(run, dict)
    assert_accepted(document, text)
    return run


def assert_accepted(document: Log, text: str) -> None:
    """What GitHub's documentation asks beside the schema; the empty text counts as none there."""
    (run,) = document["runs"]
    assert document["$schema"]
    assert len(gzip.compress(text.encode())) <= 10_000_000
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "depaudit"
    assert len(rules) <= 25_000
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert 0 < len(rule["name"]) <= 255
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        properties = rule["properties"]
        assert len(properties["tags"]) <= 10
        assert properties["precision"] in ("very-high", "high", "medium", "low")
        assert properties["problem.severity"] in ("error", "warning", "recommendation")
        assert 0.0 < float(properties.get("security-severity", "1")) <= 10.0
        assert ("security-severity" in properties) == ("security" in properties["tags"])
    assert len(run["results"]) <= 25_000
    fingerprints = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert 0 < len(result["message"]["text"]) <= 2_100
        assert 1 <= len(result["locations"]) <= 10
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"]
            assert place["region"]["startLine"] >= 1
            assert place["region"]["startColumn"] >= 1
        fingerprints.add((result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"]))
    assert len(fingerprints) == len(run["results"]), "two alerts would be taken for one"


def deciding(*findings: Finding, name: str = "leftpad", place: str = "requirements.txt:1", **more: Any) -> Decision:
    subject = package(wish(name, place, version=more.pop("version", None)))
    fields = {"verdict": Verdict.BLOCK, "findings": findings, **more}
    return Decision(package=subject, evidence=evidence(subject, Absent("pypi"), known=bundled()), **fields)


def finding(rule: str = "nonexistent", severity: Severity = Severity.CRITICAL, message: str = "It is free.") -> Finding:
    return Finding(rule=rule, severity=severity, message=message)


def reporting(*decisions: Decision, **more: Any) -> Report:
    return replace(empty_report(), decisions=decisions, **more)


def results(*decisions: Decision, **more: Any) -> list[Log]:
    found = read(reporting(*decisions, **more))["results"]
    assert isinstance(found, list)
    return found


def result(decision: Decision) -> Log:
    (one,) = results(decision)
    return one


def uris(one: Log) -> list[str]:
    return [location["physicalLocation"]["artifactLocation"]["uri"] for location in one["locations"]]


def notices(report: Report) -> list[tuple[str, str]]:
    (invocation,) = read(report)["invocations"]
    return [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]


# --- valid


def test_the_schema_is_the_standards_own() -> None:
    assert SCHEMA["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    assert json.loads(render(empty_report(), "sarif"))["$schema"] == SCHEMA["id"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["results"][0].pop("message"),
        lambda run: run["results"][0].update(level="bad"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a b"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a%zz"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a:b/c"),
        lambda run: run["invocations"][0].update(startTimeUtc="yesterday"),
        lambda run: run.update(extra=1),
    ],
)
def test_the_validator_would_notice(spoil: Any) -> None:
    document = json.loads(render(sample_report(), "sarif"))
    spoil(document["runs"][0])
    assert not VALIDATOR.is_valid(document)


def test_golden() -> None:
    read(sample_report())
    assert_golden("report.sarif", render(sample_report(), "sarif"))


def test_nothing() -> None:
    for report in (empty_report(), passing_report(3)):
        run = read(report)
        assert run["results"] == []
        assert run["invocations"][0]["executionSuccessful"] is True
        assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_a_hostile_report() -> None:
    text = render(hostile_report(), "sarif")
    run = read(hostile_report())
    assert len(run["results"]) > 100
    assert "##" not in text
    assert "\x1b" not in text
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::")
    for one in run["results"]:
        told = one["message"]["text"]
        assert all(letter.isprintable() for letter in told)
        assert re.search(r"(?<!\\)(?:\\\\)*[\[\]]", told) is None, "a link"
        assert re.search(r"(?<!\{)(?:\{\{)*\{(?!\{)", told) is None, "a placeholder"


@pytest.mark.parametrize("number", [10_000, 24_000])
def test_many_findings(number: int) -> None:
    report = many_findings(number)
    text = render(report, "sarif")
    run = json.loads(text)["runs"][0]
    assert_accepted(json.loads(text), text)
    expected = number + number // 10  # of those that could not be judged two things are said
    assert len(run["results"]) == min(expected, 25_000)
    assert len(gzip.compress(text.encode())) < 1_500_000
    levels = [one["level"] for one in run["results"]]
    assert levels == sorted(levels), "errors, then warnings"
    told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    if expected > 25_000:
        assert told == f"{expected - 25_000:,} further results left out: code scanning takes no more."
    if number == 10_000:
        VALIDATOR.validate(json.loads(text))


def test_what_can_hardly_be_compressed_is_cut_as_well() -> None:
    """Names that somebody chose for it; the upload would fail for one byte too many."""

    def noise(number: int) -> str:
        return urlsafe_b64encode(shake_256(str(number).encode()).digest(600)).decode()

    decisions = [deciding(finding(message=noise(number)), name=noise(number)[-200:]) for number in range(20_000)]
    text = render(reporting(*decisions), "sarif")
    run = json.loads(text)["runs"][0]
    assert 8_000_000 < len(gzip.compress(text.encode(), 1)) < 10_000_000
    left_out = 20_000 - len(run["results"])
    assert left_out > 0
    told = run["invocations"][0]["toolExecutionNotifications"][0]
    assert told["message"]["text"] == f"{left_out:,} further results left out: code scanning takes no more."


# --- what is said of a package


def test_a_finding() -> None:
    wishes = (wish("leftpadd", "a b/requirements.txt:3"), wish("leftpadd", "<command line>:1"))
    wishes += tuple(wish("leftpadd", f"sub/requirements.txt:{line}") for line in range(1, 12))
    subject = package(*wishes)
    slip = Finding(
        rule="typo-adjacent", severity=Severity.HIGH, message="It is a slip of left-pad", suggestions=("left-pad",)
    )
    decision = Decision(
        package=subject,
        evidence=evidence(subject, Absent("pypi"), known=bundled()),
        verdict=Verdict.BLOCK,
        findings=(slip,),
        pending="depaudit.toml:4",
    )
    one = result(decision)
    assert (one["ruleId"], one["level"]) == ("typo-adjacent", "error")
    assert one["message"]["text"] == (
        "It is a slip of left-pad. Did you mean left-pad? This change brings its own exception (depaudit.toml:4); it "
        "takes effect once merged. Also at sub/requirements.txt:1, sub/requirements.txt:2, sub/requirements.txt:3 and "
        "9 more places."
    )
    assert one["locations"][0] == {
        "physicalLocation": {
            "artifactLocation": {"uri": "a%20b/requirements.txt", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 1, "endLine": 3},
        }
    }
    assert len(one["locations"]) == 10
    assert one["properties"] == {"ecosystem": "pypi", "package": "leftpadd", "version": None, "verdict": "block"}


def test_what_is_unknown_is_an_error_of_its_own() -> None:
    unknown = deciding(
        finding("foreign-index", Severity.MEDIUM), verdict=Verdict.UNKNOWN, unknown_because="PyPI gave no answer"
    )
    found = results(unknown, complete=False)
    assert [(one["ruleId"], one["level"]) for one in found] == [("not-judged", "error"), ("foreign-index", "warning")]
    assert found[0]["message"]["text"].startswith("PyPI gave no answer.")


def test_worst_first() -> None:
    medium, high = finding("new-package", Severity.MEDIUM), finding("typo-adjacent", Severity.HIGH)
    found = results(
        deciding(medium, name="a", verdict=Verdict.WARN),
        deciding(verdict=Verdict.UNKNOWN, unknown_because="nobody knows", name="b"),
        deciding(high, finding(), name="c"),
    )
    assert [one["ruleId"] for one in found] == ["nonexistent", "typo-adjacent", "not-judged", "new-package"]


def test_what_passes_or_is_set_aside_opens_no_alert() -> None:
    """Code scanning knows neither suppressions nor findings that are shown on request."""
    sample = sample_report()
    passing = [one for one in sample.decisions if one.verdict is Verdict.PASS]
    report = reporting(*passing)
    assert any(one.findings for one in passing)
    assert read(report)["results"] == []
    assert read(report)["properties"]["lesser_findings"] == 1
    assert notices(report) == [
        ("note", "pypi:acme-tools: set aside: nonexistent, by the exception for pypi:acme-*: built here")
    ]


def test_a_rule_is_no_worse_than_what_it_found() -> None:
    """Code scanning fails a check for a high severity of the rule, whatever the level of the result."""

    def severity(*decisions: Decision) -> object:
        rules = {rule["id"]: rule for rule in read(reporting(*decisions))["tool"]["driver"]["rules"]}
        rule = rules["typo-adjacent"]
        return rule["properties"].get("security-severity"), rule["defaultConfiguration"]["level"]

    medium = deciding(finding("typo-adjacent", Severity.MEDIUM), verdict=Verdict.WARN)
    high = deciding(finding("typo-adjacent", Severity.HIGH), name="other")
    assert severity() == ("8.0", "error")
    assert severity(medium) == ("5.5", "warning")
    assert severity(medium, high) == severity(high, medium) == ("8.0", "error")


def test_rules_stand_in_one_order_found_or_not() -> None:
    def ids(report: Report) -> list[str]:
        return [rule["id"] for rule in read(report)["tool"]["driver"]["rules"]]

    assert ids(empty_report()) == ids(sample_report()) == ids(many_findings(20))
    assert ids(reporting(deciding(finding("known-malicious")))) == [*ids(empty_report()), "known-malicious"]


# --- the same alert tomorrow


def fingerprint(decision: Decision) -> str:
    prints = result(decision)["partialFingerprints"]
    assert prints["primaryLocationLineHash"] == prints["depaudit/v1"]
    return str(prints["depaudit/v1"])


def test_a_fingerprint_outlives_lines_versions_words_and_severities() -> None:
    first = fingerprint(deciding(finding()))
    assert re.fullmatch(r"[0-9a-f]{32}:1", first)
    assert fingerprint(deciding(finding(), place="requirements.txt:99")) == first
    assert fingerprint(deciding(finding(), place="./requirements.txt:1")) == first
    assert fingerprint(deciding(finding(), version="2.0")) == first
    assert fingerprint(deciding(finding(message="Other words.", severity=Severity.HIGH))) == first
    others = [
        deciding(finding(), name="right-pad"),
        deciding(finding("denied")),
        deciding(finding(), place="sub/requirements.txt:1"),
    ]
    assert len({first, *map(fingerprint, others)}) == 4


def test_two_versions_of_a_package_in_one_file_are_two_alerts() -> None:
    found = results(deciding(finding(), version="1.0"), deciding(finding(), version="2.0", place="requirements.txt:2"))
    prints = [one["partialFingerprints"]["depaudit/v1"] for one in found]
    assert [each.rpartition(":")[2] for each in prints] == ["1", "2"]
    assert len({each.rpartition(":")[0] for each in prints}) == 1


# --- places


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("requirements.txt", "requirements.txt"),
        ("./sub//requirements.txt", "sub/requirements.txt"),
        ("a b/[x]#1?.txt", "a%20b/%5Bx%5D%231%3F.txt"),
        ("c:\\x\\y.txt", "c%3A%5Cx%5Cy.txt"),
        ("100%.txt", "100%25.txt"),
        ("größe.txt", "gr%C3%B6%C3%9Fe.txt"),
        ("a\x1b[2J\n\u202e.txt", "a%5Cx1b%5B2J%5Cn%5Cu202e.txt"),
        ("\udc80.txt", "%5Cudc80.txt"),
        ("/home/runner/work/a b/x.txt", "file:///home/runner/work/a%20b/x.txt"),
        ("../x.txt", "not-in-this-repository"),
        ("a/../../x.txt", "not-in-this-repository"),
        ("", "not-in-this-repository"),
        ("./.", "not-in-this-repository"),
        ("a/" * 5000, "not-in-this-repository"),
        ("<command line>", "command-line"),
        ("<stdin>", "standard-input"),
        ("-", "standard-input"),
        (LONG_PATH, LONG_PATH),
    ],
)
def test_a_path_is_a_uri(path: str, uri: str) -> None:
    assert uris(result(deciding(finding(), place=f"{path}:1"))) == [uri]


def test_a_line_is_a_line() -> None:
    for line, shown in (("0", 1), ("-7", 1), ("99999999999", 2**31 - 1)):
        one = result(deciding(finding(), place=f"requirements.txt:{line}"))
        region = one["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": shown, "startColumn": 1, "endLine": shown}


def test_an_absolute_path_has_no_base() -> None:
    one = result(deciding(finding(), place="/work/x.txt:1"))
    assert one["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///work/x.txt"}


# --- the run


def test_input_errors_and_notes_are_notifications() -> None:
    report = sample_report()
    invocation = read(report)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert (invocation["startTimeUtc"], invocation["endTimeUtc"]) == ("2026-11-23T12:00:00Z", "2026-11-23T12:00:02Z")
    told = notices(report)
    assert [level for level, _ in told] == ["error", "error", "error", "warning", "note", "note", "note"]
    assert told[0][1].startswith("The audit is incomplete: 13 packages could not be judged")
    assert told[1][1] == "a string does not end. Make the file anew with uv lock."
    place = invocation["toolExecutionNotifications"][1]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("bad.lock", 7)


def test_incomplete_alone_is_no_success() -> None:
    assert read(reporting(complete=False))["invocations"][0]["executionSuccessful"] is False


def test_notifications_are_bounded() -> None:
    told = notices(reporting(notes=tuple(f"Note {number}." for number in range(5_000))))
    assert len(told) == 1_000
    assert told[-1] == ("warning", "4,001 more are left out.")


def test_a_change_does_not_close_the_alerts_of_the_rest() -> None:
    change = Change(base="0123456789abcdef0123456789abcdef01234567", head="work tree", files=1)
    run = read(reporting(change=change))
    assert run["automationDetails"] == {"id": "depaudit/change/"}
    assert run["properties"]["compared_with"] == change.base
    assert read(reporting())["automationDetails"] == {"id": "depaudit/"}


def test_the_run_says_what_it_knew() -> None:
    run = read(sample_report())
    assert run["properties"] == {
        "snapshot": "2026-11-01",
        "complete": False,
        "offline": False,
        "packages": {"block": 1, "warn": 2, "unknown": 13, "pass": 3},
        "not_checked": ["advisories"],
        "not_audited": {"conda": 3, "cargo": 1},
        "lesser_findings": 2,
        "compared_with": None,
    }


@pytest.mark.parametrize(
    ("version", "semantic"),
    [("1.2.3", "1.2.3"), ("1.2.3-rc.1", "1.2.3-rc.1"), ("1.2.3.dev4", None), ("1.2", None), ("01.2.3", None)],
)
def test_a_version_is_semantic_or_none(version: str, semantic: str | None) -> None:
    driver = read(reporting(tool_version=version))["tool"]["driver"]
    assert (driver["version"], driver.get("semanticVersion")) == (version, semantic)
    assert "version" not in read(reporting())["tool"]["driver"]
