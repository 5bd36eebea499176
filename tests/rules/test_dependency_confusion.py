from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.route import Choice, Index, Route
from depaudit.rules.dependency_confusion import check
from tests.evidence import (
    ABSENT,
    LISTED_LATELY,
    LISTED_LONG_AGO,
    MOST_USED,
    NPM,
    NPM_LISTED,
    PYPI,
    bundled,
    evidence,
    found,
    from_source,
    private,
    public,
)

TORCH = "https://download.pytorch.org/whl/cpu/"
SHARED = Index(ecosystem=PYPI, url=TORCH, public=False, shared=True)
PIP_BOTH = Route(indexes=(private(), public()), choice=Choice.BEST_VERSION)
UV_BOTH = Route(indexes=(private(), public()), choice=Choice.FIRST_INDEX)
OWN = Route(indexes=(private(),), choice=Choice.BEST_VERSION, private=True)
OWN_BESIDE_PUBLIC = Route(indexes=(private(),), choice=Choice.BEST_VERSION, private=True, public_too=True)
NO_INDEX_OF_ITS_OWN = Route(indexes=(), private=True)
MINE = found(age=1)


def test_pip_would_take_the_newer_of_both() -> None:
    given = evidence("acme-utils", bundled=LISTED_LATELY, route=PIP_BOTH, project=MINE, index_public=False)
    assert check(given) == Finding(
        rule="dependency-confusion",
        severity=Severity.HIGH,
        message=("acme-utils is a private package, and PyPI has one of the same name that could be installed instead."),
        facts=(
            Fact(label="public", value=True, source="bundled"),
            Fact(label="snapshot", value="2026-11-01", source="bundled"),
        ),
    )


@pytest.mark.parametrize(
    ("route", "project", "severity"),
    [
        (PIP_BOTH, MINE, Severity.HIGH),
        (UV_BOTH, MINE, Severity.LOW),  # the first index that knows the name wins, and that is the private one
        (OWN, MINE, Severity.LOW),
        (OWN, OFFLINE, Severity.LOW),
        (OWN_BESIDE_PUBLIC, MINE, Severity.HIGH),
        (OWN_BESIDE_PUBLIC, OFFLINE, Severity.HIGH),
        (NO_INDEX_OF_ITS_OWN, OFFLINE, Severity.HIGH),
    ],
)
def test_how_bad_it_is(route: Route, project: object, severity: Severity) -> None:
    index_public = False if project is MINE else None
    finding = check(evidence(bundled=LISTED_LATELY, route=route, project=project, index_public=index_public))
    assert finding is not None
    assert finding.severity is severity


@pytest.mark.parametrize(("route", "severity"), [(PIP_BOTH, Severity.LOW), (OWN_BESIDE_PUBLIC, Severity.HIGH)])
def test_an_established_public_project_is_rather_mirrored(route: Route, severity: Severity) -> None:
    finding = check(evidence(bundled=LISTED_LONG_AGO, route=route, project=MINE, index_public=False))
    assert finding is not None
    assert finding.severity is severity


def test_what_the_client_does_is_said() -> None:
    finding = check(evidence(ecosystem=NPM, bundled=NPM_LISTED, route=Route(indexes=(private(NPM),), private=True)))
    assert finding is not None
    assert finding.message == (
        "sample is a private package, and npm has one of the same name; your client does not ask there."
    )


@pytest.mark.parametrize(
    "given",
    [
        evidence(bundled=LISTED_LATELY, project=found()),
        evidence(bundled=LISTED_LATELY, route=PIP_BOTH, project=found()),  # the public index answered
        evidence(bundled=LISTED_LATELY, route=PIP_BOTH, project=ABSENT),
        evidence(bundled=LISTED_LATELY, route=PIP_BOTH, project=OFFLINE),
        evidence(bundled=bundled(False), route=PIP_BOTH, project=MINE, index_public=False),
        evidence(bundled=bundled(None), route=OWN, project=MINE, index_public=False),
        # a mirror of what everybody uses
        evidence("requests", bundled=MOST_USED, route=PIP_BOTH, project=MINE, index_public=False),
        evidence("requests", bundled=MOST_USED, route=OWN, project=MINE, index_public=False),
        # an index that all share is nobody's private one
        evidence(
            bundled=LISTED_LONG_AGO,
            route=Route(indexes=(SHARED, public()), choice=Choice.BEST_VERSION),
            project=found(index=TORCH),
            index_public=False,
        ),
        from_source(SourceKind.GIT, "git+https://github.com/acme/sample"),
    ],
)
def test_when_it_is_silent(given: Evidence) -> None:
    assert check(given) is None
