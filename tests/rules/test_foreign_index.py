from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import IndexRef, Location
from depaudit.model.route import Foreign, Route
from depaudit.rules.foreign_index import check
from tests.evidence import evidence, public

REF = IndexRef(url="https://user:secret@other.example/simple/", location=Location(path="requirements.txt", line=1))
PLAIN = Foreign(url="https://other.example/simple/", ref=REF)
PAID = Foreign(url="https://paid.example/simple/", credential=True)


def through(*foreign: Foreign) -> Route:
    return Route(indexes=(public(),), foreign=foreign)


def test_an_index_that_the_tree_alone_names() -> None:
    assert check(evidence(route=through(PLAIN))) == Finding(
        rule="foreign-index",
        severity=Severity.MEDIUM,
        message=(
            "sample would be looked up on other.example, which these files name and your own configuration does not."
        ),
        facts=(
            Fact(label="index", value="https://other.example/simple/", source="requirements.txt:1"),
            Fact(label="credential", value=False),
        ),
    )


@pytest.mark.parametrize(
    ("given", "severity", "message"),
    [
        (
            evidence(route=through(PLAIN), new_here=True),
            Severity.HIGH,
            "sample would be looked up on other.example, which these files name and your own configuration does not.",
        ),
        (
            evidence(route=through(PLAIN, PAID)),
            Severity.HIGH,
            (
                "sample would be looked up on other.example and paid.example, which these files name and your own "
                "configuration does not, and a credential would be sent there."
            ),
        ),
        (
            evidence(route=through(Foreign(url="${INDEX}"))),
            Severity.MEDIUM,
            (
                "sample would be looked up on an index without a readable address, which these files name and your own "
                "configuration does not."
            ),
        ),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity, message: str) -> None:
    finding = check(given)
    assert finding is not None
    assert (finding.severity, finding.message) == (severity, message)


def test_no_foreign_index() -> None:
    assert check(evidence()) is None
