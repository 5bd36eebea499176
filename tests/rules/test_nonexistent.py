from __future__ import annotations

from datetime import date, timedelta

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.record import replace
from depaudit.model.requirement import SourceKind
from depaudit.model.route import Choice, Foreign, Route
from depaudit.model.settings import Thresholds
from depaudit.rules.nonexistent import check
from tests.evidence import (
    ABSENT,
    LISTED_LATELY,
    MOST_USED,
    NPM,
    bundled,
    evidence,
    found,
    from_source,
    near,
    private,
    public,
)

MINE = Route(indexes=(private(),), private=True)
BOTH = Route(indexes=(private(), public()), choice=Choice.BEST_VERSION)
STRANGER = Route(indexes=(public(),), foreign=(Foreign(url="https://other.example/"),))
FOLDER = Route(indexes=(public(),), find_links=("./wheels",))


def test_a_name_that_the_registry_does_not_know() -> None:
    given = evidence("reqeusts", project=ABSENT, near=(near("requests", "swapped letters"),))
    assert check(given) == Finding(
        rule="nonexistent",
        severity=Severity.CRITICAL,
        message="reqeusts does not exist on PyPI: anyone could register it.",
        facts=(Fact(label="exists", value=False, source="pypi"),),
        suggestions=("requests",),
    )


def test_a_name_that_the_complete_list_lacks() -> None:
    given = evidence("reqeusts", project=OFFLINE, near=(near("requests", "swapped letters"),))
    assert check(given) == Finding(
        rule="nonexistent",
        severity=Severity.CRITICAL,
        message="reqeusts was not registered on PyPI by 2026-11-01: anyone could take the name, or has done so since.",
        facts=(
            Fact(label="exists", value=False, source="bundled"),
            Fact(label="snapshot", value="2026-11-01", source="bundled"),
            Fact(label="not_looked_up", value="offline"),
        ),
        suggestions=("requests",),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            evidence("left-pat", ecosystem=NPM, project=Absent("npm")),
            "left-pat does not exist on npm: anyone could register it.",
        ),
        (
            evidence("acme-utl", project=ABSENT, route=MINE),
            "acme-utl does not exist on pypi.acme.example, from where it would be installed.",
        ),
        (
            evidence("acme-utl", project=ABSENT, route=BOTH),
            "acme-utl does not exist on pypi.acme.example, nor on PyPI: anyone could register it there.",
        ),
        (
            evidence("acme-utl", project=ABSENT, route=Route(indexes=(private(url="file:///srv/wheels/"),))),
            "acme-utl does not exist on a local folder, from where it would be installed.",
        ),
        (evidence(project=ABSENT, route=FOLDER), "sample does not exist on PyPI: anyone could register it."),
        (evidence(project=ABSENT, bundled=LISTED_LATELY), "sample does not exist on PyPI: anyone could register it."),
        (evidence(project=ABSENT, bundled=MOST_USED), "sample does not exist on PyPI: anyone could register it."),
    ],
)
def test_where_it_does_not_exist(given: Evidence, message: str) -> None:
    finding = check(given)
    assert finding is not None
    assert (finding.severity, finding.message) == (Severity.CRITICAL, message)


OLD_LIST = bundled(snapshot=date(2026, 10, 24))


@pytest.mark.parametrize(
    ("given", "fires"),
    [
        (evidence(), True),  # not asked, because no answer could change the verdict
        (evidence(project=Unknown("HTTP 503")), True),
        (evidence(project=OFFLINE, route=FOLDER), True),
        (evidence(project=OFFLINE, bundled=LISTED_LATELY), False),
        (evidence(project=OFFLINE, bundled=bundled(None)), False),
        (evidence(project=OFFLINE, bundled=OLD_LIST), False),
        (evidence(project=OFFLINE, bundled=OLD_LIST, thresholds=Thresholds(min_package_age=timedelta(days=31))), True),
        (evidence(ecosystem=NPM, project=OFFLINE), False),  # npm's list does not hold every name
        (evidence(project=OFFLINE, route=MINE), False),
        (evidence(project=OFFLINE, route=BOTH), False),
        (evidence(project=OFFLINE, route=STRANGER), False),
        (evidence(project=OFFLINE, route=Route(indexes=())), False),
        (evidence(project=ABSENT, route=STRANGER), False),
        (evidence(project=ABSENT, route=replace(MINE, find_links=("./wheels",))), False),
        (evidence(project=found()), False),
        (evidence(names_only=True, bundled=bundled(None)), False),
        (evidence(names_only=True, project=ABSENT), False),
        (from_source(SourceKind.GIT, "git+https://github.com/acme/sample"), False),
        (from_source(SourceKind.WORKSPACE, ""), False),
    ],
)
def test_when_it_fires(given: Evidence, fires: bool) -> None:
    assert (check(given) is not None) is fires


def test_the_right_name_comes_first_and_a_builtin_has_none() -> None:
    cv2 = check(evidence("cv2", project=ABSENT, near=(near("pcv2"),)))
    json = check(evidence("json", project=ABSENT, near=(near("jsonx"),)))
    lodash = check(evidence("lodash", project=ABSENT, elsewhere=MOST_USED))
    assert cv2 is not None
    assert json is not None
    assert lodash is not None
    assert cv2.suggestions == ("opencv-python", "opencv-python-headless", "opencv-contrib-python")
    assert json.suggestions == ()
    assert lodash.suggestions == ("npm:lodash",)
