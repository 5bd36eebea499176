from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Found, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.settings import Thresholds
from depaudit.rules.low_downloads import check
from tests.evidence import ABSENT, DESCRIBED, MOST_USED, NPM, bundled, evidence, found, release

THREE = tuple(release(f"1.{minor}") for minor in range(3))


def test_a_package_that_hardly_anybody_uses() -> None:
    given = evidence(project=found(), downloads=Found(1200, "pypistats"), thresholds=Thresholds(min_downloads=2000))
    assert check(given) == Finding(
        rule="low-downloads",
        severity=Severity.LOW,
        message="sample was downloaded 1,200 times in the last month, which is less than 2,000.",
        facts=(Fact(label="downloads_last_month", value=1200, source="pypistats"),),
    )


@pytest.mark.parametrize(
    ("given", "fires"),
    [
        (evidence(project=found(), downloads=Found(0)), True),
        (evidence(project=found(), downloads=Found(499)), True),
        (evidence(project=found(), downloads=Found(500)), False),
        (evidence(project=found(), downloads=Unknown("HTTP 429")), False),  # not known is never zero
        (evidence(project=found(), downloads=OFFLINE), False),
        (evidence(project=found(), downloads=Absent()), False),
        (evidence(project=found(*THREE), details=DESCRIBED, downloads=Found(3)), False),
        (evidence(project=found(), downloads=Found(3), bundled=MOST_USED), False),
        (evidence(project=found(), downloads=Found(3), index_public=False), False),
        (evidence(project=ABSENT, downloads=Found(3)), False),
        (
            evidence(
                ecosystem=NPM,
                project=found(ecosystem=NPM, age=20),
                bundled=bundled(True, complete=False, downloads=450),
            ),
            True,
        ),
    ],
)
def test_when_it_fires(given: Evidence, fires: bool) -> None:
    finding = check(given)
    assert (finding is not None) is fires
    assert finding is None or finding.severity is Severity.LOW


def test_one_download_is_once() -> None:
    finding = check(evidence(project=found(), downloads=Found(1)))
    assert finding is not None
    assert finding.message == "sample was downloaded once in the last month, which is less than 500."
