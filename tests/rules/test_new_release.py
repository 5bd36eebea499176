from __future__ import annotations

from datetime import timedelta

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.settings import Thresholds
from depaudit.rules.new_release import check
from tests.evidence import ABSENT, DESCRIBED, MOST_USED, NPM, evidence, found, release, wish

FRESH = release("1.1.0", 1 / 24)
OLDER = (release("1.0.0"), release("0.9.0"), release("0.8.0"))


def test_a_release_of_this_hour() -> None:
    assert check(evidence(project=found(FRESH, age=90))) == Finding(
        rule="new-release",
        severity=Severity.MEDIUM,
        message="sample 1.1.0 was released 1 hour ago: too fresh for others to have noticed anything wrong with it.",
        facts=(
            Fact(label="version", value="1.1.0", source="pypi"),
            Fact(label="published_at", value="2026-11-23T11:00:00+00:00", source="pypi"),
        ),
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        # boto3 releases daily
        (evidence("boto3", project=found(FRESH, *OLDER), bundled=MOST_USED), Severity.INFO),
        (evidence(project=found(FRESH, *OLDER), details=DESCRIBED), Severity.INFO),
        (evidence(project=found(FRESH, OLDER[0])), Severity.MEDIUM),
        (evidence(wishes=(wish(pin="1.1.0"),), project=found(FRESH, OLDER[0])), Severity.MEDIUM),
        (evidence(wishes=(wish(pin="1.0.0"),), project=found(FRESH, OLDER[0])), None),
        (evidence(wishes=(wish(specifier="<1.1"),), project=found(FRESH, OLDER[0])), None),
        (evidence(project=found(release("1.1.0", 1 / 24, yanked=""), OLDER[0])), None),
        (
            evidence(
                ecosystem=NPM,
                project=found(FRESH, OLDER[0], ecosystem=NPM, latest="1.0.0", tags=(("latest", "1.0.0"),)),
            ),
            None,
        ),
        (evidence(project=found(release(age=2.99))), Severity.MEDIUM),
        (evidence(project=found(release(age=3))), None),
        (
            evidence(project=found(release(age=3)), thresholds=Thresholds(min_release_age=timedelta(days=7))),
            Severity.MEDIUM,
        ),
        (evidence(project=found(FRESH), index_public=False), None),
        (evidence(project=found(FRESH, dates_known=False)), None),
        (evidence(project=found(release("1.0", None))), None),
        (evidence(project=ABSENT), None),
        (evidence(project=OFFLINE), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
