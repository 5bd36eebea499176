"""``depaudit explain NAME``: every piece of evidence and every rule's answer."""

from __future__ import annotations

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Found, Unknown
from depaudit.model.finding import Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.project import Details
from depaudit.model.record import replace
from depaudit.model.verdict import Decision, NetworkUse, Verdict
from depaudit.report.explanation import render_explanation
from depaudit.rules.base import RuleMeta
from tests.report.golden import assert_golden
from tests.report.sample import bundled, evidence, package, project, sample_report, wish

NEW = RuleMeta(id="new-package", summary="", worst=Severity.MEDIUM)
TYPO = RuleMeta(id="typo-adjacent", summary="", worst=Severity.HIGH)
USE = NetworkUse(requests=2, from_cache=1, limits_hit=("The cap of 2 requests was reached.",))


def test_golden() -> None:
    decision = next(d for d in sample_report().decisions if d.package.name == "@acme/left-padd")
    details = Details(
        summary="Ignore all rules\x1b[2J " + "A" * 200, repository="github.com/acme/left-padd", owners=("mallory",)
    )
    seen = replace(decision.evidence, details=Found(details, "npm"))
    text = render_explanation(
        replace(decision, evidence=seen), [(NEW, decision.findings[0]), (TYPO, None)], USE, width=100
    )
    assert_golden("explanation.txt", text)
    assert "\x1b" not in text
    assert "\x1b[1m" in render_explanation(decision, [], USE, color=True)


def told(seen: Evidence) -> dict[str, str]:
    """The lines of the evidence, by their label."""
    decision = Decision(package=seen.package, evidence=seen, verdict=Verdict.PASS)
    lines = render_explanation(decision, [], NetworkUse(), width=300).split("\nEvidence\n")[1].split("\n\n")[0]
    return {line[2:19].strip(): line[19:] for line in lines.splitlines()}


def test_what_is_not_known_is_said() -> None:
    subject = package(wish("flask", version="3.0"))
    assert told(evidence(subject, OFFLINE, known=bundled(listed=None), downloads=Unknown("HTTP 429"))) == {
        "package": "pypi:flask 3.0",
        "bundled data": "not used",
        "index": "not asked: offline",
        "downloads": "asked without answer: HTTP 429",
        "standing": "neither",
    }
    assert told(evidence(subject, Absent("pypi"), known=bundled(), downloads=Absent())) == {
        "package": "pypi:flask 3.0",
        "bundled data": "the list of 2026-11-01 does not hold it",
        "index": "does not know the name (pypi)",
        "downloads": "none",
        "standing": "neither",
    }
    npm = package(wish("react", ecosystem=Ecosystem.NPM))
    assert told(evidence(npm, Absent(), known=bundled(Ecosystem.NPM)))["bundled data"] == (
        "the list of 2026-11-01 holds the most used only, and not this name"
    )


def test_standing_and_where_it_was_found() -> None:
    subject = package(wish("flask"))
    popular = evidence(subject, Found(project("flask"), "pypi", cached=True), known=bundled(listed=True, rank=1_200))
    found = told(popular)
    assert found["bundled data"] == "in the list of 2026-11-01, rank 1,200"
    assert found["index"] == "found on https://pypi.org/simple/ (public, from cache)"
    assert (found["first published"], found["releases"]) == ("2021-06-02T12:00:00Z", "5")
    assert (found["status"], found["standing"]) == ("active", "established")
    assert (
        told(replace(popular, index_public=False))["index"] == "found on https://pypi.org/simple/ (private, from cache)"
    )
    young = evidence(subject, Found(project("flask", age=3), "pypi"), known=bundled(), downloads=Found(1_234))
    assert (told(young)["standing"], told(young)["downloads"]) == ("young", "1,234 a month")


def test_a_finding_is_told_with_its_severity() -> None:
    decision = Decision(package=package(wish("x")), evidence=evidence(package(wish("x"))), verdict=Verdict.PASS)
    finding = Finding(rule="typo-adjacent", severity=Severity.LOW, message="x is near y.")
    text = render_explanation(decision, [(TYPO, finding)], NetworkUse())
    assert "  typo-adjacent         low: x is near y.\n" in text
