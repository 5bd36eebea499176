from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Status
from depaudit.rules.removed import check
from tests.evidence import ABSENT, NPM, evidence, found, release


def test_a_quarantined_project_with_the_registrys_reason() -> None:
    given = evidence(project=found(status=Status.QUARANTINED, status_reason="malware " * 40))
    assert check(given) == Finding(
        rule="removed",
        severity=Severity.HIGH,
        message=(
            "sample has been put in quarantine by its registry, which does so with packages that may be malicious."
        ),
        facts=(
            Fact(label="status", value="quarantined", source="pypi"),
            Fact(label="status_reason_text", value=("malware " * 40)[:119] + "…", source="pypi"),
        ),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            evidence(ecosystem=NPM, project=found(ecosystem=NPM, status=Status.SECURITY_HOLDING)),
            "sample was taken away by its registry for security reasons; only a placeholder is left.",
        ),
        (
            evidence(ecosystem=NPM, project=found(release("0.0.1-security"), ecosystem=NPM, latest="0.0.1-security")),
            "sample was taken away by its registry for security reasons; only a placeholder is left.",
        ),
        (
            evidence(ecosystem=NPM, project=found(ecosystem=NPM, status=Status.UNPUBLISHED, releases=())),
            "sample was unpublished: it had releases once, and now there is nothing to install.",
        ),
        (
            evidence(project=found(status=Status.QUARANTINED), index_public=False),
            "sample has been put in quarantine by its registry, which does so with packages that may be malicious.",
        ),
    ],
)
def test_what_became_of_it(given: Evidence, message: str) -> None:
    finding = check(given)
    assert finding is not None
    assert (finding.severity, finding.message) == (Severity.HIGH, message)


@pytest.mark.parametrize(
    "given",
    [
        evidence(),
        evidence(project=OFFLINE),
        evidence(project=ABSENT),
        evidence(project=found()),
        evidence(project=found(status=Status.ARCHIVED)),
        evidence(project=found(status=Status.DEPRECATED)),
        # a bad release was replaced, the project goes on
        evidence(
            ecosystem=NPM,
            project=found(release("0.0.1-security"), release("2.0.0"), ecosystem=NPM, latest="2.0.0"),
        ),
        evidence(project=found(release("0.0.1-security"), latest="0.0.1-security")),
        evidence(ecosystem=NPM, project=found(ecosystem=NPM, latest="1.0.0-security")),
    ],
)
def test_what_is_still_there(given: Evidence) -> None:
    assert check(given) is None
