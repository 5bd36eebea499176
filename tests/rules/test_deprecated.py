from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Status
from depaudit.rules.deprecated import check
from tests.evidence import ABSENT, NPM, evidence, found, release, wish

OLD, NEW = release("1.0.0", deprecated="use\u202e version 2"), release("2.0.0")


def test_a_deprecated_release_in_the_maintainers_words() -> None:
    given = evidence(ecosystem=NPM, wishes=(wish(ecosystem=NPM, pin="1.0.0"),), project=found(OLD, NEW, ecosystem=NPM))
    assert check(given) == Finding(
        rule="deprecated",
        severity=Severity.LOW,
        message="sample 1.0.0 is marked as deprecated by its maintainers.",
        facts=(Fact(label="deprecated_reason_text", value="use version 2", source="npm"),),
    )


def test_a_deprecated_project() -> None:
    assert check(evidence(project=found(status=Status.DEPRECATED))) == Finding(
        rule="deprecated",
        severity=Severity.LOW,
        message="sample is marked as deprecated by its maintainers.",
    )


@pytest.mark.parametrize(
    "given",
    [
        evidence(ecosystem=NPM, project=found(OLD, NEW, ecosystem=NPM, latest="2.0.0")),
        evidence(ecosystem=NPM, project=found(release(deprecated=""), ecosystem=NPM)),
        evidence(ecosystem=NPM, wishes=(wish(ecosystem=NPM, pin="9.0.0"),), project=found(OLD, ecosystem=NPM)),
        evidence(project=found()),
        evidence(project=ABSENT),
    ],
)
def test_when_it_is_silent(given: Evidence) -> None:
    assert check(given) is None
