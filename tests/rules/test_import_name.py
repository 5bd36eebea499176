from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.route import Route
from depaudit.rules.import_name import check
from tests.evidence import (
    ABSENT,
    DESCRIBED,
    LISTED_LATELY,
    LISTED_LONG_AGO,
    MOST_USED,
    NPM,
    bundled,
    evidence,
    found,
    private,
    release,
)


def test_an_import_name_that_nobody_has_registered() -> None:
    assert check(evidence("bs4", project=ABSENT)) == Finding(
        rule="import-name",
        severity=Severity.HIGH,
        message=(
            "bs4 is what Python code imports; the package that brings it is called beautifulsoup4, "
            "and anyone could register bs4."
        ),
        facts=(Fact(label="distribution", value="beautifulsoup4", source="bundled"),),
        suggestions=("beautifulsoup4",),
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence("bs4", project=found(age=5)), Severity.HIGH),
        (evidence("bs4", project=found(age=50)), Severity.LOW),
        (evidence("bs4", project=found(age=500)), Severity.LOW),
        (evidence("bs4", bundled=LISTED_LATELY, project=OFFLINE), Severity.LOW),
        (evidence("bs4", names_only=True, bundled=bundled(None)), Severity.HIGH),
        (evidence("bs4", project=OFFLINE), Severity.HIGH),
        (evidence("bs4", project=OFFLINE, route=Route(indexes=(private(),))), Severity.MEDIUM),
        (evidence("bs4", project=found(age=5), index_public=False), Severity.LOW),
        (evidence("bs4", bundled=MOST_USED, project=OFFLINE), None),
        (evidence("bs4", bundled=LISTED_LONG_AGO, project=OFFLINE), None),
        (evidence("bs4", project=found(*(release(str(n)) for n in range(3))), details=DESCRIBED), None),
        (evidence("bs4", ecosystem=NPM, project=ABSENT), None),
        (evidence("fpdf", project=ABSENT), None),  # is a distribution of that very name too
        (evidence("requests", project=ABSENT), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity


def test_without_the_registrys_word_the_message_promises_nothing() -> None:
    finding = check(evidence("bs4", project=found(age=500)))
    assert finding is not None
    assert finding.message == "bs4 is what Python code imports; the package that brings it is called beautifulsoup4."
