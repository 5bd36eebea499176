from __future__ import annotations

from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Status
from depaudit.rules.archived import check
from tests.evidence import ABSENT, MOST_USED, evidence, found


def test_an_archived_project() -> None:
    given = evidence(project=found(status=Status.ARCHIVED, status_reason="done"), bundled=MOST_USED)
    assert check(given) == Finding(
        rule="archived",
        severity=Severity.INFO,
        message="sample is archived: its owners will release nothing more.",
        facts=(Fact(label="status_reason_text", value="done", source="pypi"),),
    )


def test_others_are_not() -> None:
    assert check(evidence(project=found())) is None
    assert check(evidence(project=ABSENT)) is None
    assert check(evidence()) is None
