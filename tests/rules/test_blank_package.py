from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence, Found, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Details
from depaudit.rules.blank_package import check
from tests.evidence import ABSENT, BLANK, DESCRIBED, MOST_USED, NPM, evidence, found


def test_a_young_package_that_says_nothing() -> None:
    assert check(evidence(project=found(age=2), details=BLANK, downloads=Found(30_000))) == Finding(
        rule="blank-package",
        severity=Severity.HIGH,
        message=(
            "sample is nothing but a name: it has no description and links to no repository, and was first published "
            "2 days ago."
        ),
        facts=(Fact(label="releases", value=1, source="pypi"),),
    )


def test_an_old_one() -> None:
    finding = check(evidence(project=found(age=2000), details=BLANK))
    assert finding is not None
    assert (finding.severity, finding.message) == (
        Severity.LOW,
        "sample is nothing but a name: it has no description and links to no repository.",
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence(project=found(age=30), details=BLANK), Severity.LOW),
        (evidence(project=found(age=None), details=BLANK), Severity.LOW),
        (evidence(ecosystem=NPM, project=found(ecosystem=NPM, age=1, details=Details())), Severity.HIGH),
        (evidence(project=found(age=2), details=DESCRIBED), None),
        (evidence(project=found(age=2), details=Found(Details(summary="A library."))), None),
        (evidence(project=found(age=2), details=Found(Details(repository="github.com/a/b"))), None),
        (evidence(project=found(age=2), details=Unknown("timed out")), None),
        (evidence(project=found(age=2), details=BLANK, bundled=MOST_USED), None),
        (evidence(project=found(age=2), details=BLANK, index_public=False), None),
        (evidence(project=found(releases=()), details=BLANK), None),  # no-releases says it
        (evidence(project=ABSENT, details=BLANK), None),
        (evidence(), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
