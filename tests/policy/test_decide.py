"""The verdict: severities as configured, exceptions, and what is not known, branch by branch."""

from __future__ import annotations

from datetime import date

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Unknown
from depaudit.model.finding import Finding, Severity
from depaudit.model.verdict import Decision, Suppression, Verdict
from depaudit.policy.config import Config
from depaudit.policy.decide import decide
from depaudit.policy.exceptions import Allow
from depaudit.policy.patterns import parse_pattern
from tests.report.sample import bundled, evidence, package, wish

FLASK = package(wish("flask"))
KNOWN = evidence(FLASK)
MISSING = evidence(FLASK, Unknown("timed out"), known=bundled())


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule=rule, severity=severity, message=f"{rule}.")


CRITICAL = finding("nonexistent", Severity.CRITICAL)
MALICIOUS = finding("known-malicious", Severity.CRITICAL)
HIGH = finding("typo-adjacent", Severity.HIGH)
MEDIUM = finding("new-package", Severity.MEDIUM)
LOW = finding("low-downloads", Severity.LOW)
INFO = finding("archived", Severity.INFO)


@pytest.mark.parametrize(
    ("findings", "known", "missing"),
    [
        ((), Verdict.PASS, Verdict.UNKNOWN),
        ((INFO,), Verdict.PASS, Verdict.UNKNOWN),
        ((LOW,), Verdict.PASS, Verdict.UNKNOWN),
        ((MEDIUM,), Verdict.WARN, Verdict.UNKNOWN),
        ((LOW, HIGH, MEDIUM), Verdict.BLOCK, Verdict.BLOCK),
        ((MALICIOUS,), Verdict.BLOCK, Verdict.BLOCK),
    ],
)
def test_the_worst_finding_decides_and_a_warning_never_hides_what_is_missing(
    findings: tuple[Finding, ...], known: Verdict, missing: Verdict
) -> None:
    worst_first = tuple(sorted(findings, key=lambda one: -one.severity))
    assert decide(KNOWN, findings, Config()) == Decision(
        package=FLASK, evidence=KNOWN, verdict=known, findings=worst_first
    )
    assert decide(MISSING, findings, Config()) == Decision(
        package=FLASK,
        evidence=MISSING,
        verdict=missing,
        findings=worst_first,
        unknown_because="PyPI gave no answer (timed out)" if missing is Verdict.UNKNOWN else None,
        incomplete=True,
    )


def test_findings_of_one_severity_keep_their_order() -> None:
    other = finding("confusable", Severity.HIGH)
    assert decide(KNOWN, (HIGH, CRITICAL, other), Config()).findings == (CRITICAL, HIGH, other)


def test_configured_severities() -> None:
    config = Config(rules=(("new-package", Severity.HIGH), ("typo-adjacent", None), ("nonexistent", Severity.LOW)))
    assert decide(KNOWN, (HIGH, MEDIUM, CRITICAL), config) == Decision(
        package=FLASK,
        evidence=KNOWN,
        verdict=Verdict.BLOCK,
        findings=(finding("new-package", Severity.HIGH), finding("nonexistent", Severity.LOW)),
    )


def allowing(*rules: str, until: date | None = None, name: str = "flask") -> Config:
    entry = Allow(pattern=parse_pattern(name), reason="ours", rules=rules, until=until, where="depaudit.toml:3")
    return Config(allow=(entry,))


def set_aside(*findings: Finding, until: date | None = None) -> tuple[Suppression, ...]:
    return tuple(
        Suppression(finding=one, pattern="flask", reason="ours", until=until, where="depaudit.toml:3")
        for one in findings
    )


def test_an_exception_sets_everything_aside_but_known_malicious() -> None:
    decision = decide(KNOWN, (MALICIOUS, HIGH, LOW), allowing())
    assert decision == Decision(
        package=FLASK,
        evidence=KNOWN,
        verdict=Verdict.BLOCK,
        findings=(MALICIOUS,),
        suppressed=set_aside(HIGH, LOW),
    )


def test_an_exception_may_be_for_some_rules_only() -> None:
    decision = decide(KNOWN, (HIGH, MEDIUM), allowing("typo-adjacent"))
    assert (decision.verdict, decision.findings, decision.suppressed) == (Verdict.WARN, (MEDIUM,), set_aside(HIGH))


def test_an_exception_ends() -> None:
    today = KNOWN.now.date()
    assert decide(KNOWN, (HIGH,), allowing(until=today)).suppressed == set_aside(HIGH, until=today)
    assert decide(KNOWN, (HIGH,), allowing(until=today), date(2026, 11, 24)).verdict is Verdict.BLOCK
    assert decide(KNOWN, (HIGH,), allowing(until=date(2026, 11, 22))).verdict is Verdict.BLOCK


def test_an_exception_speaks_of_its_package_only() -> None:
    assert decide(KNOWN, (HIGH,), allowing(name="flask-*")).verdict is Verdict.BLOCK


def test_an_exception_is_no_evidence() -> None:
    decision = decide(MISSING, (HIGH,), allowing())
    assert (decision.verdict, decision.suppressed) == (Verdict.UNKNOWN, set_aside(HIGH))


@pytest.mark.parametrize(
    "subject",
    [evidence(FLASK, Absent("pypi"), known=bundled()), evidence(FLASK, OFFLINE, known=bundled())],
    ids=["asked", "offline"],
)
def test_a_name_whose_absence_a_person_accepted_passes(subject: Evidence) -> None:
    decision = decide(subject, (CRITICAL,), allowing("nonexistent"))
    assert (decision.verdict, decision.suppressed) == (Verdict.PASS, set_aside(CRITICAL))


def test_what_was_left_out_is_kept() -> None:
    subject = evidence(FLASK, OFFLINE, known=bundled(listed=True, rank=1))
    assert decide(subject, (), Config()) == Decision(
        package=FLASK, evidence=subject, verdict=Verdict.PASS, not_checked=("version", "age")
    )
