from __future__ import annotations

from datetime import timedelta

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.settings import Thresholds
from depaudit.rules.new_package import check
from tests.evidence import ABSENT, DESCRIBED, LISTED_LATELY, MOST_USED, NPM, evidence, found


def test_a_young_package() -> None:
    assert check(evidence(project=found(age=9.5), details=DESCRIBED)) == Finding(
        rule="new-package",
        severity=Severity.MEDIUM,
        message="sample was first published 9 days ago (2026-11-14): hardly anyone can have looked at it yet.",
        facts=(
            Fact(label="first_published", value="2026-11-14T00:00:00+00:00", source="pypi"),
            Fact(label="age_days", value=9),
        ),
    )


@pytest.mark.parametrize(
    ("age", "words"),
    [(1, "1 day ago"), (0.5, "12 hours ago"), (1 / 24, "1 hour ago"), (1 / 48, "30 minutes ago"), (-3, "just now")],
)
def test_how_long_ago(age: float, words: str) -> None:
    finding = check(evidence(ecosystem=NPM, project=found(ecosystem=NPM, age=age)))
    assert finding is not None
    assert f"was first published {words} (" in finding.message


@pytest.mark.parametrize(
    ("given", "fires"),
    [
        (evidence(project=found(age=29.99)), True),
        (evidence(project=found(age=30)), False),
        (evidence(project=found(age=30), thresholds=Thresholds(min_package_age=timedelta(days=31))), True),
        (evidence(project=found(age=None)), False),
        (evidence(project=found(age=1), bundled=MOST_USED), False),
        (evidence(project=found(age=1), index_public=False), False),
        (evidence(project=OFFLINE, bundled=LISTED_LATELY), False),
        (evidence(project=ABSENT), False),
    ],
)
def test_when_it_fires(given: Evidence, fires: bool) -> None:
    assert (check(given) is not None) is fires
