from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.rules.cross_ecosystem import check
from tests.evidence import (
    ABSENT,
    DESCRIBED,
    LISTED_LATELY,
    MOST_USED,
    NPM,
    NPM_LISTED,
    bundled,
    evidence,
    found,
    from_source,
    release,
)


def test_a_popular_npm_name_that_pypi_lacks() -> None:
    assert check(evidence("lodash", project=ABSENT, elsewhere=MOST_USED)) == Finding(
        rule="cross-ecosystem",
        severity=Severity.HIGH,
        message="lodash is a well-known package of npm, not of PyPI: whoever registers it here is installed instead.",
        facts=(Fact(label="elsewhere_rank", value=500, source="bundled"),),
        suggestions=("npm:lodash",),
    )


def test_a_newcomer_under_a_popular_pypi_name() -> None:
    given = evidence("numpy", ecosystem=NPM, project=found(ecosystem=NPM, age=2), elsewhere=MOST_USED)
    assert check(given) == Finding(
        rule="cross-ecosystem",
        severity=Severity.HIGH,
        message=(
            "numpy is a well-known package of PyPI; the one of that name on npm was first published 2 days ago "
            "and need not be the same."
        ),
        facts=(Fact(label="elsewhere_rank", value=500, source="bundled"),),
        suggestions=("pypi:numpy",),
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence(project=OFFLINE, elsewhere=MOST_USED), Severity.HIGH),  # free by the complete list
        (evidence(ecosystem=NPM, project=OFFLINE, elsewhere=MOST_USED), Severity.MEDIUM),  # nobody knows
        (evidence(project=found(age=40), elsewhere=MOST_USED), None),
        (evidence(project=found(age=4000), elsewhere=MOST_USED), None),
        (evidence(project=found(*(release(str(n)) for n in range(3))), details=DESCRIBED, elsewhere=MOST_USED), None),
        (evidence(project=OFFLINE, bundled=LISTED_LATELY, elsewhere=MOST_USED), None),
        (evidence(project=ABSENT, bundled=MOST_USED, elsewhere=MOST_USED), None),
        (evidence(project=ABSENT, elsewhere=NPM_LISTED), None),
        (evidence(project=ABSENT, elsewhere=bundled(True, rank=15_001)), None),
        (evidence(project=ABSENT), None),
        (evidence("json", project=ABSENT, elsewhere=MOST_USED), None),  # comes with Python: nobody means npm's
        (evidence(names_only=True, bundled=bundled(None), elsewhere=MOST_USED), None),
        (from_source(SourceKind.GIT, "git+https://github.com/acme/sample"), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
