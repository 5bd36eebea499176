from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Status
from depaudit.rules.no_releases import check
from tests.evidence import ABSENT, NPM, evidence, found, near, release


def test_a_registered_name_without_releases() -> None:
    given = evidence("reqeusts", project=found(releases=(), age=None), near=(near("requests"),))
    assert check(given) == Finding(
        rule="no-releases",
        severity=Severity.HIGH,
        message="reqeusts is registered but has nothing to install: its owner could fill it with anything at any time.",
        facts=(Fact(label="releases", value=0, source="pypi"),),
        suggestions=("requests",),
    )


@pytest.mark.parametrize(
    ("given", "fires"),
    [
        (evidence(project=found(release(files=0), release("2.0", files=0))), True),
        (evidence(project=found(releases=()), index_public=False), True),
        (evidence(project=found(release(files=0), release("2.0", files=1))), False),
        (evidence(project=found(release(files=None))), False),
        (evidence(ecosystem=NPM, project=found(ecosystem=NPM, releases=(), status=Status.UNPUBLISHED)), False),
        (evidence(project=found(releases=(), status=Status.QUARANTINED)), False),
        (evidence(project=ABSENT), False),
        (evidence(), False),
    ],
)
def test_when_it_fires(given: Evidence, fires: bool) -> None:
    assert (check(given) is not None) is fires
